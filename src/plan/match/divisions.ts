/** Finds the division that a name or id in the YAML means. */
import type { Division, Live, Refusal } from "../../model.ts";
import { byText, foldName, nearest } from "../../text.ts";
import type { SkillSubject } from "../rows.ts";

/** By id, else by exact name, else by folded name; undefined if several match. */
export function findDivision(ref: string, divisions: readonly Division[]): Division | undefined {
  const rules: readonly ((division: Division) => boolean)[] = [
    ({ id }) => id === ref,
    ({ id }) => id === ref.toLowerCase(),
    ({ name }) => name === ref,
    ({ name }) => foldName(name) === foldName(ref),
  ];
  for (const rule of rules) {
    const found = new Map(divisions.filter(rule).map((division) => [division.id, division]));
    if (found.size > 0) return found.size === 1 ? [...found.values()][0] : undefined;
  }
  return undefined;
}

/** Refuses entries with an unknown division; the `profiles` dialect has no divisions. */
export function unknownDivisions(
  skills: readonly Pick<SkillSubject, "id" | "entry" | "isReleased">[],
  { dialect, divisions, view }: Live,
): Refusal[] {
  if (dialect === "profiles" || !divisions || divisions.kind === "incomplete") return [];
  const { entities } = divisions;
  return skills.flatMap(({ id, entry, isReleased }): Refusal[] => {
    if (entry?.division === undefined || isReleased || findDivision(entry.division, entities)) return [];
    const names = entities.map(({ name }) => name).sort(byText);
    const suggestion = nearest(entry.division, names);
    return [
      {
        ...{ code: "UNKNOWN_DIVISION", skill: id, name: entry.division, source: entry.source },
        ...(suggestion !== undefined && { nearest: suggestion }),
        seen: entities.length === 0 ? "none" : view === "limited" ? "some" : "all",
      },
    ];
  });
}
