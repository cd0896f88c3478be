/** Renames and deletes in words: who gets what, and in which order. */
import type { DeleteSkill, GainSkill, Plan, Slug } from "../../model.ts";
import { count, printable } from "../../text.ts";
import { operationsOf, skillName } from "../words.ts";

export interface RenameStory {
  /** `Billing T1 becomes Billing Tier 1`. */
  readonly title: string;
  /** In the order in which they happen. */
  readonly steps: readonly string[];
}

/** One for each skill that takes the place of others by being created; renames in place need no story. */
export function renameStories(plan: Plan): RenameStory[] {
  const moves = movesByNew(plan);
  const created = new Set(operationsOf(plan, "create-skill").map(({ skill }) => skill));
  const deletes = operationsOf(plan, "delete-skill").filter(({ replacedBy }) => replacedBy !== undefined);
  const targets = new Set([...moves.keys(), ...deletes.flatMap(({ replacedBy }) => replacedBy ?? [])]);
  return [...targets].sort().map((to) => {
    const going = deletes.filter(({ replacedBy }) => replacedBy === to);
    const gains = moves.get(to) ?? [];
    const olds = new Set([...gains.flatMap(({ from }) => from ?? []), ...going.map(({ skill }) => skill)]);
    const names = [...olds].map((slug) => skillName(plan, slug)).join(" and ");
    return {
      title: `${names} ${olds.size > 1 ? "become" : "becomes"} ${skillName(plan, to)}`,
      steps: stepsOf(plan, { to, isCreated: created.has(to), gains, going }),
    };
  });
}

function movesByNew(plan: Plan): Map<Slug, GainSkill[]> {
  const moves = new Map<Slug, GainSkill[]>();
  for (const change of operationsOf(plan, "update-user").flatMap(({ changes }) => changes)) {
    if (change.kind !== "gain" || change.from === undefined) continue;
    const known = moves.get(change.skill);
    if (known) known.push(change);
    else moves.set(change.skill, [change]);
  }
  return moves;
}

interface Rename {
  readonly to: Slug;
  readonly isCreated: boolean;
  readonly gains: readonly GainSkill[];
  readonly going: readonly DeleteSkill[];
}

function stepsOf(plan: Plan, { to, isCreated, gains, going }: Rename): string[] {
  const byHand = gains.filter((gain) => gain.byHand).length;
  const staying = plan.notes.filter((note) => note.code === "STILL_USED" && note.replacedBy === to);
  return [
    ...(isCreated ? [`${skillName(plan, to)} is created.`] : []),
    ...(gains.length > 0
      ? [
          `${count(gains.length, "holder gets", "holders get")} it, at the same proficiency where the YAML names no other${byHand > 0 ? `; ${byHand} had the old one by hand and will have this one by hand` : ""}.`,
        ]
      : []),
    ...going.map(
      ({ name }) => `${printable(name)} is deleted, once everybody who holds it has ${skillName(plan, to)}.`,
    ),
    ...staying.map((note) =>
      "skill" in note ? `${skillName(plan, note.skill)} stays for now (see STILL_USED below).` : "",
    ),
  ];
}

/** Behind the name of a skill that is deleted. */
export function deletionWords({ replacedBy, holders, byHand }: DeleteSkill, plan: Plan): string {
  if (replacedBy !== undefined) return `deleted last, replaced by ${skillName(plan, replacedBy)}`;
  const people = count(holders.length, "holder loses", "holders lose");
  return `deleted last; ${people} it${byHand > 0 ? `, ${byHand} of them given by hand` : ""}`;
}

/** Behind a gain that is part of a rename. */
export function movedWords({ from, byHand }: GainSkill, plan: Plan): string {
  if (from === undefined) return "";
  return `, from ${skillName(plan, from)}${byHand ? " (by hand, and stays so)" : ""}`;
}
