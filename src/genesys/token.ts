/** The access token: asked for once, shared by all who wait for it, and asked for again before it ends. */
import type { Clock } from "../http/clock.ts";
import { readFields, readOptionalNumber, readOptionalText, readText } from "./decode.ts";

export interface Token {
  readonly value: string;
  readonly lifetimeSeconds: number;
  /** Only where the server names scopes; Genesys Cloud's client credentials have roles in their place. */
  readonly scopes?: readonly string[];
}

/** Seconds that a token is taken to live where the answer doesn't say; a 401 corrects it. */
const DEFAULT_LIFETIME = 3600;

export interface TokenSource {
  get(): Promise<Token>;
  /** Has the next `get` ask for another token, unless somebody has asked already. */
  forget(value: string): void;
}

/** A source over `fetch`, which asks the server for a token. */
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

/** How long a token is used: its last tenth, at most five minutes, is left to requests on their way. */
function usefulSeconds(lifetime: number): number {
  return lifetime - Math.min(300, lifetime / 10);
}
