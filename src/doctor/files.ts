/** The program's own ground: Node.js, and the YAML of the target. */
import { loadDesired } from "../desired/load.ts";
import { DEFAULT_TARGET, listTargets } from "../desired/targets.ts";
import type { Desired } from "../model.ts";
import type { Problem } from "../problem.ts";
import { Failure, formatPlace } from "../problem.ts";
import { count, printable } from "../text.ts";
import type { Finding } from "./finding.ts";
import { ok, unchecked, wrong } from "./finding.ts";

export interface FilesQuestion {
  readonly dir: string;
  readonly target?: string;
  /** Like `22.19.0`. */
  readonly nodeVersion: string;
}

export interface FilesAnswer {
  readonly findings: readonly Finding[];
  /** Null where the directory has several and none of them was named. */
  readonly target: string | null;
  /** Whether credentials carry the target's name. */
  readonly hasTargets: boolean;
  /** Null where something in the YAML is wrong. */
  readonly desired: Desired | null;
}

/** What package.json asks for. */
const MIN_NODE: readonly [number, number] = [20, 19];
const CHOICE: readonly string[] = ["TARGET_NEEDED", "UNKNOWN_TARGET"];

export async function examineFiles({ dir, target, nodeVersion }: FilesQuestion): Promise<FilesAnswer> {
  const names = await targetsIn(dir);
  const chosen = chooseTarget(names, target);
  const hasTargets = names !== null && !(names.length === 1 && names[0] === DEFAULT_TARGET);
  const { desired, findings } = await examineYaml(dir, target, chosen);
  return { findings: [examineNode(nodeVersion), ...findings], target: chosen, hasTargets, desired };
}

function examineNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [minMajor, minMinor] = MIN_NODE;
  if (major > minMajor || (major === minMajor && minor >= minMinor)) return ok("node", `${version}.`);
  return wrong("node", {
    code: "OLD_NODE",
    message: `This is Node.js ${version}; the program needs ${MIN_NODE.join(".")} or newer.`,
    hint: "Install a newer one from https://nodejs.org.",
  });
}

/** Null where that can't be told; loading says why. */
async function targetsIn(dir: string): Promise<readonly string[] | null> {
  try {
    return await listTargets(dir);
  } catch (error) {
    if (error instanceof Failure) return null;
    throw error;
  }
}

function chooseTarget(names: readonly string[] | null, asked: string | undefined): string | null {
  if (names === null) return asked ?? DEFAULT_TARGET;
  if (asked !== undefined) return names.includes(asked) ? asked : null;
  return names.length === 1 ? (names[0] ?? null) : null;
}

async function examineYaml(
  dir: string,
  asked: string | undefined,
  chosen: string | null,
): Promise<Pick<FilesAnswer, "findings" | "desired">> {
  try {
    const { desired, files } = await loadDesired({ dir, ...(asked !== undefined && { target: asked }) });
    return { desired, findings: [ok("target", `${desired.target}.`), describe(desired, files.length, dir)] };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const choice = error.problems.find(({ code }) => CHOICE.includes(code));
    const others = error.problems.filter((problem) => problem !== choice);
    const target = choice ? wrong("target", choice) : ok("target", `${chosen ?? ""}.`);
    return { desired: null, findings: [target, ...sumUp(others, dir)] };
  }
}

function describe(desired: Desired, files: number, dir: string): Finding {
  const { skills, profiles, users } = desired;
  const parts = [
    count(skills.length, "skill"),
    count(profiles.length, "profile"),
    count(users.length, "user"),
  ];
  return ok("yaml", `${parts.join(", ")} in ${count(files, "file")} of ${printable(dir)}.`);
}

/** One line for all that is wrong: `validate` shows each with its own. */
function sumUp(problems: readonly Problem[], dir: string): Finding[] {
  const [first, ...others] = problems;
  if (!first) return [unchecked("yaml", "the target is unknown")];
  if (first.place === undefined) return [wrong("yaml", first)];
  const where = `${formatPlace(first.place)}: ${first.message}`;
  const message =
    others.length === 0
      ? `One problem: ${where}`
      : `${count(problems.length, "problem")}; the first is ${where}`;
  const flag = dir === "skills" ? "" : ` --dir ${printable(dir)}`;
  const hint = `Run \`genesys-skills validate${flag}\`, which shows each with its line and what to do.`;
  return [wrong("yaml", { code: "INVALID_YAML", message, hint })];
}
