/** The files of a repository's skills directory: found and read within limits, never outside the directory. */
import type { Stats } from "node:fs";
import { readdir, readFile, realpath, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { Failure } from "../problem.ts";
import { byText } from "../text.ts";
import type { OnProblem } from "./problems.ts";

const MAX_BYTES = 1024 * 1024;
/** How many files and folders one run looks at. */
const MAX_ENTRIES = 5000;

/** Whether a file holds skills, profiles and users, or settings. */
export type FileKind = "skills" | "settings";

/** An existing folder. */
export interface Folder {
  readonly path: string;
  /** The real path of the directory that links must not leave; or the files of a commit, by path. */
  readonly root: string | CommittedFiles;
}

/** The texts of a commit's files, by the path where the work tree has the file. */
export type CommittedFiles = ReadonlyMap<string, string>;

interface FolderEntry {
  readonly name: string;
  readonly path: string;
  readonly isFolder: boolean;
}

export interface FoundFile {
  readonly path: string;
  readonly kind: FileKind;
}

/** A file with its text; without one where it can't be read. */
export type TextFile = FoundFile & { readonly text: string | undefined };

/** Opens the skills directory; throws a Failure if it is missing or is not a directory. */
export async function openDirectory(dir: string): Promise<Folder> {
  const found = await statOf(dir);
  if (!found) {
    throw new Failure({
      code: "MISSING_DIRECTORY",
      message: `There is no directory "${dir}".`,
      hint: "Run this at the root of your repository, or name the directory with --dir. To begin a repository: init, then import.",
    });
  }
  if (!found.isDirectory()) {
    throw new Failure({
      code: "NOT_A_DIRECTORY",
      message: `"${dir}" is a file; expected the directory with the skills files.`,
      hint: "Name the directory with --dir.",
    });
  }
  return { path: dir, root: await realpath(dir) };
}

/** Whether the path exists. */
export async function isThere(path: string): Promise<boolean> {
  return (await statOf(path)) !== undefined;
}

/** Lists the files and folders in a folder, sorted by name, without hidden ones (`.git`). */
export async function listFolder(folder: Folder, onProblem: OnProblem): Promise<FolderEntry[]> {
  if (typeof folder.root !== "string") return listCommitted(folder.path, folder.root);
  const dirents = await readdir(folder.path, { withFileTypes: true }).catch(() => undefined);
  if (!dirents) {
    onProblem({ ...UNREADABLE, message: "This folder can't be read.", place: topOf(folder.path) });
    return [];
  }
  const entries: FolderEntry[] = [];
  for (const dirent of dirents
    .filter(({ name }) => !name.startsWith("."))
    .sort((a, b) => byText(a.name, b.name))) {
    const path = join(folder.path, dirent.name);
    if (dirent.isSymbolicLink() && !(await staysInside(path, folder.path, folder.root, onProblem))) continue;
    const found = await statOf(path);
    if (found?.isDirectory() || found?.isFile()) {
      entries.push({ name: dirent.name, path, isFolder: found.isDirectory() });
    }
  }
  return entries;
}

function listCommitted(folder: string, files: CommittedFiles): FolderEntry[] {
  const entries = new Map<string, FolderEntry>();
  for (const file of files.keys()) {
    const [name = "", ...deeper] = relative(folder, file).split(sep);
    // Files outside of the folder begin with dots too.
    if (!name.startsWith("."))
      entries.set(name, { name, path: join(folder, name), isFolder: deeper.length > 0 });
  }
  return [...entries.values()].sort((a, b) => byText(a.name, b.name));
}

/**
 * Finds the files under a folder that hold skills or settings, at any depth; `skip` is a top-level folder to leave
 * out. Only a top-level file called `settings` holds settings.
 */
export async function findFiles(folder: Folder, onProblem: OnProblem, skip?: string): Promise<FoundFile[]> {
  const files: FoundFile[] = [];
  const waiting: Folder[] = [folder];
  let seen = 0;
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const isTop = next === folder;
    for (const entry of await listFolder(next, onProblem)) {
      if (++seen > MAX_ENTRIES) {
        onProblem({ ...TOO_MANY_FILES, place: topOf(folder.path) });
        return files;
      }
      if (entry.isFolder && !(isTop && entry.name === skip))
        waiting.push({ path: entry.path, root: folder.root });
      if (!entry.isFolder && isData(entry.name))
        files.push({ path: entry.path, kind: kindOf(entry.name, isTop) });
    }
  }
  return files;
}

