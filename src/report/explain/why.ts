/** Tables of holdings: what is there now, what the YAML wants, and why. */
import type { Holding, Reason } from "../../plan/explain/holding.ts";
import { printable } from "../../text.ts";
import type { Paint } from "../paint.ts";
import { listNames, placeWords, proficiencyWords, quoted } from "../words.ts";

/** One table; `about` is what its rows differ by. Empty where there are no holdings. */
export function holdingTable(holdings: readonly Holding[], about: "user" | "skill", paint: Paint): string[] {
  if (holdings.length === 0) return [];
  const subjects = holdings.map((one) => printable(about === "user" ? one.user.ref : one.skill.name, 60));
  const head = [about === "user" ? "User" : "Skill", "Now", "Wanted"];
  const table = alignColumns([
    head,
    ...holdings.map((one, row) => [subjects[row] ?? "", nowWords(one), wantedWords(one)]),
  ]);
  const [title = "", ...rows] = table;
  const margin = " ".repeat(title.length);
  return [
    paint.dim(`    ${title}  Why`),
    ...holdings.flatMap((one, row) => {
      const [first = "", ...others] = whyLines(one, about, paint);
      return [
        `  ${signOf(one, paint)} ${rows[row] ?? ""}  ${first}`,
        ...others.map((line) => `    ${margin}  ${line}`),
      ];
    }),
  ];
}

/** Rows of cells as lines of columns, two spaces between them. */
export function alignColumns(rows: readonly (readonly string[])[]): string[] {
  const lengthOf = (cell: string): number => Array.from(cell).length;
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => (widths[column] = Math.max(widths[column] ?? 0, lengthOf(cell))));
  }
  return rows.map((row) =>
    row.map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - lengthOf(cell))).join("  "),
  );
}

/** As what stands below a title. */
export function indent(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}

/** What the next apply does with it, in the signs of a plan. */
function signOf({ now, after }: Holding, paint: Paint): string {
  if (now === after) return " ";
  if (now === null) return paint.green("+");
  return after === null ? paint.red("-") : paint.yellow("~");
}

const NOTHING = "–";

function nowWords({ user, now }: Holding): string {
  if (now !== null) return proficiencyWords(now);
  return user.state === "active" ? NOTHING : "?";
}

function wantedWords({ wanted }: Holding): string {
  if (wanted === null) return NOTHING;
  return wanted === "any" ? wanted : proficiencyWords(wanted);
}

// ── Why ──────────────────────────────────────────────────────────────────────────────────────────────

/**
 * Why one user has one skill, or is to have or lose it: a line for each reason, the one that decides first.
 * `about` is what the lines around it differ by, as in `holdingTable`.
 */
export function whyLines(holding: Holding, about: "user" | "skill", paint: Paint): string[] {
  const sources = mergeMemberships(holding.wishes);
  const isContested = sources.length > 1;
  const reasons = sources.map(({ reason, memberships }, rank) => {
    const label = isContested ? (rank === 0 ? "decides: " : "also: ") : "";
    const level = isContested ? levelWords(reason) : "";
    const line = `${label}${viaWords(reason, memberships)}${level}, ${placeWords(reason.origin)}`;
    return rank === 0 ? line : paint.dim(line);
  });
  const unwanted = holding.why === "yaml" ? [] : [unwantedWords(holding)];
  // The page of a user has said already that they aren't there.
  const absence = about === "user" ? absenceWords(holding) : null;
  const remarks = [fateWords(holding), absence].filter((remark) => remark !== null);
  return [...reasons, ...unwanted, ...remarks.map((remark) => paint.yellow(remark))];
}

/** One line of the YAML, and how the user comes to be a member of what it belongs to. */
interface Source {
  readonly reason: Reason;
  /** Groups that make the user a member; null for the user's own membership. */
  readonly memberships: (string | null)[];
}

/** A user may be a member of one profile in several ways; that is still one line. */
function mergeMemberships(reasons: readonly Reason[]): Source[] {
  const sources = new Map<string, Source>();
  for (const reason of reasons) {
    const { via, group = null, profile, from, origin } = reason;
    const membership = via === "profile" ? group : null;
    const key = JSON.stringify([via, via === "group" ? group : null, profile, from, origin]);
    const known = sources.get(key);
    if (known) known.memberships.push(membership);
    else sources.set(key, { reason, memberships: [membership] });
  }
  return [...sources.values()];
}

/** `group Night Desk`, `profile Support, from Everyone`, `profile Support (by group Tier 1)`. */
function viaWords({ via, group, profile, from }: Reason, memberships: Source["memberships"]): string {
  switch (via) {
    case "user":
      return "named in person";
    case "group":
      return `group ${printable(group ?? "")}`;
    case "profile":
      return `profile ${printable(profile ?? "")}${membershipWords(memberships)}${from === undefined ? "" : `, from ${printable(from)}`}`;
  }
}

function membershipWords(memberships: Source["memberships"]): string {
  const groups = [...new Set(memberships.filter((group) => group !== null))];
  if (groups.length === 0) return "";
  const isOwn = memberships.includes(null);
  return ` (${isOwn ? "also " : ""}by group ${listNames(groups)})`;
}

function levelWords({ proficiency }: Reason): string {
  return proficiency === undefined ? "" : `, at ${proficiencyWords(proficiency)}`;
}

/** Why nothing comes of a wish for somebody who isn't there; null for everybody else. */
function absenceWords({ user, wanted }: Holding): string | null {
  if (wanted === null) return null;
  switch (user.state) {
    case "active":
      return null;
    case "inactive":
      return "inactive, and skipped";
    case "deleted":
      return "deleted from the organisation, and skipped";
    case "left":
      return "no longer in the organisation, and skipped";
    case "unknown":
      return "no user of the organisation";
  }
}

function unwantedWords({ user, why, now, after, other, applied, formerOrigin }: Holding): string {
  const was = formerOrigin ? ` (it was ${placeWords(formerOrigin)})` : "";
  if (user.state !== "active") {
    return `applied earlier${applied === null ? "" : `, at ${proficiencyWords(applied)}`}; the YAML no longer asks for it`;
  }
  switch (why) {
    case "yaml":
      return "";
    case "by-hand":
      return "by hand: no YAML asks for it, and it stays";
    case "exclusive":
      return "by hand: only the YAML says who has this skill (exclusive), so it goes with the next apply";
    case "dropped":
      return `ours until the next apply: the YAML no longer asks for it${was}`;
    case "former-member":
      return `ours until the next apply: no longer a member of the group that gave it${was}`;
    case "renamed":
      if (now === null) {
        return `comes with ${other === undefined ? "a rename" : `the rename of ${quoted(other)}`}${after === null ? "" : `, at ${proficiencyWords(after)}`}`;
      }
      return `${after === null ? "goes with the rename" : "stays as long as something refers to it"}: ${quoted(other ?? "")} takes its place`;
    case "deleted":
      return "goes with the next apply: the skill is deleted";
    case "let-go":
      return "let go (managed: false): it stays";
  }
}

/** What becomes of a change by hand; null where there is none. */
function fateWords({ byHand, now }: Holding): string | null {
  const what = now === null ? "taken away by hand" : "changed by hand";
  switch (byHand) {
    case "put-back":
      return `${what}: the next apply puts it back`;
    case "overwritten":
      return now === null
        ? `${what}: the next apply gives it again`
        : "set by hand: the next apply overwrites it";
    case "left":
      return `${what}, and left so (drift: report)`;
    case undefined:
      return null;
  }
}
