/** The division of a skill, from the YAML to the organisation and back. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Sandbox } from "../../src/sandbox/sandbox.ts";
import { newDesk } from "../support/desk.ts";
import { environmentOf, startOrganisation, writesOf } from "../support/organisation.ts";

const SEED = {
  divisions: [{ name: "Home", home: true }, { name: "Sales" }],
  skills: [{ name: "Billing" }, { name: "Returns", division: "Sales" }, { name: "Chat", division: "Home" }],
  users: [{ name: "Ann Lee", email: "ann@example.com", skills: { Billing: 3 } }],
};

const asked = (sandbox: Sandbox): string[] => sandbox.requests.map(({ method, path }) => `${method} ${path}`);
const lists = (sandbox: Sandbox): string[] =>
  asked(sandbox).filter((line) => line.includes("/authorization/divisions"));

const YAML = `
- { name: Billing, division: sales }
- { name: Upgrades, division: Sales }
`;

test("is set on create and by PATCH, once, and read in one list", async () => {
  const sandbox = await startOrganisation({ seed: SEED });
  const desk = newDesk(environmentOf(sandbox), { "skills/a.yaml": YAML });
  expect(await desk.run("apply --yes")).toMatchObject({ exitCode: 0 });
  const writes = writesOf(sandbox).map(({ method }) => method);
  expect(writes.sort()).toEqual(["PATCH", "POST"]);
  expect(lists(sandbox)).toHaveLength(1);
  expect((await desk.run("plan --detailed-exitcode")).exitCode).toBe(0);
  expect((await desk.run("explain Upgrades")).out).toContain("division Sales");
  expect((await desk.run("plan --offline")).out).toContain("No changes.");
});

test("that no YAML names is neither read nor a difference", async () => {
  const sandbox = await startOrganisation({ seed: SEED });
  const desk = newDesk(environmentOf(sandbox), { "skills/a.yaml": "- { name: Returns }\n" });
  expect((await desk.run("apply --yes")).exitCode).toBe(0);
  expect(writesOf(sandbox)).toEqual([]);
  expect(lists(sandbox)).toEqual([]);
});

test("that the organisation lacks is refused with the nearest", async () => {
  const sandbox = await startOrganisation({ seed: SEED });
  const desk = newDesk(environmentOf(sandbox), { "skills/a.yaml": "- { name: Billing, division: Sale }\n" });
  const run = await desk.run("apply --yes");
  expect(run.exitCode).toBe(3);
  expect(run.text).toMatch(/UNKNOWN_DIVISION[^]*Did you mean "Sales"\?/u);
  expect(writesOf(sandbox)).toEqual([]);
});

test("is imported where it isn't the home division", async () => {
  const sandbox = await startOrganisation({ seed: SEED });
  const desk = newDesk(environmentOf(sandbox));
  expect((await desk.run("import")).exitCode).toBe(0);
  const yaml = readFileSync(join(desk.folder, "skills/skills.yaml"), "utf8");
  expect(yaml.match(/division: .*/gu)).toEqual(["division: Sales"]);
  expect((await desk.run("plan --detailed-exitcode --no-ledger")).exitCode).toBe(0);
});
