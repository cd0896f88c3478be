/** What planReviewed leaves of a plan, in the organisations of some scenarios. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import type { Plan } from "../../src/model.ts";
import { changesOf } from "../../src/plan/changes.ts";
import type { Outcomes } from "../../src/plan/delta.ts";
import { foldLedger } from "../../src/plan/delta.ts";
import type { PlanInputs } from "../../src/plan/plan.ts";
import { plan } from "../../src/plan/plan.ts";
import type { ReviewedPlan } from "../../src/plan/review.ts";
import {
  allowanceHash,
  allowanceHashes,
  countShown,
  planReviewed,
  reviewHash,
  reviewHashes,
} from "../../src/plan/review.ts";
import { planLines } from "./plan-lines.ts";
import { readScenario } from "./scenario.ts";

const PLACE = { repository: "acme/skills", pull: 7 };

async function inputsOf(name: string): Promise<PlanInputs> {
  const { desired, ledger, live, allow } = await readScenario(
    join(import.meta.dirname, "scenarios", `${name}.yaml`),
  );
  return { desired, ledger, live, allow, requestsPerMinute: 300 };
}

/** One line for each change, in the order of changesOf. */
function linesOf(plan: Plan): string[] {
  return planLines({ ...plan, withheld: [], notes: [], refusals: [], allowed: [] }).slice(1);
}

function withheldLines({ withheld, ...rest }: Plan): string[] {
  return linesOf({ ...rest, stages: [withheld], withheld: [] });
}

/** Ids of the changes whose line contains one of the texts; each text must be found. */
function idsOf(made: Plan, texts: readonly string[]): string[] {
  const lines = linesOf(made);
  for (const text of texts) expect(lines.join("\n")).toContain(text);
  return changesOf(made).flatMap(({ id }, index) =>
    texts.some((text) => lines[index]?.includes(text)) ? [id] : [],
  );
}

/** The review of a plan that held the changes of these lines. */
function reviewOf(inputs: PlanInputs, ...texts: string[]): ReviewedPlan {
  const ids = idsOf(plan(inputs).plan, texts);
  return { ...PLACE, hashes: new Set(ids.map((id) => reviewHash(id, PLACE))), allowed: refusedIn(inputs) };
}

/** Every refusal of the plan, as if labels had allowed them. */
function refusedIn(inputs: PlanInputs): ReadonlySet<string> {
  const { refusals, allowed } = plan(inputs).plan;
  return new Set(allowanceHashes({ allowed: [...refusals, ...allowed] }, PLACE));
}

function allOf(inputs: PlanInputs): ReviewedPlan {
  return { ...PLACE, hashes: new Set(reviewHashes(plan(inputs).plan, PLACE)), allowed: refusedIn(inputs) };
}

