/** Opens the ledger of a command's target, according to the command's options. */
import { join } from "node:path";
import { listTargets } from "../desired/targets.ts";
import { noRepository } from "../ledger/failures.ts";
import { describeLease } from "../ledger/lease.ts";
import type { LedgerState } from "../ledger/read.ts";
import { NO_LEDGER } from "../ledger/read.ts";
import type { HeadRevision } from "../ledger/revision.ts";
import { headRevision } from "../ledger/revision.ts";
import type { LedgerStore } from "../ledger/store.ts";
import { openLedgerStore } from "../ledger/store.ts";
import type { TurnOptions } from "../ledger/turn.ts";
import { closeOverRun, waitForTurn } from "../ledger/turn.ts";
import { windowLeft } from "../ledger/clock.ts";
import type { Ledger, OtherLedger, Settings } from "../model.ts";
import type { TargetOptions } from "./options.ts";
import type { Terminal } from "./terminal.ts";

export interface OpenLedger {
  /** Null without a git repository, or with `--no-ledger`. */
  readonly store: LedgerStore | null;
  readonly state: LedgerState;
  /** With files as a user types them. */
  readonly head: HeadRevision | null;
  readonly others: readonly OtherLedger[];
}

/** After so many seconds without an answer a request has failed and can't take effect. */
const REQUEST_TIMEOUT_SECONDS = 60;

/** How a command that writes waits for its turn. */
export interface TurnChoice {
  readonly takeOver?: boolean;
  readonly noWait?: boolean;
  /** The codes of `--allow`. */
  readonly allow: ReadonlySet<string>;
  readonly isRunOver?: TurnOptions["isRunOver"];
  readonly onWait: NonNullable<TurnOptions["onWait"]>;
  readonly stop?: AbortSignal;
}

/** The facts about an organisation that the ledger's rules need. */
interface LedgerOwner {
  readonly target: string;
  readonly organization: string;
  readonly settings: Pick<Settings, "staleSeconds">;
  /** Milliseconds by which the organisation's clock is ahead of ours. */
  readonly ahead: number | undefined;
}

/**
 * Reads the ledger from the remote, if any. With `turn`, waits until no other apply is running. Throws Failure, among
 * others NO_REPOSITORY if a command that writes has no place for its ledger.
 */
export async function openLedger(
  options: TargetOptions,
  owner: LedgerOwner,
  terminal: Terminal,
  turn?: TurnChoice,
): Promise<OpenLedger> {
  const { dir, sandbox } = options;
  const store = await storeOf(options, owner.target, terminal);
  if (!store) {
    if (turn && options.ledger !== false) throw noRepository();
    return { store: null, state: NO_LEDGER, head: null, others: [] };
  }
  terminal.status("Reading the ledger…");
  const others = sandbox ? [] : await othersOf(store, dir);
  const timing = {
    requestTimeoutSeconds: REQUEST_TIMEOUT_SECONDS,
    staleSeconds: sandbox ? 0 : owner.settings.staleSeconds,
    clockSkew: owner.ahead ?? null,
  };
  const read = turn
    ? await waitForTurn(store, { ...turn, ...timing, allowGone: turn.allow.has("LEDGER_GONE") })
    : closeOverRun(await store.read(), timing, store.clock);
  const adopted = turn && read.ledger === null ? adoptable(others, owner, turn) : undefined;
  const state = turn && adopted ? await store.adopt(adopted.target, { ...turn, ...timing }) : read;
  const head = await headRevision(dir, ".", terminal.env);
  return {
    store,
    state,
    head: head && { ...head, dirty: head.dirty.map((file) => join(dir, file)) },
    others: adopted ? others.filter((other) => other !== adopted) : others,
  };
}

/** The ledger of a removed target that this target may take over, with `--allow OTHER_LEDGER`. */
function adoptable(
  others: readonly OtherLedger[],
  { organization }: LedgerOwner,
  { allow }: TurnChoice,
): OtherLedger | undefined {
  if (!allow.has("OTHER_LEDGER")) return undefined;
  return others.find((other) => !other.isInRepository && other.organization === organization);
}

async function othersOf(store: LedgerStore, dir: string): Promise<OtherLedger[]> {
  const targets = new Set(await listTargets(dir));
  const others = await store.others();
  return others.flatMap(({ target, organization, claim }) =>
    claim === "none" ? [] : [{ target, organization, isInRepository: targets.has(target) }],
  );
}

/** Null without a git repository, or with `--no-ledger`. */
export function storeOf(
  options: TargetOptions,
  target: string,
  terminal: Terminal,
): Promise<LedgerStore | null> {
  const { dir, sandbox, remote, ledger: isWanted = true } = options;
  if (!isWanted) return Promise.resolve(null);
  // The sandbox's ledger never leaves this clone.
  return openLedgerStore({ cwd: dir, target, env: terminal.env, remote: sandbox ? null : remote });
}

/** This clone's last copy of the ledger, without a request to the remote; null if it has none. */
export async function readLastSeen(
  options: TargetOptions,
  target: string,
  terminal: Terminal,
): Promise<Ledger | null> {
  const store = await storeOf(options, target, terminal);
  return store ? (await store.readLastSeen()).ledger : null;
}

/** Milliseconds until reads of the organisation show the ledger's last write. */
export function staleLeft({ store, state }: OpenLedger, owner: LedgerOwner, options: TargetOptions): number {
  if (!store || options.sandbox) return 0;
  const window = { seconds: owner.settings.staleSeconds, clockSkew: owner.ahead ?? null };
  return windowLeft(state.sighting, window, store.clock);
}

/** The warning of a reading command that an apply is running; null if none is. */
export function applyRunningWords({ lease }: LedgerState): string | null {
  return lease === null ? null : `An apply is running: ${describeLease(lease)}.`;
}
