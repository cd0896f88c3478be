/** A plan as Markdown: important parts first, details folded, cut to the size that fits. */
import { groupBy } from "../../group-by.ts";
import type { Cause, Change, Plan, Refusal, ScheduledChange, ScheduledDay } from "../../model.ts";
import { isEndSet } from "../../plan/changes.ts";
import type { ShownChanges } from "../../plan/review.ts";
import { count } from "../../text.ts";
import type { Block, Fitted } from "../fit.ts";
import { fit } from "../fit.ts";
import { impactTable } from "../impact/document.ts";
import type { Impact } from "../impact/facts.ts";
import { isTouched } from "../impact/words.ts";
import { fenced, inline, table } from "../markdown-safe.ts";
import { notesFor } from "../notes.ts";
import type { FilesOnGitHub, LinkTo } from "../phrase-markdown.ts";
import { linksTo, markdown, NO_LINKS } from "../phrase-markdown.ts";
import type { Phrase } from "../phrase.ts";
import {
  at,
  code,
  counted,
  countedParts,
  data,
  firstOf,
  joined,
  level,
  listed,
  phrase,
  quote,
  strong,
  words,
} from "../phrase.ts";
import type { Allowing } from "../refusals.ts";
import { refusalWords } from "../refusals.ts";
import type { ReportSection, SectionLine } from "../section.ts";
import { foldedBlock, lineOf, takingLine, toBlock } from "../section.ts";
import { causeWords, costLine, dayWords, endWords, ESTIMATE, unnamedUsers } from "../words.ts";
import { diffsOf } from "./diffs.ts";
import { planGraph } from "./graph.ts";
import {
  causesPhrase,
  headline,
  noLedgerPhrase,
  peoplePhrase,
  renameStory,
  withheldPhrase,
} from "./sentences.ts";
import type { AffectedPerson, LossView, PlanView, SkillView } from "./view.ts";
import { isNamed, nameOf, planView, roleOf } from "./view.ts";

/** Facts that are shown beside the plan. */
export interface PlanExtras {
  readonly besides?: Besides;
  /** Sentences about labels without effect. */
  readonly warnings?: readonly string[];
  /** The facts of the impact report, for a table of the skills that change. */
  readonly impact?: Impact;
  /** The files on GitHub, for links to their lines. */
  readonly files?: FilesOnGitHub;
  /** Default: 60,000 for posts on GitHub, otherwise unlimited. */
  readonly maxBytes?: number;
}

/** For a file or a job's summary. Users that the YAML doesn't name are counted, unless they lose a skill. */
export function planMarkdown(plan: Plan, options: PlanExtras = {}): string {
  return fitPlan(plan, {
    maxBytes: Number.POSITIVE_INFINITY,
    ...options,
    intro: (facts, dropped) => [
      planTitle(plan),
      ...facts,
      ...(dropped.length > 0 ? [`Left out: ${dropped.join(", ")}.`] : []),
    ],
  }).text;
}

export function planTitle({ target, organization, isEstimate }: Plan): string {
  const where = isEstimate ? "" : ` (${inline(organization.name)})`;
  return `## Routing skills: ${inline(target)}${where}`;
}

interface PlanBody extends PlanExtras {
  /** The text above the plan, around its facts; it says what was left out. */
  readonly intro: (facts: readonly string[], dropped: readonly string[]) => readonly string[];
  /** Default: `plan`. */
  readonly occasion?: Occasion;
}

/** A plan below an introduction, in at most `maxBytes` bytes. Links are dropped before anything else. */
export function fitPlan(plan: Plan, body: PlanBody): Fitted {
  const view = planView(plan);
  const facts = planFacts(view, body);
  const render = (linkTo: LinkTo): Fitted =>
    fit({ ...body, intro: (dropped) => body.intro(facts, dropped), blocks: blocksOf(view, body, linkTo) });
  const linked = render(body.files ? linksTo(body.files) : NO_LINKS);
  return linked.isWhole ? linked : render(NO_LINKS);
}

