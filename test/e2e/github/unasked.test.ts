/** What an apply withholds though no author asked for it: the run is green, and the drift issue speaks of it. */
import { expect, test } from "vitest";
import { skillsOf } from "../../support/organisation.ts";
import { appliedGitHubOffice } from "./office.ts";

const [ANN, DORA] = ["ann@example.com", "dora@example.com"];

function start() {
  return appliedGitHubOffice({
    "skills/a.yaml": `skills: [{ name: Billing, assign_to_users: [{ user: ${ANN}, proficiency: 4 }] }]\n`,
    "skills/b.yaml": "skills: [{ name: Refunds, assign_to_groups: [Desk] }]\n",
  });
}

test("an agent who left a group keeps the skill until a pull request shows it", async () => {
  const { sandbox, office } = await start();
  const pull = office.open({ "skills/c.yaml": "skills: [{ name: Claims }]\n" });
  expect((await office.plan(pull)).exitCode).toBe(0);
  sandbox.manualEdits.removeGroupMember("Desk", DORA);
  office.merge(pull);
  const { exitCode, text } = await office.apply();
  expect(exitCode, text).toBe(0);
  expect(text).toContain("1 change is withheld");
  expect(skillsOf(sandbox, DORA)).toMatchObject({ Refunds: 1 });

  expect((await office.drift()).exitCode).toBe(0);
  const [issue] = office.github.issues.values();
  expect(issue).toMatchObject({ state: "open", title: "Routing skills of default differ from the YAML" });
  expect(issue?.body).toContain("Somebody left a group");
  expect(issue?.body).not.toContain("manual work");
  expect(issue?.body).toMatch(/People who would lose a skill[^]*Refunds/);
  sandbox.manualEdits.addGroupMember("Desk", DORA);
  await office.drift();
  expect(issue?.state).toBe("closed");
});

test("manual work that the YAML would overwrite stays until a pull request shows it", async () => {
  const { sandbox, office } = await start();
  const pull = office.open({
    "skills/a.yaml": `skills: [{ name: Billing, assign_to_users: [{ user: ${ANN}, proficiency: 4 }, { user: ${DORA}, proficiency: 5 }] }]\n`,
  });
  expect((await office.plan(pull)).exitCode).toBe(0);
  sandbox.manualEdits.assign(DORA, "Billing", 2);
  office.merge(pull);
  const { exitCode, text } = await office.apply();
  expect(exitCode, text).toBe(0);
  expect(skillsOf(sandbox, DORA)).toMatchObject({ Billing: 2 });

  await office.drift();
  const [issue] = office.github.issues.values();
  expect(issue?.body).toContain("Would overwrite manual work");
  expect(issue?.body).toMatch(/dora@example\.com: goes from 2 to 5 in \*\*Billing/);
});

test("a merge that touches no YAML and has no plan is green beside drift, and hears nothing of it", async () => {
  const { sandbox, office } = await start();
  sandbox.manualEdits.removeGroupMember("Desk", DORA);
  const pull = office.open({ "README.md": "Words.\n" });
  office.merge(pull);
  const { exitCode, text } = await office.apply();
  expect(exitCode, text).toBe(0);
  expect(skillsOf(sandbox, DORA)).toMatchObject({ Refunds: 1 });
  expect(text).not.toContain(`#${pull}`);
  expect(text).toContain("No merged pull request was found for these commits.");
  expect(office.github.commentsOn(pull)).toEqual([]);
});
