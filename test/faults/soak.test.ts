/**
 * Rounds of an organisation's life with every fault of the sandbox at random: the YAML changes, hands edit before,
 * while and after an apply, applies are stopped, and die with or without writing down what they did. Then the faults
 * end, and one more apply must reach exactly what the YAML says, with nothing by hand lost and nothing doubled.
 *
 * What must be there is kept by the test's own book, which knows nothing of ledgers and plans.
 */
import { expect, test } from "vitest";
import { loadDesired } from "../../src/desired/load.ts";
import type { Desired, Dialect } from "../../src/model.ts";
import { Failure } from "../../src/problem.ts";
import { ALLOWABLE } from "../../src/plan/guards/allowable.ts";
import type { Faults } from "../../src/sandbox/faults.ts";
import { FAULTS } from "../../src/sandbox/faults.ts";
import type { Sandbox, Seed } from "../../src/sandbox/sandbox.ts";
import { skillsOf, startOrganisation } from "../support/organisation.ts";
import { makeRepository } from "../support/repository.ts";
import type { Ran, RunOptions } from "../support/run-once.ts";
import { runOnce } from "../support/run-once.ts";
import type { Dice } from "./dice.ts";
import { throwDice } from "./dice.ts";
import type { MemoryLedger } from "../support/memory-ledger.ts";
import { newMemoryLedger } from "../support/memory-ledger.ts";

const { SOAK_SEED = "20261124", SOAK_LIVES = "2", SOAK_ROUNDS = "4" } = process.env;
const FIRST = SOAK_SEED === "random" ? Math.trunc(Math.random() * 2 ** 31) : Number(SOAK_SEED);
const ROUNDS = Number(SOAK_ROUNDS);

// ── The world ────────────────────────────────────────────────────────────────────────────────────────

const EMAILS = ["ann", "bob", "cleo", "dora", "emma"].map((name) => `${name}@example.com`);
/** What the YAML may name, and hands may give. */
const SHARED = ["Billing", "Refunds", "Sales"];
/** What only the YAML names, and takes away again: such a skill comes and goes. */
const PASSING = ["Night Shift", "Holiday"];
/** What only hands give. */
const OTHERS = ["Chat", "French"];
const LEVELS = [0, 1, 2.5, 5];

const SEED: Seed = {
  organization: { id: "0e1c3a52-58a8-4c2f-9a39-8f6b54d1c001", name: "Contact Centre" },
  skills: [...SHARED, ...OTHERS].map((name) => ({ name })),
  users: EMAILS.map((email) => ({ name: email, email, skills: { Chat: 3 } })),
  profiles: [{ name: "Support", skills: ["Sales"] }],
};

/** `ann@example.com Billing`. */
type Pair = string;

interface Goal {
  readonly skills: readonly string[];
  readonly levels: ReadonlyMap<Pair, number>;
  readonly desired: Desired;
}

async function drawGoal(dice: Dice): Promise<Goal> {
  const skills = [...SHARED, ...dice.some(PASSING, dice.number(0, 2))];
  const levels = new Map<Pair, number>();
  const lines = skills.map((skill) => {
    const users = dice.some(EMAILS, dice.number(1, 4)).map((email) => {
      const level = dice.one(LEVELS);
      levels.set(`${email} ${skill}`, level);
      return `{ user: ${email}, proficiency: ${level} }`;
    });
    return `  - { name: ${skill}, assign_to_users: [${users.join(", ")}] }`;
  });
  const { dir } = await makeRepository({ "a.yaml": `skills:\n${lines.join("\n")}\n` });
  return { skills, levels, desired: (await loadDesired({ dir })).desired };
}

// ── Faults ───────────────────────────────────────────────────────────────────────────────────────────

/** What to turn a dial to that takes a number; all others are counts of requests. */
const NUMBERS: Partial<Record<keyof Faults, readonly number[]>> = {
  retryAfter: [0, 1, 60],
  serverErrorStatus: [500, 502, 503, 504],
  latency: [1, 2],
  staleMs: [5, 20],
  staleReads: [1, 3],
  missingExpand: [1, 2, 3],
  versionMismatchStatus: [409, 408, 400],
  expireToken: [3, 10],
  duplicateStatus: [409, 400],
  killAfter: [2, 5, 9, 14, 20],
  killDuring: [2, 5, 9, 14, 20],
  flaky: [0.05, 0.2, 0.5],
};

/** Some at random, and one whose turn it is, so that a few lives turn them all. */
function throwFaults(dice: Dice, turn: number): Faults {
  const names = Object.keys(FAULTS) as (keyof Faults)[];
  const inTurn = names[turn % names.length] ?? "flaky";
  const dials = [inTurn, ...dice.some(names, dice.number(0, 5))].map(
    (name) => [name, throwDial(name, dice)] as const,
  );
  return Object.fromEntries(dials);
}

function throwDial(name: keyof Faults, dice: Dice) {
  switch (FAULTS[name].kind) {
    case "flag":
      return true;
    case "number":
      return dice.one(NUMBERS[name] ?? [dice.number(1, 1000)]);
    case "trigger":
      return { every: dice.number(1, 6), ...(dice.chance(0.7) && { times: dice.number(1, 3) }) };
  }
}

// ── The book ─────────────────────────────────────────────────────────────────────────────────────────

/** What is to be expected of every pair in the end, as far as anybody can know. */
class Book {
  /** What hands gave that no YAML ever named. */
  readonly byHand = new Map<Pair, number>(EMAILS.map((email) => [`${email} Chat`, 3]));
  /** What some YAML named. */
  readonly named = new Set<Pair>();
  /** Of those, what is certainly ours: a whole apply named it, and no hand has touched it since. */
  readonly ours = new Set<Pair>();

