/** What git knows of the commit at hand, for a plan to mention and for an apply to judge. */
import { findRevisionFacts } from "../ledger/revision.ts";
import type { RevisionFacts } from "../ledger/revision-rule.ts";
import { revisionNotes } from "../ledger/revision-rule.ts";
import type { OpenLedger } from "./ledger.ts";
import type { TargetOptions } from "./options.ts";
import type { Terminal } from "./terminal.ts";

/** Null where there is no ledger to follow, and for the sandbox, whose ledger never leaves this clone. */
export async function factsOf(
  { store, state, head }: OpenLedger,
  { dir, sandbox }: TargetOptions,
  { env }: Terminal,
): Promise<RevisionFacts | null> {
  if (!store || sandbox) return null;
  const { remote } = store;
  const facts = await findRevisionFacts({ cwd: dir, dir: ".", remote, ledger: state.ledger, env });
  // Its files as the user would type them.
  return { ...facts, head: facts.head && head };
}

/** What the reader of a plan should know of its commit; one sentence for each thing that an apply would refuse. */
export async function revisionWords(
  opened: OpenLedger,
  options: TargetOptions,
  terminal: Terminal,
): Promise<string[]> {
  const facts = await factsOf(opened, options, terminal);
  return facts ? revisionNotes(facts) : [];
}
