/** The app on a port: starts it, and stops it without cutting anybody off. */
import type { Server } from "node:http";
import { createServer } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { sendError } from "./answer.ts";
import type { ApiOptions } from "./app.ts";
import { createApp } from "./app.ts";
import type { GuardOptions } from "./guard.ts";
import { createGuard } from "./guard.ts";

export interface ServerOptions extends Omit<ApiOptions, "guard">, GuardOptions {
  /** 0 for any that is free. */
  readonly port: number;
}

export interface RunningServer {
  /** `http://127.0.0.1:8000`. */
  readonly url: string;
  /** Takes no more requests, and resolves once those under way are answered. */
  close(): Promise<void>;
}

/** Throws what `listen` throws for an address that is taken. */
export async function startServer({ host, port, token, ...about }: ServerOptions): Promise<RunningServer> {
  const guard = createGuard({ host, ...(token !== undefined && { token }) });
  const app = createApp({ ...about, guard });
  const answer = getRequestListener((request, bindings) => app.fetch(request, bindings), {
    errorHandler: () => sendError(BAD_REQUEST),
  });
  const server = createServer((incoming, outgoing) => void answer(incoming, outgoing));
  await listen(server, host, port);
  const address = server.address();
  const actual = typeof address === "object" && address ? address.port : port;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${actual}`,
    close: () => close(server),
  };
}

/** Only a URL or Host header that no browser sends gets here. */
const BAD_REQUEST = {
  status: 400,
  code: "BAD_REQUEST",
  message: "The request's URL or Host header can't be read.",
} as const;

async function listen(server: Server, host: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

/** How long an answer that is being sent may take once the server is to stop. */
const PATIENCE_MS = 5000;

async function close(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    const impatience = setTimeout(() => {
      server.closeAllConnections();
    }, PATIENCE_MS);
    server.close(() => {
      clearTimeout(impatience);
      resolve();
    });
    server.closeIdleConnections();
  });
}
