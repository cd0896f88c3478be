import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Searchable } from "../../src/server/search.ts";
import { createSearch, fold, indexSkills, isOneTypo } from "../../src/server/search.ts";

function skill(name: string, about: Partial<Searchable> = {}): Searchable {
  return { name, otherNames: [], slug: slugged(name), profiles: [], description: null, ...about };
}

function slugged(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-");
}

/** The names that a query finds, best first. */
function find(query: string, skills: readonly (string | Searchable)[]): string[] {
  const all = skills.map((one) => (typeof one === "string" ? skill(one) : one));
  const { places } = createSearch(indexSkills(all))(query, { page: 1, size: 100 });
  return places.map((place) => all[place]?.name ?? "?");
}

describe("What is found", () => {
  test("An exact name comes first, then a prefix, a word's prefix, a substring, and one typo", () => {
    const skills = ["Overbilling", "Billing", "Tier 2 Billing", "Biling Errors", "Billing Tier 1", "Sales"];
    expect(find("billing", skills)).toEqual([
      "Billing",
      "Billing Tier 1",
      "Tier 2 Billing",
      "Overbilling",
      "Biling Errors",
    ]);
  });

  test("Within a rank the name counts before the slug, the profile and the description", () => {
    const skills = [
      skill("A", { description: "Refunds and more" }),
      skill("B", { profiles: ["Refund Desk"] }),
      skill("C", { slug: "refunds-c" }),
      skill("D Refunds"),
    ];
    expect(find("refund", skills)).toEqual(["C", "D Refunds", "B", "A"]);
  });

  test.each([
    ["ÉTÉ", "ete"],
    ["ete", "Été"],
    ["strasse", "Straße"],
    ["STRASSE", "straße"],
    ["ΟΔΟΣ", "οδος"],
    ["ｂｉｌｌ", "Bill"],
    ["istanbul", "İstanbul"],
    ["cafe\u0301", "Café"],
  ])("Case and accents make no difference: %s finds %s", (query, name) => {
    expect(find(query, [name, "Other"])).toEqual([name]);
  });

  test("All words of a query must match, in any order and field", () => {
    const skills = [skill("Billing Tier 1", { profiles: ["Support"] }), skill("Billing Tier 2")];
    expect(find("support bill", skills)).toEqual(["Billing Tier 1"]);
    expect(find("tier  billing", skills)).toEqual(["Billing Tier 1", "Billing Tier 2"]);
    expect(find("billing nothing", skills)).toEqual([]);
  });

  test("Signs count: C++ is not C#", () => {
    expect(find("c++", ["C#", "C++", "C"])).toEqual(["C++"]);
    expect(find("billing-tier", ["Billing Tier 1"])).toEqual(["Billing Tier 1"]);
  });

  test("A former or other name is found as well", () => {
    expect(find("invoices", [skill("Billing", { otherNames: ["Invoices"] })])).toEqual(["Billing"]);
  });

  test.each(["biling", "billling", "bliling", "bulling", "billin", "ibll"])(
    "%s is one typo away from Billing, or from its beginning",
    (query) => {
      expect(find(query, ["Billing", "Sales"])).toEqual(["Billing"]);
    },
  );

  test.each(["bxx", "blng", "yulling", "bllign"])("%s is not one typo away from Billing", (query) => {
    expect(find(query, ["Billing", "Sales"])).toEqual([]);
  });

  test.each(["", "   ", "\u0301", "\u0000", "\n"])("%j finds nothing", (query) => {
    expect(find(query, ["Billing", "Sales"])).toEqual([]);
  });

  test("Ten thousand characters are answered like any others", () => {
    expect(find("x".repeat(10_000), ["Billing"])).toEqual([]);
    expect(find("a b c d e f g h i j k l m ".repeat(400), ["Billing"])).toEqual([]);
  });
});

describe("For any skills and any query", () => {
  const names = fc.array(
    fc.oneof(fc.string({ unit: "grapheme", maxLength: 12 }), fc.constantFrom("Billing", "Sales Été", "C++")),
    { minLength: 1, maxLength: 20 },
  );

  test("Every skill is found by its own name, before all that aren't called so", () => {
    fc.assert(
      fc.property(names, fc.nat(), (all, seed) => {
        const name = all[seed % all.length] ?? "";
        if (fold(name) === "") return;
        const found = find(name, all);
        const exact = new Set(
          all.filter((one) => fold(one) === fold(name) || fold(slugged(one)) === fold(name)),
        );
        expect(exact.has(found[0] ?? "")).toBe(true);
        expect(found).toContain(name);
      }),
    );
  });

  test("The pages together are all that is found, each once and in one order", () => {
    fc.assert(
      fc.property(names, fc.string({ maxLength: 3 }), fc.integer({ min: 1, max: 7 }), (all, query, size) => {
        const search = createSearch(indexSkills(all.map((name) => skill(name))));
        const whole = search(query, { page: 1, size: 100 });
        const pages = Array.from(
          { length: Math.ceil(whole.total / size) + 1 },
          (_, page) => search(query, { page: page + 1, size }).places,
        );
        expect(whole.places).toHaveLength(whole.total);
        expect(new Set(whole.places).size).toBe(whole.total);
        expect(pages.flat()).toEqual(whole.places);
      }),
    );
  });

  test("One change of a letter is one typo", () => {
    const word = fc.string({
      unit: fc.constantFrom("a", "b", "c", "d", "é", "1"),
      minLength: 4,
      maxLength: 9,
    });
    fc.assert(
      fc.property(word, fc.nat(), fc.constantFrom("x", "a"), fc.nat(3), (whole, seed, letter, kind) => {
        const at = seed % whole.length;
        const [head, rest] = [whole.slice(0, at), whole.slice(at)];
        const swapped = `${rest[1] ?? ""}${rest[0] ?? ""}${rest.slice(2)}`;
        const tail = [letter + rest, rest.slice(1), letter + rest.slice(1), swapped][kind] ?? "";
        expect(isOneTypo(head + tail, whole)).toBe(true);
      }),
    );
  });
});
