/** Unified diffs of live against desired, one for each skill and profile that changes. */
import { createTwoFilesPatch } from "diff";
import type { FieldChange, Plan } from "../../model.ts";
import { count, printable } from "../../text.ts";
import type { SkillEffect } from "./effects.ts";
import { effectsBySkill } from "./effects.ts";
import { operationsOf, proficiencyWords, skillName } from "../words.ts";

export interface Diff {
  /** `skill Billing` or `profile Support`. */
  readonly title: string;
  readonly text: string;
}

/** The two sides of one diff, line by line. */
interface Sides {
  before: string[];
  after: string[];
}

export function unifiedDiffs(plan: Plan): Diff[] {
  return [...skillDiffs(plan), ...profileDiffs(plan)];
}

function skillDiffs(plan: Plan): Diff[] {
  const created = new Map(
    operationsOf(plan, "create-skill").map((operation) => [operation.skill, operation]),
  );
  const updated = new Map(
    operationsOf(plan, "update-skill").map((operation) => [operation.skill, operation]),
  );
  const effects = new Map(effectsBySkill(plan).map((effect) => [effect.skill, effect]));
  const slugs = [...new Set([...created.keys(), ...updated.keys(), ...effects.keys()])].sort();
  return slugs.map((slug) => {
    const sides: Sides = { before: [], after: [] };
    const creation = created.get(slug);
    if (creation) {
      sides.after.push(`name: ${printable(creation.name)}`);
      if (creation.description) sides.after.push(`description: ${printable(creation.description)}`);
    }
    addFields(sides, updated.get(slug)?.changes ?? []);
    addHolders(sides, effects.get(slug));
    return toDiff(`skill ${skillName(plan, slug)}`, sides);
  });
}

function profileDiffs(plan: Plan): Diff[] {
  return operationsOf(plan, "update-profile").map(({ name, changes, entries }) => {
    const sides: Sides = { before: [], after: [] };
    addFields(sides, changes);
    for (const { kind, skill } of entries) {
      sides[kind === "gain" ? "after" : "before"].push(`skill: ${skillName(plan, skill)}`);
    }
    return toDiff(`profile ${printable(name)}`, sides);
  });
}

function addFields(sides: Sides, changes: readonly FieldChange[]): void {
  for (const { field, before, after } of changes) {
    if (before !== null) sides.before.push(`${field}: ${printable(before)}`);
    sides.after.push(`${field}: ${printable(after)}`);
  }
}

/** Users that the YAML names stand by their e-mail, the others are counted. */
function addHolders(sides: Sides, effect: SkillEffect | undefined): void {
  if (!effect) return;
  const before = [...effect.changes, ...effect.losses].map(({ user, change }) => ({
    user,
    level: change.before,
  }));
  const after = [...effect.changes, ...effect.gains].map(({ user, change }) => ({
    user,
    level: change.after,
  }));
  sides.before.push(...holderLines(before));
  sides.after.push(...holderLines(after));
}

interface Holder {
  readonly user: { readonly named: boolean; readonly email: string; readonly id: string };
  readonly level: number;
}

function holderLines(holders: readonly Holder[]): string[] {
  const named = holders.filter(({ user }) => user.named);
  const lines = named
    .map(({ user, level }) => `${printable(user.email || user.id)}: ${proficiencyWords(level)}`)
    .sort();
  const others = holders.length - named.length;
  return others > 0 ? [...lines, `${count(others, "user")} that the YAML doesn't name`] : lines;
}

function toDiff(title: string, { before, after }: Sides): Diff {
  const text = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join("");
  const patch = createTwoFilesPatch("live", "desired", text(before), text(after), undefined, undefined);
  // The bar above the file names is for patches of many files.
  return { title, text: patch.replace(/^=+\n/, "") };
}
