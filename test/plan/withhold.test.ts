/** What is left of a plan once changes are withheld, in any organisation, for any review and any other reason. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Change, Ledger, Operation } from "../../src/model.ts";
import { changesOf } from "../../src/plan/changes.ts";
import { foldLedger } from "../../src/plan/delta.ts";
import { ALLOWABLE } from "../../src/plan/guards/allowable.ts";
import type { Planned, PlanInputs } from "../../src/plan/plan.ts";
import { plan } from "../../src/plan/plan.ts";
import type { ReviewedPlan } from "../../src/plan/review.ts";
import { planReviewed, reviewHash, reviewHashes } from "../../src/plan/review.ts";
import { applyInMemory, settlementOf } from "./apply-in-memory.ts";
import { worlds } from "./worlds.ts";

const PLACE = { repository: "acme/skills", pull: 7 };

/** A plan, which of its changes somebody reviewed, and which are withheld whether or not they were reviewed. */
interface Case {
  readonly inputs: PlanInputs;
  readonly made: Planned;
  readonly review: ReviewedPlan;
  readonly left: Planned;
}

type Share = "none" | "some" | "all";

const share = fc.constantFrom<Share>("none", "some", "all");

/** About half of them where it is `some`, as `seed` decides. */
function pick(ids: readonly string[], how: Share, seed: number): Set<string> {
  const isPicked = (at: number): boolean =>
    how === "all" || (how === "some" && ((seed >>> (at % 31)) & 1) === 1);
  return new Set(ids.filter((_, at) => isPicked(at)));
}

const cases = fc
  .tuple(worlds, share, fc.constantFrom<Share>("none", "none", "some"), fc.integer(), fc.integer())
  .map(([{ desired, ledger, live }, reviewed, refused, seed, other]): Case => {
    const inputs = { desired, ledger, live, allow: new Set(ALLOWABLE), requestsPerMinute: 300 };
    const made = plan(inputs);
    const ids = changesOf(made.plan).map(({ id }) => id);
    const hashes = pick(reviewHashes(made.plan, PLACE), reviewed, seed);
    const review = { ...PLACE, hashes, allowed: ALL_ALLOWED };
    const withheld = pick(ids, refused, other);
    const more = { ...inputs, withheld };
    return { inputs: more, made, review, left: planReviewed(more, [review]) };
  });

/** What the guards refuse about one subject is another test's. */
class Everything extends Set<string> {
  override has(): boolean {
    return true;
  }
}
const ALL_ALLOWED = new Everything();

/** Planned once for all the rules that must hold. */
const CASES = fc.sample(cases, 400);

/** Every change with the subject that it is executed with. */
function namesOf(operations: readonly Operation[]): string[] {
  return changesOf(operations)
    .map(({ id, subject }) => `${subject.kind} ${subject.id} ${id}`)
    .sort();
}

function isReviewed({ id }: Change, { review }: Case): boolean {
  return review.hashes.has(reviewHash(id, PLACE));
}

/** Nobody reviewed it, or it is withheld for another reason. */
function isHeldItself(change: Change, one: Case): boolean {
  return one.inputs.withheld?.has(change.id) === true || (change.takesAway && !isReviewed(change, one));
}

