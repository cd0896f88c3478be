/** `targets`: the targets of the YAML, for people or for the matrix of a GitHub workflow. No organisation is asked. */
import { listTargets } from "../../desired/targets.ts";
import { setOutput } from "../../github/actions.ts";
import { Failure } from "../../problem.ts";
import { count, printable } from "../../text.ts";
import { findDue } from "../due.ts";
import type { Terminal } from "../terminal.ts";
import type { TargetCounts } from "./validate.ts";
import { checkTargets } from "./validate.ts";

interface TargetsOptions {
  readonly dir: string;
  readonly json?: boolean;
  readonly remote?: string;
  /** Only targets in which something is due by a date. */
  readonly due?: boolean;
}

/**
 * As JSON, reads only the names, so that a workflow also plans targets with invalid YAML, and reports their problems.
 * Else throws a Failure with the problems of every target.
 */
export async function targetsCommand(options: TargetsOptions, terminal: Terminal): Promise<number> {
  const { dir, json, due = false } = options;
  const isShown = due ? await dueTargets(options, terminal) : () => true;
  if (json !== true) {
    const { valid, problems } = await checkTargets(dir, []);
    if (problems.length > 0) throw new Failure(problems);
    for (const counts of valid) if (isShown(counts.target)) terminal.out(`${describe(counts)}\n`);
    return 0;
  }
  const names = (await listTargets(dir)).filter(isShown);
  const matrix = JSON.stringify({ include: names.map(matrixEntry) });
  terminal.out(`${matrix}\n`);
  await setOutput("matrix", matrix, terminal.env);
  return 0;
}

async function dueTargets(options: TargetsOptions, terminal: Terminal): Promise<(target: string) => boolean> {
  const due = new Set<string>();
  for (const target of await listTargets(options.dir))
    if (await findDue({ ...options, target }, terminal)) due.add(target);
  return (target) => due.has(target);
}

/** One job of a workflow. */
interface MatrixEntry {
  readonly target: string;
  /** The environment with the client that may write. */
  readonly environment: string;
  /** The environment with the client that only reads. */
  readonly plan_environment: string;
}

function matrixEntry(target: string): MatrixEntry {
  return { target, environment: target, plan_environment: `${target}-plan` };
}

function describe({ target, organization, skills, profiles, users }: TargetCounts): string {
  const parts = [count(skills, "skill"), count(profiles, "profile"), count(users, "user")];
  return `${target}: ${parts.join(", ")}${organization === undefined ? "" : `, organisation ${printable(organization)}`}`;
}
