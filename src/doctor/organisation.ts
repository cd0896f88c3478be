/** The organisation, from the token on: who it is, how it speaks, how much of it is seen, and what may be done there. */
import { systemClock } from "../http/clock.ts";
import type { Identity } from "../genesys/connect.ts";
import { identify, judgeView, probeDialect } from "../genesys/connect.ts";
import type { Credentials } from "../genesys/credentials.ts";
import { variablesOf } from "../genesys/credentials.ts";
import { DIALECTS } from "../genesys/dialect.ts";
import { ApiError } from "../http/error.ts";
import { toFailure } from "../genesys/explain.ts";
import type { ReadTransport } from "../genesys/reader.ts";
import { readOnly } from "../genesys/reader.ts";
import type { Token } from "../genesys/token.ts";
import type { Transport } from "../genesys/transport.ts";
import { createTransport, TOKEN_ROUTE } from "../genesys/transport.ts";
import type { Desired, Dialect } from "../model.ts";
import type { Problem } from "../problem.ts";
import { printable } from "../text.ts";
import type { CheckName, Finding } from "./finding.ts";
import { firstProblem, ok, unchecked, warning, wrong } from "./finding.ts";
import { readHeld } from "./held.ts";
import { examinePermissions } from "./permissions.ts";

export interface OrganisationQuestion {
  readonly credentials: Credentials;
  /** Null where the YAML is wrong: then nothing is known of its settings. */
  readonly desired: Desired | null;
  /** Why the API can't be asked: a clause; null where it can. */
  readonly noApi: string | null;
  readonly env: NodeJS.ProcessEnv;
  readonly remember: (secret: string) => void;
}

export interface OrganisationAnswer {
  readonly findings: readonly Finding[];
  readonly organization: Identity["organization"] | null;
  readonly dialect: Dialect | null;
}

/** Seconds for which one request is tried again. */
const DEADLINE_SECONDS = 30;

const AFTER_ORGANIZATION: readonly CheckName[] = ["dialect", "divisions", "reading", "writing", "rate-limit"];
const AFTER_TOKEN: readonly CheckName[] = ["organization", ...AFTER_ORGANIZATION];

/** The answer where nobody could even ask for a token. */
export function notAsked(reason: string): OrganisationAnswer {
  return unasked([], ["token", ...AFTER_TOKEN], reason);
}

export async function examineOrganisation(question: OrganisationQuestion): Promise<OrganisationAnswer> {
  const { credentials, desired, remember } = question;
  const transport = createTransport({
    credentials,
    requestsPerMinute: desired?.settings.requestsPerMinute ?? DIALECTS.profiles.requestsPerMinute,
    clock: systemClock,
    deadlineSeconds: DEADLINE_SECONDS,
    onWait: () => undefined,
    remember,
  });
  try {
    const token = await ask("token", question, () => transport.token());
    if ("finding" in token) return unasked([token.finding], AFTER_TOKEN, "there is no token");
    const given = describeToken(token.value);
    if (question.noApi !== null) return unasked([given], AFTER_TOKEN, question.noApi);
    const answer = await examineWithToken(question, transport, token.value);
    return { ...answer, findings: [given, ...answer.findings] };
  } finally {
    transport.close();
  }
}

async function examineWithToken(
  question: OrganisationQuestion,
  transport: Transport,
  token: Token,
): Promise<OrganisationAnswer> {
  const { credentials, desired } = question;
  const reading = readOnly(transport);
  const identity = await ask("organization", question, () => identify(reading, credentials));
  if ("finding" in identity) {
    return unasked([identity.finding], AFTER_ORGANIZATION, "the organisation could not be asked");
  }
  const { organization, divisions } = identity.value;
  const probed = await ask("dialect", question, () => probeDialect(reading));
  const dialect = "value" in probed ? probed.value : null;
  const limit = limitFor(dialect, desired);
  if (limit !== null) transport.limit(limit);
  const view = await ask("divisions", question, () => judgeView(reading, divisions));
  return {
    organization,
    dialect,
    findings: [
      describeOrganisation(identity.value, question),
      "value" in probed ? describeDialect(probed.value, desired) : probed.finding,
      "value" in view ? describeView(view.value) : view.finding,
      ...(await examineRights(question, reading, dialect, token)),
      describeLimit(transport.allowedPerMinute(), limit),
    ],
  };
}

async function examineRights(
  question: OrganisationQuestion,
  transport: ReadTransport,
  dialect: Dialect | null,
  { scopes }: Token,
): Promise<readonly Finding[]> {
  if (dialect === null) {
    const reason = "the kind of API is unknown";
    return [unchecked("reading", reason), unchecked("writing", reason)];
  }
  return examinePermissions({
    transport,
    dialect,
    held: await readHeld(transport, dialect, scopes),
    needsGroups: (question.desired?.groups.length ?? 0) > 0,
    explain: (error) => explain(error, question, dialect),
  });
}

