/** The YAML of the ledger's revision, so that a removal can point at the removed line. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { loadDesired } from "../desired/load.ts";
import { listFiles, showFile } from "../ledger/revision.ts";
import type { Desired } from "../model.ts";
import { Failure } from "../problem.ts";
import { dayOf } from "./day.ts";
import type { TargetOptions } from "./options.ts";

/** Undefined if git lacks the revision or its YAML is invalid for this version; it is only for explanations. */
export async function loadPrevious(
  { dir, target, at }: TargetOptions,
  revision: string,
  env: NodeJS.ProcessEnv,
): Promise<Desired | undefined> {
  const folder = await mkdtemp(join(tmpdir(), "genesys-skills-"));
  try {
    for (const path of await listFiles(dir, revision, ".", env)) {
      const text = await showFile(dir, revision, path, env);
      const file = join(folder, path);
      // A path in a commit is untrusted: it must stay inside the folder.
      if (text === null || relative(folder, file).startsWith("..")) continue;
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
    }
    const { desired } = await loadDesired({
      dir: folder,
      ...(target !== undefined && { target }),
      dayIn: dayOf({ ...(at !== undefined && { at }) }),
    });
    return relocate(desired, (file) => ({ file: join(dir, relative(folder, file)), revision }));
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Replaces the file of every place in the value. */
function relocate<T>(value: T, place: (file: string) => { file: string; revision: string }): T {
  return JSON.parse(JSON.stringify(value), (key, inner: unknown) =>
    key === "source" && isPlace(inner) ? { ...inner, ...place(inner.file) } : inner,
  ) as T;
}

function isPlace(value: unknown): value is { readonly file: string } {
  return typeof value === "object" && value !== null && "file" in value && typeof value.file === "string";
}
