import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PlanMark } from "../../src/github/marker.ts";
import {
  MAX_HASHES,
  isAbout,
  planMark,
  planMarker,
  readPlanMark,
  topicMarker,
} from "../../src/github/marker.ts";
import { planNamed } from "../report/plan-named.ts";

const HASH = "0123456789ab";
const MARK: PlanMark = {
  ...{ target: "production", dir: "skills", effect: "destroy", head: "a".repeat(40), isRefused: false },
  ...{ allowed: ["SKILL_DELETE", "UNCOVERED"], allowances: [HASH], hashes: [HASH, "ba9876543210"] },
};

const marks: fc.Arbitrary<PlanMark> = fc.record({
  target: fc.oneof(
    fc.string({ unit: "binary", minLength: 1 }),
    fc.constantFrom("--", "-->", "--!>", "a<!-- b", "`", "@team", "\n", "</details>"),
  ),
  dir: fc.oneof(fc.string({ minLength: 1 }), fc.constantFrom("-->", "a/--b")),
  head: fc.string({ minLength: 1 }),
  effect: fc.constantFrom(null, "no-changes", "add-or-update", "destroy"),
  isRefused: fc.boolean(),
  allowed: fc.subarray(["IN_USE", "SKILL_DELETE", "UNCOVERED"]),
  allowances: fc.array(fc.constantFrom(HASH, "ba9876543210")),
  hashes: fc.option(fc.array(fc.constantFrom(HASH, "ba9876543210"))),
});

describe("a plan's marker", () => {
  test("is read as it was written, with any text below it", () => {
    fc.assert(
      fc.property(marks, fc.string(), fc.constantFrom("\n", "\r\n"), (mark, below, end) => {
        expect(readPlanMark(`${planMarker(mark)}${end}${below}`)).toEqual(mark);
      }),
    );
  });

  test("ends its HTML comment nowhere but at its end, and is one line of plain letters", () => {
    fc.assert(
      fc.property(marks, (mark) => {
        const line = planMarker(mark);
        expect(line).toMatch(/^<!-- genesys-skills:plan:v1 [ -~]* -->$/);
        expect(line.slice(4, -3)).not.toMatch(/--|[<>&@`\r\n]/);
      }),
    );
  });

  test("holds as many changes as it may in less than half of a comment", () => {
    expect(planMarker({ ...MARK, hashes: Array<string>(MAX_HASHES).fill(HASH) }).length).toBeLessThan(25_000);
  });

  test.each([
    ["another kind", planMarker(MARK).replace(":plan:", ":apply:")],
    ["another version", planMarker(MARK).replace(":v1", ":v2")],
    ["a second line", `\n${planMarker(MARK)}`],
    ["a quotation", `> ${planMarker(MARK)}`],
    ["a line that goes on", `${planMarker(MARK)} and so on`],
    ["broken JSON", planMarker(MARK).replace("{", "")],
    ["half a hash", planMarker({ ...MARK, hashes: [HASH.slice(1)] })],
    ["what is no hash", planMarker({ ...MARK, hashes: ["zzzzzzzzzzzz"] })],
    ["an unknown verdict", planMarker(MARK).replace("passed", "reviewed")],
    ["nothing", ""],
  ])("is not seen in %s", (_, body) => {
    expect(readPlanMark(body)).toBeNull();
  });

  test("has no names and salts by pull request and repository", () => {
    const plan = planNamed("Billing");
    const place = { repository: "acme/skills", pull: 7, head: MARK.head, dir: "skills" };
    const mark = planMark(plan, place);
    expect(mark).toMatchObject({ target: "default", isRefused: true });
    expect(mark.hashes?.length).toBeGreaterThan(5);
    for (const other of [
      { ...place, pull: 8 },
      { ...place, repository: "acme/other" },
    ]) {
      const hashes = planMark(plan, other).hashes ?? [];
      expect(hashes.filter((hash) => mark.hashes?.includes(hash))).toEqual([]);
    }
    expect(planMark(plan, { ...place, repository: "Acme/Skills" }).hashes).toEqual(mark.hashes);
    expect(planMarker(mark)).not.toMatch(/Billing|Una|stranger/);
  });
});

test("a marker of one kind, target and folder is not another's", () => {
  const topic = { target: "production", dir: "skills" };
  const body = topicMarker("drift", topic);
  expect(isAbout("drift", topic, body)).toBe(true);
  expect(isAbout("plan", topic, body)).toBe(false);
  expect(isAbout("drift", { ...topic, target: "test" }, body)).toBe(false);
  expect(isAbout("drift", { ...topic, dir: "teams/skills" }, body)).toBe(false);
});
