import { describe, expect, test } from "vitest";
import type { Change, Plan } from "../../src/model.ts";
import { schemaErrors } from "../plan/plan-schema.ts";
import { changeMaker, planNamed, skillField } from "./plan-named.ts";

const PLAN = planNamed("Billing");
const SKILL = { kind: "skill", id: "id-old" } as const;
const PROFILE = { kind: "profile", id: "p" } as const;
const USER = { kind: "user", id: "u" } as const;

/** The plan as a file holds it. */
function errorsOf(plan: unknown): readonly unknown[] {
  return schemaErrors(JSON.parse(JSON.stringify(plan)));
}

function withChange(change: unknown, subject: Change["subject"] = USER): unknown {
  const user = subject.kind === "user" ? { email: "ann@example.com", named: true } : {};
  return { ...PLAN, stages: [[{ subject, name: "Ann", ...user, changes: [change] }]] };
}

test("a plan with everything in it is one, withheld operations too", () => {
  expect(errorsOf(PLAN)).toEqual([]);
  expect(errorsOf({ ...PLAN, withheld: PLAN.stages.flat() })).toEqual([]);
});

describe("what is no change is found:", () => {
  const make = changeMaker();
  const add = { field: skillField("s"), verb: "add", before: null, after: 3 } as const;
  const remove = { field: skillField("s"), verb: "remove", before: 3, after: null } as const;
  const text = { field: { kind: "name" }, verb: "update", before: "a", after: "b" } as const;
  const made = { field: { kind: "existence" }, verb: "create", before: null, after: "Billing" } as const;

  test.each<[string, unknown, Change["subject"]?]>([
    ["a gain without a proficiency", make(USER, { ...add, after: true })],
    ["a gain beyond 5", make(USER, { ...add, after: 5.5 })],
    ["a gain over something", { ...make(USER, add), before: 2 }],
    ["a profile's entry with a proficiency", make(PROFILE, add), PROFILE],
    ["a skill that holds a skill", make(SKILL, { ...add, after: true }), SKILL],
    ["a user's name", make(USER, text)],
    ["a name that is a number", make(SKILL, { ...text, after: 3 }), SKILL],
    ["a removal that leaves something", { ...make(USER, remove), after: 1 }],
    ["a user who is created", make(USER, made)],
    ["an unknown verb", { ...make(USER, add), verb: "drop" }],
    ["an unknown field", { ...make(USER, add), field: { kind: "language", id: "x" } }],
    ["an unknown cause", { ...make(USER, add), cause: "whim" }],
    ["a field too many", { ...make(USER, add), patch: [] }],
    ["no id", { ...make(USER, add), id: undefined }],
    ["a rename both ways", { ...make(USER, add), rename: { from: "a", to: "b" } }],
  ])("%s", (_, change, subject = USER) => {
    expect(errorsOf(withChange(change, subject))).not.toEqual([]);
  });

  test.each<[string, unknown, Change["subject"]?]>([
    ["a gain", make(USER, add)],
    ["a loss", make(USER, remove)],
    ["a profile's entry", make(PROFILE, { ...add, after: true }), PROFILE],
    ["a skill's name", make(SKILL, text), SKILL],
    ["a description where there was none", make(SKILL, { ...text, before: null }), SKILL],
    ["a new skill", make(SKILL, made), SKILL],
  ])("but not %s", (_, change, subject = USER) => {
    expect(errorsOf(withChange(change, subject))).toEqual([]);
  });
});

describe("what is no plan is found:", () => {
  const [operation] = PLAN.stages.flat();
  test.each<[string, Partial<Record<keyof Plan, unknown>>]>([
    ["a user without an e-mail", { stages: [[{ subject: USER, name: "Ann", changes: [] }]] }],
    ["a skill with an e-mail", { stages: [[{ ...operation, email: "ann@example.com" }]] }],
    ["an operation without changes", { stages: [[{ ...operation, changes: [] }]] }],
    ["an unknown note", { notes: [{ code: "HELD_BACK" }] }],
    ["a note that lacks a fact", { notes: [{ code: "UNSETTLED" }] }],
    ["an unknown refusal", { refusals: [{ code: "NO" }] }],
    ["a refusal that lacks a fact", { refusals: [{ code: "PROTECTED" }] }],
    ["a refusal with a fact too many", { refusals: [{ code: "SHARED_ORG", target: "a", why: "b" }] }],
    ["another version", { version: 1 }],
  ])("%s", (_, part) => {
    expect(errorsOf({ ...PLAN, ...part })).not.toEqual([]);
  });

  test.each(Object.keys(PLAN))("one without %s", (key) => {
    expect(errorsOf({ ...PLAN, [key]: undefined })).not.toEqual([]);
  });
});
