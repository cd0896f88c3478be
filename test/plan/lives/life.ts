/**
 * One life of an organisation, a repository and a ledger: a beginning, and then edits, manual work and applies in
 * whatever order a seed says. Every apply is checked.
 */
import type { Desired, Ledger, Refusal } from "../../../src/model.ts";
import { changesOf } from "../../../src/plan/changes.ts";
import { ALLOWABLE } from "../../../src/plan/guards/allowable.ts";
import type { Planned, PlanInputs } from "../../../src/plan/plan.ts";
import { plan } from "../../../src/plan/plan.ts";
import { planLines } from "../plan-lines.ts";
import { checkApply, seePending } from "./apply-invariants.ts";
import type { Author } from "./author.ts";
import { desiredOf, tidyPrevious } from "./author.ts";
import { addSkill, EDITS } from "./edits.ts";
import type { Ending } from "./execute.ts";
import { execute, markOver } from "./execute.ts";
import type { Snapshot } from "./expected.ts";
import { snapshotOf } from "./expected.ts";
import { heed } from "./heed.ts";
import { checkIdle } from "./idle.ts";
import { MANUAL_WORK } from "./manual-work.ts";
import type { Organisation, Person } from "./organisation.ts";
import { newId, readLive, setLevel } from "./organisation.ts";
import { checkPlan } from "./plan-invariants.ts";
import type { Random } from "./random.ts";
import { drawLevel, randomOf } from "./random.ts";
import type { Witness } from "./witness.ts";
import { newWitness, pairOf, seeApply, seeManualWork } from "./witness.ts";

export interface Life {
  /** Decides how it begins. */
  readonly seed: number;
  /** Each decides one step, whatever came before. */
  readonly steps: readonly number[];
}

export interface Lived {
  /** What is wrong; undefined where nothing is. */
  readonly problem?: string;
  /** What happened, line by line; empty unless it is asked for. */
  readonly story: readonly string[];
  /** Plans by how they ended, changes that were done, and lives by API: to see that lives do enough. */
  readonly counts: Readonly<Record<string, number>>;
}

interface State {
  readonly author: Author;
  readonly organisation: Organisation;
  readonly witness: Witness;
  readonly tell: (line: () => string) => void;
  readonly count: (what: string, number?: number) => void;
  ledger: Ledger | null;
  previous: Desired | undefined;
}

export function drawLife(seed: number): Life {
  const random = randomOf(seed);
  const steps = Array.from({ length: 12 + random.below(24) }, () => random.below(2 ** 31));
  return { seed: random.below(2 ** 31), steps };
}

export function live({ seed, steps }: Life, isTold = false): Lived {
  const story: string[] = [];
  const counts: Record<string, number> = {};
  const state = begin(seed, {
    tell: (line) => {
      if (isTold) story.push(line());
    },
    count: (what, number = 1) => {
      counts[what] = (counts[what] ?? 0) + number;
    },
  });
  state.count(state.organisation.dialect);
  for (const step of [seed, ...steps]) {
    const problem = takeStep(state, randomOf(step));
    if (problem !== undefined) return { problem, story, counts };
  }
  return { story, counts };
}

// ── The beginning ────────────────────────────────────────────────────────────────────────────────────

const PEOPLE: readonly string[] = ["ann", "bob", "cleo", "dan", "eve", "finn", "gil", "hana", "ivo", "jo"];

function begin(seed: number, telling: Pick<State, "tell" | "count">): State {
  const random = randomOf(seed);
  const organisation = newOrganisation(random);
  const bundles = [...organisation.profiles.values()].map(({ name }) => {
    return { name, extends: undefined, users: new Set<string>(), groups: new Set<string>() };
  });
  const author: Author = { entries: [], bundles, drift: "restore", exclusive: false };
  for (let count = 3 + random.below(6); count > 0; count--) addSkill(author, organisation, random);
  const witness = newWitness(organisation);
  telling.tell(() => `API ${organisation.dialect}`);
  for (const { id, name } of organisation.skills.values()) telling.tell(() => `live skill ${id} ${name}`);
  for (const { id, skills } of organisation.users.values())
    telling.tell(
      () => `live user ${id} with ${[...skills].map(([skill, level]) => `${skill} at ${level}`).join(", ")}`,
    );
  for (const { id, name, members } of organisation.groups.values())
    telling.tell(() => `live group ${id} ${name} of ${[...members].join(", ")}`);
  for (const { name, users } of author.entries)
    telling.tell(
      () => `YAML ${name} for ${[...users].map(([ref, level]) => `${ref} at ${level ?? "any"}`).join(", ")}`,
    );
  return { author, organisation, witness, ...telling, ledger: null, previous: undefined };
}