describe("what takes away or overwrites", () => {
  const REVIEWABLE: Readonly<Record<string, readonly string[]>> = {
    "whole-world": ["~ bob@example.com Billing 5 → 2 (drift)"],
    "order-gains-first": ["- ann@example.com loses Billing, was 3 (edit)"],
    "cause-conflict": ["~ ann@example.com Billing 2 → 4 (conflict)"],
    "table-update-and-adopt": ["~ ann@example.com Billing 2 → 4 (conflict)"],
    "table-unmanaged-but-exclusive": ["- bob@example.com loses Billing, was 2 (drift, unnamed)"],
    "profile-spelling-and-description": [
      '~ profile front line name "front line" → "Front Line" (drift)',
      '~ profile front line description "frontline!" → "First line" (drift)',
    ],
    "profile-entries": ["- profile Front Line loses Voice (edit)"],
    "email-swapped": [
      "+ ann@example.com gains Billing at 1 (edit)",
      "- bob@example.com loses Billing, was 3 (edit)",
    ],
    "skill-create-again": [],
    "table-add-again": [],
    "description-first": ['~ skill Chat description "ask Tom" → "Web chat" (conflict)'],
  };

  test.each(Object.entries(REVIEWABLE))(
    "is withheld without a review, and only that (%s)",
    async (name, lines) => {
      const inputs = await inputsOf(name);
      const made = plan(inputs).plan;
      const left = planReviewed(inputs, []).plan;
      expect(withheldLines(left)).toEqual(lines);
      expect(linesOf(left)).toEqual(linesOf(made).filter((line) => !lines.includes(line)));
    },
  );

  test("of a skill that goes is the delete and what each holder loses with it", async () => {
    const inputs = await inputsOf("delete-with-inactive-holders");
    const left = planReviewed(inputs, []).plan;
    expect(linesOf(left)).toEqual([]);
    expect(changesOf(left.withheld)).toHaveLength(changesOf(plan(inputs).plan).length);
  });

  test("is let through by what one of several reviews has", async () => {
    const inputs = await inputsOf("whole-world");
    const line = "bob@example.com Billing 5 → 2";
    const reviews = [reviewOf(inputs), { ...reviewOf(inputs, line), pull: PLACE.pull }];
    expect(planReviewed(inputs, reviews).plan.withheld).toEqual([]);
    expect(planReviewed(inputs, reviews.slice(0, 1)).plan.withheld).toHaveLength(1);
  });

  test("is what the review's hashes hold, in no order that tells anything", async () => {
    const made = plan(await inputsOf("delete-with-inactive-holders")).plan;
    const hashes = reviewHashes(made, PLACE);
    expect(hashes).toEqual(
      changesOf(made)
        .map(({ id }) => reviewHash(id, PLACE))
        .sort(),
    );
    for (const hash of hashes) expect(hash).toMatch(/^[0-9a-f]{12}$/);
  });

  test("is let through by no hash of another pull request or repository", async () => {
    const inputs = await inputsOf("whole-world");
    for (const place of [
      { ...PLACE, pull: 8 },
      { ...PLACE, repository: "acme/other" },
    ]) {
      const hashes = new Set(reviewHashes(plan(inputs).plan, place));
      const allowed = new Set<string>();
      expect(planReviewed(inputs, [{ ...PLACE, hashes, allowed }]).plan.withheld).toHaveLength(1);
      expect(planReviewed(inputs, [{ ...place, hashes, allowed }]).plan.withheld).toEqual([]);
    }
  });

  test("is not in the summary, cost and fingerprint of the rest", async () => {
    const inputs = await inputsOf("order-gains-first");
    const made = plan(inputs).plan;
    const left = planReviewed(inputs, []).plan;
    expect(left.summary).toEqual({ ...made.summary, destroy: 0, usersLosing: 0 });
    expect(left.cost.requests).toBeLessThan(made.cost.requests);
    expect(left.fingerprint).not.toBe(made.fingerprint);
  });

  test("is everything that the plan does where all of it was reviewed", async () => {
    for (const name of ["whole-world", "delete-with-inactive-holders", "rename-at-fifty"]) {
      const inputs = await inputsOf(name);
      expect(planReviewed(inputs, [allOf(inputs)]).plan).toEqual(plan(inputs).plan);
    }
  });
});

