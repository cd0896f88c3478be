import { expect, test } from "vitest";
import { orderChanges } from "../../src/plan/operations/order.ts";

const CHANGES = (["lose", "gain", "change", "lose", "gain"] as const).map((kind, index) => ({ kind, index }));

function kindsAt(held: number): string[] {
  return orderChanges(CHANGES, held).map(({ kind, index }) => `${kind} ${index}`);
}

test("Gains and changes come before losses, each in the order that they had.", () => {
  expect(kindsAt(2)).toStrictEqual(["gain 1", "change 2", "gain 4", "lose 0", "lose 3"]);
});

test("Losses come first exactly where the gains would pass 50; a change of a proficiency is no gain.", () => {
  expect(kindsAt(48)).toStrictEqual(kindsAt(2));
  expect(kindsAt(49)).toStrictEqual(["lose 0", "lose 3", "gain 1", "change 2", "gain 4"]);
});
