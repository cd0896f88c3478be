/** Puts the routes together, and before them all that a request goes through. */
import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { Context } from "hono";
import { Hono } from "hono";
import { createMiddleware } from "hono/factory";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { architectRoutes } from "./architect.ts";
import type { Env, RequestRecord, Shared } from "./context.ts";
import type { Data } from "./data.ts";
import { ApiError, errorBody, tooManyRequests } from "./errors.ts";
import { groupRoutes, skillGroupRoutes } from "./groups.ts";
import { identityRoutes } from "./identity.ts";
import { oauthRoutes } from "./oauth.ts";
import { profileRoutes } from "./profiles.ts";
import type { RateLimit } from "./rate-limit.ts";
import { skillRoutes } from "./skills.ts";
import type { SandboxClient } from "./tokens.ts";
import { userSkillRoutes } from "./user-skills.ts";
import { userRoutes } from "./users.ts";
import type { View } from "./view.ts";
import { toSnakeCase } from "./wire.ts";

export interface AppOptions {
  readonly shared: Shared;
  readonly rateLimit: RateLimit;
  readonly onRequest: (record: RequestRecord) => void;
}

/** The whole API and the login host as one application. */
export function createApp(options: AppOptions): Hono<Env> {
  const { shared } = options;
  const app = new Hono<Env>();
  app.use(record(options));
  app.use(connection(options));
  app.route("/oauth", oauthRoutes(shared));

  app.use("/api/v2/*", dialectOf(shared), authentication(shared), rateLimiting(options), failures(shared));
  app.route("/api/v2", identityRoutes(shared));
  app.route("/api/v2/routing/skills", skillRoutes(shared));
  app.route("/api/v2/users", userSkillRoutes(shared));
  app.route("/api/v2/users", userRoutes(shared));
  app.route("/api/v2/groups", groupRoutes(shared));
  app.route("/api/v2/routing/skillgroups", skillGroupRoutes(shared));
  app.route("/api/v2/architect/dependencytracking", architectRoutes(shared));
  if (shared.dialect === "profiles") app.route("/api/v2/routing/profiles", profileRoutes(shared));

  app.notFound((c) => answerError(c, new ApiError(404, "not.found", "HTTP 404 Not Found")));
  app.onError((error, c) => answerError(c, error));
  return app;
}

/** Notes the request, and gives its answer a correlation id. */
function record({ shared, onRequest }: AppOptions) {
  return createMiddleware<Env>(async (c, next) => {
    const url = new URL(c.req.url);
    const made: RequestRecord = {
      method: c.req.method,
      path: `${url.pathname}${url.search}`,
      at: shared.clock(),
      status: null,
    };
    onRequest(made);
    c.set("record", made);
    c.set("correlationId", randomUUID());
    await next();
    if (c.get("hungUp")) return;
    made.status = c.res.status;
    c.header("ININ-Correlation-Id", c.var.correlationId);
  });
}

/** The faults of the line: latency, resets, lost answers, death. */
function connection({ shared: { faults } }: AppOptions) {
  return createMiddleware<Env>(async (c, next) => {
    const life = faults.life();
    if (life === "dead") {
      faults.die();
      return hangUp(c, "killed");
    }
    if (faults.on.latency !== undefined && faults.on.latency > 0) await wait(faults.on.latency);

    const request = `${c.req.method} ${c.var.record.path}`;
    const isWrite = /^(POST|PUT|PATCH|DELETE) \/api\/v2\/(?!users\/search)/.test(request);
    const chance = faults.misfortune(isWrite);
    if (chance === "tooManyRequests" || chance === "serverError") c.var.record.fault = chance;
    if (faults.strikes("reset", request) || chance === "reset") return hangUp(c, "reset");
    const loses = (isWrite && faults.strikes("lostAnswer", request)) || chance === "lostAnswer";
    await next();
    if (loses) c.res = hangUp(c, "lostAnswer");
    if (life === "dying") {
      faults.die();
      c.res = hangUp(c, "killed");
    }
    return undefined;
  });
}

/** Renames keys to snake_case where the dialect wants it, of errors too. */
function dialectOf({ dialect }: Shared) {
  return createMiddleware<Env>(async (c, next) => {
    await next();
    const isJson = c.res.headers.get("content-type")?.startsWith("application/json") ?? false;
    if (dialect !== "profiles" || !isJson) return;
    const body: unknown = await c.res.json();
    c.res = new Response(JSON.stringify(toSnakeCase(body)), { status: c.res.status, headers: c.res.headers });
  });
}

function authentication({ tokens, faults, store }: Shared) {
  return createMiddleware<Env>(async (c, next) => {
    const [, token] = /^Bearer (.+)$/i.exec(c.req.header("authorization") ?? "") ?? [];
    const client = tokens.use(token, faults.on.expireToken ?? Infinity);
    c.var.record.clientId = client.id;
    c.set("client", client);
    c.set("view", viewOf(client, store.data));
    await next();
  });
}

function viewOf({ permissions, divisions }: SandboxClient, data: Data): View {
  return {
    divisions: divisions
      ? new Set(data.divisions.filter((one) => divisions.includes(one.name)).map((one) => one.id))
      : "all",
    divisionedSkills: permissions?.includes("routing:skill:view") ?? true,
  };
}

/** Limits a token with `cloud`, a client with `profiles`. */
function rateLimiting({ shared, rateLimit }: AppOptions) {
  return createMiddleware<Env>(async (c, next) => {
    const key = shared.dialect === "cloud" ? (c.req.header("authorization") ?? "") : c.var.client.id;
    const allowance = rateLimit.take(key);
    if (allowance) {
      c.header("inin-ratelimit-count", String(allowance.count));
      c.header("inin-ratelimit-allowed", String(allowance.allowed));
      c.header("inin-ratelimit-reset", String(allowance.resetSeconds));
      if (!allowance.granted) throw tooManyRequests(allowance.resetSeconds);
    }
    await next();
  });
}

/** The faults that answer before the work is done. */
function failures({ faults }: Shared) {
  return createMiddleware<Env>(async (c, next) => {
    const request = `${c.req.method} ${c.var.record.path}`;
    const fails = (name: "tooManyRequests" | "serverError") => {
      const strikes = faults.strikes(name, request) || c.var.record.fault === name;
      if (strikes) c.var.record.fault = name;
      return strikes;
    };
    if (fails("tooManyRequests")) throw tooManyRequests(faults.on.retryAfter ?? 1);
    if (fails("serverError"))
      throw new ApiError(
        faults.on.serverErrorStatus ?? 503,
        "service.unavailable",
        "The service is unavailable.",
      );
    await next();
  });
}

/** Destroys the connection in place of an answer. */
function hangUp(c: Context<Env>, fault: string): Response {
  c.var.record.fault = fault;
  c.set("hungUp", true);
  c.env.incoming.socket.destroy();
  return RESPONSE_ALREADY_SENT;
}

function answerError(c: Context<Env>, error: Error): Response {
  const shown =
    error instanceof ApiError
      ? error
      : new ApiError(500, "internal.server.error", `Sandbox: ${error.message}`);
  const body = errorBody(shown, c.var.correlationId);
  for (const [name, value] of Object.entries(shown.extra.headers ?? {})) c.header(name, value);
  return c.json(body, shown.status as ContentfulStatusCode);
}
