/** A terminal that keeps what is printed, made by the program's own `openTerminal` over streams of memory. */
import { PassThrough } from "node:stream";
import type { Terminal, TerminalStreams } from "../../src/cli/terminal.ts";
import { openTerminal } from "../../src/cli/terminal.ts";

export interface CapturedTerminal {
  readonly terminal: Terminal;
  /** What went to standard output so far. */
  readonly out: () => string;
  /** What went to standard error so far, but for the commands. */
  readonly err: () => string;
  /** The lines of standard error that the runner of GitHub Actions would take for commands. */
  readonly commands: () => string[];
}

export interface TerminalOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** Whether all three streams say that they are terminals. Default false. */
  readonly isTty?: boolean;
}

export function captureTerminal({ env = {}, isTty = false }: TerminalOptions = {}): CapturedTerminal {
  const [out, err]: [string[], string[]] = [[], []];
  const stdin = { isTTY: isTty } as unknown as NodeJS.ReadStream;
  const terminal = openTerminal({ stdout: stream(out, isTty), stderr: stream(err, isTty), stdin, env });
  return {
    terminal,
    out: () => out.join(""),
    err: () => err.join("").replace(COMMAND, ""),
    commands: () =>
      err
        .join("")
        .match(COMMAND)
        ?.map((line) => line.trim()) ?? [],
  };
}

/** As the runner reads it: white space before it doesn't matter. */
const COMMAND = /^[^\S\n]*::.*(\n|$)|^.*##\[.*(\n|$)/gm;

/** As much of a stream as the program uses. */
function stream(written: string[], isTTY: boolean): NodeJS.WriteStream {
  const write = (text: string): boolean => written.push(text) > 0;
  const on = (): void => undefined;
  return { isTTY, columns: 80, write, on } as unknown as NodeJS.WriteStream;
}

/** Streams for the action as a runner gives them, which is no terminal; all that is written to either is kept. */
export function keptStreams(): Pick<TerminalStreams, "stdout" | "stderr"> & { readonly text: () => string } {
  const printed: string[] = [];
  const one = (): NodeJS.WriteStream => {
    const stream = new PassThrough();
    stream.on("data", (text: Buffer) => printed.push(text.toString()));
    return Object.assign(stream, { isTTY: false }) as unknown as NodeJS.WriteStream;
  };
  return { stdout: one(), stderr: one(), text: () => printed.join("") };
}
