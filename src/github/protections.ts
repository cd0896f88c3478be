/** GitHub's protections: rulesets and branch protection for branches, and environments. */
import type { Fields } from "../genesys/decode.ts";
import {
  readList,
  readOptionalFields,
  readOptionalList,
  readOptionalNumber,
  readOptionalText,
  readText,
} from "../genesys/decode.ts";
import { ApiError, isGone } from "../http/error.ts";
import { get, orNothing, readOne, readPages } from "./github.ts";
import type { GitHubSend, GitHubTransportOptions } from "./transport.ts";
import { createGitHubTransport } from "./transport.ts";

export interface RepositoryFacts {
  readonly defaultBranch: string;
  readonly isPrivate: boolean;
}

/** All rules for a branch combined. */
export interface BranchGuard {
  /** This token can't see all rules: branch protection shows its rules only to admins. */
  readonly isPartlySeen: boolean;
  readonly needsPullRequest: boolean;
  /** How many people must approve. */
  readonly approvals: number;
  readonly needsCodeOwners: boolean;
  /** Names of the required checks. */
  readonly checks: readonly string[];
  /** Its merge queue merges a group whose last pull request passes, whatever those below it did. */
  readonly queuesFailing: boolean;
  readonly refusesForcePush: boolean;
  readonly refusesDeletion: boolean;
  /** Only bypass actors of a ruleset may create or push to the branch. GITHUB_TOKEN can't be one (422). */
  readonly refusesUpdates: boolean;
}

export interface EnvironmentFacts {
  readonly name: string;
  /** How many people or teams may approve a job; 0: no approval needed. */
  readonly reviewers: number;
  /** The refs whose jobs may use it: all, protected branches, or those that match patterns. */
  readonly branches: "all" | "protected" | "selected";
}

const REPO = "/repos/{owner}/{repo}";

/** The calls for the protections of one repository; each throws ApiError. */
export type Protections = ReturnType<typeof openProtections>;

export function openProtections(options: GitHubTransportOptions) {
  const send = createGitHubTransport(options);
  const tryList = async (path: string): Promise<void> => {
    await send({ ...get(path), query: { per_page: 1 } });
  };
  return {
    readRepository: (): Promise<RepositoryFacts> => readOne(send, get(REPO), readRepository),

    /** Throws if the token may not list them. */
    tryPulls: () => tryList(`${REPO}/pulls`),
    tryIssues: () => tryList(`${REPO}/issues`),

    /** When a workflow last began on its schedule, ISO 8601; null where it never did, or where there is no such file. */
    async lastScheduledRun(workflow_id: string): Promise<string | null> {
      const request = get(`${REPO}/actions/workflows/{workflow_id}/runs`, { workflow_id });
      const query = { event: "schedule", per_page: 1 };
      const begun = await orNothing(
        readOne(send, { ...request, query }, (from) =>
          readList(from, "workflow_runs", (run) => readText(run, "created_at")),
        ),
      );
      return begun?.[0] ?? null;
    },

    /** The branch need not exist. */
    async guardOf(branch: string): Promise<BranchGuard> {
      const rules = await readPages(send, get(`${REPO}/rules/branches/{branch}`, { branch }), readRule);
      const older = await readOlder(send, branch);
      return [...rules, older].reduce(both, UNGUARDED);
    },

    listEnvironments: (): Promise<EnvironmentFacts[]> =>
      readOne(send, { ...get(`${REPO}/environments`), query: { per_page: 100 } }, (from) =>
        readList(from, "environments", readEnvironment),
      ),

    /** The patterns of an environment for selected branches, such as `main` and `refs/pull/*\/merge`. */
    branchPatterns(environment_name: string): Promise<string[]> {
      const path = `${REPO}/environments/{environment_name}/deployment-branch-policies`;
      return readOne(send, { ...get(path, { environment_name }), query: { per_page: 100 } }, (from) =>
        readList(from, "branch_policies", (policy) => readText(policy, "name")),
      );
    },
  };
}

const UNGUARDED: BranchGuard = {
  isPartlySeen: false,
  needsPullRequest: false,
  approvals: 0,
  needsCodeOwners: false,
  checks: [],
  queuesFailing: false,
  refusesForcePush: false,
  refusesDeletion: false,
  refusesUpdates: false,
};

function readRepository(from: Fields): RepositoryFacts {
  return { defaultBranch: readText(from, "default_branch"), isPrivate: from.values["private"] === true };
}

// ── Branches ─────────────────────────────────────────────────────────────────────────────────────────

