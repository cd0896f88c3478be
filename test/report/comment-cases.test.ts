/** Comments about whole organisations, as the planner sees them: what people read must be what happens. */
import { describe, expect, test } from "vitest";
import { topicMarker } from "../../src/github/marker.ts";
import type { Plan } from "../../src/model.ts";
import { driftOf } from "../../src/plan/drift.ts";
import { planComment } from "../../src/report/comment/comment.ts";
import { driftIssueBody } from "../../src/report/comment/drift-issue.ts";
import { resultComment } from "../../src/report/comment/result.ts";
import { impactOf } from "../../src/report/impact/impact.ts";
import type { PlannedRows } from "../../src/report/planned-rows.ts";
import type { LivePeople } from "./organisations.ts";
import { desiredOf, factsOf, idOf, ledgerOf, liveOf } from "./organisations.ts";
import { render } from "./rendered.ts";

const MARKER = topicMarker("apply", { target: "default", dir: "skills" });
const OPTIONS = { marker: MARKER, runUrl: "https://github.test/runs/77", head: "a".repeat(40) };

function mail(name: string | number): string {
  return `agent-${name}@example.com`;
}

function people(number: number, skills: Record<string, number>): LivePeople {
  return Object.fromEntries(Array.from({ length: number }, (_, at) => [mail(at), skills]));
}

function yamlOf(people: LivePeople, skills: readonly string[]): string {
  const users = Object.entries(people).map(
    ([user, held]) => `  - user: ${user}\n    skills: ${JSON.stringify(held)}\n`,
  );
  return `skills:\n${skills.map((skill) => `  - ${skill}\n`).join("")}users:\n${users.join("")}`;
}

/** Everything that is live was applied; then the YAML says this. */
async function planned(live: LivePeople, yaml: string): Promise<PlannedRows> {
  const organisation = liveOf(live);
  return factsOf(await desiredOf(yaml), organisation, ledgerOf(organisation));
}

function commentOf(facts: PlannedRows): string {
  return planComment(facts.plan, { ...OPTIONS, impact: impactOf(facts) });
}

test("a rename with 12 holders is 12 moves, without gains or losses", async () => {
  const yaml = yamlOf(people(12, { "Billing Tier 1": 3 }), [
    '{ name: Billing Tier 1, previously: ["Billing T1"] }',
  ]);
  const comment = commentOf(await planned(people(12, { "Billing T1": 3 }), yaml));
  expect(comment).toContain("**Billing T1 becomes Billing Tier 1 for 12 holders.**");
  expect(comment).toContain("Plan: 1 to add, 0 to change, 1 to destroy, 12 to move.");
  expect(comment).not.toMatch(/\d+ (users|people) gain|lose/);
  expect(comment).toContain("| Billing T1 (replaced by Billing Tier 1) | 12 → 0 | 12 |");
});

test("the holders of a deleted skill are named, also those who are not in the YAML", async () => {
  const live = liveOf({ [mail("ann")]: { Fax: 2, Billing: 1 }, [mail("bob")]: { Fax: 3 } });
  const ledger = ledgerOf(live);
  const known = { ...ledger, users: ledger.users.filter(({ email }) => email === mail("ann")) };
  const desired = await desiredOf(yamlOf({ [mail("ann")]: { Billing: 1 } }, ["{ name: Billing }"]));
  const comment = commentOf(factsOf(desired, live, known));
  expect(comment).toContain(
    `- **Fax** (deleted), 2 people: ${mail("ann")}, ${mail("bob")} (1 was assigned manually)`,
  );
});

test("400 removals are a few lines, with everybody's e-mail", async () => {
  const comment = commentOf(
    await planned(
      people(400, { Billing: 1, Claims: 2 }),
      yamlOf(people(400, { Claims: 2 }), ["{ name: Billing }", "{ name: Claims }"]),
    ),
  );
  expect(comment).toContain("**400 people lose Billing.**");
  const [, open = ""] = comment.split("People who lose a skill\n\n");
  expect(open.split("<details>")[0]?.match(/^- /gm)).toHaveLength(1);
  for (let at = 0; at < 400; at++) expect(comment).toContain(mail(at));
});

