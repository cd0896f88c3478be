/** `validate`: checks the YAML, offline. */
import type { FilesRead, Loaded } from "../../desired/load.ts";
import { loadDesired, readDirectory } from "../../desired/load.ts";
import { listTargets } from "../../desired/targets.ts";
import { annotate, problemAnnotations } from "../../github/annotations.ts";
import type { Desired } from "../../model.ts";
import type { Problem } from "../../problem.ts";
import { Failure, formatProblem } from "../../problem.ts";
import { count, printableJson } from "../../text.ts";
import { dayOf } from "../day.ts";
import type { Terminal } from "../terminal.ts";

interface ValidateOptions {
  readonly dir: string;
  /** Default: all targets. */
  readonly target?: readonly string[];
  /** The day for which the YAML is read. Default today. */
  readonly at?: string;
  readonly format: "text" | "json" | "github";
}

/** The valid targets and all problems; a problem of a shared file is listed once. */
interface Checked {
  readonly valid: readonly TargetCounts[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** What is said of a valid target; not its YAML, of which fifty take much memory. */
export interface TargetCounts extends Pick<Desired, "target"> {
  readonly organization: string | undefined;
  readonly skills: number;
  readonly profiles: number;
  readonly users: number;
  readonly groups: number;
  readonly files: number;
}

/** Exit code 1 for problems; a warning is not one. */
export async function validateCommand(options: ValidateOptions, terminal: Terminal): Promise<number> {
  const { dir, target = [], format } = options;
  const checked = await checkTargets(dir, target, dayOf(options));
  const { valid, problems, warnings } = checked;
  switch (format) {
    case "json":
      terminal.out(`${printableJson({ ok: problems.length === 0, problems, warnings })}\n`);
      break;
    case "github":
      terminal.out(annotate([...problemAnnotations(problems), ...problemAnnotations(warnings, "warning")]));
      break;
    case "text":
      for (const counts of valid) terminal.show(`${terminal.paint.green("ok")} ${describeCounts(counts)}\n`);
      terminal.command(annotate(problemAnnotations(warnings, "warning")));
      for (const warning of warnings) terminal.err(`Warning: ${formatProblem(warning)}\n`);
      if (warnings.length > 0) terminal.err(`${count(warnings.length, "warning")}.\n`);
      if (problems.length > 0) throw new Failure(problems);
  }
  return problems.length > 0 ? 1 : 0;
}

/** Loads the named targets, or all. `problems` includes those of the directory. */
export async function checkTargets(
  dir: string,
  named: readonly string[],
  dayIn = dayOf({}),
): Promise<Checked> {
  const valid: TargetCounts[] = [];
  const [problems, warnings] = [new Map<string, Problem>(), new Map<string, Problem>()];
  const collect = (found: Map<string, Problem>, more: readonly Problem[]): void => {
    for (const problem of more) found.set(JSON.stringify(problem), problem);
  };
  const orProblems = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      collect(problems, error.problems);
    }
  };
  const filesRead: FilesRead = new Map();
  await orProblems(async () => {
    const targets = named.length > 0 ? named : await listTargets(dir);
    const directory = await readDirectory(dir);
    for (const target of targets) {
      await orProblems(async () => {
        const loaded = await loadDesired({ dir, target, dayIn, filesRead, directory });
        valid.push(countsOf(loaded));
        collect(warnings, loaded.warnings);
      });
    }
  });
  return { valid, problems: [...problems.values()], warnings: [...warnings.values()] };
}

function countsOf({ desired: { target, settings, ...lists }, files }: Loaded): TargetCounts {
  const { skills, profiles, users, groups } = lists;
  return {
    ...{ target, organization: settings.organization, files: files.length },
    ...{ skills: skills.length, profiles: profiles.length, users: users.length, groups: groups.length },
  };
}

/** `production: 12 skills, 3 profiles, 40 users, 1 group in 4 files`. */
function describeCounts({ target, skills, profiles, users, groups, files }: TargetCounts): string {
  const parts = [
    count(skills, "skill"),
    count(profiles, "profile"),
    count(users, "user"),
    count(groups, "group"),
  ];
  return `${target}: ${parts.join(", ")} in ${count(files, "file")}`;
}
