/** A skills directory → Desired for one target, or every problem in its files. */
import type { Desired } from "../model.ts";
import type { Problem } from "../problem.ts";
import { Failure } from "../problem.ts";
import { byText } from "../text.ts";
import { checkTimeZone, datedLines, onDay, warnOfPastDays } from "./days.ts";
import type { Declarations } from "./declarations.ts";
import { joinDeclarations, readDeclarations } from "./declarations.ts";
import type { FoundFile } from "./files.ts";
import { findFiles, isThere, openDirectory, readText, shownPath, topOf } from "./files.ts";
import { layerDeclarations } from "./layers.ts";
import { parseText } from "./parse.ts";
import type { ProblemDraft, OnProblem } from "./problems.ts";
import { finishProblems } from "./problems.ts";
import { resolveDesired } from "./resolve.ts";
import { checkRules } from "./rules.ts";
import { readSettings } from "./settings.ts";
import { checkShape } from "./shape.ts";
import { checkSkillCounts } from "./skill-counts.ts";
import { addTarget, chooseTarget, DEFAULT_TARGET, findTargets, TARGETS } from "./targets.ts";
import type { Parsed, Tree } from "./tree.ts";
import { checkWarnings } from "./warnings.ts";

export interface LoadOptions {
  /** The directory that holds the skills, as the user typed it. */
  readonly dir: string;
  /** May be left out where the directory has one target. */
  readonly target?: string;
  /** Treat a missing or empty directory, or a target without a folder, as empty. Default false: report problems. */
  readonly mayBeNew?: boolean;
  /** Returns the day to load the files for, given their time zone. Without it, files with days can't be loaded. */
  readonly dayIn?: (timeZone: string) => string;
}

export interface Loaded {
  readonly desired: Desired;
  /** The paths of the files that were read, sorted. */
  readonly files: readonly string[];
  /** Likely mistakes in files that can be applied; sorted by place. */
  readonly warnings: readonly Problem[];
}

/** Loads the directory for a target; throws one Failure with every problem found. */
export async function loadDesired(options: LoadOptions): Promise<Loaded> {
  const drafts: ProblemDraft[] = [];
  const onProblem: OnProblem = (draft) => drafts.push(draft);
  if (options.mayBeNew && !(await isThere(options.dir))) return emptyDesired(options.target);
  const folder = await openDirectory(options.dir);
  const found = await findTargets(folder, onProblem);
  const targets = options.mayBeNew ? addTarget(found, options.target) : found;
  const target = chooseTarget(targets, options.target, onProblem);
  const shared = await readLayer(await findFiles(folder, onProblem, TARGETS), target?.name, onProblem);
  const ownFiles = target?.folder ? await findFiles(target.folder, onProblem) : [];
  const own = await readLayer(ownFiles, target?.name, onProblem);
  const texts = new Map([...shared.texts, ...own.texts]);
  if (texts.size === 0 && drafts.length === 0 && !options.mayBeNew) onProblem(emptyDirectory(options.dir));

  const catalogue = layerDeclarations(shared.declarations, own.declarations, onProblem);
  const isWhole = catalogue.isWhole && target !== undefined;
  checkRules({ ...catalogue, isWhole }, onProblem);
  const settings = readSettings([...shared.settings, ...own.settings]);
  const day = options.dayIn?.(settings.timeZone ?? "UTC");
  // Which lines are in effect depends on the day, so the caller must pass one.
  if (day === undefined && datedLines(catalogue).length > 0) throw new Error("These files need a day.");
  const current = day === undefined ? catalogue : onDay(catalogue, day);
  const desired = resolveDesired(current, target?.name ?? "", settings);
  checkSkillCounts(desired, onProblem);

  if (drafts.length > 0) throw new Failure(finishProblems(drafts, texts));
  const warnings: ProblemDraft[] = [];
  checkWarnings(
    catalogue,
    settings,
    targets.map(({ name }) => name),
    (draft) => warnings.push(draft),
  );
  if (day !== undefined) warnOfPastDays(catalogue, day, (draft) => warnings.push(draft));
  return { desired, files: [...texts.keys()].sort(byText), warnings: finishProblems(warnings, texts) };
}

/** The result for a directory without files. */
export function emptyDesired(target = DEFAULT_TARGET): Loaded {
  const none = joinDeclarations([]);
  const catalogue = layerDeclarations(none, none, () => undefined);
  return { desired: resolveDesired(catalogue, target, readSettings([])), files: [], warnings: [] };
}

/** The content of the shared files, or of one target's own files. */
interface Layer {
  /** By the path that is shown. */
  readonly texts: ReadonlyMap<string, string>;
  readonly declarations: Declarations;
  readonly settings: readonly Tree[];
}

async function readLayer(
  found: readonly FoundFile[],
  target: string | undefined,
  onProblem: OnProblem,
): Promise<Layer> {
  const texts = new Map<string, string>();
  const declarations: Declarations[] = [];
  const settings: Tree[] = [];
  for (const { path, kind } of found) {
    const file = shownPath(path);
    const text = await readText(path, onProblem);
    const parsed = text === undefined ? BAD : await parseText({ file, text }, onProblem);
    if (text !== undefined) texts.set(file, text);
    if (parsed.kind === "tree") checkShape(parsed.tree, kind, onProblem);
    if (kind === "settings" && parsed.kind === "tree") {
      checkTimeZone(parsed.tree, onProblem);
      settings.push(parsed.tree);
    }
    if (kind === "skills") declarations.push(declarationsOf(parsed, target));
  }
  reportSecondSettings(found, onProblem);
  return { texts, declarations: joinDeclarations(declarations), settings };
}

const BAD: Parsed = { kind: "bad" };

function declarationsOf(parsed: Parsed, target: string | undefined): Declarations {
  switch (parsed.kind) {
    case "tree":
      return readDeclarations(parsed.tree, target);
    case "empty":
      return { ...joinDeclarations([]), isWhole: true };
    case "bad":
      return { ...joinDeclarations([]), isWhole: false };
  }
}

function reportSecondSettings(found: readonly FoundFile[], onProblem: OnProblem): void {
  const [first, ...others] = found.filter((file) => file.kind === "settings");
  for (const other of others) {
    onProblem({
      code: "SECOND_SETTINGS",
      message: `There are settings in ${shownPath(first?.path ?? "")} already.`,
      place: topOf(other.path),
      hint: "Put all settings into settings.yaml.",
    });
  }
}

function emptyDirectory(dir: string): ProblemDraft {
  return {
    code: "EMPTY_DIRECTORY",
    message: `There is no .yaml, .yml or .json file in the directory "${shownPath(dir)}".`,
    hint: "Write one, such as billing.yaml, or run the command import to write files from what the organisation holds now.",
  };
}
