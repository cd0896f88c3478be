/** The targets of a skills directory: its folders under `targets/`, or else one target called `default`. */
import { Failure } from "../problem.ts";
import { nearest } from "../text.ts";
import type { Folder } from "./files.ts";
import { isData, listFolder, openDirectory, topOf } from "./files.ts";
import type { ProblemDraft, OnProblem } from "./problems.ts";
import { finishProblems } from "./problems.ts";

/** The folder with one folder for each target. */
export const TARGETS = "targets";

/** The name of the only target of a directory without a folder `targets/`. */
export const DEFAULT_TARGET = "default";

/** A target, and the folder with its own files if it has one. */
export interface Target {
  readonly name: string;
  readonly folder?: Folder;
}

/** The names of the targets, sorted; throws a Failure where the directory or a target's name is wrong. */
export async function listTargets(dir: string): Promise<string[]> {
  const drafts: ProblemDraft[] = [];
  const targets = await findTargets(await openDirectory(dir), (draft) => drafts.push(draft));
  if (drafts.length > 0) throw new Failure(finishProblems(drafts, new Map()));
  return targets.map((target) => target.name);
}

/** The name of the chosen target. Throws a Failure if none can be chosen, and like `listTargets`. */
export async function pickTarget(dir: string, asked: string | undefined): Promise<string> {
  const drafts: ProblemDraft[] = [];
  const targets = (await listTargets(dir)).map((name) => ({ name }));
  const chosen = chooseTarget(targets, asked, (draft) => drafts.push(draft));
  if (!chosen) throw new Failure(finishProblems(drafts, new Map()));
  return chosen.name;
}

/** Whether the directory has named targets, and not only the one called `default`. */
export async function hasNamedTargets(dir: string): Promise<boolean> {
  return (await listTargets(dir)).join() !== DEFAULT_TARGET;
}

/** Finds the targets of an open directory, sorted by name, and reports what is wrong with them. */
export async function findTargets(directory: Folder, onProblem: OnProblem): Promise<Target[]> {
  // Problems with the other entries are reported when their files are looked for.
  const top = await listFolder(directory, () => undefined);
  const folder = top.find((entry) => entry.isFolder && entry.name === TARGETS);
  const entries = folder ? await listFolder({ ...directory, path: folder.path }, onProblem) : [];
  const targets: Target[] = [];
  for (const { isFolder, name, path } of entries) {
    if (isFolder && isTargetName(name)) targets.push({ name, folder: { ...directory, path } });
    else if (isFolder) onProblem({ ...badName(name), place: topOf(path) });
    else if (isData(name)) onProblem({ ...STRAY_FILE, place: topOf(path) });
  }
  return targets.length > 0 ? targets : [{ name: DEFAULT_TARGET }];
}

/** Adds the target that was asked for if its name is valid and new. */
export function addTarget(targets: readonly Target[], asked: string | undefined): readonly Target[] {
  const isNew = asked !== undefined && isTargetName(asked) && !targets.some(({ name }) => name === asked);
  return isNew ? [...targets, { name: asked }] : targets;
}

/** The chosen target; reports a problem and returns undefined if none can be chosen. */
export function chooseTarget(
  targets: readonly Target[],
  asked: string | undefined,
  onProblem: OnProblem,
): Target | undefined {
  const names = targets.map((target) => target.name);
  if (asked === undefined && targets.length === 1) return targets[0];
  const chosen = targets.find((target) => target.name === asked);
  if (!chosen) onProblem(asked === undefined ? targetNeeded(names) : unknownTarget(asked, names));
  return chosen;
}

function targetNeeded(names: readonly string[]): ProblemDraft {
  return {
    code: "TARGET_NEEDED",
    message: "This directory has several targets, and none was named.",
    hint: `Name one of them with --target: ${names.join(", ")}.`,
  };
}

function unknownTarget(asked: string, names: readonly string[]): ProblemDraft {
  const meant = nearest(asked, names);
  return {
    code: "UNKNOWN_TARGET",
    message: `There is no target "${asked}".`,
    hint: `${meant === undefined ? "" : `Did you mean "${meant}"? `}The targets are: ${names.join(", ")}.`,
  };
}

/** Whether the name has only the letters a to z, digits and hyphens. */
export function isTargetName(name: string): boolean {
  return /^[a-z0-9-]+$/u.test(name);
}

function badName(name: string): ProblemDraft {
  return {
    code: "BAD_TARGET_NAME",
    message: `"${name}" can't be the name of a target.`,
    hint: "Use the letters a to z, digits and hyphens: production-eu.",
  };
}

const STRAY_FILE = {
  code: "STRAY_FILE",
  message: "This file is in targets/, but not in a target's folder.",
  hint: "Move it into the folder of its target, or up, where it applies to every target.",
};
