/** Runs command lines in this process, as a user would from a repository's folder. */
import { run } from "../../src/cli/run.ts";
import { captureTerminal } from "./terminal.ts";

export interface CommandRun {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
  /** Both, for what must stand in neither. */
  readonly text: string;
  /** What the runner of GitHub Actions would obey and not show. */
  readonly commands: readonly string[];
}

export interface CommandOptions {
  /** The folder to run in; default the current one. */
  readonly folder?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Default false. */
  readonly isTty?: boolean;
}

/** `line` is split at spaces, so no word may hold one. */
export async function command(line: string, options: CommandOptions = {}): Promise<CommandRun> {
  const { folder, ...about } = options;
  const { terminal, out, err, commands } = captureTerminal(about);
  const home = process.cwd();
  if (folder !== undefined) process.chdir(folder);
  try {
    const exitCode = await run(line === "" ? [] : line.split(" "), terminal);
    return { exitCode, out: out(), err: err(), text: out() + err(), commands: commands() };
  } finally {
    process.chdir(home);
  }
}
