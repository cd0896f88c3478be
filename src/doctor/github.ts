/** What GitHub guards: only its own rules hold people with write access back, and here is said which are missing. */
import type { BranchGuard, EnvironmentFacts, Protections, RepositoryFacts } from "../github/protections.ts";
import { openProtections } from "../github/protections.ts";
import { ApiError } from "../http/error.ts";
import { count, printable } from "../text.ts";
import type { CheckName, Finding } from "./finding.ts";
import { ok, unchecked, warning, wrong } from "./finding.ts";

export interface GitHubQuestion {
  readonly env: NodeJS.ProcessEnv;
  /** Where the remote is; null where there is none. */
  readonly url: string | null;
  /** Null where it is unknown. */
  readonly target: string | null;
}

const DEADLINE_SECONDS = 30;
const BRANCH_CHECKS: readonly CheckName[] = ["main-review", "main-check", "main-owners"];
const ENVIRONMENT_CHECKS: readonly CheckName[] = ["plan-environment", "apply-environment"];
const AFTER_TOKEN: readonly CheckName[] = [
  "pull-requests",
  "issues",
  ...BRANCH_CHECKS,
  "ledger-branch",
  ...ENVIRONMENT_CHECKS,
];

/** All that GitHub is asked for, which is what nobody could look at for `reason`. */
export function gitHubNotAsked(reason: string, hint?: string): readonly Finding[] {
  const rest = AFTER_TOKEN.map((check) => unchecked(check, reason, hint));
  return [unchecked("github-token", reason, hint), ...rest];
}

/** `owner/name` of the repository on GitHub, or null. */
export function repositoryOnGitHub(env: NodeJS.ProcessEnv, url: string | null): string | null {
  const named = env["GITHUB_REPOSITORY"] ?? "";
  if (named !== "") return named;
  return /(?:^|[/@])github\.com[:/]([\w.-]+\/[\w.-]+?)(?:\.git)?\/?$/.exec(url ?? "")?.[1] ?? null;
}

export async function examineGitHub({ env, url, target }: GitHubQuestion): Promise<readonly Finding[]> {
  const repository = repositoryOnGitHub(env, url);
  if (repository === null) return gitHubNotAsked("this repository has no remote on GitHub");
  const token = env["GITHUB_TOKEN"] ?? "";
  if (token === "") return gitHubNotAsked("GITHUB_TOKEN is not set", TOKEN_HINT);
  const apiUrl = env["GITHUB_API_URL"] ?? "https://api.github.com";
  const protections = openProtections({ apiUrl, token, repository, deadlineSeconds: DEADLINE_SECONDS });
  const facts = await attempt(() => protections.readRepository());
  if (facts instanceof ApiError) {
    const rest = AFTER_TOKEN.map((check) => unchecked(check, "GitHub doesn't show the repository"));
    return [describeRefused(facts, repository), ...rest];
  }
  return [
    ok("github-token", `It sees ${printable(repository)}.`),
    ...(await examineLists(protections)),
    ...(await examineBranches(protections, facts, target)),
    ...(await examineEnvironments(protections, facts, target)),
  ];
}

const TOKEN_HINT =
  "Set GITHUB_TOKEN to a token that reads this repository (`gh auth token` prints one), or run doctor in a workflow.";

