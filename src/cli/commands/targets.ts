/** `targets`: the targets of the YAML, for people or for the matrix of a GitHub workflow. Offline. */
import { loadDesired } from "../../desired/load.ts";
import { DEFAULT_TARGET, listTargets } from "../../desired/targets.ts";
import type { Desired } from "../../model.ts";
import type { Problem } from "../../problem.ts";
import { Failure } from "../../problem.ts";
import { count, printable } from "../../text.ts";
import type { Terminal } from "../terminal.ts";

export interface TargetsOptions {
  readonly dir: string;
  readonly json?: boolean;
}

/** Throws a Failure with the problems of every target. */
export async function targetsCommand({ dir, json }: TargetsOptions, terminal: Terminal): Promise<number> {
  const targets = await loadTargets(dir);
  const isAlone = targets.length === 1;
  terminal.out(
    json === true
      ? `${JSON.stringify({ include: targets.map(({ target }) => matrixEntry(target, isAlone)) })}\n`
      : targets.map((target) => `${describe(target)}\n`).join(""),
  );
  return 0;
}

async function loadTargets(dir: string): Promise<Desired[]> {
  const loaded: Desired[] = [];
  const problems = new Map<string, Problem>();
  for (const target of await listTargets(dir)) {
    try {
      loaded.push((await loadDesired({ dir, target })).desired);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      // What is wrong in a shared file is wrong for every target, and said once.
      for (const problem of error.problems) problems.set(JSON.stringify(problem), problem);
    }
  }
  if (problems.size > 0) throw new Failure([...problems.values()]);
  return loaded;
}

/** One job of a workflow. */
interface MatrixEntry {
  readonly target: string;
  /** The environment whose client may write. */
  readonly environment: string;
  /** The environment whose client only reads. */
  readonly plan_environment: string;
  /** What follows `_` at the end of this target's variables; empty where they have no such end. */
  readonly suffix: string;
}

function matrixEntry(target: string, isAlone: boolean): MatrixEntry {
  const isDefault = isAlone && target === DEFAULT_TARGET;
  return {
    target,
    environment: target,
    plan_environment: `${target}-plan`,
    suffix: isDefault ? "" : target.toUpperCase().replaceAll("-", "_"),
  };
}

function describe({ target, skills, profiles, users, settings }: Desired): string {
  const parts = [
    count(skills.length, "skill"),
    count(profiles.length, "profile"),
    count(users.length, "user"),
  ];
  const { organization } = settings;
  return `${target}: ${parts.join(", ")}${organization === undefined ? "" : `, organisation ${printable(organization)}`}`;
}