/** The plan in one sentence for people and one for tools, and the warnings about it. */
function planFacts(view: PlanView, { occasion, besides }: PlanBody): string[] {
  const { plan } = view;
  const [noLedger, causes] = [
    noLedgerPhrase(plan),
    causesPhrase(plan, occasion === "pull-request" ? askedBy(besides) : null),
  ];
  return [
    `**${markdown(peoplePhrase(view))}**`,
    ...(plan.isEstimate ? [ESTIMATE] : []),
    ...(noLedger ? [markdown(noLedger)] : []),
    headline(plan),
    ...(causes ? [markdown(causes)] : []),
  ];
}

/** If the changes waiting on main are shown separately, all other edits belong to the pull request. */
function askedBy(besides: Besides | undefined): "pull-request" | "pull-request-or-main" {
  return besides?.isMainValid === true ? "pull-request" : "pull-request-or-main";
}

// ── Parts ────────────────────────────────────────────────────────────────────────────────────────────

function blocksOf(
  view: PlanView,
  { warnings = [], impact, occasion = "plan", besides }: PlanBody,
  linkTo: LinkTo,
): (Block | string)[] {
  const { plan } = view;
  const { stages, fingerprint } = plan;
  return [
    ...[
      refusalSection(plan, occasion),
      allowedSection(plan),
      lossSection(view, occasion),
      endSection(view, occasion),
      removalSection(view, occasion),
      warningSection(plan, warnings),
      renameSection(view),
      ...changeSections(view, occasion, besides?.isMainValid === true),
      scheduleSection(plan),
    ].map((section) => toBlock(section, linkTo)),
    ...(besides ? besidesBlocks(besides, linkTo) : []),
    impactBlock(impact),
    noteBlock(plan, linkTo),
    ...(occasion === "drift"
      ? [diffBlock(view, "Now (-), and as it was applied (+)")]
      : [
          graphBlock(view),
          diffBlock(view, "Before and after"),
          stages.length > 0 ? `${costLine(plan)} Fingerprint \`${fingerprint}\`.` : "",
        ]),
  ];
}

function graphBlock(view: PlanView): Block {
  const graph = planGraph(view);
  const pictures = graph === null ? [] : [fenced("mermaid", graph)];
  return picturesBlock("Picture of the changes", "the picture of the changes", pictures);
}

function diffBlock(view: PlanView, title: string): Block {
  const diffs = diffsOf(view).map((diff) => fenced("diff", diff));
  return picturesBlock(title, "some of the diffs", diffs);
}

function picturesBlock(title: string, says: string, pictures: readonly string[]): Block {
  const render = (shown: number): string => pictures.slice(0, shown).join("\n\n");
  return foldedBlock(title, { says, share: 0, lines: pictures.length, render });
}

/**
 * When the changes happen. `plan`: with the next apply. `pull-request`: with the apply after its merge. `drift`: they
 * would put back manual changes, which nothing does by itself. `withheld`: they were left out of an apply.
 */
export type Occasion = "plan" | "pull-request" | "drift" | "withheld";

function isMeant(occasion: Occasion): boolean {
  return occasion === "plan" || occasion === "pull-request";
}

// ── Refusals ─────────────────────────────────────────────────────────────────────────────────────────

function refusalSection(plan: Plan, occasion: Occasion): ReportSection {
  return {
    title: "### :no_entry: Refused: this plan must not be applied as it stands",
    says: "some of the refusals",
    share: 0.2,
    lines: refusalLines(plan.refusals, plan, occasion),
  };
}

function allowedSection(plan: Plan): ReportSection {
  return {
    title: "### :ballot_box_with_check: Allowed explicitly",
    says: "some of the allowed refusals",
    share: 0.04,
    lines: plan.allowed.map((one) =>
      lineOf(phrase`${strong(one.code)}: ${refusalWords(one, plan).sentence}`),
    ),
  };
}

