/** Where the files of an import go: a folder that says nothing of skills yet. */
import { stat } from "node:fs/promises";
import { join, relative } from "node:path";
import type { FoundFile } from "../desired/files.ts";
import { findFiles, openDirectory, readText, shownPath } from "../desired/files.ts";
import { parseText } from "../desired/parse.ts";
import type { Draft } from "../desired/problems.ts";
import { finishProblems } from "../desired/problems.ts";
import { readSettings } from "../desired/settings.ts";
import { checkShape } from "../desired/shape.ts";
import type { Target } from "../desired/targets.ts";
import { chooseTarget, DEFAULT_TARGET, findTargets, isTargetName, TARGETS } from "../desired/targets.ts";
import type { Tree } from "../desired/tree.ts";
import type { Settings } from "../model.ts";
import { Failure } from "../problem.ts";
import { printable } from "../text.ts";

export interface Destination {
  /** As people type it. */
  readonly folder: string;
  /** The target's name. */
  readonly target: string;
  /** Whether credentials carry that name. */
  readonly isNamed: boolean;
  /** The settings that are there already. */
  readonly settings: Settings;
  /** The file of this folder's own settings, where there is one. */
  readonly settingsFile?: string;
  /** Whether files above the target's folder apply to it too. */
  readonly isShared: boolean;
  /** The folder of the schemas as seen from the destination; absent where there is none. */
  readonly schemas?: string;
}

export interface DestinationOptions {
  readonly dir: string;
  readonly target?: string;
}

/**
 * Finds the folder and reads the settings that count for it; writes nothing. Throws Failure YAML_EXISTS where the
 * folder holds skills or profiles already, BAD_TARGET_NAME, and whatever is wrong with directory, targets and settings.
 */
export async function openDestination({ dir, target: asked }: DestinationOptions): Promise<Destination> {
  if (asked !== undefined && !isTargetName(asked)) throw badTarget(asked);
  const { target, shared, own } = await look(dir, asked);
  const folder = target.isNamed ? join(dir, TARGETS, target.name) : dir;
  const here = target.isNamed ? own : shared;
  refuseYaml(
    folder,
    here.filter(({ kind }) => kind === "skills"),
  );
  const settingsFile = here.find(({ kind }) => kind === "settings")?.path;
  const schemas = await findSchemas(folder);
  return {
    folder: shownPath(folder),
    target: target.name,
    isNamed: target.isNamed,
    settings: await readThem([...shared, ...own].filter(({ kind }) => kind === "settings")),
    ...(settingsFile !== undefined && { settingsFile: shownPath(settingsFile) }),
    isShared: target.isNamed && shared.some(({ kind }) => kind === "skills"),
    ...(schemas !== undefined && { schemas }),
  };
}

interface FolderContents {
  readonly target: { readonly name: string; readonly isNamed: boolean };
  /** For every target. */
  readonly shared: readonly FoundFile[];
  /** For this target alone. */
  readonly own: readonly FoundFile[];
}

/** A directory that isn't there yet holds nothing, nor does the folder of a target that nobody has named before. */
async function look(dir: string, asked: string | undefined): Promise<FolderContents> {
  if (!(await exists(dir))) return { target: targetOf(asked), shared: [], own: [] };
  const drafts: Draft[] = [];
  const onProblem = (draft: Draft): void => void drafts.push(draft);
  const directory = await openDirectory(dir);
  const targets = (await findTargets(directory, onProblem)).filter(({ folder }) => folder);
  const known = pickTarget(targets, asked, onProblem);
  const shared = await findFiles(directory, onProblem, TARGETS);
  const own = known?.folder ? await findFiles(known.folder, onProblem) : [];
  if (drafts.length > 0) throw new Failure(finishProblems(drafts, new Map()));
  return { target: known ? { name: known.name, isNamed: true } : targetOf(asked), shared, own };
}

function pickTarget(
  targets: readonly Target[],
  asked: string | undefined,
  onProblem: (draft: Draft) => void,
): Target | undefined {
  if (asked !== undefined) return targets.find(({ name }) => name === asked);
  return targets.length > 0 ? chooseTarget(targets, asked, onProblem) : undefined;
}

function targetOf(asked: string | undefined): FolderContents["target"] {
  return asked === undefined ? { name: DEFAULT_TARGET, isNamed: false } : { name: asked, isNamed: true };
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** The repository's own copy, below the folder that the command runs in. */
async function findSchemas(folder: string): Promise<string | undefined> {
  return (await exists(join("schemas", "skills.schema.json")))
    ? shownPath(relative(folder, "schemas"))
    : undefined;
}

async function readThem(found: readonly FoundFile[]): Promise<Settings> {
  const drafts: Draft[] = [];
  const texts = new Map<string, string>();
  const trees: Tree[] = [];
  for (const { path } of found) {
    const file = shownPath(path);
    const text = await readText(path, (draft) => drafts.push(draft));
    if (text === undefined) continue;
    texts.set(file, text);
    const parsed = parseText({ file, text }, (draft) => drafts.push(draft));
    if (parsed.kind !== "tree") continue;
    checkShape(parsed.tree, "settings", (draft) => drafts.push(draft));
    trees.push(parsed.tree);
  }
  if (drafts.length > 0) throw new Failure(finishProblems(drafts, texts));
  return readSettings(trees);
}

const SHOWN = 3;

function refuseYaml(folder: string, files: readonly FoundFile[]): void {
  if (files.length === 0) return;
  const names = files.slice(0, SHOWN).map(({ path }) => printable(shownPath(path)));
  const more = files.length > SHOWN ? ` and ${files.length - SHOWN} more` : "";
  throw new Failure({
    code: "YAML_EXISTS",
    message: `"${printable(shownPath(folder))}" holds files already: ${names.join(", ")}${more}. An import never overwrites, nor adds to what somebody wrote.`,
    hint: "Name a folder that isn't there yet with --dir, or move these files away first; settings may stay.",
  });
}

function badTarget(name: string): Failure {
  return new Failure({
    code: "BAD_TARGET_NAME",
    message: `"${printable(name)}" can't be the name of a target.`,
    hint: "Small letters a to z, digits and hyphens make a target's name: production-eu.",
  });
}
