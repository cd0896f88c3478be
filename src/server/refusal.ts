/** The reasons why a request is not answered, and what a request has to be: its host, its token, its parameters. */
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

/** Throws Refusal for a Host that isn't this server's: another site may hide behind it. `host`: as the user wrote it. */
export function checkHost({ headers, socket }: IncomingMessage, host: string): void {
  const [name = ""] = /^(\[[^\]]*\]|[^:]*)(?=(:\d+)?$)/.exec(headers.host ?? "") ?? [];
  // An address can't be another site's name in disguise, so the one that was called is fine as well.
  const own = ["localhost", "127.0.0.1", "[::1]", hostName(host), hostName(socket.localAddress ?? "")];
  if (own.includes(name.toLowerCase())) return;
  throw new Refusal(
    421,
    "WRONG_HOST",
    "This server doesn't go by the name in the Host header; --host makes it listen to another.",
  );
}

/** An address as it stands in a URL. */
function hostName(host: string): string {
  const plain = host.toLowerCase().replace(/^::ffff:(?=\d+\.)/, "");
  return plain.includes(":") ? `[${plain}]` : plain;
}

/** Throws Refusal for a method that could change something, and for a URL without a path. */
export function checkRequest({ method, url = "" }: IncomingMessage): void {
  if (!url.startsWith("/")) {
    throw new Refusal(400, "BAD_REQUEST", "The request has no path that this server could answer.");
  }
  if (method === "GET" || method === "HEAD") return;
  throw new Refusal(
    405,
    "METHOD_NOT_ALLOWED",
    "This server only reads: GET and HEAD are all that it answers.",
    { headers: { Allow: "GET, HEAD" } },
  );
}

// ── The token ────────────────────────────────────────────────────────────────────────────────────────

/** Tells whether a request brings the token; every request does where none is asked for. */
export function tokenCheck(token: string | undefined): (request: IncomingMessage) => boolean {
  if (token === undefined) return () => true;
  const expected = digest(token);
  return ({ headers }) => {
    const [, given = ""] = /^Bearer +(\S+)$/i.exec(headers.authorization ?? "") ?? [];
    return timingSafeEqual(digest(given), expected);
  };
}

/** Of one length whatever the text, as comparing in constant time needs it. */
function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

export function notTrusted(): Refusal {
  return new Refusal(
    401,
    "UNAUTHORIZED",
    "This server asks for its token: Authorization: Bearer, and the token that it was started with.",
    { headers: { "WWW-Authenticate": 'Bearer realm="genesys-skills"' } },
  );
}

// ── Parameters ───────────────────────────────────────────────────────────────────────────────────────

export type Parameters = ReadonlyMap<string, string>;

function wrong(code: string, parameter: string, message: string): Refusal {
  return new Refusal(422, code, message, { parameter });
}

/** A query string's parameters. Throws Refusal for one that is given twice or can't be decoded. */
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

/** Throws Refusal where a `%` isn't followed by what makes UTF-8. */
export function unescape(text: string, parameter: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw wrong("BAD_ESCAPE", parameter, "A % in it is not followed by the code of a character.");
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

/** From 1 to `most`; `otherwise` where the parameter isn't given. */
function readWholeNumber(text: string | undefined, name: string, otherwise: number, most: number): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (/^\d{1,15}$/.test(text) && value >= 1 && value <= most) return value;
  throw wrong("OUT_OF_RANGE", name, `It must be a whole number from 1 to ${most}.`);
}
