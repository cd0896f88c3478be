import { expect, test } from "vitest";
import { GITHUB as SECTION, repositoryOnGitHub } from "../../src/doctor/github.ts";
import type { FakeGitHub } from "../github/fake-github.ts";
import { PERSON, REPOSITORY, startFakeGitHub, TOKEN } from "../github/fake-github.ts";
import { deskAt, newDesk } from "../support/desk.ts";
import { SMALL_YAML, startOrganisation, writesOf } from "../support/organisation.ts";
import { makeRepository } from "../support/repository.ts";
import type { Findings } from "./clinic.ts";
import { findingsIn, findingsOf, listOf } from "./clinic.ts";

const GITHUB = [
  ...[
    "workflows",
    "codeowners",
    "github-token",
    "pull-requests",
    "issues",
    "schedule",
    "main-review",
    "main-check",
  ],
  ...["main-owners", "ledger-branch", "ledger-push", "plan-environment", "apply-environment"],
];

const WORKFLOW = "jobs:\n  call:\n    uses: northmere/genesys-skills/.github/workflows/NAME.yml@abc\n";

const FILES = {
  "skills/a.yaml": SMALL_YAML,
  ".github/CODEOWNERS": "# Who looks\n/skills/ @northmere/routing\n/.github/ @northmere/platform\n",
  ".github/workflows/all.yml": ["plan", "apply"].map((name) => WORKFLOW.replace("NAME", name)).join(""),
  ".github/workflows/drift.yml": "name: drift\nenv: { TOOL: genesys-skills }\n",
};

const REVIEWS = {
  dismiss_stale_reviews_on_push: true,
  require_code_owner_review: true,
  require_last_push_approval: false,
  required_approving_review_count: 1,
  required_review_thread_resolution: false,
};

const RULES = [
  { type: "deletion" },
  { type: "non_fast_forward" },
  { type: "pull_request", parameters: REVIEWS },
  {
    type: "required_status_checks",
    parameters: {
      required_status_checks: [{ context: "plan / planned" }],
      strict_required_status_checks_policy: false,
    },
  },
];

function guardAll({ guards }: FakeGitHub): void {
  guards.rules.set("main", RULES);
  guards.rules.set("ledger/default", RULES.slice(0, 2));
  guards.scheduled.set("apply.yml", ["2999-01-01T00:41:00Z"]);
  guards.environments.push(
    { name: "default", reviewers: 1, branches: ["main"] },
    { name: "default-plan", branches: ["main", "refs/pull/*/merge"] },
  );
}

/** Only GitHub's part, for a folder with these files. */
async function examine(
  github: FakeGitHub,
  env: NodeJS.ProcessEnv = {},
  url: string | null = null,
): Promise<Findings> {
  const options = { env: { ...environmentFor(github), ...env } };
  const findings = await findingsOf(SECTION, { options, target: "default", ...(url !== null && { url }) });
  expect(github.writes()).toEqual([]);
  return findings;
}

async function examineFilesOf(files: Readonly<Record<string, string>>): Promise<string[]> {
  const repository = await makeRepository();
  for (const [path, text] of Object.entries(files)) await repository.write(path, text);
  const options = { dir: repository.dir };
  const url = "https://github.com/acme/skills";
  const findings = await findingsOf(SECTION, { options, url, top: repository.folder });
  return ["workflows", "codeowners"].map(
    (name) => `${name} ${findings[name]?.code ?? findings[name]?.status ?? ""}`,
  );
}

function environmentFor({ url }: FakeGitHub): NodeJS.ProcessEnv {
  return { GITHUB_REPOSITORY: REPOSITORY, GITHUB_API_URL: url, GITHUB_TOKEN: TOKEN };
}

test("Where everything is guarded, all that GitHub can say is ok, and nothing anywhere is written", async () => {
  const github = await startFakeGitHub();
  guardAll(github);
  const sandbox = await startOrganisation();
  const { folder, env } = newDesk(sandbox, FILES);
  const desk = deskAt(folder, { ...env, ...environmentFor(github) });
  const findings = findingsIn(await desk.run("doctor --format json"));
  expect(listOf(findings, "ok")).toEqual(expect.arrayContaining(GITHUB));
  expect(github.writes()).toEqual([]);
  expect(writesOf(sandbox)).toEqual([]);
});

test("The files by which GitHub runs the program and asks the right people are looked for", async () => {
  expect(await examineFilesOf(FILES)).toEqual(["workflows ok", "codeowners ok"]);
  expect(await examineFilesOf({})).toEqual(["workflows NO_WORKFLOW", "codeowners NO_CODEOWNERS"]);
  const strange = { ".github/workflows/plan.yml": "name: plan\nruns: terraform\n", CODEOWNERS: "/skills/\n" };
  expect(await examineFilesOf(strange)).toEqual(["workflows NO_WORKFLOW", "codeowners NO_CODEOWNERS"]);
  const example = { ...FILES, ".github/CODEOWNERS": "* @your-organisation/routing\n" };
  expect(await examineFilesOf(example)).toEqual(["workflows ok", "codeowners EXAMPLE_OWNERS"]);
});

