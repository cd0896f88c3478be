/** Decides which requests are answered: by the names of this server, only to read, and only with the token. */
import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { ErrorFacts } from "./answer.ts";

export interface GuardOptions {
  /** Where the server listens, as its user wrote it. */
  readonly host: string;
  /** The token in `Authorization: Bearer`; absent: none is asked for. */
  readonly token?: string;
}

export interface Guard {
  /** Why the request isn't answered, or null where it is. The token is another matter. */
  refuse(request: IncomingMessage): ErrorFacts | null;
  /** Whether the request has the token, where one is asked for. */
  isTrusted(request: IncomingMessage): boolean;
}

export function createGuard({ host, token }: GuardOptions): Guard {
  const names = new Set(["localhost", "127.0.0.1", "[::1]", hostName(host)]);
  const expected = token === undefined ? null : digest(token);
  return {
    refuse({ method = "", headers, socket }) {
      const name = nameIn(headers.host ?? "");
      // An address can't be another site's name in disguise, so the one that was called is fine as well.
      if (!names.has(name) && name !== hostName(socket.localAddress ?? "")) return WRONG_HOST;
      return method === "GET" || method === "HEAD" ? null : WRONG_METHOD;
    },
    isTrusted({ headers }) {
      if (!expected) return true;
      const [, given = ""] = /^Bearer +(\S+)$/i.exec(headers.authorization ?? "") ?? [];
      return timingSafeEqual(digest(given), expected);
    },
  };
}

/** Of one length whatever the text, as comparing in constant time needs it. */
function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

/** An address as it stands in a URL. */
function hostName(host: string): string {
  const plain = host.toLowerCase().replace(/^::ffff:(?=\d+\.)/, "");
  return plain.includes(":") ? `[${plain}]` : plain;
}

/** The name in a `Host` header, without the port. */
function nameIn(header: string): string {
  const [name = ""] = /^(\[[^\]]*\]|[^:]*)(?=(:\d+)?$)/.exec(header) ?? [];
  return name.toLowerCase();
}

const WRONG_HOST: ErrorFacts = {
  status: 421,
  code: "WRONG_HOST",
  message: "This server doesn't go by the name in the Host header; --host makes it listen to another.",
};

const WRONG_METHOD: ErrorFacts = {
  status: 405,
  code: "METHOD_NOT_ALLOWED",
  message: "This server only reads: GET and HEAD are all that it answers.",
  headers: { Allow: "GET, HEAD" },
};

export const NOT_TRUSTED: ErrorFacts = {
  status: 401,
  code: "UNAUTHORIZED",
  message: "This server asks for its token: Authorization: Bearer, and the token that it was started with.",
  headers: { "WWW-Authenticate": 'Bearer realm="genesys-skills"' },
};
