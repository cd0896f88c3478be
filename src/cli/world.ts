/** Brings a command the three worlds: the YAML, the organisation, and (later) the ledger. */
import { loadDesired } from "../desired/load.ts";
import { listTargets } from "../desired/targets.ts";
import type { Connection } from "../genesys/connect.ts";
import { connect } from "../genesys/connect.ts";
import type { Credentials } from "../genesys/credentials.ts";
import { readCredentials } from "../genesys/credentials.ts";
import { readLive } from "../live/read.ts";
import type { Desired, Ledger, Live, Plan } from "../model.ts";
import { plan } from "../plan/plan.ts";
import { duration } from "../report/words.ts";
import type { WorldOptions } from "./options.ts";
import { startOwnSandbox } from "./own-sandbox.ts";
import type { Terminal } from "./terminal.ts";

/** An organisation that a command may talk to, until it is closed. */
export interface OpenWorld {
  readonly desired: Desired;
  readonly connection: Connection;
  close(): Promise<void>;
}

/** Loads the YAML first: nothing is asked of the organisation while a file is wrong. */
export async function openWorld(options: WorldOptions, terminal: Terminal): Promise<OpenWorld> {
  const { desired } = await loadDesired(options);
  if (options.sandbox) return openSandboxWorld(desired, options, terminal);
  const credentials = readCredentials(terminal.env, await targetOf(options, desired));
  const connection = await connectTo(credentials, desired, terminal);
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
  { sandbox: dialect = "cloud" }: WorldOptions,
  terminal: Terminal,
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
  const connection = await connectTo({ clientId, clientSecret, apiUrl: url, loginUrl: url }, ours, terminal);
  return {
    desired: ours,
    connection,
    close: async () => {
      connection.close();
      await sandbox.close();
    },
  };
}

/** Only a repository with several targets has credentials by target. */
async function targetOf({ dir }: WorldOptions, desired: Desired): Promise<string | undefined> {
  const targets = await listTargets(dir);
  return targets.length === 1 && targets[0] === "default" ? undefined : desired.target;
}

function connectTo(credentials: Credentials, { settings }: Desired, terminal: Terminal): Promise<Connection> {
  terminal.status("Connecting…");
  return connect({
    credentials,
    api: settings.api,
    ...(settings.requestsPerMinute !== undefined && { requestsPerMinute: settings.requestsPerMinute }),
    remember: (secret) => {
      terminal.remember(secret);
    },
    onWait: ({ reason, seconds }) => {
      if (seconds >= 2) terminal.status(`Waiting ${duration(seconds)} ${WAIT_WORDS[reason]}…`);
    },
  });
}

const WAIT_WORDS = {
  rate: "to keep within the rate limit",
  "429": "because Genesys asked for it",
  retry: "before trying again",
} as const;

/** What planning needs of the organisation. */
export function readWorld(
  { desired, connection }: OpenWorld,
  ledger: Ledger | null,
  terminal: Terminal,
): Promise<Live> {
  terminal.status("Reading the organisation…");
  return readLive(connection, {
    groups: desired.groups.map(({ group }) => group),
    users: desired.users.map(({ user }) => user),
    ledgerUsers: ledger?.users ?? [],
  });
}

export interface Planned {
  readonly plan: Plan;
  readonly live: Live;
}

/** Reads the organisation and plans. */
export async function planWorld(
  world: OpenWorld,
  allow: ReadonlySet<string>,
  terminal: Terminal,
): Promise<Planned> {
  const ledger = null;
  const live = await readWorld(world, ledger, terminal);
  const { requestsPerMinute } = world.connection;
  return { live, plan: plan(world.desired, ledger, live, { allow, requestsPerMinute }) };
}
