/** Runs that plan and apply by the functions that the command calls, over any ledger, and that may die. */
import { onTestFinished } from "vitest";
import type { ApplyOptions } from "../../src/apply/apply.ts";
import type { Recording } from "../../src/apply/recorded.ts";
import { applyRecorded, recordOnly } from "../../src/apply/recorded.ts";
import { countingLedger, usersOf } from "../../src/cli/ledger.ts";
import type { Clock } from "../../src/genesys/clock.ts";
import { connect } from "../../src/genesys/connect.ts";
import type { LedgerStore } from "../../src/ledger/store.ts";
import { readBeforeDeletes } from "../../src/live/deletes.ts";
import { readLive } from "../../src/live/read.ts";
import type { ApplyReport, Desired, Plan } from "../../src/model.ts";
import { doomedSkills } from "../../src/plan/judge/deletes.ts";
import { join } from "../../src/plan/join/join.ts";
import { plan } from "../../src/plan/plan.ts";
import type { Reachable } from "./session.ts";
import { impatientClock } from "./session.ts";

export interface RunOptions extends Pick<ApplyOptions, "stop" | "onOutcome"> {
  readonly allow?: readonly string[];
  /** Called between the plan and the first write; what it answers is called once the run has ended or died. */
  readonly beforeApply?: () => () => void;
  /** Dies with the organisation: what it did is never written down. */
  readonly dies?: boolean;
  /** Default: one on which sleeping passes the time at once. */
  readonly clock?: Clock;
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

/** Plans and, where nothing is refused, applies; whoever is said to be at work is taken for dead. */
export async function runOnce(
  { sandbox, store }: Ground,
  desired: Desired,
  options: RunOptions = {},
): Promise<Ran> {
  const { allow = [], beforeApply, dies = false, stop, onOutcome, clock = impatientClock() } = options;
  const connection = await connectTo(sandbox, clock);
  const state = await store.read();
  const live = await readLive(connection, {
    groups: desired.groups.map(({ group }) => group),
    users: desired.users.map(({ user }) => user),
    ledgerUsers: usersOf(state),
  });
  const { ledger } = countingLedger(state, live);
  const doomed = ledger ? doomedSkills(join(desired, ledger, live), live).map((skill) => skill.live) : [];
  const found = await readBeforeDeletes(connection.reader, doomed);
  const worlds = { desired, ledger, live: { ...live, ...found } };
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
      clock,
      ...(stop && { stop }),
      ...(onOutcome && { onOutcome }),
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

async function connectTo({ url, clientId, clientSecret }: Reachable, clock: Clock) {
  const connection = await connect({
    credentials: { clientId, clientSecret, apiUrl: url, loginUrl: url },
    requestsPerMinute: 10_000,
    clock,
  });
  onTestFinished(() => connection.close());
  return connection;
}