function newOrganisation(random: Random): Organisation {
  const users = PEOPLE.slice(0, 4 + random.below(7)).map((id): Person => {
    return { id, email: `${id}@example.com`, state: "active", skills: new Map() };
  });
  const organisation: Organisation = {
    dialect: random.chance(0.5) ? "cloud" : "profiles",
    ...{ skills: new Map(), users: new Map(users.map((user) => [user.id, user])), groups: new Map() },
    ...{ profiles: new Map(), referred: new Set(), made: 0 },
  };
  for (const name of ["Day Desk", "Night Desk"]) {
    const members = new Set(random.shuffle(organisation.users.keys()).slice(0, 1 + random.below(3)));
    organisation.groups.set(name, { id: newId("g", organisation), name, members });
  }
  for (const name of ["Everyone", "Front Line"]) {
    const id = newId("p", organisation);
    organisation.profiles.set(id, { id, name, description: null, skills: new Set() });
  }
  const groups = [...organisation.groups.values()];
  organisation.groups.clear();
  for (const group of groups) organisation.groups.set(group.id, group);
  for (const name of random
    .shuffle(["C++", "Sales EU", "billing", "Chat", "Returns"])
    .slice(0, random.below(4))) {
    const id = newId("s", organisation);
    organisation.skills.set(id, { id, name, state: "active", description: null });
    for (const user of random.shuffle(organisation.users.keys()).slice(0, random.below(3)))
      setLevel(organisation.users, user, id, drawLevel(random));
  }
  return organisation;
}

// ── Steps ────────────────────────────────────────────────────────────────────────────────────────────

function takeStep(state: State, random: Random): string | undefined {
  const kind = random.below(10);
  if (kind >= 7) return apply(state, random);
  if (kind < 4) editYaml(state, random);
  else workManually(state, random);
  return undefined;
}

function editYaml({ author, organisation, tell }: State, random: Random): void {
  const done = drawDone(random, (tries) => random.pick(EDITS)?.(author, organisation, tries));
  tidyPrevious(author);
  tell(() => `YAML: ${done ?? "nothing"}`);
}

function workManually({ organisation, witness, ledger, tell }: State, random: Random): void {
  const before = snapshotOf(organisation);
  const done = drawDone(random, (tries) => random.pick(MANUAL_WORK)?.(organisation, tries, ledger));
  tell(() => `manually: ${done ?? "nothing"}`);
  seeManualWork(witness, before, snapshotOf(organisation));
}

/** A few tries, because many things can't be done to what is there. */
function drawDone(random: Random, draw: (random: Random) => string | undefined): string | undefined {
  for (let tries = 5; tries > 0; tries--) {
    const done = draw(random);
    if (done !== undefined) return done;
  }
  return undefined;
}

// ── Applies ──────────────────────────────────────────────────────────────────────────────────────────

const ALL: ReadonlySet<string> = new Set(ALLOWABLE);

function apply(state: State, random: Random): string | undefined {
  const ending = random.pick<Ending>(["whole", "whole", "whole", "part", "crash"]) ?? "whole";
  const allow = random.chance(0.8) ? ALL : new Set<string>();
  const isReviewed = random.chance(0.85);
  for (let tries = 3; tries > 0; tries--) {
    const inputs = inputsOf(state, allow);
    const withheld = isReviewed ? new Set<string>() : drawWithheld(inputs, random);
    const made = { ...inputs, withheld };
    const { refusals, problem } = applyOnce(state, made, withheld.size > 0 ? "whole" : ending, random);
    if (problem !== undefined) return problem;
    if (refusals.length === 0) return undefined;
    if (!heedAll(refusals, state, random)) return undefined;
  }
  return undefined;
}

function inputsOf({ author, organisation, ledger, previous }: State, allow: ReadonlySet<string>): PlanInputs {
  const desired = desiredOf(author);
  const known = ledger && markOver(ledger);
  const seen = readLive(organisation, desired, known);
  const base = { desired, ledger: known, live: seen, allow, requestsPerMinute: 300 };
  return previous ? { ...base, previous: () => previous } : base;
}

/** Some of what takes away was in no reviewed plan. */
function drawWithheld(inputs: PlanInputs, random: Random): Set<string> {
  const asked = changesOf(plan(inputs).plan).filter(() => random.chance(0.4));
  return new Set(asked.map(({ id }) => id));
}

interface Once {
  readonly refusals: readonly Refusal[];
  readonly problem?: string;
}

function applyOnce(state: State, inputs: PlanInputs, ending: Ending, random: Random): Once {
  const { organisation, tell, count } = state;
  const before = snapshotOf(organisation);
  const planned = plan(inputs);
  tell(() => `apply (${ending})\n    ${planLines(planned.plan).join("\n    ")}`);
  const wrong = checkPlan(planned, inputs, before, random);
  if (wrong.length > 0) return { refusals: [], problem: wrong.join("\n") };
  const { refusals } = planned.plan;
  count(refusals.length > 0 ? "refused" : inputs.withheld?.size ? "withheld" : ending);
  for (const { code } of refusals) count(`refused ${code}`);
  if (refusals.length > 0) return { refusals };
  const problem = carryOut(state, planned, { inputs, before, ending }, random);
  if (problem !== undefined || ending !== "whole" || mayDiffer(planned, inputs))
    return { refusals, ...(problem !== undefined && { problem }) };
  return { refusals, ...goOn(state, planned, inputs, random) };
}

