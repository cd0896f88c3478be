/** What GitHub guards: only its own rules stop people with write access, and here is said which are missing. */
import { readdir, readFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import type { BranchGuard, EnvironmentFacts } from "../github/protections.ts";
import { openProtections } from "../github/protections.ts";
import { ApiError } from "../http/error.ts";
import { count, printable } from "../text.ts";
import type { Check, Facts, Reason, Section, CheckResult } from "./check.ts";
import { check, ok, unchecked, warning, wrong } from "./check.ts";

const DEADLINE_SECONDS = 30;

const ON_MAIN = ["protections", "repository", "mainGuard"] as const;
const ON_LEDGER = ["protections", "repository", "target", "ledgerGuard"] as const;
const ON_ENVIRONMENT = ["protections", "repository", "target", "environments"] as const;

export const GITHUB: Section = {
  title: "GitHub",
  step: "Looking at GitHub…",
  checks: [
    check("workflows", "Workflows", [], judgeWorkflows),
    check("codeowners", "CODEOWNERS", [], judgeOwnersFile),
    check("github-token", "GitHub's token", [], judgeToken),
    check("pull-requests", "Pull requests", ["protections", "repository"], async ({ protections }) =>
      judgeList(await attempt(() => protections.tryPulls()), "pull-requests: write", "the plan's comment"),
    ),
    check("issues", "Issues", ["protections", "repository"], async ({ protections }) =>
      judgeList(await attempt(() => protections.tryIssues()), "issues: write", "the drift issue"),
    ),
    check("schedule", "Schedule", ["protections", "repository"], async ({ protections }) =>
      judgeSchedule(await attempt(() => protections.lastScheduledRun("apply.yml"))),
    ),
    onMain("main-review", "Approval", judgeReview),
    onMain("main-check", "Required check", judgeRequiredCheck),
    onMain("main-owners", "Code owners", judgeOwners),
    onLedger("ledger-branch", "Ledger's branch", judgeLedgerBranch),
    onLedger("ledger-push", "Writing the ledger", judgeLedgerPush),
    onEnvironment("plan-environment", "Environment to plan", "-plan", judgePlan),
    onEnvironment("apply-environment", "Environment to apply", "", judgeApply),
  ],
};

// ── Files ────────────────────────────────────────────────────────────────────────────────────────────

const WORKFLOWS = ["plan", "apply", "drift"] as const;
const FOLDER = ".github/workflows";

/** The top folder of a repository that is on GitHub. */
function topOnGitHub({ top, url, options: { env, sandbox } }: Facts): string | null {
  return sandbox || repositoryOnGitHub(env, url ?? null) === null ? null : (top ?? null);
}

/** A workflow is there under its own name, or where another one calls it from another repository. */
async function judgeWorkflows(facts: Facts): Promise<CheckResult | null> {
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
  if (missing.length === 0) return ok("plan, apply and drift are there.");
  return warning({
    code: "NO_WORKFLOW",
    message: `No workflow runs ${missing.join(", ")}.`,
    hint: `Put ${missing.map((name) => `${FOLDER}/${name}.yml`).join(", ")} there, as the README shows.`,
  });
}

async function judgeOwnersFile(facts: Facts): Promise<CheckResult | null> {
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
      message: `Nobody in particular has to look at changes of ${missing.join(" and ")}.`,
      hint: `Name the reviewers in .github/CODEOWNERS: a line such as \`${missing[0] ?? ""} @your-organisation/your-team\` for each.`,
    });
  }
  if (rules.flat().some((word) => word.startsWith("@your-organisation/"))) {
    return warning({
      code: "EXAMPLE_OWNERS",
      message: "CODEOWNERS still names the teams of the example.",
      hint: "Replace @your-organisation/… by teams or people of yours.",
    });
  }
  return ok(`${folders.map(asPattern).join(" and ")} have owners.`);
}

