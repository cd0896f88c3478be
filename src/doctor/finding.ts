/** What an examination finds: one line for each thing that was looked at. */
import type { Problem } from "../problem.ts";
import { Failure } from "../problem.ts";

/** `warning`: it works, but not all of it or not safely; `unchecked`: nobody could look. */
export type Status = "ok" | "warning" | "wrong" | "unchecked";

/** Everything that is looked at, with its name for people, in the order in which it is shown. */
export const CHECKS = {
  node: "Node.js",
  target: "Target",
  yaml: "YAML",

  credentials: "Credentials",
  region: "Region",
  login: "Login host",
  api: "API host",
  clock: "Clock",
  token: "Token",
  organization: "Organisation",
  dialect: "Kind of API",
  divisions: "Divisions",
  "rate-limit": "Rate limit",
  "read-skills": "Read skills",
  "read-users": "Read users",
  "search-users": "Search users",
  "read-groups": "Read groups",
  "read-profiles": "Read profiles",
  "read-flows": "Read flows",
  "read-skill-groups": "Read skill groups",
  reading: "What it may read",
  "create-skills": "Create skills",
  "change-skills": "Change skills",
  "delete-skills": "Delete skills",
  "assign-skills": "Assign skills",
  "change-profiles": "Change profiles",
  writing: "What it may write",

  git: "git",
  repository: "Repository",
  history: "History",
  commit: "Commit",
  remote: "Remote",
  ledger: "Ledger",
  "ledger-organization": "Its organisation",
  revision: "Applied last",
  "at-work": "Running apply",
  "other-ledgers": "Other ledgers",

  workflows: "Workflows",
  codeowners: "CODEOWNERS",
  "github-token": "GitHub's token",
  "pull-requests": "Pull requests",
  issues: "Issues",
  "main-review": "Approval",
  "main-check": "Required check",
  "main-owners": "Code owners",
  "ledger-branch": "Ledger's branch",
  "plan-environment": "Environment to plan",
  "apply-environment": "Environment to apply",
} as const satisfies Record<string, string>;

export type CheckName = keyof typeof CHECKS;

export interface Finding {
  readonly check: CheckName;
  readonly status: Status;
  /** For tools, where there is something to do: the codes that other commands fail with, where they would. */
  readonly code?: string;
  readonly message: string;
  /** What to do. */
  readonly hint?: string;
}

export function ok(check: CheckName, message: string, hint?: string): Finding {
  return { check, status: "ok", message, ...(hint !== undefined && { hint }) };
}

export function warning(check: CheckName, problem: Problem): Finding {
  return { check, status: "warning", ...saidBy(problem) };
}

export function wrong(check: CheckName, problem: Problem): Finding {
  return { check, status: "wrong", ...saidBy(problem) };
}

/** `reason` completes "not checked, because …": a clause without a full stop. */
export function unchecked(check: CheckName, reason: string, hint?: string): Finding {
  return {
    check,
    status: "unchecked",
    message: `because ${reason}.`,
    ...(hint !== undefined && { hint }),
  };
}

/** The finding for what `work` throws: that it is wrong, in the words of the Failure. Throws what is a bug. */
export async function orWrong<T>(
  check: CheckName,
  work: () => Promise<T>,
): Promise<{ readonly value: T } | { readonly finding: Finding }> {
  try {
    return { value: await work() };
  } catch (error) {
    return { finding: wrong(check, firstProblem(error)) };
  }
}

/** The first problem of a Failure. Throws anything else again. */
export function firstProblem(error: unknown): Problem {
  const problem = error instanceof Failure ? error.problems[0] : undefined;
  if (!problem) throw error;
  return problem;
}

function saidBy({ code, message, hint }: Problem): Pick<Finding, "code" | "message" | "hint"> {
  return { code, message, ...(hint !== undefined && { hint }) };
}
