/** Assignments as a table for spreadsheets: a row for each user, a column for each skill. `import --csv` reads it. */
import type { LiveSkill } from "../model.ts";
import type { UserSubject } from "../plan/rows.ts";
import { foldName, printable } from "../text.ts";
import { csvCell, csvTable } from "./impact/csv.ts";
import type { PlannedRows } from "./planned-rows.ts";
import { heldSkills } from "./planned-rows.ts";

/**
 * The current proficiencies of active users; rows end with CRLF. A skill or user whose name or e-mail is ambiguous or
 * would be read back differently is listed by id.
 */
export function skillMatrix({ rows, live }: Pick<PlannedRows, "rows" | "live">): string {
  const skills = rows.skills.flatMap(({ live, state }) => (live && state !== "dead" ? [live] : []));
  const emails = countBy(live.users.entities, ({ email }) => email);
  const names = countBy(skills, ({ name }) => foldName(name));
  const ids = new Set(skills.map(({ id }) => id));
  const titleOf = ({ id, name }: LiveSkill): string =>
    names.get(foldName(name)) === 1 && comesBack(name) && !RESERVED.test(name) && !ids.has(name) ? name : id;
  const refOf = ({ user: { id, email } }: UserSubject): string =>
    emails.get(email) === 1 && /^[^\s@]+@[^\s@]+$/u.test(email) && comesBack(email) ? email : id;
  const lines = rows.users.flatMap((user) => {
    const held = heldSkills(user);
    return held.size === 0 ? [] : [[refOf(user), ...skills.map(({ id }) => held.get(id) ?? "")]];
  });
  return csvTable([["email", ...skills.map(titleOf)], ...lines]);
}

/** Column titles that `import --csv` reads as something other than a skill. */
const RESERVED = /^(?:e-?mail|user|skills)$/iu;

/** Whether `import --csv` reads the same text back: it is trimmed, composed, printable and not a formula. */
function comesBack(text: string): boolean {
  const isPlain = text === text.normalize("NFC").trim() && printable(text, Infinity) === text;
  return isPlain && csvCell(text).replace(/^"|"$/gu, "").replaceAll('""', '"') === text;
}

function countBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1);
  return counts;
}
