/** Clients, tokens, rate limits and permissions of the sandbox. */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { Organisation, RequestRecord, SandboxRoute } from "./api.ts";
import { Answer, requestOf } from "./api.ts";
import type { Data, SkillRecord, UserRecord } from "./data.ts";
import { idOf } from "./data.ts";
import { badCredentials, missingPermission, missingScope, tooManyRequests } from "./errors.ts";

/** An OAuth client of the client credentials grant. */
export interface SandboxClient {
  readonly id: string;
  readonly secret: string;
  /** Default: "Sandbox client". */
  readonly name?: string;
  /** Permissions such as `routing:skill:assign`. Default: all. */
  readonly permissions?: readonly string[];
  /** Names of the divisions that its roles are granted in. Default: all. */
  readonly divisions?: readonly string[];
  /** Only with `profiles`. Default: scopes are not checked. */
  readonly scopes?: readonly string[];
}

/** The default client. */
export const DEFAULT_CLIENT: SandboxClient = { id: idOf("client", "sandbox"), secret: "sandbox-secret" };

interface TokenRequest {
  readonly record: RequestRecord;
  readonly authorization: string;
  /** The body. */
  readonly text: string;
}

export type Tokens = ReturnType<typeof createTokens>;

/** Issues tokens with a lifetime of `seconds`, and recognises them. */
export function createTokens(clients: readonly SandboxClient[], seconds: number, clock: () => number) {
  const grants = new Map<string, { client: SandboxClient; expires: number; uses: number }>();
  const authenticate = (authorization: string): SandboxClient | undefined => {
    const [, encoded = ""] = /^Basic (.+)$/i.exec(authorization) ?? [];
    const [, id, secret = ""] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, "base64").toString()) ?? [];
    const isSame = (known: string) => timingSafeEqual(digest(known), digest(secret));
    return clients.find((client) => client.id === id && isSame(client.secret));
  };
  return {
    /** Answers `POST /oauth/token`; errors have the form of OAuth. */
    grant({ dialect, faults }: Organisation, { record, authorization, text }: TokenRequest): Answer {
      if (faults.strikes("tokenRateLimit", requestOf(record))) {
        record.fault = "tokenRateLimit";
        return refuse(400, "invalid_request", "rate limit exceeded; wait 1 seconds and retry");
      }
      const client = authenticate(authorization);
      if (!client) return refuse(401, "invalid_client", "client not found or client secret does not match");
      record.clientId = client.id;
      if (new URLSearchParams(text).get("grant_type") !== "client_credentials")
        return refuse(400, "unsupported_grant_type", "grant_type must be client_credentials");
      const token = randomBytes(24).toString("base64url");
      grants.set(token, { client, expires: clock() + seconds * 1000, uses: 0 });
      const scope = dialect === "profiles" && client.scopes && { scope: client.scopes.join(" ") };
      return new Answer(200, { access_token: token, token_type: "bearer", expires_in: seconds, ...scope });
    },

    /** The client of the token; 401 if the token is unknown, expired or used `maxUses` times. */
    use(authorization: string, maxUses = Infinity): SandboxClient {
      const grant = grants.get(/^Bearer (.+)$/i.exec(authorization)?.[1] ?? "");
      if (!grant || clock() >= grant.expires || grant.uses >= maxUses) throw badCredentials();
      grant.uses += 1;
      return grant.client;
    },

    /** Revokes every token. */
    revokeAll: (): void => grants.clear(),
  };
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

function refuse(status: number, error: string, description: string): Answer {
  return new Answer(status, { error, description, error_description: description });
}

const WINDOW_MS = 60_000;

/**
 * Counts requests by key (a token or a client) in a fixed window of a minute, and sets the rate limit headers; throws
 * 429 above the limit. `perMinute` 0 means no limit.
 */
export function createRateLimit(perMinute: number, clock: () => number) {
  const windows = new Map<string, { readonly start: number; count: number }>();
  return (key: string, headers: Record<string, string>): void => {
    if (perMinute === 0) return;
    const now = clock();
    const current = windows.get(key);
    const window = current && now < current.start + WINDOW_MS ? current : { start: now, count: 0 };
    windows.set(key, window);
    const isGranted = window.count < perMinute;
    if (isGranted) window.count += 1;
    const resetSeconds = Math.max(1, Math.ceil((window.start + WINDOW_MS - now) / 1000));
    headers["inin-ratelimit-count"] = String(window.count);
    headers["inin-ratelimit-allowed"] = String(perMinute);
    headers["inin-ratelimit-reset"] = String(resetSeconds);
    if (!isGranted) throw tooManyRequests(resetSeconds);
  };
}

/** Throws 403 if the client lacks the permission or the scope for the route. */
export function checkAccess(
  { permissions = [], scope }: SandboxRoute,
  { permissions: held, scopes }: SandboxClient,
): void {
  if (scopes && scope !== undefined && !scopes.includes(scope)) throw missingScope(scope);
  if (held && permissions.length > 0 && !permissions.some((one) => held.includes(one)))
    throw missingPermission(permissions);
}

/** The part of the organisation that a client sees. */
export interface ClientView {
  readonly seesAll: boolean;
  /** Users of its divisions. */
  readonly seesUser: (user: UserRecord) => boolean;
  /** Skills without a division and, with `routing:skill:view`, skills of its divisions. */
  readonly seesSkill: (skill: SkillRecord) => boolean;
}

export const SEES_ALL: ClientView = { seesAll: true, seesUser: () => true, seesSkill: () => true };

export function viewOf({ permissions, divisions }: SandboxClient, data: Data): ClientView {
  const ids =
    divisions && new Set(data.divisions.flatMap(({ id, name }) => (divisions.includes(name) ? [id] : [])));
  const canView = permissions?.includes("routing:skill:view") ?? true;
  const sees = (id: string) => ids?.has(id) ?? true;
  return {
    seesAll: !ids,
    seesUser: (user) => sees(user.divisionId),
    seesSkill: ({ divisionId }) => divisionId === undefined || (canView && sees(divisionId)),
  };
}
