/** What the client holds, as far as the server tells it: by the roles of its client, or by the scopes of its token. */
import type { Fields } from "../genesys/decode.ts";
import {
  readFields,
  readList,
  readOptionalFields,
  readOptionalList,
  readOptionalText,
} from "../genesys/decode.ts";
import { decode } from "../genesys/answer.ts";
import { ApiError } from "../http/error.ts";
import type { ReadTransport } from "../genesys/reader.ts";
import { route } from "../genesys/route.ts";
import type { Dialect } from "../model.ts";

/** Permissions or scopes; unknown where the server doesn't list them all. */
export type Held =
  | { readonly kind: "known"; readonly holds: (permission: string) => boolean }
  | { readonly kind: "unknown"; readonly roles: readonly string[] };

const UNKNOWN: Held = { kind: "unknown", roles: [] };

/** With `profiles` the token's scopes; with `cloud` the policies of the client's roles. Never throws for what a server answers. */
export async function readHeld(
  transport: ReadTransport,
  dialect: Dialect,
  scopes: readonly string[] | undefined,
): Promise<Held> {
  if (dialect === "cloud") return readRoles(transport);
  return scopes ? { kind: "known", holds: (scope) => scopes.includes(scope) } : UNKNOWN;
}

/** Not every client may ask this, and not every answer says what the roles hold: neither is documented. */
async function readRoles(transport: ReadTransport): Promise<Held> {
  try {
    const answer = await transport.send({ method: "GET", route: route`/authorization/subjects/me` });
    return heldBy(decode(answer, (body) => readList(readFields(body), "grants", readRole)));
  } catch (error) {
    if (error instanceof ApiError) return UNKNOWN;
    throw error;
  }
}

interface Role {
  readonly name: string;
  /** Undefined where the answer doesn't say, or says it with conditions. */
  readonly policies: readonly Policy[] | undefined;
}

/** `routing:skill:view, add` with the actions as a list; `*` stands for all. */
interface Policy {
  readonly domain: string;
  readonly entity: string;
  readonly actions: readonly string[];
}

function heldBy(roles: readonly Role[]): Held {
  const policies = roles.flatMap((role) => role.policies ?? []);
  const isWhole = roles.length > 0 && roles.every((role) => role.policies !== undefined);
  const names = [...new Set(roles.map(({ name }) => name).filter((name) => name !== ""))];
  if (!isWhole) return { kind: "unknown", roles: names };
  return { kind: "known", holds: (permission) => policies.some((policy) => covers(policy, permission)) };
}

function covers({ domain, entity, actions }: Policy, permission: string): boolean {
  const [wantedDomain, wantedEntity, wantedAction = ""] = permission.split(":");
  const isFor = (given: string, wanted: string | undefined): boolean => given === "*" || given === wanted;
  return (
    isFor(domain, wantedDomain) &&
    isFor(entity, wantedEntity) &&
    actions.some((action) => isFor(action, wantedAction))
  );
}

function readRole(grant: Fields): Role {
  const role = readOptionalFields(grant, "role");
  const policies = (role && readOptionalList(role, "policies", readPolicy)) ?? [];
  const plain = policies.filter((policy) => policy !== null);
  const isTold = plain.length > 0 && plain.length === policies.length;
  return { name: (role && readOptionalText(role, "name")) ?? "", policies: isTold ? plain : undefined };
}

/** Null where it holds under a condition, which nobody can judge from here. */
function readPolicy(from: Fields): Policy | null {
  if (readOptionalFields(from, "condition") !== undefined) return null;
  const actions = Array.isArray(from.values["actions"]) ? from.values["actions"] : [];
  return {
    domain: readOptionalText(from, "domain") ?? "",
    entity: readOptionalText(from, "entityName") ?? "",
    actions: actions.filter((action) => typeof action === "string"),
  };
}
