/** The HTTP server: routes, answers and a graceful stop. */
import { createHash } from "node:crypto";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createServer } from "node:http";
import { PAGE_HEADERS, servedPage } from "../page/page.ts";
import type { ReadHistory } from "./history.ts";
import { historyPages } from "./history.ts";
import type { Keeper } from "./keeper.ts";
import { openApi } from "./openapi.ts";
import type { Parameters } from "./refusal.ts";
import {
  checkHost,
  checkRequest,
  notTrusted,
  readPage,
  readParameters,
  readQuery,
  Refusal,
  tokenCheck,
  unescape,
} from "./refusal.ts";
import type { SnapshotView } from "./snapshot.ts";

interface ServerOptions {
  readonly keeper: Pick<Keeper, "view" | "health">;
  /** Where to listen. */
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  /** The required token in `Authorization: Bearer`; absent: no token needed. */
  readonly token?: string;
  /** Reads a history from the ledger; absent where there is none. */
  readonly readHistory?: ReadHistory;
  /** Told of what would be a bug. */
  readonly onError: (error: unknown) => void;
}

export interface RunningServer {
  /** `http://127.0.0.1:8000`. */
  readonly url: string;
  /** Accepts no more requests, and resolves when those in progress are answered. */
  close(): Promise<void>;
}

/** Throws the error of `listen` if the address is taken. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { host, port } = options;
  const answer = createHandler(options);
  const server = createServer((incoming, outgoing) => {
    const finish = ({ status = 200, headers, body }: ServerAnswer): void => {
      send(incoming, outgoing, { status, headers: { ...COMMON, ...headers }, body });
    };
    const answered = answer(incoming);
    if (answered instanceof Promise) void answered.then(finish);
    else finish(answered);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  const address = server.address();
  const actual = typeof address === "object" && address ? address.port : port;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${actual}`,
    close: () => close(server),
  };
}

/** How long an answer in progress may take when the server stops. */
const CLOSE_TIMEOUT_MS = 5000;

async function close(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    const timeout = setTimeout(() => {
      server.closeAllConnections();
    }, CLOSE_TIMEOUT_MS);
    server.close(() => {
      clearTimeout(timeout);
      resolve();
    });
    server.closeIdleConnections();
  });
}

// ── Routes ───────────────────────────────────────────────────────────────────────────────────────────

