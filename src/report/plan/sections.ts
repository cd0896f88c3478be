/** What Markdown says of a plan, line by line; how many of the lines are shown is decided where they must fit. */
import type { AssignmentChange, Cause, Change, Note, Plan, Refusal, UpdateUser } from "../../model.ts";
import { count } from "../../text.ts";
import { inline } from "../markdown-safe.ts";
import { refusalWords, WITHOUT_LABEL } from "../refusals.ts";
import {
  causeWords,
  isAboutStranger,
  noteSentence,
  operationsOf,
  placeWords,
  proficiencyWords,
} from "../words.ts";
import type { SkillEffect } from "./effects.ts";
import { effectsBySkill } from "./effects.ts";
import { deletionWords, movedWords, renameStories } from "./renames.ts";

/** Lines under a title; none without lines. */
export interface Section {
  readonly title: string;
  /** What they have in common, for who has never seen the word; null where the title says it. */
  readonly meaning: string | null;
  readonly lines: readonly string[];
}

/** Who loses a skill: the users that the YAML names, and how many others. */
export interface Losers {
  readonly head: string;
  readonly named: readonly string[];
  readonly others: number;
  /** Why, where it is no edit. */
  readonly tail: string;
}

// ── Refusals ─────────────────────────────────────────────────────────────────────────────────────────

/** `max` characters for each sentence; the cure is left out of short ones, and where the plan isn't refused for it. */
export function refusalLines(refusals: readonly Refusal[], plan: Plan, max: number): string[] {
  return refusals.map((refusal) => {
    const { sentence, cure } = refusalWords(refusal, plan);
    const isCured = max >= FULL_SENTENCE && !plan.allowed.includes(refusal);
    return `- **${refusal.code}**: ${inline(sentence, max)}${isCured ? ` ${cureInline(cure, refusal)}` : ""}`;
  });
}

export const FULL_SENTENCE = 500;

/** On a pull request a label is the nearer way. */
function cureInline(cure: string, { code }: Refusal): string {
  const option = `--allow ${code}`;
  // The last one: a name in the sentence may read the same.
  const at = cure.lastIndexOf(option);
  if (at < 0) return inline(cure, 300);
  const [before, after] = [cure.slice(0, at), cure.slice(at + option.length)];
  const label = WITHOUT_LABEL.includes(code) ? "" : `the label \`allow:${code}\`, or `;
  return `${inline(before, 300)}${label}\`${option}\`${inline(after, 300)}`;
}

// ── Removals ─────────────────────────────────────────────────────────────────────────────────────────

/** Skills that are deleted and profile entries that go; replaced skills are told in the renames. */
export function removalLines(plan: Plan): string[] {
  const deleted = operationsOf(plan, "delete-skill").map(
    (operation) =>
      `- :wastebasket: skill **${inline(operation.name)}**: ${inline(deletionWords(operation, plan), 300)}${where(operation)}`,
  );
  const entries = operationsOf(plan, "update-profile").flatMap(({ name, entries }) =>
    entries
      .filter(({ kind }) => kind === "lose")
      .map(
        (entry) =>
          `- profile **${inline(name)}** loses ${skillInline(plan, entry.skill)}${why(entry)}${where(entry)}`,
      ),
  );
  return [...deleted, ...entries];
}

/** One for each skill that users lose; a loss that is part of a rename is none. */
export function losersBySkill(plan: Plan): Losers[] {
  return effectsBySkill(plan)
    .filter(({ losses }) => losses.length > 0)
    .map(({ skill, losses }) => {
      const named = losses.filter(({ user }) => user.named).map(({ user }) => userInline(user));
      const head = `- **${skillInline(plan, skill)}** (${count(losses.length, "user")})`;
      return { head, named, others: losses.length - named.length, tail: lossReasons(losses) };
    });
}

function lossReasons(losses: SkillEffect["losses"]): string {
  const causes: readonly Cause[] = ["membership", "drift", "conflict"];
  const reasons = causes.flatMap((cause) => {
    const number = losses.filter(({ change }) => change.cause === cause).length;
    const words = causeWords(cause);
    return number === 0 || words === null ? [] : [`${number} ${words}`];
  });
  return reasons.length === 0 ? "" : ` (${reasons.join(", ")})`;
}

/** The line with at most `max` names. */
export function losersLine({ head, named, others, tail }: Losers, max: number): string {
  const shown = named.slice(0, max);
  const hidden = named.length - shown.length;
  const people = [
    ...shown,
    ...(hidden > 0 ? [`${count(hidden, "user")} more`] : []),
    ...(others > 0 ? [`${count(others, "user")} that the YAML doesn't name`] : []),
  ];
  return `${head}: ${people.join(", ")}${tail}`;
}

// ── Changes ──────────────────────────────────────────────────────────────────────────────────────────

/** What nobody asked for in the YAML first. */
const CAUSES: readonly Cause[] = ["conflict", "drift", "edit", "membership"];

/** All that isn't a removal, by cause; those without a line are left out. */
export function changeSections(plan: Plan): Section[] {
  return CAUSES.map((cause) => ({ ...titleOf(cause, plan), lines: changeLines(plan, cause) })).filter(
    ({ lines }) => lines.length > 0,
  );
}

function titleOf(cause: Cause, { hasLedger }: Plan): Omit<Section, "lines"> {
  switch (cause) {
    case "conflict":
      return {
        title: "Overwrites work by hand",
        meaning: "Somebody set these by hand in the organisation. The YAML says otherwise, and it wins.",
      };
    case "drift":
      return {
        title: "Put back after changes by hand",
        meaning:
          "Somebody changed these by hand after they were applied. They become again what the YAML says.",
      };
    case "edit":
      return { title: hasLedger ? "Edits since the last apply" : "What the YAML asks for", meaning: null };
    case "membership":
      return {
        title: "Changes of group membership",
        meaning: "These follow from who is in a group of the organisation, and from no edit.",
      };
  }
}

