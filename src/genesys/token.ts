/** The access token: requested once, shared by all callers, and renewed before it expires. */
import type { Clock } from "../http/clock.ts";
import { readFields, readOptionalNumber, readOptionalText, readText } from "./decode.ts";

export interface Token {
  readonly value: string;
  readonly lifetimeSeconds: number;
  /** Only if the server names scopes; Genesys Cloud's client credentials have roles instead. */
  readonly scopes?: readonly string[];
}

/** The assumed lifetime in seconds if the answer doesn't say; a 401 corrects it. */
const DEFAULT_LIFETIME = 3600;

interface TokenSource {
  get(): Promise<Token>;
  /** Makes the next `get` request another token, unless that has happened already. */
  forget(value: string): void;
}

/** Creates a source; `fetch` requests a token from the server. */
export function createTokenSource(fetch: () => Promise<Token>, clock: Clock): TokenSource {
  let current: { token: Token; refreshAt: number } | undefined;
  let asking: Promise<Token> | undefined;

  async function ask(): Promise<Token> {
    try {
      const token = await fetch();
      current = { token, refreshAt: clock.now() + usefulSeconds(token.lifetimeSeconds) * 1000 };
      return token;
    } finally {
      asking = undefined;
    }
  }

  return {
    async get() {
      if (current && clock.now() < current.refreshAt) return current.token;
      asking ??= ask();
      return asking;
    },
    forget(value) {
      if (current?.token.value === value) current = undefined;
    },
  };
}

/** Reads the token endpoint's answer. */
export function decodeToken(body: unknown): Token {
  const fields = readFields(body);
  const scope = readOptionalText(fields, "scope");
  return {
    value: readText(fields, "access_token"),
    lifetimeSeconds: readOptionalNumber(fields, "expires_in") ?? DEFAULT_LIFETIME,
    ...(scope === undefined ? {} : { scopes: scope.split(/\s+/).filter((word) => word !== "") }),
  };
}

/** How many seconds a token is used. Its last tenth, at most five minutes, is reserved for requests in flight. */
function usefulSeconds(lifetime: number): number {
  return lifetime - Math.min(300, lifetime / 10);
}
