/** Days: what a review says of an end, what a schedule does, and that it makes no difference how often one looks. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { emptyDesired } from "../../src/desired/load.ts";
import type { AssignmentSource, Desired, Ledger, LedgerUser, Live } from "../../src/model.ts";
import type { AttemptedYaml } from "../../src/plan/dates.ts";
import { foldLedger } from "../../src/plan/delta.ts";
import { ALLOWABLE } from "../../src/plan/guards/allowable.ts";
import type { Planned, PlanInputs } from "../../src/plan/plan.ts";
import { plan } from "../../src/plan/plan.ts";
import type { ReviewedPlan } from "../../src/plan/review.ts";
import { planReviewed, reviewHashes } from "../../src/plan/review.ts";
import { addDays, byText } from "../../src/text.ts";
import { applyInMemory, settlementOf } from "./apply-in-memory.ts";
import { holdingLines, planLines } from "./plan-lines.ts";

const SKILLS = ["billing", "returns"];
const USERS = ["ann", "bob", "cleo"];
const PLACE = { repository: "acme/skills", pull: 7 };

/** A line of YAML. */
interface Line {
  readonly user: string;
  readonly skill: string;
  readonly proficiency: number;
  readonly from?: string;
  readonly until?: string;
  /** Through a profile, which a line of the user's own outdoes. */
  readonly isOfProfile?: boolean;
}

/** The YAML on a day. */
function desiredOn(lines: readonly Line[], day: string): Desired {
  const nothing = emptyDesired().desired;
  const source = { file: "a.yaml", line: 1, column: 1 };
  const counts = ({ from = "", until = day }: Line): boolean => from <= day && day <= until;
  const sourceOf = ({ user: _, isOfProfile = false, ...line }: Line): AssignmentSource => ({
    ...line,
    source,
    via: isOfProfile
      ? { kind: "profile", closeness: 2, profile: "season", from: "season" }
      : { kind: "user", closeness: 0 },
  });
  const named = USERS.flatMap((user) => {
    const sources = lines.filter((line) => line.user === user && counts(line)).map(sourceOf);
    return sources.length > 0 ? [{ user: `${user}@example.com`, sources, source }] : [];
  });
  const common = { slugWritten: false, previously: [], protected: false, exclusive: false, managed: true };
  return {
    ...nothing,
    skills: SKILLS.map((slug) => ({ ...common, slug, name: slug, source })),
    users: named,
  };
}

/** Somebody has each skill manually, so that none is ever without a holder. */
function organisation(held: Readonly<Record<string, Readonly<Record<string, number>>>> = {}): Live {
  const all: Readonly<Record<string, Readonly<Record<string, number>>>> = {
    ...Object.fromEntries(USERS.map((user) => [user, {}])),
    zoe: { billing: 5, returns: 5 },
    ...held,
  };
  const users = Object.entries(all).map(([id, skills]) => {
    return { id, name: id, email: `${id}@example.com`, skills: new Map(Object.entries(skills)) };
  });
  const complete = <T>(entities: readonly T[]) => ({ kind: "complete", entities }) as const;
  return {
    organization: { id: "northmere", name: "Northmere" },
    ...{ dialect: "cloud", view: "whole" },
    skills: complete(SKILLS.map((id) => ({ id, name: id, slug: id, state: "active" as const }))),
    users: complete(users),
    ...{ groups: complete([]), groupNames: [], profiles: complete([]) },
    ...{ absentSkills: [], absentUsers: [], references: new Map(), requests: 1 },
  };
}

interface World {
  readonly ledger: Ledger | null;
  readonly live: Live;
}

interface Step {
  readonly lines: readonly Line[];
  readonly day: string;
  readonly attempted?: AttemptedYaml;
  readonly isScheduled?: boolean;
}

function inputsOf(world: World, { lines, day, attempted, isScheduled = false }: Step): PlanInputs {
  const common = { ...world, day, isScheduled, allow: new Set<string>(ALLOWABLE), requestsPerMinute: 300 };
  return { ...common, desired: desiredOn(lines, day), ...(attempted && { attempted: () => attempted }) };
}

function applied({ live }: World, { plan: made, delta }: Planned): World {
  const done = applyInMemory(made, live);
  return { live: done.live, ledger: foldLedger(delta, settlementOf(done)) };
}

/** Plans and applies everything. */
function step(world: World, about: Step): World {
  return applied(world, plan(inputsOf(world, about)));
}

