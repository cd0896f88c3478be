/** What the ledger remembers while people, skills and runs come and go: nobody loses what somebody else gave them. */
import { describe, expect, test } from "vitest";
import type { Dialect } from "../../src/model.ts";
import type { Sandbox } from "../../src/sandbox/sandbox.ts";
import { skillsOf, startOrganisation } from "../support/organisation.ts";
import type { MemoryLedger } from "../support/memory-ledger.ts";
import { newMemoryLedger } from "../support/memory-ledger.ts";
import type { RunOptions } from "../support/run-once.ts";
import { desiredOf, runAllowed } from "./runs.ts";

const [ANN, BOB, DORA] = ["ann@example.com", "bob@example.com", "dora@example.com"];
const ALLOWED = ["SKILL_DELETE", "SKILL_REPLACE", "UNCOVERED", "TOO_MANY_REMOVALS", "MAYBE_RENAME"];

interface Scene {
  readonly sandbox: Sandbox;
  readonly memory: MemoryLedger;
  /** One run. */
  readonly apply: (yaml: string, how?: RunOptions) => Promise<void>;
  /** A run that dies once it has done everything, or before it does anything. */
  readonly applyAndDie: (yaml: string, when: "after" | "before") => Promise<void>;
}

/** Sales is always asked for, so that the YAML is never empty. */
const yaml = (...lines: readonly string[]): string =>
  ["- { name: Sales, assign_to_users: [cleo@example.com] }", ...lines, ""].join("\n");

async function start(dialect: Dialect, first: string): Promise<Scene> {
  const sandbox = await startOrganisation({ dialect });
  const memory = newMemoryLedger();
  const apply: Scene["apply"] = async (text, how = {}) => {
    await runAllowed(sandbox, await desiredOf(text), memory, { allow: ALLOWED, ...how });
  };
  await apply(first);
  return {
    ...{ sandbox, memory, apply },
    async applyAndDie(text, when) {
      const { mayWrite } = memory;
      if (when === "before") memory.mayWrite = () => Promise.resolve(false);
      await apply(text, { dies: true });
      Object.assign(memory, { mayWrite });
    },
  };
}

const WITH_ANN = yaml(`- { name: Night, assign_to_users: [${ANN}, ${BOB}] }`);
const WITHOUT_ANN = yaml(`- { name: Night, assign_to_users: [${BOB}] }`);

describe.each<Dialect>(["cloud", "profiles"])(
  "a skill that comes back while somebody is away (%s)",
  (dialect) => {
    const ABSENCES: readonly { how: string; meanwhile: (scene: Scene) => Promise<void> }[] = [
      {
        how: "because the YAML dropped it and names it again",
        async meanwhile({ apply }) {
          await apply(yaml());
          await apply(WITHOUT_ANN);
        },
      },
      {
        how: "because an admin deleted and made it again",
        async meanwhile({ sandbox, apply }) {
          sandbox.manualEdits.deleteSkill("Night");
          sandbox.manualEdits.createSkill("Night");
          await apply(WITHOUT_ANN);
        },
      },
      {
        how: "because a rename freed its name",
        async meanwhile({ apply }) {
          const renamed = `- { name: Late, previously: [Night], assign_to_users: [${BOB}] }`;
          await apply(yaml(renamed));
          await apply(yaml(renamed, `- { name: Night, assign_to_users: [${BOB}] }`));
        },
      },
    ];

    test.each(ABSENCES)("$how is not recorded as ours for that person", async ({ meanwhile }) => {
      const scene = await start(dialect, WITH_ANN);
      const { sandbox, apply, memory } = scene;
      const before = sandbox.manualEdits.skillId("Night");
      sandbox.manualEdits.deactivateUser(ANN);
      await meanwhile(scene);
      expect(sandbox.manualEdits.skillId("Night")).not.toBe(before);
      sandbox.manualEdits.activateUser(ANN);
      sandbox.manualEdits.assign(ANN, "Night", 4);
      const late = sandbox.snapshot().skills.some(({ name }) => name === "Late");
      const after = late
        ? yaml(`- { name: Late, assign_to_users: [${BOB}] }`, `- { name: Night, assign_to_users: [${BOB}] }`)
        : WITHOUT_ANN;
      await apply(after);
      await apply(after);
      expect(skillsOf(sandbox, ANN)).toMatchObject({ Night: 4 });
      const ours = memory.ledger?.users.find(({ id }) => id === sandbox.manualEdits.userId(ANN));
      expect(Object.values(ours?.assignments ?? {}).map(({ name }) => name)).not.toContain("Night");
    });
  },
);

