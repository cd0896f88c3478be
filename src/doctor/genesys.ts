/** Checks of the organisation, from the variables to the rate limit. */
import { identify, judgeView, probeDialect } from "../genesys/connect.ts";
import type { Hosts } from "../genesys/credentials.ts";
import { readCredentials, readHosts, variablesFor } from "../genesys/credentials.ts";
import { DIALECTS } from "../genesys/dialect.ts";
import { reach } from "../genesys/reach.ts";
import { readOnly } from "../genesys/reader.ts";
import { createTransport } from "../genesys/transport.ts";
import { systemClock } from "../http/clock.ts";
import type { Dialect } from "../model.ts";
import type { Problem } from "../problem.ts";
import { Failure } from "../problem.ts";
import { duration } from "../report/words.ts";
import { printable } from "../text.ts";
import type { Facts, Section, CheckResult } from "./check.ts";
import { check, ok, unchecked, warning, wrong } from "./check.ts";
import { explainApiError, LOGGED_IN, LOGIN, PERMISSION_CHECKS, TOKEN } from "./permissions.ts";

/** How many seconds one request is retried. */
const DEADLINE_SECONDS = 30;

// ── Variables ────────────────────────────────────────────────────────────────────────────────────────

const CREDENTIALS = check("credentials", "Credentials", ["suffix"], (facts) => {
  const { sandbox, env } = facts.options;
  if (sandbox) {
    facts.credentials = sandbox;
    return ok("The sandbox's own.");
  }
  const target = facts.suffix === "" ? undefined : facts.suffix;
  const { clientId, clientSecret } = variablesFor(env, target);
  try {
    facts.credentials = readCredentials(env, target);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const missing = error.problems.find(({ code }) => code === "MISSING_CREDENTIALS");
    if (missing) return wrong(withAdvice(missing, env, target));
  }
  return ok(`${clientId} and ${clientSecret} are set.`);
});

/** Adds where to create a client, or that the variables lack the target's name, a slip that is easily missed. */
function withAdvice(problem: Problem, env: NodeJS.ProcessEnv, target: string | undefined): Problem {
  const { clientId } = variablesFor(env);
  if (target === undefined || (env[clientId] ?? "") === "") {
    return { ...problem, hint: `${problem.hint ?? ""} ${WHERE_CLIENTS_ARE}` };
  }
  const named = variablesFor(env, target);
  return {
    ...problem,
    hint:
      `${clientId} is set, but in a repository with targets the variables need the target's name: ` +
      `rename it to ${named.clientId}, and the secret to ${named.clientSecret}.`,
  };
}

const WHERE_CLIENTS_ARE =
  "In Genesys Cloud an administrator creates such a client under Admin › Integrations › OAuth.";

/** Names the region and whether it is the default, since errors for a wrong region don't mention regions. */
const REGION = check("region", "Region", ["suffix"], (facts) => {
  const { sandbox, env } = facts.options;
  if (sandbox) {
    facts.hosts = { apiUrl: sandbox.apiUrl, loginUrl: sandbox.loginUrl, variables: variablesFor(env) };
    return null;
  }
  facts.hosts = readHosts(env, facts.suffix === "" ? undefined : facts.suffix);
  const { apiUrl, loginUrl, variables } = facts.hosts;
  const isSet = (name: string): boolean => (env[name] ?? "").trim() !== "";
  if (isSet(variables.apiUrl) && isSet(variables.loginUrl)) {
    return ok(`${variables.apiUrl} and ${variables.loginUrl} name the hosts.`);
  }
  const { host } = new URL(isSet(variables.loginUrl) ? apiUrl : loginUrl);
  const region = host.replace(/^(api|login)\./, "");
  if (isSet(variables.region)) return ok(`${region}.`);
  const hint = `If your organisation is in another region, set ${variables.region} to its domain.`;
  return ok(`${region}, which is the default.`, hint);
});

// ── Hosts and clocks ─────────────────────────────────────────────────────────────────────────────────

async function checkHost(
  facts: Facts & { readonly hosts?: Hosts },
  which: "login" | "api",
): Promise<CheckResult> {
  const hosts = { apiUrl: "", loginUrl: "", ...facts.hosts };
  facts[which] = await reach(hosts, which, facts.options.env);
  return ok(`${new URL(hosts[`${which}Url`]).host} answers.`);
}

const A_MINUTE = 60_000;

const CLOCK = check("clock", "Clock", ["suffix", "hosts"], ({ api, login }) => {
  const reached = api ?? login;
  if (!reached) return unchecked({ why: "no host answers" });
  const { ahead } = reached;
  if (ahead === undefined) return unchecked({ why: "the host sends no time" });
  if (Math.abs(ahead) < A_MINUTE) return ok("It agrees with Genesys's.");
  const how = `${duration(Math.abs(ahead) / 1000)} ${ahead > 0 ? "slow" : "fast"}`;
  return warning({
    code: "CLOCK_WRONG",
    message: `This machine's clock is ${how} compared to Genesys's.`,
    hint: "Synchronise it over the network: an apply uses its clock to tell whether another one is still running.",
  });
});

