/** What is ours of a write whose run is over, by what live holds now. */
import { describe, expect, test } from "vitest";
import type { Value, WriteRecord } from "../../src/model.ts";
import { isReadOld, readRecord } from "../../src/plan/policy/records.ts";
import type { Row } from "../../src/plan/rows.ts";
import { plainRow } from "../../src/plan/rows.ts";

const FIELD = { kind: "skill", id: "s-1" } as const;
type Level = number | null;

/** A row of a user who had `ledger` by us; the run saw `before` and meant `values`. */
function rowOf(ledger: Level, before: Level, values: readonly Level[], live: Level, more = {}): Row {
  const record: WriteRecord = {
    ...{ field: FIELD, name: "Billing", before, wasOurs: ledger !== null, values, outcome: "over" },
    ...more,
  };
  const item = ledger === null ? undefined : { name: "Billing", proficiency: ledger };
  return plainRow({ field: FIELD, ledger: ledger ?? undefined, live: live ?? undefined, item, record });
}

const ours = (row: Row): Value | null => row.ledger ?? null;

describe("an assignment whose run is over", () => {
  test.each<readonly [string, Level, Level, Level, Level, Level]>([
    // what, ledger, before, meant, live now, ours then
    ["meant to be added and there", null, null, 4, 4, 4],
    ["meant to be added and absent", null, null, 4, null, null],
    ["meant to be added and there otherwise", null, null, 4, 2, null],
    ["manual, that was to be overwritten, and was not", null, 2, 4, 2, null],
    ["changed", 3, 3, 4, 4, 4],
    ["meant to be changed and not reached", 3, 3, 4, 3, 3],
    ["meant to be changed and changed manually since", 3, 3, 4, 1, null],
    ["meant to be changed and taken away manually since", 3, 3, 4, null, null],
    ["drifted, to be put back and not reached", 3, 5, 3, 5, 3],
    ["drifted away, to be put back and not reached", 3, null, 3, null, 3],
    ["put back", 3, 5, 3, 3, 3],
    ["removed", 3, 3, null, null, null],
    ["meant to be removed and still there", 3, 3, null, 3, 3],
    ["drifted, meant to be removed and still there", 3, 5, null, 5, 3],
    ["meant to be removed and set manually since", 3, 3, null, 1, null],
    ["gone before the run, and given again at the old value", 3, null, null, 3, null],
    ["gone before the run, and still so", 3, null, null, null, null],
  ])("%s", (_, ledger, before, meant, live, then) => {
    const read = readRecord(rowOf(ledger, before, [meant], live), false);
    expect([ours(read), read.mark, read.live ?? null]).toEqual([then, undefined, live]);
  });

  test("that several runs meant differently is ours at each of these values", () => {
    const after = [1, 2, 4, 5].map((live) => ours(readRecord(rowOf(null, null, [2, 4], live), false)));
    expect(after).toEqual([null, 2, 4, null]);
  });

  test("keeps the group that it came from", () => {
    const group = { id: "g-1", name: "Desk" };
    expect(readRecord(rowOf(null, null, [4], 4, { group }), false).item).toEqual({
      ...{ name: "Billing", proficiency: 4, group },
    });
  });

  test("that a rename would assign, but that was assigned manually, stays unmanaged", () => {
    expect(ours(readRecord(rowOf(null, null, [4], 4), false, true))).toBeNull();
  });
});

test("a write without an outcome leaves its row out, for any live value", () => {
  for (const live of [null, 1, 4]) {
    const read = readRecord(rowOf(3, 3, [4], live, { outcome: undefined }), false);
    expect([ours(read), read.mark, read.desired]).toEqual([3, "unsettled", live ?? undefined]);
  }
});

describe("a write that was done", () => {
  const done = (live: Level): Row => rowOf(4, 3, [4], live, { outcome: "done" });

  test("counts as shown while reads may be old, where live shows the value before", () => {
    expect(readRecord(done(3), true).live).toBe(4);
    expect([isReadOld(done(3), 3, true), isReadOld(done(4), 4, true), isReadOld(done(1), 1, true)]).toEqual([
      ...[true, false, false],
    ]);
  });

  test.each([null, 1, 4])(
    "has the live value if that is neither of the two (%j), or if reads can't be outdated any more",
    (live) => {
      expect(readRecord(done(live), true).live).toBe(live ?? undefined);
      expect(readRecord(done(3), false).live).toBe(3);
      expect(isReadOld(done(3), 3, false)).toBe(false);
    },
  );
});
