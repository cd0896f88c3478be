import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { slugOf } from "../src/text.ts";

describe("slugOf", () => {
  test.each([
    ["Billing Tier 1", "billing-tier-1"],
    ["  Billing \t Tier  1 ", "billing-tier-1"],
    ["Billing - Tier--1", "billing-tier-1"],
    ["-VIP-", "vip"],
    ["C++", "c"],
    ["C#", "c"],
    ["R&D", "rd"],
    ["e_mail", "e_mail"],
    ["Straße", "straße"],
    ["ＢＩＬＬＩＮＧ", "billing"],
    ["Cafe\u0301", "café"],
    ["हिन्दी", "हिन्दी"],
    ["中文", "中文"],
    ["+++", ""],
    ["", ""],
  ])("%j gives %j", (name, slug) => {
    expect(slugOf(name)).toBe(slug);
  });

  test("the slug of a slug is that slug", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 12 }), (name) => {
        expect(slugOf(slugOf(name))).toBe(slugOf(name));
      }),
      { numRuns: 5000 },
    );
  });

  test("a slug holds no white space and no hyphen at its ends", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (name) => {
        expect(slugOf(name)).toMatch(/^(?!-)[^\s]*(?<!-)$/u);
      }),
    );
  });
});
