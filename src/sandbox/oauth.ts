/** The login host: POST /oauth/token. */
import { createHash, timingSafeEqual } from "node:crypto";
import type { Context } from "hono";
import { Hono } from "hono";
import type { Env, Shared } from "./context.ts";
import type { SandboxClient } from "./tokens.ts";

/** The client credentials grant; answers errors as OAuth does, not as the API does. */
export function oauthRoutes(shared: Shared): Hono<Env> {
  const routes = new Hono<Env>();
  routes.post("/token", async (c) => {
    if (shared.faults.strikes("tokenRateLimit", `POST ${c.var.record.path}`)) {
      c.var.record.fault = "tokenRateLimit";
      return refuse(c, 400, "invalid_request", "rate limit exceeded; wait 1 seconds and retry");
    }
    const client = authenticate(c, shared.clients);
    if (!client) return refuse(c, 401, "invalid_client", "client not found or client secret does not match");
    c.var.record.clientId = client.id;
    const grantType = new URLSearchParams(await c.req.text()).get("grant_type");
    if (grantType !== "client_credentials")
      return refuse(c, 400, "unsupported_grant_type", "grant_type must be client_credentials");
    return c.json({
      access_token: shared.tokens.issue(client),
      token_type: "bearer",
      expires_in: shared.tokens.seconds,
      ...(shared.dialect === "profiles" && client.scopes ? { scope: client.scopes.join(" ") } : {}),
    });
  });
  return routes;
}

function authenticate(c: Context<Env>, clients: readonly SandboxClient[]): SandboxClient | undefined {
  const [, encoded = ""] = /^Basic (.+)$/i.exec(c.req.header("authorization") ?? "") ?? [];
  const [, id, secret = ""] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, "base64").toString()) ?? [];
  return clients.find((client) => client.id === id && sameText(client.secret, secret));
}

function sameText(a: string, b: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

function refuse(c: Context<Env>, status: 400 | 401, error: string, description: string) {
  return c.json({ error, description, error_description: description }, status);
}