/** The last rule for a folder counts, and one that names nobody takes the owners away. */
function hasOwners(folder: string, rules: readonly (readonly string[])[]): boolean {
  const rule = rules.findLast(([pattern = ""]) => covers(pattern, folder));
  return rule !== undefined && rule.length > 1;
}

/** The folder as CODEOWNERS has it; `*` for the repository's top. */
function asPattern(folder: string): string {
  return folder === "" ? "*" : `/${folder}/`;
}

/** As far as the usual patterns go: everything, the folder, or one that it is in. */
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

/** Finds out as well all that the later checks look at. */
async function judgeToken(facts: Facts): Promise<CheckResult> {
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
    const why = `GitHub doesn't tell this token (${environments.message})`;
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
}

const TOKEN_HINT =
  "Set GITHUB_TOKEN to a token that reads this repository (`gh auth token` prints one), or run doctor in a workflow.";

function describeRefused(error: ApiError, repository: string): CheckResult {
  const hint =
    error.status === 401
      ? "GITHUB_TOKEN is no longer valid: set a new one."
      : error.status === undefined
        ? "Check the network and GITHUB_API_URL."
        : "Give the token (GITHUB_TOKEN) read access to this repository: in a workflow `contents: read`.";
  return wrong({ code: "GITHUB", message: `${printable(repository)}: ${error.message}.`, hint });
}

/** What GitHub refuses or doesn't answer is a value here: it is what is looked for. */
async function attempt<T>(work: () => Promise<T>): Promise<T | ApiError> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
}

function judgeList(answer: unknown, permission: string, what: string): CheckResult {
  if (!(answer instanceof ApiError))
    return ok(`It can read them; whether it can write ${what}, only writing shows.`);
  const hint = `Give the job's token the permission \`${permission}\` for ${what}; issues can be off in the repository's settings.`;
  return warning({ code: "GITHUB", message: `${answer.message}.`, hint });
}

const A_DAY = 86_400_000;

/** GitHub drops runs of a schedule, and turns schedules off; what is due by a date waits meanwhile. */
function judgeSchedule(last: string | null | ApiError): CheckResult {
  if (last instanceof ApiError) return untold(last);
  const day = printable(last ?? "").slice(0, 10);
  if (last !== null && Date.now() - Date.parse(last) < A_DAY)
    return ok(`apply.yml ran on its schedule, ${day}.`);
  const since = last === null ? "has never run" : `has not run for a day, since ${day}`;
  return warning({
    code: "NO_SCHEDULE",
    message: `The schedule of apply.yml ${since}, so nothing that is due by a date in the YAML is done.`,
    hint: "Give apply.yml the schedule that `init` writes. If it has one, open the workflow under Actions: GitHub turns a schedule off where nothing happens for 60 days, or where its author has left. Meanwhile run `genesys-skills apply --scheduled`.",
  });
}

// ── Branches ─────────────────────────────────────────────────────────────────────────────────────────

const RULESETS = "On GitHub, under Settings › Rules › Rulesets,";

function onMain(
  name: string,
  title: string,
  judge: (guard: BranchGuard, branch: string) => CheckResult,
): Check {
  return check(name, title, ON_MAIN, ({ mainGuard: guard, repository }) =>
    guard instanceof ApiError ? hidden(guard) : judge(guard, printable(repository.defaultBranch)),
  );
}

function onLedger(
  name: string,
  title: string,
  judge: (guard: BranchGuard, branch: string) => CheckResult,
): Check {
  return check(name, title, ON_LEDGER, ({ ledgerGuard: guard, target }) =>
    guard instanceof ApiError ? hidden(guard) : judge(guard, `ledger/${target}`),
  );
}

/** Rules that the token may not see, or that the plan of the repository's owner doesn't have. */
function hidden(error: ApiError): CheckResult {
  if (!isPlanWithout(error)) return untold(error);
  return warning({
    code: "NO_RULES",
    message: `${error.message}.`,
    hint: "A private repository has such rules with the paid plans of GitHub only; a public one has them always.",
  });
}

