/** Names that change places go in an order in which each is free when it is taken. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Operation } from "../../src/model.ts";
import { freeNames } from "../../src/plan/names.ts";

function renaming(id: string, before: string, after: string): Operation {
  const subject = { kind: "skill", id } as const;
  const change = {
    id: `change-${id}`,
    subject,
    field: { kind: "name" },
    verb: "update",
    before,
    after,
  } as const;
  return { subject, name: before, changes: [{ ...change, cause: "edit", takesAway: false }] };
}

/** Carries the stages out on these names, as an API would that refuses a taken one; answers the names afterwards. */
function carryOut(
  stages: readonly (readonly Operation[])[],
  names: Map<string, string>,
): Map<string, string> {
  for (const { subject, changes } of stages.flat()) {
    for (const { before, after } of changes) {
      expect(names.get(subject.id)).toBe(before);
      expect([...names.values()]).not.toContain(after);
      names.set(subject.id, String(after));
    }
  }
  return names;
}

test("any change of places is carried out without a name being taken twice", () => {
  const places = fc.uniqueArray(fc.integer({ min: 0, max: 9 }), { minLength: 8, maxLength: 8 });
  fc.assert(
    fc.property(places, (places) => {
      const names = new Map(places.map((_, index) => [`skill-${index}`, `Name ${index}`]));
      const wanted = new Map(places.map((place, index) => [`skill-${index}`, `Name ${place}`]));
      const operations = [...names].flatMap(([id, name]) => {
        const after = wanted.get(id) ?? name;
        return after === name ? [] : [renaming(id, name, after)];
      });
      expect(carryOut(freeNames(operations), new Map(names))).toEqual(wanted);
    }),
  );
});
