/** The way to Genesys, as far as it goes without logging in: variables, hosts, and clocks. */
import type { Credentials, Hosts } from "../genesys/credentials.ts";
import { readCredentials, readHosts, variablesFor } from "../genesys/credentials.ts";
import { ApiError } from "../http/error.ts";
import { toFailure } from "../genesys/explain.ts";
import type { Reached } from "../genesys/reach.ts";
import { reach } from "../genesys/reach.ts";
import type { Problem } from "../problem.ts";
import { Failure } from "../problem.ts";
import { duration } from "../report/words.ts";
import type { Finding } from "./finding.ts";
import { firstProblem, ok, unchecked, warning, wrong } from "./finding.ts";

export interface HostsAnswer {
  readonly findings: readonly Finding[];
  /** Null where some are missing, or the hosts are unknown. */
  readonly credentials: Credentials | null;
  /** Why the login, or the API, can't be asked: a clause; null where it can. */
  readonly noLogin: string | null;
  readonly noApi: string | null;
}

/** The answer where nobody knows which variables count. */
export function hostsNotAsked(reason: string): HostsAnswer {
  const checks = ["credentials", "region", "login", "api", "clock"] as const;
  const findings = checks.map((check) => unchecked(check, reason));
  return { findings, credentials: null, noLogin: reason, noApi: reason };
}

/** `suffix` is the target whose name the variables carry. */
export async function examineHosts(env: NodeJS.ProcessEnv, suffix: string | undefined): Promise<HostsAnswer> {
  const { credentials, hosts, findings } = examineVariables(env, suffix);
  if (!hosts) {
    const reason = "the region is unknown";
    const skipped = (["login", "api", "clock"] as const).map((check) => unchecked(check, reason));
    return { findings: [...findings, ...skipped], credentials, noLogin: reason, noApi: reason };
  }
  const way = await examineWay({ clientId: "", clientSecret: "", ...hosts }, env);
  return { ...way, findings: [...findings, ...way.findings], credentials };
}

/** Whether the hosts of these credentials answer. */
export async function examineWay(
  credentials: Credentials,
  env: NodeJS.ProcessEnv,
): Promise<Omit<HostsAnswer, "credentials">> {
  const [login, api] = await Promise.all([
    examineHost("login", credentials, env),
    examineHost("api", credentials, env),
  ]);
  return {
    findings: [login.finding, api.finding, examineClock(api.reached ?? login.reached)],
    noLogin: login.reached ? null : "the login's host gives no answer",
    noApi: api.reached ? null : "the API's host gives no answer",
  };
}

// ── Variables ────────────────────────────────────────────────────────────────────────────────────────

interface Variables {
  readonly credentials: Credentials | null;
  readonly hosts: Hosts | null;
  readonly findings: readonly Finding[];
}

function examineVariables(env: NodeJS.ProcessEnv, suffix: string | undefined): Variables {
  const names = variablesFor(env, suffix);
  const { value: hosts, problems: astray } = attempt(() => readHosts(env, suffix));
  const { value: credentials, problems } = attempt(() => readCredentials(env, suffix));
  const missing = problems.find(({ code }) => code === "MISSING_CREDENTIALS");
  return {
    credentials,
    hosts,
    findings: [
      missing
        ? wrong("credentials", advised(missing, env, suffix))
        : ok("credentials", `${names.clientId} and ${names.clientSecret} are set.`),
      ...(hosts ? [describeRegion(env, hosts)] : astray.map((problem) => wrong("region", problem))),
    ],
  };
}

/** Where a client comes from; and variables that are set without the target's name are a slip that nobody sees. */
function advised(problem: Problem, env: NodeJS.ProcessEnv, suffix: string | undefined): Problem {
  const { clientId } = variablesFor(env);
  if (suffix === undefined || (env[clientId] ?? "") === "") {
    return { ...problem, hint: `${problem.hint ?? ""} ${WHERE_CLIENTS_ARE}` };
  }
  const named = variablesFor(env, suffix);
  return {
    ...problem,
    hint:
      `${clientId} is set, but in a repository with targets only variables with the target's name count: ` +
      `rename it to ${named.clientId}, and the secret to ${named.clientSecret}.`,
  };
}

/** The default is named as such: credentials of another region are refused without a word about regions. */
function describeRegion(env: NodeJS.ProcessEnv, { apiUrl, loginUrl, variables }: Hosts): Finding {
  const isSet = (name: string): boolean => (env[name] ?? "").trim() !== "";
  if (isSet(variables.apiUrl) && isSet(variables.loginUrl)) {
    return ok("region", `${variables.apiUrl} and ${variables.loginUrl} name the hosts.`);
  }
  const { host } = new URL(isSet(variables.loginUrl) ? apiUrl : loginUrl);
  const region = host.replace(/^(api|login)\./, "");
  if (isSet(variables.region)) return ok("region", `${region}.`);
  const hint = `Where your organisation is in another one, set ${variables.region} to its domain.`;
  return ok("region", `${region}, which is the default.`, hint);
}

function attempt<T>(read: () => T): { readonly value: T | null; readonly problems: readonly Problem[] } {
  try {
    return { value: read(), problems: [] };
  } catch (error) {
    if (error instanceof Failure) return { value: null, problems: error.problems };
    throw error;
  }
}

const WHERE_CLIENTS_ARE =
  "In Genesys Cloud somebody who administers it makes such a client under Admin › Integrations › OAuth.";

// ── Hosts ────────────────────────────────────────────────────────────────────────────────────────────

async function examineHost(
  which: "login" | "api",
  credentials: Credentials,
  env: NodeJS.ProcessEnv,
): Promise<{ readonly finding: Finding; readonly reached?: Reached }> {
  const { host } = new URL(which === "login" ? credentials.loginUrl : credentials.apiUrl);
  try {
    const reached = await reach(credentials, which, env);
    return { finding: ok(which, `${host} answers.`), reached };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const around = { credentials, dialect: () => undefined, env };
    return { finding: wrong(which, firstProblem(toFailure(error, around))) };
  }
}

// ── Clock ────────────────────────────────────────────────────────────────────────────────────────────

const A_MINUTE = 60_000;

function examineClock(reached: Reached | undefined): Finding {
  if (!reached) return unchecked("clock", "no host answers");
  const { ahead } = reached;
  if (ahead === undefined) return unchecked("clock", "the host tells no time");
  if (Math.abs(ahead) < A_MINUTE) return ok("clock", "It agrees with Genesys's.");
  const how = `${duration(Math.abs(ahead) / 1000)} ${ahead > 0 ? "slow" : "fast"}`;
  return warning("clock", {
    code: "CLOCK_WRONG",
    message: `This machine's clock is ${how}, going by Genesys's.`,
    hint: "Have it set by the network: by its clock an apply tells whether another one is still at work.",
  });
}
