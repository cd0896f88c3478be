/** The reasons why a user has, gets or loses a skill. */
import { printable } from "../../text.ts";
import type { Paint } from "../paint.ts";
import { dayWords, listNames, placeWords, quoted } from "../words.ts";
import type { AssignmentFact, SourceFact } from "./assignment.ts";

/** A line for each reason, the decisive one first. `about` says whether the table lists users or skills. */
export function whyLines(assignment: AssignmentFact, about: "user" | "skill", paint: Paint): string[] {
  const sources = mergeMemberships(assignment.sources);
  const isContested = sources.length > 1;
  const reasons = sources.map(({ reason, memberships }, rank) => {
    const label = isContested ? (rank === 0 ? "decides: " : "also: ") : "";
    const level = `${isContested ? levelWords(reason) : ""}${dayRange(reason)}`;
    const line = `${label}${viaWords(reason, memberships)}${level}, ${placeWords(reason.source)}`;
    return rank === 0 ? line : paint.dim(line);
  });
  const unwanted = assignment.why === "yaml" ? [] : [unwantedWords(assignment)];
  // The page of a user begins with their absence.
  const absence = about === "user" && assignment.wanted !== null ? ABSENCE[assignment.user.state] : null;
  const pending = assignment.pending ? PENDING[assignment.pending] : null;
  const remarks = [manualWords(assignment), pending, absence].filter((remark) => remark !== null);
  return [...reasons, ...unwanted, ...remarks.map((remark) => paint.yellow(remark))];
}

/** One line of the YAML, and the memberships through which it reaches the user. */
interface MergedSource {
  readonly reason: SourceFact;
  /** Groups that make the user a member; null for the user's own membership. */
  readonly memberships: (string | null)[];
}

/** A user may be a member of one profile in several ways; that is still one line. */
function mergeMemberships(reasons: readonly SourceFact[]): MergedSource[] {
  const sources = new Map<string, MergedSource>();
  for (const reason of reasons) {
    const { via, group = null, profile, from, source, firstDay, lastDay } = reason;
    const membership = via === "profile" ? group : null;
    const key = JSON.stringify([
      via,
      via === "group" ? group : null,
      profile,
      from,
      source,
      firstDay,
      lastDay,
    ]);
    const known = sources.get(key);
    if (known) known.memberships.push(membership);
    else sources.set(key, { reason, memberships: [membership] });
  }
  return [...sources.values()];
}

/** `group Night Desk`, `profile Support, from Everyone`, `profile Support (by group Tier 1)`. */
function viaWords(
  { via, group, profile, from }: SourceFact,
  memberships: MergedSource["memberships"],
): string {
  switch (via) {
    case "user":
      return "named directly";
    case "group":
      return `group ${printable(group ?? "")}`;
    case "profile":
      return `profile ${printable(profile ?? "")}${membershipWords(memberships)}${from === undefined ? "" : `, from ${printable(from)}`}`;
  }
}

function membershipWords(memberships: MergedSource["memberships"]): string {
  const groups = [...new Set(memberships.filter((group) => group !== null))];
  if (groups.length === 0) return "";
  const isOwn = memberships.includes(null);
  return ` (${isOwn ? "also " : ""}by group ${listNames(groups)})`;
}

function levelWords({ proficiency }: SourceFact): string {
  return proficiency === undefined ? "" : `, at ${proficiency}`;
}

/** `, from 1 December 2026 until 6 January 2027` */
function dayRange({ firstDay, lastDay }: SourceFact): string {
  const parts = [
    ...(firstDay === undefined ? [] : [`from ${dayWords(firstDay)}`]),
    ...(lastDay === undefined ? [] : [`until ${dayWords(lastDay)}`]),
  ];
  return parts.length === 0 ? "" : `, ${parts.join(" ")}`;
}

/** Why nothing is given to somebody who isn't there. */
export const ABSENCE: Readonly<Record<AssignmentFact["user"]["state"], string | null>> = {
  active: null,
  inactive: "inactive, and skipped",
  deleted: "deleted from the organisation, and skipped",
  left: "no longer in the organisation, and skipped",
  unknown: "no user of the organisation",
};

function unwantedWords({ user, why, now, after, other, applied, previousSource }: AssignmentFact): string {
  const was = previousSource ? ` (it was ${placeWords(previousSource)})` : "";
  if (user.state !== "active") {
    return `applied earlier${applied === null ? "" : `, at ${applied}`}; the YAML no longer asks for it`;
  }
  switch (why) {
    case "yaml":
      return "";
    case "manual":
      return "manual: no YAML asks for it, and it stays";
    case "exclusive":
      return "manual, but the skill is exclusive: the next apply removes it";
    case "dropped":
      return `removed by the next apply: the YAML doesn't ask for it any more${was}`;
    case "left-group":
      return `removed by the next apply: the user left the group that gave it${was}`;
    case "renamed":
      if (after !== null && after !== now) {
        return `comes with the rename of ${quoted(other ?? "")}, at ${after}`;
      }
      return `${after === null ? "removed by the rename" : "stays while something refers to it"}: ${quoted(other ?? "")} replaces it`;
    case "deleted":
      return "removed by the next apply: the skill is deleted";
    case "released":
      return "released (managed: false): it stays";
  }
}

/** How the next apply treats a manual change; null if there is none. */
function manualWords({ manual, now }: AssignmentFact): string | null {
  const what = now === null ? "removed manually" : "changed manually";
  switch (manual) {
    case "put-back":
      return `${what}: the next apply restores it`;
    case "overwritten":
      return now === null
        ? `${what}: the next apply gives it again`
        : "set manually: the next apply overwrites it";
    case "left":
      return `${what}, and only reported (drift: report)`;
    case undefined:
      return null;
  }
}

/** Why the next apply leaves it unchanged. */
const PENDING: Readonly<Record<NonNullable<AssignmentFact["pending"]>, string>> = {
  withheld: "withheld: no reviewed plan holds its change",
  unsettled: "unsettled: the outcome of an earlier write is unknown",
  unseen: "unchanged until it is clear which skill is meant and whether it exists",
  estimated: "an estimate, without the organisation",
};