test("The last rule of CODEOWNERS for a folder counts, even without owners", async () => {
  const withRules = (rules: string) => examineFilesOf({ ...FILES, ".github/CODEOWNERS": rules });
  expect(await withRules("* @northmere/all\n/skills/\n")).toEqual([
    "workflows ok",
    "codeowners NO_CODEOWNERS",
  ]);
  expect(await withRules("/skills/\n* @northmere/all\n")).toEqual(["workflows ok", "codeowners ok"]);
});

test("Without any protection, each missing rule is reported with its remedy", async () => {
  const findings = await examine(await startFakeGitHub());
  expect(listOf(findings, "warning")).toEqual([
    "schedule NO_SCHEDULE",
    "main-review UNPROTECTED",
    "main-check UNREQUIRED_CHECK",
    "main-owners UNREQUIRED_OWNERS",
    "ledger-branch UNPROTECTED_LEDGER",
    "plan-environment NO_ENVIRONMENT",
    "apply-environment NO_ENVIRONMENT",
  ]);
  expect(findings["ledger-branch"]?.hint).toContain("ledger/**");
});

test("A merge queue that merges what failed is not enough, and one that doesn't is", async () => {
  const github = await startFakeGitHub();
  guardAll(github);
  const queue = {
    ...{ check_response_timeout_minutes: 60, max_entries_to_build: 5, max_entries_to_merge: 5 },
    ...{ merge_method: "SQUASH", min_entries_to_merge: 1, min_entries_to_merge_wait_minutes: 5 },
  };
  const withQueue = (grouping_strategy: string) => {
    const rule = { type: "merge_queue", parameters: { ...queue, grouping_strategy } };
    github.guards.rules.set("main", [...RULES, rule]);
    return examine(github);
  };
  const open = await withQueue("HEADGREEN");
  expect(listOf(open, "warning")).toEqual(["main-check OPEN_QUEUE"]);
  expect(open["main-check"]?.hint).toContain("only merge non-failing pull requests");
  expect(listOf(await withQueue("ALLGREEN"), "warning")).toEqual([]);
});

test("A review that nobody has to give and an environment open to all are not enough", async () => {
  const github = await startFakeGitHub();
  guardAll(github);
  const parameters = { ...REVIEWS, required_approving_review_count: 0 };
  github.guards.rules.set("main", [{ type: "pull_request", parameters }]);
  github.guards.environments[0] = { name: "Default" };
  github.guards.isPrivate = true;
  const findings = await examine(github);
  expect(listOf(findings, "warning")).toEqual([
    "main-review UNPROTECTED",
    "main-check UNREQUIRED_CHECK",
    "apply-environment OPEN_ENVIRONMENT",
  ]);
  expect(findings["main-review"]?.message).toContain("without an approval");
  expect(findings["apply-environment"]?.message).toMatch(/no reviewers and can be used from every branch/);
  expect(findings["apply-environment"]?.hint).toContain("GitHub Enterprise");
});

test("What only admins see of a branch's protection is not guessed", async () => {
  const github = await startFakeGitHub();
  guardAll(github);
  github.guards.rules.clear();
  github.guards.protections.set("main", {
    required_pull_request_reviews: {
      ...{
        dismiss_stale_reviews: false,
        require_code_owner_reviews: true,
        required_approving_review_count: 1,
      },
    },
    required_status_checks: { contexts: ["planned"], checks: [{ context: "planned", app_id: null }] },
  });
  github.guards.protections.set("ledger/default", {});
  const workflow = await examine(github);
  expect(listOf(workflow, "unchecked")).toEqual(["main-review", "main-owners", "ledger-branch"]);
  const admin = await examine(github, { GITHUB_TOKEN: PERSON.token });
  expect(listOf(admin, "ok")).toEqual(GITHUB.slice(2));
});

