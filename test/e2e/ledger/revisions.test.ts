import { expect, test } from "vitest";
import type { Desk } from "../../support/desk.ts";
import { ledgerIn, newClone, newDesk, newOffice } from "../../support/desk.ts";
import { skillsOf, startOrganisation, writesOf } from "../../support/organisation.ts";
import { planAt } from "../../support/planned.ts";

const FILE = "skills/a.yaml";

/** Billing for Cleo at this proficiency. */
function yaml(proficiency: number): string {
  return `- { name: Billing, assign_to_users: [{ user: cleo@example.com, proficiency: ${proficiency} }] }\n`;
}

async function apply(desk: Desk, options = ""): Promise<string> {
  const { exitCode, text } = await desk.run(`apply --yes ${options}`.trim());
  expect(exitCode, text).toBe(0);
  return text;
}

test("a commit older than the one that was applied does nothing, says so, and is no failure", async () => {
  const sandbox = await startOrganisation();
  const desk = newDesk(sandbox, { [FILE]: yaml(1) });
  const older = desk.git("rev-parse", "HEAD");
  const newer = desk.commit({ [FILE]: yaml(2) });
  await apply(desk);
  const tip = desk.git("rev-parse", "ledger/default");
  desk.git("checkout", "--quiet", older);
  sandbox.requests.length = 0;

  const { exitCode, out, err } = await desk.run("apply --yes");
  expect([exitCode, out]).toEqual([0, ""]);
  expect(err).toBe(
    `Nothing is applied: ${newer.slice(0, 7)}, which follows ${older.slice(0, 7)}, was applied or attempted already. To go back to an older state, revert the commits after it (git revert).\n`,
  );
  expect(writesOf(sandbox)).toEqual([]);
  expect(desk.git("rev-parse", "ledger/default")).toBe(tip);

  const planned = await planAt(desk);
  expect(planned.lines).toContain("~ cleo@example.com Billing 2 → 1 (edit)");
  expect(planned.err).toMatch(/^\w{7} follows \w{7} and was applied or attempted already: .*\n$/);
});

test("a commit of another branch is refused until somebody allows it on purpose", async () => {
  const sandbox = await startOrganisation();
  const desk = newDesk(sandbox, { [FILE]: yaml(1) });
  const base = desk.git("rev-parse", "HEAD");
  const applied = desk.commit({ [FILE]: yaml(2) });
  await apply(desk);
  desk.git("checkout", "--quiet", "-b", "side", base);
  const side = desk.commit({ [FILE]: yaml(3) });
  sandbox.requests.length = 0;

  const { exitCode, err } = await desk.run("apply --yes");
  expect(exitCode).toBe(3);
  expect(err).toContain(
    `STALE: The commit ${side.slice(0, 7)} doesn't follow ${applied.slice(0, 7)}, which was applied or attempted last.`,
  );
  expect(err).toContain("--allow STALE");
  expect(writesOf(sandbox)).toEqual([]);
  expect((await planAt(desk)).err).toMatch(
    /^The commit \w{7} doesn't follow \w{7}, .* An apply is refused \(STALE\)\.\n$/,
  );

  await apply(desk, "--allow STALE");
  expect(skillsOf(sandbox, "cleo@example.com")["Billing"]).toBe(3);
  expect(ledgerIn(desk.folder).applied?.revision).toBe(side);
});

test("a merge of that branch follows both, and is applied", async () => {
  const sandbox = await startOrganisation();
  const desk = newDesk(sandbox, { [FILE]: yaml(1) });
  desk.git("checkout", "--quiet", "-b", "side");
  desk.commit({ "skills/b.yaml": "- { name: Sales, assign_to_users: [dora@example.com] }\n" });
  desk.git("checkout", "--quiet", "main");
  desk.commit({ [FILE]: yaml(2) });
  await apply(desk);
  desk.git("merge", "--quiet", "--no-edit", "side");
  const planned = await planAt(desk);
  expect([planned.err, planned.plan.summary.add]).toEqual(["", 1]);
  await apply(desk);
  expect(skillsOf(sandbox, "dora@example.com")).toEqual({ Sales: 1 });
});

test("where a shallow clone lacks the commits between, they are fetched before anything is judged", async () => {
  const sandbox = await startOrganisation();
  const { origin, ann } = newOffice(sandbox, { [FILE]: yaml(1) });
  await apply(ann);
  for (const proficiency of [2, 3, 4]) ann.commit({ [FILE]: yaml(proficiency) });
  ann.git("push", "--quiet", "origin", "main");
  const shallow = newClone(origin, sandbox, "--depth=1");
  expect((await planAt(shallow)).err).toBe("");
  await apply(shallow);
  expect(skillsOf(sandbox, "cleo@example.com")["Billing"]).toBe(4);
});

test("YAML that isn't committed is part of the plan, which says so, and an apply refuses it", async () => {
  const sandbox = await startOrganisation();
  const desk = newDesk(sandbox, { [FILE]: yaml(1) });
  desk.write({ [FILE]: yaml(5), "skills/b.yaml": "- name: Sales\n", "README.md": "Words.\n" });
  const base = desk.git("rev-parse", "HEAD");
  const words = `2 files of the YAML differ from the commit ${base.slice(0, 7)}: skills/a.yaml, skills/b.yaml.`;
  const planned = await planAt(desk);
  expect(planned.err).toContain(`${words} An apply is refused (UNCOMMITTED).\n`);
  expect(planned.err).not.toContain("README.md");
  expect(planned.lines).toContain("+ cleo@example.com gains Billing at 5 (edit)");
  const refused = await desk.run("apply --yes");
  expect([refused.exitCode, refused.err]).toEqual([3, expect.stringContaining(`UNCOMMITTED: ${words}`)]);
  expect(writesOf(sandbox)).toEqual([]);
  await apply(desk, "--allow UNCOMMITTED");
  expect(ledgerIn(desk.folder).applied).toMatchObject({ revision: base, uncommitted: true });
});
