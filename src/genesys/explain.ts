/** Explains an ApiError to the user: the cause, and what to do. */
import type { ApiError, ApiErrorKind } from "../http/error.ts";
import { isLoopback } from "../http/request.ts";
import type { Dialect } from "../model.ts";
import type { Problem } from "../problem.ts";
import { Failure } from "../problem.ts";
import { printable } from "../text.ts";
import type { Credentials } from "./credentials.ts";
import { variablesOf } from "./credentials.ts";
import type { Grant } from "./dialect.ts";
import { DIALECTS } from "./dialect.ts";
import { TOKEN_ROUTE } from "./route.ts";

/** The facts beside the error that an explanation needs. */
interface ConnectionFacts {
  readonly credentials: Credentials;
  /** Undefined until it is known. */
  readonly dialect: () => Dialect | undefined;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * The Failure for an error that only the user can fix: credentials, permissions, hosts, the network. Undefined for
 * errors that the caller must handle: 400, 404, 409, 429, 5xx, requests that were not sent, and writes that may have
 * been done.
 */
export function explain(error: ApiError, facts: ConnectionFacts): Failure | undefined {
  const problem = error.mayBeDone ? undefined : describe(error, facts);
  return problem && new Failure(problem);
}

/** A Failure for any ApiError, for callers that can't handle it. */
export function toFailure(error: ApiError, facts?: ConnectionFacts): Failure {
  const known = facts && describe(error, facts);
  if (known) return new Failure(known);
  const hint = facts && error.kind === "bad-answer" ? hintForBadAnswer(error, facts) : undefined;
  const message = `${error.message.replace(/\.$/, "")}.`;
  return new Failure({ code: GENERAL_CODES[error.kind], message, ...(hint === undefined ? {} : { hint }) });
}

function hintForBadAnswer(error: ApiError, around: ConnectionFacts): string {
  const what = error.path === TOKEN_ROUTE.template ? "login" : "API";
  return `Check that ${urlVariable(error, around)} names the host of Genesys's ${what}, and that no proxy answers instead.`;
}

function describe(error: ApiError, around: ConnectionFacts): Problem | undefined {
  switch (error.kind) {
    case "unreachable":
      return describeUnreachable(error, around, `There is no server at ${error.host} (${error.code ?? ""}).`);
    case "lost":
      return describeUnreachable(error, around, `${error.host} sent no complete answer: ${error.message}.`);
    case "tls":
      return {
        code: "TLS_FAILED",
        message: `The TLS connection to ${error.host} can't be trusted (${error.code ?? ""}).`,
        hint: "If a company proxy signs certificates, set NODE_EXTRA_CA_CERTS to the file of its root certificate.",
      };
    case "redirect":
      return {
        code: "REDIRECTED",
        message: `${error.host} answers ${error.method} ${error.path} with a redirect (${error.status ?? 0}), which is not followed because it would receive the token.`,
        hint: `Set ${urlVariable(error, around)} to the host that answers without a redirect.`,
      };
    case "refused":
      return describeRefused(error, around);
    case "ambiguous":
    case "bad-answer":
    case "rate-limited":
    case "not-sent":
      return undefined;
  }
}

function describeRefused(error: ApiError, around: ConnectionFacts): Problem | undefined {
  const isLogin = error.path === TOKEN_ROUTE.template;
  const proxy = proxyVariable(error, around);
  // Genesys's login never answers 403, but proxies that block a host do.
  if (error.status === 407 || (isLogin && error.status === 403 && proxy)) {
    return {
      code: "PROXY_REFUSED",
      message: `The proxy refuses the request to ${error.host} (${error.status}).`,
      hint: `Check the user name, password and host in ${proxy ?? "HTTPS_PROXY"}, and that the proxy allows ${error.host}.`,
    };
  }
  if (isLogin) return describeLogin(error, around);
  if (error.status === 401) return describeUnauthorized(error, around);
  if (error.status === 403) return describeForbidden(error, around);
  return undefined;
}

function describeLogin(error: ApiError, around: ConnectionFacts): Problem | undefined {
  const { clientId, clientSecret, region, loginUrl } = variablesOf(around.credentials);
  const refused = error.status === 400 || error.status === 401 || error.status === 403;
  if (!refused && error.status !== 404) return undefined;
  if (error.status === 404) {
    return {
      code: "WRONG_URL",
      message: `${error.host} has no ${TOKEN_ROUTE.path} (404), so it is not Genesys's login.`,
      hint: `Correct ${region} or ${loginUrl}.`,
    };
  }
  return {
    code: "LOGIN_REFUSED",
    message: `${error.host} doesn't accept the client id and secret: ${reason(error)}.`,
    hint:
      `Check ${clientId} and ${clientSecret} (an OAuth client with the grant "Client Credentials"), and that ` +
      `${region} is the region of the organisation that the client belongs to.`,
  };
}

function describeUnauthorized(error: ApiError, around: ConnectionFacts): Problem {
  const { region, apiUrl, loginUrl } = variablesOf(around.credentials);
  return {
    code: "UNAUTHORIZED",
    message: `${error.host} doesn't accept tokens from ${new URL(around.credentials.loginUrl).host}, not even a new one: ${reason(error)}.`,
    hint: `Check that ${region}, ${apiUrl} and ${loginUrl} are for the same region, and that the OAuth client is active.`,
  };
}

function describeForbidden(error: ApiError, around: ConnectionFacts): Problem {
  const dialect = around.dialect() ?? "cloud";
  const named = [...error.serverMessage.matchAll(/\b[a-z]\w*:\w+:\w+\b/gi)].map(([permission]) => permission);
  const grant = GRANTS.find(([method, path]) => method === error.method && path.test(error.path))?.[2];
  const missing =
    named.length > 0
      ? `the ${dialect === "cloud" ? "permission" : "scope"} ${[...new Set(named)].join(", ")}`
      : grant
        ? `the ${DIALECTS[dialect].grants[grant]}`
        : undefined;
  const receiver =
    dialect === "cloud"
      ? "to a role of the OAuth client, in the divisions that this repository governs"
      : "to the OAuth client; a new scope works after about a minute";
  return {
    code: "FORBIDDEN",
    message: `The client may not ${error.method} ${error.path}${missing ? `: it lacks ${missing}` : ""}. Genesys says: ${reason(error)}.`,
    hint: `Add ${missing ?? "what is missing"} ${receiver}.`,
  };
}

function describeUnreachable(error: ApiError, around: ConnectionFacts, message: string): Problem {
  const proxy = proxyVariable(error, around);
  const proxyHint = proxy
    ? ` The request goes through the proxy in ${proxy}: check the proxy, or exempt the host in NO_PROXY.`
    : " If this network needs a proxy, set HTTPS_PROXY.";
  return {
    code: error.kind === "unreachable" ? "UNREACHABLE" : "NO_ANSWER",
    message,
    hint: `Check the network and ${urlVariable(error, around)}.${proxyHint}`,
  };
}

/** The permission that a request needs, by method and path. */
const GRANTS: readonly (readonly [string, RegExp, Grant])[] = [
  ["GET", /^\/api\/v2\/routing\/skills/, "read skills"],
  ["POST", /^\/api\/v2\/routing\/skills$/, "create skills"],
  ["PUT", /^\/api\/v2\/routing\/skills\//, "change skills"],
  ["DELETE", /^\/api\/v2\/routing\/skills\//, "delete skills"],
  ["PATCH", /^\/api\/v2\/users\/\{id\}\/routingskills/, "assign skills"],
  ["DELETE", /^\/api\/v2\/users\/\{id\}\/routingskills/, "assign skills"],
  ["GET", /^\/api\/v2\/users/, "read users"],
  ["POST", /^\/api\/v2\/users\/search$/, "read users"],
  ["GET", /^\/api\/v2\/routing\/profiles/, "read profiles"],
  ["PUT", /^\/api\/v2\/routing\/profiles/, "change profiles"],
  ["GET", /^\/api\/v2\/groups/, "read groups"],
];

function reason(error: ApiError): string {
  const parts = [error.status, error.code, error.serverMessage].filter(
    (part) => part !== undefined && part !== "",
  );
  const id = error.correlationId === undefined ? "" : ` (correlation id ${error.correlationId})`;
  return printable(`${parts.join(" ").replace(/\.$/, "")}${id}`, 400);
}

/** The variable that sets the host of the request. */
function urlVariable(error: ApiError, { credentials }: ConnectionFacts): string {
  const { region, apiUrl, loginUrl } = variablesOf(credentials);
  const isLogin = error.path === TOKEN_ROUTE.template;
  const url = new URL(isLogin ? credentials.loginUrl : credentials.apiUrl);
  const isDefault =
    url.host.startsWith(isLogin ? "login." : "api.") && /(mypurecloud|pure\.?cloud)/.test(url.host);
  return isDefault ? region : isLogin ? loginUrl : apiUrl;
}

/** The name of the variable that sends the request through a proxy. Its value may hold a password. */
function proxyVariable(error: ApiError, { credentials, env }: ConnectionFacts): string | undefined {
  const url = error.path === TOKEN_ROUTE.template ? credentials.loginUrl : credentials.apiUrl;
  return isLoopback(url) ? undefined : proxyIn(env);
}

/** The name of the variable that sets a proxy, if any. */
export function proxyIn(env: NodeJS.ProcessEnv): string | undefined {
  return ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"].find((name) => (env[name] ?? "") !== "");
}

const GENERAL_CODES: Readonly<Record<ApiErrorKind, string>> = {
  "bad-answer": "BAD_ANSWER",
  "rate-limited": "RATE_LIMITED",
  ambiguous: "ANSWER_LOST",
  "not-sent": "NOT_SENT",
  unreachable: "REQUEST_FAILED",
  tls: "REQUEST_FAILED",
  lost: "REQUEST_FAILED",
  redirect: "REQUEST_FAILED",
  refused: "REQUEST_FAILED",
};