/** Finds the same files, and reads them. */
export async function readFolder(folder: Folder, onProblem: OnProblem, skip?: string): Promise<TextFile[]> {
  const files: TextFile[] = [];
  for (const found of await findFiles(folder, onProblem, skip)) {
    const committed = typeof folder.root === "string" ? undefined : folder.root.get(found.path);
    files.push({ ...found, text: await readText(found.path, onProblem, committed) });
  }
  return files;
}

/** Whether a file with this name is read. */
export function isData(name: string): boolean {
  return /\.(?:ya?ml|json)$/iu.test(name);
}

/** Reads the text of a file, which `committed` is in a commit; reports a problem and returns undefined if that fails. */
export async function readText(
  path: string,
  onProblem: OnProblem,
  committed?: string,
): Promise<string | undefined> {
  const place = topOf(path);
  const kept = committed === undefined ? undefined : Buffer.from(committed);
  const size = kept?.length ?? (await statOf(path))?.size ?? 0;
  if (size > MAX_BYTES) {
    onProblem({
      ...TOO_LARGE,
      message: `The file has ${size} bytes; the limit is ${MAX_BYTES}.`,
      place,
    });
    return undefined;
  }
  const bytes = kept ?? (await readFile(path).catch(() => undefined));
  if (!bytes) {
    onProblem({ ...UNREADABLE, message: "This file can't be read.", place });
    return undefined;
  }
  const text = decode(bytes);
  if (text === undefined) onProblem({ ...NOT_UTF8, place: { ...place, line: badLine(bytes) } });
  const loneReturn = text?.search(/\r(?!\n)/u) ?? -1;
  if (text === undefined || loneReturn === -1) return text;
  const before = text.slice(0, loneReturn).split("\n");
  onProblem({
    ...LINE_ENDS,
    place: { ...place, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 },
  });
  return undefined;
}

/** A path with forward slashes. */
export function shownPath(path: string): string {
  return sep === "/" ? path : path.replaceAll(sep, "/");
}

/** The first position of a file, for problems with the whole file. */
export function topOf(path: string): { file: string; line: number; column: number } {
  return { file: shownPath(path), line: 1, column: 1 };
}

function kindOf(name: string, isTop: boolean): FileKind {
  return isTop && /^settings\./iu.test(name) ? "settings" : "skills";
}

async function statOf(path: string): Promise<Stats | undefined> {
  return stat(path).catch(() => undefined);
}

async function staysInside(
  path: string,
  folder: string,
  root: string,
  onProblem: OnProblem,
): Promise<boolean> {
  const real = await realpath(path).catch(() => undefined);
  if (real === undefined) {
    onProblem({ ...UNREADABLE, message: "This link leads nowhere.", place: topOf(path) });
    return false;
  }
  if (!real.startsWith(root + sep)) {
    onProblem({ ...LEAVES_DIRECTORY, place: topOf(path) });
    return false;
  }
  const isLoop = `${await realpath(folder)}${sep}`.startsWith(real + sep);
  if (isLoop) onProblem({ ...LINK_LOOP, place: topOf(path) });
  return !isLoop;
}

/** Undefined if the bytes are not UTF-8. UTF-16 can be valid UTF-8, but has zero bytes between the letters. */
function decode(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** The first line that is not UTF-8. */
function badLine(bytes: Buffer): number {
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const end = bytes.indexOf(0x0a, start);
    const stop = end === -1 ? bytes.length : end + 1;
    if (decode(bytes.subarray(start, stop)) === undefined) return line;
    start = stop;
  }
  return 1;
}

const UNREADABLE = {
  code: "UNREADABLE",
  hint: "Check that it exists and that you have permission to read it.",
};

const TOO_LARGE = { code: "FILE_TOO_LARGE", hint: "Split it into several files; any names will do." };

const TOO_MANY_FILES = {
  code: "TOO_MANY_FILES",
  message: `There are more than ${MAX_ENTRIES} files and folders here.`,
  hint: "Put several skills into one file, or name the right directory with --dir.",
};

const NOT_UTF8 = {
  code: "NOT_UTF8",
  message: "This line is not UTF-8 text.",
  hint: "Save the file with the encoding UTF-8.",
};

const LINE_ENDS = {
  code: "LINE_ENDS",
  message: "This line ends with a lone carriage return, which YAML does not treat as a line ending.",
  hint: "Save the file with Unix (LF) or Windows (CRLF) line endings.",
};

const LEAVES_DIRECTORY = {
  code: "LINK_LEAVES_DIRECTORY",
  message: "This link leads out of the directory.",
  hint: "Put the file itself here, so that reviewers of the repository see its content.",
};

const LINK_LOOP = {
  code: "LINK_LOOP",
  message: "This link leads back to a folder that holds it.",
  hint: "Remove the link.",
};
