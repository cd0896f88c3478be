/** The table of src/plan/README.md, written out once more, against every combination of a few values. */
import { describe, expect, test } from "vitest";
import type { DecidedRow, Decision } from "../../src/plan/decide.ts";
import { decide } from "../../src/plan/decide.ts";

/**
 * Ledger, desired, live → verdict. Equal letters are equal values, `-` is not there, `*` asks for any value (a new
 * one begins at `f`), and after the verdict stand what it leaves and why. `!` marks what is adopted, and an update of a
 * value that is not the ledger's. Rows for `exclusive` and `deletion` stand where these change anything.
 */
const TABLE: Readonly<Record<string, string>> = {
  "- - -": "nothing",

  // add
  "- a -": "add a edit",
  "- * -": "add f edit",

  // add again
  "a a -": "add a drift",
  "a b -": "add b conflict",
  "a * -": "add f drift",

  // compare values
  "a a a": "nothing",
  "a b a": "update b edit",
  "a a b": "update a drift !",
  "a b b": "nothing",
  "a b c": "update b conflict !",
  "a * a": "nothing",
  "a * b": "nothing",
  "- a a": "nothing !",
  "- a b": "update a conflict !",
  "- * a": "nothing !",

  // remove
  "a - a": "remove a edit",
  "a - b": "remove b conflict",

  // manual
  "- - a": "unmanaged",
  "- - a setting": "remove a drift",

  // with the skill
  "- - a deletion": "remove a edit",
  "a - b deletion": "remove b edit",

  // already gone
  "a - -": "already-gone",
};

const VALUES = [undefined, 0, 1, 2.5, 5] as const;
const FRESH = 9;
const ANY = { any: true, fresh: FRESH } as const;
const CELLS: readonly DecidedRow[] = VALUES.flatMap((ledger) =>
  [...VALUES, ANY].flatMap((desired) =>
    VALUES.flatMap((live) =>
      ([undefined, "setting", "deletion"] as const).map((exclusive) => ({
        ledger,
        desired,
        live,
        exclusive,
      })),
    ),
  ),
);

describe("the table", () => {
  test("says of every combination what the table says", () => {
    const rows = CELLS.map((cell) => ({ cell, ...write(cell) }));
    const judged = rows.map(({ cell, shape, letters }) => [
      shape,
      cell,
      describeVerdict(decide(cell), letters),
    ]);
    const wanted = rows.map(({ cell, shape }) => {
      const exclusive = cell.exclusive ? TABLE[`${shape} ${cell.exclusive}`] : undefined;
      return [shape, cell, exclusive ?? TABLE[shape]];
    });
    expect(judged).toStrictEqual(wanted);
  });

  test("has met every row of the table", () => {
    const shapes = CELLS.flatMap((cell) => {
      const { shape } = write(cell);
      return cell.exclusive ? [shape, `${shape} ${cell.exclusive}`] : [shape];
    });
    expect(Object.keys(TABLE).filter((row) => !shapes.includes(row))).toStrictEqual([]);
  });
});

/** A cell as a row of the table, and the letters that its values have there. */
function write({ ledger, desired, live }: DecidedRow): { shape: string; letters: Map<unknown, string> } {
  const letters = new Map<unknown, string>([[FRESH, "f"]]);
  const letterOf = (value: DecidedRow["desired"]): string => {
    if (value === undefined) return "-";
    if (typeof value === "object") return "*";
    const letter = letters.get(value) ?? "abc".charAt(letters.size - 1);
    letters.set(value, letter);
    return letter;
  };
  return { shape: [ledger, desired, live].map(letterOf).join(" "), letters };
}

function describeVerdict(verdict: Decision, letters: ReadonlyMap<unknown, string>): string {
  const letter = (value: unknown): string => letters.get(value) ?? "?";
  switch (verdict.kind) {
    case "nothing":
      return verdict.adopted ? "nothing !" : "nothing";
    case "add":
      return `add ${letter(verdict.after)} ${verdict.cause}`;
    case "update":
      return `update ${letter(verdict.after)} ${verdict.cause}${verdict.overwrites ? " !" : ""}`;
    case "remove":
      return `remove ${letter(verdict.before)} ${verdict.cause}`;
    case "unmanaged":
    case "already-gone":
      return verdict.kind;
  }
}