function describeRefused(error: ApiError, repository: string): Finding {
  const message = `${printable(repository)}: ${error.message}.`;
  if (error.status === 401) {
    const hint = "GITHUB_TOKEN is no longer valid: set a new one.";
    return wrong("github-token", { code: "GITHUB", message, hint });
  }
  const hint =
    error.status === undefined
      ? "Check the network and GITHUB_API_URL."
      : "Give the token (GITHUB_TOKEN) read access to this repository: in a workflow `contents: read`.";
  return wrong("github-token", { code: "GITHUB", message, hint });
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

// ── What comments and issues need ────────────────────────────────────────────────────────────────────

async function examineLists(protections: Protections): Promise<readonly Finding[]> {
  const pulls = await attempt(() => protections.tryPulls());
  const issues = await attempt(() => protections.tryIssues());
  return [
    pulls instanceof ApiError
      ? unreadable("pull-requests", pulls, "`pull-requests: write` for the plan's comment")
      : ok("pull-requests", "It can read them; whether it can write comments, only a comment shows."),
    issues instanceof ApiError
      ? unreadable("issues", issues, "`issues: write` for the drift issue; the repository must have issues")
      : ok("issues", "It can read them; whether it can write one, only an issue shows."),
  ];
}

function unreadable(check: CheckName, error: ApiError, needed: string): Finding {
  const hint = `Give the job's token the permission ${needed}.`;
  return warning(check, { code: "GITHUB", message: `${error.message}.`, hint });
}

// ── Branches ─────────────────────────────────────────────────────────────────────────────────────────

const RULESETS = "On GitHub, under Settings › Rules › Rulesets,";

async function examineBranches(
  protections: Protections,
  { defaultBranch }: RepositoryFacts,
  target: string | null,
): Promise<readonly Finding[]> {
  const main = await attempt(() => protections.guardOf(defaultBranch));
  const onMain =
    main instanceof ApiError
      ? BRANCH_CHECKS.map((check) => hidden(check, main))
      : judgeMain(main, defaultBranch);
  return [...onMain, await examineLedgerBranch(protections, target)];
}

function judgeMain(guard: BranchGuard, name: string): readonly Finding[] {
  const branch = printable(name);
  return [
    judgeReview(guard, branch),
    guard.checks.some((check) => /(^|\/ )planned$/.test(check))
      ? ok("main-check", `What goes into ${branch} must have been planned.`)
      : warning("main-check", {
          code: "UNREQUIRED_CHECK",
          message: `A pull request can be merged into ${branch} before it was planned.`,
          hint: `${RULESETS} require the status check \`planned\` for ${branch}.`,
        }),
    judgeOwners(guard, branch),
  ];
}

function judgeReview(guard: BranchGuard, branch: string): Finding {
  if (guard.approvals > 0) {
    return ok("main-review", `${branch} takes pull requests with ${count(guard.approvals, "approval")}.`);
  }
  if (guard.isPartlySeen) return unchecked("main-review", PARTLY);
  return warning("main-review", {
    code: "UNPROTECTED",
    message: guard.needsPullRequest
      ? `A pull request into ${branch} can be merged by who wrote it, without anybody's approval.`
      : `Whoever may write can push to ${branch} without a pull request, and what is on ${branch} is applied.`,
    hint: `${RULESETS} require a pull request with at least one approval for ${branch}.`,
  });
}

function judgeOwners(guard: BranchGuard, branch: string): Finding {
  if (guard.needsCodeOwners) return ok("main-owners", `${branch} needs their review.`);
  if (guard.isPartlySeen) return unchecked("main-owners", PARTLY);
  return warning("main-owners", {
    code: "UNREQUIRED_OWNERS",
    message: `${branch} doesn't ask for the review of code owners.`,
    hint: `${RULESETS} require the review of code owners for ${branch}.`,
  });
}

const PARTLY = "the branch's protection shows itself to admins only";

async function examineLedgerBranch(protections: Protections, target: string | null): Promise<Finding> {
  if (target === null) return unchecked("ledger-branch", "the target is unknown");
  const branch = `ledger/${target}`;
  const guard = await attempt(() => protections.guardOf(branch));
  if (guard instanceof ApiError) return hidden("ledger-branch", guard);
  if (guard.refusesForcePush && guard.refusesDeletion) {
    return ok("ledger-branch", `${branch} can be neither rewritten nor deleted.`);
  }
  if (guard.isPartlySeen) return unchecked("ledger-branch", PARTLY);
  return warning("ledger-branch", {
    code: "UNPROTECTED_LEDGER",
    message: `Whoever may write can rewrite or delete ${branch}, which says what this program may take away.`,
    hint: `${RULESETS} make one for \`ledger/**\` that restricts deletions and blocks force pushes.`,
  });
}

/** Rules that the token may not see, or that the plan of the repository's owner doesn't have. */
function hidden(check: CheckName, error: ApiError): Finding {
  if (/upgrade/i.test(error.message)) {
    const hint = "Such rules need a public repository, or a paid plan of GitHub's.";
    return warning(check, { code: "NO_RULES", message: `${error.message}.`, hint });
  }
  return unchecked(check, `GitHub doesn't tell this token (${error.message})`);
}

// ── Environments ─────────────────────────────────────────────────────────────────────────────────────

async function examineEnvironments(
  protections: Protections,
  facts: RepositoryFacts,
  target: string | null,
): Promise<readonly Finding[]> {
  if (target === null) return ENVIRONMENT_CHECKS.map((check) => unchecked(check, "the target is unknown"));
  const listed = await attempt(() => protections.listEnvironments());
  if (listed instanceof ApiError) {
    const reason = `GitHub doesn't tell this token (${listed.message})`;
    const hint = "In a workflow, give the job the permission `actions: read`.";
    return ENVIRONMENT_CHECKS.map((check) => unchecked(check, reason, hint));
  }
  const named = (name: string) => listed.find((one) => one.name.toLowerCase() === name);
  const [toPlan, toApply] = [named(`${target}-plan`), named(target)];
  return [
    toPlan
      ? ok("plan-environment", `${toPlan.name} is there.`)
      : noEnvironment("plan-environment", `${target}-plan`),
    toApply ? judgeApply(toApply, facts) : noEnvironment("apply-environment", target),
  ];
}

function noEnvironment(check: CheckName, name: string): Finding {
  return warning(check, {
    code: "NO_ENVIRONMENT",
    message: `There is no environment ${name}.`,
    hint: `On GitHub, under Settings › Environments, make ${name} and give it the secrets GENESYS_CLIENT_ID and GENESYS_CLIENT_SECRET.`,
  });
}

function judgeApply(
  { name, reviewers, isForSomeBranches }: EnvironmentFacts,
  { isPrivate, defaultBranch }: RepositoryFacts,
): Finding {
  const shown = printable(name);
  if (reviewers > 0 && isForSomeBranches) {
    return ok("apply-environment", `${shown} asks reviewers, and is for some branches only.`);
  }
  const lacks = [
    ...(reviewers === 0 ? ["asks no reviewers"] : []),
    ...(isForSomeBranches ? [] : ["can be used from every branch"]),
  ];
  const plan =
    isPrivate && reviewers === 0 ? " For a private repository reviewers need a paid plan of GitHub's." : "";
  return warning("apply-environment", {
    code: "OPEN_ENVIRONMENT",
    message: `${shown}, which holds the client that can write, ${lacks.join(" and ")}.`,
    hint: `On GitHub, under Settings › Environments › ${shown}, restrict it to the branch ${printable(defaultBranch)} and require reviewers.${plan}`,
  });
}
