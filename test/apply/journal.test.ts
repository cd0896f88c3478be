import { appendFileSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { JournalStart } from "../../src/apply/journal.ts";
import { openJournal, readJournal } from "../../src/apply/journal.ts";
import type { OperationOutcome } from "../../src/model.ts";
import { temporaryDirectory } from "../ledger/repositories.ts";

const START = {
  plan: { target: "production" },
  delta: { undone: { skills: [] }, changes: new Map([["a", { effects: [] }]]) },
  revision: { revision: "c0ffee", day: "2026-11-27" },
  pullRequests: [7],
  reviews: [{ repository: "acme/skills", pull: 7, hashes: new Set(["12"]), allowed: new Set(["UNCOVERED"]) }],
  run: "one",
} as unknown as JournalStart;

const OUTCOME = { changes: [{ result: "done", change: "a" }] } as unknown as OperationOutcome;

test("the journal reads back what it wrote, maps and sets included", () => {
  const file = join(temporaryDirectory(), "journal");
  const journal = openJournal(file);
  journal.begin(START);
  journal.add(OUTCOME);
  expect(readJournal(file)).toEqual({ start: START, outcomes: [OUTCOME], isRecorded: false });
  journal.recorded();
  expect(readJournal(file)?.isRecorded).toBe(true);
  // It names people.
  expect(statSync(file).mode & 0o077).toBe(0);
  journal.close();
  expect(existsSync(file)).toBe(false);
  expect(readJournal(file)).toBeNull();
});

test("an incomplete line is ignored", () => {
  const file = join(temporaryDirectory(), "journal");
  const journal = openJournal(file);
  journal.begin(START);
  journal.add(OUTCOME);
  appendFileSync(file, '{"kind":"outcome","outco');
  expect(readJournal(file)?.outcomes).toEqual([OUTCOME]);
  const whole = readFileSync(file, "utf8");
  writeFileSync(file, whole.slice(0, 20));
  expect(readJournal(file)).toBeNull();
});

test("a folder that can't be written to doesn't stop the apply", () => {
  const journal = openJournal("/nowhere/at/all");
  journal.begin(START);
  journal.add(OUTCOME);
  journal.recorded();
  journal.close();
  expect(readJournal("/nowhere/at/all")).toBeNull();
});
