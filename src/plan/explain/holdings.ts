/** All that one user holds, is to hold or is to lose. */
import type { Slug } from "../../model.ts";
import { byText } from "../../text.ts";
import type { Absentee, Index, KnownSkill } from "./worlds-index.ts";
import { userFact } from "./worlds-index.ts";
import type { Holding, UserFact } from "./holding.ts";
import { reasonsOf, toHolding } from "./holding.ts";
import type { AssignmentCell, UserRow } from "../join/users.ts";
import type { CarriedWish } from "../join/merge.ts";

/** What one active user holds or is to hold, sorted by name of skill; of one skill only where `only` is given. */
export function holdingsOfRow(row: UserRow, index: Index, only?: KnownSkill): Holding[] {
  const user = userFact(row);
  const wishes = bySkill(index.wishes.get(row.user.id) ?? [], only);
  const held = cellsOf(row, index).flatMap((cell) => {
    const skill = index.skillBySlug.get(cell.skill);
    if (!skill || (only && skill !== only)) return [];
    const reasons = reasonsOf(wishes.get(cell.skill) ?? [], index.profileName);
    const about = { user, skill: skill.fact, wishes: reasons };
    return toHolding(cell, index.plannedFor(row, cell), about) ?? [];
  });
  return [...held, ...heldBeside(row, user, index, only)].sort(bySkillName);
}

/** The user's cells, and one for each skill that a rename brings them. */
function cellsOf({ user, cells }: UserRow, { changes }: Index): AssignmentCell[] {
  const known = new Set(cells.map(({ skill }) => skill));
  const brought = [...(changes.get(user.id)?.keys() ?? [])].filter((skill) => !known.has(skill));
  return [...cells, ...brought.map((skill) => ({ skill }))];
}

/** What the user holds of skills that the join leaves alone: strangers to the YAML, and those that it lets go. */
function heldBeside({ user: live }: UserRow, user: UserFact, index: Index, only?: KnownSkill): Holding[] {
  return [...live.skills].flatMap(([id, now]): Holding[] => {
    const skill = index.skillByLiveId.get(id);
    if (!skill || (only && skill !== only) || index.joined.skills.byLiveId.has(id)) return [];
    const why = skill.desired ? "let-go" : "by-hand";
    return [{ user, skill: skill.fact, now, wanted: null, applied: null, after: now, why, wishes: [] }];
  });
}

/** What is wished for somebody who isn't there, and what was applied to them; nothing is, until they are back. */
export function holdingsOfAbsentee({ user, wishes, assignments }: Absentee, index: Index): Holding[] {
  const carried = bySkill(wishes.map((wish) => ({ wish })));
  const applied = appliedBySlug(assignments, index);
  return [...new Set([...carried.keys(), ...applied.keys()])]
    .map((slug): Holding => {
      const skill = index.skillBySlug.get(slug)?.fact ?? { slug, name: slug, id: null };
      const reasons = reasonsOf(carried.get(slug) ?? [], index.profileName);
      const [decides] = reasons;
      return {
        ...{ user, skill, now: null, after: null, wishes: reasons },
        wanted: decides ? (decides.proficiency ?? "any") : null,
        applied: applied.get(slug) ?? null,
        why: decides ? "yaml" : "dropped",
      };
    })
    .sort(bySkillName);
}

/** Proficiencies by the slugs that the YAML uses now. */
function appliedBySlug(assignments: Absentee["assignments"], { joined }: Index): Map<Slug, number> {
  return new Map(
    Object.entries(assignments).flatMap(([written, { proficiency }]) => {
      const slug = joined.skills.slugOfEntry(written);
      return slug === undefined ? [] : [[slug, proficiency] as const];
    }),
  );
}

function bySkillName(a: Holding, b: Holding): number {
  return byText(a.skill.name.toLowerCase(), b.skill.name.toLowerCase()) || byText(a.skill.slug, b.skill.slug);
}

function bySkill(carried: readonly CarriedWish[], only?: KnownSkill): Map<Slug, CarriedWish[]> {
  const wishes = new Map<Slug, CarriedWish[]>();
  for (const one of carried) {
    const { skill } = one.wish;
    if (!only || skill === only.slug) wishes.set(skill, [...(wishes.get(skill) ?? []), one]);
  }
  return wishes;
}