/** GitHub answers so where a private repository's plan has no rules for branches: then it has no environments either. */
function isPlanWithout(error: ApiError): boolean {
  return /upgrade/i.test(error.message);
}

function untold({ message }: ApiError): CheckResult {
  return unchecked({ why: `GitHub doesn't tell this token (${message})` });
}

const PARTLY = { why: "the branch's protection shows itself to admins only" };

function judgeReview(guard: BranchGuard, branch: string): CheckResult {
  if (guard.approvals > 0)
    return ok(`${branch} takes pull requests with ${count(guard.approvals, "approval")}.`);
  if (guard.isPartlySeen) return unchecked(PARTLY);
  return warning({
    code: "UNPROTECTED",
    message: guard.needsPullRequest
      ? `The author of a pull request into ${branch} can merge it without anybody's approval.`
      : `Anybody with write access can push to ${branch} without a pull request, and what is on ${branch} is applied.`,
    hint: `${RULESETS} require a pull request with at least one approval for ${branch}.`,
  });
}

function judgeRequiredCheck({ checks, queuesFailing }: BranchGuard, branch: string): CheckResult {
  const isRequired = checks.some((one) => /(^|\/ )planned$/.test(one));
  if (isRequired && queuesFailing) {
    return warning({
      code: "OPEN_QUEUE",
      message: `The merge queue of ${branch} merges a group whose last pull request passes, also where one below it was refused.`,
      hint: `${RULESETS} choose "only merge non-failing pull requests" for the merge queue of ${branch}.`,
    });
  }
  if (isRequired) return ok(`A change of ${branch} must have been planned.`);
  return warning({
    code: "UNREQUIRED_CHECK",
    message: `A pull request can be merged into ${branch} before it was planned.`,
    hint: `${RULESETS} require the status check \`planned\` for ${branch}.`,
  });
}

function judgeOwners(guard: BranchGuard, branch: string): CheckResult {
  if (guard.needsCodeOwners) return ok(`${branch} needs their review.`);
  if (guard.isPartlySeen) return unchecked(PARTLY);
  return warning({
    code: "UNREQUIRED_OWNERS",
    message: `${branch} doesn't ask for the review of code owners.`,
    hint: `${RULESETS} require the review of code owners for ${branch}.`,
  });
}

function judgeLedgerBranch(guard: BranchGuard, branch: string): CheckResult {
  if (guard.refusesForcePush && guard.refusesDeletion)
    return ok(`${branch} can be neither rewritten nor deleted.`);
  if (guard.isPartlySeen) return unchecked(PARTLY);
  return warning({
    code: "UNPROTECTED_LEDGER",
    message: `Anybody with write access can rewrite or delete ${branch}, which says what this program may take away.`,
    hint: `${RULESETS} make one for \`ledger/**\` that restricts deletions and blocks force pushes, with no exceptions.`,
  });
}

/** A ruleset can except an App or a deploy key, and never the token of a workflow: GitHub answers 422. */
function judgeLedgerPush(guard: BranchGuard, branch: string): CheckResult {
  const rules = [
    ...(guard.refusesUpdates ? ["only exceptions may push"] : []),
    ...(guard.needsPullRequest ? ["a pull request is required"] : []),
    ...(guard.checks.length > 0 ? ["a status check is required"] : []),
  ];
  if (rules.length === 0) return ok(`No rule keeps a workflow from pushing to ${branch}.`);
  return warning({
    code: "CLOSED_LEDGER",
    message: `On ${branch} ${rules.join(" and ")}, and GITHUB_TOKEN can't be an exception of a ruleset: an apply that pushes with it fails.`,
    hint: `Take that rule off ${branch}; or except an App or a deploy key, in a ruleset that says nothing else, and let the workflow push with it.`,
  });
}

// ── Environments ─────────────────────────────────────────────────────────────────────────────────────

/** An environment, and what decides how far it can be guarded. */
interface GuardedEnvironment {
  readonly environment: EnvironmentFacts;
  /** Of selected branches, their patterns. */
  readonly patterns: readonly string[];
  readonly main: string;
  readonly isPrivate: boolean;
}

