/** The ledger of a command's target, as far as the command's options want one. */
import { join } from "node:path";
import { describeRun } from "../ledger/intent.ts";
import type { LedgerState, NoLedger } from "../ledger/read.ts";
import type { HeadRevision } from "../ledger/revision.ts";
import { headRevision } from "../ledger/revision.ts";
import type { LedgerStore } from "../ledger/store.ts";
import { openLedgerStore } from "../ledger/store.ts";
import { resolveUnfinished } from "../ledger/unfinished.ts";
import type { Ledger, LedgerReplace, Live, OtherLedger } from "../model.ts";
import type { WorldOptions } from "./options.ts";
import type { Terminal } from "./terminal.ts";

export interface OpenLedger {
  /** Null where there is no git repository, or with `--no-ledger`. */
  readonly store: LedgerStore | null;
  readonly state: LedgerState;
  /** Its files as the user would type them. */
  readonly head: HeadRevision | null;
  readonly others: readonly OtherLedger[];
}

/** Reads the ledger from the remote where there is one. */
export async function openLedger(
  options: WorldOptions,
  target: string,
  terminal: Terminal,
): Promise<OpenLedger> {
  const { dir, sandbox, ledger: isWanted = true } = options;
  const env = terminal.env;
  const store = isWanted
    ? await openLedgerStore({ cwd: dir, target, env, ...remoteOf(options) })
    : NOT_WANTED;
  if (store.kind === "none") return { store: null, state: store, head: null, others: [] };
  terminal.status("Reading the ledger…");
  const [state, head] = [await store.read(), await headRevision(dir, ".", env)];
  return {
    store,
    state,
    head: head && { ...head, dirty: head.dirty.map((file) => join(dir, file)) },
    others: sandbox ? [] : await store.others(),
  };
}

/** The ledger as this clone saw it last, without asking the remote; null where it never saw one. */
export async function readLastSeen(
  options: WorldOptions,
  target: string,
  terminal: Terminal,
): Promise<Ledger | null> {
  if (options.ledger === false) return null;
  const store = await openLedgerStore({ cwd: options.dir, target, env: terminal.env, ...remoteOf(options) });
  const state = store.kind === "none" ? store : await store.readLastSeen();
  return state.kind === "none" ? null : state.ledger;
}

/** The sandbox's ledger never leaves this clone. */
function remoteOf({ sandbox, remote }: WorldOptions): { remote?: string | null } {
  if (sandbox) return { remote: null };
  return remote === undefined ? {} : { remote };
}

const NOT_WANTED: NoLedger = { kind: "none", why: "no-branch" };

interface UserRef {
  readonly id: string;
  readonly email?: string;
}

/** Users that the ledger, or the intent of a run that hasn't ended, speaks of. */
export function usersOf(state: LedgerState): readonly UserRef[] {
  switch (state.kind) {
    case "none":
      return [];
    case "settled":
      return distinct([...pendingIn(state.ledger.replaces), ...state.ledger.users]);
    case "unfinished": {
      const { sets, removes, replaces } = state.intent;
      const pending = pendingIn(replaces ?? state.ledger.replaces);
      return distinct([...pending, ...state.ledger.users, ...sets.users, ...removes.users]);
    }
  }
}

/** Who is still to be given the new skill of a rename. */
function pendingIn(replaces: readonly LedgerReplace[] = []): UserRef[] {
  return replaces.flatMap(({ pending }) => pending.map(({ id }) => ({ id })));
}

function distinct(users: readonly UserRef[]): readonly UserRef[] {
  return [...new Map(users.map((user) => [user.id, user])).values()];
}

export interface CountingLedger {
  readonly ledger: Ledger | null;
  /** Who left something unfinished, and how much. */
  readonly unfinished?: { readonly run: string; readonly count: number };
}

/** The ledger that counts: after a run that died, what of its work is ours is told by live. */
export function countingLedger(state: LedgerState, live: Live): CountingLedger {
  switch (state.kind) {
    case "none":
      return { ledger: null };
    case "settled":
      return { ledger: state.ledger };
    case "unfinished": {
      const { ledger, unfinished } = resolveUnfinished(state.ledger, state.intent, live);
      if (!state.dead) return { ledger };
      const count = unfinished.filter(({ why }) => why === "not-reached").length;
      return { ledger, unfinished: { run: describeRun(state.intent.run), count } };
    }
  }
}

/** The sentence for a command that only looks while an apply is at work; null where none is. */
export function applyAtWorkWords(state: LedgerState): string | null {
  if (state.kind !== "unfinished" || state.dead) return null;
  return `An apply is at work: ${describeRun(state.intent.run)}.`;
}
