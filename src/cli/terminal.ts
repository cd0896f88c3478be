/** Where the program's words go: one place that knows about colour, width and secrets. */
import { fstatSync } from "node:fs";
import picocolors from "picocolors";
import { disarm, maskCommand } from "../github/log.ts";
import type { Paint } from "../report/paint.ts";
import { wrap } from "./wrap.ts";

export interface Terminal {
  /** Results: standard output. */
  readonly out: (text: string) => void;
  /** A result for people alone: wrapped at the width of a terminal, and no name in it is a command to GitHub's runner. */
  readonly show: (text: string) => void;
  /** Everything else: standard error, wrapped at the width of a terminal. */
  readonly err: (text: string) => void;
  /** A line that the next one replaces; nothing where standard error is no terminal. */
  readonly status: (text: string) => void;
  /**
   * Commands for the runner of GitHub Actions, on standard error: it reads both streams, and standard output may be
   * a file with the result. Nothing where no runner reads them.
   */
  readonly command: (lines: string) => void;
  /** Keeps a secret out of all that is printed from now on. */
  readonly remember: (secret: string) => void;
  readonly paint: Paint;
  /** Columns of standard output; undefined where it is no terminal. */
  readonly width?: number;
  readonly env: NodeJS.ProcessEnv;
  /** Whether somebody can answer a question. */
  readonly isInteractive: boolean;
  /** Whether standard error is a terminal, so that `status` shows. */
  readonly hasStatus: boolean;
  /** Whether others may read the output, so that people whom the YAML doesn't name are only counted. */
  readonly isShared: boolean;
}

/** The terminal of a process, which also knows what became of its output. */
export interface ProcessTerminal extends Terminal {
  /**
   * Why a part of standard output could not be written: the system's code, such as `ENOSPC`. Null where all was
   * written, and where its reader has gone away, who wants no more. Waits until all is written.
   */
  readonly lostOutput: () => Promise<string | null>;
}

export interface TerminalStreams {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly stdin: NodeJS.ReadStream;
  readonly env: NodeJS.ProcessEnv;
}

/** Colour goes to a terminal that wants it, and NO_COLOR switches it off. */
export function openTerminal({ stdout, stderr, stdin, env }: TerminalStreams): ProcessTerminal {
  const [writeOut, writeErr] = [lossyWriter(stdout), lossyWriter(stderr)];
  const [given, secrets] = [secretsIn(env), new Set<string>()];
  const redact = (text: string): string =>
    [...given, ...secrets].reduce((safe, secret) => safe.replaceAll(secret, "***"), text);
  const isShared = env["GITHUB_ACTIONS"] === "true";
  const tame = (text: string): string => (isShared ? disarm(redact(text)) : redact(text));
  const hasStatus = stderr.isTTY && env["CI"] === undefined && env["TERM"] !== "dumb";
  // A secret in a line that no runner takes out again would be a secret in a file.
  const isObeyed = isShared && !isFile(stderr);
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
      writeOut(wrap(tame(text), widthOf(stdout)));
    },
    err(text) {
      clearStatus();
      writeErr(wrap(tame(text), widthOf(stderr)));
    },
    status(text) {
      if (!hasStatus) return;
      clearStatus();
      writeErr(redact(text).slice(0, (stderr.columns || 80) - 1));
      statusShown = true;
    },
    command(lines) {
      if (!isObeyed || lines === "") return;
      clearStatus();
      writeErr(redact(lines));
    },
    remember(secret) {
      if (isTooShort(secret) || secrets.has(secret)) return;
      secrets.add(secret);
      // GitHub knows what it gave us; the token that we got for it, only from us.
      if (isObeyed) writeErr(maskCommand(secret));
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

/** Output that can't be written ends nothing: an apply goes on though its reader has gone away or the disk is full. */
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

/** What the variables hold that nobody may read, so that not even the report of a bug shows it. */
function secretsIn(env: NodeJS.ProcessEnv): string[] {
  const values = Object.entries(env).flatMap(([name, value = ""]) => {
    if (name === "GITHUB_TOKEN" || name.startsWith("GENESYS_CLIENT_SECRET")) return [value];
    return /_proxy$/i.test(name) ? passwordsIn(value) : [];
  });
  // A longer one may begin with a shorter one.
  return values.filter((value) => !isTooShort(value)).sort((a, b) => b.length - a.length);
}

/** The password of a URL, as it is written there and as it is meant. */
function passwordsIn(url: string): string[] {
  if (!URL.canParse(url)) return [];
  const { password } = new URL(url);
  try {
    return [password, decodeURIComponent(password)];
  } catch {
    return [password];
  }
}

/** A short one would blank out half of every text, and is no secret. */
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
