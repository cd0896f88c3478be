/** `serve`: the API and the page over HTTP, from a snapshot that is refreshed regularly. */
import { Failure } from "../../problem.ts";
import type { RefreshFailure } from "../../server/keeper.ts";
import { startKeeper } from "../../server/keeper.ts";
import type { RunningServer } from "../../server/server.ts";
import { startServer } from "../../server/server.ts";
import type { SnapshotView } from "../../server/snapshot.ts";
import { printable } from "../../text.ts";
import { storeOf } from "../ledger.ts";
import { listenForInterrupt } from "../interrupt.ts";
import type { TargetOptions } from "../options.ts";
import { checkInThread, openSnapshotThread } from "../snapshot-thread.ts";
import type { Terminal } from "../terminal.ts";
import { historyNow } from "./history.ts";

export interface ServeOptions extends TargetOptions {
  readonly host: string;
  readonly port: number;
  /** Seconds between two snapshots. */
  readonly refresh: number;
  /** The bearer token for every request except `/healthz`. Default: GENESYS_SKILLS_TOKEN, if set. */
  readonly token?: string;
  /** Whether each request to the organisation is printed. */
  readonly debug?: boolean;
}

/**
 * Serves until an interrupt, even if the organisation can't be read. Throws Failure if the YAML is wrong at the start,
 * because the person who started it can correct the YAML.
 */
export async function serveCommand(
  options: ServeOptions,
  terminal: Terminal,
  { check, open } = { check: checkInThread, open: openSnapshotThread },
): Promise<number> {
  const { host, port, refresh: refreshSeconds } = options;
  const token = findToken(options, terminal);
  const target = await check(options, terminal);
  const store = await storeOf(options, options.sandbox ? "sandbox" : target, terminal);
  const interrupt = listenForInterrupt(terminal);
  const keeper = startKeeper({
    refresh: (signal) => open(options, terminal, signal),
    refreshSeconds,
    onRead: (view) => {
      terminal.status(readWords(view));
    },
    onFailure: (failure) => {
      terminal.err(failureWords(failure));
    },
  });
  try {
    const onError = (error: unknown): void => {
      terminal.err(bugWords(error));
    };
    const server = await listen({
      ...{ keeper, host, port, onError },
      ...(token !== undefined && { token }),
      ...(store && { readHistory: (name: string) => historyNow(name, store) }),
    });
    terminal.out(`Serving on ${server.url}. Ctrl-C ends it.\n`);
    if (token === undefined && !isLoopback(host)) terminal.err(OPEN_TO_ALL);
    await interrupted(interrupt.signal);
    await server.close();
    return 0;
  } finally {
    interrupt.release();
    await keeper.stop();
  }
}

const TOKEN_VARIABLE = "GENESYS_SKILLS_TOKEN";

/** Refuses a token that a header can't carry or that is easy to guess, also an empty variable. */
function findToken({ token: flag }: ServeOptions, terminal: Terminal): string | undefined {
  const token = flag ?? terminal.env[TOKEN_VARIABLE];
  if (token === undefined) return undefined;
  if (!/^[\x21-\x7e]{16,}$/.test(token)) {
    throw new Failure({
      code: "BAD_TOKEN",
      message: `The token in ${flag === undefined ? TOKEN_VARIABLE : "--token"} must have at least 16 ASCII characters and no spaces.`,
      hint: "Make one with: openssl rand -hex 16",
    });
  }
  terminal.remember(token);
  return token;
}

async function listen(options: Parameters<typeof startServer>[0]): Promise<RunningServer> {
  try {
    return await startServer(options);
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error)) throw error;
    throw new Failure({
      code: "CANNOT_LISTEN",
      message: `The server can't listen on ${options.host}:${options.port}: ${error.message}`,
      hint: "Choose another --port, or 0 for any that is free.",
    });
  }
}

async function interrupted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise((resolve) => {
    signal.addEventListener("abort", resolve);
  });
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127\./.test(host);
}

const OPEN_TO_ALL =
  "Everyone who can reach this address can read who holds which skill. To require a token, set GENESYS_SKILLS_TOKEN.\n";

function readWords({ about, readAt }: SnapshotView): string {
  return `Read ${printable(about.organization.name)} at ${readAt.toISOString()}.`;
}

function failureWords({ code, message, error }: RefreshFailure): string {
  const why = error instanceof Failure ? `${code}: ${printable(message, 2000)}` : bugWords(error).trimEnd();
  return `Reading the organisation failed and will be tried again. ${why}\n`;
}

function bugWords(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `This is a bug in genesys-skills, please report it:\n${stack}\n`;
}
