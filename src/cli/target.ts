/** Opens the YAML, the organisation and the ledger of one target, and plans. */
import { existsSync } from "node:fs";
import type { FilesRead, LoadOptions } from "../desired/load.ts";
import { loadDesired } from "../desired/load.ts";
import { DEFAULT_TARGET, hasNamedTargets } from "../desired/targets.ts";
import type { Connection } from "../genesys/connect.ts";
import { connect } from "../genesys/connect.ts";
import type { Credentials } from "../genesys/credentials.ts";
import { readCredentials } from "../genesys/credentials.ts";
import { readBeforeDeletes } from "../live/deletes.ts";
import { readLive } from "../live/read.ts";
import type { Desired, Ledger, Live } from "../model.ts";
import type { MatchedSkills, Planned, PlanInputs } from "../plan/plan.ts";
import { matchSkills, plan, skillsThatMayGo } from "../plan/plan.ts";
import { dayOf } from "./day.ts";
import type { OpenLedger, TurnChoice } from "./ledger.ts";
import { openLedger, staleLeft } from "./ledger.ts";
import type { TargetOptions } from "./options.ts";
import { startOwnSandbox } from "./own-sandbox.ts";
import { attemptedYaml, readPrevious } from "./previous.ts";
import type { Terminal } from "./terminal.ts";
import { printWait } from "./waits.ts";

/** The YAML and an open connection to the organisation. */
export interface OpenTarget {
  readonly desired: Desired;
  /** For which it was read, `YYYY-MM-DD`. */
  readonly day: string;
  /** What its files say, for the same files of an earlier commit; planning empties it, since it takes memory. */
  readonly filesRead?: FilesRead;
  readonly connection: Connection;
  close(): Promise<void>;
}

/**
 * Loads the YAML first: invalid YAML sends no request to the organisation. The signal ends the connection, also while
 * it is being opened; then the signal's reason is thrown.
 */
export async function openTarget(
  options: TargetOptions & Pick<LoadOptions, "mayBeNew">,
  terminal: Terminal,
  signal?: AbortSignal,
): Promise<OpenTarget> {
  const filesRead: FilesRead = options.filesRead ?? new Map<string, never>();
  const loaded = await loadForDay({ ...options, filesRead });
  return { ...(await openTargetAt(loaded, options, terminal, signal)), filesRead };
}

/** For YAML that was read already, as of a day. */
export async function openTargetAt(
  { desired, day }: { readonly desired: Desired; readonly day: string },
  options: TargetOptions,
  terminal: Terminal,
  signal?: AbortSignal,
): Promise<OpenTarget> {
  const named = options.sandbox ? undefined : await suffixOf(options, desired);
  const own = { ...options, ...(named !== undefined && { named }), at: day };
  return openTargetFor(desired, own, terminal, signal);
}

/** The YAML, and the day for which it was read: midnight may come between two looks at the clock. */
export async function loadForDay(
  options: TargetOptions & Pick<LoadOptions, "mayBeNew">,
): Promise<{ readonly desired: Desired; readonly day: string }> {
  let day = "";
  const dayIn = (timeZone: string): string => (day = dayOf(options)(timeZone));
  const { desired } = await loadDesired({ ...options, dayIn });
  // Where there are no files, none was asked for.
  return { desired, day: day || dayFor(desired) };
}

function dayFor({ settings }: Desired): string {
  return dayOf({})(settings.timeZone ?? "UTC");
}

/** `named` is the target in the names of the credentials' variables; absent if they have no suffix. */
export async function openTargetFor(
  desired: Desired,
  options: Pick<TargetOptions, "sandbox" | "at"> & { readonly named?: string },
  terminal: Terminal,
  signal?: AbortSignal,
): Promise<OpenTarget> {
  const day = options.at ?? dayFor(desired);
  if (options.sandbox) return { day, ...(await openSandbox(desired, options, terminal, signal)) };
  const credentials = readCredentials(terminal.env, options.named);
  const connection = await connectTo(credentials, desired, terminal, signal);
  return {
    ...{ desired, day, connection },
    close: () => {
      connection.close();
      return Promise.resolve();
    },
  };
}

/** High enough that no request waits: the sandbox has no rate limit. */
const SANDBOX_REQUESTS_PER_MINUTE = 10_000;

async function openSandbox(
  desired: Desired,
  { sandbox: dialect = "cloud" }: Pick<TargetOptions, "sandbox">,
  terminal: Terminal,
  signal: AbortSignal | undefined,
): Promise<Omit<OpenTarget, "day">> {
  const sandbox = await startOwnSandbox(dialect);
  const { url, clientId, clientSecret } = sandbox;
  const settings = {
    ...desired.settings,
    api: "auto" as const,
    organization: undefined,
    requestsPerMinute: SANDBOX_REQUESTS_PER_MINUTE,
  };
  const ours = { ...desired, target: "sandbox", settings };
  const credentials = { clientId, clientSecret, apiUrl: url, loginUrl: url };
  try {
    const connection = await connectTo(credentials, ours, terminal, signal);
    return {
      desired: ours,
      connection,
      close: async () => {
        connection.close();
        await sandbox.close();
      },
    };
  } catch (error) {
    await sandbox.close();
    throw error;
  }
}

/** Only a repository with several targets has credentials by target. */
async function suffixOf({ dir }: TargetOptions, desired: Desired): Promise<string | undefined> {
  if (!existsSync(dir)) return desired.target === DEFAULT_TARGET ? undefined : desired.target;
  return (await hasNamedTargets(dir)) ? desired.target : undefined;
}

