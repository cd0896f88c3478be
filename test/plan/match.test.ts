/** Which live object an entry of the YAML means, for any names, ids, states and orders. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Match, MatchEntry, MatchItem, MatchObject } from "../../src/plan/match/match.ts";
import { findItems, match } from "../../src/plan/match/match.ts";
import { byText, foldName, slugOf } from "../../src/text.ts";
import { shuffle } from "./worlds.ts";

/** Names in families of one slug each; within a family some are the same when folded. */
const FAMILIES = [
  ["C", "C++", "C#", "c", "C!", "(C)"],
  ["Sales EU", "Sales (EU)", "Sales-EU", "sales eu", "Sales  EU", "Sales: EU"],
  ["Café", "Cafe\u0301", "CAFÉ", "Café?", "café…"],
] as const;

const NAMES: readonly string[] = FAMILIES.flat();

function entry(name: string, more: Partial<MatchEntry> = {}): MatchEntry {
  return { slug: slugOf(name), slugWritten: false, name, ...more };
}

function item(id: string, name: string): MatchItem {
  return { id, name, slug: slugOf(name) };
}

type Matched = Match<MatchEntry, MatchItem, MatchObject>;

function idOf({ pairs }: Matched, name = ""): string | undefined {
  return [...pairs].find(([slug]) => slug === slugOf(name))?.[1].id ?? pairs.get(name)?.id;
}

function candidatesOf({ unclear }: Matched): string[] {
  return [...unclear.values()].flatMap(({ candidates }) => candidates.map(({ id }) => id)).sort();
}

const PAIRS = FAMILIES.flatMap((family) =>
  family.flatMap((one) => family.filter((other) => other !== one).map((other) => [one, other] as const)),
);

describe("names of one slug", () => {
  test("are in families that have one slug each", () => {
    for (const family of FAMILIES) expect(new Set(family.map(slugOf)).size).toBe(1);
  });

  test.each(PAIRS)("match only if they are equal after folding (%s in the YAML, %s live)", (name, live) => {
    const matched = match({ entries: [entry(name)], items: [], objects: [{ id: "1", name: live }] });
    const isSame = foldName(name) === foldName(live);
    expect(idOf(matched, name)).toBe(isSame ? "1" : undefined);
    expect(matched.unpaired).toHaveLength(isSame ? 0 : 1);
    expect(matched.unclear.size).toBe(0);
  });

  test.each(PAIRS)(
    "don't use the ledger's record of another name (%s in the YAML, %s recorded)",
    (name, recorded) => {
      const objects = [{ id: "1", name: "Renamed" }];
      const matched = match({ entries: [entry(name)], items: [item("1", recorded)], objects });
      const isSame = foldName(name) === foldName(recorded);
      expect(idOf(matched, name)).toBe(isSame ? "1" : undefined);
    },
  );

  test.each(PAIRS)("mean the exact name if both are live (%s and %s)", (name, other) => {
    const objects = [
      { id: "other", name: other },
      { id: "exact", name },
    ];
    expect(idOf(match({ entries: [entry(name)], items: [], objects }), name)).toBe("exact");
  });

  test("are the same item of the ledger where both wrote the same slug themselves", () => {
    const written = { slug: "cpp", slugWritten: true } as const;
    const matched = match({
      entries: [entry("C++", written), entry("C")],
      items: [{ id: "1", name: "C plus plus", ...written }],
      objects: [{ id: "1", name: "C plus plus" }],
    });
    expect([...matched.pairs].map(([slug, { id }]) => [slug, id])).toEqual([["cpp", "1"]]);
  });
});

