/** Looks at everything that a plan and an apply need, to the end whatever is wrong, and changes nothing. */
import { stat } from "node:fs/promises";
import { relative, resolve } from "node:path";
import type { Credentials } from "../genesys/credentials.ts";
import type { Desired } from "../model.ts";
import { examineFiles } from "./files.ts";
import type { Finding } from "./finding.ts";
import { ok } from "./finding.ts";
import { examineGitHub, gitHubNotAsked, repositoryOnGitHub } from "./github.ts";
import type { HostsAnswer } from "./hosts.ts";
import { examineHosts, examineWay, hostsNotAsked } from "./hosts.ts";
import { examineLedger } from "./ledger.ts";
import type { OrganisationAnswer } from "./organisation.ts";
import { examineOrganisation, notAsked } from "./organisation.ts";
import type { RepositoryAnswer } from "./repository.ts";
import { examineRepository } from "./repository.ts";
import { examineWorkflows } from "./workflows.ts";

export interface DoctorOptions {
  readonly dir: string;
  readonly target?: string;
  /** Default: `origin` where there is one. */
  readonly remote?: string;
  /** Those of a sandbox that is looked at in place of an organisation. */
  readonly sandbox?: Credentials;
  readonly env: NodeJS.ProcessEnv;
  /** Like `22.19.0`. */
  readonly nodeVersion: string;
  /** Given every secret as it becomes known. */
  readonly remember: (secret: string) => void;
  /** Told what is looked at next. */
  readonly onStep?: (what: string) => void;
}

/** What belongs together, under one heading. */
export interface Section {
  readonly title: string;
  readonly findings: readonly Finding[];
}

/** Never throws for anything that is wrong with what it looks at. */
export async function examine(options: DoctorOptions): Promise<readonly Section[]> {
  const { env, sandbox, onStep = () => undefined } = options;
  options.remember(env["GITHUB_TOKEN"] ?? "");
  onStep("Looking at the files…");
  const files = await examineFiles(options);
  const target = sandbox ? "sandbox" : files.target;
  const desired = sandbox ? withoutPolicy(files.desired) : files.desired;

  onStep("Looking at Genesys…");
  const hosts = sandbox ? await examineSandbox(sandbox, env) : await examineOwnHosts(files, env);
  const organisation = await askOrganisation(hosts, desired, options);

  onStep("Looking at git…");
  const cwd = (await isDirectory(options.dir)) ? options.dir : ".";
  const repository = await examineRepository({
    ...{ cwd, env, target: target ?? "default" },
    ...(sandbox ? { remote: null } : options.remote !== undefined && { remote: options.remote }),
  });
  const ledger = await examineLedger({
    ...organisation,
    ...{ cwd, env, target, store: repository.store, head: repository.head },
    isSandbox: sandbox !== undefined,
  });

  onStep("Looking at GitHub…");
  return [
    { title: "Files", findings: files.findings },
    { title: "Genesys", findings: [...hosts.findings, ...organisation.findings] },
    { title: "Git and ledger", findings: [...repository.findings, ...ledger] },
    { title: "GitHub", findings: await askGitHub(repository, target, options) },
  ];
}

type Files = Awaited<ReturnType<typeof examineFiles>>;

function examineOwnHosts({ target, hasTargets }: Files, env: NodeJS.ProcessEnv): Promise<HostsAnswer> {
  if (target === null) return Promise.resolve(hostsNotAsked("the target is unknown"));
  return examineHosts(env, hasTargets ? target : undefined);
}

async function examineSandbox(credentials: Credentials, env: NodeJS.ProcessEnv): Promise<HostsAnswer> {
  const way = await examineWay(credentials, env);
  const own = ok("credentials", "The sandbox's own.");
  return { ...way, credentials, findings: [own, ...way.findings] };
}

/** The sandbox is no organisation that settings could mean. */
function withoutPolicy(desired: Desired | null): Desired | null {
  if (!desired) return null;
  const { organization: _, ...settings } = desired.settings;
  return { ...desired, settings: { ...settings, api: "auto" } };
}

async function askOrganisation(
  { credentials, noLogin, noApi }: HostsAnswer,
  desired: Desired | null,
  { env, remember }: DoctorOptions,
): Promise<OrganisationAnswer> {
  if (noLogin !== null) return notAsked(noLogin);
  if (!credentials) return notAsked("there are no credentials");
  return examineOrganisation({ credentials, desired, noApi, env, remember });
}

async function askGitHub(
  { top, url }: RepositoryAnswer,
  target: string | null,
  { dir, env, sandbox }: DoctorOptions,
): Promise<readonly Finding[]> {
  if (sandbox) return gitHubNotAsked("the sandbox has nothing to do with GitHub");
  const isThere = top !== null && repositoryOnGitHub(env, url) !== null;
  const workflows = isThere ? await examineWorkflows(top, relative(top, resolve(dir))) : [];
  return [...workflows, ...(await examineGitHub({ env, url, target }))];
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}
