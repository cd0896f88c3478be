/** Checks of a request's host, method, token and parameters. */
import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { PageRequest } from "./search.ts";

/** Ends a request with an error in JSON. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly status: 400 | 401 | 404 | 405 | 421 | 422 | 503;
  readonly code: string;
  /** The parameter that is wrong. */
  readonly parameter: string | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: Refusal["status"],
    code: string,
    message: string,
    { parameter, headers = {} }: { parameter?: string; headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.parameter = parameter;
    this.headers = headers;
  }
}

// ── Host and method ──────────────────────────────────────────────────────────────────────────────────

/** Throws Refusal if the Host isn't this server's, since another site may be behind it. `host`: as the user wrote it. */
export function checkHost({ headers, socket }: IncomingMessage, host: string): void {
  const [name = ""] = /^(\[[^\]]*\]|[^:]*)(?=(:\d+)?$)/.exec(headers.host ?? "") ?? [];
  // An IP address can't be another site's name, so the address of the connection is allowed too.
  const own = ["localhost", "127.0.0.1", "[::1]", hostName(host), hostName(socket.localAddress ?? "")];
  if (own.includes(name.toLowerCase())) return;
  throw new Refusal(
    421,
    "WRONG_HOST",
    "The name in the Host header is not this server's; set it with --host.",
  );
}

/** An address in the form that URLs have. */
function hostName(host: string): string {
  const plain = host.toLowerCase().replace(/^::ffff:(?=\d+\.)/, "");
  return plain.includes(":") ? `[${plain}]` : plain;
}

/** Throws Refusal for a method that could change something, and for a URL without a path. */
export function checkRequest({ method, url = "" }: IncomingMessage): void {
  if (!url.startsWith("/")) {
    throw new Refusal(400, "BAD_REQUEST", "The request has no valid path.");
  }
  if (method === "GET" || method === "HEAD") return;
  throw new Refusal(405, "METHOD_NOT_ALLOWED", "This server is read-only: use GET or HEAD.", {
    headers: { Allow: "GET, HEAD" },
  });
}

// ── The token ────────────────────────────────────────────────────────────────────────────────────────

/** Returns a function that checks whether a request has the token; always true if the server needs none. */
export function tokenCheck(token: string | undefined): (request: IncomingMessage) => boolean {
  if (token === undefined) return () => true;
  const expected = digest(token);
  return ({ headers }) => {
    const [, given = ""] = /^Bearer +(\S+)$/i.exec(headers.authorization ?? "") ?? [];
    return timingSafeEqual(digest(given), expected);
  };
}

/** A hash of constant length, for the comparison in constant time. */
function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

export function notTrusted(): Refusal {
  return new Refusal(
    401,
    "UNAUTHORIZED",
    "This server needs its token: send Authorization: Bearer with the token that the server was started with.",
    { headers: { "WWW-Authenticate": 'Bearer realm="genesys-skills"' } },
  );
}

// ── Parameters ───────────────────────────────────────────────────────────────────────────────────────

export type Parameters = ReadonlyMap<string, string>;

function wrong(code: string, parameter: string, message: string): Refusal {
  return new Refusal(422, code, message, { parameter });
}

/** The parameters of a query string. Throws Refusal if one is repeated or can't be decoded. */
export function readParameters(query: string): Parameters {
  const parameters = new Map<string, string>();
  for (const pair of query.split("&")) {
    if (pair === "") continue;
    const [, rawName = "", rawValue = ""] = /^([^=]*)=?(.*)$/s.exec(pair) ?? [];
    const name = unescape(rawName.replaceAll("+", " "), "query");
    if (parameters.has(name)) throw wrong("GIVEN_TWICE", name, "It may be given only once.");
    parameters.set(name, unescape(rawValue.replaceAll("+", " "), name));
  }
  return parameters;
}

/** Throws Refusal if the percent-encoding is not valid UTF-8. */
export function unescape(text: string, parameter: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw wrong("BAD_ESCAPE", parameter, "Its percent-encoding is invalid.");
  }
}

export const QUERY_LENGTH = 200;

/** The text to search for: 1 to 200 characters that aren't all white space. */
export function readQuery(parameters: Parameters, name = "q"): string {
  const query = parameters.get(name) ?? "";
  if (query.trim() === "") throw wrong("MISSING", name, "It needs at least one character.");
  if (query.length > QUERY_LENGTH && Array.from(query).length > QUERY_LENGTH) {
    throw wrong("TOO_LONG", name, `It may have at most ${QUERY_LENGTH} characters.`);
  }
  return query;
}

export const PAGE_SIZE = 25;
export const LARGEST_PAGE = 100;
export const LAST_PAGE = 1_000_000;

export function readPage(parameters: Parameters): PageRequest {
  return {
    page: readWholeNumber(parameters.get("page"), "page", 1, LAST_PAGE),
    size: readWholeNumber(parameters.get("size"), "size", PAGE_SIZE, LARGEST_PAGE),
  };
}

/** A number from 1 to `most`; `otherwise` if the parameter is missing. */
function readWholeNumber(text: string | undefined, name: string, otherwise: number, most: number): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (/^\d{1,15}$/.test(text) && value >= 1 && value <= most) return value;
  throw wrong("OUT_OF_RANGE", name, `It must be a whole number from 1 to ${most}.`);
}
