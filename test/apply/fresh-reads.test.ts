import { describe, expect, test } from "vitest";
import type { Seed } from "../../src/sandbox/sandbox.ts";
import { skillsOf, writesOf } from "../support/organisation.ts";
import type { Stage, StageOptions } from "./plans.ts";
import { setStage } from "./plans.ts";

const SKILLS = Array.from({ length: 40 }, (_, at) => `Skill ${String(at).padStart(2, "0")}`);

/** An organisation of this many agents without skills. */
async function stageOf(agents: number, options: StageOptions = {}) {
  const people = Array.from({ length: agents }, (_, at) => `agent${String(at).padStart(3, "0")}@example.com`);
  const seed: Seed = {
    skills: SKILLS.map((name) => ({ name })),
    users: people.map((email) => ({ name: email, email })),
  };
  return { ...(await setStage({ seed, ...options })), people };
}

/** How many ids each read asked for. */
function readsOf({ sandbox }: Stage): number[] {
  return sandbox.requests
    .filter(
      ({ method, path }) => method === "GET" && path.startsWith("/api/v2/users?") && path.includes("id="),
    )
    .map(({ path }) => new URL(path, "http://sandbox").searchParams.getAll("id").length);
}

/** To call before the read-back, which reads users too. */
function expectReads(stage: Stage, wanted: readonly number[]): Promise<void> {
  expect(readsOf(stage)).toEqual(wanted);
  return Promise.resolve();
}

/** Each removal of a skill takes these milliseconds, and `then` follows. */
function removingIn(milliseconds: number, then?: () => void): StageOptions["writing"] {
  return (writer, clock) => ({
    async removeSkill(...parts) {
      await clock.sleep(milliseconds, new AbortController().signal);
      await writer.removeSkill(...parts);
      then?.();
    },
  });
}

describe("the read before every write", () => {
  test("is one request for fifty users", async () => {
    const stage = await stageOf(120);
    await stage.apply([stage.people.map((email) => stage.user(email, { skill: "Skill 00", after: 1 }))], {
      onExecuted: () => expectReads(stage, [50, 50, 20]),
    });
    expect(writesOf(stage.sandbox)).toHaveLength(120);
  });

  test("covers no more users than are written in twenty seconds", async () => {
    // Thirty requests a minute: ten writes.
    const stage = await stageOf(25, { rate: 30 });
    await stage.apply([stage.people.map((email) => stage.user(email, { skill: "Skill 00", after: 1 }))], {
      onExecuted: () => expectReads(stage, [10, 10, 5]),
    });
  });

  test("is repeated for a user whose writes take longer than that", async () => {
    const stage = await stageOf(2, {
      writing: removingIn(1000),
    });
    const [slow = "", quick = ""] = stage.people;
    for (const skill of SKILLS) stage.sandbox.manualEdits.assign(slow, skill);
    const losses = SKILLS.map((skill) => ({ skill, before: 1, after: null }));
    const stages = [[stage.user(slow, ...losses), stage.user(quick, { skill: "Skill 00", after: 1 })]];
    const { lines } = await stage.apply(stages, {
      // Forty seconds of writing; the quick one is done by the time of the second read.
      onExecuted: () => expectReads(stage, [2, 1]),
    });
    expect(lines.filter((line) => !line.endsWith(": done"))).toEqual([]);
  });

  test("sees what somebody changes while a user is written", async () => {
    const stage = await stageOf(1, {
      writing: removingIn(15_000, () => {
        stage.sandbox.manualEdits.assign("agent000@example.com", "Skill 03", 5);
      }),
    });
    const [email = ""] = stage.people;
    for (const skill of SKILLS.slice(0, 4)) stage.sandbox.manualEdits.assign(email, skill);
    const losses = SKILLS.slice(0, 4).map((skill) => ({ skill, before: 1, after: null }));
    const { lines } = await stage.apply([[stage.user(email, ...losses)]]);
    expect(lines.at(-1)).toBe(`${email} skill-03: changed-since-plan`);
    expect(skillsOf(stage.sandbox, email)).toEqual({ "Skill 03": 5 });
  });

  test("is repeated for a write that had to wait for its turn", async () => {
    const stage = await stageOf(1);
    const [email = ""] = stage.people;
    stage.sandbox.faults.set({ tooManyRequests: { every: 1, times: 1, on: "PATCH" }, retryAfter: 45 });
    let reads = 0;
    const { lines } = await stage.apply([[stage.user(email, { skill: "Skill 00", after: 1 })]], {
      mayWrite() {
        // While the write waits, somebody gives the skill manually.
        if (readsOf(stage).length > reads) reads = readsOf(stage).length;
        const refused = stage.sandbox.requests.filter(({ status }) => status === 429).length;
        if (refused === 1 && reads === 1) stage.sandbox.manualEdits.assign(email, "Skill 00", 5);
        return Promise.resolve(true);
      },
    });
    expect(lines).toEqual([`${email} skill-00: changed-since-plan`]);
    expect(skillsOf(stage.sandbox, email)).toEqual({ "Skill 00": 5 });
  });

  test("reads a user alone who is missing or came without skills", async () => {
    const stage = await stageOf(8);
    const stages = [stage.people.map((email) => stage.user(email, { skill: "Skill 00", after: 1 }))];
    stage.sandbox.faults.set({ missingExpand: 4 });
    const { lines } = await stage.apply(stages);
    expect(lines.filter((line) => !line.endsWith(": done"))).toEqual([]);
    const alone = stage.sandbox.requests.filter(
      ({ method, path }) => method === "GET" && path.includes("/routingskills"),
    );
    expect(alone).toHaveLength(2);
  });

  test("leaves invisible users for the next plan", async () => {
    const stage = await stageOf(2);
    const [first = "", second = ""] = stage.people;
    const stages = [stage.people.map((email) => stage.user(email, { skill: "Skill 00", after: 1 }))];
    stage.sandbox.manualEdits.deleteUser(second);
    const { lines } = await stage.apply(stages);
    expect(lines).toEqual([`${first} skill-00: done`, `${second} skill-00: not-seen`]);
    expect(writesOf(stage.sandbox)).toHaveLength(1);
  });

  test("that fails fails only its own users", async () => {
    const stage = await stageOf(60);
    const stages = [stage.people.map((email) => stage.user(email, { skill: "Skill 00", after: 1 }))];
    const serverError = { every: 1, times: 3, on: "GET /api/v2/users?" };
    stage.sandbox.faults.set({ serverError, serverErrorStatus: 500 });
    const { lines } = await stage.apply(stages);
    expect(lines.filter((line) => line.endsWith(": failed"))).toHaveLength(50);
    expect(lines.filter((line) => line.endsWith(": done"))).toHaveLength(10);
    expect(skillsOf(stage.sandbox, stage.people.at(-1) ?? "")).toEqual({ "Skill 00": 1 });
  });
});