test("3,600 additions leave room for the impact table, and use the rest", async () => {
  const skills = Array.from({ length: 90 }, (_, at) => `Queue ${at}`);
  const gained = (at: number): Record<string, number> =>
    Object.fromEntries([0, 1, 2, 3].map((step) => [skills[(at * 7 + step) % 90] ?? "", (at + step) % 6]));
  const before = people(900, { Billing: 1 });
  const after = Object.fromEntries(
    Object.keys(before).map((user, at) => [user, { Billing: 1, ...gained(at) }]),
  );
  const comment = commentOf(
    await planned(before, yamlOf(after, ["{ name: Billing }", ...skills.map((name) => `{ name: ${name} }`)])),
  );
  expect(comment).toContain("Plan: 3690 to add, 0 to change, 0 to destroy.");
  const [, table = ""] = comment.split("<summary>Impact by skill</summary>");
  expect(table.split("</details>")[0]?.match(/^\| Queue/gm)).toHaveLength(50);
  expect(table).toContain("… and 40 more skills.");
  expect(Buffer.byteLength(comment)).toBeLessThanOrEqual(60_000);
  expect(Buffer.byteLength(comment)).toBeGreaterThan(50_000);
});

test("the picture holds the two skills that change, and none of 28 that don't", async () => {
  const names = Array.from({ length: 28 }, (_, at) => `Still ${at}`);
  const still = Object.fromEntries(names.map((name) => [name, 1]));
  const skills = [...names, "Billing", "Claims"].map(
    (name) => `{ name: ${name}, assign_to_profiles: [Support] }`,
  );
  const live: LivePeople = { [mail(1)]: { ...still, Billing: 1 }, [mail(2)]: { Claims: 2 } };
  const yaml = yamlOf({ [mail(1)]: { ...still, Billing: 4 }, [mail(2)]: { Billing: 1 } }, skills);
  const comment = commentOf(await planned(live, `${yaml}profiles: [{ name: Support }]\n`));
  const [, graph = ""] = /```mermaid\n([^]*?)```/.exec(comment) ?? [];
  expect(graph).toContain("Billing");
  expect(graph).toContain("Claims");
  expect(graph).not.toContain("Still");
});

describe("what was withheld", () => {
  const withheldOf = ({ plan }: PlannedRows): Plan => ({
    ...plan,
    stages: [],
    withheld: plan.stages.flat(),
  });

  test("is described in plain words, once for each change", async () => {
    const live: LivePeople = { [mail(1)]: { Billing: 1, Claims: 2 }, [mail(2)]: { Claims: 2, Billing: 2 } };
    const yaml = yamlOf({ [mail(1)]: { Claims: 2 }, [mail(2)]: { Claims: 2, Billing: 2 } }, [
      "{ name: Billing }",
      "{ name: Claims }",
    ]);
    const plan = withheldOf(await planned(live, yaml));
    const body = resultComment({ target: "default", plan, report: null, reasons: [] }, OPTIONS);
    expect(render(body).visible).toContain(`Not applied: ${mail(1)} loses Billing.`);
    expect(body).toContain("### :warning: 1 change is withheld\n\nNo reviewed plan shows it.");
    expect(body).toContain("The plan of the next pull request shows it again.");
    expect(body).not.toMatch(/No changes|Edits since/);
  });
});

test("a result of what failed doesn't tell it as done", async () => {
  const live = { [mail(1)]: { Billing: 5 }, [mail(2)]: { Billing: 1 } };
  const yaml = yamlOf({ [mail(2)]: { Billing: 1 } }, ["{ name: Billing }"]);
  const { plan } = await planned(live, yaml);
  const failure = [{ code: "GENESYS", message: "Genesys did not answer." }];
  const tell = (more: object) =>
    render(resultComment({ target: "default", plan, report: null, reasons: [], ...more }, OPTIONS)).visible;
  expect(tell({ failure })).toContain(`Planned: ${mail(1)} loses Billing.`);
});

