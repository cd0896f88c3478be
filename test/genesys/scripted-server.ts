/** A server on a real socket that answers what a test tells it to, and remembers what it was asked. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import { Readable } from "node:stream";
import type { Credentials } from "../../src/genesys/credentials.ts";

export interface Seen {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
  /** Whether the connection served another request before. */
  readonly reused: boolean;
}

/**
 * An answer; `reset` destroys the connection, `hang` never answers, `cut` breaks off within the body, `flood` is a
 * body of 200 MB.
 */
export type Reply =
  | { readonly status?: number; readonly headers?: Record<string, string>; readonly body?: unknown }
  | "reset"
  | "hang"
  | "cut"
  | "flood";

export interface ScriptedServer {
  readonly url: string;
  readonly credentials: Credentials;
  readonly seen: Seen[];
  /** What was asked beside tokens. */
  calls(): Seen[];
  readonly close: () => Promise<void>;
}

export const SECRET = "a-secret-that-must-not-show";
export const TOKEN = "a-token-that-must-not-show";

/** Starts a server; `reply` may leave a token request to it by returning undefined. */
export async function startScripted(reply: (seen: Seen) => Reply | undefined): Promise<ScriptedServer> {
  const seen: Seen[] = [];
  const sockets = new WeakSet();
  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      const url = new URL(request.url ?? "/", "http://host.invalid");
      const one = {
        method: request.method ?? "",
        path: url.pathname,
        query: url.searchParams,
        headers: request.headers,
        body,
        reused: sockets.has(request.socket),
      };
      sockets.add(request.socket);
      seen.push(one);
      const answer = reply(one) ?? (one.path === "/oauth/token" ? token() : { status: 404, body: {} });
      send(response, answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  const url = `http://127.0.0.1:${address.port}`;
  return {
    url,
    credentials: { clientId: "an-id", clientSecret: SECRET, apiUrl: url, loginUrl: url },
    seen,
    calls: () => seen.filter(({ path }) => path !== "/oauth/token"),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** What a token request is answered with. */
export function token(value = TOKEN, seconds = 86_400): Reply {
  return { body: { access_token: value, token_type: "bearer", expires_in: seconds } };
}

/** Answers each request with the next of `replies`, and with the last one from then on. */
export function inTurn(replies: readonly Reply[]): (seen: Seen) => Reply | undefined {
  let next = 0;
  return ({ path }) => {
    if (path === "/oauth/token") return undefined;
    const reply = replies[Math.min(next, replies.length - 1)];
    next += 1;
    return reply;
  };
}

/** A page of entities as the API writes it. */
export function page(entities: readonly unknown[], facts: Record<string, unknown> = {}): Reply {
  return { body: { entities, total: entities.length, pageNumber: 1, pageCount: 1, ...facts } };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

function send(response: ServerResponse, reply: Reply): void {
  if (reply === "hang") return;
  if (reply === "reset") {
    response.socket?.destroy();
    return;
  }
  if (reply === "cut") {
    response.writeHead(200, { "Content-Type": "application/json", "Content-Length": "1000" });
    response.write('{"entities": [', () => response.socket?.destroy());
    return;
  }
  if (reply === "flood") {
    response.writeHead(200, { "Content-Type": "application/json" });
    Readable.from(megabytes(200)).pipe(response);
    return;
  }
  const { status = 200, headers = {}, body } = reply;
  const text = typeof body === "string" ? body : body === undefined ? "" : JSON.stringify(body);
  response.writeHead(status, { "Content-Type": "application/json", ...headers });
  response.end(text);
}

function* megabytes(count: number): Generator<Buffer> {
  for (let number = 0; number < count; number++) yield Buffer.alloc(1024 * 1024, " ");
}
