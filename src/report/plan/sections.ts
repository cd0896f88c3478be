/** The parts of a plan in Markdown, in the order in which they are read; how much of each is shown is decided last. */
import type { Cause, Change, Plan, Refusal } from "../../model.ts";
import { count } from "../../text.ts";
import type { Block } from "../fit.ts";
import { listBlock } from "../fit.ts";
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
import { roleOf } from "./view.ts";

// ── Refusals ─────────────────────────────────────────────────────────────────────────────────────────

/** What to do stands first, and how to allow it on purpose last. */
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
    title: `### :warning: Who ${occasion === "plan" ? "loses" : "would lose"} a skill`,
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
    title: `### :warning: What else ${occasion === "plan" ? "is" : "would be"} removed`,
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

/** `plan`: an apply does all that. `drift`: nothing does it by itself. `withheld`: it was left out of an apply. */
export type Occasion = "plan" | "drift" | "withheld";

/** What nobody asked for in the YAML first. */
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
      lines: [...thingLines(view, cause, linkTo), ...userLines(view, cause, linkTo)],
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
      if (occasion !== "plan") return title("Would overwrite manual work");
      return title(
        "Overwrites manual work",
        "Somebody set these manually in the organisation. The YAML says otherwise, and it wins.",
      );
    case "drift":
      if (occasion !== "plan") return title("Would put back manual changes");
      return title(
        "Puts back manual changes",
        "Somebody changed these manually after they were applied. This plan puts them back.",
      );
    case "edit":
      return title(hasLedger ? "Edits since the last apply" : "What the YAML asks for");
    case "membership":
      return title(
        "Changes of group membership",
        "These follow from who is in a group of the organisation, and from no edit.",
      );
  }
}

/** Skills and profiles. */
function thingLines({ plan, skills, profiles }: PlanView, cause: Cause, linkTo: LinkTo): PeopleLine[] {
  const is = (change: Change): boolean => change.cause === cause;
  const created = skills.flatMap(({ name, existence }) =>
    existence?.verb === "create" && is(existence)
      ? [
          `:heavy_plus_sign: skill ${bold(name)}${plan.isEstimate ? " (create or adopt)" : ""}${placesOf([existence], linkTo)}`,
        ]
      : [],
  );
  const texts = [
    ...skills.map(({ name, texts }) => ({ what: `skill ${bold(name)}`, texts })),
    ...profiles.map(({ name, texts }) => ({ what: `profile ${bold(name)}`, texts })),
  ].flatMap(({ what, texts }) => texts.filter(is).map((change) => `${what}: ${textWords(change, linkTo)}`));
  const entries = skills.flatMap(({ name, profiles: entries }) =>
    entries
      .filter(({ change }) => change.verb !== "remove" && is(change))
      .map(
        ({ name: profile, change }) =>
          `profile ${bold(profile)} gains ${bold(name)}${placesOf([change], linkTo)}`,
      ),
  );
  return [...created, ...texts, ...entries].map((head) => ({ head, people: [], tail: "", weight: 1 }));
}

function textWords(change: Change, linkTo: LinkTo): string {
  const value = markdown(phrase`${quote(String(change.after ?? ""))}`);
  return `${change.field.kind} becomes ${value}${placesOf([change], linkTo)}`;
}

/** People for whom exactly the same changes are one line, the largest group first. */
function userLines({ plan, people }: PlanView, cause: Cause, linkTo: LinkTo): PeopleLine[] {
  const groups = new Map<
    string,
    { readonly people: Person[]; readonly changes: Change[]; readonly told: Change[] }
  >();
  for (const { person, changes } of people) {
    const shown = changes.filter((change) => change.cause === cause && roleOf(change) !== "loss");
    if (shown.length === 0) continue;
    const key = JSON.stringify(
      shown.map(({ field, verb, before, after, rename, manual }) => [
        field,
        verb,
        before,
        after,
        rename,
        manual,
      ]),
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
      const [does, where] = [assignmentWords(told, people.length, plan), placesOf(changes, linkTo)];
      const weight = people.length * told.length;
      return people.length === 1 && only
        ? { head: `${personWords(only)}: ${does}`, people: [], tail: where, weight }
        : { head: `${people.length} people ${does}`, people, tail: where, weight };
    });
}

function personWords(person: Person): string {
  return isNamed(person) ? inline(person.ref) : "1 user that the YAML doesn't name";
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

/** What somebody should look at; `warnings` are more sentences from elsewhere. */
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

/** What is only told. */
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
