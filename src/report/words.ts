/** Wording that several reports share. */
import type { Cause, Place, Plan, Value } from "../model.ts";
import { count, printable } from "../text.ts";

/** Quotes a name in plain text. */
export function quoted(name: string): string {
  return `"${printable(name)}"`;
}

export const ESTIMATE =
  "An estimate, made without the organisation: it assumes the last applied state and knows no manual changes.";

/** The summary line, which people and tools look for first. */
export function summaryLine({ summary, stages }: Plan): string {
  if (stages.length === 0) return "No changes.";
  const { add, change, destroy, move } = summary;
  const moves = move > 0 ? `, ${move} to move` : "";
  return `Plan: ${add} to add, ${change} to change, ${destroy} to destroy${moves}.`;
}

export function costLine({ cost }: Plan): string {
  return `Applying takes about ${count(cost.requests, "request")}, ${duration(cost.seconds)} at the rate limit.`;
}

/** The first line about a target in a terminal. */
export function targetLine({
  target,
  organization,
  dialect,
}: Pick<Plan, "target" | "organization" | "dialect">): string {
  return `Target ${target}: ${printable(organization.name)} (${dialect} API)`;
}

/** `7 January 2027` */
export function dayWords(day: string): string {
  const [year = "", month, date] = day.split("-");
  return `${Number(date)} ${MONTHS[Number(month) - 1] ?? ""} ${year}`;
}

const MONTHS = [
  ...["January", "February", "March", "April", "May", "June"],
  ...["July", "August", "September", "October", "November", "December"],
];

/** Users whom the reader may not see: `2 users that the YAML doesn't name`. */
export function unnamedUsers(number: number, singular = "user"): string {
  return `${count(number, singular)} that the YAML doesn't name`;
}

/** `45 seconds`, `3 minutes`. */
export function duration(seconds: number): string {
  return seconds < 120 ? count(Math.ceil(seconds), "second") : count(Math.ceil(seconds / 60), "minute");
}

/** The cause of a change in words; null for an edit, which needs none. */
export function causeWords(cause: Cause): string | null {
  switch (cause) {
    case "edit":
      return null;
    case "schedule":
      return "on its day";
    case "membership":
      return "through a group's members";
    case "drift":
      return "reverts a manual change";
    case "conflict":
      return "overwrites manual work";
  }
}

/** The end of an assignment: `until 6 January 2027`. */
export function endWords(day: Value | null): string {
  return typeof day === "string" ? `until ${dayWords(day)}` : "without an end";
}

/** `skills/a.yaml:3`, and ` at 1234567` where it stood there in an earlier commit. */
export function placeWords({ file, line, revision }: Place): string {
  return `${printable(file)}:${line}${revision === undefined ? "" : ` at ${revision.slice(0, 7)}`}`;
}

/** A proficiency as a number, `true` as "there", null as "gone". */
export function valueWords(value: Exclude<Value, string> | null): string {
  if (value === null) return "gone";
  return value === true ? "there" : String(value);
}

const NAMES_SHOWN = 8;

/** The first few names, and the number of the others. */
export function listNames(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_SHOWN).map((name) => printable(name));
  const more = names.length - shown.length;
  return more > 0 ? `${shown.join(", ")} and ${more} more` : shown.join(", ");
}

/** Aligns cells in columns with two spaces between them. */
export function alignColumns(rows: readonly (readonly string[])[]): string[] {
  const lengthOf = (cell: string): number => Array.from(cell).length;
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => (widths[column] = Math.max(widths[column] ?? 0, lengthOf(cell))));
  }
  const aligned = (cell: string, column: number): string =>
    cell + " ".repeat((widths[column] ?? 0) - lengthOf(cell));
  return rows.map((row) => row.map(aligned).join("  "));
}

/** Joins blocks of lines with an empty line between them, and leaves out empty blocks. */
export function paragraphs(blocks: readonly (readonly string[])[]): string {
  const shown = blocks.filter(({ length }) => length > 0).map((lines) => lines.join("\n"));
  return `${shown.join("\n\n")}\n`;
}
