/** The parts of a plan in Markdown, in the order in which they are read; how much of each is shown is decided last. */
import type { Cause, Change, Plan, Refusal } from "../../model.ts";
import { count } from "../../text.ts";
import type { Block } from "../fit.ts";
import { fixedBlock, listBlock } from "../fit.ts";
import { folded, inline, table } from "../markdown-safe.ts";
import { notesFor } from "../notes.ts";
import type { Impact } from "../impact/facts.ts";
import { impactTable } from "../impact/markdown.ts";
import { isTouched } from "../impact/words.ts";
import { phrase, quote } from "../phrase.ts";
import type { LinkTo } from "../phrase-markdown.ts";
import { markdown, placeMarkdown } from "../phrase-markdown.ts";
import type { Allowing } from "../refusals.ts";
import { refusalWords } from "../refusals.ts";
import { causeWords, valueWords } from "../words.ts";
import type { PeopleLine } from "./people-lines.ts";
import { peopleBlock, placesOf } from "./people-lines.ts";
import { isNamed, nameOf, renameStory, withheldPhrase } from "./sentences.ts";
import type { LossView, Person, PlanView, SkillView } from "./view.ts";
import { planView, roleOf } from "./view.ts";

// ── Refusals ─────────────────────────────────────────────────────────────────────────────────────────

/** For each refusal first the right remedy, last how to allow it on purpose. */
export function refusalBlock(plan: Plan, linkTo: LinkTo): Block {
  return listBlock({
    title: "### :no_entry: Refused: this plan must not be applied as it stands",
    says: "some of the refusals",
    share: 0.2,
    lines: refusalLines(plan.refusals, plan, linkTo),
  });
}

export function allowedBlock(plan: Plan, linkTo: LinkTo): Block {
  return listBlock({
    title: "### :ballot_box_with_check: Allowed on purpose",
    says: "some of what was allowed",
    share: 0.04,
    lines: plan.allowed.map(
      (refusal) => `- **${refusal.code}**: ${markdown(refusalWords(refusal, plan).sentence, linkTo)}`,
    ),
  });
}

export function refusalLines(refusals: readonly Refusal[], plan: Plan, linkTo: LinkTo): string[] {
  return refusals.map((refusal) => {
    const { sentence, remedy, allow } = refusalWords(refusal, plan);
    const told = markdown(phrase`${sentence} ${remedy}`, linkTo);
    return `- **${refusal.code}**: ${told}${allow ? ` ${allowMarkdown(allow)}` : ""}`;
  });
}

/** On a pull request a label is the nearer way. */
function allowMarkdown({ when, code, hasLabel }: Allowing): string {
  const label = hasLabel ? `the label \`allow:${code}\`, or ` : "";
  return `${markdown(when)}: ${label}\`--allow ${code}\`.`;
}

// ── What is taken away ───────────────────────────────────────────────────────────────────────────────

export function lossBlock(view: PlanView, linkTo: LinkTo, occasion: Occasion = "plan"): Block {
  return peopleBlock({
    title: `### :warning: People who ${isMeant(occasion) ? "lose" : "would lose"} a skill`,
    says: "some of those who lose a skill",
    share: 0.25,
    unit: "skill",
    besides: (hidden) => ` (${count(lossesIn(hidden), "loss", "losses")})`,
    lines: view.losses.map((loss) => lossLine(loss, linkTo)),
  });
}

function lossesIn(lines: readonly PeopleLine[]): number {
  return lines.reduce((sum, { people, weight }) => sum + people.length * weight, 0);
}

const NAMES_IN_HEAD = 8;

function lossLine({ skills, people, changes }: LossView, linkTo: LinkTo): PeopleLine {
  const more = skills.length - NAMES_IN_HEAD;
  const names = [
    ...skills
      .slice(0, NAMES_IN_HEAD)
      .map((skill) => bold(skill.name) + (isDeleted(skill) ? " (deleted)" : "")),
    ...(more > 0 ? [`${more} more skills`] : []),
  ];
  return {
    ...{ people, weight: skills.length },
    head: `${names.join(", ")}, ${count(people.length, "person", "people")}`,
    tail: reasonsOf(skills, changes) + placesOf(changes, linkTo),
  };
}