/** The remedy comes before the way to allow a refusal. */
export function refusalLines(refusals: readonly Refusal[], plan: Plan, occasion: Occasion): SectionLine[] {
  return refusals.map((refusal) => {
    const { sentence, remedy, allow } = refusalWords(refusal, plan);
    const told = phrase`${strong(refusal.code)}: ${sentence} ${remedy}`;
    return lineOf(allow === null ? told : phrase`${told} ${allow.when}: ${howToAllow(allow, occasion)}.`);
  });
}

/** A label counts only on the pull request that is planned; what is merged is allowed where it is applied. */
function howToAllow({ code: refusal, hasLabel }: Allowing, occasion: Occasion): Phrase {
  const [label, option] = [code(`allow:${refusal}`), code(`--allow ${refusal}`)];
  switch (occasion) {
    case "pull-request":
      return hasLabel
        ? phrase`set the label ${label} on this pull request`
        : phrase`no label does, only ${option} on the command line`;
    case "plan":
      return hasLabel ? phrase`the label ${label} on a pull request, or ${option}` : [option];
    case "drift":
    case "withheld":
      return phrase`run the apply workflow manually, with ${code(refusal)} as what to allow`;
  }
}

// ── What is taken away ───────────────────────────────────────────────────────────────────────────────

export function lossSection(view: PlanView, occasion: Occasion): ReportSection {
  return {
    title: `### :warning: ${LOSSES[occasion]}`,
    says: "some of those who lose a skill",
    share: 0.25,
    unit: "skill",
    lines: view.losses.map(lossLine),
  };
}

const LOSSES: Readonly<Record<Occasion, string>> = {
  plan: "People who lose a skill",
  "pull-request": "People who lose a skill",
  drift: "People who would lose a skill if this were applied",
  withheld: "People who would lose a skill",
};

const NAMES_IN_HEAD = 8;

function lossLine({ skills, people, changes }: LossView): SectionLine {
  const names = skills.map(
    ({ name, existence }) =>
      phrase`${strong(name)}${existence?.verb === "delete" ? words(" (deleted)") : []}`,
  );
  const shown = listed(firstOf(names, NAMES_IN_HEAD, "more skills"));
  return {
    head: phrase`${shown}, ${counted(people.length, "person", "people")}`,
    people,
    tail: phrase`${reasonsOf(skills, changes)}${placesOf(changes)}`,
    weight: skills.length,
    takesAway: true,
  };
}

/** Ends that are set or brought forward, those of most people first. */
function endSection({ skills }: PlanView, occasion: Occasion): ReportSection {
  const lines = skills.flatMap(({ name, holders }): SectionLine[] => {
    const set = holders.end.filter(({ change }) => isEndSet(change));
    return [...groupBy(set, ({ change }) => `${change.before} ${change.after}`).values()].map((same) => {
      const changes = same.map(({ change }) => change);
      const [now, next] = [endWords(changes[0]?.before ?? null), endWords(changes[0]?.after ?? null)];
      return {
        head: phrase`${strong(name)} ${words(next)} (${words(now)} before), ${counted(same.length, "person", "people")}`,
        people: same.map(({ person }) => person),
        tail: phrase`${reasonsOf([], changes)}${placesOf(changes)}`,
        weight: 1,
        takesAway: true,
      };
    });
  });
  return {
    title: `### :warning: People who ${isMeant(occasion) ? "will lose" : "would lose"} a skill on a later day`,
    says: "some of those who lose a skill on a later day",
    share: 0.1,
    unit: "skill",
    lines: lines.sort((a, b) => b.people.length - a.people.length),
  };
}

/** How many of them lose it for another cause than an edit, and how many holders of a deleted skill were manual or inactive. */
function reasonsOf(skills: readonly SkillView[], changes: readonly Change[]): Phrase {
  const holders = skills.flatMap(({ deletion }) => deletion?.holders ?? []);
  const of = (cause: Cause): number => changes.filter((change) => change.cause === cause).length;
  const reasons = countedParts([
    [of("membership"), "left a group", "left a group"],
    [of("schedule"), "reached the last day", "reached their last day"],
    [of("drift"), "was given it manually", "were given it manually"],
    [of("conflict"), "has it otherwise than it was applied", "have it otherwise than it was applied"],
    [holders.filter(({ manual }) => manual).length, "was assigned manually", "were assigned manually"],
    [holders.filter(({ inactive }) => inactive).length, "is inactive", "are inactive"],
  ]);
  return reasons.length === 0 ? [] : phrase` (${listed(reasons)})`;
}

