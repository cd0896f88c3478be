import { describe, expect, test } from "vitest";
import type {
  AssignmentChange,
  Cause,
  Change,
  CreateSkill,
  DeleteSkill,
  Operation,
  Plan,
  UpdateUser,
} from "../../src/model.ts";
import { fingerprintsOf } from "../../src/plan/fingerprint.ts";
import type { ReviewedPlan } from "../../src/plan/review.ts";
import { holdBack, reviewHash, reviewHashes } from "../../src/plan/review.ts";
import { planNamed } from "../report/plan-named.ts";

const PLACE = { repository: "acme/skills", pull: 7 };

/** A plan of these operations; all that it says besides is of no interest here. */
function planOf(...stages: Operation[][]): Plan {
  return { ...planNamed("Billing"), stages, refusals: [], allowed: [], notes: [] };
}

function change(name: string, cause: Cause = "edit"): Change {
  return { cause, fingerprint: name };
}

function user(id: string, ...changes: AssignmentChange[]): UpdateUser {
  return { kind: "update-user", id, name: id, email: `${id}@example.com`, named: true, changes };
}

function gain(skill: string, name: string, cause: Cause = "edit", from?: string): AssignmentChange {
  return {
    kind: "gain",
    skill,
    after: 1,
    patch: [],
    ...change(name, cause),
    ...(from !== undefined && { from }),
  };
}

function lose(skill: string, name: string, to?: string): AssignmentChange {
  return { kind: "lose", skill, before: 1, patch: [], ...change(name), ...(to !== undefined && { to }) };
}

function create(skill: string, name: string, cause: Cause = "edit"): CreateSkill {
  return { kind: "create-skill", skill, name: skill, ...change(name, cause) };
}

function remove(skill: string, name: string, replacedBy?: string): DeleteSkill {
  const more = replacedBy === undefined ? {} : { replacedBy };
  return {
    kind: "delete-skill",
    skill,
    id: skill,
    name: skill,
    holders: [],
    byHand: 0,
    ...change(name),
    ...more,
  };
}

/** The review of a plan that took away or overwrote these. */
function reviewOf(...fingerprints: string[]): ReviewedPlan {
  return { ...PLACE, hashes: new Set(fingerprints.map((fingerprint) => reviewHash(fingerprint, PLACE))) };
}

function heldIn(plan: Plan, ...reviewed: ReviewedPlan[]): string[] {
  return holdBack(plan, reviewed, 300).heldBack.flatMap(fingerprintsOf).sort();
}

describe("what takes away or overwrites", () => {
  const field = { field: "name", before: "a", after: "b", patch: [] } as const;
  const plan = planOf([
    create("new", "create"),
    create("gone", "create-drift", "drift"),
    {
      kind: "update-skill",
      skill: "x",
      id: "x",
      changes: [
        { ...field, ...change("name") },
        { ...field, ...change("name-conflict", "conflict") },
      ],
    },
    {
      ...{ kind: "update-profile", profile: "p", id: "p", name: "p", changes: [] },
      entries: [
        { kind: "gain", skill: "x", patch: [], ...change("entry-gain") },
        { kind: "lose", skill: "x", patch: [], ...change("entry-lose") },
      ],
    },
    user(
      "ann",
      gain("x", "gain"),
      gain("y", "gain-membership", "membership"),
      gain("z", "gain-drift", "drift"),
      { kind: "change", skill: "w", before: 1, after: 2, patch: [], ...change("value") },
      { kind: "change", skill: "v", before: 1, after: 2, patch: [], ...change("value-conflict", "conflict") },
      lose("u", "lose"),
    ),
    remove("old", "delete"),
  ]);
  const reviewable = [
    "create-drift",
    "delete",
    "entry-lose",
    "gain-drift",
    "lose",
    "name-conflict",
    "value-conflict",
  ];

  test("is held back without a review, and nothing else is", () => {
    expect(heldIn(plan)).toEqual(reviewable);
    expect(holdBack(plan, [], 300).plan.stages.flat().flatMap(fingerprintsOf).sort()).toEqual(
      ["create", "entry-gain", "gain", "gain-membership", "name", "value"].sort(),
    );
  });

  test("is let through by what one of several reviews has", () => {
    const reviews = [reviewOf("lose", "delete"), { ...reviewOf(), pull: 8 }];
    expect(heldIn(plan, ...reviews)).toEqual(
      reviewable.filter((name) => name !== "lose" && name !== "delete"),
    );
    expect(heldIn(plan, reviewOf(...reviewable))).toEqual([]);
  });

  test("is what the review's hashes hold, in no order that tells anything", () => {
    const hashes = reviewHashes(plan, PLACE);
    expect(hashes).toEqual(reviewable.map((name) => reviewHash(name, PLACE)).sort());
    for (const hash of hashes) expect(hash).toMatch(/^[0-9a-f]{12}$/);
  });

  test("is let through by no hash of another pull request or repository", () => {
    for (const place of [
      { ...PLACE, pull: 8 },
      { ...PLACE, repository: "acme/other" },
    ]) {
      const hashes = new Set(reviewHashes(plan, place));
      expect(heldIn(plan, { ...PLACE, hashes })).toEqual(reviewable);
      expect(heldIn(plan, { ...place, hashes })).toEqual([]);
    }
  });

  test("is counted in the summary of neither plan twice", () => {
    const { plan: left } = holdBack(plan, [], 300);
    expect(left.summary).toMatchObject({ destroy: 0, usersLosing: 0 });
    expect(left.fingerprint).not.toBe(plan.fingerprint);
  });
});