interface Carrying {
  readonly inputs: PlanInputs;
  readonly before: Snapshot;
  readonly ending: Ending;
}

function carryOut(
  state: State,
  planned: Planned,
  { inputs, before, ending }: Carrying,
  random: Random,
): string | undefined {
  const { organisation, witness, tell } = state;
  const executed = execute(planned, inputs.live, organisation, ending, random);
  const after = snapshotOf(organisation);
  const facts = { desired: inputs.desired, ledger: inputs.ledger, before, after };
  const isCrash = ending === "crash";
  const applying = { plan: planned.plan, facts, executed, isCrash, witness };
  const changes = changesOf(planned.plan);
  state.count("changes", executed.done.size);
  if (ending !== "whole") {
    const done = changes.filter(({ id }) => executed.done.has(id));
    tell(
      () =>
        `  done ${done.map(({ verb, subject, field }) => `${verb} ${subject.id} ${field.kind === "skill" ? field.id : field.kind}`).join(", ")}`,
    );
  }
  const undone = changes.filter(({ id }) => !executed.done.has(id));
  const problems = [
    ...(ending === "whole" ? undone.map((change) => `can't be done: ${JSON.stringify(change)}`) : []),
    ...checkApply(applying),
  ];
  seePending(applying);
  const givenManually = new Set(
    changes.flatMap(({ id, subject, field, manual }) => {
      if (!manual || field.kind !== "skill" || !executed.done.has(id)) return [];
      return [pairOf(subject.id, executed.settlement.createdIds.get(field.id) ?? field.id)];
    }),
  );
  seeApply(witness, { facts, ledger: executed.ledger, isCrash, givenManually });
  state.ledger = executed.ledger;
  if (ending === "whole") state.previous = inputs.desired;
  return problems.length > 0 ? problems.join("\n") : undefined;
}

/** How many renames in a row may wait for one another. */
const MAX_ROUNDS = 6;

/** A chain of renames is done in a few applies; then nothing is left to do, however often it is tried. */
function goOn(state: State, first: Planned, inputs: PlanInputs, random: Random): { problem?: string } {
  const { withheld = new Set<string>() } = inputs;
  // Without a ledger nothing is removed, so the second apply may have something left to take away.
  let waits = hasWaiting(first) || !first.plan.hasLedger;
  for (let round = 0; waits && round < MAX_ROUNDS; round++) {
    const next = { ...inputsOf(state, inputs.allow), withheld };
    const before = snapshotOf(state.organisation);
    const planned = plan(next);
    // The second rename of a chain is asked about too.
    if (planned.plan.refusals.length > 0) return {};
    if (planned.plan.stages.length === 0) break;
    state.tell(() => `apply again\n    ${planLines(planned.plan).join("\n    ")}`);
    const problem =
      checkPlan(planned, next, before, random)[0] ??
      carryOut(state, planned, { inputs: next, before, ending: "whole" }, random);
    if (problem !== undefined) return { problem };
    waits = hasWaiting(planned);
  }
  const idle = { ...inputsOf(state, inputs.allow), withheld };
  const again = (known: Ledger): PlanInputs => inputsOf({ ...state, ledger: known }, inputs.allow);
  const { problem, ledger } = checkIdle(idle, again);
  if (problem !== undefined) state.tell(() => `idle\n    ${planLines(plan(idle).plan).join("\n    ")}`);
  state.ledger = ledger;
  return problem === undefined ? {} : { problem };
}

/**
 * Where something is withheld the next plan may be another: a gain that another person is given for their e-mail's sake
 * has another id once its skill is made, and that a previous name leads nowhere is noted only at a skill that is made.
 */
function mayDiffer({ plan: made }: Planned, { withheld = new Set() }: PlanInputs): boolean {
  if (withheld.size === 0) return false;
  const isReused = made.notes.some(({ code }) => code === "EMAIL_REUSED");
  const unmade = new Set(
    changesOf(made.withheld).flatMap((one) => (one.verb === "create" ? [one.subject.id] : [])),
  );
  const isUnnoted = made.notes.some((note) => note.code === "PREVIOUSLY_DONE" && unmade.has(note.skill));
  return isUnnoted || (isReused && changesOf(made).some(({ verb }) => verb === "create"));
}

function hasWaiting({ plan: { notes } }: Planned): boolean {
  return notes.some(({ code }) => code === "NAME_NOT_FREE");
}

function heedAll(refusals: readonly Refusal[], state: State, random: Random): boolean {
  const { author, organisation, witness, tell } = state;
  const before = snapshotOf(organisation);
  const done = refusals.flatMap((refusal) =>
    random.chance(0.8) ? (heed(refusal, author, organisation, random) ?? []) : [],
  );
  for (const line of done) tell(() => `remedy: ${line}`);
  seeManualWork(witness, before, snapshotOf(organisation));
  return done.length > 0;
}
