/** Repositories of YAML in temporary directories. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";

export interface Repository {
  /** What holds `skills/`. */
  readonly folder: string;
  /** `skills/`, as an absolute path. */
  readonly dir: string;
  /** Writes a file; `path` is seen from the folder. */
  write(path: string, text: string): Promise<void>;
}

/** A pace at which no test waits for the rate limit. */
export const UNHURRIED = "requests_per_minute: 10000\n";

/** A new repository, removed after the test; the names of `files` are seen from `skills/`. */
export async function makeRepository(files: Readonly<Record<string, string>> = {}): Promise<Repository> {
  const folder = await mkdtemp(join(tmpdir(), "genesys-skills-test-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const write = async (path: string, text: string): Promise<void> => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  };
  await mkdir(join(folder, "skills"));
  for (const [name, text] of Object.entries({ "settings.yaml": UNHURRIED, ...files })) {
    await write(join("skills", name), text);
  }
  return { folder, dir: join(folder, "skills"), write };
}