describe("two of one name", () => {
  const twins = [
    { id: "1", name: "Billing" },
    { id: "2", name: "Billing" },
  ];

  test("are left open, and neither counts as unpaired", () => {
    const matched = match({ entries: [entry("Billing")], items: [], objects: twins });
    expect(candidatesOf(matched)).toEqual(["1", "2"]);
    expect([matched.pairs.size, matched.unpaired]).toEqual([0, []]);
  });

  test("are left open where they are the same only when folded, and neither is exact", () => {
    const objects = [
      { id: "1", name: "BILLING" },
      { id: "2", name: "billing" },
    ];
    expect(candidatesOf(match({ entries: [entry("Billing")], items: [], objects }))).toEqual(["1", "2"]);
  });

  test("are told apart by an active state", () => {
    for (const [first, second] of [
      ["active", "inactive"],
      ["inactive", "active"],
    ] as const) {
      const objects = twins.map((twin, index) => ({ ...twin, state: index === 0 ? first : second }));
      const matched = match({ entries: [entry("Billing")], items: [], objects });
      expect(idOf(matched, "Billing")).toBe(first === "active" ? "1" : "2");
    }
  });

  test("are left open where both are inactive", () => {
    const objects = twins.map((twin) => ({ ...twin, state: "inactive" as const }));
    expect(candidatesOf(match({ entries: [entry("Billing")], items: [], objects }))).toEqual(["1", "2"]);
  });

  test.each(["1", "2"])("are distinguished by the id in the ledger (%s)", (id) => {
    const matched = match({ entries: [entry("Billing")], items: [item(id, "Billing")], objects: twins });
    expect(idOf(matched, "Billing")).toBe(id);
  });

  test.each(["1", "2"])("are distinguished by the id in the YAML, whatever the ledger says (%s)", (id) => {
    for (const recorded of ["1", "2"]) {
      const items = [item(recorded, "Billing")];
      expect(idOf(match({ entries: [entry("Billing", { id })], items, objects: twins }), "Billing")).toBe(id);
    }
  });

  test("are both meant by entries with ids", () => {
    const entries = [
      entry("Billing", { id: "1" }),
      entry("Billing", { id: "2", slug: "other", slugWritten: true }),
    ];
    const matched = match({ entries, items: [], objects: twins });
    expect([matched.pairs.get("billing")?.id, matched.pairs.get("other")?.id]).toEqual(["1", "2"]);
  });
});

describe("two entries of one name", () => {
  const entries = [entry("Sales EU", { slug: "a", slugWritten: true }), entry("sales eu")];

  test("are left open where either may mean the one that is live", () => {
    const matched = match({ entries, items: [], objects: [{ id: "1", name: "SALES EU" }] });
    expect([matched.pairs.size, [...matched.unclear.keys()]]).toEqual([0, ["a", "sales-eu"]]);
  });

  test("are told apart by exactly their names", () => {
    const objects = [
      { id: "1", name: "sales eu" },
      { id: "2", name: "Sales EU" },
    ];
    const matched = match({ entries, items: [], objects });
    expect([...matched.pairs].map(([slug, { id }]) => [slug, id])).toEqual([
      ["a", "2"],
      ["sales-eu", "1"],
    ]);
  });
});

describe("what the ledger recorded under the entry's name", () => {
  const objects = [
    { id: "old", name: "Billing Archive" },
    { id: "new", name: "Billing" },
  ];
  const items = [item("old", "Billing")];

  test("is left open where it has another name now and another object has exactly that name", () => {
    expect(candidatesOf(match({ entries: [entry("Billing")], items, objects }))).toEqual(["new", "old"]);
  });

  test.each(["old", "new"])("is overruled by an id in the YAML (%s)", (id) => {
    expect(idOf(match({ entries: [entry("Billing", { id })], items, objects }), "Billing")).toBe(id);
  });

  test("is meant where the other is inactive, is another entry's, or has the name only when folded", () => {
    const inactive = objects.map((one) => ({
      ...one,
      state: one.id === "new" ? ("inactive" as const) : undefined,
    }));
    const cases = [
      match({
        entries: [entry("Billing")],
        items,
        objects: inactive.map(({ state, ...one }) => (state ? { ...one, state } : one)),
      }),
      match({
        entries: [entry("Billing"), entry("Voice")],
        items: [...items, item("new", "Voice")],
        objects,
      }),
      match({ entries: [entry("Billing"), entry("Voice", { id: "new" })], items, objects }),
      match({
        entries: [entry("Billing")],
        items,
        objects: [
          { id: "old", name: "Archive" },
          { id: "new", name: "billing" },
        ],
      }),
    ];
    expect(cases.map((matched) => idOf(matched, "Billing"))).toEqual(["old", "old", "old", "old"]);
  });

  test("lends nothing where it is dead: the name alone counts", () => {
    const matched = match({ entries: [entry("Billing")], items: [item("dead", "Billing")], objects });
    expect(idOf(matched, "Billing")).toBe("new");
    expect(matched.items.get("billing")?.id).toBe("dead");
  });
});

