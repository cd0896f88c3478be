import { expect, test } from "vitest";
import type { ApplyReport, ChangeOutcome, Operation } from "../../src/model.ts";
import { outcomeText } from "../../src/report/outcome-text.ts";
import { PLAIN } from "../../src/report/paint.ts";
import { changeMaker, planNamed, skillField } from "./plan-named.ts";

const PLAN = planNamed("Billing");

/** Users who are each given the same skill, every tenth of whom nobody names. */
function gains(number: number): Operation[] {
  const make = changeMaker();
  return Array.from({ length: number }, (_, at) => {
    const subject = { kind: "user", id: `u${at}` } as const;
    const change = make(subject, { field: skillField("id-other"), verb: "add", before: null, after: 1 });
    return {
      subject,
      name: `User ${at}`,
      email: `u${at}@example.com`,
      named: at % 10 !== 9,
      changes: [change],
    };
  });
}

function textOf(
  operations: Operation[],
  outcomeOf: (change: string) => ChangeOutcome,
  isStopped = false,
): string {
  const outcomes = operations.map((operation) => ({
    operation,
    changes: operation.changes.map(({ id }) => outcomeOf(id)),
  }));
  const report: ApplyReport = {
    ...{ outcomes, notVisible: [], stopped: isStopped, createdIds: new Map(), bugs: [] },
  };
  return outcomeText(report, PLAN, { paint: PLAIN, nameEveryone: false });
}

test("what was done is counted", () => {
  expect(textOf(gains(3), (change) => ({ result: "done", change }))).toBe(
    "Applied: 3 done, 0 failed, 0 skipped.\n",
  );
});

test("failures with the same reason are one line, without names of unlisted people", () => {
  const text = textOf(gains(30), (change) => ({ result: "failed", change, reason: "Genesys said no." }));
  expect(text).toBe(
    "failed  30 changes, u0@example.com, Billing; u1@example.com, Billing; u2@example.com, Billing; " +
      "u3@example.com, Billing; u4@example.com, Billing; u5@example.com, Billing; u6@example.com, Billing; " +
      "u7@example.com, Billing; u8@example.com, Billing; u10@example.com, Billing; 18 more: Genesys said no.\n" +
      "Applied: 0 done, 30 failed, 0 skipped.\n",
  );
});

test("unsettled outcomes are listed separately", () => {
  const text = textOf(
    gains(1),
    (change) => ({ result: "unsettled", change, reason: "No answer came." }),
    true,
  );
  expect(text).toContain("unsettled u0@example.com, Billing: the outcome is not known yet");
  expect(text).toContain("Stopped: 0 done, 0 failed, 0 skipped, 1 unsettled.");
});
