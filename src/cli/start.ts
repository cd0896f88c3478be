/** The program as a process: its environment, its streams and its exit code. */
import { existsSync, readFileSync } from "node:fs";
import { loadEnvFile } from "node:process";
import { parseEnv } from "node:util";
import { printable } from "../text.ts";
import { unknownVariables } from "./env.ts";
import { findRoot } from "./root.ts";
import { run } from "./run.ts";
import { openTerminal } from "./terminal.ts";

/** Sets the exit code of the process; never throws. */
export async function start(): Promise<void> {
  const warnings = readEnvFile(process.env);
  const terminal = openTerminal(process);
  for (const words of warnings) terminal.err(`${printable(words, 300)}\n`);
  process.exitCode = await run(process.argv.slice(2), terminal);
  const lost = await terminal.lostOutput();
  if (lost === null) return;
  terminal.err(`The output could not be written completely: ${lost}.\n`);
  process.exitCode ||= 1;
}

/**
 * Adds the variables of a file `.env`, here or at the root of the repository; variables that are set keep their values.
 * On GitHub no file is read, because one in a pull request could send the credentials to another host. Returns a
 * sentence for each name that the program does not read.
 */
function readEnvFile(env: NodeJS.ProcessEnv): string[] {
  if (env["GITHUB_ACTIONS"] === "true") return [];
  const file = [".env", `${findRoot()}.env`].find((path) => existsSync(path));
  if (file === undefined) return [];
  loadEnvFile(file);
  return unknownVariables(file, Object.keys(parseEnv(readFileSync(file, "utf8"))));
}
