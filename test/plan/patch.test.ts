/** What a plan writes as RFC 6902, read back by the applier's check and by a library that knows the standard. */
import fc from "fast-check";
import fjp from "fast-json-patch";
import { describe, expect, test } from "vitest";
import type { Document } from "../../src/apply/document.ts";
import { check } from "../../src/apply/document.ts";
import { patchOf } from "../../src/plan/operations/patch.ts";

const level = fc.constantFrom(0, 1, 2.5, 5);
const held = fc.option(level, { freq: 3 });

/** Slugs as names make them, and some that a careless path or object would trip over. */
const slug = fc.oneof(
  fc.constantFrom(
    "billing",
    "a/b",
    "a~b",
    "~1",
    "~01",
    "",
    "0",
    "-",
    "constructor",
    "toString",
    "prototype",
    "größe",
  ),
  fc.string({ maxLength: 4 }),
);
/** The loader refuses the one slug that JavaScript's objects treat unlike all others. */
const usable = slug.filter((text) => text !== "__proto__");

function documentOf(key: string, value: number | null, other = 7): Document {
  return {
    name: "Billing",
    skills: Object.fromEntries([
      ["other skill", other],
      [key, value],
    ]),
  };
}

describe("a patch", () => {
  test("does what it says by the standard: it fits the value before, leaves the value after, and touches nothing else", () => {
    fc.assert(
      fc.property(usable, held, held, (key, before, after) => {
        fc.pre(before !== null || after !== null);
        const patched = fjp.applyPatch(
          documentOf(key, before),
          patchOf(["skills", key], before, after),
          true,
          false,
        );
        const left = patched.newDocument.skills as Record<string, unknown>;
        expect(Object.hasOwn(left, key) ? left[key] : null).toBe(after);
        expect(left["other skill"]).toBe(key === "other skill" ? after : 7);
        expect(patched.newDocument.name).toBe("Billing");
      }),
    );
  });

  test("is found as planned on the value before, was so on the value after, and moved on any other", () => {
    fc.assert(
      fc.property(usable, held, held, held, (key, before, after, now) => {
        fc.pre(before !== after);
        const found = check(documentOf(key, now), patchOf(["skills", key], before, after));
        if (now === before) expect(found).toStrictEqual({ kind: "as-planned" });
        else if (now === after) expect(found).toStrictEqual({ kind: "was-so" });
        else expect(found).toStrictEqual({ kind: "moved", found: now });
      }),
      { numRuns: 300 },
    );
  });

  test("looks at its own value and no other", () => {
    const patch = patchOf(["skills", "billing"], 3, null);
    expect(check(documentOf("billing", 3, 3), patch)).toStrictEqual({ kind: "as-planned" });
    expect(check(documentOf("billing", 4, 3), patch)).toStrictEqual({ kind: "moved", found: 4 });
    expect(check({ name: "Billing", skills: { billing: null } }, patch)).toStrictEqual({ kind: "was-so" });
  });

  test("replaces what is there, be it 0, and adds what isn't", () => {
    const verbs = [null, 0, 3].map((before) => patchOf(["skills", "billing"], before, 5).map(({ op }) => op));
    expect(verbs).toStrictEqual([
      ["test", "add"],
      ["test", "replace"],
      ["test", "replace"],
    ]);
  });

  test("of a text tells nothing from empty nothing", () => {
    const patch = patchOf(["description"], null, "Invoices");
    expect(check({ description: null }, patch)).toStrictEqual({ kind: "as-planned" });
    expect(check({ description: "Invoices" }, patch)).toStrictEqual({ kind: "was-so" });
    expect(check({ description: "by hand" }, patch)).toStrictEqual({ kind: "moved", found: "by hand" });
  });

  test("of a profile's entry says there or not there", () => {
    const gain = patchOf(["skills", "billing"], null, true);
    expect(gain).toStrictEqual([
      { op: "test", path: "/skills/billing", value: null },
      { op: "add", path: "/skills/billing", value: true },
    ]);
    expect(check({ skills: { billing: null } }, gain)).toStrictEqual({ kind: "as-planned" });
    expect(check({ skills: { billing: true } }, gain)).toStrictEqual({ kind: "was-so" });
  });

  test("without a test, or without a write, is a mistake of ours", () => {
    const [, write] = patchOf(["name"], "a", "b");
    expect(() => check({ name: "a" }, write ? [write] : [])).toThrow(RangeError);
    expect(() => check({ name: "a" }, [])).toThrow(RangeError);
  });
});
