/** A plan in sentences, for readers who are not programmers. */
import type { Cause, Operation, Plan, SkillId } from "../../model.ts";
import { changesOf, isEndSet } from "../../plan/changes.ts";
import { count } from "../../text.ts";
import type { Phrase } from "../phrase.ts";
import { code, counted, countedParts, data, joined, listed, names, phrase, words } from "../phrase.ts";
import { groupBy } from "../../group-by.ts";
import { dayWords, endWords, summaryLine, valueWords } from "../words.ts";
import type { HolderChange, PlanView, RenameView, SkillView } from "./view.ts";
import { isNamed, nameOf, peopleOf } from "./view.ts";

/** The summary line. A refused empty plan must not claim that there are no changes. */
export function headline(plan: Plan): string {
  return plan.stages.length === 0 && plan.refusals.length > 0 ? "Nothing is planned." : summaryLine(plan);
}

/** `1 user gains, 2 users lose a skill.` */
export function peopleLine({ summary }: Plan): string {
  return `${count(summary.usersGaining, "user gains", "users gain")}, ${count(summary.usersLosing, "user loses", "users lose")} a skill.`;
}

/** The warning that there is no ledger; null if there is one. */
export function noLedgerPhrase(plan: Plan): Phrase | null {
  if (plan.hasLedger) return null;
  const overwritten = changesOf(plan).filter(({ takesAway }) => takesAway).length;
  const base = "No ledger: nothing is known to have been applied here before, so this plan removes nothing.";
  if (overwritten === 0) return words(base);
  return phrase`${words(base)} It overwrites ${counted(overwritten, "value")} that ${words(overwritten === 1 ? "was" : "were")} set manually.`;
}

// ── Gains and losses ─────────────────────────────────────────────────────────────────────────

/** `Liam Byrne loses Tariff Advice; Jakub Nowak gains it.` For a large plan only counts are given. */
export function peoplePhrase(view: PlanView): Phrase {
  const { plan } = view;
  if (plan.stages.length === 0) {
    if (plan.refusals.length > 0) return words("Nothing is planned.");
    const today = plan.scheduled.length > 0 ? " today" : "";
    return words(`Nothing changes in the organisation${today}.`);
  }
  const told = clauses(view);
  const isShort = isSmall(view) && told.length <= SMALL.clauses;
  const sentence = isShort ? listed(told, "; ") : joined(countParts(view));
  return sentence.length === 0 ? words(summaryLine(plan)) : [...capitalised(sentence), "."];
}

/** The limits of what one sentence names. */
const SMALL = { skills: 4, people: 6, profiles: 2, clauses: 5 } as const;

function isSmall({ skills, profiles, people }: PlanView): boolean {
  const changed = skills.reduce(
    (sum, { holders }) =>
      sum + holders.loss.length + holders.gain.length + holders.update.length + holders.end.length,
    0,
  );
  const isFew = skills.length <= SMALL.skills && profiles.length <= SMALL.profiles;
  return isFew && changed <= SMALL.people && people.length <= 4 * SMALL.people;
}

function clauses({ plan, skills, profiles, renames }: PlanView): Phrase[] {
  const renamed = new Set(renames.flatMap(({ to, from }) => [to, ...from]));
  const losingFirst = skills.toSorted((a, b) => b.holders.loss.length - a.holders.loss.length);
  return [
    ...losingFirst.flatMap((skill) => skillClauses(skill, renamed.has(skill.id))),
    ...renames.map((rename) => renameClause(rename, plan)),
    ...profiles.flatMap(({ name, texts }) =>
      texts.map(({ field }) => phrase`the ${words(field.kind)} of the profile ${short(name)} changes`),
    ),
  ];
}

