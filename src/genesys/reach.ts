/**
 * Whether a host answers at all: one request without credentials, to tell a network's trouble from a
 * client's.
 */
import { createHttpClient } from "../http/client.ts";
import { systemClock } from "../http/clock.ts";
import { ApiError } from "../http/error.ts";
import type { Route } from "../http/request.ts";
import { isLoopback } from "../http/request.ts";
import type { Credentials } from "./credentials.ts";
import { proxyIn } from "./explain.ts";
import { TOKEN_ROUTE } from "./route.ts";
import { GENESYS } from "./transport.ts";

export interface Reached {
  /**
   * Milliseconds by which the host's clock is ahead of ours, to about a second; undefined where it tells no
   * time.
   */
  readonly ahead: number | undefined;
}

/** Milliseconds until a host is called silent. */
const TIMEOUT = 15_000;
const API_ROUTE: Route = { path: "/api/v2", template: "/api/v2" };

/**
 * Asks the login's or the API's host once. Any answer will do that isn't a proxy's. Throws ApiError where
 * none came, with the path by which `explain` knows the host. `env` tells whether there is a proxy on the
 * way.
 */
export async function reach(
  hosts: Pick<Credentials, "apiUrl" | "loginUrl">,
  which: "login" | "api",
  env: NodeJS.ProcessEnv,
): Promise<Reached> {
  const [baseUrl, route] = which === "login" ? [hosts.loginUrl, TOKEN_ROUTE] : [hosts.apiUrl, API_ROUTE];
  const client = createHttpClient({
    conventions: GENESYS,
    requestsPerMinute: 60,
    // Nothing is sent again.
    deadlineSeconds: 0,
    clock: systemClock,
    timeouts: { silence: TIMEOUT, whole: TIMEOUT },
  });
  try {
    await client.send({ method: "GET", baseUrl, route });
  } catch (error) {
    const isProxied = !isLoopback(baseUrl) && proxyIn(env) !== undefined;
    // Genesys's login knows no 403, and proxies that block a host do.
    const proxyStatuses = which === "login" && isProxied ? [403, 407] : [407];
    const status = error instanceof ApiError ? error.status : undefined;
    if (status === undefined || proxyStatuses.includes(status)) throw error;
  } finally {
    client.close();
  }
  return { ahead: client.ahead() };
}