/** One rule of a ruleset. */
function readRule(rule: Fields): BranchGuard {
  const parameters = readOptionalFields(rule, "parameters");
  switch (readText(rule, "type")) {
    case "pull_request":
      return { ...UNGUARDED, needsPullRequest: true, ...(parameters && readReviews(parameters)) };
    case "required_status_checks":
      return { ...UNGUARDED, checks: parameters ? readChecks(parameters, "required_status_checks") : [] };
    case "merge_queue": {
      const strategy = parameters && readOptionalText(parameters, "grouping_strategy");
      return { ...UNGUARDED, queuesFailing: strategy === "HEADGREEN" };
    }
    case "non_fast_forward":
      return { ...UNGUARDED, refusesForcePush: true };
    case "update":
    case "creation":
      return { ...UNGUARDED, refusesUpdates: true };
    case "deletion":
      return { ...UNGUARDED, refusesDeletion: true };
    default:
      return UNGUARDED;
  }
}

/** The branch protection, which is older than rulesets. */
async function readOlder(send: GitHubSend, branch: string): Promise<BranchGuard> {
  const request = get(`${REPO}/branches/{branch}`, { branch });
  const found = await orNothing(readOne(send, request, readProtection));
  if (!found?.isEnabled) return UNGUARDED;
  try {
    return await readOne(send, { ...request, path: `${request.path}/protection` }, readRules);
  } catch (error) {
    // Without admin rights GitHub answers 403, or 404 as for a missing protection.
    if (!isGone(error) && !(error instanceof ApiError && error.status === 403)) throw error;
    return { ...UNGUARDED, isPartlySeen: true, checks: found.checks };
  }
}

/** The part of a protection that everybody may see. */
function readProtection(branch: Fields): { readonly isEnabled: boolean; readonly checks: readonly string[] } {
  const protection = readOptionalFields(branch, "protection");
  const required = protection && readOptionalFields(protection, "required_status_checks");
  return {
    isEnabled: protection?.values["enabled"] === true,
    checks: required ? readChecks(required, "checks") : [],
  };
}

function readRules(protection: Fields): BranchGuard {
  const reviews = readOptionalFields(protection, "required_pull_request_reviews");
  const required = readOptionalFields(protection, "required_status_checks");
  return {
    ...UNGUARDED,
    ...(reviews && { needsPullRequest: true, ...readReviews(reviews) }),
    checks: required ? readChecks(required, "checks") : [],
    refusesForcePush: !isOn(protection, "allow_force_pushes"),
    refusesDeletion: !isOn(protection, "allow_deletions"),
  };
}

/** Of a rule, or of the older protection, which spells one of them otherwise. */
function readReviews(from: Fields): Pick<BranchGuard, "approvals" | "needsCodeOwners"> {
  const { require_code_owner_review, require_code_owner_reviews } = from.values;
  return {
    approvals: readOptionalNumber(from, "required_approving_review_count") ?? 0,
    needsCodeOwners: (require_code_owner_review ?? require_code_owner_reviews) === true,
  };
}

function readChecks(from: Fields, key: string): string[] {
  return readOptionalList(from, key, (check) => readText(check, "context")) ?? [];
}

function isOn(from: Fields, key: string): boolean {
  return readOptionalFields(from, key)?.values["enabled"] === true;
}

function both(a: BranchGuard, b: BranchGuard): BranchGuard {
  return {
    isPartlySeen: a.isPartlySeen || b.isPartlySeen,
    needsPullRequest: a.needsPullRequest || b.needsPullRequest,
    approvals: Math.max(a.approvals, b.approvals),
    needsCodeOwners: a.needsCodeOwners || b.needsCodeOwners,
    checks: [...new Set([...a.checks, ...b.checks])],
    queuesFailing: a.queuesFailing || b.queuesFailing,
    refusesForcePush: a.refusesForcePush || b.refusesForcePush,
    refusesDeletion: a.refusesDeletion || b.refusesDeletion,
    refusesUpdates: a.refusesUpdates || b.refusesUpdates,
  };
}

// ── Environments ─────────────────────────────────────────────────────────────────────────────────────

function readEnvironment(from: Fields): EnvironmentFacts {
  const rules = readOptionalList(from, "protection_rules", readReviewers) ?? [];
  return {
    name: readText(from, "name"),
    reviewers: rules.reduce((sum, reviewers) => sum + reviewers, 0),
    branches: readBranches(readOptionalFields(from, "deployment_branch_policy")),
  };
}

function readBranches(policy: Fields | undefined): EnvironmentFacts["branches"] {
  if (!policy) return "all";
  return policy.values["protected_branches"] === true ? "protected" : "selected";
}

function readReviewers(rule: Fields): number {
  if (readOptionalText(rule, "type") !== "required_reviewers") return 0;
  return readOptionalList(rule, "reviewers", ({ at }) => at)?.length ?? 0;
}