function isDeleted({ existence }: SkillView): boolean {
  return existence?.verb === "delete";
}

/** Why they lose it, where it is no edit, and what the organisation knows besides. */
function reasonsOf(skills: readonly SkillView[], changes: readonly Change[]): string {
  const causes = (["membership", "drift", "conflict"] as const).flatMap((cause) => {
    const number = changes.filter((change) => change.cause === cause).length;
    const words = causeWords(cause);
    return number === 0 || words === null ? [] : [`${number} ${words}`];
  });
  const holders = skills.flatMap(({ deletion }) => deletion?.holders ?? []);
  const manual = holders.filter((holder) => holder.manual).length;
  const inactive = holders.filter((holder) => holder.inactive).length;
  const reasons = [
    ...causes,
    ...(manual > 0 ? [`${manual} assigned manually`] : []),
    ...(inactive > 0 ? [`${inactive} inactive`] : []),
  ];
  return reasons.length === 0 ? "" : ` (${reasons.join(", ")})`;
}

/** Deleted skills that nobody loses and profile entries that go; replaced skills are told in the renames. */
export function removalBlock({ skills }: PlanView, linkTo: LinkTo, occasion: Occasion = "plan"): Block {
  const deleted = skills.flatMap(({ name, existence, deletion, holders }) =>
    existence?.verb === "delete" && deletion?.replacedBy === undefined && holders.loss.length === 0
      ? [`- skill ${bold(name)} is deleted; nobody holds it${placesOf([existence], linkTo)}`]
      : [],
  );
  const entries = skills.flatMap(({ name, profiles }) =>
    profiles
      .filter(({ change }) => change.verb === "remove")
      .map(
        ({ name: profile, change }) => `- profile ${bold(profile)} loses ${bold(name)}${why(change, linkTo)}`,
      ),
  );
  return listBlock({
    title: `### :warning: ${isMeant(occasion) ? "Also" : "Would also be"} removed`,
    says: "some of the removals",
    share: 0.08,
    lines: [...deleted, ...entries],
  });
}

export function renameBlock({ plan, renames }: PlanView): Block {
  return listBlock({
    title: "### Renames",
    says: "some of the renames",
    share: 0.07,
    lines: renames.map((rename) => {
      const { title, steps } = renameStory(rename, plan);
      return `- **${markdown(title)}**: ${steps.map((step) => markdown(step)).join(" ")}`;
    }),
  });
}

// ── Changes ──────────────────────────────────────────────────────────────────────────────────────────

/**
 * `plan`: an apply does all that. `pull-request`: the apply after its merge does. `drift`: it would put back manual
 * changes, and nothing does that by itself. `withheld`: it was left out of an apply.
 */
export type Occasion = "plan" | "pull-request" | "drift" | "withheld";

function isMeant(occasion: Occasion): boolean {
  return occasion === "plan" || occasion === "pull-request";
}

/** Changes that no edit asked for come first. */
const CAUSES: readonly Cause[] = ["conflict", "drift", "edit", "membership"];

/** All that isn't removed, by cause. */
export function changeBlocks(view: PlanView, linkTo: LinkTo, occasion: Occasion = "plan"): Block[] {
  return CAUSES.map((cause) => {
    const { title, meaning } = titleOf(cause, view.plan, occasion);
    return peopleBlock({
      title: meaning === null ? `### ${title}` : `### ${title}\n\n${meaning}`,
      says: "some of the changes",
      share: cause === "edit" ? 0.1 : 0.05,
      unit: "change",
      lines: [...thingLines(view, cause, linkTo, occasion), ...userLines(view, cause, linkTo, occasion)],
    });
  });
}

interface Title {
  readonly title: string;
  readonly meaning: string | null;
}

