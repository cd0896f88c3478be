/** How many requests an apply takes: writes, and reads that are shared. */
import { expect, test } from "vitest";
import { isComplete } from "../../src/apply/outcome.ts";
import type { Seed } from "../../src/sandbox/sandbox.ts";
import { writesOf } from "../support/organisation.ts";
import type { StageOptions } from "./plans.ts";
import { setStage } from "./plans.ts";

const USERS_PER_LOOK = 50;

async function stageOf(users: number, options: StageOptions) {
  const people = Array.from({ length: users }, (_, at) => `agent${String(at).padStart(4, "0")}@example.com`);
  const seed: Seed = {
    skills: [{ name: "Old" }, { name: "Spare" }, { name: "Billing" }],
    users: people.map((email) => ({ name: email, email, skills: { Old: 1 } })),
    profiles: [{ name: "Support", skills: ["Spare"] }],
  };
  return { ...(await setStage({ seed, ...options })), people };
}

test.each([
  { api: "cloud", rate: 10_000, users: 130, lots: 3 },
  { api: "cloud", rate: 300, users: 130, lots: 3 },
  { api: "profiles", rate: 10_000, users: 130, lots: 3 },
  // A third of the writes of a minute for each read: one user takes two writes here.
  { api: "profiles", rate: 100, users: 40, lots: 3 },
] as const)(
  "an apply on $api at $rate requests a minute sends one request per write and shares its reads",
  async (given) => {
    const { api: dialect, rate, users, lots } = given;
    const stage = await stageOf(users, { dialect, rate });
    const { sandbox, people, create, user, remove, profile, apply } = stage;
    const before = sandbox.requests.length;
    const changes = [
      { skill: "Old", before: 1, after: null },
      { skill: "Billing", after: 2 },
      { skill: "New", after: 3 },
    ];
    const { report } = await apply(
      [
        [create("New")],
        dialect === "profiles" ? [profile("Support", [{ skill: "New", after: true }])] : [],
        people.map((email) => user(email, ...changes)),
        [remove("Spare", { holders: [] })],
      ],
      { staleSeconds: 60 },
    );
    expect(isComplete(report)).toBe(true);
    const writes = writesOf(sandbox).length;
    const isProfiles = dialect === "profiles";
    expect(writes).toBe(2 * users + 2 + Number(isProfiles));
    // Active and inactive users, the index, its consumers, the skill groups.
    const pagesBeforeDeletes = Math.ceil(users / (isProfiles ? 100 : 500)) + 4;
    const pages = Math.ceil(users / (isProfiles ? 100 : 500));
    const readBack = Math.min(pages, Math.ceil(users / USERS_PER_LOOK));
    const requests = sandbox.requests.length - before;
    expect(requests).toBeLessThanOrEqual(writes + lots + pagesBeforeDeletes + readBack + 5);
  },
);