/** Deleted skills that nobody holds, and removed profile entries. Replaced skills are listed with the renames. */
export function removalSection({ skills }: PlanView, occasion: Occasion): ReportSection {
  const deleted = skills.flatMap(({ name, existence, deletion, holders }) =>
    existence?.verb === "delete" && deletion?.replacedBy === undefined && holders.loss.length === 0
      ? [phrase`skill ${strong(name)} is deleted; nobody holds it${placesOf([existence])}`]
      : [],
  );
  const entries = skills.flatMap(({ name, profiles }) =>
    profiles
      .filter(({ change }) => change.verb === "remove")
      .map(({ name: profile, change }) => {
        const why = causeWords(change.cause);
        const because = why === null ? [] : words(`, ${why}`);
        return phrase`profile ${strong(profile)} loses ${strong(name)}${because}${placesOf([change])}`;
      }),
  );
  return {
    title: `### :warning: ${isMeant(occasion) ? "Also" : "Would also be"} removed`,
    says: "some of the removals",
    share: 0.08,
    lines: [...deleted, ...entries].map(takingLine),
  };
}

function renameSection({ plan, renames }: PlanView): ReportSection {
  return {
    title: "### Renames",
    says: "some of the renames",
    share: 0.07,
    lines: renames.map((rename) => {
      const { title, steps } = renameStory(rename, plan);
      return takingLine([...words("**"), ...title, "**: ", ...listed(steps, " ")]);
    }),
  };
}

const PLACES_SHOWN = 2;

/** The places in the YAML that ask for the changes, after a space; empty if there are many. */
function placesOf(changes: readonly Pick<Change, "source">[]): Phrase {
  const places = new Map(
    changes.flatMap(({ source }) =>
      source ? [[`${source.file}:${source.line}:${source.revision ?? ""}`, source]] : [],
    ),
  );
  if (places.size === 0 || places.size > PLACES_SHOWN) return [];
  return phrase` (${listed([...places.values()].map((place) => [at(place)]))})`;
}

// ── Changes ──────────────────────────────────────────────────────────────────────────────────────────

/** Changes that nobody edited come first. */
const CAUSES: readonly Cause[] = ["conflict", "drift", "edit", "schedule", "membership"];

/** All that isn't removed, by cause. `isOwn`: what waits on main is shown separately. */
export function changeSections(view: PlanView, occasion: Occasion, isOwn = false): ReportSection[] {
  return CAUSES.map((cause) => ({
    title: `### ${isOwn && cause === "edit" ? OWN : titleOf(cause, view.plan, occasion)}`,
    says: "some of the changes",
    share: cause === "edit" ? 0.1 : 0.05,
    unit: "change",
    lines: changeLines(view, cause, occasion),
  }));
}

const OWN = "Changes that this pull request asks for";

function titleOf(cause: Cause, { hasLedger }: Plan, occasion: Occasion): string {
  switch (cause) {
    case "conflict":
      return isMeant(occasion)
        ? "Overwrites manual work\n\nThese were set manually in the organisation. The YAML differs and wins."
        : "Would overwrite manual work";
    case "drift":
      if (occasion === "drift") return "Changed manually since the last apply";
      return isMeant(occasion)
        ? "Reverts manual changes\n\nThese were changed manually after they were applied. No edit asks for this: the plan reverts them."
        : "Would revert manual changes";
    case "edit":
      if (!isMeant(occasion)) return "Other changes";
      return hasLedger ? "Edits since the last apply" : "Asked for by the YAML";
    case "schedule":
      return "Due by a date\n\nThese follow from a first or last day that the YAML names, and from no edit.";
    case "membership":
      return "Changes of group membership\n\nThese follow from the members of a group in the organisation, not from an edit.";
  }
}

