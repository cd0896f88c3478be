/** Finds deleted skills that look like a created one under another name. */
import type { Operation, Refusal, SkillId } from "../../model.ts";
import { decide } from "../decide.ts";
import type { Row, SkillSubject, SubjectRows } from "../rows.ts";

/** The required likeness of two names, 0 to 1; lower if most holders are the same. */
const ALIKE = 0.6;
const ALIKE_WITH_SAME_HOLDERS = 0.25;
const SAME_HOLDERS = 0.7;

/** For each deleted skill, the most similar created skill without `previously`. */
export function findMaybeRenames(
  { skills, users }: SubjectRows,
  operations: readonly Operation[],
): Refusal[] {
  const deleted = new Set(operations.flatMap(({ subject, deletion }) => (deletion ? [subject.id] : [])));
  const going = skills.filter(({ id, replacedBy }) => deleted.has(id) && replacedBy === undefined);
  const coming = skills.filter(
    ({ state, entry, rows: [existence] }) =>
      state === "new" && entry?.previously.length === 0 && existence && decide(existence).kind === "add",
  );
  if (going.length === 0 || coming.length === 0) return [];
  const before = holdersBySkill(users, ({ live }) => live !== undefined);
  const after = holdersBySkill(users, ({ desired }) => desired !== undefined);
  return going.flatMap((old): Refusal[] => {
    const holders = before.get(old.id) ?? new Set<string>();
    const [best] = coming
      .map((skill) => ({ skill, score: score(old, skill, holders, after.get(skill.id)) }))
      .filter(({ score }) => score > 0)
      .sort((a, b) => b.score - a.score);
    const entry = best?.skill.entry;
    if (!entry) return [];
    const { id, live, name } = old;
    const oldName = live?.name ?? name;
    return [{ code: "MAYBE_RENAME", old: id, oldName, skill: best.skill.id, source: entry.source }];
  });
}

function holdersBySkill(
  users: SubjectRows["users"],
  counts: (row: Row) => boolean,
): Map<SkillId, Set<string>> {
  const holders = new Map<SkillId, Set<string>>();
  for (const { user, rows } of users) {
    for (const row of rows) {
      if (row.field.kind !== "skill" || !counts(row)) continue;
      const known = holders.get(row.field.id) ?? new Set();
      holders.set(row.field.id, known.add(user.id));
    }
  }
  return holders;
}

/** 0 if the two are not alike enough. */
function score(
  old: SkillSubject,
  { name }: SkillSubject,
  before: ReadonlySet<string>,
  after = new Set<string>(),
): number {
  const names = likeness(old.live?.name ?? old.name, name);
  if (names < ALIKE_WITH_SAME_HOLDERS) return 0;
  const shared = [...before].filter((id) => after.has(id)).length;
  const people = shared / (before.size + after.size - shared || 1);
  const isAlike = names >= ALIKE || people >= SAME_HOLDERS;
  return isAlike ? names + people : 0;
}

/** Dice's coefficient over pairs of letters: 1 for equal names, 0 for no common pair. */
function likeness(a: string, b: string): number {
  const [left, right] = [pairsOf(a), pairsOf(b)];
  const total = left.length + right.length;
  if (total === 0) return a.toLowerCase() === b.toLowerCase() ? 1 : 0;
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
