import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { loadDesired } from "../../src/desired/load.ts";
import type { Desired } from "../../src/model.ts";
import type { Problem } from "../../src/problem.ts";
import { Failure } from "../../src/problem.ts";

/** Writes files into a new directory, which is removed after the test. */
export async function makeDirectory(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "desired-"));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(dir, name)), { recursive: true });
    await writeFile(join(dir, name), content);
  }
  return dir;
}

const dayIn = (): string => "2026-11-27";

/** Loads what the files say for a target. */
export async function load(files: Readonly<Record<string, string>>, target?: string): Promise<Desired> {
  const dir = await makeDirectory(files);
  return (await loadDesired({ dir, ...(target !== undefined && { target }), dayIn })).desired;
}

/** The problems of a directory; an empty list where it has none. */
export async function problemsOf(dir: string, target?: string): Promise<readonly Problem[]> {
  try {
    await loadDesired({ dir, ...(target !== undefined && { target }), dayIn });
    return [];
  } catch (error) {
    if (error instanceof Failure) return error.problems;
    throw error;
  }
}

/** The warnings of files that have no problem. */
export async function warningsOf(
  files: Readonly<Record<string, string>>,
  target?: string,
): Promise<readonly Problem[]> {
  const dir = await makeDirectory(files);
  const { warnings } = await loadDesired({ dir, ...(target !== undefined && { target }), dayIn });
  return warnings.map((warning) =>
    warning.place
      ? { ...warning, place: { ...warning.place, file: warning.place.file.replace(`${dir}/`, "") } }
      : warning,
  );
}

/** Each problem as `CODE file:line:column`, the file seen from the directory. */
export function summarize(problems: readonly Problem[], dir: string): string[] {
  return problems.map(({ code, place }) =>
    place ? `${code} ${place.file.replace(`${dir}/`, "")}:${place.line}:${place.column}` : code,
  );
}
