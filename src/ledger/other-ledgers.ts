/** The ledgers of all targets, to find the one in which an organisation already stands. */
import { Failure } from "../problem.ts";
import type { LedgerBranches } from "./branches.ts";
import { branchOf } from "./branches.ts";
import type { Git } from "./git.ts";
import { readAt } from "./home.ts";

export interface OtherLedger {
  readonly target: string;
  /** The organisation's id, or null where the ledger can't be read. */
  readonly organization: string | null;
  /** The command that renames its branch, so that it is the ledger of the target that asks. */
  readonly renameCommand: string;
}

/** Every ledger but that of `target`, by name. Throws `Failure` LEDGER_UNREACHABLE. */
export async function readOtherLedgers(
  git: Git,
  branches: LedgerBranches,
  target: string,
): Promise<readonly OtherLedger[]> {
  const tips = new Map([...(await branches.list())].filter(([name]) => name !== target).sort());
  await branches.bring(tips);
  const ledgers: OtherLedger[] = [];
  for (const [other, tip] of tips) {
    const organization = await organizationAt(git, other, tip);
    ledgers.push({
      target: other,
      organization,
      renameCommand: renameCommand(branches.remote, other, target, tip),
    });
  }
  return ledgers;
}

/** Another target's broken ledger is that target's trouble. */
async function organizationAt(git: Git, target: string, tip: string): Promise<string | null> {
  try {
    return (await readAt(git, target, tip)).ledger.organization;
  } catch (error) {
    if (error instanceof Failure) return null;
    throw error;
  }
}

function renameCommand(remote: string | null, from: string, to: string, tip: string): string {
  if (remote === null) return `git branch -m ${branchOf(from)} ${branchOf(to)}`;
  const quoted = /^[\w./-]+$/.test(remote) ? remote : `'${remote.replaceAll("'", "'\\''")}'`;
  return `git push --atomic ${quoted} ${tip}:refs/heads/${branchOf(to)} :refs/heads/${branchOf(from)}`;
}
