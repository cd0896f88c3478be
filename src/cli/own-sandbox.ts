/** The sandbox that `--sandbox` starts for one command; it keeps its data between commands. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Dialect } from "../model.ts";
import { exampleSeed } from "../sandbox/example.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { startSandbox } from "../sandbox/sandbox.ts";

/** Where the sandbox keeps its data, below the folder that the command runs in. */
const STATE_FOLDER = ".genesys-skills";

/** Delete the file to begin anew. */
export async function startOwnSandbox(dialect: Dialect): Promise<Sandbox> {
  await mkdir(STATE_FOLDER, { recursive: true });
  // So that nobody commits it by accident.
  await writeFile(join(STATE_FOLDER, ".gitignore"), "*\n");
  const state = join(STATE_FOLDER, `sandbox-${dialect}.json`);
  return startSandbox({ dialect, seed: exampleSeed, state, requestsPerMinute: 0 });
}