describe.each<Dialect>(["cloud", "profiles"])("a run that was killed (%s)", (dialect) => {
  test.each([true, false])(
    "after it added a skill: the holder loses the skill when its YAML line is removed (user inactive: %s)",
    async (isAway) => {
      const { sandbox, apply, applyAndDie } = await start(dialect, WITHOUT_ANN);
      await applyAndDie(WITH_ANN, "after");
      if (isAway) sandbox.manualEdits.deactivateUser(ANN);
      await apply(WITHOUT_ANN, { takesOver: true });
      if (isAway) sandbox.manualEdits.activateUser(ANN);
      await apply(WITHOUT_ANN);
      expect(skillsOf(sandbox, ANN)).toEqual({ Billing: 3, Sales: 2 });
    },
  );

  test.each([true, false])(
    "after it removed a skill: a manual assignment made later is kept (user inactive: %s)",
    async (isAway) => {
      const { sandbox, apply, applyAndDie } = await start(dialect, WITH_ANN);
      await applyAndDie(WITHOUT_ANN, "after");
      if (isAway) sandbox.manualEdits.deactivateUser(ANN);
      await apply(WITHOUT_ANN, { takesOver: true });
      if (isAway) sandbox.manualEdits.activateUser(ANN);
      sandbox.manualEdits.assign(ANN, "Night", 4);
      await apply(WITHOUT_ANN);
      expect(skillsOf(sandbox, ANN)).toMatchObject({ Night: 4 });
    },
  );

  test.each([true, false])(
    "before it overwrote a manual proficiency: the proficiency stays after the YAML line is reverted (taken over: %s)",
    async (takesOver) => {
      const { sandbox, apply, applyAndDie } = await start(dialect, WITHOUT_ANN);
      sandbox.manualEdits.assign(ANN, "Night", 2);
      await applyAndDie(
        yaml(`- { name: Night, assign_to_users: [{ user: ${ANN}, proficiency: 4 }, ${BOB}] }`),
        "before",
      );
      expect(skillsOf(sandbox, ANN)).toMatchObject({ Night: 2 });
      await apply(WITHOUT_ANN, { takesOver });
      await apply(WITHOUT_ANN);
      expect(skillsOf(sandbox, ANN)).toMatchObject({ Night: 2 });
    },
  );

  test("twice, with two values: either is ours, and any other is not", async () => {
    for (const [found, isKept] of [
      [2, false],
      [4, false],
      [5, true],
    ] as const) {
      const { sandbox, apply, applyAndDie } = await start(dialect, WITHOUT_ANN);
      const at = (proficiency: number): string =>
        yaml(`- { name: Night, assign_to_users: [{ user: ${DORA}, proficiency: ${proficiency} }, ${BOB}] }`);
      await applyAndDie(at(2), "before");
      await applyAndDie(at(4), "before");
      sandbox.manualEdits.assign(DORA, "Night", found);
      await apply(WITHOUT_ANN);
      expect("Night" in skillsOf(sandbox, DORA), String(found)).toBe(isKept);
    }
  });
});

test("a profile's entry of a killed run is removed again, after any takeover", async () => {
  const without = "{ skills: [{ name: Night }, { name: Sales }] }";
  const withIt =
    "{ skills: [{ name: Night }, { name: Sales }], profiles: [{ name: Support, skills: [Night] }] }";
  const { sandbox, apply, applyAndDie } = await start("profiles", without);
  const held = (): readonly string[] =>
    sandbox.snapshot().profiles.find(({ name }) => name === "Support")?.skills ?? [];
  await applyAndDie(withIt, "after");
  expect(held()).toEqual(["Complaints", "Night"]);
  await apply(without, { takesOver: true });
  await apply(without);
  expect(held()).toEqual(["Complaints"]);
});
