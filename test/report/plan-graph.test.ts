import { expect, test } from "vitest";
import { planGraph } from "../../src/report/plan/graph.ts";
import { planView } from "../../src/report/plan/view.ts";
import { HOSTILE } from "./impact-hostile.ts";
import { planNamed } from "./plan-named.ts";

/** Every line that a flowchart of a plan may hold. */
const LINES = [
  /^flowchart LR$/,
  /^ {2}n\d+\(\["[^"<>`\\]*"\]\)$/,
  /^ {2}n\d+\(\("\d+ (person|people)"\)\)$/,
  /^ {2}n\d+\["[^"<>`\\]*(<br\/>(created|deleted))?"\](:::(created|deleted))?$/,
  /^ {2}n\d+ (== gains? ==>|-- change -->|-\. loses? \.->) n\d+$/,
  /^ {2}n\d+ == "becomes, \d+ holders?" ==> n\d+$/,
  /^ {2}classDef [a-z]+ [a-z0-9#:, -]+$/,
];

function linesOf(name: string): string[] {
  return planGraph(planView(planNamed(name)))?.split("\n") ?? [];
}

test("a plan's picture has profiles, people and renames beside the skills that change", () => {
  expect(linesOf("Billing").filter((line) => !line.includes("classDef"))).toStrictEqual([
    "flowchart LR",
    '  n1(("2 people"))',
    '  n2["Billing<br/>deleted"]:::deleted',
    '  n3(("1 person"))',
    '  n4(("2 people"))',
    '  n5["Billing"]',
    '  n6(("1 person"))',
    '  n7(["Billing"])',
    '  n8["Billing<br/>created"]:::created',
    '  n9["Billing<br/>deleted"]:::deleted',
    "  n1 == gain ==> n2",
    "  n3 -. lose .-> n2",
    "  n4 -- change --> n5",
    "  n6 -. lose .-> n5",
    "  n7 -. loses .-> n5",
    "  n7 == gains ==> n8",
    '  n9 == "becomes, 2 holders" ==> n8',
  ]);
});

test.each(HOSTILE)("a hostile name stays in its label: %j", (name) => {
  const lines = linesOf(name);
  expect(lines).toHaveLength(linesOf("Plain name").length);
  for (const line of lines)
    expect(
      LINES.some((pattern) => pattern.test(line)),
      line,
    ).toBe(true);
});

test("a plan that changes no holder and no profile has no picture", () => {
  expect(planGraph(planView({ ...planNamed("Billing"), stages: [] }))).toBeNull();
});
