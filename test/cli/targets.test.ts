/** `targets`: for people and for the matrix of a workflow, offline. */
import { expect, test } from "vitest";
import { targetsCommand } from "../../src/cli/commands/targets.ts";
import { Failure } from "../../src/problem.ts";
import { makeRepository } from "../support/repository.ts";
import { captureTerminal } from "../support/terminal.ts";

async function targetsIn(files: Readonly<Record<string, string>>, json = false): Promise<string> {
  const { dir } = await makeRepository(files);
  const { terminal, out } = captureTerminal();
  expect(await targetsCommand({ dir, json }, terminal)).toBe(0);
  return out();
}

const SHARED = "skills: [{ name: Billing, assign_to_users: [ann@example.com] }]\n";
const TWO = {
  "skills.yaml": SHARED,
  "targets/production-eu/settings.yaml": "organization: 0e1c3a52-58a8-4c2f-9a39-8f6b54d1c001\n",
  "targets/test/more.yaml": "skills: [{ name: Chat }]\nprofiles: [{ name: Support, skills: [Chat] }]\n",
};

test("a repository without targets has one", async () => {
  expect(await targetsIn({ "skills.yaml": SHARED })).toBe("default: 1 skill, 0 profiles, 1 user\n");
  expect(JSON.parse(await targetsIn({ "skills.yaml": SHARED }, true))).toStrictEqual({
    include: [{ target: "default", environment: "default", plan_environment: "default-plan" }],
  });
});

test("each target says what it has, the organisation too where settings name it", async () => {
  expect(await targetsIn(TWO)).toBe(
    "production-eu: 1 skill, 0 profiles, 1 user, organisation 0e1c3a52-58a8-4c2f-9a39-8f6b54d1c001\n" +
      "test: 2 skills, 1 profile, 1 user\n",
  );
});

test("the matrix is one line with an entry for each target", async () => {
  const out = await targetsIn(TWO, true);
  expect(out.trimEnd()).not.toContain("\n");
  expect(JSON.parse(out)).toStrictEqual({
    include: [
      {
        target: "production-eu",
        environment: "production-eu",
        plan_environment: "production-eu-plan",
      },
      { target: "test", environment: "test", plan_environment: "test-plan" },
    ],
  });
});

test("the matrix names a target whose YAML is not valid, too", async () => {
  const files = { "targets/a/a.yaml": "skills: 3\n", "targets/default/b.yaml": "" };
  expect(JSON.parse(await targetsIn(files, true))).toMatchObject({
    include: [{ target: "a" }, { target: "default" }],
  });
});

test("problems of every target are reported, shared ones once, and nothing is printed", async () => {
  const { dir } = await makeRepository({
    "skills.yaml": "skills: [{ nme: Billing }]\n",
    "targets/a/a.yaml": "skills: 3\n",
    "targets/b/b.yaml": "",
  });
  const { terminal, out } = captureTerminal();
  const error: unknown = await targetsCommand({ dir }, terminal).catch((reason: unknown) => reason);
  if (!(error instanceof Failure)) throw new Error("It didn't fail as it should.", { cause: error });
  const places = error.problems.map(({ place }) => place?.file.replace(/.*\/skills\//u, ""));
  expect(new Set(error.problems.map((problem) => JSON.stringify(problem))).size).toBe(error.problems.length);
  expect(places).toContain("skills.yaml");
  expect(places).toContain("targets/a/a.yaml");
  expect(error.exitCode).toBe(1);
  expect(out()).toBe("");
});
