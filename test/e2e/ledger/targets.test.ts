import { expect, test } from "vitest";
import type { Sandbox } from "../../../src/sandbox/sandbox.ts";
import { cleanEnv } from "../../ledger/repositories.ts";
import type { Files } from "../../support/desk.ts";
import { deskAt, ledgerIn, newDesk, newOffice, oursIn, settings } from "../../support/desk.ts";
import {
  environmentOf,
  SMALL_SEED,
  skillsOf,
  startOrganisation,
  writesOf,
} from "../../support/organisation.ts";
import { planAt, refusedBy } from "../../support/planned.ts";

/** Everybody's Billing, and in the west with another holder and no Refunds. */
const FILES: Files = {
  ...settings(),
  "skills/a.yaml": `skills:
  - name: Billing
    assign_to_users: [cleo@example.com]
  - name: Refunds
    assign_to_users: [cleo@example.com]
`,
  "skills/targets/east/settings.yaml": "default_proficiency: 3\n",
  "skills/targets/west-2/a.yaml": "- { name: Billing, assign_to_users: [dora@example.com] }\n",
};

/** An organisation of its own, like the small one. */
function organisation(name: string): Promise<Sandbox> {
  return startOrganisation({ seed: { ...SMALL_SEED, organization: { id: `id-of-${name}`, name } } });
}

/** The variables of several targets, each with its suffix. */
function environment(sandboxes: Readonly<Record<string, Sandbox>>): NodeJS.ProcessEnv {
  const variables = Object.entries(sandboxes).flatMap(([suffix, sandbox]) =>
    Object.entries(environmentOf(sandbox)).map(([name, value]) => [`${name}_${suffix}`, value] as const),
  );
  return cleanEnv(Object.fromEntries(variables));
}

test("each target has its YAML, its credentials and its ledger", async () => {
  const [east, west] = [await organisation("East"), await organisation("West")];
  const { origin, ann, bob } = newOffice(environment({ EAST: east, WEST_2: west }), FILES);
  const needed = await ann.run("plan");
  expect([needed.exitCode, needed.err]).toEqual([
    1,
    expect.stringMatching(/TARGET_NEEDED.*\n.*east, west-2/),
  ]);

  for (const target of ["east", "west-2"]) {
    const { exitCode, text } = await ann.run(`apply --yes --target ${target}`);
    expect(exitCode, text).toBe(0);
  }
  expect(skillsOf(east, "cleo@example.com")).toEqual({ Billing: 3, Refunds: 3, Sales: 4 });
  expect(skillsOf(east, "dora@example.com")).toEqual({});
  expect(skillsOf(west, "cleo@example.com")).toEqual({ Refunds: 1, Sales: 4 });
  expect(skillsOf(west, "dora@example.com")).toEqual({ Billing: 1 });
  expect(ledgerIn(origin, "east")).toMatchObject({ target: "east", organization: "id-of-East" });
  expect(oursIn(ledgerIn(origin, "west-2"), west)).toEqual([
    "cleo@example.com Refunds 1",
    "dora@example.com Billing 1",
  ]);
  for (const target of ["east", "west-2"]) {
    expect((await bob.run(`plan --detailed-exitcode --target ${target}`)).exitCode).toBe(0);
  }
});

test("credentials without a target's suffix never count", async () => {
  const east = await organisation("East");
  const desk = newDesk(cleanEnv({ ...environmentOf(east), GENESYS_API_URL: east.url }), FILES);
  const { exitCode, err } = await desk.run("plan --target east");
  expect([exitCode, err]).toEqual([1, expect.stringContaining("GENESYS_CLIENT_ID_EAST")]);
  expect(east.requests).toEqual([]);
});

test.each([
  { home: "in the remote", open: newOffice },
  {
    home: "in this repository",
    open: (...args: Parameters<typeof newDesk>) => ({ ann: newDesk(...args), origin: null }),
  },
])(
  "a renamed target is refused until somebody allows that it takes its ledger over ($home)",
  async ({ open }) => {
    const sandbox = await organisation("East");
    const { ann, origin } = open(environment({ EAST: sandbox }), FILES);
    expect((await ann.run("apply --yes --target east")).exitCode).toBe(0);
    ann.git("mv", "skills/targets/east", "skills/targets/north");
    ann.commit({
      "skills/a.yaml": "- { name: Billing, assign_to_users: [cleo@example.com] }\n- name: Refunds\n",
    });
    if (origin !== null) ann.git("push", "--quiet", "origin", "main");
    const renamed = deskAt(ann.folder, environment({ NORTH: sandbox, WEST_2: sandbox }));
    sandbox.requests.length = 0;

    const refused = await renamed.run("apply --yes --target north");
    expect([refused.exitCode, writesOf(sandbox)]).toEqual([3, []]);
    expect(refused.out).toContain("OTHER_LEDGER: ");
    expect(refused.out).toContain("--allow OTHER_LEDGER");

    const { exitCode, out, text } = await renamed.run(
      "apply --yes --target north --allow OTHER_LEDGER --allow UNCOVERED",
    );
    expect(exitCode, text).toBe(0);
    expect(out).toContain("- Refunds (was at 3)");
    expect(skillsOf(sandbox, "cleo@example.com")).toEqual({ Billing: 3, Sales: 4 });
    const where = origin ?? ann.folder;
    expect(ledgerIn(where, "north")).toMatchObject({ target: "north", organization: "id-of-East" });
    expect(ledgerIn(where, "east").movedTo).toBe("north");
    const planned = await planAt(renamed, "--target north --detailed-exitcode");
    expect([planned.exitCode, planned.plan.hasLedger, refusedBy(planned)]).toEqual([0, true, []]);
  },
);

test("two targets with one organisation are refused, whether or not both have a ledger", async () => {
  const [east, west] = [await organisation("East"), await organisation("West")];
  const desk = newDesk(environment({ EAST: east, WEST_2: west }), FILES);
  for (const target of ["east", "west-2"]) {
    expect((await desk.run(`apply --yes --target ${target}`)).exitCode).toBe(0);
  }
  const confused = deskAt(desk.folder, environment({ EAST: east, WEST_2: east }));
  const planned = await planAt(confused, "--target west-2");
  expect([planned.exitCode, refusedBy(planned)]).toEqual([3, ["WRONG_ORG", "SHARED_ORG"]]);

  desk.git("branch", "-D", "ledger/west-2");
  const anew = await planAt(confused, "--target west-2");
  expect([anew.exitCode, refusedBy(anew)]).toEqual([3, ["SHARED_ORG"]]);
  const allowed = await confused.run("apply --yes --target west-2 --allow SHARED_ORG");
  expect(allowed.exitCode, allowed.text).toBe(0);
  const shared = await planAt(confused, "--target east");
  expect([shared.exitCode, refusedBy(shared)]).toEqual([3, ["SHARED_ORG"]]);
});
