/** Checks of GitHub's protections: only GitHub's own rules stop people with write access. */
import { readdir, readFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import type { BranchGuard, EnvironmentFacts } from "../github/protections.ts";
import { openProtections } from "../github/protections.ts";
import { ApiError } from "../http/error.ts";
import { count, printable } from "../text.ts";
import type { Check, Facts, Reason, Section, CheckResult } from "./check.ts";
import { check, ok, unchecked, warning, wrong } from "./check.ts";

const DEADLINE_SECONDS = 30;

const ON_ENVIRONMENT = ["protections", "repository", "target", "environments"] as const;
// ── Files ────────────────────────────────────────────────────────────────────────────────────────────

const WORKFLOWS = ["plan", "apply", "drift"] as const;
const FOLDER = ".github/workflows";

/** The top folder of a repository on GitHub. */
function topOnGitHub({ top, url, options: { env, sandbox } }: Facts): string | null {
  return sandbox || repositoryOnGitHub(env, url ?? null) === null ? null : (top ?? null);
}

/** A workflow exists if a file has its name, or if a workflow calls it from another repository. */
const WORKFLOW_FILES = check("workflows", "Workflows", [], async (facts) => {
  const top = topOnGitHub(facts);
  if (top === null) return null;
  const names = (await readdir(join(top, FOLDER)).catch(() => [])).filter((name) => /\.ya?ml$/.test(name));
  const texts = await Promise.all(
    names.map((name) => readFile(join(top, FOLDER, name), "utf8").catch(() => "")),
  );
  const isThere = (workflow: string): boolean =>
    texts.some(
      (text, index) =>
        (names[index]?.replace(/\.ya?ml$/, "") === workflow && text.includes("genesys-skills")) ||
        new RegExp(`/${workflow}\\.ya?ml@`).test(text),
    );
  const missing = WORKFLOWS.filter((name) => !isThere(name));
  if (missing.length === 0) return ok("plan, apply and drift exist.");
  return warning({
    code: "NO_WORKFLOW",
    message: `No workflow runs ${missing.join(", ")}.`,
    hint: `Add ${missing.map((name) => `${FOLDER}/${name}.yml`).join(", ")}, as the README shows.`,
  });
});

const OWNERS_FILE = check("codeowners", "CODEOWNERS", [], async (facts) => {
  const top = topOnGitHub(facts);
  if (top === null) return null;
  const texts = await Promise.all(
    [".github", ".", "docs"].map((folder) =>
      readFile(join(top, folder, "CODEOWNERS"), "utf8").catch(() => null),
    ),
  );
  const lines = (texts.find((text) => text !== null) ?? "")
    .split("\n")
    .map((line) => line.replace(/#.*/, "").trim());
  const rules = lines.filter((line) => line !== "").map((line) => line.split(/\s+/));
  const folders = [".github", relative(top, resolve(facts.options.dir))];
  const missing = folders.filter((folder) => !hasOwners(folder, rules)).map(asPattern);
  if (missing.length > 0) {
    return warning({
      code: "NO_CODEOWNERS",
      message: `Changes of ${missing.join(" and ")} have no code owners.`,
      hint: `Name the reviewers in .github/CODEOWNERS: a line such as \`${missing[0] ?? ""} @your-organisation/your-team\` for each.`,
    });
  }
  if (rules.flat().some((word) => word.startsWith("@your-organisation/"))) {
    return warning({
      code: "EXAMPLE_OWNERS",
      message: "CODEOWNERS still has the example's teams.",
      hint: "Replace @your-organisation/… with your teams or people.",
    });
  }
  return ok(`${folders.map(asPattern).join(" and ")} have owners.`);
});

/** Whether a folder has owners: the last matching rule counts, and one without names removes them. */
function hasOwners(folder: string, rules: readonly (readonly string[])[]): boolean {
  const rule = rules.findLast(([pattern = ""]) => covers(pattern, folder));
  return rule !== undefined && rule.length > 1;
}

/** The folder as a CODEOWNERS pattern; `*` for the repository's top. */
function asPattern(folder: string): string {
  return folder === "" ? "*" : `/${folder}/`;
}

/** Whether a usual pattern matches the folder: everything, the folder, or a parent of it. */
function covers(pattern: string, folder: string): boolean {
  const bare = pattern.replace(/^\//, "").replace(/\/?\*{0,2}$/, "");
  return bare === "" || folder === bare || folder.startsWith(`${bare}/`);
}

// ── Token ────────────────────────────────────────────────────────────────────────────────────────────

/** `owner/name` of the repository on GitHub, or null. */
export function repositoryOnGitHub(env: NodeJS.ProcessEnv, url: string | null): string | null {
  const named = env["GITHUB_REPOSITORY"] ?? "";
  if (named !== "") return named;
  return /(?:^|[/@])github\.com[:/]([\w.-]+\/[\w.-]+?)(?:\.git)?\/?$/.exec(url ?? "")?.[1] ?? null;
}

/** Checks the token, and reads the facts for the later checks. */
const TOKEN = check("github-token", "GitHub's token", [], async (facts) => {
  const { env, sandbox } = facts.options;
  const skip = (reason: Reason): CheckResult => {
    facts.reasons.set("protections", reason);
    return unchecked(reason);
  };
  if (sandbox) return skip({ why: "the sandbox has nothing to do with GitHub" });
  const repository = repositoryOnGitHub(env, facts.url ?? null);
  if (repository === null) return skip({ why: "this repository has no remote on GitHub" });
  const token = env["GITHUB_TOKEN"] ?? "";
  if (token === "") return skip({ why: "GITHUB_TOKEN is not set", hint: TOKEN_HINT });
  const apiUrl = env["GITHUB_API_URL"] ?? "https://api.github.com";
  const protections = openProtections({ apiUrl, token, repository, deadlineSeconds: DEADLINE_SECONDS });
  facts.protections = protections;
  const found = await attempt(() => protections.readRepository());
  if (found instanceof ApiError) return describeRefused(found, repository);
  facts.repository = found;
  facts.mainGuard = await attempt(() => protections.guardOf(found.defaultBranch));
  const environments = await attempt(() => protections.listEnvironments());
  if (environments instanceof ApiError) {
    const why = `this token may not read it (${environments.message})`;
    facts.reasons.set("environments", {
      why,
      hint: "In a workflow, give the job the permission `actions: read`.",
    });
  } else facts.environments = environments;
  if (facts.target !== undefined) {
    const branch = `ledger/${facts.target}`;
    facts.ledgerGuard = await attempt(() => protections.guardOf(branch));
  }
  return ok(`It sees ${printable(repository)}.`);
});

const TOKEN_HINT =
  "Set GITHUB_TOKEN to a token that can read this repository (`gh auth token` prints one), or run doctor in a workflow.";

function describeRefused(error: ApiError, repository: string): CheckResult {
  const hint =
    error.status === 401
      ? "GITHUB_TOKEN is no longer valid: set a new one."
      : error.status === undefined
        ? "Check the network and GITHUB_API_URL."
        : "Give the token (GITHUB_TOKEN) read access to this repository: in a workflow `contents: read`.";
  return wrong({ code: "GITHUB", message: `${printable(repository)}: ${error.message}.`, hint });
}

/** Returns an ApiError instead of throwing it, since it is a result of the check. */
async function attempt<T>(work: () => Promise<T>): Promise<T | ApiError> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
}

function checkList(answer: unknown, permission: string, what: string): CheckResult {
  if (!(answer instanceof ApiError))
    return ok(`It can read them; whether it can write ${what} is not known until it writes.`);
  const hint = `Give the job's token the permission \`${permission}\` for ${what}; issues may be disabled in the repository's settings.`;
  return warning({ code: "GITHUB", message: `${answer.message}.`, hint });
}

const A_DAY = 86_400_000;

/** GitHub may skip scheduled runs or disable a schedule; changes that are due by a date wait until then. */
function checkSchedule(last: string | null | ApiError): CheckResult {
  if (last instanceof ApiError) return unreadable(last);
  const day = printable(last ?? "").slice(0, 10);
  if (last !== null && Date.now() - Date.parse(last) < A_DAY)
    return ok(`apply.yml ran on its schedule, ${day}.`);
  const since = last === null ? "has never run" : `has not run for a day, since ${day}`;
  return warning({
    code: "NO_SCHEDULE",
    message: `The schedule of apply.yml ${since}, so changes that are due by a date in the YAML are not applied.`,
    hint: "Give apply.yml the schedule that `init` writes. If it has one, enable the workflow under Actions: GitHub disables schedules after 60 days without activity, or if their author has left. Until then, run `genesys-skills apply --scheduled`.",
  });
}

// ── Branches ─────────────────────────────────────────────────────────────────────────────────────────

const RULESETS = "On GitHub, under Settings › Rules › Rulesets,";

type BranchRule = (guard: BranchGuard, branch: string) => CheckResult;

function onMain(name: string, title: string, rule: BranchRule): Check {
  return check(name, title, ["protections", "repository", "mainGuard"], ({ mainGuard, repository }) =>
    checkBranch(mainGuard, printable(repository.defaultBranch), rule),
  );
}

function onLedger(name: string, title: string, rule: BranchRule): Check {
  const needs = ["protections", "repository", "target", "ledgerGuard"] as const;
  return check(name, title, needs, ({ ledgerGuard, target }) =>
    checkBranch(ledgerGuard, `ledger/${target}`, rule),
  );
}

function checkBranch(guard: BranchGuard | ApiError, branch: string, rule: BranchRule): CheckResult {
  return guard instanceof ApiError ? hidden(guard) : rule(guard, branch);
}

/** The result if the token can't see the rules, or GitHub's plan doesn't include them. */
function hidden(error: ApiError): CheckResult {
  if (!isPlanWithout(error)) return unreadable(error);
  return warning({
    code: "NO_RULES",
    message: `${error.message}.`,
    hint: "Private repositories have such rules only with GitHub's paid plans; public repositories always have them.",
  });
}

/** Whether GitHub's plan has no branch rules for private repositories; then it has no environments either. */
function isPlanWithout(error: ApiError): boolean {
  return /upgrade/i.test(error.message);
}

function unreadable({ message }: ApiError): CheckResult {
  return unchecked({ why: `this token may not read it (${message})` });
}

const ADMIN_ONLY = { why: "only admins can see the branch protection" };

function checkReview(guard: BranchGuard, branch: string): CheckResult {
  if (guard.approvals > 0)
    return ok(`${branch} requires pull requests with ${count(guard.approvals, "approval")}.`);
  if (guard.isPartlySeen) return unchecked(ADMIN_ONLY);
  return warning({
    code: "UNPROTECTED",
    message: guard.needsPullRequest
      ? `The author of a pull request into ${branch} can merge it without an approval.`
      : `Anybody with write access can push to ${branch} without a pull request, and ${branch} is applied.`,
    hint: `${RULESETS} require a pull request with at least one approval for ${branch}.`,
  });
}

function checkRequiredCheck({ checks, queuesFailing }: BranchGuard, branch: string): CheckResult {
  const isRequired = checks.some((one) => /(^|\/ )planned$/.test(one));
  if (isRequired && queuesFailing) {
    return warning({
      code: "OPEN_QUEUE",
      message: `The merge queue of ${branch} merges a group whose last pull request passes, even if an earlier one was refused.`,
      hint: `${RULESETS} choose "only merge non-failing pull requests" for the merge queue of ${branch}.`,
    });
  }
  if (isRequired) return ok(`Changes of ${branch} must be planned first.`);
  return warning({
    code: "UNREQUIRED_CHECK",
    message: `Pull requests can be merged into ${branch} without a plan.`,
    hint: `${RULESETS} require the status check \`planned\` for ${branch}.`,
  });
}

function checkOwners(guard: BranchGuard, branch: string): CheckResult {
  if (guard.needsCodeOwners) return ok(`${branch} requires their review.`);
  if (guard.isPartlySeen) return unchecked(ADMIN_ONLY);
  return warning({
    code: "UNREQUIRED_OWNERS",
    message: `${branch} doesn't require a review by code owners.`,
    hint: `${RULESETS} require a review by code owners for ${branch}.`,
  });
}

function checkLedgerBranch(guard: BranchGuard, branch: string): CheckResult {
  if (guard.refusesForcePush && guard.refusesDeletion)
    return ok(`${branch} can be neither rewritten nor deleted.`);
  if (guard.isPartlySeen) return unchecked(ADMIN_ONLY);
  return warning({
    code: "UNPROTECTED_LEDGER",
    message: `Anybody with write access can rewrite or delete ${branch}, which determines what this program may remove.`,
    hint: `${RULESETS} create a ruleset for \`ledger/**\` that restricts deletions and blocks force pushes, without a bypass list.`,
  });
}

/** An App or a deploy key can bypass a ruleset, but a workflow's token can't: GitHub answers 422. */
function checkLedgerPush(guard: BranchGuard, branch: string): CheckResult {
  const rules = [
    ...(guard.refusesUpdates ? ["only bypass actors may push"] : []),
    ...(guard.needsPullRequest ? ["a pull request is required"] : []),
    ...(guard.checks.length > 0 ? ["a status check is required"] : []),
  ];
  if (rules.length === 0) return ok(`No rule blocks a workflow from pushing to ${branch}.`);
  return warning({
    code: "CLOSED_LEDGER",
    message: `On ${branch} ${rules.join(" and ")}, and GITHUB_TOKEN can't bypass a ruleset: an apply that pushes with it fails.`,
    hint: `Remove that rule from ${branch}; or put it into a separate ruleset that an App or a deploy key bypasses, and push with that in the workflow.`,
  });
}

// ── Environments ─────────────────────────────────────────────────────────────────────────────────────

/** An environment, with the facts that its check needs. */
interface GuardedEnvironment {
  readonly environment: EnvironmentFacts;
  /** The patterns of selected branches. */
  readonly patterns: readonly string[];
  readonly main: string;
  readonly isPrivate: boolean;
}

type EnvironmentRule = (guarded: GuardedEnvironment) => CheckResult;

function onEnvironment(name: string, title: string, suffix: string, rule: EnvironmentRule): Check {
  return check(name, title, ON_ENVIRONMENT, async (facts) => {
    const { mainGuard, protections } = facts;
    const { defaultBranch: main, isPrivate } = facts.repository;
    if (isPrivate && mainGuard instanceof ApiError && isPlanWithout(mainGuard)) return NO_ENVIRONMENTS;
    const wanted = `${facts.target}${suffix}`;
    const environment = facts.environments.find((one) => one.name.toLowerCase() === wanted);
    if (!environment) return noEnvironment(wanted);
    const isSelected = environment.branches === "selected";
    const patterns = isSelected ? await attempt(() => protections.branchPatterns(environment.name)) : [];
    if (patterns instanceof ApiError) return unreadable(patterns);
    return rule({ environment, patterns, main, isPrivate });
  });
}

const NO_ENVIRONMENTS = warning({
  code: "NO_ENVIRONMENTS",
  message:
    "A private repository on GitHub's free plan has no environments, so every branch can use the secrets of the write client.",
  hint: "Use a paid plan or a public repository; or apply manually, and give the workflows a read-only client.",
});

function noEnvironment(name: string): CheckResult {
  return warning({
    code: "NO_ENVIRONMENT",
    message: `There is no environment ${name}.`,
    hint: `On GitHub, under Settings › Environments, create ${name} and add the secrets GENESYS_CLIENT_ID and GENESYS_CLIENT_SECRET.`,
  });
}

/** A pull request is planned at the ref of its merge commit, which rules for `main` or protected branches exclude. */
function checkPlanEnvironment({
  environment: { name, branches },
  patterns,
  main,
}: GuardedEnvironment): CheckResult {
  const shown = printable(name);
  const isOpen =
    branches === "all" || patterns.some((one) => /^refs\/pull\/(\*|\*\*|\*\/\*|\*\/merge)$/.test(one));
  if (isOpen) return ok(`${shown} exists, and pull requests can use it.`);
  return warning({
    code: "CLOSED_ENVIRONMENT",
    message: `Pull requests can't use ${shown}, so they can't be planned: its branch rule excludes refs/pull/*/merge.`,
    hint: `On GitHub, under Settings › Environments › ${shown}, choose selected branches and add \`refs/pull/*/merge\` and \`${printable(main)}\`; for a merge queue \`gh-readonly-queue/${printable(main)}/*\` too.`,
  });
}

function checkApplyEnvironment({
  environment: { name, reviewers, branches },
  patterns,
  main,
  isPrivate,
}: GuardedEnvironment): CheckResult {
  const shown = printable(name);
  // "Protected branches" includes every branch while no branch protection rule exists.
  const open = [
    ...(branches === "all" ? ["can be used from every branch"] : []),
    ...(branches === "protected"
      ? ["is for protected branches, which means all branches while no protection rule exists"]
      : []),
    ...(patterns.some((one) => one.startsWith("refs/pull/") || /^\*+$/.test(one))
      ? ["can be used by pull requests"]
      : []),
  ];
  if (open.length === 0 && reviewers > 0)
    return ok(`${shown} requires reviewers, and is only for some branches.`);
  const enterprise = "In a private repository, required reviewers need GitHub Enterprise.";
  if (open.length === 0 && isPrivate)
    return ok(`${shown} is only for some branches, and requires no reviewers.`, enterprise);
  const lacks = [...(reviewers === 0 ? ["requires no reviewers"] : []), ...open];
  return warning({
    code: "OPEN_ENVIRONMENT",
    message: `${shown}, which has the write client, ${lacks.join(" and ")}.`,
    hint: `On GitHub, under Settings › Environments › ${shown}, choose selected branches with only ${printable(main)}, and require reviewers.${isPrivate ? ` ${enterprise}` : ""}`,
  });
}

export const GITHUB: Section = {
  title: "GitHub",
  step: "Looking at GitHub…",
  checks: [
    WORKFLOW_FILES,
    OWNERS_FILE,
    TOKEN,
    check("pull-requests", "Pull requests", ["protections", "repository"], async ({ protections }) =>
      checkList(await attempt(() => protections.tryPulls()), "pull-requests: write", "the plan's comment"),
    ),
    check("issues", "Issues", ["protections", "repository"], async ({ protections }) =>
      checkList(await attempt(() => protections.tryIssues()), "issues: write", "the drift issue"),
    ),
    check("schedule", "Schedule", ["protections", "repository"], async ({ protections }) =>
      checkSchedule(await attempt(() => protections.lastScheduledRun("apply.yml"))),
    ),
    onMain("main-review", "Approval", checkReview),
    onMain("main-check", "Required check", checkRequiredCheck),
    onMain("main-owners", "Code owners", checkOwners),
    onLedger("ledger-branch", "Ledger's branch", checkLedgerBranch),
    onLedger("ledger-push", "Writing the ledger", checkLedgerPush),
    onEnvironment("plan-environment", "Environment to plan", "-plan", checkPlanEnvironment),
    onEnvironment("apply-environment", "Environment to apply", "", checkApplyEnvironment),
  ],
};