function holdings({ live, ledger }: World): string[] {
  return ledger ? holdingLines(live, ledger) : [];
}

/** What was applied for a day is looked at again on another. */
function attemptedFor(lines: readonly Line[], then: string, now: string): AttemptedYaml {
  return { then: desiredOn(lines, then), now: desiredOn(lines, now) };
}

// ── Reviews ──────────────────────────────────────────────────────────────────────────────────────────

/** The review of everything in a plan. */
function reviewOf(inputs: PlanInputs): ReviewedPlan {
  return { ...PLACE, hashes: new Set(reviewHashes(plan(inputs).plan, PLACE)), allowed: new Set() };
}

const lent = (until?: string): Line[] => [
  { user: "ann", skill: "returns", proficiency: 3, ...(until !== undefined && { until }) },
  { user: "bob", skill: "billing", proficiency: 3 },
];

const start = (lines: readonly Line[]): World =>
  step({ ledger: null, live: organisation() }, { lines, day: "2026-12-01" });

const has = (world: World, user: string): string[] => holdings(world).filter((line) => line.startsWith(user));

test("An end that nobody reviewed is withheld, and never runs out.", () => {
  let world = start(lent());
  const lines = lent("2026-12-02");
  for (const day of ["2026-12-01", "2026-12-02", "2026-12-03", "2027-02-01"]) {
    const made = planReviewed(inputsOf(world, { lines, day }), []);
    expect(made.plan.stages).toEqual([]);
    expect(made.plan.withheld).toHaveLength(1);
    world = applied(world, made);
    expect(world.ledger?.users[0]?.assignments["returns"]).not.toHaveProperty("until");
    expect(has(world, "ann")).toEqual(["ann@example.com returns 3, ours"]);
  }
});

test("A withheld end leaves the earlier one as it was, and that one runs out.", () => {
  let world = start(lent("2027-01-06"));
  const lines = lent("2027-01-03");
  world = applied(world, planReviewed(inputsOf(world, { lines, day: "2027-01-02" }), []));
  expect(world.ledger?.users[0]?.assignments["returns"]?.until).toBe("2027-01-06");
  expect(planReviewed(inputsOf(world, { lines, day: "2027-01-05" }), []).plan.stages).toEqual([]);
  const due = planReviewed(inputsOf(world, { lines, day: "2027-01-07" }), []);
  expect(planLines(due.plan).slice(1, 2)).toEqual(["- ann@example.com loses returns, was 3 (schedule)"]);
});

test("A reviewed end is recorded, and on its day nobody is asked.", () => {
  let world = start(lent());
  const about = { lines: lent("2026-12-24"), day: "2026-12-02" };
  world = applied(world, planReviewed(inputsOf(world, about), [reviewOf(inputsOf(world, about))]));
  expect(world.ledger?.users[0]?.assignments["returns"]?.until).toBe("2026-12-24");
  const late = planReviewed(inputsOf(world, { ...about, day: "2026-12-25" }), []);
  expect(has(applied(world, late), "ann")).toEqual([]);
});

test("An end that was planned before its day and is merged after it counts for the loss.", () => {
  const world = start(lent("2027-01-06"));
  const lines = lent("2027-01-03");
  const review = reviewOf(inputsOf(world, { lines, day: "2027-01-02" }));
  const late = inputsOf(world, { lines, day: "2027-01-04" });
  expect(has(applied(world, planReviewed(late, [review])), "ann")).toEqual([]);
  expect(planReviewed(late, []).plan.withheld).toHaveLength(1);
  // Of a day that is still to come it says nothing about a loss today.
  const early = inputsOf(world, { lines: lent().slice(1), day: "2027-01-02" });
  expect(planReviewed(early, [review]).plan.withheld).toHaveLength(1);
});

test("A line goes while a profile ends earlier: that is what is reviewed.", () => {
  const both = [...lent(), { ...lent("2027-01-06")[0], isOfProfile: true } as Line];
  const world = start(both);
  expect(world.ledger?.users[0]?.assignments["returns"]).not.toHaveProperty("until");
  const about = { lines: both.slice(1), day: "2026-12-02" };
  expect(planReviewed(inputsOf(world, about), []).plan.withheld).toHaveLength(1);
  const made = planReviewed(inputsOf(world, about), [reviewOf(inputsOf(world, about))]);
  expect(applied(world, made).ledger?.users[0]?.assignments["returns"]?.until).toBe("2027-01-06");
});

