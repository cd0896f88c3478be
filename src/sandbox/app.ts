/** Handles a request from arrival to answer: faults, authentication, rate limit, routing. */
import { randomUUID } from "node:crypto";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { setTimeout as wait } from "node:timers/promises";
import type { createRateLimit, Tokens } from "./access.ts";
import { checkAccess, viewOf } from "./access.ts";
import type { SandboxDialect, Json, Organisation, RequestRecord, SandboxRoute } from "./api.ts";
import { Answer, requestOf } from "./api.ts";
import { ARCHITECT_ROUTES } from "./architect.ts";
import { ApiError, badRequest } from "./errors.ts";
import type { FaultName } from "./faults.ts";
import { isWrite } from "./faults.ts";
import { GROUP_ROUTES } from "./groups.ts";
import { IDENTITY_ROUTES } from "./identity.ts";
import { PROFILE_ROUTES } from "./profiles.ts";
import { SKILL_ROUTES } from "./skills.ts";
import { USER_SKILL_ROUTES } from "./user-skills.ts";
import { USER_ROUTES } from "./users.ts";

/** The whole API. If several routes match, the first counts. */
const ROUTES: readonly SandboxRoute[] = [
  ...IDENTITY_ROUTES,
  ...SKILL_ROUTES,
  ...PROFILE_ROUTES,
  ...USER_SKILL_ROUTES,
  ...USER_ROUTES,
  ...GROUP_ROUTES,
  ...ARCHITECT_ROUTES,
];

/** The parts that answer the requests of one sandbox. */
interface App extends Organisation {
  readonly tokens: Tokens;
  readonly takeFromLimit: ReturnType<typeof createRateLimit>;
  readonly onRequest: (record: RequestRecord) => void;
}

/** The facts about a request before it is routed. */
interface Arrived {
  readonly record: RequestRecord;
  readonly authorization: string;
  readonly contentType: string;
  readonly text: string;
  /** The random fault of `flaky`, if any. */
  readonly flake: string | undefined;
  /** Headers of the answer. */
  readonly headers: Record<string, string>;
}

/** Answers the API's requests and those of the login host. */
export function createListener(app: App): RequestListener {
  return (incoming, outgoing) => {
    serve(app, incoming, outgoing).catch(() => incoming.destroy());
  };
}

async function serve(app: App, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const { method = "GET", url: path = "/" } = incoming;
  const record: RequestRecord = { method, path, at: app.clock(), status: null };
  app.onRequest(record);
  const answer = await exchange(app, incoming, record);
  if (typeof answer === "string") {
    record.fault = answer;
    if (answer === "killed") app.faults.kill();
    incoming.socket.destroy();
    return;
  }
  record.status = answer.status;
  const type = answer.body && { "Content-Type": "application/json" };
  outgoing.writeHead(answer.status, { ...answer.headers, ...type });
  outgoing.end(answer.body && JSON.stringify(answer.body));
}

/** The answer, or the name of the fault that destroys the connection instead. */
async function exchange(
  app: App,
  incoming: IncomingMessage,
  record: RequestRecord,
): Promise<Answer | FaultName | "killed"> {
  const { faults } = app;
  const request = requestOf(record);
  const life = faults.life();
  if (life === "dead") return "killed";
  const { latency = 0 } = faults.on;
  if (latency > 0) await wait(latency);
  const flake = faults.flake(request);
  if (faults.strikes("reset", request) || flake === "reset") return "reset";
  const losesAnswer = faults.strikes("lostAnswer", request) || flake === "lostAnswer";
  const { authorization = "", "content-type": contentType = "" } = incoming.headers;
  const headers = { "ININ-Correlation-Id": randomUUID() };
  const arrived = { record, authorization, contentType, text: await text(incoming), flake, headers };
  const answer = answerRequest(app, arrived);
  if (life === "dying") return "killed";
  return losesAnswer
    ? "lostAnswer"
    : new Answer(answer.status, answer.body, { ...headers, ...answer.headers });
}

/** The answer of the route or of an earlier check, with the dialect's keys. */
function answerRequest(app: App, arrived: Arrived): Answer {
  const { record } = arrived;
  const [path = "", search] = record.path.split("?");
  if (path === "/oauth/token" && record.method === "POST") return app.tokens.grant(app, arrived);
  let answer: Answer;
  try {
    if (!path.startsWith("/api/v2/")) throw noSuchPath();
    const given = answerApi(app, arrived, path.slice("/api/v2".length), new URLSearchParams(search));
    answer = given instanceof Answer ? given : new Answer(200, given);
  } catch (thrown) {
    const error =
      thrown instanceof ApiError ? thrown : new ApiError(500, "internal.server.error", String(thrown));
    const contextId = arrived.headers["ININ-Correlation-Id"];
    answer = new Answer(error.status, { ...error.body, contextId }, error.headers);
  }
  if (app.dialect === "cloud" || !answer.body) return answer;
  return new Answer(answer.status, toSnakeCase(answer.body) as Json, answer.headers);
}

function answerApi(app: App, arrived: Arrived, path: string, query: URLSearchParams): Answer | Json {
  const { faults, dialect, store } = app;
  const { record, authorization, headers } = arrived;
  const client = app.tokens.use(authorization, faults.on.expireToken);
  record.clientId = client.id;
  app.takeFromLimit(dialect === "cloud" ? authorization : client.id, headers);
  const request = requestOf(record);
  const refusal = faults.refusal(request, arrived.flake);
  if (refusal) {
    record.fault = refusal.name;
    throw refusal.shows;
  }
  const { route, params } = findRoute(record.method, path, dialect);
  checkAccess(route, client);
  if (/^P/.test(record.method)) record.body = readJson(arrived);
  const data = isWrite(request) ? store.data : store.read();
  const view = viewOf(client, store.data);
  return route.work({ ...app, record, client, view, query, params, body: record.body }, data);
}

/** Throws 415 for another content type than JSON, and 400 for invalid JSON. */
function readJson({ contentType, text: body }: Arrived): unknown {
  if (!/^application\/([\w.-]+\+)?json\b/i.test(contentType)) {
    const message = `The content type must be application/json, not "${contentType}".`;
    throw new ApiError(415, "unsupported.media.type", message);
  }
  try {
    return JSON.parse(body) as unknown;
  } catch {
    throw badRequest("The request body is not JSON.");
  }
}

/** The route with the parameters of its path. Throws 404 for an unknown path, 405 for another method. */
function findRoute(method: string, path: string, dialect: SandboxDialect) {
  const given = path.split("/").map(decode);
  const matches = (step: string, at: number) => step.startsWith(":") || step === given[at];
  const matching = ROUTES.filter(
    (one) =>
      (one.dialect ?? dialect) === dialect && one.steps.length === given.length && one.steps.every(matches),
  );
  if (matching.length === 0) throw noSuchPath();
  const route = matching.find((one) => one.method === method);
  if (!route) throw new ApiError(405, "method.not.allowed", "HTTP 405 Method Not Allowed");
  return {
    route,
    params: Object.fromEntries(route.steps.map((step, at) => [step.slice(1), given[at] ?? ""])),
  };
}

function decode(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    return step;
  }
}

function noSuchPath(): ApiError {
  return new ApiError(404, "not.found", "HTTP 404 Not Found");
}

/** The same value with all keys in snake_case; keys that begin with a capital stay as they are. */
function toSnakeCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toSnakeCase);
  if (typeof value !== "object" || value === null) return value;
  const rename = (key: string) =>
    /^[A-Z]/.test(key) ? key : key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [rename(key), toSnakeCase(inner)]));
}
