/** Runs that plan and apply by the functions that the command calls, over a real git ledger, and that may die. */
import { cpSync } from "node:fs";
import { join as pathJoin } from "node:path";
import { onTestFinished } from "vitest";
import type { Recording } from "../../../src/apply/recorded.ts";
import { applyRecorded, recordOnly } from "../../../src/apply/recorded.ts";
import { countingLedger, usersOf } from "../../../src/cli/ledger.ts";
import { loadDesired } from "../../../src/desired/load.ts";
import type { Clock } from "../../../src/genesys/clock.ts";
import { systemClock } from "../../../src/genesys/clock.ts";
import { connect } from "../../../src/genesys/connect.ts";
import type { LedgerStore } from "../../../src/ledger/store.ts";
import { readLive } from "../../../src/live/read.ts";
import { readReferences } from "../../../src/live/references.ts";
import type { ApplyReport, Desired, Ledger, Plan } from "../../../src/model.ts";
import { doomedSkills } from "../../../src/plan/judge/deletes.ts";
import { join } from "../../../src/plan/join/join.ts";
import { plan } from "../../../src/plan/plan.ts";
import type { Sandbox, SandboxOptions } from "../../../src/sandbox/sandbox.ts";
import { newRepository, openStore, temporaryDirectory } from "../../ledger/repositories.ts";
import { startOrganisation } from "../../support/organisation.ts";
import { makeRepository } from "../../support/repository.ts";

/** An organisation with the repository that governs it. */
export interface Centre {
  readonly sandbox: Sandbox;
  readonly store: LedgerStore;
}

export async function openCentre(sandbox: Sandbox, repository = newRepository()): Promise<Centre> {
  return { sandbox, store: await openStore(repository, { target: "default" }) };
}

/** A centre that was prepared once and can be opened often, each time as if nothing had happened to it since. */
export interface Prepared {
  open(): Promise<Centre>;
}

export async function prepareCentre(
  options: Partial<SandboxOptions>,
  prepare: (centre: Centre) => Promise<void>,
): Promise<Prepared> {
  const root = temporaryDirectory();
  const state = pathJoin(root, "state.json");
  const repository = newRepository();
  const sandbox = await startOrganisation({ ...options, state });
  await prepare(await openCentre(sandbox, repository));
  await sandbox.close();
  let copies = 0;
  return {
    async open() {
      const folder = pathJoin(root, String(++copies));
      cpSync(repository, folder, { recursive: true });
      cpSync(state, `${folder}.json`);
      return openCentre(await startOrganisation({ ...options, state: `${folder}.json` }), folder);
    },
  };
}

/** The YAML as the program reads it. */
export async function desiredOf(yaml: string): Promise<Desired> {
  const { dir } = await makeRepository({ "a.yaml": yaml });
  return (await loadDesired({ dir })).desired;
}

export interface RunOptions {
  readonly allow?: readonly string[];
  /** Called between the plan and the first write; what it answers is called once the run has ended or died. */
  readonly beforeApply?: () => () => void;
  /** Dies with the organisation: what it did is never written down. */
  readonly dies?: boolean;
}

export interface Ran {
  readonly plan: Plan;
  readonly report: ApplyReport | null;
}

/** Plans and, where nothing is refused, applies; whoever is said to be at work is taken for dead. */
export async function runOnce(
  { sandbox, store }: Centre,
  desired: Desired,
  { allow = [], beforeApply, dies = false }: RunOptions = {},
): Promise<Ran> {
  const connection = await connectImpatiently(sandbox);
  const state = await store.read();
  const live = await readLive(connection, {
    groups: desired.groups.map(({ group }) => group),
    users: desired.users.map(({ user }) => user),
    ledgerUsers: usersOf(state),
  });
  const { ledger } = countingLedger(state, live);
  const doomed = ledger ? doomedSkills(join(desired, ledger, live), live).map((skill) => skill.live) : [];
  const references = await readReferences(connection.reader, doomed);
  const worlds = { desired, ledger, live: { ...live, references } };
  const made = plan(desired, ledger, worlds.live, { allow: new Set(allow), requestsPerMinute: 10_000 });
  if (made.refusals.length > 0) return { plan: made, report: null };
  const recording = { store, state, worlds, whole: made, revision: null, takeOver: true, pulls: [] };
  if (made.stages.length === 0) {
    await recordOnly(made, recording);
    return { plan: made, report: null };
  }
  const afterwards = beforeApply?.();
  try {
    const report = await applyRecorded(made, connection, dies ? mortal(recording) : recording, {
      staleSeconds: 0,
    });
    return { plan: made, report };
  } catch (error) {
    if (!(error instanceof Death)) throw error;
    return { plan: made, report: null };
  } finally {
    afterwards?.();
  }
}

class Death extends Error {}

/** The same recording by a run that dies before it can write down what it did. */
function mortal(recording: Recording): Recording {
  const store: LedgerStore = {
    ...recording.store,
    async begin(from, start) {
      const run = await recording.store.begin(from, start);
      return {
        ...run,
        settle() {
          run.abandon();
          return Promise.reject(new Death());
        },
      };
    },
  };
  return { ...recording, store };
}

async function connectImpatiently({ url, clientId, clientSecret }: Sandbox) {
  const connection = await connect({
    credentials: { clientId, clientSecret, apiUrl: url, loginUrl: url },
    requestsPerMinute: 10_000,
    clock: impatientClock(),
  });
  onTestFinished(() => connection.close());
  return connection;
}

/** A clock on which sleeping passes the time at once. */
function impatientClock(): Clock {
  let slept = 0;
  return {
    now: () => Date.now() + slept,
    timeout: (milliseconds) => systemClock.timeout(milliseconds),
    sleep(milliseconds, signal) {
      if (signal.aborted) return Promise.reject(new Error("closed"));
      slept += milliseconds;
      return Promise.resolve();
    },
  };
}

/** The ledger as it was written last. */
export async function oursIn({ store }: Centre): Promise<Ledger> {
  const state = await store.read();
  if (state.kind === "none") throw new Error("Nothing was ever applied.");
  return state.ledger;
}
