/** Whether a skill that comes may be one that goes, under another name. */
import type { Refusal, Slug } from "../../model.ts";
import type { DoomedSkill } from "./deletes.ts";
import type { SkillRow } from "../join/skills.ts";
import type { UserRow } from "../join/users.ts";

/** How alike two names must be, 0 to 1; where most holders are the same people, less is enough. */
const ALIKE = 0.6;
const ALIKE_WITH_SAME_HOLDERS = 0.25;
const SAME_HOLDERS = 0.7;

/** A skill with holders that goes, and the most similar one that comes without `previously`. */
export function findMaybeRenames(
  doomed: readonly DoomedSkill[],
  created: readonly SkillRow[],
  users: readonly UserRow[],
): Refusal[] {
  const going = doomed.filter(({ replacedBy }) => replacedBy === undefined);
  if (going.length === 0 || created.length === 0) return [];
  const before = holdersBySkill(users, ({ live }) => live !== undefined);
  const after = holdersBySkill(users, ({ desired }) => desired !== undefined);
  return going.flatMap(({ slug, live }): Refusal[] => {
    const holders = before.get(slug) ?? new Set<string>();
    if (holders.size === 0) return [];
    const [best] = created
      .filter(({ desired }) => desired?.previously.length === 0)
      .map((row) => ({ row, score: score(live.name, row, holders, after.get(row.slug)) }))
      .filter(({ score }) => score > 0)
      .sort((a, b) => b.score - a.score);
    if (!best?.row.desired) return [];
    const { desired } = best.row;
    return [
      { code: "MAYBE_RENAME", old: slug, oldName: live.name, skill: desired.slug, origin: desired.origin },
    ];
  });
}

type Cell = UserRow["cells"][number];

function holdersBySkill(users: readonly UserRow[], counts: (cell: Cell) => boolean): Map<Slug, Set<string>> {
  const holders = new Map<Slug, Set<string>>();
  for (const { user, cells } of users) {
    for (const cell of cells.filter(counts)) {
      const known = holders.get(cell.skill) ?? new Set();
      holders.set(cell.skill, known.add(user.id));
    }
  }
  return holders;
}

/** 0 where the two are not alike enough to ask. */
function score(
  oldName: string,
  { desired }: SkillRow,
  before: ReadonlySet<string>,
  after = new Set<string>(),
): number {
  const names = likeness(oldName, desired?.name ?? "");
  if (names < ALIKE_WITH_SAME_HOLDERS) return 0;
  const shared = [...before].filter((id) => after.has(id)).length;
  const people = shared / (before.size + after.size - shared || 1);
  const isAlike = names >= ALIKE || (names >= ALIKE_WITH_SAME_HOLDERS && people >= SAME_HOLDERS);
  return isAlike ? names + people : 0;
}

/** Dice's coefficient over pairs of letters: 1 for the same letters in the same order, 0 for none in common. */
function likeness(a: string, b: string): number {
  const [left, right] = [pairsOf(a), pairsOf(b)];
  const total = left.length + right.length;
  if (total === 0) return a === b ? 1 : 0;
  const rest = [...right];
  const shared = left.filter((pair) => {
    const at = rest.indexOf(pair);
    if (at >= 0) rest.splice(at, 1);
    return at >= 0;
  });
  return (2 * shared.length) / total;
}

function pairsOf(name: string): string[] {
  const letters = Array.from(
    name
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, " ")
      .trim(),
  );
  return letters.slice(1).map((letter, index) => `${letters[index] ?? ""}${letter}`);
}
