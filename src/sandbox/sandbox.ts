/** An in-memory Genesys organisation over real HTTP: starts it, and stops it. */

import type { Server } from "node:http";
import { createServer } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { createApp } from "./app.ts";
import type { Dialect, RequestRecord, Shared } from "./context.ts";
import type { Data } from "./data.ts";
import { FaultBox } from "./fault-box.ts";
import type { Faults } from "./faults.ts";
import type { Hand } from "./hand.ts";
import { createHand } from "./hand.ts";
import { plant } from "./plant.ts";
import { RateLimit } from "./rate-limit.ts";
import type { Seed } from "./seed.ts";
import { SeedError, validateSeed } from "./seed.ts";
import type { SkillRules } from "./skill-rules.ts";
import type { Snapshot } from "./snapshot.ts";
import { takeSnapshot } from "./snapshot.ts";
import { loadState, saveState } from "./state.ts";
import { Store } from "./store.ts";
import type { SandboxClient } from "./tokens.ts";
import { DEFAULT_CLIENT, Tokens } from "./tokens.ts";

export type { Dialect, RequestRecord } from "./context.ts";
export type { Faults } from "./faults.ts";
export type { Hand } from "./hand.ts";
export type { Seed } from "./seed.ts";
export type { Snapshot } from "./snapshot.ts";
export type { SandboxClient } from "./tokens.ts";

export interface SandboxOptions {
  readonly dialect: Dialect;
  /** What fills the organisation. Default: nothing. */
  readonly seed?: Seed | undefined;
  /** Default: 127.0.0.1. */
  readonly host?: string | undefined;
  /** Default: 0, any that is free. */
  readonly port?: number | undefined;
  /** Default: 300 for each token with `cloud`, 100 for each client with `profiles`. 0: no limit. */
  readonly requestsPerMinute?: number | undefined;
  /** How long a token lives. Default: 86,400. */
  readonly tokenSeconds?: number | undefined;
  /** The largest page of skills, users, groups and profiles. Default: 500. */
  readonly maxPageSize?: number | undefined;
  readonly faults?: Faults | undefined;
  /** Who may log in, the default client first. Default: one client that may do everything. */
  readonly clients?: readonly SandboxClient[] | undefined;
  /** A file that keeps the data between runs; where it exists, it counts and not the seed. */
  readonly state?: string | undefined;
  /** Whether skill names that differ in case alone are the same. Default: false. */
  readonly caseInsensitiveNames?: boolean | undefined;
  /** The time in ms, for tokens, rate limits, dates and stale reads. Default: the real one. */
  readonly clock?: (() => number) | undefined;
  /** Called once when `killAfter` or `killDuring` strikes. */
  readonly onKill?: (() => void) | undefined;
}

export interface Sandbox {
  /** `http://127.0.0.1:PORT`: the API host and the login host in one. */
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The requests received, oldest first; the latest 20,000. */
  readonly requests: RequestRecord[];
  readonly faults: { set(faults: Partial<Faults>): void; clear(): void };
  /** Edits by hand. */
  readonly hand: Hand;
  /** Makes every token invalid. */
  revokeTokens(): void;
  /** The data as it is, whatever reads may show. */
  snapshot(): Snapshot;
  /** Stops it at once, open connections included, and saves the state. */
  close(): Promise<void>;
}

const REQUESTS_KEPT = 20_000;

/**
 * Starts a sandbox. Throws `SeedError` for a bad seed, `StateError` for a bad state file, and what `listen` throws
 * for an address that is taken.
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { dialect, state, clock = Date.now } = options;
  const faults = new FaultBox(options.faults, options.onKill);
  const save = state === undefined ? undefined : () => saveState(state, dialect, store.data);
  const store = new Store(firstData(options, clock), {
    clock,
    staleness: () => ({ ms: faults.on.staleMs ?? 0, reads: faults.on.staleReads ?? 0 }),
    onWrite: () => save?.(),
  });
  const tokens = new Tokens(options.tokenSeconds ?? 86_400, clock);
  const clients = options.clients ?? [DEFAULT_CLIENT];
  checkDivisions(clients, store.data);
  const rules = (): SkillRules => ({
    caseInsensitiveNames: options.caseInsensitiveNames ?? false,
    duplicateStatus: faults.on.duplicateStatus ?? 409,
    assignmentsLinger: faults.on.assignmentsLinger ?? false,
    now: new Date(clock()).toISOString(),
  });
  const shared: Shared = {
    dialect,
    store,
    faults,
    tokens,
    clients,
    maxPageSize: options.maxPageSize ?? 500,
    clock,
    skillRules: rules,
  };
  const requests: RequestRecord[] = [];
  const app = createApp({
    shared,
    rateLimit: new RateLimit(options.requestsPerMinute ?? (dialect === "cloud" ? 300 : 100), clock),
    onRequest: (record) => {
      if (requests.push(record) > REQUESTS_KEPT) requests.shift();
    },
  });
  save?.();
  const answer = getRequestListener((request, bindings) => app.fetch(request, bindings));
  const server = createServer((incoming, outgoing) => void answer(incoming, outgoing));
  const url = await listen(server, options.host ?? "127.0.0.1", options.port ?? 0);
  const [first = DEFAULT_CLIENT] = clients;

  return {
    url,
    clientId: first.id,
    clientSecret: first.secret,
    requests,
    faults: { set: (some) => faults.set(some), clear: () => faults.clear() },
    hand: createHand(store, rules),
    revokeTokens: () => tokens.revokeAll(),
    snapshot: () => takeSnapshot(store.data),
    close: async () => {
      await stop(server);
      save?.();
    },
  };
}

function firstData({ dialect, state, seed }: SandboxOptions, clock: () => number) {
  const kept = state === undefined ? undefined : loadState(state, dialect);
  return kept ?? plant(validateSeed(seed ?? {}), clock());
}

/** A misspelt division would make a client that sees nothing. */
function checkDivisions(clients: readonly SandboxClient[], data: Data): void {
  for (const name of clients.flatMap((client) => client.divisions ?? []))
    if (!data.divisions.some((division) => division.name === name))
      throw new SeedError(`A client's division "${name}" is none of the seed's.`);
}

async function listen(server: Server, host: string, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The sandbox has no port.");
  return `http://${host.includes(":") ? `[${host}]` : host}:${address.port}`;
}

/** Closes the server; connections that clients keep alive would hold it open. */
async function stop(server: Server): Promise<void> {
  if (!server.listening) return;
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
