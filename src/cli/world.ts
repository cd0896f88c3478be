/** Brings a command the three worlds: the YAML, the organisation, and the ledger. */
import { loadDesired } from "../desired/load.ts";
import { listTargets } from "../desired/targets.ts";
import type { Connection } from "../genesys/connect.ts";
import { connect } from "../genesys/connect.ts";
import type { Credentials } from "../genesys/credentials.ts";
import { readCredentials } from "../genesys/credentials.ts";
import { readBeforeDeletes } from "../live/deletes.ts";
import { readLive } from "../live/read.ts";
import type { Desired, LiveSkill, Plan } from "../model.ts";
import { doomedSkills } from "../plan/judge/deletes.ts";
import { join } from "../plan/join/join.ts";
import type { PlannedFrom } from "../plan/after/ledger-after.ts";
import type { PlanOptions } from "../plan/plan.ts";
import { plan } from "../plan/plan.ts";
import { loadFormer } from "./former.ts";
import type { CountingLedger, OpenLedger } from "./ledger.ts";
import { countingLedger, openLedger, usersOf } from "./ledger.ts";
import type { WorldOptions } from "./options.ts";
import { startOwnSandbox } from "./own-sandbox.ts";
import type { Terminal } from "./terminal.ts";
import { tellWait } from "./waits.ts";

/** An organisation that a command may talk to, until it is closed. */
export interface OpenWorld {
  readonly desired: Desired;
  readonly connection: Connection;
  close(): Promise<void>;
}

/**
 * Loads the YAML first: nothing is asked of the organisation while a file is wrong. The signal ends the connection,
 * also while it is being opened; then the signal's reason is thrown.
 */
export async function openWorld(
  options: WorldOptions,
  terminal: Terminal,
  signal?: AbortSignal,
): Promise<OpenWorld> {
  const { desired } = await loadDesired(options);
  const named = options.sandbox ? undefined : await targetOf(options, desired);
  return openWorldFor(desired, { ...options, ...(named !== undefined && { named }) }, terminal, signal);
}

/** `named` is the target by whose name the credentials go; absent where they have no such end. */
export async function openWorldFor(
  desired: Desired,
  options: Pick<WorldOptions, "sandbox"> & { readonly named?: string },
  terminal: Terminal,
  signal?: AbortSignal,
): Promise<OpenWorld> {
  if (options.sandbox) return openSandboxWorld(desired, options, terminal, signal);
  const credentials = readCredentials(terminal.env, options.named);
  const connection = await connectTo(credentials, desired, terminal, signal);
  return {
    desired,
    connection,
    close: () => {
      connection.close();
      return Promise.resolve();
    },
  };
}

/** The sandbox sets no limit, so nobody needs to wait for one. */
const UNHURRIED = 10_000;

async function openSandboxWorld(
  desired: Desired,
  { sandbox: dialect = "cloud" }: Pick<WorldOptions, "sandbox">,
  terminal: Terminal,
  signal: AbortSignal | undefined,
): Promise<OpenWorld> {
  const sandbox = await startOwnSandbox(dialect);
  const { url, clientId, clientSecret } = sandbox;
  const settings = {
    ...desired.settings,
    api: "auto" as const,
    organization: undefined,
    requestsPerMinute: UNHURRIED,
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
async function targetOf({ dir }: WorldOptions, desired: Desired): Promise<string | undefined> {
  const targets = await listTargets(dir);
  return targets.length === 1 && targets[0] === "default" ? undefined : desired.target;
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
      tellWait(wait, terminal);
    },
  });
}

/** The three worlds as one command sees them. */
export interface Worlds extends PlannedFrom {
  readonly openLedger: OpenLedger;
  readonly unfinished?: CountingLedger["unfinished"];
}

/** Reads ledger and organisation. */
async function readWorlds(world: OpenWorld, options: WorldOptions, terminal: Terminal): Promise<Worlds> {
  const { desired, connection } = world;
  const opened = await openLedger(options, desired.target, terminal);
  terminal.status("Reading the organisation…");
  const live = await readLive(connection, {
    groups: desired.groups.map(({ group }) => group),
    users: desired.users.map(({ user }) => user),
    ledgerUsers: usersOf(opened.state),
  });
  const counting = countingLedger(opened.state, live);
  const found = await readBeforeDeletes(
    connection.reader,
    toLookUp({ desired, live, ledger: counting.ledger }),
  );
  return { desired, live: { ...live, ...found }, openLedger: opened, ...counting };
}

/** Only what is about to be deleted is worth a request each. */
function toLookUp({ desired, ledger, live }: PlannedFrom): readonly LiveSkill[] {
  return ledger ? doomedSkills(join(desired, ledger, live), live).map((skill) => skill.live) : [];
}

export interface Planned {
  readonly plan: Plan;
  readonly worlds: Worlds;
}

/** Reads ledger and organisation, and plans. */
export async function planWorld(
  world: OpenWorld,
  options: WorldOptions & { readonly allow: ReadonlySet<string> },
  terminal: Terminal,
): Promise<Planned> {
  const worlds = await readWorlds(world, options, terminal);
  return { worlds, plan: await planFrom(worlds, world, options, terminal) };
}

/** Plans from what was read. */
export function planFrom(
  worlds: Worlds,
  { connection: { requestsPerMinute } }: OpenWorld,
  options: WorldOptions & { readonly allow: ReadonlySet<string> },
  terminal: Terminal,
): Promise<Plan> {
  const planOptions = {
    allow: options.allow,
    requestsPerMinute,
    otherLedgers: worlds.openLedger.others,
    ...(worlds.unfinished && { unfinished: worlds.unfinished }),
  };
  return planWithOrigins(worlds, planOptions, options, terminal);
}

/** Plans, and plans again with the YAML of before where something is taken away that no line of today explains. */
export async function planWithOrigins(
  { desired, ledger, live }: PlannedFrom,
  planOptions: PlanOptions,
  options: WorldOptions,
  terminal: Terminal,
): Promise<Plan> {
  const first = plan(desired, ledger, live, planOptions);
  const revision = ledger?.revision ?? null;
  if (revision === null || first.summary.destroy === 0) return first;
  const former = await loadFormer(options, revision, terminal.env);
  return former ? plan(desired, ledger, live, { ...planOptions, former }) : first;
}