function changeLines(view: PlanView, cause: Cause, occasion: Occasion): SectionLine[] {
  const isDrift = occasion === "drift" && cause === "drift";
  const lines = [...thingLines(view, cause, isDrift), ...userLines(view, cause, isDrift)];
  // What must be reviewed is cut last.
  return lines.sort((a, b) => Number(b.takesAway ?? false) - Number(a.takesAway ?? false));
}

/** Skills and profiles. */
function thingLines({ plan, skills, profiles }: PlanView, cause: Cause, isDrift: boolean): SectionLine[] {
  const is = (change: Change): boolean => change.cause === cause;
  const adopt = words(plan.isEstimate ? " is created, or taken over where it is there" : " is created");
  const created = skills.flatMap(({ name, existence }) => {
    if (existence?.verb !== "create" || !is(existence)) return [];
    const told = isDrift
      ? phrase`skill ${strong(name)} was deleted`
      : phrase`:heavy_plus_sign: skill ${strong(name)}${adopt}`;
    return [phrase`${told}${placesOf([existence])}`];
  });
  const texts = [
    ...skills.map((skill) => ({ ...skill, kind: words("skill") })),
    ...profiles.map((profile) => ({ ...profile, kind: words("profile") })),
  ].flatMap(({ kind, name, texts }) =>
    texts.filter(is).map((change) => ({
      ...lineOf(phrase`${kind} ${strong(name)}: ${textPhrase(change, isDrift)}${placesOf([change])}`),
      takesAway: change.takesAway,
    })),
  );
  const entries = skills.flatMap(({ name, profiles }) =>
    profiles
      .filter(({ change }) => change.verb !== "remove" && is(change))
      .map(({ name: profile, change }) => {
        const verb = words(isDrift ? "lost" : "gains");
        return phrase`profile ${strong(profile)} ${verb} ${strong(name)}${placesOf([change])}`;
      }),
  );
  return [...created.map(lineOf), ...texts, ...entries.map(lineOf)];
}

function textPhrase({ field, before, after }: Change, isDrift: boolean): Phrase {
  const [now, next] = [quote(String(before ?? "")), quote(String(after ?? ""))];
  return isDrift
    ? phrase`${words(field.kind)} is now ${now}, and was applied as ${next}`
    : phrase`${words(field.kind)} becomes ${next}`;
}

/** People with exactly the same changes share one line; the largest group comes first. */
function userLines({ plan, people }: PlanView, cause: Cause, isDrift: boolean): SectionLine[] {
  const told = people.flatMap(({ person, changes }) => {
    const shown = changes.filter(
      (change) => change.cause === cause && roleOf(change) !== "loss" && !isEndSet(change),
    );
    return shown.length > 0 ? [{ person, shown }] : [];
  });
  const same = groupBy(told, ({ shown }) =>
    JSON.stringify(
      shown.map(({ field, verb, before, after, rename, manual, until }) => {
        return [field, verb, before, after, rename, manual, until];
      }),
    ),
  );
  return [...same.values()]
    .sort((a, b) => b.length - a.length)
    .map((group) => {
      const [first = { person: undefined, shown: [] }, ...others] = group;
      const { person, shown } = first;
      const isOne = others.length === 0;
      const does = isDrift ? manualPhrase(shown, plan) : assignmentPhrase(shown, isOne, plan);
      const who = person && isNamed(person) ? [data(person.ref)] : words(unnamedUsers(1));
      return {
        head: isOne ? phrase`${who}: ${does}` : phrase`${group.length} people ${does}`,
        people: isOne ? [] : group.map((one) => one.person),
        tail: placesOf(group.flatMap((one) => one.shown)),
        weight: group.length * shown.length,
        takesAway: group.some((one) => one.shown.some(({ takesAway }) => takesAway)),
      };
    });
}