function connectTo(
  credentials: Credentials,
  { settings }: Desired,
  terminal: Terminal,
  signal: AbortSignal | undefined,
): Promise<Connection> {
  terminal.status("Connecting…");
  return connect({
    credentials,
    api: settings.api,
    ...(settings.requestsPerMinute !== undefined && { requestsPerMinute: settings.requestsPerMinute }),
    ...(settings.deadlineSeconds !== undefined && { deadlineSeconds: settings.deadlineSeconds }),
    ...(signal && { signal }),
    remember: (secret) => {
      terminal.remember(secret);
    },
    onWait: (wait) => {
      printWait(wait, terminal);
    },
  });
}

// ── Planning ─────────────────────────────────────────────────────────────────────────────────────────

/** A plan with its inputs. */
export interface PlannedTarget extends Planned {
  readonly inputs: PlanInputs;
  readonly openLedger: OpenLedger;
}

interface PlanTargetOptions extends TargetOptions {
  readonly allow: ReadonlySet<string>;
  /** The YAML of another commit, to be planned with the same reads. */
  readonly beside?: CommittedYaml;
  /** Only what is due by a date. */
  readonly scheduled?: boolean;
  /** The YAML that an apply began with last, if it has been read. Default: it is read. */
  readonly attempted?: PlanInputs["attempted"];
}

interface CommittedYaml {
  readonly commit: string;
  readonly desired: Desired;
}

/**
 * Reads ledger and organisation, and plans. With `turn`, waits until no other apply is running; if the plan depends on
 * reads that may not show our last writes yet, it waits, reads and plans again.
 */
export async function planTarget(
  target: OpenTarget,
  options: PlanTargetOptions,
  terminal: Terminal,
  turn?: TurnChoice,
): Promise<PlannedTarget> {
  const { desired, connection } = target;
  const owner = (): Parameters<typeof openLedger>[1] => {
    return {
      ...{ target: desired.target, organization: connection.organization.id },
      ...{ settings: desired.settings, ahead: connection.ahead() },
    };
  };
  const opened = await openLedger(options, owner(), terminal, turn);
  const { ledger } = opened.state;
  const reading = { ...options, ...(target.filesRead && { filesRead: target.filesRead }) };
  const previous = await previousOf(opened, reading, terminal);
  const attempted =
    options.attempted ?? (await attemptedYaml(ledger, { ...reading, day: target.day }, terminal.env));
  if (!options.filesRead) target.filesRead?.clear();
  for (;;) {
    const { live, skills } = await readOrganisation(target, ledger, options, terminal);
    const left = staleLeft(opened, owner(), options);
    const inputs: PlanInputs = {
      ...{ desired, day: target.day, ledger, live, allow: options.allow },
      ...(previous && { previous }),
      ...(attempted && { attempted }),
      isUnedited: isApplied(opened),
      isScheduled: options.scheduled === true,
      requestsPerMinute: connection.requestsPerMinute,
      otherLedgers: opened.others,
      readsMayBeOld: left > 0,
    };
    const planned = plan(inputs, skills);
    if (!turn || !planned.isReadOld || !opened.store) return { ...planned, inputs, openLedger: opened };
    printWait({ reason: "own-writes", seconds: left / 1000 }, terminal);
    await opened.store.clock.sleep(left, turn.stop);
  }
}

/** The current organisation, with the references to the skills that the plan may delete. */
async function readOrganisation(
  { desired, connection }: OpenTarget,
  ledger: Ledger | null,
  { allow, beside }: PlanTargetOptions,
  terminal: Terminal,
): Promise<{ readonly live: Live; readonly skills: MatchedSkills }> {
  terminal.status("Reading the organisation…");
  const groups = (ledger?.users ?? []).flatMap(({ assignments }) =>
    Object.values(assignments).flatMap(({ group }) => group?.id ?? []),
  );
  const named = beside ? [desired, beside.desired] : [desired];
  const users = named.flatMap(({ users, dated }) => [...users, ...(dated?.users ?? [])]);
  const live = await readLive(connection, {
    groups: [...new Set(named.flatMap(({ groups }) => groups.map(({ group }) => group)))],
    ledgerGroups: named.every(({ groups }) => groups.length === 0) ? [] : [...new Set(groups)],
    divisions: named.some(({ skills }) => skills.some(({ division }) => division !== undefined)),
    users: [...new Set(users.map(({ user }) => user))],
    ledgerUsers: ledger?.users ?? [],
    ledgerSkills: ledger?.skills.map(({ id }) => id) ?? [],
  });
  const skills = matchSkills({ desired, ledger, live });
  const going = skillsThatMayGo({ desired, ledger, live, allow, requestsPerMinute: 1 }, skills);
  return { skills, live: { ...live, ...(await readBeforeDeletes(connection.reader, going)) } };
}

/** The YAML of the applied revision; undefined if it can't be read or is the current one. */
async function previousOf(
  opened: Pick<OpenLedger, "state" | "head">,
  options: PlanTargetOptions,
  terminal: Terminal,
): Promise<PlanInputs["previous"]> {
  const revision = opened.state.ledger?.applied?.revision ?? null;
  if (revision === null || isApplied(opened)) return undefined;
  // Where nothing waits on main, that is the YAML beside which is planned, and is read already.
  const { beside } = options;
  return beside?.commit === revision ? () => beside.desired : readPrevious(options, revision, terminal.env);
}

/** Whether the YAML at hand is that of the applied revision: committed there, and not edited since. */
function isApplied({ state, head }: Pick<OpenLedger, "state" | "head">): boolean {
  return head !== null && head.dirty.length === 0 && head.commit === state.ledger?.applied?.revision;
}
