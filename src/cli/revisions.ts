/** Whether the commit at hand may be applied after the one that the ledger names. */
import { deepen, isAncestor } from "../ledger/revision.ts";
import { Failure } from "../problem.ts";
import type { OpenLedger } from "./ledger.ts";
import type { WorldOptions } from "./options.ts";
import type { Terminal } from "./terminal.ts";

/** `stale`: neither follows the other, or git can't tell. */
export type RevisionOrder = "in-order" | "newer-applied" | "stale";

/** Says so where a newer commit has been applied already. */
export async function compareRevisions(
  { state, head, store }: OpenLedger,
  { dir }: WorldOptions,
  terminal: Terminal,
): Promise<RevisionOrder> {
  const applied = state.kind === "none" ? null : state.ledger.revision;
  if (applied === null || !head) return "in-order";
  const order = await orderOf(dir, applied, head.commit, store?.remote ?? null, terminal.env);
  if (order === "newer-applied") {
    terminal.err(
      `Nothing to do: ${short(applied)}, which is newer than ${short(head.commit)}, has been applied already.\n`,
    );
  }
  return order;
}

/** What the reader of a plan should know of its commit; null where it follows what was applied, or git can't tell. */
export async function orderWords(
  { state, head }: OpenLedger,
  { dir }: WorldOptions,
  { env }: Terminal,
): Promise<string | null> {
  const applied = state.kind === "none" ? null : state.ledger.revision;
  if (applied === null || !head || (await isAncestor(dir, applied, head.commit, env)) !== "no") return null;
  const [last, here] = [short(applied), short(head.commit)];
  return (await isAncestor(dir, head.commit, applied, env)) === "yes"
    ? `${last}, which is newer than ${here}, has been applied already: this plan takes back what came since, and an apply does nothing.`
    : `${here} doesn't follow ${last}, which was applied last: this plan takes back what only that one has, and an apply is refused (STALE).`;
}

async function orderOf(
  dir: string,
  applied: string,
  head: string,
  remote: string | null,
  env: NodeJS.ProcessEnv,
): Promise<RevisionOrder> {
  let follows = await isAncestor(dir, applied, head, env);
  if (follows === "unknown" && remote !== null) {
    await deepen(dir, remote, env);
    follows = await isAncestor(dir, applied, head, env);
  }
  if (follows === "yes") return "in-order";
  return (await isAncestor(dir, head, applied, env)) === "yes" ? "newer-applied" : "stale";
}

export function stale({ state, head }: OpenLedger): Failure {
  const applied = state.kind === "none" ? null : state.ledger.revision;
  return new Failure(
    {
      code: "STALE",
      message: `The commit ${short(head?.commit ?? "")} doesn't follow ${short(applied ?? "")}, which was applied last.`,
      hint: "Update the branch so that it holds what was applied (git pull), or allow it on purpose: --allow STALE.",
    },
    3,
  );
}

function short(commit: string): string {
  return commit.slice(0, 7);
}