/** A manual change, described from the change that would revert it: `lost **Billing** (was at 3)`. */
function manualPhrase(changes: readonly Change[], plan: Plan): Phrase {
  const told = changes.map((change) => {
    const [skill, now, applied] = [skillOf(change, plan), level(change.before), level(change.after)];
    return change.before === null
      ? phrase`lost ${skill} (was at ${applied})`
      : phrase`went from ${applied} to ${now} in ${skill}`;
  });
  return listed(told, "; ");
}

/** `gains **Billing** at 3, **Sales** at 1; gives up **Fax**`. */
function assignmentPhrase(changes: readonly Change[], isOne: boolean, plan: Plan): Phrase {
  const verb = (one: string): Phrase => words(isOne ? `${one}s` : one);
  const gains = changes
    .filter((change) => roleOf(change) === "gain")
    .map(({ until, ...change }) => {
      const end = until === undefined ? [] : words(` ${endWords(until)}`);
      return phrase`${skillOf(change, plan)} at ${level(change.after)}${end}`;
    });
  const others = changes
    .filter((change) => roleOf(change) !== "gain")
    .map((change): Phrase => {
      const { rename, before, after, manual } = change;
      const skill = skillOf(change, plan);
      const from =
        rename && "from" in rename ? phrase` in place of ${strong(nameOf(plan, rename.from))}` : [];
      const role = roleOf(change);
      if (role === "move") {
        return phrase`${verb("get")} ${skill} at ${level(after)}${from}${words(manual ? ", manually as before" : "")}`;
      }
      if (role === "update") {
        return phrase`${words(isOne ? "goes" : "go")} from ${level(before)} to ${level(after)} in ${skill}${from}`;
      }
      if (role === "end") return phrase`${verb("keep")} ${skill} ${words(endWords(after))}`;
      const to = rename && "to" in rename ? phrase` for ${strong(nameOf(plan, rename.to))}` : [];
      return phrase`${verb("give")} up ${skill}${to}`;
    });
  return listed([...(gains.length > 0 ? [phrase`${verb("gain")} ${listed(gains)}`] : []), ...others], "; ");
}

function skillOf({ field }: Pick<Change, "field">, plan: Plan): ReturnType<typeof strong> {
  return strong("id" in field ? nameOf(plan, field.id) : field.kind);
}

// ── Notes and withheld changes ───────────────────────────────────────────────────────────────────────

/** Notes that need attention; `warnings` are additional sentences. */
function warningSection(plan: Plan, warnings: readonly string[]): ReportSection {
  const withheld = withheldPhrase(plan, false);
  return {
    title: "### :warning: To look at",
    says: "some of the warnings",
    share: 0.08,
    lines: [
      ...(withheld ? [withheld] : []),
      ...warnings.map((warning) => [data(warning, 300)]),
      ...notePhrases(plan, true),
    ].map(lineOf),
  };
}

/** The other notes. */
function noteBlock(plan: Plan, linkTo: LinkTo): Block {
  const { hidden } = notesFor(plan, false);
  const others =
    hidden > 0 ? [phrase`${counted(hidden, "note")} about users that the YAML doesn't name`] : [];
  const lines = [...notePhrases(plan, false), ...others].map(lineOf);
  const section = { title: "", says: "some of the notes", share: 0.03, lines };
  return foldedBlock(count(lines.length, "note"), toBlock(section, linkTo));
}

function notePhrases(plan: Plan, warnings: boolean): Phrase[] {
  return notesFor(plan, false)
    .shown.filter(({ isWarning }) => isWarning === warnings)
    .map((note) => phrase`${note.sentence} ${code(note.code)}`);
}

// ── Impact ───────────────────────────────────────────────────────────────────────────────────────────

/** How many skills a comment lists. */
const IMPACT_ROWS = 50;

