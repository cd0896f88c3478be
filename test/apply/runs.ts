/** Whole runs, from YAML to the ledger afterwards, over a ledger in memory. */
import { onTestFinished } from "vitest";
import type { ApplyOptions } from "../../src/apply/apply.ts";
import { applyRecorded, recordOnly } from "../../src/apply/recorded.ts";
import { loadDesired } from "../../src/desired/load.ts";
import { connect } from "../../src/genesys/connect.ts";
import type { AppliedFacts } from "../../src/ledger/message.ts";
import type { LedgerState } from "../../src/ledger/read.ts";
import { closeRecords } from "../../src/ledger/records.ts";
import type { LedgerRun } from "../../src/ledger/run.ts";
import type { LedgerStore } from "../../src/ledger/store.ts";
import { readBeforeDeletes } from "../../src/live/deletes.ts";
import { readLive } from "../../src/live/read.ts";
import type { AppliedRevision, ApplyReport, Desired, Ledger, Plan } from "../../src/model.ts";
import { plan, skillsThatMayGo } from "../../src/plan/plan.ts";
import type { Sandbox } from "../../src/sandbox/sandbox.ts";
import { makeRepository } from "../support/repository.ts";
import { quickClock } from "./plans.ts";

export interface MemoryLedger {
  readonly store: Pick<LedgerStore, "begin" | "record">;
  /** As it was written last. */
  ledger: Ledger | null;
  /** Every ledger that was written, with what its commit says. */
  readonly written: { readonly ledger: Ledger | null; readonly facts?: AppliedFacts }[];
  /** Whether runs die before they write their end. */
  dies: boolean;
  mayWrite: () => Promise<boolean>;
}

export class Death extends Error {}

/** A ledger that only one run at a time writes to. */
export function memoryLedger(initial: Ledger | null = null): MemoryLedger {
  const write = (ledger: Ledger | null, facts?: AppliedFacts): Promise<string> => {
    memory.ledger = ledger;
    memory.written.push({ ledger, ...(facts && { facts }) });
    return Promise.resolve(`commit ${memory.written.length}`);
  };
  const memory: MemoryLedger = {
    ledger: initial,
    written: [],
    dies: false,
    mayWrite: () => Promise.resolve(true),
    store: {
      async begin(state, intent) {
        await write(intent);
        const run: LedgerRun = {
          lease: { run: "1", renewals: 0 },
          lost: new AbortController().signal,
          mayWrite: () => memory.mayWrite(),
          finish: (ledger, facts) => (memory.dies ? Promise.reject(new Death()) : write(ledger, facts)),
          withdraw: () => write(state.ledger),
        };
        return run;
      },
      record: (_, ledger, facts) => write(ledger, facts),
    },
  };
  return memory;
}

export interface RunOptions extends Partial<ApplyOptions> {
  readonly allow?: readonly string[];
  readonly withheld?: (plan: Plan) => readonly string[];
  readonly revision?: string;
  /** Called once the plan is made. */
  readonly beforeApply?: () => void;
  /** In the place of another run, of whose writes nobody knows yet whether they are done. */
  readonly takesOver?: boolean;
}

export interface Ran {
  readonly plan: Plan;
  /** Null where nothing was to be done, or the run died. */
  readonly report: ApplyReport | null;
}

/** What YAML says. */
export async function desiredOf(yaml: string): Promise<Desired> {
  const { dir } = await makeRepository({ "a.yaml": yaml });
  return (await loadDesired({ dir })).desired;
}

/** Plans, and applies where nothing is refused. Throws where something is. */
export async function runOnce(
  sandbox: Sandbox,
  desired: Desired,
  memory: MemoryLedger,
  options: RunOptions = {},
): Promise<Ran> {
  const { allow = [], withheld, revision = "head", beforeApply, takesOver, ...applyOptions } = options;
  const { url, clientId, clientSecret } = sandbox;
  const clock = quickClock();
  const connection = await connect({
    credentials: { clientId, clientSecret, apiUrl: url, loginUrl: url },
    requestsPerMinute: 10_000,
    clock,
  });
  onTestFinished(() => connection.close());
  const ledger = memory.ledger && (takesOver ? memory.ledger : closeRecords(memory.ledger));
  const state: LedgerState = { ledger, tip: null, lease: null, sighting: null };
  const groups = Object.values(ledger?.users ?? []).flatMap(({ assignments }) =>
    Object.values(assignments).flatMap(({ group }) => group?.id ?? []),
  );
  const read = await readLive(connection, {
    groups: desired.groups.map(({ group }) => group),
    ledgerGroups: [...new Set(groups)],
    users: desired.users.map(({ user }) => user),
    ledgerUsers: ledger?.users ?? [],
    ledgerSkills: ledger?.skills.map(({ id }) => id) ?? [],
  });
  const inputs = { desired, ledger, live: read, allow: new Set(allow), requestsPerMinute: 10_000 };
  const live = { ...read, ...(await readBeforeDeletes(connection.reader, skillsThatMayGo(inputs))) };
  let made = plan({ ...inputs, live });
  if (withheld) made = plan({ ...inputs, live, withheld: new Set(withheld(made.plan)) });
  if (made.plan.refusals.length > 0) throw new Error(made.plan.refusals.map(({ code }) => code).join(", "));
  const applied: AppliedRevision = { revision, day: "2026-11-27" };
  const recording = { store: memory.store, state, delta: made.delta, revision: applied, pullRequests: [] };
  if (made.plan.stages.length === 0) {
    await recordOnly(made.plan, recording);
    return { plan: made.plan, report: null };
  }
  beforeApply?.();
  try {
    const given = { live, staleSeconds: 0, clock, ...applyOptions };
    return { plan: made.plan, report: await applyRecorded(made.plan, connection, recording, given) };
  } catch (error) {
    if (!(error instanceof Death)) throw error;
    return { plan: made.plan, report: null };
  }
}
