/** Writes files into a folder: all of them or none, and never over an existing file. */
import { mkdir, open, rm, rmdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { Failure, messageOf } from "../problem.ts";
import { printable } from "../text.ts";

/**
 * Returns a function that removes the files again, and the folders that were created for them. Throws Failure
 * YAML_EXISTS if a name is taken meanwhile, or CANNOT_WRITE; then no file is left behind.
 */
export async function writeFiles(
  folder: string,
  files: readonly { readonly name: string; readonly text: string }[],
): Promise<() => Promise<void>> {
  const [written, folders]: [string[], string[]] = [[], []];
  // Ignores errors: the failure before it is the one to report, and a folder with other files stays.
  const undo = async (): Promise<void> => {
    for (const path of written) await rm(path, { force: true }).catch(() => undefined);
    for (const path of folders.reverse()) await rmdir(path).catch(() => undefined);
  };
  try {
    for (const { name, text } of files) {
      const path = resolve(join(folder, name));
      folders.push(...(await makeFolder(dirname(path))));
      const file = await open(path, "wx");
      written.push(path);
      await file.writeFile(text).finally(() => file.close());
    }
  } catch (error) {
    await undo();
    throw cannotWrite(folder, error);
  }
  return undo;
}

/** Returns the folders that did not exist, the topmost first. */
async function makeFolder(folder: string): Promise<string[]> {
  const first = await mkdir(folder, { recursive: true });
  const made: string[] = [];
  if (first !== undefined) for (let at = folder; at !== dirname(first); at = dirname(at)) made.unshift(at);
  return made;
}

function cannotWrite(folder: string, error: unknown): Failure {
  const reason = printable(messageOf(error));
  const shown = printable(folder);
  return error instanceof Error && "code" in error && error.code === "EEXIST"
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