/** The changed skills, those with the most affected people first. */
function impactBlock(impact: Impact | undefined): Block {
  const affected = ({ gains, losses, changes, moves }: Impact["skills"][number]): number =>
    gains.total + losses.total + changes.total + moves.total;
  const touched = (impact?.skills ?? []).filter(isTouched).sort((a, b) => affected(b) - affected(a));
  const { head, rows: cells } = impactTable(touched.slice(0, IMPACT_ROWS));
  const rows = cells.map((row) => row.map((cell) => markdown(cell)));
  return foldedBlock("Impact by skill", {
    says: "part of the impact table",
    share: 0.1,
    lines: rows.length,
    render: (shown) => {
      if (rows.length === 0) return "";
      const hidden = touched.length - shown;
      return (
        table(head, rows.slice(0, shown)) + (hidden > 0 ? `\n\n… and ${count(hidden, "more skill")}.` : "")
      );
    },
  });
}

// ── The base of a pull request ───────────────────────────────────────────────────────────────

/** Changes that wait on main and are not part of a pull request's plan. */
export type Besides =
  /** The YAML of the base is invalid, so the plan includes the waiting changes. */
  | { readonly isMainValid: false }
  | {
      readonly isMainValid: true;
      /** Merged but not applied yet, with the refusals of main. */
      readonly waiting: Plan;
      /** The pull requests that showed these changes; absent if unknown. */
      readonly shown?: readonly ShownChanges[];
      /** Merged but not applied yet, and reverted by the pull request. */
      readonly undone: Plan;
    };

function besidesBlocks(besides: Besides, linkTo: LinkTo): (Block | string)[] {
  if (!besides.isMainValid) return [MAIN_NOT_VALID];
  const { waiting, undone, shown = [] } = besides;
  const refused = {
    title: `### Refused on main already\n\n${REFUSED_ON_MAIN}`,
    says: "some of the refusals on main",
    share: 0.05,
    lines: refusalLines(waiting.refusals, waiting, "withheld"),
  };
  return [
    ...partSections(waiting, "Merged and waiting", [WAITING, ...shown.map(shownWords)].join(" ")),
    refused,
    ...partSections(undone, "Taken back", TAKEN_BACK),
  ].map((section) => ({ ...toBlock(section, linkTo), reviewed: 0 }));
}

const MAIN_NOT_VALID =
  "The YAML of the base branch is not valid, so this plan includes everything that is merged but not applied yet.";
const WAITING = "Merged earlier, but not applied yet. This is not part of this pull request.";
const REFUSED_ON_MAIN = "This concerns earlier merges. Merging this pull request does not apply it.";
const TAKEN_BACK =
  "Merged earlier, but not applied yet. This pull request reverts it, so it does not happen.";

/** Only changes that take away or overwrite are recorded. */
function shownWords({ pull, changes }: ShownChanges): string {
  const many = count(changes, "change that takes away or overwrites", "changes that take away or overwrite");
  return pull === null
    ? `${many} ${changes === 1 ? "is" : "are"} on main, and reviewed by nobody.`
    : `#${pull} showed ${many}.`;
}

function partSections(plan: Plan, title: string, meaning: string): ReportSection[] {
  const view = planView(plan);
  const block = { says: `some of what is ${title.toLowerCase()}`, share: 0.05 };
  const changes = [
    ...removalSection(view, "pull-request").lines,
    ...renameSection(view).lines,
    ...CAUSES.flatMap((cause) => changeLines(view, cause, "pull-request")),
  ];
  return [
    {
      ...{ ...block, title: `### ${title}: people who lose a skill\n\n${meaning}` },
      ...{ unit: "skill", lines: [...view.losses.map(lossLine), ...endSection(view, "pull-request").lines] },
    },
    { ...block, title: `### ${title}\n\n${meaning}`, unit: "change", lines: changes },
  ];
}

// ── Days ─────────────────────────────────────────────────────────────────────────────────────────────

/** The most changes of a day that one sentence names with their people. */
const SMALL = 6;

function scheduleSection(plan: Plan): ReportSection {
  return {
    title: `### What will happen on which day\n\n${CONDITION}`,
    says: "some of what will happen on which day",
    share: 0.1,
    unit: "change",
    lines: plan.scheduled.flatMap((day) => dayLines(day, plan)),
  };
}

