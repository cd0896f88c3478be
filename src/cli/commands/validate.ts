/** `validate`: checks the YAML of every target, offline. */
import { loadDesired } from "../../desired/load.ts";
import { listTargets } from "../../desired/targets.ts";
import type { Desired } from "../../model.ts";
import type { Problem } from "../../problem.ts";
import { Failure } from "../../problem.ts";
import { count } from "../../text.ts";
import type { Terminal } from "../terminal.ts";

export interface ValidateOptions {
  readonly dir: string;
  /** All of them where none is named. */
  readonly target?: string;
}

export async function validate({ dir, target }: ValidateOptions, terminal: Terminal): Promise<number> {
  const targets = target === undefined ? await listTargets(dir) : [target];
  const problems = new Map<string, Problem>();
  for (const name of targets) {
    try {
      const { desired, files } = await loadDesired({
        dir,
        ...(isNamed(name, targets, target) && { target: name }),
      });
      terminal.out(`${terminal.paint.green("ok")} ${describe(desired, files.length)}\n`);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      for (const problem of error.problems) problems.set(JSON.stringify(problem), problem);
    }
  }
  if (problems.size > 0) throw new Failure([...problems.values()]);
  return 0;
}

/** A repository without targets has one, which nobody has to name. */
function isNamed(name: string, targets: readonly string[], target: string | undefined): boolean {
  return target !== undefined || targets.length > 1 || name !== "default";
}

function describe({ target, skills, profiles, users, groups }: Desired, files: number): string {
  const parts = [
    count(skills.length, "skill"),
    count(profiles.length, "profile"),
    count(users.length, "user"),
    count(groups.length, "group"),
  ];
  return `${target}: ${parts.join(", ")} in ${count(files, "file")}`;
}