function unasked(
  findings: readonly Finding[],
  checks: readonly CheckName[],
  reason: string,
): OrganisationAnswer {
  const rest = checks.map((check) => unchecked(check, reason));
  return { findings: [...findings, ...rest], organization: null, dialect: null };
}

// ── Errors ───────────────────────────────────────────────────────────────────────────────────────────

async function ask<T>(
  check: CheckName,
  question: OrganisationQuestion,
  work: () => Promise<T>,
): Promise<{ readonly value: T } | { readonly finding: Finding }> {
  try {
    return { value: await work() };
  } catch (error) {
    const problem = error instanceof ApiError ? explain(error, question) : firstProblem(error);
    return { finding: wrong(check, problem) };
  }
}

/** An error in words, always with something to do. */
function explain(error: ApiError, { credentials, env }: OrganisationQuestion, dialect?: Dialect): Problem {
  const problem = firstProblem(toFailure(error, { credentials, dialect: () => dialect, env }));
  return { hint: adviceFor(error, credentials), ...problem };
}

function adviceFor({ kind, path, correlationId }: ApiError, credentials: Credentials): string {
  const { region, apiUrl, loginUrl } = variablesOf(credentials);
  const url = path === TOKEN_ROUTE.template ? loginUrl : apiUrl;
  switch (kind) {
    case "bad-answer":
      return `Something else stands at that address, such as a proxy's page to sign in: check the network, ${region} and ${url}.`;
    case "rate-limited":
      return "Wait a minute and try again; another program may use the same OAuth client.";
    case "ambiguous":
    case "lost":
    case "not-sent":
    case "redirect":
    case "refused":
    case "tls":
    case "unreachable":
      return `Try again later. If it stays, ask Genesys's support${correlationId === undefined ? "" : " and name the correlation id"}.`;
  }
}

// ── Words ────────────────────────────────────────────────────────────────────────────────────────────

function describeToken({ scopes }: Token): Finding {
  return ok("token", scopes ? `Given, with the scopes ${printable(scopes.join(", "), 400)}.` : "Given.");
}

function describeOrganisation(
  { organization }: Identity,
  { desired, credentials }: OrganisationQuestion,
): Finding {
  const id = printable(organization.id);
  const found = organization.name === "" ? id : `${printable(organization.name)} (${id})`;
  // Settings that can't be read may name it, and no settings mean a sandbox, whose credentials come from no variable.
  if (!desired || !credentials.variables) return ok("organization", `${found}.`);
  const expected = desired.settings.organization;
  if (expected === undefined) {
    const hint = `Write \`organization: ${id}\` into settings.yaml, so that no other can be meant by mistake.`;
    return ok("organization", `${found}.`, hint);
  }
  if (expected.toLowerCase() === organization.id.toLowerCase())
    return ok("organization", `${found}, as settings.yaml says.`);
  return wrong("organization", {
    code: "WRONG_ORG",
    message: `The credentials belong to ${found}, and settings.yaml names ${printable(expected)}.`,
    hint: "Use the credentials of the organisation that is meant, or correct `organization:` in settings.yaml.",
  });
}

const DIALECT_WORDS: Readonly<Record<Dialect, string>> = {
  cloud: "Genesys Cloud's own (cloud).",
  profiles: "One with routing profiles (profiles).",
};

function describeDialect(dialect: Dialect, desired: Desired | null): Finding {
  const wanted = desired?.settings.api ?? "auto";
  if (wanted === "auto" || wanted === dialect) return ok("dialect", DIALECT_WORDS[dialect]);
  return wrong("dialect", {
    code: "WRONG_DIALECT",
    message: `The organisation answers as ${dialect}, and settings.yaml says \`api: ${wanted}\`.`,
    hint: "Take `api:` out of settings.yaml.",
  });
}

function describeView(view: "whole" | "limited"): Finding {
  if (view === "whole") return ok("divisions", "Nothing says that the client sees only some of them.");
  return warning("divisions", {
    code: "LIMITED_VIEW",
    message:
      "The client sees only some divisions: it plans for their users, and deletes and replaces no skill.",
    hint: "Grant the roles of the OAuth client for all divisions, unless that is what you want.",
  });
}

/** Requests a minute that the settings or, without them, the kind of API call for. */
function limitFor(dialect: Dialect | null, desired: Desired | null): number | null {
  return desired?.settings.requestsPerMinute ?? (dialect ? DIALECTS[dialect].requestsPerMinute : null);
}

function describeLimit(allowed: number | undefined, own: number | null): Finding {
  if (own === null) return unchecked("rate-limit", "the kind of API is unknown");
  const ours = `this program keeps to ${own} requests a minute`;
  if (allowed === undefined) return ok("rate-limit", `The server names none; ${ours}.`);
  if (own <= allowed) return ok("rate-limit", `The server allows ${allowed}; ${ours}.`);
  return warning("rate-limit", {
    code: "RATE_LIMIT",
    message: `The server allows ${allowed} requests a minute, and ${ours}.`,
    hint: `Write \`requests_per_minute: ${allowed}\` into settings.yaml; until then there are longer waits.`,
  });
}