function skillClauses(
  { name, existence, texts, holders, profiles }: SkillView,
  isRenamed: boolean,
): Phrase[] {
  let isMentioned = false;
  const it = (): Phrase => {
    if (isMentioned) return ["it"];
    isMentioned = true;
    return [short(name)];
  };
  const isMade = existence !== null && !isRenamed;
  const made = isMade
    ? [phrase`${it()} is ${words(existence.verb === "create" ? "created" : "deleted")}`]
    : [];
  const renames = texts.flatMap(({ field, before, after }) =>
    field.kind === "name" ? [phrase`${short(String(before))} is renamed to ${short(String(after))}`] : [],
  );
  return [
    ...made,
    ...renames,
    ...holderClause(holders.loss, "loses", "lose", it),
    ...holderClause(holders.gain, "gains", "gain", it),
    ...updateClauses(holders.update, it),
    ...endClauses(holders.end, it),
    ...profiles.map(
      ({ name: profile, change }) =>
        phrase`the profile ${short(profile)} ${words(change.verb === "add" ? "gains" : "loses")} ${it()}`,
    ),
    ...(isMade ? [] : texts.filter(({ field }) => field.kind !== "name")).map(
      ({ field }) => phrase`the ${words(field.kind)} of ${short(name)} changes`,
    ),
  ];
}

function holderClause(
  changes: readonly HolderChange[],
  one: string,
  several: string,
  it: () => Phrase,
): Phrase[] {
  if (changes.length === 0) return [];
  return [phrase`${peopleNamed(changes)} ${words(changes.length === 1 ? one : several)} ${it()}`];
}

/** `Ann Archer loses Returns after 6 January 2027`, where that is sooner than before. */
function endClauses(changes: readonly HolderChange[], it: () => Phrase): Phrase[] {
  return [...groupBy(changes, ({ change }) => `${isEndSet(change)} ${change.after}`).values()].map((same) => {
    const { takesAway = false, after = null } = same[0]?.change ?? {};
    const [one, several] = takesAway ? ["loses", "lose"] : ["keeps", "keep"];
    const when = takesAway && typeof after === "string" ? `after ${dayWords(after)}` : endWords(after);
    return phrase`${peopleNamed(same)} ${words(same.length === 1 ? one : several)} ${it()} ${words(when)}`;
  });
}

function updateClauses(changes: readonly HolderChange[], it: () => Phrase): Phrase[] {
  return changes.map(({ person, change: { before, after } }, index) => {
    const levels = [before, after].map((value) => valueWords(typeof value === "string" ? null : value));
    const where = index === 0 ? phrase` in ${it()}` : [];
    return phrase`${peopleNamed([{ person }])} goes from ${words(levels.join(" to "))}${where}`;
  });
}

/** Display names; users that neither YAML nor ledger names are counted, unless they lose a skill. */
function peopleNamed(changes: readonly Pick<HolderChange, "person">[]): Phrase {
  const people = changes.map(({ person }) => person);
  const shown = people.filter(isNamed).map(({ name }): Phrase => [short(name)]);
  const others = people.length - shown.length;
  if (others === 0) return joined(shown);
  const word = shown.length > 0 ? "other person" : "person";
  return joined([...shown, counted(others, word, word.replace("person", "people"))]);
}

function renameClause(rename: RenameView, plan: Plan): Phrase {
  const { moves } = rename;
  const people = moves > 0 ? phrase` for ${counted(moves, "holder")}` : [];
  return phrase`${renameTitle(rename, (id) => short(nameOf(plan, id)))}${people}`;
}

function renameTitle(
  { to, from, kind }: RenameView,
  skill: (id: SkillId) => ReturnType<typeof data>,
): Phrase {
  const [olds, is] = [joined(from.map((id) => [skill(id)])), words(from.length > 1 ? "are" : "is")];
  switch (kind) {
    case "create":
      return phrase`${olds} ${words(from.length > 1 ? "become" : "becomes")} ${skill(to)}`;
    case "merge":
      return phrase`${olds} ${is} merged into ${skill(to)}`;
    case "go-on":
      return phrase`the rename of ${olds} to ${skill(to)} goes on`;
  }
}