function titleOf(cause: Cause, { hasLedger }: Plan, occasion: Occasion): Title {
  const title = (words: string, meaning: string | null = null): Title => ({ title: words, meaning });
  switch (cause) {
    case "conflict":
      if (!isMeant(occasion)) return title("Would overwrite manual work");
      return title(
        "Overwrites manual work",
        "Somebody set these manually in the organisation. The YAML says otherwise, and it wins.",
      );
    case "drift":
      if (occasion === "drift") return title("Changed manually since the last apply");
      if (occasion === "withheld") return title("Would put back manual changes");
      return title(
        "Puts back manual changes",
        "Somebody changed these manually after they were applied. No edit asks for this: the plan puts them back.",
      );
    case "edit":
      if (!isMeant(occasion)) return title("Other changes");
      return title(hasLedger ? "Edits since the last apply" : "Asked for by the YAML");
    case "membership":
      return title(
        "Changes of group membership",
        "These follow from who is in a group of the organisation, and from no edit.",
      );
  }
}

/** Skills and profiles. */
function thingLines(view: PlanView, cause: Cause, linkTo: LinkTo, occasion: Occasion): PeopleLine[] {
  const { plan, skills, profiles } = view;
  const is = (change: Change): boolean => change.cause === cause;
  const isDrift = occasion === "drift" && cause === "drift";
  const created = skills.flatMap(({ name, existence }) =>
    existence?.verb === "create" && is(existence) ? [{ name, existence }] : [],
  );
  const texts = [
    ...skills.map(({ name, texts }) => ({ what: `skill ${bold(name)}`, texts })),
    ...profiles.map(({ name, texts }) => ({ what: `profile ${bold(name)}`, texts })),
  ];
  const entries = skills.flatMap(({ name, profiles }) =>
    profiles.map((entry) => ({ ...entry, what: `${isDrift ? "lost" : "gains"} ${bold(name)}` })),
  );
  const adopt = plan.isEstimate ? " (create or adopt)" : "";
  const heads = [
    ...created.map(
      ({ name, existence }) =>
        (isDrift ? `skill ${bold(name)} was deleted` : `:heavy_plus_sign: skill ${bold(name)}${adopt}`) +
        placesOf([existence], linkTo),
    ),
    ...texts.flatMap(({ what, texts }) =>
      texts.filter(is).map((change) => `${what}: ${textWords(change, isDrift)}${placesOf([change], linkTo)}`),
    ),
    ...entries
      .filter(({ change }) => change.verb !== "remove" && is(change))
      .map(({ name, change, what }) => `profile ${bold(name)} ${what}${placesOf([change], linkTo)}`),
  ];
  return heads.map((head) => ({ head, people: [], tail: "", weight: 1 }));
}

function textWords({ field, before, after }: Change, isDrift: boolean): string {
  const value = (text: Change["after"]): string => markdown(phrase`${quote(String(text ?? ""))}`);
  return isDrift
    ? `${field.kind} is now ${value(before)}, and was applied as ${value(after)}`
    : `${field.kind} becomes ${value(after)}`;
}

/** People for whom exactly the same changes are one line, the largest group first. */
function userLines(view: PlanView, cause: Cause, linkTo: LinkTo, occasion: Occasion): PeopleLine[] {
  const { plan, people } = view;
  const wordsOf = occasion === "drift" && cause === "drift" ? manualWords : assignmentWords;
  const groups = new Map<
    string,
    { readonly people: Person[]; readonly changes: Change[]; readonly told: Change[] }
  >();
  for (const { person, changes } of people) {
    const shown = changes.filter((change) => change.cause === cause && roleOf(change) !== "loss");
    if (shown.length === 0) continue;
    const key = JSON.stringify(
      shown.map(({ field, verb, before, after, rename, manual }) => {
        return [field, verb, before, after, rename, manual];
      }),
    );
    const group = groups.get(key) ?? { people: [], changes: [], told: shown };
    groups.set(key, group);
    group.people.push(person);
    group.changes.push(...shown);
  }
  return [...groups.values()]
    .sort((a, b) => b.people.length - a.people.length)
    .map(({ people, changes, told }) => {
      const [only] = people;
      const [does, where] = [wordsOf(told, people.length, plan), placesOf(changes, linkTo)];
      const weight = people.length * told.length;
      return people.length === 1 && only
        ? { head: `${personWords(only)}: ${does}`, people: [], tail: where, weight }
        : { head: `${people.length} people ${does}`, people, tail: where, weight };
    });
}

