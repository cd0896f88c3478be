/** Runs one command line and returns its exit code. */
import { CommanderError } from "commander";
import { createProgram } from "./program.ts";
import type { Terminal } from "./terminal.ts";

/** `words` are the arguments after the program's name. Never throws. */
export async function run(words: readonly string[], terminal: Terminal): Promise<number> {
  let exitCode = 0;
  const done = (code: number): void => {
    exitCode = code;
  };
  try {
    await createProgram(terminal, done, run).parseAsync(words, { from: "user" });
    return exitCode;
  } catch (error) {
    // Commander has printed its sentence already; help and version are no failures.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 1;
    const { reportFailure } = await import("./failures.ts");
    return await reportFailure(error, terminal);
  }
}
