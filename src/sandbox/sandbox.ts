/** An in-memory Genesys organisation over real HTTP: starts it, and stops it. */

import { once } from "node:events";
import type { Server } from "node:http";
import { createServer } from "node:http";
import type { SandboxClient } from "./access.ts";
import { createRateLimit, createTokens, DEFAULT_CLIENT } from "./access.ts";
import type { SandboxDialect, Organisation, RequestRecord } from "./api.ts";
import { createListener } from "./app.ts";
import type { Data } from "./data.ts";
import type { Faults } from "./faults.ts";
import { ActiveFaults } from "./faults.ts";
import type { ManualEdits } from "./manual-edits.ts";
import { createManualEdits } from "./manual-edits.ts";
import type { Seed } from "./seed-shape.ts";
import { seedData, SeedError } from "./seed.ts";
import type { SandboxSnapshot } from "./state.ts";
import { createStore, loadState, saveState, takeSnapshot } from "./state.ts";

export type { SandboxDialect, Faults, RequestRecord, SandboxClient, Seed, SandboxSnapshot };

export interface SandboxOptions {
  readonly dialect: SandboxDialect;
  /** The initial data. Default: none. */
  readonly seed?: Seed | undefined;
  /** Default: 127.0.0.1. */
  readonly host?: string | undefined;
  /** Default: 0, any free port. */
  readonly port?: number | undefined;
  /** Default: 300 for each token with `cloud`, 100 for each client with `profiles`. 0: no limit. */
  readonly requestsPerMinute?: number | undefined;
  /** How long a token lives. Default: 86,400. */
  readonly tokenSeconds?: number | undefined;
  /** The largest page of skills, users, groups and profiles. Default: 500. */
  readonly maxPageSize?: number | undefined;
  readonly faults?: Faults | undefined;
  /** The clients that may log in, the default one first. Default: one client with all permissions. */
  readonly clients?: readonly SandboxClient[] | undefined;
  /** A file that keeps the data between runs; if it exists, the seed is ignored. */
  readonly state?: string | undefined;
  /** Whether skill names ignore case. Default: false. */
  readonly caseInsensitiveNames?: boolean | undefined;
  /** The time in ms, for tokens, rate limits, dates and stale reads. Default: the real one. */
  readonly clock?: (() => number) | undefined;
  /** Called once when `killAfter` or `killDuring` occurs. */
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
  /** Manual edits. */
  readonly manualEdits: ManualEdits;
  /** Makes every token invalid. */
  revokeTokens(): void;
  /** The current data, even if reads are stale. */
  snapshot(): SandboxSnapshot;
  /** Stops it at once, closes open connections, and saves the state. */
  close(): Promise<void>;
}

const REQUESTS_KEPT = 20_000;

/**
 * Starts a sandbox. Throws `SeedError` for a bad seed, `StateError` for a bad state file, and the error of `listen` if
 * the address is taken.
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { dialect, state, clock = Date.now, clients = [DEFAULT_CLIENT] } = options;
  const faults = new ActiveFaults(options.faults, options.onKill);
  const save = (data: Data) => {
    if (state !== undefined) saveState(state, dialect, data);
  };
  const kept = state === undefined ? undefined : loadState(state, dialect);
  const store = createStore(kept ?? seedData(options.seed ?? {}, clock()), {
    clock,
    staleness: () => ({ ms: faults.on.staleMs ?? 0, reads: faults.on.staleReads ?? 0 }),
    onWrite: save,
  });
  checkDivisions(clients, store.data);
  const tokens = createTokens(clients, options.tokenSeconds ?? 86_400, clock);
  const { maxPageSize = 500, caseInsensitiveNames = false } = options;
  const organisation: Organisation = { dialect, store, faults, maxPageSize, caseInsensitiveNames, clock };
  const requests: RequestRecord[] = [];
  const takeFromLimit = createRateLimit(
    options.requestsPerMinute ?? (dialect === "cloud" ? 300 : 100),
    clock,
  );
  const onRequest = (record: RequestRecord) => {
    if (requests.push(record) > REQUESTS_KEPT) requests.shift();
  };
  save(store.data);
  const server = createServer(createListener({ ...organisation, tokens, takeFromLimit, onRequest }));
  const url = await listen(server, options.host ?? "127.0.0.1", options.port ?? 0);
  const [first = DEFAULT_CLIENT] = clients;

  return {
    url,
    clientId: first.id,
    clientSecret: first.secret,
    requests,
    faults: { set: (some) => faults.set(some), clear: () => faults.clear() },
    manualEdits: createManualEdits(organisation),
    revokeTokens: () => tokens.revokeAll(),
    snapshot: () => takeSnapshot(store.data),
    close: async () => {
      await stop(server);
      save(store.data);
    },
  };
}

/** Refuses an unknown division, with which a client would see nothing. */
function checkDivisions(clients: readonly SandboxClient[], data: Data): void {
  for (const name of clients.flatMap((client) => client.divisions ?? []))
    if (!data.divisions.some((division) => division.name === name))
      throw new SeedError([`a client's division, "${name}", is not in the seed`]);
}

async function listen(server: Server, host: string, port: number): Promise<string> {
  server.listen(port, host);
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The sandbox has no port.");
  return `http://${host.includes(":") ? `[${host}]` : host}:${address.port}`;
}

/** Closes the server and the connections that clients keep alive. */
async function stop(server: Server): Promise<void> {
  if (!server.listening) return;
  server.close();
  server.closeAllConnections();
  await once(server, "close");
}
