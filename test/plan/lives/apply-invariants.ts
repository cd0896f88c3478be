/** What holds of every apply, however it ended. Each check answers what is wrong. */
import type { Change, DesiredSkill, Ledger, LedgerSkill, Operation, Plan } from "../../../src/model.ts";
import { changesOf } from "../../../src/plan/changes.ts";
import { foldName } from "../../../src/text.ts";
import type { Executed } from "./execute.ts";
import type { Facts, Snapshot } from "./expected.ts";
import { isInLedger, isOpen, isSurelyAsked, levelsFor, mayMean, sourcesOf } from "./expected.ts";
import type { Person } from "./organisation.ts";
import { checkGrowth } from "./plan-invariants.ts";
import type { Witness } from "./witness.ts";
import { pairOf } from "./witness.ts";

export interface Applying {
  readonly plan: Plan;
  readonly facts: Facts;
  readonly executed: Executed;
  readonly isCrash: boolean;
  /** As it was before. */
  readonly witness: Witness;
}

export function checkApply(applying: Applying): string[] {
  const { facts, executed, isCrash, witness } = applying;
  const { ledger } = executed;
  return [
    ...[...facts.before.users.values()].flatMap((person) => checkLosses(person, applying)),
    ...[...facts.after.users.values()].flatMap((person) => checkGains(person, applying)),
    ...checkSkills(applying),
    ...(isCrash ? [] : checkGrowth(facts.ledger, ledger, facts.after)),
    ...checkItems(applying),
    ...checkMarked(applying),
    ...checkPending(witness, applying),
  ];
}

// ── Losses ───────────────────────────────────────────────────────────────────────────────────────────

function checkLosses(person: Person, applying: Applying): string[] {
  const after = applying.facts.after.users.get(person.id);
  return [...person.skills.keys()].flatMap((skill) => {
    if (person.state === "deleted" || after?.skills.has(skill)) return [];
    const wrong = lossProblem(person, skill, applying);
    return wrong === undefined ? [] : [`${person.id} loses ${nameOf(skill, applying)}: ${wrong}`];
  });
}

function lossProblem(person: Person, skill: string, applying: Applying): string | undefined {
  const { plan, facts, executed } = applying;
  const operation = deletionOf(skill, plan);
  const isGone = !facts.after.skills.has(skill);
  if (isGone && !operation) return "no operation deletes it";
  const isShown = changesOf(plan).some(
    ({ subject, field, verb }) =>
      verb === "remove" && subject.id === person.id && field.kind === "skill" && field.id === skill,
  );
  const replacedBy = operation?.deletion?.replacedBy;
  if (isGone && replacedBy !== undefined) {
    const id = executed.settlement.createdIds.get(replacedBy) ?? replacedBy;
    return replacedProblem(person, skill, { id, isShown }, applying);
  }
  if (!isShown) return "the plan doesn't show it";
  if (isGone) {
    const isAllowed = plan.allowed.some((one) => one.code === "SKILL_DELETE" && one.skill === skill);
    return isAllowed ? undefined : "nobody allowed the delete";
  }
  if (isSurelyAsked(person, skill, facts)) return "the YAML asks for it";
  return isManual(person, skill, applying) && !isExclusive(skill, applying) ? "it was manual" : undefined;
}

function replacedProblem(
  person: Person,
  skill: string,
  successor: { readonly id: string; readonly isShown: boolean },
  applying: Applying,
): string | undefined {
  const { facts, isCrash, executed } = applying;
  const { id, isShown } = successor;
  if (facts.after.users.get(person.id)?.skills.has(id)) return undefined;
  const isOurs = !isManual(person, skill, applying);
  const isAsked = sourcesOf(person, id, facts).length > 0;
  const isShownLoss = isShown && !isSurelyAsked(person, id, facts);
  if (isExclusive(id, applying) && (!isAsked || isShownLoss)) return undefined;
  if (person.state === "inactive") {
    const item = executed.ledger.users.find((user) => user.id === person.id);
    return item?.migrations?.[id] || (isOurs && !isSurelyAskedOnReturn(person, id, facts)) || isCrash
      ? undefined
      : `${id} is not pending`;
  }
  return isOurs && !isSurelyAsked(person, id, facts) && isShown ? undefined : `${id} is not given instead`;
}

function isSurelyAskedOnReturn(person: Person, skill: string, facts: Facts): boolean {
  return isSurelyAsked({ ...person, state: "active" }, skill, facts);
}

/** Of what the ledger doesn't hold, or of what people surely gave. */
function isManual({ id }: Person, skill: string, { facts, witness }: Applying): boolean {
  return witness.manual.has(pairOf(id, skill)) || !isInLedger(facts.ledger, id, skill, facts.before);
}