// ── A schedule ───────────────────────────────────────────────────────────────────────────────────────

test("A schedule does what is due, and leaves edits, drift and what nobody reviewed as they are.", () => {
  const lines: Line[] = [
    { user: "ann", skill: "returns", proficiency: 3, until: "2026-12-05" },
    { user: "bob", skill: "returns", proficiency: 3, from: "2026-12-06" },
    { user: "bob", skill: "billing", proficiency: 2 },
    { user: "cleo", skill: "billing", proficiency: 4 },
  ];
  const world = start(lines);
  const drifted: World = { ...world, live: organisation({ ann: { returns: 3 }, bob: { billing: 5 } }) };
  const day = "2026-12-06";
  const about = { lines, day, attempted: attemptedFor(lines, "2026-12-01", day), isScheduled: true };
  const made = plan(inputsOf(drifted, about));
  expect(planLines({ ...made.plan, notes: [] })).toEqual([
    "Plan: 1 to add, 0 to change, 1 to destroy.",
    "- ann@example.com loses returns, was 3 (schedule)",
    "+ bob@example.com gains returns at 3 (schedule)",
  ]);
  // The ledger holds of all else what it held, and the rest is planned as before.
  const after = applied(drifted, made);
  const left = after.ledger?.users.flatMap(({ id, assignments }) =>
    Object.keys(assignments).length > 0 ? [[id, Object.keys(assignments)]] : [],
  );
  expect(left).toEqual([
    ["bob", ["billing", "returns"]],
    ["cleo", ["billing"]],
  ]);
  expect(planLines({ ...plan(inputsOf(after, { lines, day })).plan, notes: [] }).slice(1)).toEqual([
    "~ bob@example.com billing 5 → 2 (drift)",
    "+ cleo@example.com gains billing at 4 (drift)",
  ]);
});

test("A schedule asks no guard, and is refused where things can't be compared.", () => {
  const lines = USERS.map((user) => ({ user, skill: "returns", proficiency: 3, until: "2026-12-05" }));
  const world = start(lines);
  const about = { lines, day: "2026-12-06", isScheduled: true };
  const inputs = { ...inputsOf(world, about), allow: new Set<string>() };
  expect(plan(inputs).plan.refusals).toEqual([]);
  expect(plan(inputs).plan.summary.destroy).toBe(3);
  const short = { ...world.live, users: { ...world.live.users, kind: "incomplete", reason: "cut" } as const };
  expect(plan({ ...inputs, live: short }).plan.refusals).toMatchObject([{ code: "INCOMPLETE" }]);
});

test("A run on a schedule that was killed is finished by the next one.", () => {
  const lines: Line[] = [
    ...USERS.map((user) => ({ user, skill: "returns", proficiency: 3, until: "2026-12-05" })),
    { user: "ann", skill: "billing", proficiency: 3, from: "2026-12-06", until: "2027-01-06" },
  ];
  const day = "2026-12-06";
  const about = { lines, day, attempted: attemptedFor(lines, "2026-12-01", day), isScheduled: true };
  const { plan: made, delta } = plan(inputsOf(start(lines), about));
  // It did what concerns Ann and Bob, could tell the ledger nothing of it, and Cleo was still to come.
  const done = applyInMemory(made, start(lines).live, made.stages.flat().slice(0, 2));
  const intent = foldLedger(delta, { outcomeOf: () => "unsettled", createdIds: new Map() });
  const over = (user: LedgerUser): LedgerUser => ({
    ...user,
    records: (user.records ?? []).map((record) => ({ ...record, outcome: "over" as const })),
  });
  const world = { live: done.live, ledger: { ...intent, users: intent.users.map(over) } };
  const next = plan(inputsOf(world, about));
  expect(planLines({ ...next.plan, notes: [], scheduled: [] }).slice(1)).toEqual([
    "- cleo@example.com loses returns, was 3 (schedule, unnamed)",
  ]);
  const after = applied(world, next);
  expect(holdings(after)).toEqual(holdings(step(start(lines), about)));
  // The end that came with Ann's gain is known, so that nobody is asked on its day.
  const ann = after.ledger?.users.find(({ id }) => id === "ann");
  expect(ann?.assignments["billing"]).toMatchObject({ until: "2027-01-06" });
});