interface ServerAnswer {
  /** Default: 200. */
  readonly status?: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const JSON_HEADERS = { "Content-Type": "application/json; charset=utf-8" };
const CSV_HEADERS = {
  "Content-Type": "text/csv; charset=utf-8",
  "Content-Disposition": 'attachment; filename="skill_impact_report.csv"',
};

/** The answer to a path from a snapshot. */
function answerFrom(view: SnapshotView, path: string, parameters: Parameters): ServerAnswer {
  switch (path) {
    case "/api/skills/search":
      return { headers: JSON_HEADERS, body: view.search(readQuery(parameters), readPage(parameters)) };
    case "/api/profiles":
      return inJson(view.profiles(readPage(parameters)));
    case "/api/coverage":
      return inJson(view.coverage(readPage(parameters)));
    case "/api/schedule":
      return inJson(view.schedule);
    case "/api/reports/impact":
      return { headers: CSV_HEADERS, body: view.impactCsv };
    default: {
      const body = view.skill(unescape(path.slice(SKILL.length), "skill"));
      if (body === null) throw new Refusal(404, "UNKNOWN_SKILL", UNKNOWN_SKILL);
      return { headers: JSON_HEADERS, body };
    }
  }
}

const SKILL = "/api/skills/";
const UNKNOWN_SKILL =
  "No skill has this slug or id, or several skills have this slug; /api/skills/search?q= finds them with their ids.";

function isOfSnapshot(path: string): boolean {
  return /^\/api\/(profiles|coverage|schedule|history|reports\/impact|skills\/[^/]+)$/.test(path);
}

function createHandler({
  keeper,
  host,
  token,
  readHistory,
  onError,
}: ServerOptions): (request: IncomingMessage) => ServerAnswer | Promise<ServerAnswer> {
  const page: ServerAnswer = { headers: PAGE_HEADERS, body: servedPage() };
  const api = inJson(openApi());
  const isTrusted = tokenCheck(token);
  const historyPage = historyPages(readHistory);

  function route(request: IncomingMessage): ServerAnswer | Promise<ServerAnswer> {
    checkHost(request, host);
    checkRequest(request);
    const [, path = "", query = ""] = /^([^?#]*)\??([^#]*)/.exec(request.url ?? "") ?? [];
    if (path === "/healthz") return unstored(inJson(keeper.health(isTrusted(request))));
    if (!isTrusted(request)) {
      // A browser without the token gets the page, which has no data and asks for the token.
      const wantsPage = path === "/" && /\btext\/html\b/.test(request.headers.accept ?? "");
      if (!wantsPage) throw notTrusted();
      return { status: 401, headers: { ...page.headers, ...notTrusted().headers }, body: page.body };
    }
    if (path === "/") return page;
    if (path === "/openapi.json") return api;
    if (!isOfSnapshot(path)) {
      throw new Refusal(404, "NOT_FOUND", "There is nothing here; see /openapi.json for all paths.");
    }
    const view = keeper.view();
    if (!view) throw notReady(keeper);
    const parameters = readParameters(query);
    if (path !== "/api/history") return answerFrom(view, path, parameters);
    return historyPage(readQuery(parameters, "name"), readPage(parameters), view).then((body) => {
      return { headers: JSON_HEADERS, body };
    });
  }

  function refuse(error: unknown): ServerAnswer {
    if (error instanceof Refusal) {
      const { status, code, parameter, message, headers } = error;
      return unstored({ ...inJson({ error: { code, parameter, message } }, headers), status });
    }
    onError(error);
    const internal = { code: "INTERNAL_ERROR", message: "This is a bug in genesys-skills." };
    return unstored({ ...inJson({ error: internal }), status: 500 });
  }

  return (request) => {
    try {
      const answer = route(request);
      return answer instanceof Promise ? answer.catch(refuse) : answer;
    } catch (error) {
      return refuse(error);
    }
  };
}

function notReady(keeper: ServerOptions["keeper"]): Refusal {
  const { failure } = keeper.health(true);
  const message = failure
    ? `The organisation could not be read yet. ${failure.message ?? ""}`
    : "The organisation is being read for the first time.";
  return new Refusal(503, "NO_SNAPSHOT", message, { headers: { "Retry-After": "5" } });
}

function inJson(value: unknown, headers: ServerAnswer["headers"] = {}): ServerAnswer {
  return { headers: { ...JSON_HEADERS, ...headers }, body: JSON.stringify(value) };
}

/** An answer that must not be cached. */
function unstored(answer: ServerAnswer): ServerAnswer {
  return { ...answer, headers: { ...answer.headers, "Cache-Control": "no-store" } };
}

// ── Sending ──────────────────────────────────────────────────────────────────────────────────────────

/** Headers of every answer. Clients may cache answers but must revalidate them. */
const COMMON = {
  "Cache-Control": "private, no-cache",
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
};

function send(
  { method, headers: asked }: IncomingMessage,
  outgoing: ServerResponse,
  { status, headers, body }: Required<ServerAnswer>,
): void {
  const bytes = Buffer.from(body);
  const etag = `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 22)}"`;
  const tag = status === 200 ? { ETag: etag } : {};
  if (status === 200 && isKnown(asked["if-none-match"] ?? "", etag)) {
    outgoing.writeHead(304, { ...headers, ...tag }).end();
    return;
  }
  outgoing.writeHead(status, { ...headers, ...tag, "Content-Length": bytes.length });
  outgoing.end(method === "HEAD" ? undefined : bytes);
}

/** `If-None-Match`: a list of tags, any of which may be weak, or `*`. */
function isKnown(header: string, etag: string): boolean {
  return header.split(",").some((one) => {
    const tag = one.trim();
    return tag === "*" || tag.replace(/^W\//, "") === etag;
  });
}