  plan({ levels }: Goal): void {
    for (const pair of levels.keys()) {
      this.named.add(pair);
      this.byHand.delete(pair);
    }
  }

  finish({ levels }: Goal): void {
    for (const pair of levels.keys()) this.ours.add(pair);
  }

  edit(pair: Pair, level: number | null): void {
    this.ours.delete(pair);
    if (this.named.has(pair)) return;
    if (level === null) this.byHand.delete(pair);
    else this.byHand.set(pair, level);
  }

  /** Checks what is there against the last goal. */
  check(there: ReadonlyMap<Pair, number>, { levels }: Goal, about: string): void {
    for (const [pair, level] of levels) expect([pair, there.get(pair)], about).toEqual([pair, level]);
    for (const [pair, level] of this.byHand) expect([pair, there.get(pair)], about).toEqual([pair, level]);
    for (const pair of there.keys()) {
      const isExplained =
        levels.has(pair) || this.byHand.has(pair) || (this.named.has(pair) && !this.ours.has(pair));
      expect(isExplained, `${about}: ${pair} is there`).toBe(true);
    }
  }
}

// ── A life ───────────────────────────────────────────────────────────────────────────────────────────

interface Life {
  readonly dice: Dice;
  readonly sandbox: Sandbox;
  readonly store: MemoryLedger;
  readonly book: Book;
}

async function live(seed: number, dialect: Dialect): Promise<void> {
  const dice = throwDice(seed);
  const sandbox = await startOrganisation({ dialect, seed: SEED, maxPageSize: 2 });
  const life: Life = { dice, sandbox, store: newMemoryLedger(), book: new Book() };
  let goal = await drawGoal(dice);
  for (let round = 0; round < ROUNDS; round++) {
    if (dice.chance(0.7)) goal = await drawGoal(dice);
    await spendRound(life, goal, (seed * 2 + (dialect === "cloud" ? 0 : 1)) * ROUNDS + round);
  }
  sandbox.faults.clear();
  await end(life, goal, `SOAK_SEED=${seed} SOAK_LIVES=1 (${dialect})`);
  await sandbox.close();
}

/** An apply under fire, with hands at work. */
async function spendRound(life: Life, goal: Goal, turn: number): Promise<void> {
  const { dice, sandbox, book } = life;
  editByHand(life);
  const faults = throwFaults(dice, turn);
  const stop = new AbortController();
  const stopAfter = dice.chance(0.3) ? dice.number(1, 6) : Infinity;
  let outcomes = 0;
  const edits = dice.chance(0.4);
  const dies = dice.chance(0.25);
  book.plan(goal);
  const beginsWithPlan = dice.chance(0.3);
  if (beginsWithPlan) sandbox.faults.set(faults);
  const { report } = await run(life, goal, {
    dies,
    stop: stop.signal,
    onOutcome: () => {
      if (++outcomes === stopAfter) stop.abort();
    },
    beforeApply: () => {
      sandbox.faults.set(faults);
      if (edits) editByHand(life);
      return () => sandbox.faults.clear();
    },
  });
  sandbox.faults.clear();
  if (
    report &&
    !dies &&
    report.outcomes.every(({ changes }) => changes.every(({ result }) => result === "done"))
  )
    book.finish(goal);
  editByHand(life);
}

/** A run that may be refused or end with a failure; anything else is a bug. */
async function run(life: Life, goal: Goal, options: RunOptions): Promise<Partial<Ran>> {
  try {
    return await runOnce(life, goal.desired, { allow: ALLOWABLE, ...options });
  } catch (error) {
    if (error instanceof Failure) return {};
    throw error;
  }
}

function editByHand({ dice, sandbox, book }: Life): void {
  const { manualEdits: hand } = sandbox;
  for (let edit = dice.number(0, 3); edit > 0; edit--) {
    const [email, skill] = [dice.one(EMAILS), dice.one([...SHARED, ...OTHERS])];
    const level = dice.chance(0.6) ? dice.one(LEVELS) : null;
    if (level === null && skillsOf(sandbox, email)[skill] === undefined) continue;
    if (level === null) hand.unassign(email, skill);
    else hand.assign(email, skill, level);
    book.edit(`${email} ${skill}`, level);
  }
}

/** In peace: one apply, after which nothing is left to do and all is as the book says. */
async function end(life: Life, goal: Goal, about: string): Promise<void> {
  const first = await runOnce(life, goal.desired, { allow: ALLOWABLE });
  expect(first.plan.refusals, about).toEqual([]);
  const again = await runOnce(life, goal.desired, { allow: ALLOWABLE });
  expect([again.plan.refusals, again.plan.stages], about).toEqual([[], []]);
  const { users, skills, profiles } = life.sandbox.snapshot();
  const names = skills.map(({ name }) => name);
  const there = new Map(
    users.flatMap(({ email, skills: held }) =>
      Object.entries(held).flatMap(([skill, level]) =>
        // What a deleted skill left behind has no name, and nobody can take it away.
        names.includes(skill) ? [[`${email} ${skill}`, level] as const] : [],
      ),
    ),
  );
  life.book.check(there, goal, about);
  expect(new Set(names).size, about).toBe(names.length);
  expect(names, about).toEqual(expect.arrayContaining([...goal.skills, ...OTHERS]));
  expect(
    profiles.map(({ skills }) => skills),
    about,
  ).toEqual([["Sales"]]);
  expect((await life.store.read()).lease, about).toBeNull();
}

const LIVES = Array.from({ length: Number(SOAK_LIVES) }, (_, life) => FIRST + life);

test.each(LIVES)("with seed %i, all ends well in both dialects", async (seed) => {
  await live(seed, "cloud");
  await live(seed, "profiles");
});
