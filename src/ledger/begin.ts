/** Begins a run: its intent is committed before its first write to the organisation. */
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import type { Ledger, LedgerReplace } from "../model.ts";
import { serialiseLedger } from "./file.ts";
import type { LedgerHome } from "./home.ts";
import { applyAtWork, failedWith } from "./home.ts";
import type { Intent, IntentRemovals, IntentSets } from "./intent.ts";
import { DEAD_AFTER, intentAge } from "./intent.ts";
import type { AppliedFacts, Counts } from "./message.ts";
import { appliedMessage, beginMessage } from "./message.ts";
import type { LedgerState } from "./read.ts";
import { readLedger } from "./read.ts";
import type { Every, Run } from "./run.ts";
import { isoTime, startRun } from "./run.ts";
import { holdTip } from "./tip.ts";

/** What an apply says of itself before its first write. */
export interface RunStart {
  /** The ledger that the plan was made from: as it was read, as `resolveUnfinished` answered it, or `emptyLedger`. */
  readonly ledger: Ledger;
  /** The commit that is applied. */
  readonly revision: string | null;
  readonly sets: IntentSets;
  readonly removes: IntentRemovals;
  /** The renames that this run begins or goes on with; see `Intent`. Default: none. */
  readonly replaces?: readonly LedgerReplace[];
  readonly counts: Counts;
  /** Default: the author's name. */
  readonly actor?: string;
  /** Default: the runner's name on GitHub, else this machine's. */
  readonly host?: string;
  /** Default: the link to the run on GitHub, where it is one. */
  readonly url?: string;
  /** Goes on though another apply seems to be at work. Default false. */
  readonly takeOver?: boolean;
  /** Asked at each renewal for the fingerprints of the operations that are done. Default: none. */
  readonly done?: () => readonly string[];
}

/** What a run needs of the world besides git. */
export interface RunWorld {
  readonly env: NodeJS.ProcessEnv;
  /** Default: a timer that doesn't keep the process alive. */
  readonly every?: Every;
  /** Default: a timer. */
  readonly wait?: (milliseconds: number) => Promise<void>;
}

/** Commits the intent on top of what was read. Throws `Failure` APPLY_AT_WORK, LEDGER_MOVED. */
export async function beginRun(
  home: LedgerHome,
  world: RunWorld,
  from: LedgerState,
  start: RunStart,
): Promise<Run> {
  refuseSecondApply(home, from, start.takeOver ?? false);
  const intent = makeIntent(home, world.env, start);
  const ledger = { ...start.ledger, target: home.target };
  const tip = holdTip(home, tipOf(from));
  const message = beginMessage(
    { target: home.target, ...intent.run, revision: intent.revision },
    start.counts,
  );
  await namingWhoWon(home, () => tip.advance({ ledger, intent }, message));
  const { every = everyUnref, wait = pause } = world;
  return startRun({ home, tip, intent, ledger, done: start.done ?? (() => []), every, wait });
}

/**
 * Writes a ledger for which nothing was written to the organisation, so that it needs no intent; null where
 * it is as it was read. Throws `Failure` APPLY_AT_WORK, LEDGER_MOVED.
 */
export async function recordLedger(
  home: LedgerHome,
  env: NodeJS.ProcessEnv,
  from: LedgerState,
  ledger: Ledger,
  facts: AppliedFacts,
  takeOver = false,
): Promise<string | null> {
  refuseSecondApply(home, from, takeOver);
  const file = { ledger: { ...ledger, target: home.target } };
  if (from.kind === "settled" && serialiseLedger(file) === serialiseLedger({ ledger: from.ledger }))
    return null;
  const tip = holdTip(home, tipOf(from));
  const message = appliedMessage(
    { target: home.target, revision: ledger.revision, ...whoRuns(home, env) },
    facts,
  );
  return namingWhoWon(home, () => tip.advance(file, message));
}

function refuseSecondApply({ target, now }: LedgerHome, from: LedgerState, takeOver: boolean): void {
  if (from.kind !== "unfinished" || takeOver) return;
  if (intentAge(from.intent, now()) <= DEAD_AFTER) throw applyAtWork(target, from.intent.run);
}

/** Who lost the race for the tip learns whether the winner is an apply at work. */
async function namingWhoWon<T>(home: LedgerHome, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (failedWith(error, "LEDGER_MOVED")) refuseSecondApply(home, await readLedger(home), false);
    throw error;
  }
}

function tipOf(from: LedgerState): string | null {
  return from.kind === "none" ? null : from.tip;
}

function makeIntent(home: LedgerHome, env: NodeJS.ProcessEnv, start: RunStart): Intent {
  const at = isoTime(home.now());
  // The random id also keeps two runs of the same plan in the same second from being one and the same commit.
  const who = { ...whoRuns(home, env), ...definedOnly(start) };
  const run = { id: randomUUID(), ...who, startedAt: at, renewedAt: at };
  const { revision, sets, removes, replaces = [] } = start;
  return { run, revision, sets, removes, ...(replaces.length > 0 && { replaces }), done: [] };
}

type Whereabouts = Pick<RunStart, "actor" | "host" | "url">;

function whoRuns({ author }: LedgerHome, env: NodeJS.ProcessEnv): Whereabouts {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = env;
  const url = server && repository && run ? `${server}/${repository}/actions/runs/${run}` : undefined;
  return definedOnly({ actor: author?.name, host: env["RUNNER_NAME"] ?? hostname(), url });
}

/** Leaves out what is unknown, and what is empty: neither says anything. */
function definedOnly({
  actor,
  host,
  url,
}: { [field in keyof Whereabouts]?: string | undefined }): Whereabouts {
  return { ...(actor ? { actor } : {}), ...(host ? { host } : {}), ...(url ? { url } : {}) };
}

function everyUnref(job: () => void, milliseconds: number): () => void {
  const timer = setInterval(job, milliseconds);
  timer.unref();
  return () => clearInterval(timer);
}
