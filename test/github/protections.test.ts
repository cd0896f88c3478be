import { expect, test } from "vitest";
import { openProtections } from "../../src/github/protections.ts";
import type { FakeGitHub } from "./fake-github.ts";
import { PERSON, REPOSITORY, startFakeGitHub, TOKEN } from "./fake-github.ts";

const asked = (github: FakeGitHub, token: string = TOKEN) =>
  openProtections({ apiUrl: github.url, token, repository: REPOSITORY });

const REVIEWS = {
  dismiss_stale_reviews_on_push: false,
  require_code_owner_review: true,
  require_last_push_approval: false,
  required_approving_review_count: 2,
  required_review_thread_resolution: false,
};

test("The rules of several rulesets hold together", async () => {
  const github = await startFakeGitHub();
  const required_status_checks = [{ context: "planned" }];
  github.guards.rules.set("main", [
    { type: "deletion" },
    { type: "non_fast_forward" },
    { type: "pull_request", parameters: { ...REVIEWS, required_approving_review_count: 1 } },
    { type: "pull_request", parameters: { ...REVIEWS, require_code_owner_review: false } },
    {
      type: "required_status_checks",
      parameters: { required_status_checks, strict_required_status_checks_policy: false },
    },
    { type: "required_signatures" },
  ]);
  expect(await asked(github).guardOf("main")).toEqual({
    isPartlySeen: false,
    needsPullRequest: true,
    approvals: 2,
    needsCodeOwners: true,
    checks: ["planned"],
    queuesFailing: false,
    refusesForcePush: true,
    refusesDeletion: true,
    refusesUpdates: false,
  });
  github.guards.rules.set("ledger/test", [{ type: "update" }]);
  expect(await asked(github).guardOf("ledger/test")).toMatchObject({ refusesUpdates: true });
  expect(await asked(github).guardOf("ledger/default")).toMatchObject({
    refusesForcePush: false,
    refusesUpdates: false,
    checks: [],
  });
});

test("The older branch protection is seen whole by an admin, and by its checks alone by a workflow", async () => {
  const github = await startFakeGitHub();
  github.guards.protections.set("main", {
    required_pull_request_reviews: {
      ...{ dismiss_stale_reviews: false, require_code_owner_reviews: true },
      required_approving_review_count: 1,
    },
    required_status_checks: { contexts: ["planned"], checks: [{ context: "planned", app_id: null }] },
    allow_force_pushes: { enabled: true },
  });
  expect(await asked(github, PERSON.token).guardOf("main")).toEqual({
    isPartlySeen: false,
    needsPullRequest: true,
    approvals: 1,
    needsCodeOwners: true,
    checks: ["planned"],
    queuesFailing: false,
    refusesForcePush: false,
    refusesDeletion: true,
    refusesUpdates: false,
  });
  expect(await asked(github).guardOf("main")).toMatchObject({
    isPartlySeen: true,
    needsPullRequest: false,
    checks: ["planned"],
  });
});

test("A branch that doesn't exist has the rules that it would have", async () => {
  const github = await startFakeGitHub();
  github.guards.rules.set("ledger/default", [{ type: "non_fast_forward" }]);
  const path = /\/repos\/acme\/skills\/branches\/ledger%2Fdefault$/;
  github.trouble({ method: "GET", path, status: 404, message: "Branch not found" });
  expect(await asked(github).guardOf("ledger/default")).toMatchObject({
    isPartlySeen: false,
    refusesForcePush: true,
    refusesDeletion: false,
  });
});

test("Environments say how many reviewers they ask, and which branches may use them", async () => {
  const github = await startFakeGitHub();
  github.guards.environments.push(
    { name: "default", reviewers: 2, branches: ["main", "refs/pull/*/merge"] },
    { name: "guarded", branches: "protected" },
    { name: "open" },
  );
  expect(await asked(github).listEnvironments()).toEqual([
    { name: "default", reviewers: 2, branches: "selected" },
    { name: "guarded", reviewers: 0, branches: "protected" },
    { name: "open", reviewers: 0, branches: "all" },
  ]);
  expect(await asked(github).branchPatterns("default")).toEqual(["main", "refs/pull/*/merge"]);
});
