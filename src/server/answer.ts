/** How the server answers: as JSON unless it says otherwise, with an ETag, and with nothing a browser could misuse. */
import { createHash } from "node:crypto";
import type { HttpBindings } from "@hono/node-server";
import type { Context } from "hono";

export interface NodeEnv {
  readonly Bindings: HttpBindings;
}

/** Something that may be asked for again: its bytes, and a tag that is the same as long as they are. */
export interface HttpAnswer {
  readonly body: string;
  readonly etag: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A client may keep it, and asks each time whether it still holds. */
const COMMON = {
  "Cache-Control": "private, no-cache",
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
};

const JSON_TYPE = "application/json; charset=utf-8";

/** `headers` come on top of the common ones and may replace them. */
export function makeAnswer(body: string, headers: Readonly<Record<string, string>> = {}): HttpAnswer {
  const etag = `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`;
  return { body, etag, headers: { ...COMMON, "Content-Type": JSON_TYPE, ...headers, ETag: etag } };
}

/** The answer, or 304 where the client has it already. */
export function send(c: Context<NodeEnv>, { body, etag, headers }: HttpAnswer, status = 200): Response {
  const known = c.env.incoming.headers["if-none-match"];
  if (status === 200 && known !== undefined && isKnown(known, etag)) {
    return new Response(null, { status: 304, headers });
  }
  // The context's own way would make a copy of each header.
  return new Response(body, { status, headers });
}

/** `If-None-Match`: a list of tags, any of which may be weak, or `*`. */
function isKnown(header: string, etag: string): boolean {
  return header.split(",").some((one) => {
    const tag = one.trim();
    return tag === "*" || tag.replace(/^W\//, "") === etag;
  });
}

export interface ErrorFacts {
  readonly status: 400 | 401 | 404 | 405 | 421 | 422 | 500 | 503;
  readonly code: string;
  readonly message: string;
  /** The parameter that is wrong. */
  readonly parameter?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export function sendError({ status, code, message, parameter, headers }: ErrorFacts): Response {
  const error = { code, ...(parameter !== undefined && { parameter }), message };
  return new Response(JSON.stringify({ error }), {
    status,
    headers: { ...COMMON, "Cache-Control": "no-store", "Content-Type": JSON_TYPE, ...headers },
  });
}
