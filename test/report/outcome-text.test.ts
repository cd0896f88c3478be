import { expect, test } from "vitest";
import type { ApplyReport, DeleteSkill, Operation } from "../../src/model.ts";
import { summarize } from "../../src/plan/summary.ts";
import { outcomeText } from "../../src/report/outcome-text.ts";
import { PLAIN } from "../../src/report/paint.ts";
import { planNamed } from "./plan-named.ts";

const DELETE: DeleteSkill = {
  ...{
    kind: "delete-skill",
    skill: "other",
    id: "id-other",
    name: "Other",
    holders: ["u1", "u2"],
    byHand: 0,
  },
  ...{ cause: "edit", origin: { file: "skills/a.yaml", line: 1, column: 1 }, fingerprint: "0".repeat(16) },
};

function closingOf(operation: Operation, fingerprint: string): string {
  const report: ApplyReport = {
    ...{ notVisible: [], stopped: false, createdIds: new Map() },
    outcomes: [{ operation, changes: [{ result: "done", fingerprint }] }],
  };
  return outcomeText(report, planNamed("Other"), { paint: PLAIN, nameEveryone: true });
}

test("who loses a deleted skill is counted as in the plan", () => {
  expect(summarize([DELETE]).destroy).toBe(3);
  expect(closingOf(DELETE, DELETE.fingerprint)).toBe("Applied: 3 done, 0 failed, 0 skipped.\n");
});

test("with a skill that is replaced nobody loses anything, and one is counted", () => {
  const replaced: DeleteSkill = { ...DELETE, replacedBy: "new" };
  expect(summarize([replaced]).destroy).toBe(1);
  expect(closingOf(replaced, replaced.fingerprint)).toBe("Applied: 1 done, 0 failed, 0 skipped.\n");
});
