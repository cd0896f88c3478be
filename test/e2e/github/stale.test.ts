/** A plan's comment never says of an older commit what is no longer so. */
import { expect, test } from "vitest";
import { readPlanMark } from "../../../src/github/marker.ts";
import { startOrganisation } from "../../support/organisation.ts";
import { newGitHubOffice } from "./office.ts";

const YAML = { "skills/a.yaml": "skills: [{ name: Billing, assign_to_users: [ann@example.com] }]\n" };

test("YAML that became invalid is reported in the comment, which no longer counts as a review", async () => {
  const office = await newGitHubOffice(await startOrganisation(), YAML);
  const pull = office.open({ "skills/b.yaml": "skills: [{ name: Claims }]\n" });
  expect((await office.plan(pull)).exitCode).toBe(0);
  expect(office.comment(pull, "plan")).toContain("Plan generated");

  office.push(pull, { "skills/b.yaml": 'skills: [{ nam: "Claims @ann #2" }]\n' });
  expect((await office.plan(pull)).exitCode).toBe(1);
  const told = office.comment(pull, "plan");
  expect(told).toContain("There is no plan for the last commit");
  expect(told).toMatch(/\*\*UNKNOWN_FIELD\*\* in .*skills\/b\.yaml:1/);
  expect(told).not.toContain("Plan generated");
  expect(readPlanMark(told)).toMatchObject({ isRefused: true, hashes: [] });

  office.push(pull, { "skills/b.yaml": "skills: [{ name: Claims }]\n" });
  expect((await office.plan(pull)).exitCode).toBe(0);
  expect(office.comment(pull, "plan")).toContain("Plan generated");
});

test("a pull request that unmanages everything gets a message about it", async () => {
  const office = await newGitHubOffice(await startOrganisation(), YAML);
  expect((await office.ann.run("apply --yes --allow NOT_MERGED")).exitCode).toBe(0);
  const pull = office.open({ "skills/a.yaml": "skills: []\n" });
  expect((await office.plan(pull)).exitCode).toBe(3);
  expect(office.comment(pull, "plan")).toContain("**NOTHING_DESIRED**");
});

test("a GitHub that is down at the first call costs the comment and not the plan", async () => {
  const office = await newGitHubOffice(await startOrganisation(), YAML);
  const pull = office.open({ "skills/b.yaml": "skills: [{ name: Claims }]\n" });
  office.github.trouble({ method: "GET", path: /^\/user$/, status: 400 });
  const { exitCode, out, err } = await office.plan(pull);
  expect([exitCode, err]).toEqual([0, expect.stringContaining("No comment is written and no label is read")]);
  expect(out).toContain("Plan: ");
  expect(office.github.commentsOn(pull)).toHaveLength(0);
});

test("invalid YAML is reported in the comment of the default target", async () => {
  const emea = { "skills/targets/emea/c.yaml": "skills: [{ name: Refunds }]\n" };
  const office = await newGitHubOffice(await startOrganisation(), { ...YAML, ...emea });
  const pull = office.open({ "skills/b.yaml": "skills: [{ nam: Claims }]\n" });
  expect((await office.plan(pull)).exitCode).toBe(1);
  expect(readPlanMark(office.comment(pull, "plan"))?.target).toBe("emea");
});

test("the comment on a removed target says so, and the other comments don't", async () => {
  const emea = { "skills/targets/emea/c.yaml": "skills: [{ name: Refunds }]\n" };
  const office = await newGitHubOffice(await startOrganisation(), YAML);
  const pull = office.open(emea);
  await office.plan(pull);
  const before = office.comment(pull, "plan");
  expect(readPlanMark(before)?.target).toBe("emea");
  const forged = office.github.addComment(pull, "mallory", before);

  office.ann.git("rm", "-r", "--quiet", "skills/targets");
  office.push(pull, { "skills/b.yaml": "skills: [{ name: Claims }]\n" });
  expect((await office.plan(pull)).exitCode).toBe(0);
  const [old, , planned, ...others] = office.github.commentsOn(pull).map(({ body }) => body);
  expect(others).toEqual([]);
  expect(old).toContain("Nothing is planned for this target:");
  expect(readPlanMark(old ?? "")).toMatchObject({ target: "emea", isRefused: true, hashes: [] });
  expect(readPlanMark(planned ?? "")).toMatchObject({ target: "default", isRefused: false });
  expect(forged.body).toBe(before);
});

test("a label that GitHub refuses to set is a warning beside a plan that passed", async () => {
  const office = await newGitHubOffice(await startOrganisation(), YAML);
  office.github.labels.add("skills:add-or-update");
  const pull = office.open({ "skills/b.yaml": "skills: [{ name: Claims }]\n" });
  office.github.trouble({ method: "POST", path: /\/labels$/, status: 403 });
  const { exitCode, err, commands } = await office.plan(pull);
  const words = "The pull request's label could not be set";
  expect([exitCode, err]).toEqual([0, expect.stringContaining(words)]);
  expect(commands).toContainEqual(expect.stringMatching(`^::warning .*title=GITHUB.*${words}`));
  expect(office.comment(pull, "plan")).toContain("Plan generated");
});

test("the comments are listed once, and once more where this run has made a new one", async () => {
  const office = await newGitHubOffice(await startOrganisation(), YAML);
  const pull = office.open({ "skills/b.yaml": "skills: [{ name: Claims }]\n" });
  const lists = async (): Promise<number> => {
    const before = office.github.requests.length;
    expect((await office.plan(pull)).exitCode).toBe(0);
    const asked = office.github.requests.slice(before);
    return asked.filter(({ method, path }) => method === "GET" && path.includes("/comments")).length;
  };
  expect(await lists()).toBe(2);
  expect(await lists()).toBe(1);
});