function onEnvironment(
  name: string,
  title: string,
  suffix: string,
  judge: (around: GuardedEnvironment) => CheckResult,
): Check {
  return check(name, title, ON_ENVIRONMENT, async (facts) => {
    const { mainGuard, protections } = facts;
    const { defaultBranch: main, isPrivate } = facts.repository;
    if (isPrivate && mainGuard instanceof ApiError && isPlanWithout(mainGuard)) return NO_ENVIRONMENTS;
    const wanted = `${facts.target}${suffix}`;
    const environment = facts.environments.find((one) => one.name.toLowerCase() === wanted);
    if (!environment) return noEnvironment(wanted);
    const isSelected = environment.branches === "selected";
    const patterns = isSelected ? await attempt(() => protections.branchPatterns(environment.name)) : [];
    if (patterns instanceof ApiError) return untold(patterns);
    return judge({ environment, patterns, main, isPrivate });
  });
}

const NO_ENVIRONMENTS = warning({
  code: "NO_ENVIRONMENTS",
  message:
    "A private repository on the free plan of GitHub has no environments, so every branch can use the secrets of the client that writes.",
  hint: "Use a paid plan or a public repository; or apply manually, and give the workflows a client that only reads.",
});

function noEnvironment(name: string): CheckResult {
  return warning({
    code: "NO_ENVIRONMENT",
    message: `There is no environment ${name}.`,
    hint: `On GitHub, under Settings › Environments, make ${name} and give it the secrets GENESYS_CLIENT_ID and GENESYS_CLIENT_SECRET.`,
  });
}

/** A pull request is planned at the ref of its merge commit, which a rule for `main` or for protected branches leaves out. */
function judgePlan({ environment: { name, branches }, patterns, main }: GuardedEnvironment): CheckResult {
  const shown = printable(name);
  const isOpen =
    branches === "all" || patterns.some((one) => /^refs\/pull\/(\*|\*\*|\*\/\*|\*\/merge)$/.test(one));
  if (isOpen) return ok(`${shown} is there, and pull requests can use it.`);
  return warning({
    code: "CLOSED_ENVIRONMENT",
    message: `Pull requests can't use ${shown}, so they can't be planned: its rule for branches leaves out refs/pull/*/merge.`,
    hint: `On GitHub, under Settings › Environments › ${shown}, choose selected branches and add \`refs/pull/*/merge\` and \`${printable(main)}\`; for a merge queue \`gh-readonly-queue/${printable(main)}/*\` too.`,
  });
}

function judgeApply({
  environment: { name, reviewers, branches },
  patterns,
  main,
  isPrivate,
}: GuardedEnvironment): CheckResult {
  const shown = printable(name);
  // GitHub lets every branch in by "protected branches" as long as no branch protection rule exists.
  const open = [
    ...(branches === "all" ? ["can be used from every branch"] : []),
    ...(branches === "protected"
      ? ["is for protected branches, which are all while no protection rule exists"]
      : []),
    ...(patterns.some((one) => one.startsWith("refs/pull/") || /^\*+$/.test(one))
      ? ["can be used by pull requests"]
      : []),
  ];
  if (open.length === 0 && reviewers > 0)
    return ok(`${shown} asks reviewers, and is for some branches only.`);
  const enterprise = "In a private repository, required reviewers take GitHub Enterprise.";
  if (open.length === 0 && isPrivate)
    return ok(`${shown} is for some branches only, and asks no reviewers.`, enterprise);
  const lacks = [...(reviewers === 0 ? ["asks no reviewers"] : []), ...open];
  return warning({
    code: "OPEN_ENVIRONMENT",
    message: `${shown}, which holds the client that can write, ${lacks.join(" and ")}.`,
    hint: `On GitHub, under Settings › Environments › ${shown}, choose selected branches with ${printable(main)} alone, and require reviewers.${isPrivate ? ` ${enterprise}` : ""}`,
  });
}
