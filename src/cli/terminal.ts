/** The output of the program: the one place that handles colour, width and secrets. */
import { fstatSync } from "node:fs";
import picocolors from "picocolors";
import { disarm, maskCommand } from "../github/log.ts";
import type { Paint } from "../report/paint.ts";
import { wrap } from "./wrap.ts";

export interface Terminal {
  /** Results: standard output. */
  readonly out: (text: string) => void;
  /** A result only for people: wrapped at the width of a terminal, with commands to GitHub's runner made harmless. */
  readonly show: (text: string) => void;
  /** Everything else: standard error, wrapped at the width of a terminal. */
  readonly err: (text: string) => void;
  /** A line that the next one replaces; nothing if standard error is not a terminal. */
  readonly status: (text: string) => void;
  /**
   * Commands for the runner of GitHub Actions, on standard error: it reads both streams, and standard output may be
   * a file with the result. Nothing without a runner.
   */
  readonly command: (lines: string) => void;
  /** Hides a secret in all later output. */
  readonly remember: (secret: string) => void;
  readonly paint: Paint;
  /** Columns of standard output; absent if it is not a terminal. */
  readonly width?: number;
  readonly env: NodeJS.ProcessEnv;
  /** Whether a user can answer a question. */
  readonly isInteractive: boolean;
  /** Whether standard error is a terminal, so that `status` shows. */
  readonly hasStatus: boolean;
  /** Whether others may read the output, so that people who are not in the YAML are only counted. */
  readonly isShared: boolean;
}

/** The terminal of a process, which also reports lost output. */
export interface ProcessTerminal extends Terminal {
  /**
   * Waits until all is written. Why a part of standard output could not be written: the system's code, such as
   * `ENOSPC`; null if all was written, or if the reader closed the stream.
   */
  readonly lostOutput: () => Promise<string | null>;
}

export interface TerminalStreams {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly stdin: NodeJS.ReadStream;
  readonly env: NodeJS.ProcessEnv;
}

/** Colours are on for a terminal, unless NO_COLOR is set. */
export function openTerminal({ stdout, stderr, stdin, env }: TerminalStreams): ProcessTerminal {
  const [writeOut, writeErr] = [lossyWriter(stdout), lossyWriter(stderr)];
  const [given, secrets] = [secretsIn(env), new Set<string>()];
  const redact = (text: string): string =>
    [...given, ...secrets].reduce((safe, secret) => safe.replaceAll(secret, "***"), text);
  const isShared = env["GITHUB_ACTIONS"] === "true";
  const makeSafe = (text: string): string => (isShared ? disarm(redact(text)) : redact(text));
  const hasStatus = stderr.isTTY && env["CI"] === undefined && env["TERM"] !== "dumb";
  // Without a runner to read the command, a mask command would write the secret into a file.
  const hasRunner = isShared && !isFile(stderr);
  const width = widthOf(stdout);
  let statusShown = false;

  function clearStatus(): void {
    if (statusShown) writeErr("\r\u001b[2K");
    statusShown = false;
  }

  return {
    out(text) {
      clearStatus();
      writeOut(redact(text));
    },
    show(text) {
      clearStatus();
      writeOut(wrap(makeSafe(text), widthOf(stdout)));
    },
    err(text) {
      clearStatus();
      writeErr(wrap(makeSafe(text), widthOf(stderr)));
    },
    status(text) {
      if (!hasStatus) return;
      clearStatus();
      writeErr(redact(text).slice(0, (stderr.columns || 80) - 1));
      statusShown = true;
    },
    command(lines) {
      if (!hasRunner || lines === "") return;
      clearStatus();
      writeErr(redact(lines));
    },
    remember(secret) {
      if (isTooShort(secret) || secrets.has(secret)) return;
      secrets.add(secret);
      // GitHub masks its own secrets, but doesn't know the access token.
      if (hasRunner) writeErr(maskCommand(secret));
    },
    paint: picocolors.createColors(wantsColour(stdout, env)),
    ...(width !== undefined && { width }),
    env,
    isInteractive: stdin.isTTY && stdout.isTTY,
    hasStatus,
    isShared,
    lostOutput: () => writeOut.lost(),
  };
}

interface LossyWriter {
  (text: string): void;
  lost(): Promise<string | null>;
}

/** A write error doesn't stop the program: an apply continues after a closed pipe or on a full disk. */
function lossyWriter(stream: NodeJS.WriteStream): LossyWriter {
  let failure: string | null = null;
  stream.on("error", (error: NodeJS.ErrnoException) => {
    failure ??= error.code ?? error.message;
  });
  const write = (text: string): void => {
    if (failure === null) stream.write(text);
  };
  const lost = async (): Promise<string | null> => {
    if (failure === null) await new Promise((resolve) => stream.write("", resolve));
    return failure === "EPIPE" ? null : failure;
  };
  return Object.assign(write, { lost });
}

/** The secrets in the variables, hidden even in a bug's stack trace. */
function secretsIn(env: NodeJS.ProcessEnv): string[] {
  const values = Object.entries(env).flatMap(([name, value = ""]) => {
    if (name === "GITHUB_TOKEN" || name.startsWith("GENESYS_CLIENT_SECRET")) return [value];
    return /_proxy$/i.test(name) ? passwordsIn(value) : [];
  });
  // Longer first: a secret may begin with a shorter one.
  return values.filter((value) => !isTooShort(value)).sort((a, b) => b.length - a.length);
}

/** The password of a URL, encoded and decoded. */
function passwordsIn(url: string): string[] {
  if (!URL.canParse(url)) return [];
  const { password } = new URL(url);
  try {
    return [password, decodeURIComponent(password)];
  } catch {
    return [password];
  }
}

/** Hiding a short one would spoil most texts, and it is not a real secret. */
function isTooShort(secret: string): boolean {
  return secret.length < 6;
}

function wantsColour(stdout: NodeJS.WriteStream, env: NodeJS.ProcessEnv): boolean {
  if (env["NO_COLOR"] || env["TERM"] === "dumb") return false;
  return Boolean(env["FORCE_COLOR"]) || stdout.isTTY;
}

function widthOf({ isTTY, columns }: NodeJS.WriteStream): number | undefined {
  return isTTY && columns > 0 ? columns : undefined;
}

function isFile(stream: object): boolean {
  return "fd" in stream && typeof stream.fd === "number" && fstatSync(stream.fd).isFile();
}
