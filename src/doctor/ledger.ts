/** What the ledger says, read and never written: whose it is, what was applied last, and who is at work. */
import { describeLease } from "../ledger/lease.ts";
import type { TargetLedger } from "../ledger/other-ledgers.ts";
import type { LedgerState } from "../ledger/read.ts";
import { isAncestor } from "../ledger/revision.ts";
import type { LedgerStore } from "../ledger/store.ts";
import type { Dialect, Ledger } from "../model.ts";
import { count, printable } from "../text.ts";
import type { CheckName, Finding } from "./finding.ts";
import { ok, orWrong, unchecked, warning, wrong } from "./finding.ts";

export interface LedgerQuestion {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly store: LedgerStore | null;
  /** Null where they could not be found out. */
  readonly target: string | null;
  readonly organization: { readonly id: string; readonly name: string } | null;
  readonly dialect: Dialect | null;
  /** The commit that is checked out. */
  readonly head: string | null;
  readonly isSandbox: boolean;
}

const AFTER_READING: readonly CheckName[] = ["ledger-organization", "revision", "at-work", "other-ledgers"];
const ALL: readonly CheckName[] = ["ledger", ...AFTER_READING];

export async function examineLedger(question: LedgerQuestion): Promise<readonly Finding[]> {
  const { store, target } = question;
  if (!store) return ALL.map((check) => unchecked(check, "there is no repository"));
  if (target === null) return ALL.map((check) => unchecked(check, "the target is unknown"));
  const read = await orWrong("ledger", () => store.read());
  if ("finding" in read) {
    return [read.finding, ...AFTER_READING.map((check) => unchecked(check, "the ledger can't be read"))];
  }
  const state = read.value;
  const { ledger } = state;
  return [
    describeLedger(store, ledger),
    ...(ledger ? [judgeOrganisation(ledger, question), await judgeRevision(ledger, question)] : []),
    describeWork(state),
    ...(question.isSandbox ? [] : [await examineOthers(store, ledger, question)]),
  ];
}

function describeLedger({ branch, remote }: LedgerStore, ledger: Ledger | null): Finding {
  const where = remote === null ? branch : `${branch} in ${printable(remote)}`;
  if (!ledger) {
    return ok(
      "ledger",
      `There is no ${where} yet: the first apply writes it; until then nothing can be removed.`,
    );
  }
  const parts = [count(ledger.skills.length, "skill"), count(ledger.users.length, "user")];
  return ok("ledger", `${where}: ${parts.join(" and ")} are ours.`);
}

function judgeOrganisation(ledger: Ledger, { organization, dialect }: LedgerQuestion): Finding {
  if (!organization || !dialect) return unchecked("ledger-organization", "the organisation is unknown");
  if (ledger.organization !== organization.id) {
    return wrong("ledger-organization", {
      code: "WRONG_ORG",
      message: `The ledger is of the organisation ${printable(ledger.organization)}, and the credentials belong to ${printable(organization.name)} (${printable(organization.id)}).`,
      hint: "Check the credentials of this target.",
    });
  }
  if (ledger.dialect !== dialect) {
    return wrong("ledger-organization", {
      code: "WRONG_DIALECT",
      message: `The ledger was written for the ${ledger.dialect} API, and the organisation answers as ${dialect}.`,
      hint: "Check GENESYS_API_URL and settings.api.",
    });
  }
  return ok("ledger-organization", "The same as the credentials'.");
}

async function judgeRevision({ applied }: Ledger, { cwd, env, head }: LedgerQuestion): Promise<Finding> {
  const revision = applied?.revision ?? null;
  if (revision === null) return ok("revision", "From no commit.");
  const [last, here] = [revision.slice(0, 7), head?.slice(0, 7) ?? ""];
  if (head === null) return unchecked("revision", "there is no commit here");
  switch (await isAncestor(cwd, revision, head, env)) {
    case "yes":
      return ok("revision", `${last}${revision === head ? ", the commit here" : `, which ${here} follows`}.`);
    case "unknown":
      return unchecked(
        "revision",
        `this clone lacks ${last}, or the way from there to ${here}`,
        "Fetch it: `git fetch`.",
      );
    case "no":
      return warning("revision", {
        code: "STALE",
        message: `${last} was applied last, and the commit here, ${here}, doesn't follow it.`,
        hint: "Bring this branch up to date (`git pull`) before you plan or apply.",
      });
  }
}

function describeWork({ lease }: LedgerState): Finding {
  if (lease === null) return ok("at-work", "None.");
  return warning("at-work", {
    code: "APPLY_RUNNING",
    message: `An apply is running, or ended without saying so: ${describeLease(lease)}.`,
    hint: "The next apply waits for it, and takes over where it no longer renews its lease.",
  });
}

async function examineOthers(
  store: LedgerStore,
  ledger: Ledger | null,
  { organization }: LedgerQuestion,
): Promise<Finding> {
  const read = await orWrong("other-ledgers", () => store.others());
  if ("finding" in read) return read.finding;
  const others = read.value;
  if (others.length === 0) return ok("other-ledgers", "None.");
  const names = others.map(({ target }) => target).join(", ");
  if (!organization) return unchecked("other-ledgers", `the organisation is unknown (there are ${names})`);
  const same = others.find((other) => other.claim !== "none" && other.organization === organization.id);
  return same ? sharing(same, ledger) : ok("other-ledgers", `${names}: of other organisations.`);
}

function sharing({ target }: TargetLedger, ledger: Ledger | null): Finding {
  if (ledger) {
    return wrong("other-ledgers", {
      code: "SHARED_ORG",
      message: `This organisation stands in the ledger of the target ${target} too; one organisation can have one target.`,
      hint: "Check the credentials of both targets, or remove one of them.",
    });
  }
  return wrong("other-ledgers", {
    code: "OTHER_LEDGER",
    message: `This organisation stands in the ledger of the target ${target}, and this target has no ledger.`,
    hint: "If the target was renamed, let this one take its ledger over: apply --allow OTHER_LEDGER",
  });
}
