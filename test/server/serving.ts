/** Servers on free ports over snapshots of sandboxes; all end with their test. */
import { request } from "node:http";
import { onTestFinished } from "vitest";
import { loadDesired } from "../../src/desired/load.ts";
import { connect } from "../../src/genesys/connect.ts";
import { readCredentials } from "../../src/genesys/credentials.ts";
import { readLive } from "../../src/live/read.ts";
import type { Seed } from "../../src/sandbox/sandbox.ts";
import type { ReadHistory } from "../../src/server/history.ts";
import type { Keeper, KeeperOptions } from "../../src/server/keeper.ts";
import { startKeeper } from "../../src/server/keeper.ts";
import { startServer } from "../../src/server/server.ts";
import type { PlannedSnapshot, SnapshotView } from "../../src/server/snapshot.ts";
import { takeSnapshot, viewOf } from "../../src/server/snapshot.ts";
import { factsOf } from "../report/organisations.ts";
import { environmentOf, SMALL_SEED, SMALL_YAML, startOrganisation } from "../support/organisation.ts";
import { makeRepository, UNHURRIED } from "../support/repository.ts";

const snapshots = new Map<string, Promise<PlannedSnapshot>>();

/** What a real organisation and real files look like once they have been read; the same are read once. */
export function snapshotOf(seed = SMALL_SEED, yaml = SMALL_YAML): Promise<PlannedSnapshot> {
  const key = JSON.stringify([seed, yaml]);
  const snapshot = snapshots.get(key) ?? readOnce(seed, yaml);
  snapshots.set(key, snapshot);
  return snapshot;
}

async function readOnce(seed: Seed, yaml: string): Promise<PlannedSnapshot> {
  const sandbox = await startOrganisation({ seed });
  const { dir } = await makeRepository({ "settings.yaml": UNHURRIED, "a.yaml": yaml });
  const { desired } = await loadDesired({ dir, dayIn: () => "2026-11-27" });
  const credentials = readCredentials(environmentOf(sandbox));
  const connection = await connect({ credentials, requestsPerMinute: 10_000 });
  const live = await readLive(connection, {
    groups: desired.groups.map(({ group }) => group),
    users: desired.users.map(({ user }) => user),
    ...{ ledgerGroups: [], ledgerUsers: [], ledgerSkills: [] },
  });
  connection.close();
  return { ...factsOf(desired, live, null, new Set()), readAt: new Date() };
}

/** Made in this thread, and copied as from another. */
export function viewFrom(planned: PlannedSnapshot): SnapshotView {
  return viewOf(structuredClone(takeSnapshot(planned)));
}

export interface Serving {
  readonly url: string;
  readonly keeper: Keeper;
  /** What would have been reported as bugs. */
  readonly bugs: readonly unknown[];
}

export interface ServingOptions extends Partial<Omit<KeeperOptions, "refresh">> {
  readonly token?: string;
  readonly host?: string;
  readonly readHistory?: ReadHistory;
}

/** Serves what `refresh` answers; resolves once the first reading has ended, well or not. */
export async function serve(
  refresh: (signal: AbortSignal) => Promise<PlannedSnapshot>,
  { token, host = "127.0.0.1", readHistory, ...options }: ServingOptions = {},
): Promise<Serving> {
  const bugs: unknown[] = [];
  let keeper: Keeper | undefined;
  await new Promise<void>((resolve) => {
    keeper = startKeeper({
      refreshSeconds: 3600,
      ...options,
      refresh: async (signal) => viewFrom(await refresh(signal)),
      onRead: (view) => {
        options.onRead?.(view);
        resolve();
      },
      onFailure: (failure) => {
        options.onFailure?.(failure);
        resolve();
      },
    });
  });
  if (!keeper) throw new Error("There is no keeper.");
  return {
    ...(await serveKeeper(keeper, {
      ...{ host, bugs },
      ...(token !== undefined && { token }),
      ...(readHistory && { readHistory }),
    })),
    keeper,
    bugs,
  };
}

/** Serves what the keeper has, whether it has read anything or not. */
export async function serveKeeper(
  keeper: Keeper,
  {
    bugs,
    ...options
  }: Pick<ServingOptions, "token" | "readHistory"> & { readonly host: string; readonly bugs: unknown[] },
): Promise<{ readonly url: string }> {
  const server = await startServer({
    ...{ keeper, ...options, port: 0 },
    onError: (error) => bugs.push(error),
  });
  onTestFinished(async () => {
    await keeper.stop();
    await server.close();
  });
  return server;
}

export interface Got {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** The text as JSON; undefined where it isn't. */
  readonly json: unknown;
}

/** A request as written: the path isn't put right, and any header may be given. */
export function get(
  url: string,
  path: string,
  { method = "GET", headers = {} }: { method?: string; headers?: Record<string, string> } = {},
): Promise<Got> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const asked = request({ hostname, port, path, method, headers, agent: false }, (answer) => {
      const parts: Buffer[] = [];
      answer.on("data", (part: Buffer) => parts.push(part));
      answer.on("end", () => {
        const text = Buffer.concat(parts).toString();
        const isJson = answer.headers["content-type"]?.startsWith("application/json") ?? false;
        const json: unknown = isJson && text !== "" ? JSON.parse(text) : undefined;
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text, json });
      });
    });
    asked.on("error", reject);
    asked.end();
  });
}
