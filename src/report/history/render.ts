/** A history as text, CSV and JSON. */
import type { Cause, Day, Value } from "../../model.ts";
import { count, printable } from "../../text.ts";
import { csvTable } from "../impact/csv.ts";
import type { Paint } from "../paint.ts";
import { alignColumns, endWords } from "../words.ts";
import type { HistorySubject } from "./find.ts";

export interface HistoryEvent {
  /** In UTC. */
  readonly day: Day;
  /** ISO 8601. */
  readonly at: string;
  /** Null if it is about the skill itself. */
  readonly user: { readonly id: string; readonly email: string | null } | null;
  readonly skill: { readonly id: string; readonly name: string };
  /** `until`: the last day of an assignment. */
  readonly field: "assignment" | "until" | "existence" | "name" | "description" | "division" | "protected";
  /** Null: not there. */
  readonly from: Value | null;
  readonly to: Value | null;
  /** False if nothing was written: the ledger only adopted a value, or forgot a missing one. */
  readonly written: boolean;
  /** Null if unknown: nothing was written, or an apply was interrupted. */
  readonly cause: Cause | null;
  /** The commit of the ledger. */
  readonly commit: string;
  /** The commit whose YAML was applied. */
  readonly revision: string | null;
  /** The person who applied. */
  readonly author: string;
  readonly pullRequests: readonly number[];
}

export interface History {
  readonly version: 1;
  readonly target: string;
  readonly name: string;
  readonly subjects: readonly HistorySubject[];
  /** Newest first. */
  readonly events: readonly HistoryEvent[];
}

export function historyText({ target, subjects, events }: History, paint: Paint): string {
  const title = subjects.map(
    ({ kind, name, id }) => `${kind === "skill" ? "Skill" : "User"} ${printable(name)} (${printable(id)})`,
  );
  const [head = "", ...rows] = alignColumns([
    ["Day", "What", "Change", "Why", "Pull request", "Commit", "Applied by"],
    ...events.map((event) => [
      event.day,
      printable(whatOf(event, subjects), 60),
      changeWords(event),
      causeWords(event),
      event.pullRequests.join(", "),
      (event.revision ?? "").slice(0, 7),
      printable(event.author, 40),
    ]),
  ]);
  const painted = rows.map((row, place) => {
    const event = events[place];
    if (!event?.written) return paint.dim(row.trimEnd());
    const isKept = event.field === "until" || (event.from !== null && event.to !== null);
    return (isKept ? paint.yellow : event.from === null ? paint.green : paint.red)(row.trimEnd());
  });
  return [
    paint.bold(`${title.join(", ")}, target ${target}`),
    "",
    ...(events.length === 0 ? ["Nothing is recorded."] : [paint.dim(head.trimEnd()), ...painted]),
    "",
    `${count(events.length, "change")} by this program; what was done manually is not in the ledger. Days are in UTC.`,
    "",
  ].join("\n");
}

/** The other side of an assignment: the holder for a skill, the skill for a user. */
function whatOf({ user, skill }: HistoryEvent, subjects: readonly HistorySubject[]): string {
  if (!user) return skill.name;
  const isOfUser = subjects.some(({ kind, id }) => kind === "user" && id === user.id);
  return isOfUser ? skill.name : (user.email ?? user.id);
}

/** The change and why, in words. */
export function eventWords(event: HistoryEvent): string {
  return `${changeWords(event)} (${causeWords(event)})`;
}

function changeWords({ field, from, to, written }: HistoryEvent): string {
  const words = (value: HistoryEvent["from"]): string =>
    value === null
      ? "none"
      : value === true
        ? "yes"
        : typeof value === "string"
          ? `"${printable(value, 40)}"`
          : String(value);
  if (field === "existence") {
    if (to === null) return written ? "deleted" : "no longer ours";
    return written ? "created" : "found, and ours from then on";
  }
  if (field === "until") return `${endWords(to)} (was ${endWords(from)})`;
  if (field !== "assignment") return `${field}: ${words(from)} → ${words(to)}`;
  if (from === null)
    return written ? `gained at ${words(to)}` : `found at ${words(to)}, and ours from then on`;
  if (to === null) return written ? `lost, had ${words(from)}` : `no longer ours, had ${words(from)}`;
  return `${words(from)} → ${words(to)}`;
}

const CAUSES: Readonly<Record<Cause, string>> = {
  edit: "edit of the YAML",
  schedule: "a day in the YAML",
  membership: "a group's members",
  drift: "put back",
  conflict: "overwrote manual work",
};

function causeWords({ cause, written }: HistoryEvent): string {
  if (cause !== null) return CAUSES[cause];
  return written ? "not recorded" : "nothing written";
}

const COLUMNS = [
  ...["day", "at", "user_id", "email", "skill_id", "skill", "field", "from", "to", "written", "cause"],
  ...["commit", "revision", "author", "pull_requests"],
];

export function historyCsv({ events }: History): string {
  const rows = events.map(({ day, at, user, skill, field, from, to, written, cause, ...rest }) => [
    ...[day, at, user?.id ?? "", user?.email ?? "", skill.id, skill.name, field],
    ...[from ?? "", to ?? "", written ? "yes" : "no", cause ?? ""].map((cell) =>
      cell === true ? "yes" : cell,
    ),
    ...[rest.commit, rest.revision ?? "", rest.author, rest.pullRequests.join(" ")],
  ]);
  return csvTable([COLUMNS, ...rows]);
}
