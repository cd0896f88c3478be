/** Whether a host answers at all: one request without credentials, to tell a network's trouble from a client's. */
import axios from "axios";
import type { Credentials } from "./credentials.ts";
import { isLoopback } from "./credentials.ts";
import { ApiError } from "./error.ts";
import { proxyIn } from "./explain.ts";
import { factsOf } from "./facts.ts";
import { headerOf, Journey } from "./http.ts";
import type { Route } from "./route.ts";
import { TOKEN_ROUTE } from "./transport.ts";

export interface Reached {
  /** Milliseconds by which the host's clock is ahead of ours, to about a second; undefined where it tells no time. */
  readonly ahead: number | undefined;
}

/** Milliseconds until a host is called silent. */
const PATIENCE = 15_000;
const API_ROUTE: Route = { path: "/api/v2", template: "/api/v2" };

/**
 * Asks the login's or the API's host once. Any answer will do that isn't a proxy's. Throws ApiError where none came,
 * with the path by which `explain` knows the host. `env` tells whether there is a proxy on the way.
 */
export async function reach(
  hosts: Pick<Credentials, "apiUrl" | "loginUrl">,
  which: "login" | "api",
  env: NodeJS.ProcessEnv,
): Promise<Reached> {
  const [baseURL, route] = which === "login" ? [hosts.loginUrl, TOKEN_ROUTE] : [hosts.apiUrl, API_ROUTE];
  const isProxied = !isLoopback(baseURL) && proxyIn(env) !== undefined;
  const asked = Date.now();
  try {
    const response = await axios.get<unknown>(route.path, {
      baseURL,
      maxRedirects: 0,
      maxContentLength: 2 ** 20,
      timeout: PATIENCE,
      signal: AbortSignal.timeout(PATIENCE),
      transitional: { clarifyTimeoutError: true },
      responseType: "text",
      // Genesys's login knows no 403, and proxies that block a host do.
      validateStatus: (status) => status !== 407 && !(status === 403 && which === "login" && isProxied),
      headers: { "User-Agent": "genesys-skills" },
      ...(isLoopback(baseURL) ? { proxy: false as const } : {}),
    });
    const told = Date.parse(headerOf(response, "date") ?? "");
    return { ahead: Number.isNaN(told) ? undefined : told - (asked + Date.now()) / 2 };
  } catch (error) {
    if (!axios.isAxiosError(error)) throw error;
    const facts = factsOf(error, new Journey("GET", true, false), (text) => text);
    throw new ApiError({ method: "GET", path: route.template, host: new URL(baseURL).host, ...facts });
  }
}