function changeLines(plan: Plan, cause: Cause): string[] {
  const has = (change: Change): boolean => change.cause === cause;
  const created = operationsOf(plan, "create-skill")
    .filter(has)
    .map(
      (operation) =>
        `- :heavy_plus_sign: skill **${inline(operation.name)}**${plan.isEstimate ? " (create or adopt)" : ""}${where(operation)}`,
    );
  const skills = operationsOf(plan, "update-skill").flatMap(({ skill, changes }) =>
    changes.filter(has).map((change) => `- skill **${skillInline(plan, skill)}**: ${fieldWords(change)}`),
  );
  const profiles = operationsOf(plan, "update-profile").flatMap(({ name, changes, entries }) => [
    ...changes.filter(has).map((change) => `- profile **${inline(name)}**: ${fieldWords(change)}`),
    ...entries
      .filter((entry) => entry.kind === "gain" && has(entry))
      .map((entry) => `- profile **${inline(name)}** gains ${skillInline(plan, entry.skill)}${where(entry)}`),
  ]);
  return [...created, ...skills, ...profiles, ...userLines(plan, has)];
}

function fieldWords(change: Change & { readonly field: string; readonly after: string }): string {
  return `${change.field} becomes “${inline(change.after)}”${where(change)}`;
}

function userLines(plan: Plan, has: (change: Change) => boolean): string[] {
  const isShown = (change: AssignmentChange): boolean =>
    has(change) && (change.kind !== "lose" || change.to !== undefined);
  const users = operationsOf(plan, "update-user").filter(({ changes }) => changes.some(isShown));
  const named = users
    .filter((user) => user.named)
    .map((user) => userLine(user, user.changes.filter(isShown), plan));
  const others = users.filter((user) => !user.named);
  if (others.length === 0) return named;
  const changes = others.reduce((sum, user) => sum + user.changes.filter(isShown).length, 0);
  return [
    `- ${count(others.length, "user")} that the YAML doesn't name: ${count(changes, "change")}`,
    ...named,
  ];
}

/** One verb for all gains, and where it is written at the end, unless that is in many places. */
function userLine(user: UpdateUser, changes: readonly AssignmentChange[], plan: Plan): string {
  const gains = changes.filter(({ kind }) => kind === "gain").map((change) => assignmentWords(change, plan));
  const others = changes.filter(({ kind }) => kind !== "gain").map((change) => assignmentWords(change, plan));
  const parts = [...(gains.length > 0 ? [`gains ${gains.join(", ")}`] : []), ...others];
  const places = new Set(changes.flatMap(({ origin }) => (origin ? inline(placeWords(origin)) : [])));
  const where = places.size > 0 && places.size <= PLACES_SHOWN ? ` (${[...places].join(", ")})` : "";
  return `- ${userInline(user)}: ${parts.join("; ")}${where}`;
}

const PLACES_SHOWN = 2;

function assignmentWords(change: AssignmentChange, plan: Plan): string {
  const name = skillInline(plan, change.skill);
  switch (change.kind) {
    case "gain":
      return `${name} at ${proficiencyWords(change.after)}${inline(movedWords(change, plan), 200)}`;
    case "change":
      return `${name} from ${proficiencyWords(change.before)} to ${proficiencyWords(change.after)}`;
    case "lose":
      return change.to === undefined
        ? `loses ${name}`
        : `gives up ${name} for ${skillInline(plan, change.to)}`;
  }
}

// ── Renames, notes, impact ───────────────────────────────────────────────────────────────────────────

export function renameLines(plan: Plan): string[] {
  return renameStories(plan).map(
    ({ title, steps }) => `- **${inline(title, 300)}**: ${inline(steps.join(" "), 600)}`,
  );
}

/** What somebody should look at, and what is only told. */
export function noteLines(plan: Plan): { readonly warnings: string[]; readonly notes: string[] } {
  const shown = plan.notes.filter((note) => !isAboutStranger(note));
  const line = (note: Note): string => `- **${note.code}**: ${inline(noteSentence(note, plan), 600)}`;
  const hidden = plan.notes.length - shown.length;
  return {
    warnings: shown.filter(isWarning).map(line),
    notes: [
      ...shown.filter((note) => !isWarning(note)).map(line),
      ...(hidden > 0 ? [`- ${count(hidden, "note")} about users that the YAML doesn't name`] : []),
    ],
  };
}

const TOLD: readonly Note["code"][] = [
  "ADOPTED",
  "UNMANAGED_SKILLS",
  "UNMANAGED_ASSIGNMENTS",
  "ALREADY_GONE",
  "PREVIOUSLY_DONE",
  "NAME_DIFFERS",
];

/** Whatever is not known to be harmless. */
function isWarning({ code }: Note): boolean {
  return !TOLD.includes(code);
}

export function impactRows(plan: Plan): string[][] {
  return effectsBySkill(plan).map(({ skill, gains, changes, losses }) => [
    skillInline(plan, skill),
    String(gains.length),
    String(changes.length),
    String(losses.length),
  ]);
}

function skillInline(plan: Plan, slug: string): string {
  return inline(plan.skills[slug]?.name ?? slug);
}

function userInline({ email, id }: UpdateUser): string {
  return inline(email || id);
}

function why({ cause }: Change): string {
  const words = causeWords(cause);
  return words === null ? "" : `, ${words}`;
}

function where({ origin }: Change): string {
  return origin ? ` (${inline(placeWords(origin))})` : "";
}
