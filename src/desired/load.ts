/** A skills directory → Desired for one target, or every problem in its files. */
import type { Desired } from "../model.ts";
import type { Problem } from "../problem.ts";
import { Failure } from "../problem.ts";
import { byText } from "../text.ts";
import { checkTimeZone, datedLines, fromDay, onDay, warnOfPastDays } from "./days.ts";
import type { Declarations } from "./declarations.ts";
import { joinDeclarations, readDeclarations } from "./declarations.ts";
import type { CommittedFiles, Folder, FoundFile, TextFile } from "./files.ts";
import { isThere, openDirectory, readFolder, shownPath, topOf } from "./files.ts";
import { layerDeclarations } from "./layers.ts";
import { parseText } from "./parse.ts";
import type { ProblemDraft, OnProblem } from "./problems.ts";
import { finishProblems } from "./problems.ts";
import { resolveDesired } from "./resolve.ts";
import { checkRules, checkSkillCounts } from "./rules.ts";
import { readSettings } from "./settings.ts";
import { checkShape } from "./shape.ts";
import type { Target } from "./targets.ts";
import { addTarget, chooseTarget, DEFAULT_TARGET, findTargets, TARGETS } from "./targets.ts";
import type { Tree } from "./tree.ts";
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
  /** Files that were read before, for another target perhaps. Default: none. */
  readonly filesRead?: FilesRead;
  /** The directory as it was opened for another target. Default: it is opened anew. */
  readonly directory?: SharedFiles;
}

/** What the texts of files say, by path: a file whose text is the same again is parsed and checked once. */
export type FilesRead = Map<string, FileRead>;

interface FileRead {
  readonly text: string;
  readonly problems: readonly ProblemDraft[];
  /** Of settings, and of declarations that depend on the target; a tree takes much more memory than these. */
  readonly tree?: Tree;
  readonly declarations?: Declarations;
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
  if (options.mayBeNew && !(await isThere(options.dir))) return emptyDesired(options.target);
  return resolveFiles(await readTarget(options), options.dayIn);
}

/** What all targets of a directory share. */
export interface SharedFiles {
  readonly folder: Folder;
  readonly targets: readonly Target[];
  readonly files: readonly TextFile[];
  readonly problems: readonly ProblemDraft[];
}

/** Finds the targets, and reads what they share. Throws a Failure if there is no directory. */
export async function readDirectory(dir: string): Promise<SharedFiles> {
  return readShared(await openDirectory(dir));
}

async function readShared(folder: Folder): Promise<SharedFiles> {
  const problems: ProblemDraft[] = [];
  const onProblem: OnProblem = (draft) => problems.push(draft);
  const targets = await findTargets(folder, onProblem);
  return { folder, targets, files: await readFolder(folder, onProblem, TARGETS), problems };
}

/** The files of one target, with the problems found in them. */
export interface ReadFiles {
  readonly dir: string;
  readonly shared: Layer;
  readonly own: Layer;
  /** Undefined if none can be chosen. */
  readonly target: string | undefined;
  readonly targets: readonly string[];
  readonly problems: readonly ProblemDraft[];
  readonly mayBeEmpty: boolean;
}

/** The files of a commit, as `readTarget` needs them. `files` has the texts by the path in the work tree. */
export async function readCommitted(files: CommittedFiles, options: LoadOptions): Promise<ReadFiles> {
  return readTarget({ ...options, directory: await readShared({ path: options.dir, root: files }) });
}

async function readTarget(options: LoadOptions): Promise<ReadFiles> {
  const directory = options.directory ?? (await readDirectory(options.dir));
  const problems = [...directory.problems];
  const onProblem: OnProblem = (draft) => problems.push(draft);
  const { dir, mayBeNew = false, filesRead = new Map<string, FileRead>() } = options;
  const targets = mayBeNew ? addTarget(directory.targets, options.target) : directory.targets;
  const target = chooseTarget(targets, options.target, onProblem);
  const read = (files: readonly TextFile[]): Promise<Layer> =>
    readLayer(files, target?.name, filesRead, onProblem);
  const shared = await read(directory.files);
  const own = await read(target?.folder ? await readFolder(target.folder, onProblem) : []);
  const names = targets.map(({ name }) => name);
  return { dir, shared, own, target: target?.name, targets: names, problems, mayBeEmpty: mayBeNew };
}