describe("an id in the YAML", () => {
  test("that is live nowhere pairs with nothing, though the name is there", () => {
    const matched = match({
      entries: [entry("Billing", { id: "x" })],
      items: [],
      objects: [{ id: "1", name: "Billing" }],
    });
    expect(matched.pairs.size).toBe(0);
    expect(matched.unknownIds).toHaveLength(1);
  });

  test("that two entries name is left open for the second", () => {
    const entries = [entry("Billing", { id: "1" }), entry("Voice", { id: "1" })];
    const matched = match({ entries, items: [], objects: [{ id: "1", name: "Billing" }] });
    expect([idOf(matched, "Billing"), [...matched.unclear.keys()]]).toEqual(["1", ["voice"]]);
  });

  test("alone still claims what a rename reserves", () => {
    const objects = [{ id: "1", name: "Billing" }];
    const reserved = new Set(["1"]);
    expect(match({ entries: [entry("Billing")], items: [], objects, reserved }).pairs.size).toBe(0);
    expect(
      match({ entries: [entry("Billing")], items: [item("1", "Billing")], objects, reserved }).pairs.size,
    ).toBe(0);
    expect(
      idOf(match({ entries: [entry("Billing", { id: "1" })], items: [], objects, reserved }), "Billing"),
    ).toBe("1");
  });

  test("goes before what a rename has decided, and that before names and the ledger", () => {
    const objects = ["1", "2", "3"].map((id) => ({ id, name: id === "3" ? "Billing" : `Old ${id}` }));
    const decided = new Map([["billing", "2"]]);
    const items = [item("3", "Billing")];
    expect(idOf(match({ entries: [entry("Billing")], items, objects, decided }), "Billing")).toBe("2");
    expect(
      idOf(match({ entries: [entry("Billing", { id: "1" })], items, objects, decided }), "Billing"),
    ).toBe("1");
  });
});

// ── For all inputs ───────────────────────────────────────────────────────────────────────────────────

interface Inputs {
  readonly entries: readonly MatchEntry[];
  readonly items: readonly MatchItem[];
  readonly objects: readonly MatchObject[];
}

const name = fc.constantFrom(...NAMES, "Billing", "Voice");
const id = fc.constantFrom("1", "2", "3", "4", "5");

/** Slugs are unique among entries, and ids among items and objects, as everywhere. */
const inputs: fc.Arbitrary<Inputs> = fc.record({
  entries: fc
    .uniqueArray(
      fc.record({
        name,
        id: fc.option(fc.constantFrom("1", "2", "3", "gone"), { freq: 1, nil: undefined }),
        written: fc.constantFrom(undefined, undefined, undefined, "a", "b"),
      }),
      { selector: ({ name, written }) => written ?? slugOf(name), maxLength: 5 },
    )
    .map((all) =>
      all.map(({ name, id, written }) =>
        entry(name, { id, slug: written ?? slugOf(name), slugWritten: written !== undefined }),
      ),
    ),
  items: fc.uniqueArray(
    fc.record({ id: fc.oneof(id, fc.constant("dead")), name }).map(({ id, name }) => item(id, name)),
    { selector: (one) => one.id, maxLength: 5 },
  ),
  objects: fc.uniqueArray(fc.record({ id, name, state: fc.constantFrom("active", "active", "inactive") }), {
    selector: (one) => one.id,
    maxLength: 5,
  }),
});