function countParts({ plan, skills, profiles, renames }: PlanView): Phrase[] {
  const { usersGaining, usersLosing, move } = plan.summary;
  const updated = new Set(skills.flatMap(({ holders }) => holders.update.map(({ person }) => person.id)));
  const ends = skills.flatMap(({ holders }) => holders.end);
  const countEnds = (isSet: boolean): number =>
    new Set(ends.flatMap(({ person, change }) => (isEndSet(change) === isSet ? person.id : []))).size;
  const made = new Set(renames.flatMap(({ to, from }) => [to, ...from]));
  const counts = (verb: "create" | "delete"): number =>
    skills.filter(({ id, existence }) => existence?.verb === verb && !made.has(id)).length;
  const which = (role: "loss" | "gain"): Phrase => {
    const [only, ...others] = skills.filter(({ holders }) => holders[role].length > 0);
    if (only && others.length === 0) return [short(only.name)];
    return words(role === "gain" && usersLosing > 0 ? "one" : "a skill");
  };
  const losing = countedParts([[usersLosing, "person loses", "people lose"]]);
  const gaining = countedParts([[usersGaining, "person gains", "people gain"]]);
  const others = countedParts([
    [countEnds(true), "person loses a skill on a later day", "people lose a skill on a later day"],
    [countEnds(false), "person keeps a skill for longer", "people keep a skill for longer"],
    [updated.size, "person changes proficiency", "people change proficiency"],
    [move, "holder moves with a rename", "holders move with a rename"],
    [counts("create"), "skill is created", "skills are created"],
    [counts("delete"), "skill is deleted", "skills are deleted"],
    [profiles.length, "profile changes", "profiles change"],
    [
      skills.filter(({ texts, existence }) => texts.length > 0 && existence === null).length,
      "skill is edited",
      "skills are edited",
    ],
  ]);
  return [
    ...losing.map((number) => phrase`${number} ${which("loss")}`),
    ...gaining.map((number) => phrase`${number} ${which("gain")}`),
    ...others,
  ];
}

function short(name: string): ReturnType<typeof data> {
  return data(name, 60);
}

function capitalised([first, ...rest]: Phrase): Phrase {
  if (typeof first !== "string") return first === undefined ? [] : [first, ...rest];
  return [`${first.slice(0, 1).toUpperCase()}${first.slice(1)}`, ...rest];
}

/** The causes of all changes. Null if all are edits and `askedBy` is null. */
export function causesPhrase(
  plan: Plan,
  askedBy: "pull-request" | "pull-request-or-main" | null,
): Phrase | null {
  const changes = changesOf(plan);
  const number = (cause: Cause): number => changes.filter((change) => change.cause === cause).length;
  if (number("edit") === changes.length) {
    return askedBy !== null && plan.hasLedger && changes.length > 0 ? words(ALL_EDITS[askedBy]) : null;
  }
  const isOwn = askedBy === "pull-request";
  const parts = countedParts([
    isOwn
      ? [number("edit"), "is asked for by this pull request", "are asked for by this pull request"]
      : [number("edit"), "is an edit of the YAML", "are edits of the YAML"],
    [number("schedule"), "is due by a date", "are due by a date"],
    [number("membership"), "follows from a group's members", "follow from a group's members"],
    [number("drift"), "reverts a manual change", "revert manual changes"],
    [number("conflict"), "overwrites manual work", "overwrite manual work"],
  ]);
  const whole = phrase`of ${counted(changes.length, "change")}, ${joined(parts)}.`;
  return isOwn && number("edit") === 0 ? phrase`${words(NONE_OF_THIS)} ${whole}` : capitalised(whole);
}

const NONE_OF_THIS = "None of this is asked for by this pull request:";