// ── The organisation ─────────────────────────────────────────────────────────────────────────────────

const TOKEN_CHECK = check("token", "Token", LOGIN, async (facts) => {
  const { credentials, desired, options } = facts;
  facts.transport = createTransport({
    credentials,
    requestsPerMinute: desired?.settings.requestsPerMinute ?? DIALECTS.profiles.requestsPerMinute,
    clock: systemClock,
    deadlineSeconds: DEADLINE_SECONDS,
    onWait: () => undefined,
    remember: options.remember,
  });
  facts.token = await facts.transport.token();
  facts.reading = readOnly(facts.transport);
  const { scopes } = facts.token;
  return ok(scopes ? `Received, with the scopes ${printable(scopes.join(", "), 400)}.` : "Received.");
});

function checkOrganisation(
  { desired, options }: Facts,
  { id, name }: { readonly id: string; readonly name: string },
): CheckResult {
  const shown = printable(id);
  const found = name === "" ? shown : `${printable(name)} (${shown})`;
  // Unreadable settings may name it, and settings never mean a sandbox.
  if (!desired || options.sandbox) return ok(`${found}.`);
  const expected = desired.settings.organization;
  if (expected === undefined) {
    const hint = `Write \`organization: ${shown}\` into settings.yaml, as a protection against wrong credentials.`;
    return ok(`${found}.`, hint);
  }
  if (expected.toLowerCase() === id.toLowerCase()) return ok(`${found}, as settings.yaml says.`);
  return wrong({
    code: "WRONG_ORG",
    message: `The credentials belong to ${found}, and settings.yaml names ${printable(expected)}.`,
    hint: "Use the credentials of the right organisation, or correct `organization:` in settings.yaml.",
  });
}

const DIALECT_WORDS: Readonly<Record<Dialect, string>> = {
  cloud: "Genesys Cloud's own (cloud).",
  profiles: "One with routing profiles (profiles).",
};

function checkDialect(dialect: Dialect, { desired }: Facts): CheckResult {
  const wanted = desired?.settings.api ?? "auto";
  if (wanted === "auto" || wanted === dialect) return ok(DIALECT_WORDS[dialect]);
  return wrong({
    code: "WRONG_DIALECT",
    message: `The organisation answers as ${dialect}, and settings.yaml says \`api: ${wanted}\`.`,
    hint: "Remove `api:` from settings.yaml.",
  });
}

function checkDivisions(view: "whole" | "limited"): CheckResult {
  if (view === "whole") return ok("The client is not known to be limited to some of them.");
  return warning({
    code: "LIMITED_VIEW",
    message:
      "The client sees only some divisions: it plans for their users, and deletes and replaces no skill.",
    hint: "Grant the roles of the OAuth client for all divisions, unless that is what you want.",
  });
}

/** The limit of requests a minute in the settings, or of the kind of API. */
function limitFor(dialect: Dialect, { desired }: Facts): number {
  return desired?.settings.requestsPerMinute ?? DIALECTS[dialect].requestsPerMinute;
}

function checkLimit(allowed: number | undefined, own: number): CheckResult {
  const ours = `this program sends at most ${own} requests a minute`;
  if (allowed === undefined) return ok(`The server doesn't say; ${ours}.`);
  if (own <= allowed) return ok(`The server allows ${allowed}; ${ours}.`);
  return warning({
    code: "RATE_LIMIT",
    message: `The server allows ${allowed} requests a minute, but ${ours}.`,
    hint: `Write \`requests_per_minute: ${allowed}\` into settings.yaml to avoid longer waits.`,
  });
}

export const GENESYS: Section = {
  title: "Genesys",
  step: "Looking at Genesys…",
  explain: explainApiError,
  checks: [
    CREDENTIALS,
    REGION,
    check("login", "Login host", ["suffix", "hosts"], (facts) => checkHost(facts, "login")),
    check("api", "API host", ["suffix", "hosts"], (facts) => checkHost(facts, "api")),
    CLOCK,
    TOKEN_CHECK,
    check("organization", "Organisation", TOKEN, async (facts) => {
      facts.identity = await identify(facts.reading, facts.credentials);
      return checkOrganisation(facts, facts.identity.organization);
    }),
    check("dialect", "Kind of API", LOGGED_IN, async (facts) => {
      facts.dialect = await probeDialect(facts.reading);
      facts.transport?.limit(limitFor(facts.dialect, facts));
      return checkDialect(facts.dialect, facts);
    }),
    check("divisions", "Divisions", LOGGED_IN, async ({ reading, identity }) =>
      checkDivisions(await judgeView(reading, identity.divisions)),
    ),
    ...PERMISSION_CHECKS,
    check("rate-limit", "Rate limit", [...LOGGED_IN, "dialect"], (facts) =>
      checkLimit(facts.transport?.allowedPerMinute(), limitFor(facts.dialect, facts)),
    ),
  ],
};
