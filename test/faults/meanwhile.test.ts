/** Hands that are at work between plan and apply: what they did is reported and left, the rest is done, and the exit code says so. */
import { describe, expect, test } from "vitest";
import { cleanEnv } from "../ledger/repositories.ts";
import { newDesk } from "../support/desk.ts";
import { environmentOf } from "../support/organisation.ts";
import type { Hand } from "./fake.ts";
import { AFTER, BEFORE, startStoryFake } from "./story.ts";

const FILE = "skills/a.yaml";
const APPLY = "apply --yes --allow SKILL_DELETE";

interface Edit {
  readonly title: string;
  readonly edit: (hand: Hand) => void;
  readonly exitCode: 0 | 1;
  readonly counts: string;
  /** What is said of it. */
  readonly says: RegExp;
  /** What must be there in the end, and what must not. */
  readonly there: readonly string[];
  readonly gone?: readonly string[];
}

/** Of nine changes: a skill comes, one goes and with it an assignment, four gains, a change and a loss. */
const EDITS: readonly Edit[] = [
  {
    title: "a proficiency that somebody changed",
    edit: (hand) => hand.assign("ann@example.com", "Billing", 5),
    exitCode: 1,
    counts: "8 done, 0 failed, 1 skipped",
    says: /skipped ann@example\.com, Billing: someone changed it after the plan was made \(now 5\)/,
    there: ["ann@example.com Billing 5", "cleo@example.com Billing 1"],
  },
  {
    title: "a skill that somebody took away before it was to be changed",
    edit: (hand) => hand.unassign("ann@example.com", "Billing"),
    exitCode: 1,
    counts: "8 done, 0 failed, 1 skipped",
    says: /skipped ann@example\.com, Billing: .*\(now gone\)/,
    there: ["ann@example.com Sales 1"],
    gone: ["ann@example.com Billing"],
  },
  {
    title: "a skill that somebody took away before it was to be lost",
    edit: (hand) => hand.unassign("bob@example.com", "Billing"),
    exitCode: 0,
    counts: "9 done, 0 failed, 0 skipped",
    says: /Applied/,
    there: ["ann@example.com Billing 4"],
    gone: ["bob@example.com Billing"],
  },
  {
    title: "another proficiency of what was to be lost",
    edit: (hand) => hand.assign("bob@example.com", "Billing", 4),
    exitCode: 1,
    counts: "8 done, 0 failed, 1 skipped",
    says: /skipped bob@example\.com, Billing: .*\(now 4\)/,
    there: ["bob@example.com Billing 4"],
  },
  {
    title: "a user who was deleted",
    edit: (hand) => hand.deleteUser("dora@example.com"),
    exitCode: 1,
    counts: "8 done, 0 failed, 1 skipped",
    says: /skipped dora@example\.com, Refunds: it could not be read right before the write/,
    there: ["emma@example.com Praise 1"],
  },
  {
    title: "a skill that was deleted",
    edit: (hand) => hand.deleteSkill("Refunds"),
    exitCode: 1,
    counts: "8 done, 1 failed, 0 skipped",
    says: /failed +dora@example\.com, Refunds: .*deleted/,
    there: ["ann@example.com Billing 4", "finn@example.com Praise 1"],
    gone: ["cleo@example.com Refunds"],
  },
  {
    title: "a skill of the name that was to be created",
    edit: (hand) => hand.createSkill("Praise"),
    exitCode: 0,
    counts: "9 done, 0 failed, 0 skipped",
    says: /adopted skill Praise/,
    there: ["emma@example.com Praise 1", "finn@example.com Praise 1"],
  },
  {
    title: "a user who was given the skill that was to be deleted",
    edit: (hand) => hand.assign("hana@example.com", "Night", 2),
    exitCode: 1,
    counts: "7 done, 0 failed, 2 skipped",
    says: /skipped 2 changes, skill Night; gus@example\.com, Night: 1 user got it after the plan was made, so it stays/,
    there: ["hana@example.com Night 2", "gus@example.com Night 1"],
  },
];

describe("an apply that meets", () => {
  test.each(EDITS)(
    "$title leaves that and does the rest",
    async ({ edit, exitCode, counts, says, there, gone = [] }) => {
      const fake = await startStoryFake("cloud");
      const desk = newDesk(cleanEnv(environmentOf(fake)), { [FILE]: BEFORE });
      expect((await desk.runBeside("apply --yes")).exitCode).toBe(0);
      desk.commit({ [FILE]: AFTER });
      let isEdited = false;
      fake.meddle(({ method, path }) => {
        // The first write is under way when the hands are at work.
        if (!isEdited && method !== "GET" && path.startsWith("/api/v2/routing/")) {
          isEdited = true;
          edit(fake.hand);
        }
        return undefined;
      });
      const run = await desk.runBeside(APPLY);
      expect(run.out).toContain(`Applied: ${counts}.`);
      expect(run.out).toMatch(says);
      expect(run.exitCode).toBe(exitCode);
      const held = fake.assignments();
      expect(held).toEqual(expect.arrayContaining([...there]));
      for (const pair of gone) expect(held.filter((line) => line.startsWith(`${pair} `))).toEqual([]);
      expect(fake.data.skills.filter(({ name }) => name === "Praise")).toHaveLength(1);
    },
  );
});
