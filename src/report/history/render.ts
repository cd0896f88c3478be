/** A history as text, CSV and JSON. */
import type { Cause, Day, Value } from "../../model.ts";
import { count, printable } from "../../text.ts";
import { documentText } from "../document.ts";
import { csvTable } from "../impact/csv.ts";
import type { Paint } from "../paint.ts";
import { data, listed, phrase, words } from "../phrase.ts";
import { endWords } from "../words.ts";
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
  const titles = subjects.map(
    ({ kind, name, id }) =>
      phrase`${words(kind === "skill" ? "Skill" : "User")} ${data(name, 200)} (${data(id, 200)})`,
  );
  const rows = events.map((event) => ({
    tone: toneOf(event),
    cells: [
      words(event.day),
      [data(whatOf(event, subjects), 60)],
      words(changeWords(event)),
      words(causeWords(event)),
      words(event.pullRequests.join(", ")),
      words((event.revision ?? "").slice(0, 7)),
      [data(event.author, 40)],
    ],
  }));
  return documentText(
    [
      { kind: "title", text: phrase`${listed(titles)}, target ${words(target)}` },
      rows.length === 0
        ? { kind: "paragraph", lines: [words("Nothing is recorded.")] }
        : { kind: "table", head: HEAD, rows },
      { kind: "paragraph", lines: [words(`${count(events.length, "change")} ${ONLY_OURS}`)] },
    ],
    paint,
  );
}

const HEAD = ["Day", "What", "Change", "Why", "Pull request", "Commit", "Applied by"];

const ONLY_OURS = "by this program; what was done manually is not in the ledger. Days are in UTC.";

function toneOf({ field, from, to, written }: HistoryEvent): keyof Paint {
  if (!written) return "dim";
  if (field === "until" || (from !== null && to !== null)) return "yellow";
  return from === null ? "green" : "red";
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
  const [before, after] = [valueText(from), valueText(to)];
  if (field === "existence") {
    if (to === null) return written ? "deleted" : "no longer ours";
    return written ? "created" : "found, and ours from then on";
  }
  if (field === "until") return `${endWords(to)} (was ${endWords(from)})`;
  if (field !== "assignment") return `${field}: ${before} → ${after}`;
  if (from === null) return written ? `gained at ${after}` : `found at ${after}, and ours from then on`;
  if (to === null) return written ? `lost, had ${before}` : `no longer ours, had ${before}`;
  return `${before} → ${after}`;
}

function valueText(value: Value | null): string {
  if (value === null) return "none";
  if (value === true) return "yes";
  return typeof value === "string" ? `"${printable(value, 40)}"` : String(value);
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
