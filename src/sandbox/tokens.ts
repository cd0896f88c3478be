/** The clients that may log in, and the tokens that they hold. */
import { randomBytes } from "node:crypto";
import { idOf } from "./data.ts";
import { badCredentials } from "./errors.ts";

/** An OAuth client of the client credentials grant. */
export interface SandboxClient {
  readonly id: string;
  readonly secret: string;
  /** Default: "Sandbox client". */
  readonly name?: string;
  /** Permissions such as `routing:skill:assign`. Default: all. */
  readonly permissions?: readonly string[];
  /** Names of the divisions that its roles are granted in. Default: all. */
  readonly divisions?: readonly string[];
  /** Only with `profiles`. Default: none are asked for. */
  readonly scopes?: readonly string[];
}

/** The client of a sandbox that was given none. */
export const DEFAULT_CLIENT: SandboxClient = { id: idOf("client", "sandbox"), secret: "sandbox-secret" };

interface Grant {
  readonly client: SandboxClient;
  readonly expires: number;
  uses: number;
}

/** Issues tokens and knows them again. */
export class Tokens {
  readonly #grants = new Map<string, Grant>();
  readonly #clock: () => number;
  readonly seconds: number;

  /** Tokens live for so many `seconds`. */
  constructor(seconds: number, clock: () => number) {
    this.seconds = seconds;
    this.#clock = clock;
  }

  /** A new token for this client. */
  issue(client: SandboxClient): string {
    const token = randomBytes(24).toString("base64url");
    this.#grants.set(token, { client, expires: this.#clock() + this.seconds * 1000, uses: 0 });
    return token;
  }

  /** The client that holds this token; 401 where none does, or not any more, or after `maxUses` requests. */
  use(token: string | undefined, maxUses: number): SandboxClient {
    const grant = this.#grants.get(token ?? "");
    if (!grant || this.#clock() >= grant.expires || grant.uses >= maxUses) throw badCredentials();
    grant.uses += 1;
    return grant.client;
  }

  /** Makes every token invalid, as a revocation does. */
  revokeAll(): void {
    this.#grants.clear();
  }
}
