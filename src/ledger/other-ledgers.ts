/** The ledgers of other targets: an organisation belongs to only one target. */
import { Failure } from "../problem.ts";
import { printable } from "../text.ts";
import type { Tips } from "./branches.ts";
import { branchOf } from "./branches.ts";
import type { LedgerHome } from "./home.ts";
import { noteSighting } from "./home.ts";
import type { Lease } from "./lease.ts";
import { LEASE_PATH, LEDGER_PATH, parseLease, parseLedgerFile } from "./schema.ts";
import type { LedgerState } from "./read.ts";
import type { LedgerFile } from "./schema.ts";
import { readObjects } from "./snapshot.ts";
import type { WatchOptions } from "./watch.ts";
import { watchTip } from "./watch.ts";

/** The claim of another target's ledger to its organisation. */
export interface TargetLedger {
  readonly target: string;
  readonly tip: string;
  /** The organisation's id; null if there is none or the ledger can't be read. */
  readonly organization: string | null;
  /**
   * `applied`: its YAML was applied completely. `begun`: only in part. `running`: a first apply has begun and may be
   * running or dead. `none`: no claim.
   */
  readonly claim: "applied" | "begun" | "running" | "none";
  readonly lease: Lease | null;
}

export interface SharingOptions extends WatchOptions {
  /** Codes of allowed refusals; only SHARED_ORG matters here. Default: none. */
  readonly allow?: ReadonlySet<string>;
}

/** The ledgers of all other targets, by name. Throws `Failure` LEDGER_UNREACHABLE. */
export async function readOtherLedgers(home: LedgerHome): Promise<readonly TargetLedger[]> {
  const { branches, target, bytes } = home;
  const tips: Tips = new Map([...(await branches.list())].filter(([name]) => name !== target).sort());
  if (tips.size === 0) return [];
  for (const tip of tips.values()) noteSighting(home, tip);
  await branches.bring(tips);
  const names = [...tips.values()].flatMap((tip) => [`${tip}:${LEDGER_PATH}`, `${tip}:${LEASE_PATH}`]);
  const texts = [...(await readObjects(bytes, names))];
  return [...tips].map(([other, tip], index) =>
    claimOf(other, tip, texts[2 * index] ?? null, texts[2 * index + 1] ?? null),
  );
}

/** The claim of one ledger; a broken ledger has none, and is reported by its own target. */
function claimOf(target: string, tip: string, text: string | null, leaseText: string | null): TargetLedger {
  const unclaimed = { target, tip, organization: null, claim: "none", lease: null } as const;
  if (text === null) return unclaimed;
  try {
    const file = parseLedgerFile(text, () => LEDGER_PATH);
    const lease = leaseText === null ? null : parseLease(leaseText, () => LEASE_PATH);
    if ("empty" in file || file.movedTo !== undefined) return { ...unclaimed, lease };
    return { target, tip, organization: file.organization, claim: claimBy(file, lease), lease };
  } catch (error) {
    if (error instanceof Failure) return unclaimed;
    throw error;
  }
}

function claimBy(
  { applied, attempted }: Exclude<LedgerFile, { empty: true }>,
  lease: Lease | null,
): TargetLedger["claim"] {
  if (applied !== null) return "applied";
  if (lease !== null) return "running";
  return attempted === null ? "none" : "begun";
}

/**
 * Refuses an organisation that another target governs. If a first apply has begun there, watches it: it counts while
 * it is alive. `state` is this target's ledger before the intent. Throws `Failure` SHARED_ORG, LEDGER_UNREACHABLE.
 */
export async function refuseSharedOrganization(
  home: LedgerHome,
  state: LedgerState,
  organization: string,
  options: SharingOptions,
): Promise<void> {
  if (options.allow?.has("SHARED_ORG") === true) return;
  for (const other of await readOtherLedgers(home)) {
    if (other.organization !== organization || other.target === state.adopts?.target) continue;
    if (await isInTheWay(home, state, other, options)) throw sharedOrganization(home.target, other.target);
  }
}

async function isInTheWay(
  home: LedgerHome,
  { ledger }: LedgerState,
  other: TargetLedger,
  options: SharingOptions,
): Promise<boolean> {
  switch (other.claim) {
    case "applied":
      return true;
    case "begun":
      // A target that once had the wrong credentials must not block the one that has always governed the organisation.
      return ledger === null || ledger.applied === null;
    case "running":
      return isAlive(home, other, options);
    case "none":
      return false;
  }
}

async function isAlive(home: LedgerHome, other: TargetLedger, options: SharingOptions): Promise<boolean> {
  const { branches, clock, firstSeen } = home;
  const { target, tip, lease } = other;
  if (!lease) return false;
  const ask = async () => (await branches.list()).get(target) ?? null;
  const watched = { target, tip, lease, ask, firstSeen: firstSeen.get(tip) ?? clock.monotonic() };
  if ((await watchTip(watched, clock, options)) === "dead") return false;
  // The tip moved, so the run is alive, unless it has withdrawn.
  const now = (await readOtherLedgers(home)).find((one) => one.target === target);
  return now !== undefined && now.organization === other.organization && now.claim !== "none";
}

function sharedOrganization(target: string, other: string): Failure {
  return new Failure(
    {
      code: "SHARED_ORG",
      message: `The organisation of ${target} is also in ${branchOf(other)}: the target ${printable(other)} governs it. Nothing was written.`,
      hint: "Check the credentials of both targets: an organisation belongs to one target. To continue anyway: --allow SHARED_ORG.",
    },
    3,
  );
}
