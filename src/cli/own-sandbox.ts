/** The sandbox that `--sandbox` starts for one command; it keeps its data between commands. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Credentials } from "../genesys/credentials.ts";
import type { Dialect } from "../model.ts";
import { Failure } from "../problem.ts";
import { exampleSeed } from "../sandbox/example.ts";
import { findRoot } from "./root.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { startSandbox } from "../sandbox/sandbox.ts";
import { StateError } from "../sandbox/state.ts";

/** The command that deletes its data and its ledger. */
export const RESET_SANDBOX = "rm -rf .genesys-skills && git branch -D ledger/sandbox";

/** Its data is in the folder `.genesys-skills` at the root of the repository. Throws Failure BAD_STATE for a file that can't be used. */
export async function startOwnSandbox(dialect: Dialect): Promise<Sandbox> {
  const folder = `${findRoot()}.genesys-skills`;
  await mkdir(folder, { recursive: true });
  // Keeps the data out of commits.
  await writeFile(join(folder, ".gitignore"), "*\n");
  const state = join(folder, `sandbox-${dialect}.json`);
  try {
    return await startSandbox({ dialect, seed: exampleSeed, state, requestsPerMinute: 0 });
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    const hint = `Delete it and its ledger: ${RESET_SANDBOX}`;
    throw new Failure({ code: "BAD_STATE", message: error.message, hint });
  }
}

export function credentialsOf({ url, clientId, clientSecret }: Sandbox): Credentials {
  return { clientId, clientSecret, apiUrl: url, loginUrl: url };
}