test("What ended and was taken away manually is forgotten on its day.", () => {
  const lines = lent("2026-12-05");
  const world = { ...start(lines), live: organisation({ bob: { billing: 3 } }) };
  const after = step(world, { lines, day: "2026-12-06", isScheduled: true });
  expect(after.ledger?.users.map(({ id }) => id)).toEqual(["bob"]);
});

// ── Any YAML, any days ───────────────────────────────────────────────────────────────────────────────

const FIRST = "2026-12-01";
const LAST = "2026-12-20";
const RUNS = { numRuns: 60 };

const someDay = fc.integer({ min: 0, max: 19 }).map((days) => addDays(FIRST, days));

const line: fc.Arbitrary<Line> = fc
  .record({
    user: fc.constantFrom(...USERS),
    skill: fc.constantFrom(...SKILLS),
    proficiency: fc.integer({ min: 0, max: 5 }),
    days: fc.tuple(someDay, someDay),
    ends: fc.constantFrom("from", "until", "both", "none"),
    isOfProfile: fc.boolean(),
  })
  .map(({ days, ends, ...rest }) => {
    const [from = "", until = ""] = days.toSorted(byText);
    return {
      ...rest,
      ...((ends === "from" || ends === "both") && { from }),
      ...((ends === "until" || ends === "both") && { until }),
    };
  });

const someLines = fc.array(line, { maxLength: 8 });
const someDays = fc
  .uniqueArray(someDay, { maxLength: 6 })
  .map((days) => [...days, LAST].toSorted(byText).filter((day, at, all) => day !== all[at - 1]));

/** Applies on each of the days, the first time everything, then everything or only what is due. */
function live(lines: readonly Line[], days: readonly string[], isScheduled: boolean): World {
  let world: World = { ledger: null, live: organisation() };
  world = step(world, { lines, day: FIRST });
  let then = FIRST;
  for (const day of days) {
    world = step(world, { lines, day, attempted: attemptedFor(lines, then, day), isScheduled });
    then = day;
  }
  return world;
}

test("However often one applies between the first day and the last, the organisation is the same in the end", () => {
  fc.assert(
    fc.property(someLines, someDays, (lines, days) => {
      const often = live(lines, days, false);
      expect(holdings(often)).toEqual(holdings(live(lines, [LAST], false)));
      // And so it is where all but the first apply did only what was due.
      expect(holdings(live(lines, days, true))).toEqual(holdings(often));
      // Nothing is left to do.
      expect(plan(inputsOf(often, { lines, day: LAST })).plan.stages).toEqual([]);
    }),
    RUNS,
  );
});

test("No loss by a date needs a review, and no apply takes one away that the ledger doesn't say is due", () => {
  fc.assert(
    fc.property(someLines, someDays, (lines, days) => {
      let world = step({ ledger: null, live: organisation() }, { lines, day: FIRST });
      for (const day of days) {
        const made = planReviewed(inputsOf(world, { lines, day }), []);
        expect(made.plan.withheld.filter(({ subject }) => subject.kind === "user")).toEqual([]);
        world = applied(world, made);
      }
      expect(holdings(world)).toEqual(holdings(live(lines, [LAST], false)));
    }),
    RUNS,
  );
});

test("Nobody manual is touched by a date", () => {
  const manual = fc.uniqueArray(fc.tuple(fc.constantFrom(...USERS), fc.constantFrom(...SKILLS)), {
    selector: (pair) => pair.join(),
    maxLength: 4,
  });
  fc.assert(
    fc.property(someLines, someDays, manual, (lines, days, given) => {
      const isGiven = (user: string, skill: string): boolean =>
        given.some(([who, what]) => who === user && what === skill);
      const others = lines.filter(({ user, skill }) => !isGiven(user, skill));
      const held: Record<string, Record<string, number>> = {};
      for (const [user, skill] of given) held[user] = { ...held[user], [skill]: 4 };
      let world = step({ ledger: null, live: organisation(held) }, { lines: others, day: FIRST });
      let then = FIRST;
      for (const day of days) {
        const attempted = attemptedFor(others, then, day);
        world = step(world, { lines: others, day, attempted, isScheduled: true });
        then = day;
      }
      for (const [user, skill] of given)
        expect(holdings(world)).toContain(`${user}@example.com ${skill} 4, manual`);
    }),
    RUNS,
  );
});
