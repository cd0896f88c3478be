/**
 * Checks whether a host answers, with one request without credentials. This tells network problems from problems of
 * the client.
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
   * How many milliseconds the host's clock is ahead of ours, to about a second; undefined if it is unknown.
   */
  readonly ahead: number | undefined;
}

/** In milliseconds. */
const TIMEOUT = 15_000;
const API_ROUTE: Route = { path: "/api/v2", template: "/api/v2" };

/**
 * Sends one request to the login or API host. Any answer counts that isn't a proxy's. Throws ApiError without one,
 * with the path by which `explain` recognises the host. `env` says whether there is a proxy.
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
    // No retries.
    deadlineSeconds: 0,
    clock: systemClock,
    timeouts: { silence: TIMEOUT, whole: TIMEOUT },
  });
  try {
    await client.send({ method: "GET", baseUrl, route });
  } catch (error) {
    const isProxied = !isLoopback(baseUrl) && proxyIn(env) !== undefined;
    // Genesys's login never answers 403, but proxies that block a host do.
    const proxyStatuses = which === "login" && isProxied ? [403, 407] : [407];
    const status = error instanceof ApiError ? error.status : undefined;
    if (status === undefined || proxyStatuses.includes(status)) throw error;
  } finally {
    client.close();
  }
  return { ahead: client.ahead() };
}