function personWords(person: Person): string {
  return isNamed(person) ? inline(person.ref) : "1 user that the YAML doesn't name";
}

/** Manual changes, the reverse of an apply that would put them back: `lost **Billing** (was at 3)`. */
function manualWords(changes: readonly Change[], _: number, plan: Plan): string {
  const told = changes.map((change) => {
    const { before, after } = change;
    const skill = skillBold(change, plan);
    return before === null
      ? `lost ${skill} (was at ${value(after)})`
      : `went from ${value(after)} to ${value(before)} in ${skill}`;
  });
  return told.join("; ");
}

/** One verb for all gains. */
function assignmentWords(changes: readonly Change[], people: number, plan: Plan): string {
  const verb = (one: string, several: string): string => (people === 1 ? one : several);
  const gains = changes.filter((change) => roleOf(change) === "gain");
  const others = changes.filter((change) => roleOf(change) !== "gain");
  const parts = [
    ...(gains.length > 0
      ? [`${verb("gains", "gain")} ${gains.map((change) => levelWords(change, plan)).join(", ")}`]
      : []),
    ...others.map((change) => otherWords(change, verb, plan)),
  ];
  return parts.join("; ");
}

function otherWords(change: Change, verb: (one: string, several: string) => string, plan: Plan): string {
  const { rename, before, after } = change;
  const skill = skillBold(change, plan);
  const from = rename && "from" in rename ? ` in place of ${bold(nameOf(plan, rename.from))}` : "";
  const role = roleOf(change);
  if (role === "move") {
    return `${verb("gets", "get")} ${levelWords(change, plan)}${from}${change.manual ? ", manually as before" : ""}`;
  }
  if (role === "update")
    return `${verb("goes", "go")} from ${value(before)} to ${value(after)} in ${skill}${from}`;
  const successor = rename && "to" in rename ? ` for ${bold(nameOf(plan, rename.to))}` : "";
  return `${verb("gives", "give")} up ${skill}${successor}`;
}

function levelWords(change: Change, plan: Plan): string {
  return `${skillBold(change, plan)} at ${value(change.after)}`;
}

function skillBold({ field }: Change, plan: Plan): string {
  return bold(field.kind === "skill" ? nameOf(plan, field.id) : field.kind);
}

function value(value: Change["after"]): string {
  return typeof value === "string" ? inline(value) : valueWords(value);
}

function bold(name: string): string {
  return `**${inline(name)}**`;
}

function why(change: Change, linkTo: LinkTo): string {
  const words = causeWords(change.cause);
  const place = change.source ? ` (${placeMarkdown(change.source, linkTo)})` : "";
  return `${words === null ? "" : `, ${words}`}${place}`;
}

// ── Notes and what is withheld ───────────────────────────────────────────────────────────────────────

/** Notes that somebody should look at; `warnings` are more sentences from elsewhere. */
export function warningBlock(plan: Plan, warnings: readonly string[], linkTo: LinkTo): Block {
  const withheld = withheldPhrase(plan, false);
  const notes = notesFor(plan, false).shown.filter(({ isWarning }) => isWarning);
  return listBlock({
    title: "### :warning: To look at",
    says: "some of the warnings",
    share: 0.08,
    lines: [
      ...(withheld ? [`- ${markdown(withheld, linkTo)}`] : []),
      ...warnings.map((warning) => `- ${inline(warning, 300)}`),
      ...notes.map(({ code, sentence }) => `- ${markdown(sentence, linkTo)} \`${code}\``),
    ],
  });
}

