/** Runs that plan and apply by the functions that the command calls, over any ledger, and that may die. */
import { onTestFinished } from "vitest";
import type { ApplyOptions } from "../../src/apply/apply.ts";
import type { Recording } from "../../src/apply/recorded.ts";
import { applyRecorded, recordOnly } from "../../src/apply/recorded.ts";
import type { Clock } from "../../src/http/clock.ts";
import { connect } from "../../src/genesys/connect.ts";
import { closeRecords } from "../../src/ledger/records.ts";
import type { LedgerStore } from "../../src/ledger/store.ts";
import { readBeforeDeletes } from "../../src/live/deletes.ts";
import { readLive } from "../../src/live/read.ts";
import type { ApplyReport, Desired, Plan } from "../../src/model.ts";
import { plan, skillsThatMayGo } from "../../src/plan/plan.ts";
import type { Reachable } from "./session.ts";
import { impatientClock } from "./session.ts";

export interface RunOptions extends Partial<ApplyOptions> {
  readonly allow?: readonly string[];
  /** Called between the plan and the first write; what it answers is called once the run has ended or died. */
  readonly beforeApply?: () => (() => void) | undefined;
  /** Dies with the organisation: what it did is never written down. */
  readonly dies?: boolean;
  /** In the place of another run, of whose writes nobody knows yet whether they are done. */
  readonly takesOver?: boolean;
  /** The ids of the plan's changes that are withheld. */
  readonly withheld?: (plan: Plan) => readonly string[];
  /** What is called applied. Default: nothing that was committed. */
  readonly revision?: string;
}

export interface Ran {
  readonly plan: Plan;
  /** Null where nothing was to be done, the plan is refused, or the run died. */
  readonly report: ApplyReport | null;
}

/** What a run works on. */
export interface Ground {
  readonly sandbox: Reachable;
  readonly store: LedgerStore;
}

/** Plans and, where nothing is refused, applies; a run that holds the ledger is taken for dead. */
export async function runOnce(
  { sandbox, store }: Ground,
  desired: Desired,
  options: RunOptions = {},
): Promise<Ran> {
  const { allow = [], beforeApply, dies, takesOver, withheld, revision = null, ...applyOptions } = options;
  const { clock = impatientClock() } = options;
  const connection = await connectTo(sandbox, clock);
  const read = await store.read();
  const ledger = read.ledger && (takesOver ? read.ledger : closeRecords(read.ledger));
  const state = { ...read, lease: null, ledger };
  const groups = (ledger?.users ?? []).flatMap(({ assignments }) =>
    Object.values(assignments).flatMap(({ group }) => group?.id ?? []),
  );
  const live = await readLive(connection, {
    groups: desired.groups.map(({ group }) => group),
    ledgerGroups: [...new Set(groups)],
    users: desired.users.map(({ user }) => user),
    ledgerUsers: ledger?.users ?? [],
    ledgerSkills: ledger?.skills.map(({ id }) => id) ?? [],
  });
  const inputs = { desired, ledger, live, allow: new Set(allow), requestsPerMinute: 10_000 };
  const found = await readBeforeDeletes(connection.reader, skillsThatMayGo(inputs));
  const all = { ...inputs, live: { ...live, ...found } };
  let planned = plan(all);
  if (withheld) planned = plan({ ...all, withheld: new Set(withheld(planned.plan)) });
  const { plan: made, delta } = planned;
  if (made.refusals.length > 0) return { plan: made, report: null };
  const applied = { revision, day: "2026-11-27" };
  const recording = { store, state, delta, revision: applied, pullRequests: [] };
  if (made.stages.length === 0) {
    await recordOnly(made, recording);
    return { plan: made, report: null };
  }
  const afterwards = beforeApply?.();
  try {
    const report = await applyRecorded(made, connection, dies ? mortal(recording) : recording, {
      live: all.live,
      staleSeconds: 0,
      ...applyOptions,
      clock,
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
  const { store } = recording;
  return {
    ...recording,
    store: {
      record: (...args) => store.record(...args),
      async begin(...args) {
        const run = await store.begin(...args);
        return { ...run, finish: () => Promise.reject(new Death()) };
      },
    },
  };
}

async function connectTo({ url, clientId, clientSecret }: Reachable, clock: Clock) {
  const connection = await connect({
    credentials: { clientId, clientSecret, apiUrl: url, loginUrl: url },
    requestsPerMinute: 10_000,
    clock,
  });
  onTestFinished(() => connection.close());
  return connection;
}
