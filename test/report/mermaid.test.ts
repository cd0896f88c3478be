import { describe, expect, test } from "vitest";
import { impactOf } from "../../src/report/impact/impact.ts";
import { impactMermaid } from "../../src/report/impact/mermaid.ts";
import { HOSTILE, impactNamed } from "./impact-hostile.ts";
import { desiredOf, factsOf, liveOf } from "./organisations.ts";

/** Every line that a flowchart of ours may hold. */
const LINES = [
  /^flowchart LR$/,
  /^ {2}n\d+\(\["[^"<>`\\]*(<br\/>\d+ members?)?"\]\)$/,
  /^ {2}n\d+\["[^"<>`\\]*(<br\/>[^"<>`\\]*)?<br\/>\d+( → \d+)? holders?"\](:::(created|deleted|uncovered))?$/,
  /^ {2}n\d+ (-->|==>|-\. loses \.->|-\.->) n\d+$/,
  /^ {2}classDef [a-z]+ [a-z0-9#:, -]+$/,
];

test("leads from profiles to the skills that they name themselves, with holders now and after", async () => {
  const desired = await desiredOf(`
skills: [{ name: Billing, assign_to_users: [bob@example.com] }, { name: Sales }, { name: Alone }]
profiles:
  - { name: Everyone, skills: [Billing] }
  - { name: Lead, extends: [Everyone], skills: [Sales], members: { users: [ann@example.com] } }
`);
  const live = liveOf({ "ann@example.com": { Billing: 1, Sales: 3 }, "bob@example.com": {} });
  const impact = impactOf(factsOf(desired, live));
  expect(
    impactMermaid(impact)
      ?.split("\n")
      .filter((line) => !line.includes("classDef")),
  ).toStrictEqual([
    "flowchart LR",
    '  n1(["Everyone"])',
    '  n2(["Lead<br/>1 member"])',
    '  n3["Billing<br/>1 → 2 holders"]',
    '  n4["Sales<br/>1 holder"]',
    "  n2 -.-> n1",
    "  n1 --> n3",
    "  n2 --> n4",
  ]);
});

describe("is left out", () => {
  const graphOf = async (profiles: number, skills: number): Promise<string | null> => {
    const names = Array.from({ length: skills }, (_, number) => `Skill ${number}`);
    const bundles = Array.from({ length: profiles }, (_, number) => ({
      name: `Profile ${number}`,
      skills: names,
    }));
    const yaml = { skills: names.map((name) => ({ name })), profiles: bundles };
    const desired = await desiredOf(JSON.stringify(yaml));
    return impactMermaid(impactOf(factsOf(desired, liveOf({}, { skillNames: names })), { withPlan: false }));
  };

  test("above 60 nodes", async () => {
    expect(await graphOf(1, 59)).not.toBeNull();
    expect(await graphOf(1, 60)).toBeNull();
  });

  test("above 100 lines", async () => {
    expect(await graphOf(4, 25)).not.toBeNull();
    expect(await graphOf(4, 26)).toBeNull();
  });

  test("where no profile names a skill", async () => {
    expect(await graphOf(0, 3)).toBeNull();
  });

  test("from 15 kB on", async () => {
    const impact = await impactNamed("x");
    const [link] = impact.skills.flatMap(({ profiles }) => profiles.filter(({ inherited }) => !inherited));
    if (!link) throw new Error("No profile names a skill.");
    const bulky = (length: number) => ({
      ...impact,
      skills: Array.from({ length: 50 }, (_, number) => ({
        ...(impact.skills[0] ?? never()),
        slug: String(number),
        name: "~".repeat(length),
        profiles: [link],
      })),
    });
    expect(impactMermaid(bulky(10))).not.toBeNull();
    expect(impactMermaid(bulky(60))).toBeNull();
  });
});

function never(): never {
  throw new Error("The report has no skill.");
}

describe("a hostile name", () => {
  test.each(HOSTILE)("stays a label: %j", async (name) => {
    const chart = impactMermaid(await impactNamed(name));
    expect(chart).not.toBeNull();
    for (const line of chart?.split("\n") ?? []) {
      expect(
        LINES.some((pattern) => pattern.test(line)),
        line,
      ).toBe(true);
    }
  });
});
