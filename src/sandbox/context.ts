/** What every route works with. */
import type { HttpBindings } from "@hono/node-server";
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { ApiError, badRequest, missingPermission, missingScope } from "./errors.ts";
import type { FaultBox } from "./fault-box.ts";
import type { SkillRules } from "./skill-rules.ts";
import type { Store } from "./store.ts";
import type { SandboxClient, Tokens } from "./tokens.ts";
import type { View } from "./view.ts";

export type Dialect = "cloud" | "profiles";

/** What the sandbox keeps of a request; never a header, and never a body of the login host. */
export interface RequestRecord {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** What the clock showed on arrival, in ms. */
  readonly at: number;
  /** Null until it is answered, and for good where the connection was destroyed instead. */
  status: number | null;
  /** The id of the OAuth client, once known. */
  clientId?: string;
  /** Of a write: the parsed body. */
  body?: unknown;
  /** The fault that struck, if one did. */
  fault?: string;
}

/** What the routes of one sandbox share. */
export interface Shared {
  readonly dialect: Dialect;
  readonly store: Store;
  readonly faults: FaultBox;
  readonly tokens: Tokens;
  readonly clients: readonly SandboxClient[];
  readonly maxPageSize: number;
  readonly clock: () => number;
  /** The rules for skills as they are now. */
  readonly skillRules: () => SkillRules;
}

export interface Env {
  Bindings: HttpBindings;
  Variables: {
    record: RequestRecord;
    correlationId: string;
    client: SandboxClient;
    view: View;
    /** Set where the connection was destroyed in place of an answer. */
    hungUp?: true;
  };
}

/** Lets a client through that has one of these permissions or, where clients carry scopes, this scope. */
export function needs(permissions: readonly string[], scope?: string) {
  return createMiddleware<Env>(async (c, next) => {
    const { permissions: held, scopes } = c.var.client;
    if (scopes && scope !== undefined && !scopes.includes(scope)) throw missingScope(scope);
    if (held && permissions.length > 0 && !permissions.some((one) => held.includes(one)))
      throw missingPermission(permissions);
    await next();
  });
}

/** The body of a write as JSON; 415 where it isn't said to be JSON, 400 where it isn't JSON. */
export async function readBody(c: Context<Env>): Promise<unknown> {
  const type = c.req.header("content-type") ?? "";
  if (!/^application\/([\w.-]+\+)?json\b/i.test(type))
    throw new ApiError(
      415,
      "unsupported.media.type",
      `The content type must be application/json, not "${type}".`,
    );
  const text = await c.req.text();
  try {
    c.var.record.body = JSON.parse(text) as unknown;
  } catch {
    throw badRequest("The request body is not JSON.");
  }
  return c.var.record.body;
}

/** The body of a write, which must be an object. */
export async function readObject(c: Context<Env>): Promise<Record<string, unknown>> {
  const body = await readBody(c);
  if (typeof body !== "object" || body === null || Array.isArray(body))
    throw badRequest("The request body must be an object.");
  return body as Record<string, unknown>;
}

/** A text that a body must have. */
export function requiredText(body: Record<string, unknown>, field: string): string {
  const value = body[field];
  if (typeof value !== "string" || value.trim() === "") throw badRequest(`${field} must be a text.`, field);
  return value;
}

/** A text that a body may have; null counts as absent. */
export function optionalText(body: Record<string, unknown>, field: string): string | undefined {
  const value = body[field] ?? undefined;
  if (value !== undefined && typeof value !== "string") throw badRequest(`${field} must be a text.`, field);
  return value;
}
