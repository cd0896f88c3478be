/** Who of many holds all of several skills: compared with asking each one. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { indexHolders } from "../../src/import/holder-index.ts";
import type { ImportedUser } from "../../src/import/people.ts";

const SKILLS = ["s-0", "s-1", "s-2", "s-3"];

const people = fc
  .array(fc.subarray(SKILLS), { maxLength: 100 })
  .map((sets) =>
    sets.map((set, at): ImportedUser => ({ ref: `u${at}`, held: new Map(set.map((skill) => [skill, 1])) })),
  );

test("finds who holds all of the skills and isn't taken", () => {
  fc.assert(
    fc.property(
      people,
      fc.subarray(SKILLS),
      fc.subarray([...SKILLS, "s-of-nobody"]),
      (people, first, then) => {
        const holders = indexHolders(people);
        const holding = (skills: readonly string[]): number[] =>
          people.flatMap(({ held }, at) => (skills.every((skill) => held.has(skill)) ? at : []));
        expect(holders.holdersOfAll(first)).toEqual(holding(first));
        holders.take(holding(first));
        expect(holders.holdersOfAll(then)).toEqual(
          holding(then).filter((at) => !holding(first).includes(at)),
        );
        for (const skill of then) expect(holders.numberOf(skill)).toBe(holding([skill]).length);
      },
    ),
    { numRuns: 100 },
  );
});
