import { describe, expect, test } from "vitest";
import { readRun } from "../../src/github/event.ts";
import { openSession } from "../../src/github/session.ts";
import { codesOf } from "../ledger/repositories.ts";
import type { PullFacts } from "./session.ts";
import { environmentOn, pullPayload } from "./session.ts";

const WHERE = { url: "https://api.github.test" };
const HEAD = "a".repeat(40);

async function pullEvent(facts: PullFacts, more: NodeJS.ProcessEnv = {}): Promise<unknown> {
  return (await readRun(environmentOn(WHERE, "pull_request", pullPayload(facts), more)))?.event;
}

describe("a pull request's event", () => {
  const pull = {
    ...{ kind: "pull-request", number: 7, head: HEAD, base: "main" },
    ...{ isOpen: true, labels: [], outsider: null },
  };

  test("names the branch's last commit and not the one that is checked out", async () => {
    const env = environmentOn(WHERE, "pull_request", pullPayload({ number: 7 }), {
      GITHUB_SHA: "f".repeat(40),
    });
    expect(await readRun(env)).toEqual({
      repository: "acme/skills",
      repositoryUrl: "https://github.test/acme/skills",
      url: "https://github.test/acme/skills/actions/runs/77",
      apiUrl: "https://api.github.test",
      branch: "",
      event: pull,
    });
  });

  test("carries all labels and says when it is closed", async () => {
    const labels = ["allow:SKILL_DELETE", "bug"];
    expect(await pullEvent({ number: 7, labels, state: "closed" })).toEqual({
      ...pull,
      labels,
      isOpen: false,
    });
  });

  test.each([
    ["a fork", { from: "mallory/skills" }, {}, "fork"],
    ["a fork that was deleted since", { from: null }, {}, "fork"],
    ["Dependabot", {}, { GITHUB_ACTOR: "dependabot[bot]" }, "dependabot"],
    ["a branch here", {}, {}, null],
  ] as const)("recognizes %s", async (_, facts, more, outsider) => {
    expect(await pullEvent({ number: 7, ...facts }, more)).toEqual({ ...pull, outsider });
  });
});

describe("the other events", () => {
  test.each([
    [
      "merge_group",
      {
        action: "checks_requested",
        merge_group: {
          ...{ head_sha: HEAD, head_ref: `refs/heads/gh-readonly-queue/main/pr-12-${HEAD}` },
          ...{ base_sha: HEAD, base_ref: "refs/heads/main" },
        },
      },
      { kind: "merge-group", head: HEAD, below: HEAD, base: "main", pull: 12 },
    ],
    [
      "merge_group",
      { merge_group: { head_sha: HEAD, head_ref: "refs/heads/pr-12", base_ref: "refs/heads/main" } },
      { kind: "merge-group", head: HEAD, below: "", base: "main", pull: null },
    ],
    ["push", { ref: "refs/heads/main", after: HEAD }, { kind: "other" }],
    ["schedule", { schedule: "17 4 * * *" }, { kind: "other" }],
  ])("%s is read", async (name, payload, event) => {
    expect(await readRun(environmentOn(WHERE, name, payload))).toMatchObject({ event, branch: "main" });
  });

  test.each([{ GITHUB_ACTIONS: undefined }, { GITHUB_REPOSITORY: undefined }])(
    "is absent with the variables %j",
    async (more) => {
      expect(await readRun(environmentOn(WHERE, "push", {}, more))).toBeNull();
    },
  );
});

describe("an event file", () => {
  test.each([
    ["that is no JSON", "pull_request", "{"],
    ["that is a list", "merge_group", "[]"],
    ["without the pull request", "pull_request", { action: "opened" }],
    ["without a commit", "merge_group", { merge_group: { base_ref: "refs/heads/main" } }],
  ])("%s is refused as NO_EVENT", async (_, name, payload) => {
    expect(await codesOf(readRun(environmentOn(WHERE, name, payload)))).toEqual(["NO_EVENT"]);
  });

  test.each(["", "/nonexistent/event.json"])(
    "that doesn't exist (%j) is refused as NO_EVENT",
    async (path) => {
      const env = environmentOn(WHERE, "pull_request", {}, { GITHUB_EVENT_PATH: path });
      expect(await codesOf(readRun(env))).toEqual(["NO_EVENT"]);
    },
  );
});

describe("a session", () => {
  test("needs GitHub Actions and a token", async () => {
    expect(await codesOf(openSession({}, { dir: "skills" }))).toEqual(["NOT_ON_GITHUB"]);
    const env = environmentOn(WHERE, "schedule", {}, { GITHUB_TOKEN: "" });
    expect(await codesOf(openSession(env, { dir: "skills" }))).toEqual(["NO_GITHUB_TOKEN"]);
  });
});
