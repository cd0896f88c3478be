import { expect, test } from "vitest";
import { examineGitHub, repositoryOnGitHub } from "../../src/doctor/github.ts";
import { examineWorkflows } from "../../src/doctor/workflows.ts";
import type { FakeGitHub } from "../github/fake-github.ts";
import { PERSON, REPOSITORY, startFakeGitHub, TOKEN } from "../github/fake-github.ts";
import { deskAt, newDesk } from "../support/desk.ts";
import { SMALL_YAML, startOrganisation, writesOf } from "../support/organisation.ts";
import { makeRepository } from "../support/repository.ts";
import type { Findings } from "./clinic.ts";
import { findingsIn, listOf } from "./clinic.ts";

const GITHUB = [
  ...["workflows", "codeowners", "github-token", "pull-requests", "issues", "main-review", "main-check"],
  ...["main-owners", "ledger-branch", "plan-environment", "apply-environment"],
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
  guards.environments.push(
    { name: "default", reviewers: 1, isForSomeBranches: true },
    { name: "default-plan" },
  );
}

/** Only GitHub's part, for a folder with these files. */
async function examine(
  github: FakeGitHub,
  env: NodeJS.ProcessEnv = {},
  url: string | null = null,
): Promise<Findings> {
  const findings = await examineGitHub({
    env: { ...environmentFor(github), ...env },
    url,
    target: "default",
  });
  expect(github.writes()).toEqual([]);
  return Object.fromEntries(findings.map((finding) => [finding.check, finding]));
}

async function examineFilesOf(files: Readonly<Record<string, string>>): Promise<string[]> {
  const repository = await makeRepository();
  for (const [path, text] of Object.entries(files)) await repository.write(path, text);
  const findings = await examineWorkflows(repository.folder, "skills");
  return findings.map(({ check, status, code }) => `${check} ${code ?? status}`);
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

test("The last rule of CODEOWNERS for a folder counts, also where it names nobody", async () => {
  const withRules = (rules: string) => examineFilesOf({ ...FILES, ".github/CODEOWNERS": rules });
  expect(await withRules("* @northmere/all\n/skills/\n")).toEqual([
    "workflows ok",
    "codeowners NO_CODEOWNERS",
  ]);
  expect(await withRules("/skills/\n* @northmere/all\n")).toEqual(["workflows ok", "codeowners ok"]);
});

test("Where nothing is guarded, each thing that is missing is named with what to do", async () => {
  const findings = await examine(await startFakeGitHub());
  expect(listOf(findings, "warning")).toEqual([
    "main-review UNPROTECTED",
    "main-check UNREQUIRED_CHECK",
    "main-owners UNREQUIRED_OWNERS",
    "ledger-branch UNPROTECTED_LEDGER",
    "plan-environment NO_ENVIRONMENT",
    "apply-environment NO_ENVIRONMENT",
  ]);
  expect(findings["ledger-branch"]?.hint).toContain("ledger/**");
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
  expect(findings["main-review"]?.message).toContain("without anybody's approval");
  expect(findings["apply-environment"]?.message).toMatch(/no reviewers and can be used from every branch/);
  expect(findings["apply-environment"]?.hint).toContain("paid plan");
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

test("A token that GitHub refuses is told from one that may not see the repository", async () => {
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

test("What a token may not see is said with the permission, and the rest is looked at", async () => {
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

test("Without a token, or a repository on GitHub, nobody is asked", async () => {
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