describe("what is left of a plan", () => {
  test("removes and overwrites only reviewed values, and does nothing that is withheld", () => {
    for (const one of CASES) {
      expect(changesOf(one.left.plan).filter((change) => isHeldItself(change, one))).toEqual([]);
    }
  });

  test("and what is withheld are the whole plan, each change once", () => {
    for (const { made, left } of CASES) {
      const { stages, withheld } = left.plan;
      expect([...namesOf(stages.flat()), ...namesOf(withheld)].sort()).toEqual(
        namesOf(made.plan.stages.flat()),
      );
    }
  });

  test("has no empty stage, and nothing that a second look would withhold", () => {
    for (const one of CASES) {
      const { plan: left } = one.left;
      expect(left.stages.every((stage) => stage.length > 0)).toBe(true);
      const withheld = new Set(changesOf(left.withheld).map(({ id }) => id));
      const again = planReviewed({ ...one.inputs, withheld }, [one.review]).plan;
      expect(again.stages).toEqual(left.stages);
    }
  });

  test("is everything where all was reviewed", () => {
    for (const { inputs, made } of CASES) {
      const hashes = new Set(reviewHashes(made.plan, PLACE));
      const { plan: left } = planReviewed({ ...inputs, withheld: new Set() }, [
        { ...PLACE, hashes, allowed: ALL_ALLOWED },
      ]);
      expect(left.withheld).toEqual([]);
      expect([left.stages, left.summary, left.fingerprint]).toEqual([
        made.plan.stages,
        made.plan.summary,
        made.plan.fingerprint,
      ]);
    }
  });

  test("lacks nothing that may be done and depends on nothing withheld", () => {
    for (const one of CASES) {
      const held = changesOf(one.left.plan.withheld);
      for (const change of held) {
        if (!isHeldItself(change, one))
          expect(dependsOn(change, held, one), JSON.stringify(change)).toBe(true);
      }
    }
  });

  test("assigns no missing skill, and deletes none that a user keeps", () => {
    for (const { left, inputs } of CASES) {
      const held = changesOf(left.plan.withheld);
      const notMade = new Set(held.flatMap(({ subject, verb }) => (verb === "create" ? [subject.id] : [])));
      const kept = new Set(held.flatMap(({ field, verb }) => (verb === "remove" ? [skillOf(field)] : [])));
      for (const { field, verb, subject } of changesOf(left.plan)) {
        if (verb === "add") expect(notMade.has(skillOf(field))).toBe(false);
        if (verb === "delete") expect(kept.has(subject.id)).toBe(false);
      }
      const { live } = applyInMemory(left.plan, inputs.live);
      const ids = new Set(live.skills.entities.map(({ id }) => id));
      for (const { skills } of live.users.entities) {
        expect([...skills.keys()].filter((id) => !ids.has(id))).toEqual([]);
      }
    }
  });

  test("counts what is left", () => {
    for (const { made, left } of CASES) {
      if (left.plan.withheld.length === 0) continue;
      expect(left.plan.fingerprint).not.toBe(made.plan.fingerprint);
      const losing = changesOf(left.plan).filter(
        ({ subject, verb }) => verb === "remove" && subject.kind === "user",
      );
      expect(left.plan.summary.usersLosing).toBe(new Set(losing.map(({ subject }) => subject.id)).size);
    }
  });

  test("leaves no trace of what is withheld: three applies in a row come to the same as one", () => {
    for (const { inputs, review, left } of CASES) {
      if (left.plan.refusals.some(({ code }) => code === "AMBIGUOUS" || code === "UNKNOWN_ID")) continue;
      const first = apply(inputs, left);
      // Without a ledger nothing is removed, so what is exclusive goes with the second apply.
      const again = planReviewed(first, [review]);
      const second = apply(first, again);
      const last = planReviewed(second, [review]);
      const third = apply(second, last);
      const [one, other, after] = inputs.ledger ? [first, second, again] : [second, third, last];
      expect(after.plan.stages).toEqual([]);
      expect([ownedIn(other.ledger), other.live]).toEqual([ownedIn(one.ledger), one.live]);
      expect([third.ledger, third.live]).toEqual([other.ledger, other.live]);
    }
  });
});

function apply(inputs: PlanInputs, { plan, delta }: Planned): PlanInputs {
  const applied = applyInMemory(plan, inputs.live);
  return { ...inputs, live: applied.live, ledger: foldLedger(delta, settlementOf(applied)) };
}

/** What the ledger holds as ours; what is over stands beside it until the next apply. */
function ownedIn(ledger: Ledger | null): unknown {
  const { skills, profiles, users } = ledger ?? { skills: [], profiles: [], users: [] };
  return {
    skills: skills.map(({ records: _, ...skill }) => skill),
    entries: profiles.flatMap(({ id, skills }) => (skills.length > 0 ? [[id, skills]] : [])),
    assignments: users.flatMap(({ id, assignments }) => {
      return Object.keys(assignments).length > 0 ? [[id, assignments]] : [];
    }),
  };
}

function skillOf(field: Change["field"]): string {
  return field.kind === "skill" ? field.id : "";
}

/** Whether something else that is withheld is a reason to withhold this. */
function dependsOn(change: Change, held: readonly Change[], { inputs, left }: Case): boolean {
  const { ledger, live } = inputs;
  const { subject, field, verb } = change;
  const others = held.filter((other) => other !== change);
  const isName = field.kind === "name" || verb === "create";
  // What keeps its name keeps the one by which the ledger knows it, too.
  const isKnownAs = (id: string): boolean =>
    ledger?.skills.some((item) => item.id === id && item.name === change.after) === true;
  const keepsName = (other: Change): boolean =>
    other.field.kind === "name" && (other.before === change.after || isKnownAs(other.subject.id));
  if (isName && others.some(keepsName)) return true;
  // No change at all frees the name that another live skill has.
  const isFreed = changesOf(left.plan).some(
    (one) => one.field.kind === "name" && one.before === change.after,
  );
  if (isName && !isFreed && live.skills.entities.some(({ name }) => name === change.after)) return true;
  if (subject.kind === "skill") {
    if (verb === "delete") return others.some((other) => skillOf(other.field) === subject.id);
    return others.some((other) => other.verb === "create" && other.subject.id === subject.id);
  }
  const isOfSkill = ({ subject: { id }, verb }: Change): boolean =>
    id === skillOf(field) && (verb === "create" || verb === "delete");
  const isFull = subject.kind === "user" && others.some((other) => other.subject.id === subject.id);
  return isFull || others.some(isOfSkill);
}
