/** What went wrong once because a slug was taken for a thing or a rename acted twice, in every form and on both APIs. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { stringify } from "yaml";
import type { Live } from "../../src/model.ts";
import { foldLedger } from "../../src/plan/delta.ts";
import { ALLOWABLE } from "../../src/plan/guards/allowable.ts";
import type { Planned, PlanInputs } from "../../src/plan/plan.ts";
import { plan } from "../../src/plan/plan.ts";
import { foldName } from "../../src/text.ts";
import { applyInMemory, settlementOf } from "./apply-in-memory.ts";
import { planLines } from "./plan-lines.ts";
import { readScenario } from "./scenario.ts";

const APIS = ["cloud", "profiles"] as const;
type Api = (typeof APIS)[number];

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "both-apis-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The inputs of a plan, everything that can be allowed allowed. */
async function inputsOf(facts: {
  readonly api: Api;
  readonly skills: readonly object[];
  readonly ledger: unknown;
  readonly live: object;
}): Promise<PlanInputs> {
  const { api, skills, ledger, live } = facts;
  const path = join(folder, "scenario.yaml");
  const file = { story: "", desired: { skills }, ledger, live: { ...live, dialect: api }, plan: "" };
  await writeFile(path, stringify(file));
  const world = await readScenario(path);
  return { ...world, allow: new Set(ALLOWABLE), requestsPerMinute: 300 };
}

function apply(inputs: PlanInputs, { plan: made, delta }: Planned): PlanInputs {
  expect(made.refusals).toEqual([]);
  const applied = applyInMemory(made, inputs.live);
  return { ...inputs, live: applied.live, ledger: foldLedger(delta, settlementOf(applied)) };
}

/** Lines `person skill`, sorted. */
function holdersIn({ skills, users }: Live): string[] {
  const names = new Map(skills.entities.map(({ id, name }) => [id, name]));
  return users.entities
    .flatMap(({ name, skills: held }) => [...held.keys()].map((id) => `${name} ${names.get(id) ?? id}`))
    .sort();
}

function namesIn({ skills }: Live): string[] {
  return skills.entities.map(({ name }) => name).sort();
}

const FAMILIES = [
  ["C", "C++", "C#", "C!", "(C)"],
  ["Sales EU", "Sales (EU)", "Sales-EU", "Sales: EU"],
  ["Café", "CAFÉ?", "café…"],
];

/** Pairs of names that have one slug and are two names, on each API. */
const CASES = FAMILIES.flatMap((family) =>
  family.flatMap((name) =>
    family
      .filter((other) => foldName(other) !== foldName(name))
      .flatMap((other) => APIS.map((api) => [name, other, api] as const)),
  ),
);

describe.each(CASES)("%s in the YAML and %s in the organisation (%s)", (name, other, api) => {
  const live = {
    skills: [{ name: other, id: "manual" }],
    users: { "x@e.com": { [other]: 2 }, "ann@e.com": {} },
  };
  const entry = { name, slug: "ours", assign_to_users: ["ann@e.com"] };

  test("are two skills, and the user must choose", async () => {
    const inputs = await inputsOf({ api, skills: [entry], ledger: "none", live });
    const asked = plan({ ...inputs, allow: new Set() });
    expect(asked.plan.refusals.map(({ code }) => code)).toEqual(["SIMILAR_NAME"]);
    const { live: after } = apply(inputs, plan(inputs));
    expect(namesIn(after)).toEqual([name, other].sort());
    expect(holdersIn(after)).toEqual([`ann ${name}`, `x ${other}`].sort());
  });

  test("stay two where only the YAML says who holds the one, and where its line is taken out", async () => {
    const exclusive = { ...entry, exclusive: true };
    const first = await inputsOf({ api, skills: [exclusive, { name: "Voice" }], ledger: "none", live });
    const made = apply(first, plan(first));
    const again = apply(made, plan(made));
    expect(holdersIn(again.live)).toEqual([`ann ${name}`, `x ${other}`].sort());
    const { desired } = await inputsOf({ api, skills: [{ name: "Voice" }], ledger: "none", live });
    const removed = { ...again, desired };
    const { live: after } = apply(removed, plan(removed));
    expect(namesIn(after)).toEqual([other, "Voice"].sort());
    expect(holdersIn(after)).toEqual([`x ${other}`]);
  });
});

/** An organisation before a rename, and the YAML with it. */
const RENAMES = {
  replace: {
    skills: [{ name: "New", previously: ["Old"], assign_to_users: ["ann@e.com"] }],
    ledger: { users: { "ann@e.com": { Old: 3 } } },
    live: { users: { "ann@e.com": { Old: 3 }, "cy@e.com": { Old: 2 } } },
    holders: ["ann New", "cy New"],
    oldName: "Old",
  },
  merge: {
    skills: [{ name: "New", previously: ["Old"], assign_to_users: ["ann@e.com"] }],
    ledger: { users: { "ann@e.com": { Old: 3 } }, skills: ["New"] },
    live: { users: { "ann@e.com": { Old: 3 }, "cy@e.com": { Old: 2 }, "dan@e.com": { New: 1 } } },
    holders: ["ann New", "cy New", "dan New"],
    oldName: "Old",
  },
  chain: {
    skills: [
      { name: "Second", previously: ["First"], assign_to_users: ["ann@e.com"] },
      { name: "Third", previously: ["Second"] },
    ],
    ledger: { users: { "ann@e.com": { First: 3 } }, skills: ["Second"] },
    live: { users: { "ann@e.com": { First: 3 }, "cy@e.com": { First: 2, Second: 1 } } },
    holders: ["ann Second", "cy Second", "cy Third"],
    oldName: "First",
  },
};

describe.each(APIS)("after a rename (%s)", (api) => {
  test.each(["replace", "merge", "chain"] as const)(
    "%s: with `previously` still in the YAML, three plans have no changes, and the old name means a new skill",
    async (kind) => {
      const { holders, oldName, ...facts } = RENAMES[kind];
      let inputs = await inputsOf({ api, ...facts });
      // Each rename of a chain may wait for the one that frees its name.
      for (let round = 0; round < 2; round++) inputs = apply(inputs, plan(inputs));
      for (let round = 0; round < 3; round++) {
        const made = plan(inputs);
        expect([planLines(made.plan)[0], made.plan.refusals]).toEqual(["No changes.", []]);
        inputs = apply(inputs, made);
      }
      expect(holdersIn(inputs.live)).toEqual(holders);
      const again = { name: oldName, slug: "again", assign_to_users: ["ann@e.com"] };
      const later = await inputsOf({ api, ...facts, skills: [...facts.skills, again] });
      const year = { ...inputs, desired: later.desired };
      const made = apply(year, plan(year));
      expect(holdersIn(made.live)).toEqual([`ann ${oldName}`, ...holders].sort());
      expect(plan(made).plan.stages).toEqual([]);
    },
  );
});