test("A rule by which only exceptions may push to the ledger stops the token of a workflow", async () => {
  const github = await startFakeGitHub();
  guardAll(github);
  github.guards.rules.set("ledger/default", [...RULES, { type: "update" }]);
  const { "ledger-branch": branch, "ledger-push": push } = await examine(github);
  expect(branch?.status).toBe("ok");
  expect(push).toMatchObject({ status: "warning", code: "CLOSED_LEDGER" });
  expect(push?.message).toMatch(/GITHUB_TOKEN can't bypass a ruleset/);
  expect(push?.hint).toContain("deploy key");
});

test.each([
  ["all", undefined, "ok"],
  ["those of pull requests too", ["main", "refs/pull/*/merge"], "ok"],
  ["main alone", ["main"], "CLOSED_ENVIRONMENT"],
  ["branches with any name", ["*"], "CLOSED_ENVIRONMENT"],
  ["protected branches", "protected" as const, "CLOSED_ENVIRONMENT"],
])("An environment to plan for %s", async (_, branches, expected) => {
  const github = await startFakeGitHub();
  guardAll(github);
  github.guards.environments[1] = { name: "default-plan", ...(branches && { branches }) };
  const { "plan-environment": plan } = await examine(github);
  expect(plan?.code ?? plan?.status).toBe(expected);
  if (expected !== "ok") expect(plan?.hint).toContain("`refs/pull/*/merge`");
});

test.each([
  ["protected branches", "protected" as const],
  ["branches of any name", ["**"]],
  ["pull requests", ["main", "refs/pull/*/merge"]],
])("An environment to apply for %s is open", async (_, branches) => {
  const github = await startFakeGitHub();
  guardAll(github);
  github.guards.environments[0] = { name: "default", reviewers: 1, branches };
  expect(listOf(await examine(github), "warning")).toEqual(["apply-environment OPEN_ENVIRONMENT"]);
});

test("A feature missing in the GitHub plan is reported as such", async () => {
  const github = await startFakeGitHub();
  guardAll(github);
  github.guards.isPrivate = true;
  github.guards.environments[0] = { name: "default", branches: ["main"] };
  const team = await examine(github);
  expect(team["apply-environment"]).toMatchObject({ status: "ok" });
  expect(team["apply-environment"]?.hint).toContain("GitHub Enterprise");

  const message = "Upgrade to GitHub Pro or make this repository public to enable this feature.";
  github.trouble({ method: "GET", status: 403, path: /\/rules\/branches\/main$/, message });
  const free = await examine(github);
  for (const check of ["plan-environment", "apply-environment"]) {
    expect(free[check]).toMatchObject({ status: "warning", code: "NO_ENVIRONMENTS" });
  }
});

test("A refused token differs from one without access to the repository", async () => {
  const github = await startFakeGitHub();
  const refused = await examine(github, { GITHUB_TOKEN: "ghp_wrong" });
  expect(listOf(refused, "wrong")).toEqual(["github-token GITHUB"]);
  expect(refused["github-token"]?.hint).toContain("no longer valid");
  expect(listOf(refused, "unchecked")).toEqual(GITHUB.slice(3));
  expect(JSON.stringify(refused)).not.toContain("ghp_wrong");

  const unseen = await examine(github, { GITHUB_REPOSITORY: "acme/other" });
  expect(unseen["github-token"]).toMatchObject({ status: "wrong" });
  expect(unseen["github-token"]?.message).toContain("acme/other");
});

test("A missing permission is named, and the other checks still run", async () => {
  const github = await startFakeGitHub();
  guardAll(github);
  const refusal = { method: "GET", status: 403, message: "Resource not accessible by integration" };
  github.trouble({ ...refusal, path: /\/pulls$/ });
  github.trouble({ ...refusal, path: /\/environments$/ });
  const message = "Upgrade to GitHub Pro or make this repository public to enable this feature.";
  github.trouble({ ...refusal, path: /\/rules\/branches\/main$/, message });
  const findings = await examine(github);
  expect(findings["pull-requests"]?.hint).toContain("pull-requests: write");
  expect(findings["plan-environment"]?.status).toBe("unchecked");
  expect(findings["plan-environment"]?.hint).toContain("actions: read");
  expect(findings["main-review"]).toMatchObject({ status: "warning", code: "NO_RULES" });
  expect(findings["ledger-branch"]?.status).toBe("ok");
});

test("Without a token, or a repository on GitHub, no request is sent", async () => {
  const github = await startFakeGitHub();
  const without = await examine(github, { GITHUB_TOKEN: "" });
  expect(without["github-token"]?.hint).toContain("GITHUB_TOKEN");
  const elsewhere = await examine(github, { GITHUB_REPOSITORY: "" }, "https://gitlab.com/acme/skills");
  expect(elsewhere["github-token"]?.message).toContain("no remote on GitHub");
  expect(github.requests).toEqual([]);
});

test.each([
  ["https://github.com/acme/skills.git", "acme/skills"],
  ["https://token@github.com/acme/skills", "acme/skills"],
  ["git@github.com:acme/skills.js.git", "acme/skills.js"],
  ["ssh://git@github.com/acme/skills/", "acme/skills"],
  ["https://github.com.evil.example/acme/skills", null],
  ["https://evil-github.com/acme/skills", null],
  ["https://gitlab.com/acme/skills", null],
  [null, null],
])("The repository of %s is %s", (url, repository) => {
  expect(repositoryOnGitHub({}, url)).toBe(repository);
});

test("A schedule that has not run for a day is said, and so is one that never ran", async () => {
  const github = await startFakeGitHub();
  guardAll(github);
  github.guards.scheduled.set("apply.yml", ["2020-01-06T00:41:00Z", "2020-01-05T21:41:00Z"]);
  const stopped = (await examine(github))["schedule"];
  expect(stopped).toMatchObject({ status: "warning", code: "NO_SCHEDULE" });
  expect(JSON.stringify(stopped)).toContain("since 2020-01-06");
  github.guards.scheduled.clear();
  expect(JSON.stringify((await examine(github))["schedule"])).toContain("has never run");
});
