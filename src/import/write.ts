/** Writes files into a folder: all of them or none, and never over an existing file. */
import { randomUUID } from "node:crypto";
import { constants, copyFile, link, mkdir, rm, rmdir, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { Failure } from "../problem.ts";
import { printable } from "../text.ts";

interface Written {
  /** Removes the files again, and the folders that were created for them. */
  undo(): Promise<void>;
}

/**
 * First writes every file under a hidden name, and moves them into place when all are written. Throws Failure
 * YAML_EXISTS if a name is taken meanwhile, or CANNOT_WRITE; then no file is left behind.
 */
export async function writeFiles(
  folder: string,
  files: readonly { readonly name: string; readonly text: string }[],
): Promise<Written> {
  const moves = files.map(({ name, text }) => {
    const path = join(folder, name);
    return { text, path, hidden: join(dirname(path), `.${randomUUID()}`) };
  });
  const placed: string[] = [];
  const made: { readonly first: string; readonly last: string }[] = [];
  // Ignores errors here, so that the first failure is the one reported.
  const remove = (paths: readonly string[]): Promise<unknown> =>
    Promise.allSettled(paths.map((path) => rm(path, { force: true })));
  const undo = async (): Promise<void> => {
    await remove([...moves.map(({ hidden }) => hidden), ...placed]);
    for (const { first, last } of made.reverse()) await removeFolders(last, first);
  };
  try {
    for (const { hidden, text } of moves) {
      const last = dirname(hidden);
      const first = await mkdir(last, { recursive: true });
      if (first !== undefined) made.push({ first, last });
      await writeFile(hidden, text, { flag: "wx" });
    }
    for (const { hidden, path } of moves) {
      await place(hidden, path);
      placed.push(path);
    }
    await remove(moves.map(({ hidden }) => hidden));
  } catch (error) {
    await undo();
    throw cannotWrite(folder, error);
  }
  return { undo };
}

/** Removes `folder` and its parents up to `made`, unless they contain other files. */
async function removeFolders(folder: string, made: string): Promise<void> {
  try {
    for (let at = resolve(folder); at.startsWith(resolve(made)); at = dirname(at)) await rmdir(at);
  } catch {
    // The earlier failure is the one to report.
  }
}

/** Moves a file without replacing another, as a rename would. Copies it if the file system has no links. */
async function place(hidden: string, path: string): Promise<void> {
  await link(hidden, path).catch((error: unknown) => {
    if (isTaken(error)) throw error;
    return copyFile(hidden, path, constants.COPYFILE_EXCL);
  });
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EEXIST";
}

function cannotWrite(folder: string, error: unknown): Failure {
  const reason = printable(error instanceof Error ? error.message : String(error));
  const shown = printable(folder);
  return isTaken(error)
    ? new Failure({
        code: "YAML_EXISTS",
        message: `Something in "${shown}" has the name of a file to write: ${reason}.`,
        hint: "Nothing was written. Run it again, or name another folder with --dir.",
      })
    : new Failure({
        code: "CANNOT_WRITE",
        message: `The files could not be written to "${shown}": ${reason}.`,
        hint: "Nothing was written. Name a folder that you may write to with --dir.",
      });
}