describe("what depends on what is held back", () => {
  test("a skill that isn't put back is given to nobody", () => {
    const plan = planOf(
      [create("x", "create", "drift")],
      [user("ann", gain("x", "gain"), gain("y", "other"))],
    );
    expect(heldIn(plan)).toEqual(["create", "gain"]);
    expect(heldIn(plan, reviewOf("create"))).toEqual([]);
  });

  test("a skill that somebody keeps is not deleted, though the delete was reviewed", () => {
    const plan = planOf([user("ann", lose("x", "lose"))], [remove("x", "delete")]);
    expect(heldIn(plan, reviewOf("delete"))).toEqual(["delete", "lose"]);
    expect(heldIn(plan, reviewOf("lose"))).toEqual(["delete"]);
  });

  test("a skill is not deleted before everybody has the one that replaces it", () => {
    const plan = planOf(
      [create("new", "create")],
      [user("ann", gain("new", "move", "conflict", "old")), user("bob", gain("new", "other", "edit", "old"))],
      [remove("old", "delete", "new")],
    );
    expect(heldIn(plan, reviewOf("delete"))).toEqual(["delete", "move"]);
    expect(heldIn(plan, reviewOf("delete", "move"))).toEqual([]);
  });

  test("a skill is not deleted where the one that replaces it is not there", () => {
    const plan = planOf([create("new", "create", "drift")], [], [remove("old", "delete", "new")]);
    expect(heldIn(plan, reviewOf("delete"))).toEqual(["create", "delete"]);
  });

  test("a gain that fits only because of a loss waits for it", () => {
    const full = planOf([user("ann", lose("x", "lose"), gain("y", "gain"))]);
    expect(heldIn(full)).toEqual(["gain", "lose"]);
    const roomy = planOf([user("ann", gain("y", "gain"), lose("x", "lose"))]);
    expect(heldIn(roomy)).toEqual(["lose"]);
  });

  test("nobody gives up the old skill without the new one", () => {
    const plan = planOf([user("ann", gain("new", "gain", "conflict", "old"), lose("old", "lose", "new"))]);
    expect(heldIn(plan, reviewOf("lose"))).toEqual(["gain", "lose"]);
  });
});

describe("the guards", () => {
  test("of removals fall silent, the others still refuse", () => {
    const { refusals } = planNamed("Billing");
    const left = holdBack({ ...planOf(), refusals }, [], 300).plan.refusals.map(({ code }) => code);
    expect(new Set(left)).toEqual(
      new Set([
        ...["INCOMPLETE", "WRONG_ORG", "AMBIGUOUS", "UNKNOWN_ID", "UNKNOWN_USER", "UNKNOWN_GROUP"],
        ...["OTHER_ID", "TOO_MANY_SKILLS", "OTHER_LEDGER"],
      ]),
    );
  });
});
