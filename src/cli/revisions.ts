/** The facts in git about the checked-out commit, for plan and apply. */
import { findRevisionFacts } from "../ledger/revision.ts";
import type { RevisionFacts } from "../ledger/revision-rule.ts";
import { revisionNotes } from "../ledger/revision-rule.ts";
import type { OpenLedger } from "./ledger.ts";
import type { TargetOptions } from "./options.ts";
import type { Terminal } from "./terminal.ts";

/** Null without a ledger, and for the sandbox, whose ledger never leaves this clone. */
export async function factsOf(
  { store, state, head }: OpenLedger,
  { dir, sandbox }: TargetOptions,
  { env }: Terminal,
): Promise<RevisionFacts | null> {
  if (!store || sandbox) return null;
  const { remote } = store;
  const facts = await findRevisionFacts({ cwd: dir, dir: ".", remote, ledger: state.ledger, env });
  // With files as a user types them.
  return { ...facts, head: facts.head && head };
}

/** Sentences for a plan: what an apply would refuse about its commit. */
export async function revisionWords(
  opened: OpenLedger,
  options: TargetOptions,
  terminal: Terminal,
): Promise<string[]> {
  const facts = await factsOf(opened, options, terminal);
  return facts ? revisionNotes(facts) : [];
}
