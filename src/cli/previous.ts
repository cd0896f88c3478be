/** The YAML as it stood in the ledger's revision, so that a removal can point at the line that used to ask. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { loadDesired } from "../desired/load.ts";
import { listFiles, showFile } from "../ledger/revision.ts";
import type { Desired } from "../model.ts";
import { Failure } from "../problem.ts";
import { dayOf } from "./day.ts";
import type { TargetOptions } from "./options.ts";

/** Undefined where git no longer has it, or where it can't be read by today's rules: it only explains. */
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
      // A path in a commit is data: it must not lead out of the folder.
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

/**
 * The value with the file of every place in it replaced: in the value itself, which nobody else has yet, since a copy
 * of a large repository takes longer than reading it.
 */
function relocate<T>(value: T, place: (file: string) => { file: string; revision: string }): T {
  const files = new Map<string, { file: string; revision: string }>();
  const seen = new Set<unknown>();
  const visit = (inner: unknown): void => {
    if (typeof inner !== "object" || inner === null || seen.has(inner)) return;
    seen.add(inner);
    for (const one of Object.values(inner)) visit(one);
    if (!("source" in inner) || !isPlace(inner.source)) return;
    const { file } = inner.source;
    const there = files.get(file) ?? place(file);
    files.set(file, there);
    inner.source = { ...inner.source, ...there };
  };
  visit(value);
  return value;
}

function isPlace(value: unknown): value is { readonly file: string } {
  return typeof value === "object" && value !== null && "file" in value && typeof value.file === "string";
}