describe("what depends on what is withheld", () => {
  /** Plans what was reviewed as a whole, with these lines withheld. */
  async function withheldWith(name: string, ...texts: string[]): Promise<Plan> {
    const inputs = await inputsOf(name);
    const withheld = new Set(idsOf(plan(inputs).plan, texts));
    return planReviewed({ ...inputs, withheld }, [allOf(inputs)]).plan;
  }

  test("a skill that isn't created is assigned to no one", async () => {
    const left = await withheldWith("whole-world", "+ skill Refunds");
    expect(withheldLines(left)).toEqual([
      "+ skill Refunds (edit)",
      "+ bob@example.com gains Refunds at 1 (edit)",
    ]);
  });

  test("a skill that somebody keeps is not deleted, though the delete was reviewed", async () => {
    const inputs = await inputsOf("delete-with-inactive-holders");
    const left = planReviewed(inputs, [reviewOf(inputs, "- skill Billing", "ann@example.com")]).plan;
    expect(linesOf(left)).toEqual(["- ann@example.com loses Billing, was 3 (edit)"]);
    expect(withheldLines(left)).toEqual([
      "- skill Billing (edit)",
      "- bob@example.com loses Billing, was 2 (edit)",
      "- cleo@example.com loses Billing, was 1 (edit, unnamed)",
    ]);
  });

  test("a skill that others were given manually since its review is not deleted", async () => {
    const before = await inputsOf("delete-with-inactive-holders");
    const review = allOf(before);
    const [billing] = before.live.skills.entities.filter(({ name }) => name === "Billing");
    const others = Array.from({ length: 30 }, (_, at) => {
      const skills = new Map([[billing?.id ?? "", 1]]);
      return { id: `other-${at}`, name: `Other ${at}`, email: `other${at}@example.com`, skills };
    });
    const users = { kind: "complete", entities: [...before.live.users.entities, ...others] } as const;
    const left = planReviewed({ ...before, live: { ...before.live, users } }, [review]).plan;
    expect(linesOf(left)).toEqual(["- ann@example.com loses Billing, was 3 (edit)"]);
    expect(withheldLines(left)).toHaveLength(1 + 30 + 2);
  });

  test("a manual holder keeps a skill whose delete is withheld, though the loss was reviewed", async () => {
    const inputs = await inputsOf("delete-allowed");
    const made = plan(inputs).plan;
    const losses = linesOf(made).filter((line) => line.includes(" loses "));
    const left = planReviewed(inputs, [reviewOf(inputs, ...losses)]).plan;
    expect(changesOf(left).some(({ verb }) => verb === "delete")).toBe(false);
    expect([...linesOf(left), ...withheldLines(left)].length).toBe(linesOf(made).length);
  });

  test("a skill is not deleted before everybody has the one that replaces it", async () => {
    const left = await withheldWith("rename-cloud", "bob@example.com gains");
    expect(withheldLines(left).map((line) => line.slice(0, 24))).toEqual([
      "- skill Billing T1, repl",
      "+ bob@example.com gains ",
    ]);
    expect(linesOf(left)).toHaveLength(2);
  });

  test("a skill is not deleted where the one that replaces it is not made", async () => {
    const left = await withheldWith("rename-cloud", "+ skill Billing Tier 1");
    expect(linesOf(left)).toEqual([]);
    expect(withheldLines(left)).toHaveLength(4);
  });

  test("a name that is in use is given to nothing else", async () => {
    const left = await withheldWith("names-swapped-in-the-organisation", '"Skill B" → "Skill A"');
    expect(linesOf(left)).toEqual([]);
    expect(withheldLines(left)).toHaveLength(2);
  });

  test("names that change places need no review of the name in between", async () => {
    const inputs = await inputsOf("names-swapped-in-the-organisation");
    const review = reviewOf(inputs, '→ "Skill A"', '→ "Skill B" ');
    expect(linesOf(planReviewed(inputs, [review]).plan)).toHaveLength(3);
    expect(linesOf(planReviewed(inputs, []).plan)).toEqual([]);
  });

  test("a gain that fits only because of a loss waits for it", async () => {
    const full = planReviewed(await inputsOf("order-losses-first-at-fifty"), []).plan;
    expect(linesOf(full)).toEqual([]);
    expect(withheldLines(full)).toHaveLength(2);
    const roomy = planReviewed(await inputsOf("order-gains-first"), []).plan;
    expect(withheldLines(roomy)).toHaveLength(1);
  });

  test("no user loses the old skill without getting the new one", async () => {
    const left = await withheldWith("rename-at-fifty", "ann@example.com gains");
    expect(withheldLines(left).filter((line) => line.includes("ann@"))).toHaveLength(2);
    expect(linesOf(left).filter((line) => line.includes("ann@"))).toEqual([]);
    expect(changesOf(left).some(({ verb }) => verb === "delete")).toBe(false);
  });
});

describe("the ledger", () => {
  const done: Outcomes = { outcomeOf: () => "done", createdIds: new Map() };

  test("takes no manual name for ours where the YAML's is withheld, so that the next apply withholds it again", async () => {
    const inputs = await inputsOf("profile-spelling-and-description");
    const found = { ...inputs, ledger: inputs.ledger && { ...inputs.ledger, profiles: [] } };
    const first = planReviewed(found, []);
    const next = { ...found, ledger: foldLedger(first.delta, done) };
    const second = planReviewed(next, []);
    expect(withheldLines(first.plan)).toHaveLength(2);
    expect(changesOf(second.plan.withheld).map(({ id }) => id)).toEqual(
      changesOf(first.plan.withheld).map(({ id }) => id),
    );
    expect(foldLedger(second.delta, done)).toEqual(next.ledger);
  });

  test("keeps what a run that died recorded of a withheld name, so that the next apply withholds it again", async () => {
    const inputs = await inputsOf("skill-respelled-by-a-run-that-died");
    const first = planReviewed(inputs, []);
    const next = { ...inputs, ledger: foldLedger(first.delta, done) };
    expect(withheldLines(first.plan)).toHaveLength(1);
    expect(planReviewed(next, []).plan.withheld).toEqual(first.plan.withheld);
    expect(next.ledger).toEqual(inputs.ledger);
  });

  test("knows a skill by its id that a run which died has made, though its delete is withheld", async () => {
    const inputs = await inputsOf("delete-allowed");
    const { ledger } = inputs;
    const [skill] = plan(inputs)
      .plan.stages.flat()
      .filter(({ deletion }) => deletion);
    if (!ledger || !skill) throw new Error("The scenario deletes a skill.");
    const skills = ledger.skills.map((one) =>
      one.id === skill.subject.id ? { ...one, id: "new:made" } : one,
    );
    const { delta } = planReviewed({ ...inputs, ledger: { ...ledger, skills, users: [] } }, []);
    expect(foldLedger(delta, done).skills.map(({ id }) => id)).toEqual(ledger.skills.map(({ id }) => id));
  });
});