const ALL_EDITS = {
  "pull-request": "This pull request asks for all of these changes.",
  "pull-request-or-main":
    "Edits of the YAML ask for all of these changes: in this pull request, or in one that is merged but not applied yet.",
};

// ── Renames and deletes ──────────────────────────────────────────────────────────────────────────────

interface RenameStory {
  /** `Billing T1 becomes Billing Tier 1` */
  readonly title: Phrase;
  /** In the order in which they happen. */
  readonly steps: readonly Phrase[];
}

export function renameStory(rename: RenameView, plan: Plan): RenameStory {
  const { to, kind, moves, manual, raises, handovers, deleted, staying } = rename;
  const skill = (id: SkillId): ReturnType<typeof data> => data(nameOf(plan, id));
  const manually = manual > 0 ? phrase`; for ${manual}, it stays a manual assignment` : [];
  const step = (isTold: boolean, told: () => Phrase): Phrase[] => (isTold ? [told()] : []);
  return {
    title: capitalised(renameTitle(rename, skill)),
    steps: [
      ...step(kind === "create", () => phrase`${skill(to)} is created.`),
      ...step(
        moves > 0,
        () =>
          phrase`${counted(moves, "holder gets", "holders get")} it, at the same proficiency unless the YAML names another${manually}.`,
      ),
      ...step(
        raises > 0,
        () =>
          phrase`${counted(raises, "holder")} of both ${words(raises === 1 ? "is" : "are")} raised to the higher proficiency.`,
      ),
      ...step(
        handovers > 0,
        () =>
          phrase`${counted(handovers, "holder loses", "holders lose")} the old one at the same time, because of the limit of 50 skills.`,
      ),
      ...deleted.map((id) => phrase`${skill(id)} is deleted when all its holders have ${skill(to)}.`),
      ...staying.map((id) => phrase`${skill(id)} stays for now (see ${code("STILL_USED")} below).`),
    ],
  };
}

/** What follows the name of a deleted skill: `deleted last; 3 holders lose it, 1 of them manual`. */
export function deletionPhrase({ deletion }: SkillView, plan: Plan): Phrase {
  if (deletion?.replacedBy !== undefined) {
    return phrase`deleted last, replaced by ${data(nameOf(plan, deletion.replacedBy))}`;
  }
  const { holders = [], inactiveListed = true } = deletion ?? {};
  const details = countedParts([
    [holders.filter(({ manual }) => manual).length, "of them manual", "of them manual"],
    [holders.filter(({ inactive }) => inactive).length, "of them inactive", "of them inactive"],
  ]);
  const unlisted = inactiveListed ? [] : [words("inactive users could not be searched")];
  const people = counted(holders.length, "holder loses", "holders lose");
  return listed([phrase`deleted last; ${people} it`, ...details, ...unlisted]);
}

// ── Withheld changes ─────────────────────────────────────────────────────────────────────────────────

/** Null if nothing is withheld. */
export function withheldPhrase({ withheld }: Plan, nameEveryone: boolean): Phrase | null {
  if (withheld.length === 0) return null;
  const number = changesOf(withheld).length;
  const about = [...new Set(aboutOf(withheld, nameEveryone))];
  return phrase`${counted(number, "change")} ${words(number === 1 ? "is" : "are")} withheld, because no reviewed plan has ${words(number === 1 ? "it" : "them")}, or ${words(number === 1 ? "it depends" : "they depend")} on such a change: ${names(about)}. To apply ${words(number === 1 ? "it" : "them")} anyway, apply manually with ${code("--allow UNREVIEWED")}.`;
}

/** The names or e-mails of the subjects. */
function aboutOf(operations: readonly Operation[], nameEveryone: boolean): string[] {
  const people = peopleOf(operations);
  return operations.map(({ subject, name }) => {
    const person = subject.kind === "user" ? people.get(subject.id) : undefined;
    if (!person) return name;
    return nameEveryone || isNamed(person) ? person.ref : "users that the YAML doesn't name";
  });
}