/** Whether only the repository says who holds the skill, or the skill that replaces it. */
function isExclusive(skill: string, { plan, facts }: Applying): boolean {
  const replacements = facts.ledger?.replacements ?? [];
  const successors = [
    skill,
    deletionOf(skill, plan)?.deletion?.replacedBy,
    ...replacements.filter(({ id }) => id === skill).map(({ to }) => to),
  ];
  return facts.desired.skills.some(
    (entry) =>
      entry.exclusive &&
      entry.managed &&
      (successors.some(
        (id) => id === `new:${entry.slug}` || (id !== undefined && mayMean(entry, id, facts)),
      ) ||
        isPreviousOf(entry, skill, facts)),
  );
}

function isPreviousOf({ previously }: DesiredSkill, skill: string, { ledger }: Facts): boolean {
  const name = ledger?.skills.find(({ id }) => id === skill)?.name;
  return name !== undefined && previously.some((one) => foldName(one) === foldName(name));
}

function deletionOf(skill: string, { stages }: Plan): Operation | undefined {
  return stages.flat().find(({ subject, deletion }) => deletion !== undefined && subject.id === skill);
}

// ── Gains ────────────────────────────────────────────────────────────────────────────────────────────

function checkGains(person: Person, applying: Applying): string[] {
  const before = applying.facts.before.users.get(person.id);
  return [...person.skills].flatMap(([skill, level]) => {
    const had = before?.skills.get(skill);
    if (!before || had === level) return [];
    const wrong = gainProblem(before, skill, { had, level }, applying);
    const verb = had === undefined ? "gains" : `has, instead of at ${had},`;
    return wrong === undefined
      ? []
      : [`${person.id} ${verb} ${nameOf(skill, applying)} at ${level}: ${wrong}`];
  });
}

function gainProblem(
  person: Person,
  skill: string,
  { had, level }: { readonly had: number | undefined; readonly level: number },
  applying: Applying,
): string | undefined {
  const { facts } = applying;
  if (person.state !== "active") return "they are away";
  const migrated = migratedLevels(person, skill, applying);
  const sources = sourcesOf(person, skill, facts);
  if (sources.length === 0 && migrated.length === 0) return "no source asks for it";
  const fresh =
    had === undefined && migrated.length === 0 ? [facts.desired.settings.defaultProficiency] : migrated;
  const levels = levelsFor(person, skill, migrated, fresh, facts);
  return levels.includes(level) ? undefined : `only ${levels.join(" or ") || "what they have"} is asked for`;
}

/** The proficiencies of the old skills that the person has, and of what was pending. */
function migratedLevels(
  { id, skills }: Person,
  skill: string,
  { plan, facts, executed }: Applying,
): number[] {
  const keys = new Set([skill]);
  for (const [key, made] of executed.settlement.createdIds) if (made === skill) keys.add(key);
  const olds = [
    ...plan.stages
      .flat()
      .flatMap(({ subject, deletion }) =>
        deletion?.replacedBy !== undefined && keys.has(deletion.replacedBy) ? [subject.id] : [],
      ),
    ...changesOf(plan).flatMap(({ subject, field, rename }) =>
      subject.id === id && field.kind === "skill" && keys.has(field.id) && rename && "from" in rename
        ? [rename.from]
        : [],
    ),
    ...plan.notes.flatMap((note) =>
      note.code === "STILL_USED" && keys.has(note.replacedBy) ? [note.skill] : [],
    ),
  ];
  const pending = facts.ledger?.users.find((user) => user.id === id)?.migrations ?? {};
  const waiting = Object.entries(pending).flatMap(([key, { name, proficiency }]) =>
    keys.has(key) || facts.after.skills.get(skill)?.name === name ? [proficiency] : [],
  );
  return [...olds.flatMap((old) => skills.get(old) ?? []), ...waiting];
}

// ── Skills and the ledger ────────────────────────────────────────────────────────────────────────────

/** Only what some ledger held is deleted or renamed; only what the YAML names is made, and never a second of a name. */
function checkSkills({ facts }: Applying): string[] {
  const { ledger, before, after, desired } = facts;
  const isOurs = (id: string, name: string): boolean =>
    ledger?.skills.some((item) => item.id === id || (item.id.startsWith("new:") && item.name === name)) ===
    true;
  const problems: string[] = [];
  for (const { id, name } of before.skills.values()) {
    const now = after.skills.get(id);
    if (!now && !isOurs(id, name)) problems.push(`${name} is deleted, and no ledger held it`);
    const isMeant = desired.skills.some((entry) => entry.id === id);
    if (now && now.name !== name && !isOurs(id, name) && !isMeant && foldName(now.name) !== foldName(name))
      problems.push(`${name} is called ${now.name} now, and no ledger held it`);
  }
  for (const { id, name } of after.skills.values()) {
    if (before.skills.get(id)?.name === name) continue;
    const isNamed = desired.skills.some((entry) => entry.name === name && entry.managed);
    if (!isNamed && !name.endsWith(" (renaming)"))
      problems.push(`${name} is made, and no entry is called so`);
    const twins = [...after.skills.values()].filter((one) => one.name === name && one.state === "active");
    if (twins.length > 1) problems.push(`there are two skills called ${name} now`);
  }
  return problems;
}