/** What came of it, in no order. */
function picture({ pairs, unclear, unknownIds, unpaired }: Matched): unknown {
  return {
    pairs: [...pairs].map(([slug, { id }]) => `${slug} ${id}`).sort(byText),
    unclear: [...unclear]
      .map(([slug, { candidates }]) => [slug, candidates.map(({ id }) => id).sort()])
      .sort(),
    unknownIds: unknownIds.map(({ slug }) => slug).sort(),
    unpaired: unpaired.map(({ id }) => id).sort(),
  };
}

describe("for all inputs", () => {
  test("an entry pairs by id, by its ledger item's id, or by a name that is the same when folded, and by nothing else", () => {
    fc.assert(
      fc.property(inputs, (all) => {
        const { pairs, items } = match(all);
        for (const one of all.entries) {
          const object = pairs.get(one.slug);
          if (!object) continue;
          const isById = one.id === object.id;
          const isByItem = one.id === undefined && items.get(one.slug)?.id === object.id;
          const isByName = one.id === undefined && foldName(one.name) === foldName(object.name);
          expect(isById || isByItem || isByName).toBe(true);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test("an item of the ledger is an entry's by a name that is the same when folded, and by no slug that wasn't written", () => {
    fc.assert(
      fc.property(inputs, ({ entries, items }) => {
        const found = findItems(entries, items);
        for (const one of entries) {
          const recorded = found.get(one.slug);
          if (recorded) expect(foldName(recorded.name)).toBe(foldName(one.name));
        }
        expect(new Set(found.values()).size).toBe(found.size);
      }),
      { numRuns: 2000 },
    );
  });

  test("no object is paired twice, and each is paired, open or unpaired", () => {
    fc.assert(
      fc.property(inputs, (all) => {
        const matched = match(all);
        const paired = [...matched.pairs.values()].map(({ id }) => id);
        expect(new Set(paired).size).toBe(paired.length);
        const seen = new Set([...paired, ...candidatesOf(matched), ...matched.unpaired.map(({ id }) => id)]);
        expect([...seen].sort()).toEqual(all.objects.map(({ id }) => id).sort());
        for (const { id } of matched.unpaired)
          expect([...paired, ...candidatesOf(matched)]).not.toContain(id);
      }),
      { numRuns: 2000 },
    );
  });

  test("an entry whose object is unmistakable pairs: one live object has its name, and no other entry may mean it", () => {
    fc.assert(
      fc.property(inputs, (all) => {
        const { pairs } = match(all);
        for (const one of all.entries) {
          const named = all.objects.filter((object) => foldName(object.name) === foldName(one.name));
          const [object, ...others] = named;
          const isContested =
            all.items.length > 0 ||
            all.entries.some(
              (other) =>
                other !== one && (other.id !== undefined || foldName(other.name) === foldName(one.name)),
            );
          if (one.id === undefined && object && others.length === 0 && !isContested) {
            expect(pairs.get(one.slug)?.id).toBe(object.id);
          }
        }
      }),
      { numRuns: 2000 },
    );
  });

  test("the order of entries, items and objects never matters", () => {
    const sameName = (one: { readonly name: string }) => (other: { readonly name: string }) =>
      foldName(other.name) === foldName(one.name);
    // Of two entries of one id, or of one name that the ledger has, and of two items of one name, the first counts.
    const clear = inputs.map(({ entries, items, objects }) => ({
      objects,
      entries: entries.filter(
        (one, at) => one.id === undefined || entries.findIndex((other) => other.id === one.id) === at,
      ),
      items: items.filter(
        (one, at) => items.findIndex(sameName(one)) === at && entries.filter(sameName(one)).length < 2,
      ),
    }));
    fc.assert(
      fc.property(clear, fc.nat(), (all, seed) => {
        const { entries, items, objects } = all;
        const mixed = {
          entries: shuffle(entries, seed),
          items: shuffle(items, seed),
          objects: shuffle(objects, seed),
        };
        expect(picture(match(mixed))).toEqual(picture(match(all)));
      }),
      { numRuns: 3000 },
    );
  });
});