describe("the guards", () => {
  const unallowed = async (name: string): Promise<[PlanInputs, ReviewedPlan]> => {
    const inputs = { ...(await inputsOf(name)), allow: new Set<string>() };
    return [inputs, { ...allOf(inputs), allowed: new Set() }];
  };

  test.each([
    ["guard-removals-above-the-share", "TOO_MANY_REMOVALS"],
    ["guard-users-losing-above-the-limit", "TOO_MANY_REMOVALS"],
    ["delete-maybe-rename", "MAYBE_RENAME"],
  ])("that count or compare apply to pull requests only (%s)", async (name, code) => {
    const [inputs, review] = await unallowed(name);
    expect(plan(inputs).plan.refusals.map((refusal) => refusal.code)).toContain(code);
    const left = planReviewed(inputs, [review]);
    expect(left.plan.refusals).toEqual([]);
    expect(left.setAside.map((refusal) => refusal.code)).not.toContain(code);
  });

  test.each([
    ["guard-uncovered", "UNCOVERED"],
    ["delete-in-use-by-a-flow", "IN_USE"],
    ["delete-protected", "PROTECTED"],
    ["delete-maybe-rename", "SKILL_DELETE"],
    ["guard-too-many-skills", "TOO_MANY_SKILLS"],
    ["user-unknown", "UNKNOWN_USER"],
    ["group-unknown", "UNKNOWN_GROUP"],
    ["profile-unknown", "UNKNOWN_PROFILE"],
    ["punctuation-unmanaged-cloud", "SIMILAR_NAME"],
  ])("about one subject withhold its changes unless a review allowed them (%s)", async (name, code) => {
    const [inputs, review] = await unallowed(name);
    const left = planReviewed(inputs, [review]);
    expect(left.plan.refusals).toEqual([]);
    expect(left.setAside.map((refusal) => refusal.code)).toContain(code);
    const again = planReviewed(inputs, [{ ...review, allowed: refusedIn(inputs) }]);
    expect(again.setAside).toEqual([]);
    expect(linesOf(again.plan).length).toBeGreaterThanOrEqual(linesOf(left.plan).length);
  });

  test("that were passed one by one are asked again of what comes together", async () => {
    const [inputs] = await unallowed("guard-uncovered");
    const losses = linesOf(plan(inputs).plan).filter((line) => line.includes(" loses "));
    const reviews = losses.map((line) => ({ ...reviewOf(inputs, line), allowed: new Set<string>() }));
    const left = planReviewed(inputs, reviews);
    expect(linesOf(left.plan).filter((line) => line.includes(" loses "))).toEqual([]);
    expect(left.setAside).toMatchObject([{ code: "UNCOVERED" }]);
  });

  test.each([
    ["guard-incomplete", "INCOMPLETE"],
    ["guard-wrong-org-by-ledger", "WRONG_ORG"],
    ["guard-nothing-desired", "NOTHING_DESIRED"],
    ["guard-many-gone", "MANY_GONE"],
    ["skill-ambiguous", "AMBIGUOUS"],
    ["skill-unknown-id", "UNKNOWN_ID"],
  ])("about the whole plan refuse the run, whatever was allowed (%s)", async (name, code) => {
    const [inputs] = await unallowed(name);
    const left = planReviewed(inputs, [allOf(inputs)]);
    expect(left.plan.refusals.map((refusal) => refusal.code)).toContain(code);
  });
});