/** Each item stands once, and was recorded there before unless an entry means its skill. */
function checkItems({ facts, executed, witness, isCrash }: Applying): string[] {
  const { ledger: earlier, desired, after } = facts;
  const { skills, users } = executed.ledger;
  const recorded = earlier?.skills ?? [];
  const isKnown = ({ id, name }: LedgerSkill): boolean =>
    recorded.some((item) => item.id === id || (item.id.startsWith("new:") && item.name === name));
  const ids = skills.map(({ id }) => id);
  return [
    ...ids.filter((id, at) => ids.indexOf(id) !== at).map((id) => `the ledger holds ${id} twice`),
    ...skills
      .filter((item) => !isKnown(item) && !item.id.startsWith("new:"))
      .filter(({ id }) => !desired.skills.some((entry) => mayMean(entry, id, facts)))
      .map(({ id, name }) => `the ledger holds ${name} (${id}), which no entry means`),
    ...users.flatMap((user) =>
      Object.keys(user.assignments).flatMap((skill) => {
        const person = after.users.get(user.id);
        const isAsked = person?.state === "active" && sourcesOf(person, skill, facts).length > 0;
        const isTaken = witness.manual.has(pairOf(user.id, skill)) && !isAsked && !isCrash;
        return isTaken ? [`the ledger holds ${skill} of ${user.id}, which is manual`] : [];
      }),
    ),
  ];
}

/** What a policy leaves alone is neither written nor noted: ledger and organisation hold what they held. */
function checkMarked({ plan, facts, executed }: Applying): string[] {
  const marked = [
    ...changesOf(plan.withheld),
    ...plan.notes.flatMap((note) => {
      return note.code === "DRIFT_LEFT"
        ? [{ subject: note.subject, field: { kind: "skill", id: note.skill } as const }]
        : [];
    }),
  ];
  return marked.flatMap(({ subject, field }) => {
    if (subject.kind !== "user" || field.kind !== "skill") return [];
    const item = (ledger: Ledger | null) => ledger?.users.find(({ id }) => id === subject.id);
    const isUnknown = isOpen(facts.ledger, subject.id, field.id, facts.before);
    const of = (ledger: Ledger | null): string => JSON.stringify(item(ledger)?.assignments[field.id]);
    const held = (snapshot: Snapshot): number | undefined =>
      snapshot.users.get(subject.id)?.skills.get(field.id);
    const label = `${field.id} of ${subject.id}, which a policy left alone,`;
    return [
      ...(isUnknown || of(facts.ledger) === of(executed.ledger) ? [] : [`${label} changed in the ledger`]),
      ...(held(facts.before) === held(facts.after) ? [] : [`${label} changed in the organisation`]),
    ];
  });
}

// ── People who were away ─────────────────────────────────────────────────────────────────────────────

/** Whoever was away while a skill of theirs was replaced has the new one when they are back. */
function checkPending({ pending }: Witness, applying: Applying): string[] {
  const { facts, executed, plan, isCrash } = applying;
  const isWhole = changesOf(plan).every(({ id }) => executed.done.has(id));
  if (isCrash || !isWhole) return [];
  return [...pending].flatMap((pair) => {
    const [user = "", skill = ""] = pair.split(" ");
    const person = facts.after.users.get(user);
    if (person?.state !== "active" || person.skills.has(skill) || !facts.after.skills.has(skill)) return [];
    const isWanted = facts.desired.skills.some((entry) => mayMean(entry, skill, facts));
    return isWanted && !isExclusive(skill, applying)
      ? [`${user} is back and lacks ${nameOf(skill, applying)}`]
      : [];
  });
}

/** Notes who is away while a skill that they hold manually is replaced, and who has what was pending. */
export function seePending({ facts, plan, executed, witness, isCrash }: Applying): void {
  const { pending, manual } = witness;
  const { before, after } = facts;
  for (const { subject, deletion } of plan.stages.flat()) {
    const to = deletion?.replacedBy;
    if (to === undefined || after.skills.has(subject.id)) continue;
    const id = executed.settlement.createdIds.get(to) ?? to;
    for (const person of before.users.values()) {
      const pair = pairOf(person.id, subject.id);
      const isHolder = person.skills.has(subject.id) && manual.has(pair);
      if (person.state === "inactive" && (isHolder || pending.has(pair))) pending.add(pairOf(person.id, id));
    }
  }
  const isWhole = !isCrash && changesOf(plan).every((change: Change) => executed.done.has(change.id));
  for (const pair of pending) {
    const [user = "", skill = ""] = pair.split(" ");
    const person = after.users.get(user);
    const isOver = !person || person.state === "deleted" || !after.skills.has(skill);
    if (isOver || person.skills.has(skill) || (isWhole && person.state === "active")) pending.delete(pair);
  }
}

function nameOf(skill: string, { facts }: Applying): string {
  return `${facts.before.skills.get(skill)?.name ?? facts.after.skills.get(skill)?.name ?? "?"} (${skill})`;
}