describe("the drift issue", () => {
  test("tells what somebody did, and promises to put nothing back", async () => {
    const applied: LivePeople = {
      [mail(1)]: { Billing: 5 },
      [mail(2)]: { Billing: 2 },
      [mail(3)]: { Billing: 1 },
    };
    const now = liveOf({ [mail(1)]: { Billing: 3 }, [mail(2)]: {}, [mail(3)]: { Billing: 1 } });
    const desired = await desiredOf(yamlOf(applied, ["{ name: Billing }"]));
    const { plan } = factsOf(desired, now, ledgerOf(liveOf(applied)));
    const body = driftIssueBody(driftOf(plan, 300, true), { marker: MARKER, runUrl: OPTIONS.runUrl });
    expect(body).toContain(`- ${mail(1)}: went from 5 to 3 in **Billing**`);
    expect(body).toContain(`- ${mail(2)}: lost **Billing** (was at 2)`);
    expect(body).toContain("Nothing is reverted automatically");
    expect(body).not.toMatch(/become again|Merging|Applying takes|gains/);
    expect(body).not.toContain("left a group");

    const drift = driftOf(plan, 300, true);
    const [[left, ...others] = [], ...later] = drift.stages;
    const leaving = left?.changes.map((change) => ({ ...change, cause: "membership" as const })) ?? [];
    const stages = [...(left ? [[{ ...left, changes: leaving }, ...others]] : []), ...later];
    const mixed = { ...drift, stages };
    expect(driftIssueBody(mixed, { marker: MARKER, runUrl: OPTIONS.runUrl })).toContain(
      "manually, and somebody left a group that gives routing skills.**",
    );
  });
});

test("a merge into a skill that is there is called one, also where its holders have both", async () => {
  const yaml = yamlOf({ [mail(1)]: { Billing: 3 } }, ['{ name: Billing, previously: ["Refunds"] }']);
  const comment = commentOf(await planned({ [mail(1)]: { Billing: 3, Refunds: 1 } }, yaml));
  expect(comment).toContain("**Refunds is merged into Billing.**");
  expect(comment).toContain("- **Refunds is merged into Billing**: Refunds is deleted");
  expect(comment).toContain(
    "1 holder of “Refunds” would get it instead, and the old skill would be deleted once nothing uses it.",
  );
  expect(comment).toMatch(/== "becomes" ==>/);
});

test("a rename that an earlier apply began is said to go on, and is not called a merge", async () => {
  const live = liveOf({
    [mail(1)]: { "Billing T1": 3, "Billing Tier 1": 3 },
    [mail(2)]: { "Billing T1": 2 },
  });
  const replacement = { id: idOf("Billing T1"), name: "Billing T1", to: idOf("Billing Tier 1") };
  const ledger = { ...ledgerOf(live), replacements: [{ ...replacement, state: "migrating" as const }] };
  const yaml = yamlOf({ [mail(1)]: { "Billing Tier 1": 3 }, [mail(2)]: { "Billing Tier 1": 2 } }, [
    '{ name: Billing Tier 1, previously: ["Billing T1"] }',
  ]);
  const comment = commentOf(factsOf(await desiredOf(yaml), live, ledger));
  expect(comment).toContain("**The rename of Billing T1 to Billing Tier 1 goes on for 1 holder.**");
  expect(comment).toContain("- **The rename of Billing T1 to Billing Tier 1 goes on**: 1 holder gets it");
  expect(comment).not.toContain("merged into");
});