describe("what one review was allowed", () => {
  /** What #7 and #8 hold, each allowed for these skills only. */
  const reviewed = (inputs: PlanInputs, pull: number, lines: string[], allowed: string[]): ReviewedPlan => {
    const place = { ...PLACE, pull };
    const made = plan(inputs).plan;
    const refusals = made.refusals.filter(
      (refusal) => "skill" in refusal && allowed.includes(made.skills[refusal.skill]?.name ?? ""),
    );
    return {
      ...place,
      hashes: new Set(idsOf(made, lines).map((id) => reviewHash(id, place))),
      allowed: new Set(refusals.map((refusal) => allowanceHash(refusal, place))),
    };
  };

  test("is not allowed for another skill whose last holders only several of them together remove", async () => {
    const held = { "ann@example.com": { Billing: 1, Chat: 1 }, "bob@example.com": { Billing: 1 } };
    const inputs = await worldOf({
      desired: { skills: [{ name: "Billing" }, { name: "Chat" }] },
      ...{ ledger: { users: held }, live: { users: held } },
    });
    // #7 takes both skills from Ann and was allowed to leave Chat to nobody; #8 takes Billing from Bob.
    const first = reviewed(inputs, 7, ["ann@example.com loses"], ["Chat"]);
    const second = reviewed(inputs, 8, ["bob@example.com loses Billing"], []);
    const left = planReviewed(inputs, [first, second]);
    expect(linesOf(left.plan)).toEqual(["- ann@example.com loses Chat, was 1 (edit)"]);
    expect(left.setAside).toMatchObject([{ code: "UNCOVERED", before: 2 }]);
  });

  test("is done though something refers to the old skill of a rename", async () => {
    const inputs = { ...(await inputsOf("rename-in-use-allowed")), allow: new Set<string>() };
    const asked = { ...inputs, allow: new Set(["SKILL_REPLACE", "IN_USE"]) };
    const left = planReviewed(inputs, [allOf(asked)]);
    expect(linesOf(left.plan)).toEqual(linesOf(plan(asked).plan));
    expect(left.setAside).toEqual([]);
    expect(left.plan.refusals).toEqual([]);
  });

  test("is not what no review asked for: that is withheld, and no refusal speaks of it", async () => {
    const inputs = await inputsOf("guard-uncovered");
    const left = planReviewed(inputs, []);
    expect(left.setAside).toEqual([]);
    expect(left.plan.withheld).toHaveLength(2);
  });

  test("a member who leaves a group, the last one with the skill, is withheld in silence", async () => {
    const inputs = await worldOf({
      desired: { skills: [{ name: "Billing", assign_to_groups: ["Tier 2"] }] },
      ledger: { users: { "ann@example.com": { Billing: { proficiency: 1, group: "Tier 2" } } } },
      live: { users: { "ann@example.com": { Billing: 1 } }, groups: { "Tier 2": [] } },
    });
    const left = planReviewed(inputs, []);
    expect(changesOf(left.plan.withheld).map(({ cause }) => cause)).toEqual(["membership"]);
    expect(left.setAside).toEqual([]);
  });
});

async function worldOf(world: object): Promise<PlanInputs> {
  const folder = mkdtempSync(join(tmpdir(), "review-"));
  try {
    const file = join(folder, "one.yaml");
    writeFileSync(file, stringify({ story: "Several pull requests.", ...world, plan: "" }));
    const { desired, ledger, live, allow } = await readScenario(file);
    return { desired, ledger, live, allow, requestsPerMinute: 300 };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("Each change that takes away counts for the first plan that showed it, or for none", async () => {
  const inputs = await inputsOf("delete-allowed");
  const made = plan(inputs).plan;
  const taken = changesOf(made).filter(({ takesAway }) => takesAway);
  expect(taken.length).toBeGreaterThan(1);
  const showing = (pull: number, ids: readonly string[]): ReviewedPlan => {
    const place = { ...PLACE, pull };
    return { ...place, hashes: new Set(ids.map((id) => reviewHash(id, place))), allowed: new Set() };
  };
  const [first, ...others] = taken.map(({ id }) => id);
  const one = first === undefined ? [] : [first];
  expect(countShown(made, [showing(17, one), showing(18, one)])).toEqual([
    { pull: 17, changes: 1 },
    { pull: null, changes: others.length },
  ]);
  expect(countShown(made, [])).toEqual([{ pull: null, changes: taken.length }]);
});