/** What the files ask for; `dayIn` as in `LoadOptions`. Throws one Failure with every problem found. */
export function resolveFiles(
  { dir, shared, own, target, targets, problems, mayBeEmpty }: ReadFiles,
  dayIn: LoadOptions["dayIn"],
): Loaded {
  const drafts = [...problems];
  const onProblem: OnProblem = (draft) => drafts.push(draft);
  const texts = new Map([...shared.texts, ...own.texts]);
  if (texts.size === 0 && drafts.length === 0 && !mayBeEmpty) onProblem(emptyDirectory(dir));

  const catalogue = layerDeclarations(shared.declarations, own.declarations, onProblem);
  checkRules({ ...catalogue, isWhole: catalogue.isWhole && target !== undefined }, onProblem);
  const settings = readSettings([...shared.settings, ...own.settings]);
  const day = dayIn?.(settings.timeZone ?? "UTC");
  // Without a day nobody could tell which lines count; whoever calls must give one.
  const hasDays = datedLines(catalogue).length > 0;
  if (day === undefined && hasDays) throw new Error("These files need a day.");
  const desired =
    day === undefined || !hasDays
      ? resolveDesired(catalogue, target ?? "", settings)
      : resolveDesired(onDay(catalogue, day), target ?? "", settings, {
          day,
          catalogue: fromDay(catalogue, day),
        });
  checkSkillCounts(desired, onProblem);

  if (drafts.length > 0) throw new Failure(finishProblems(drafts, texts));
  const warnings: ProblemDraft[] = [];
  checkWarnings(catalogue, settings, targets, (draft) => warnings.push(draft));
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
  found: readonly TextFile[],
  target: string | undefined,
  filesRead: FilesRead,
  onProblem: OnProblem,
): Promise<Layer> {
  const texts = new Map<string, string>();
  const declarations: Declarations[] = [];
  const settings: Tree[] = [];
  for (const { path, kind, text } of found) {
    const file = shownPath(path);
    if (text !== undefined) texts.set(file, text);
    const known = filesRead.get(path);
    const read = known && known.text === text ? known : await readFile({ file, text, kind });
    if (text !== undefined) filesRead.set(path, read);
    for (const problem of read.problems) onProblem(problem);
    const { tree } = read;
    if (kind === "settings" && tree) settings.push(tree);
    if (kind === "skills") declarations.push(read.declarations ?? readOfTarget(tree, target));
  }
  reportSecondSettings(found, onProblem);
  return { texts, declarations: joinDeclarations(declarations), settings };
}

/** `text` is undefined where it could not be had. */
async function readFile({
  file,
  text,
  kind,
}: Pick<FoundFile, "kind"> & {
  readonly file: string;
  readonly text: string | undefined;
}): Promise<FileRead> {
  if (text === undefined) return { text: "", problems: [], declarations: NONE };
  const problems: ProblemDraft[] = [];
  const onProblem: OnProblem = (draft) => problems.push(draft);
  const parsed = await parseText({ file, text }, onProblem);
  if (parsed.kind !== "tree")
    return { text, problems, declarations: { ...NONE, isWhole: parsed.kind === "empty" } };
  const { tree } = parsed;
  checkShape(tree, kind, onProblem);
  if (kind === "settings") {
    checkTimeZone(tree, onProblem);
    return { text, problems, tree };
  }
  const declarations = readDeclarations(tree);
  const isOfTarget = [...declarations.skills, ...declarations.profiles].some(
    ({ idTargets }) => idTargets.length > 0,
  );
  return { text, problems, ...(isOfTarget ? { tree } : { declarations }) };
}

/** What can't be read may declare anything. */
const NONE: Declarations = { ...joinDeclarations([]), isWhole: false };

function readOfTarget(tree: Tree | undefined, target: string | undefined): Declarations {
  return tree ? readDeclarations(tree, target) : NONE;
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