test("what is refused on main already is not taken for this pull request's doing", async () => {
  const { plan } = await planned(
    { [mail(1)]: { Billing: 3 } },
    yamlOf({ [mail(1)]: { Billing: 4 } }, ["{ name: Billing }"]),
  );
  const empty: Plan = { ...plan, stages: [], refusals: [] };
  const waiting: Plan = { ...empty, refusals: [{ code: "NOTHING_DESIRED", assignments: 3 }] };
  const besides = { isMainValid: true, waiting, undone: empty } as const;
  const { visible } = render(planComment(plan, { ...OPTIONS, besides }));
  expect(visible).toMatch(
    /Refused on main already\s+This concerns earlier merges\. Merging this pull request does not apply it\.\s+NOTHING_DESIRED/,
  );
});

test("what is refused on main is allowed where it is applied, because no label counts there any more", async () => {
  const { plan } = await planned({ [mail(1)]: { Billing: 3 } }, "skills: [{ name: Claims }]\n");
  const refused: Plan = { ...plan, stages: [], refusals: [{ code: "NOTHING_DESIRED", assignments: 3 }] };
  const besides = { isMainValid: true, waiting: refused, undone: { ...plan, stages: [] } } as const;
  const bodies = [
    planComment({ ...refused, refusals: [] }, { ...OPTIONS, besides }),
    resultComment({ target: "default", plan: refused, report: null, reasons: [] }, OPTIONS),
  ];
  for (const body of bodies) {
    expect(body).toContain("run the apply workflow manually, with `NOTHING_DESIRED` as what to allow");
    expect(body).not.toMatch(/label|--allow|Nothing is planned/);
  }
});

test("a delete and a rename that wait on main are told", async () => {
  const live: LivePeople = { [mail(1)]: { Billing: 3, "Fax T1": 2 }, [mail(2)]: { Billing: 1 } };
  const yaml = yamlOf({ [mail(1)]: { Fax: 2, Billing: 3 }, [mail(2)]: { Billing: 1 } }, [
    '{ name: Fax, previously: ["Fax T1"] }',
    "{ name: Billing }",
  ]);
  const organisation = liveOf(live, { skillNames: ["Empty"] });
  const { plan } = factsOf(await desiredOf(yaml), organisation, ledgerOf(organisation));
  const besides = { isMainValid: true, waiting: plan, undone: { ...plan, stages: [] } } as const;
  const { visible } = render(planComment({ ...plan, stages: [], notes: [] }, { ...OPTIONS, besides }));
  const [, waiting = ""] = visible.split("Merged and waiting");
  expect(waiting).toContain("skill Empty is deleted; nobody holds it");
  expect(waiting).toContain("Fax T1 is deleted when all its holders have Fax.");
});

test("a pull request that asks for none of it is told so", async () => {
  const yaml = yamlOf({ [mail(1)]: { Billing: 3 } }, ["{ name: Billing }"]);
  const applied = ledgerOf(liveOf({ [mail(1)]: { Billing: 3 } }));
  const { plan } = factsOf(
    await desiredOf(yaml),
    liveOf({ [mail(1)]: {} }, { skillNames: ["Billing"] }),
    applied,
  );
  const empty = { ...plan, stages: [] };
  const besides = { isMainValid: true, waiting: empty, undone: empty } as const;
  const { visible } = render(planComment(plan, { ...OPTIONS, besides }));
  expect(visible).toContain(
    "None of this is asked for by this pull request: of 1 change, 1 reverts a manual change.",
  );
  expect(visible).not.toContain("Changes that this pull request asks for");
});

test("what waits on main is named with the pull request whose plan showed it", async () => {
  const { plan } = await planned(
    { [mail(1)]: { Billing: 3 } },
    yamlOf({ [mail(1)]: { Billing: 4 } }, ["{ name: Billing }"]),
  );
  const shown = [
    { pull: 17, changes: 3 },
    { pull: null, changes: 1 },
  ];
  const besides = { isMainValid: true, waiting: plan, undone: { ...plan, stages: [] }, shown } as const;
  const { visible } = render(planComment({ ...plan, stages: [] }, { ...OPTIONS, besides }));
  expect(visible).toContain("#17 showed 3 changes that take away or overwrite.");
  expect(visible).toContain("1 change that takes away or overwrites is on main, and reviewed by nobody.");
});