/** The other notes. */
export function noteBlock(plan: Plan, linkTo: LinkTo): Block {
  const { shown, hidden } = notesFor(plan, false);
  const told = shown
    .filter(({ isWarning }) => !isWarning)
    .map(({ code, sentence }) => `- ${markdown(sentence, linkTo)} \`${code}\``);
  const lines = [
    ...told,
    ...(hidden > 0 ? [`- ${count(hidden, "note")} about users that the YAML doesn't name`] : []),
  ];
  const list = listBlock({ title: "", says: "some of the notes", share: 0.03, lines });
  return {
    ...list,
    render: (shown) => (lines.length === 0 ? "" : folded(count(lines.length, "note"), list.render(shown))),
  };
}

// ── Impact ───────────────────────────────────────────────────────────────────────────────────────────

/** More skills than this nobody reads in a comment. */
const IMPACT_ROWS = 50;

/** The skills that change, those that most people gain or lose first. */
export function impactBlock(impact: Impact | undefined): Block {
  const touched = (impact?.skills ?? []).filter(isTouched).sort((a, b) => affected(b) - affected(a));
  const { head, rows } = impactTable(touched.slice(0, IMPACT_ROWS));
  return {
    says: "part of the impact table",
    share: 0.1,
    lines: rows.length,
    render: (shown) => {
      if (rows.length === 0) return "";
      const hidden = touched.length - shown;
      const more = hidden > 0 ? `\n\n… and ${count(hidden, "more skill")}.` : "";
      return folded("Impact by skill", table(head, rows.slice(0, shown)) + more);
    },
  };
}

function affected({ gains, losses, changes, moves }: Impact["skills"][number]): number {
  return gains.total + losses.total + changes.total + moves.total;
}

// ── What a pull request is merged into ───────────────────────────────────────────────────────────────

/** What waits on main and is no part of a pull request's plan. */
export type Besides =
  /** The YAML of the base is not valid, so the plan holds what waits there too. */
  | { readonly isMainValid: false }
  | {
      readonly isMainValid: true;
      /** Merged and not applied yet; its refusals are those of main. */
      readonly waiting: Plan;
      /** Merged and not applied yet, and taken back by the pull request. */
      readonly undone: Plan;
    };

export function besidesBlocks(besides: Besides, linkTo: LinkTo): Block[] {
  if (!besides.isMainValid) return [fixedBlock(MAIN_NOT_VALID)];
  const { waiting, undone } = besides;
  return [
    ...partBlocks(waiting, { title: "Merged and waiting", meaning: WAITING, linkTo }),
    listBlock({
      title: "### Refused on main already",
      says: "some of what is refused on main",
      share: 0.05,
      lines: refusalLines(waiting.refusals, waiting, linkTo),
    }),
    ...partBlocks(undone, { title: "Taken back", meaning: TAKEN_BACK, linkTo }),
  ];
}

const MAIN_NOT_VALID =
  "The YAML that this pull request is merged into is not valid, so this plan holds everything that is merged and not applied yet.";
const WAITING = "Merged before, and not applied yet. It is no part of this pull request.";
const TAKEN_BACK =
  "Merged before, and not applied yet. This pull request takes it back, so it does not happen.";

interface PartTitle {
  readonly title: string;
  readonly meaning: string;
  readonly linkTo: LinkTo;
}

function partBlocks(plan: Plan, { title, meaning, linkTo }: PartTitle): Block[] {
  const view = planView(plan);
  const others = CAUSES.flatMap((cause) => [
    ...thingLines(view, cause, linkTo, "pull-request"),
    ...userLines(view, cause, linkTo, "pull-request"),
  ]);
  return [
    peopleBlock({
      ...{
        title: `### ${title}: people who lose a skill\n\n${meaning}`,
        says: `some of what is ${title.toLowerCase()}`,
      },
      ...{ share: 0.05, unit: "skill", lines: view.losses.map((loss) => lossLine(loss, linkTo)) },
    }),
    peopleBlock({
      ...{ title: `### ${title}\n\n${meaning}`, says: `some of what is ${title.toLowerCase()}` },
      ...{ share: 0.05, unit: "change", lines: others },
    }),
  ];
}