const CONDITION = "Once this is applied, and if nothing else changes by then.";

function dayLines(day: ScheduledDay, plan: Plan): SectionLine[] {
  const date = strong(dayWords(day.day));
  const bare = uncoveredPhrases(day, plan).map((sentence) => phrase`:warning: ${sentence}`);
  const lots = alike(day.changes);
  if (day.changes.length > SMALL) {
    const lines = lots.map(({ people, changes, all }) => ({
      head: phrase`${date}: ${counted(people.length, "person", "people")} ${doesPhrase(people.length, changes, plan)}`,
      people: people.map(personOf),
      tail: placesOf(all),
      weight: people.length * changes.length,
    }));
    return [...bare.map(lineOf), ...lines];
  }
  const clauses = lots.map(({ people, changes }) => {
    const who = joined(people.map(({ name }) => [data(name, 60)]));
    return phrase`${who} ${doesPhrase(people.length, changes, plan)}`;
  });
  const places = placesOf(day.changes);
  const told = clauses.length > 0 ? [phrase`${date}: ${listed(clauses, "; ")}.${places}`] : [];
  return [lineOf(listed([...told, ...bare], " "))];
}

function personOf({ user, name, email, after }: ScheduledChange): AffectedPerson {
  const ref = email || (user ?? name);
  return { id: user ?? ref, name, ref, named: true, isLosing: after === null };
}

/** `On 7 January 2027 nobody will be left with Returns.` */
function uncoveredPhrases({ day, uncovered }: ScheduledDay, plan: Plan): Phrase[] {
  return uncovered.map(
    ({ skill }) =>
      phrase`On ${words(dayWords(day))} nobody will be left with ${strong(nameOf(plan, skill))}.`,
  );
}

/** What people do who do the same: `gains **Returns** at 3, **Claims** at 1`. */
function doesPhrase(people: number, changes: readonly ScheduledChange[], plan: Plan): Phrase {
  const verb = (one: string, several: string): Phrase => words(people === 1 ? one : several);
  const [first] = changes;
  if (first?.after == null) return phrase`${verb("loses", "lose")} ${skillList(changes, plan, () => [])}`;
  if (first.before === null) {
    return phrase`${verb("gains", "gain")} ${skillList(changes, plan, ({ after }) => words(` at ${after}`))}`;
  }
  const levels = ({ before, after }: ScheduledChange): Phrase => words(` from ${before} to ${after}`);
  return phrase`${verb("changes", "change")} ${skillList(changes, plan, levels)}`;
}

function skillList(
  changes: readonly ScheduledChange[],
  plan: Plan,
  more: (change: ScheduledChange) => Phrase,
): Phrase {
  return joined(changes.map((change) => phrase`${strong(nameOf(plan, change.skill))}${more(change)}`));
}

/** People who gain the same, lose the same or change the same, with one change for each of the skills. */
interface ChangeLot {
  readonly people: readonly ScheduledChange[];
  readonly changes: readonly ScheduledChange[];
  readonly all: readonly ScheduledChange[];
}

/** Losses first, then gains, then other proficiencies. */
function alike(changes: readonly ScheduledChange[]): ChangeLot[] {
  const rank = ({ before, after }: ScheduledChange): number => (after === null ? 0 : before === null ? 1 : 2);
  const sorted = changes.toSorted((a, b) => rank(a) - rank(b));
  const bySkill = groupBy(sorted, ({ skill, before, after }) =>
    JSON.stringify([skill, after === null ? null : before, after]),
  );
  const byPeople = groupBy(bySkill.values(), ([first, ...others]) =>
    first
      ? JSON.stringify([rank(first), ...[first, ...others].map(({ user, name }) => user ?? name)])
      : undefined,
  );
  return [...byPeople.values()].map((groups) => ({
    people: groups[0] ?? [],
    changes: groups.flatMap(([first]) => first ?? []),
    all: groups.flat(),
  }));
}
