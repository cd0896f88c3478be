/** Checks the client's permissions: reads are tried; write permissions are looked up if the server shows them. */
import { decode } from "../genesys/answer.ts";
import type { Fields } from "../genesys/decode.ts";
import {
  readFields,
  readList,
  readOptionalFields,
  readOptionalList,
  readOptionalText,
} from "../genesys/decode.ts";
import type { Grant } from "../genesys/dialect.ts";
import { DIALECTS } from "../genesys/dialect.ts";
import { toFailure } from "../genesys/explain.ts";
import type { ReadTransport } from "../genesys/reader.ts";
import { route, USER_SEARCH } from "../genesys/route.ts";
import type { ReadRequest } from "../genesys/transport.ts";
import { ApiError } from "../http/error.ts";
import type { Dialect } from "../model.ts";
import type { Problem } from "../problem.ts";
import { printable } from "../text.ts";
import type { Check, Facts, CheckResult } from "./check.ts";
import { check, firstProblem, ok, warning, wrong } from "./check.ts";

/** The facts that a token needs. The first missing one is the reason why later checks are skipped. */
export const LOGIN = ["suffix", "hosts", "login", "credentials"] as const;
/** The facts that a request to the organisation needs. */
export const TOKEN = [...LOGIN, "token", "reading", "api"] as const;
export const LOGGED_IN = [...TOKEN, "identity"] as const;

/** Explains an error, always with a remedy. */
export function explainApiError(error: ApiError, facts: Facts): Problem {
  const { dialect, hosts, options } = facts;
  const credentials = facts.credentials ?? {
    clientId: "",
    clientSecret: "",
    apiUrl: "",
    loginUrl: "",
    ...hosts,
  };
  const problem = firstProblem(toFailure(error, { credentials, dialect: () => dialect, env: options.env }));
  const id = error.correlationId === undefined ? "" : " and name the correlation id";
  const hint =
    error.kind === "rate-limited"
      ? "Wait a minute and try again; another program may use the same OAuth client."
      : `Try again later. If it persists, ask Genesys's support${id}.`;
  return { hint, ...problem };
}

// ── Reading and writing ──────────────────────────────────────────────────────────────────────────────

/** The client's permissions: a test for a permission or scope, or the names of its roles if they are unknown. */
type GrantedPermissions =
  | { readonly kind: "known"; readonly holds: (permission: string) => boolean }
  | { readonly kind: "unknown"; readonly roles: readonly string[] };

export type Permissions = Extract<GrantedPermissions, { readonly kind: "known" }>;

const READING = { check: "reading", title: "Read permissions" };
const WRITING = { check: "writing", title: "Write permissions" };

interface Trial {
  readonly check: string;
  readonly title: string;
  readonly request: ReadRequest;
  /** What doesn't work without it; absent if a plan needs it. */
  readonly without?: string;
  /** Whether it applies to the organisation. Default: yes. */
  readonly isFor?: (dialect: Dialect) => boolean;
  /** Whether a plan needs it although `without` is given. */
  readonly isNeeded?: (facts: Facts) => boolean;
}

const ONE = { pageSize: 1 };
/** A reserved domain, so that the search finds nobody. */
const UNKNOWN_EMAIL = "nobody@genesys-skills.invalid";
const DELETES = "Skills can't be deleted or replaced (IN_USE); everything else works.";

const get = (path: ReturnType<typeof route>, query = {}): ReadRequest => ({
  method: "GET",
  route: path,
  query,
});

const SEARCH: ReadRequest = {
  method: "POST",
  route: USER_SEARCH,
  body: { ...ONE, pageNumber: 1, query: [{ type: "EXACT", fields: ["email"], values: [UNKNOWN_EMAIL] }] },
  idempotent: true,
};

const TRIALS: readonly Trial[] = [
  { check: "read-skills", title: "Read skills", request: get(route`/routing/skills`, ONE) },
  { check: "read-users", title: "Read users", request: get(route`/users`, { ...ONE, expand: ["skills"] }) },
  { check: "search-users", title: "Search users", request: SEARCH },
  {
    check: "read-groups",
    title: "Read groups",
    request: get(route`/groups`, ONE),
    without: "It is needed if the YAML names a group.",
    isNeeded: ({ desired }) => (desired?.groups.length ?? 0) > 0,
  },
  {
    check: "read-profiles",
    title: "Read profiles",
    request: get(route`/routing/profiles`, ONE),
    isFor: (dialect) => DIALECTS[dialect].hasProfiles,
  },
  {
    check: "read-flows",
    title: "Read flows",
    request: get(route`/architect/dependencytracking/build`),
    without: DELETES,
  },
  {
    check: "read-skill-groups",
    title: "Read skill groups",
    request: get(route`/routing/skillgroups`, ONE),
    without: DELETES,
  },
];

const WRITES: readonly (readonly [check: string, title: string, grant: Grant, isForProfiles?: "profiles"])[] =
  [
    ["create-skills", "Create skills", "create skills"],
    ["change-skills", "Change skills", "change skills", "profiles"],
    ["delete-skills", "Delete skills", "delete skills"],
    ["assign-skills", "Assign skills", "assign skills"],
    ["change-profiles", "Change profiles", "change profiles", "profiles"],
  ];

/** Every reading request that a plan sends, then every kind of write. */
export const PERMISSION_CHECKS: readonly Check[] = [
  // Reports nothing: finds the permissions for the checks below.
  check("permissions", "", [...LOGGED_IN, "dialect"], findPermissions, READING),
  ...TRIALS.map((trial) =>
    check(
      ...([trial.check, trial.title, [...LOGGED_IN, "dialect"]] as const),
      (facts) =>
        trial.isFor?.(facts.dialect) === false ? null : probePermission(trial, facts.reading, facts),
      READING,
    ),
  ),
  ...WRITES.map(([name, title, grant, isForProfiles]) =>
    check(
      ...([name, title, [...LOGGED_IN, "dialect", "permissions"]] as const),
      ({ dialect, permissions }) => {
        const { grants, hasProfiles } = DIALECTS[dialect];
        return isForProfiles && !hasProfiles ? null : checkWrite(grants[grant], permissions);
      },
      WRITING,
    ),
  ),
];

async function findPermissions(
  facts: Facts & Required<Pick<Facts, "reading" | "dialect" | "token">>,
): Promise<null> {
  const held = await readGranted(facts.reading, facts.dialect, facts.token.scopes);
  if (held.kind === "known") facts.permissions = held;
  else {
    const why = `it can only be tested by writing${rolesWords(held.roles)}`;
    facts.reasons.set("permissions", { why, hint: needs(facts.dialect) });
  }
  return null;
}

async function probePermission(
  { check: name, request, without, isNeeded }: Trial,
  reading: ReadTransport,
  facts: Facts,
): Promise<CheckResult> {
  try {
    await reading.send(request);
    return name === "read-skills" ? checkSkills(facts) : ok("Yes.");
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const problem = explainApiError(error, facts);
    if (without === undefined || isNeeded?.(facts) === true) return wrong(problem);
    return warning({ ...problem, message: `${problem.message} ${without}` });
  }
}

const VIEW = "routing:skill:view";

/** Any client may list skills, but Genesys leaves out those of divisions where the permission is missing. */
function checkSkills({ dialect, permissions }: Facts): CheckResult {
  if (dialect !== "cloud" || !permissions || permissions.holds(VIEW)) return ok("Yes.");
  return warning({
    code: "FORBIDDEN",
    message: `It may list skills, but lacks ${VIEW}: skills that belong to a division stay hidden.`,
    hint: `Add the permission ${VIEW} to a role of the OAuth client.`,
  });
}

/** `permission a:b:c (or a:b:d)` is either of the two. */
function checkWrite(words: string, { holds }: Permissions): CheckResult {
  if ([...words.matchAll(/\w+:\w+:\w+/g)].some(([permission]) => holds(permission))) return ok("Yes.");
  return warning({
    code: "FORBIDDEN",
    message: `The client lacks the ${words}.`,
    hint: "That is fine for a client that only plans. To apply, add it to the OAuth client.",
  });
}

function needs(dialect: Dialect): string {
  const { grants, hasProfiles } = DIALECTS[dialect];
  const writes = WRITES.filter(([, , , isForProfiles]) => !isForProfiles || hasProfiles);
  const needed = [...new Set(writes.map(([, , grant]) => grants[grant]))].join(", ");
  return `To plan, nothing more is needed. To apply, the OAuth client needs: ${needed}.`;
}

function rolesWords(roles: readonly string[]): string {
  if (roles.length === 0) return ", and the server doesn't show the client's permissions";
  const names = roles.slice(0, 5).map((role) => `"${printable(role)}"`);
  return `, and the server doesn't show the permissions of the client's roles (${names.join(", ")})`;
}

// ── The client's permissions ────────────────────────────────────────────────────────────────────────────

const UNKNOWN: GrantedPermissions = { kind: "unknown", roles: [] };

/**
 * With `profiles` the token's scopes; with `cloud` the policies of the client's roles, which some clients may not read
 * and some answers lack (undocumented). Never throws for an error of the server.
 */
export async function readGranted(
  transport: ReadTransport,
  dialect: Dialect,
  scopes: readonly string[] | undefined,
): Promise<GrantedPermissions> {
  if (dialect !== "cloud")
    return scopes ? { kind: "known", holds: (scope) => scopes.includes(scope) } : UNKNOWN;
  try {
    const answer = await transport.send({ method: "GET", route: route`/authorization/subjects/me` });
    return grantedBy(decode(answer, (body) => readList(readFields(body), "grants", readRole)));
  } catch (error) {
    if (error instanceof ApiError) return UNKNOWN;
    throw error;
  }
}

interface Role {
  readonly name: string;
  /** `routing`, `skill` and `view`; `*` means all. Undefined if unknown or conditional. */
  readonly policies: readonly (readonly string[])[] | undefined;
}

function grantedBy(roles: readonly Role[]): GrantedPermissions {
  const policies = roles.flatMap((role) => role.policies ?? []);
  const names = [...new Set(roles.map(({ name }) => name).filter((name) => name !== ""))];
  if (roles.length === 0 || roles.some((role) => role.policies === undefined))
    return { kind: "unknown", roles: names };
  const holds = (permission: string): boolean => {
    const wanted = permission.split(":");
    return policies.some((policy) => policy.every((part, index) => part === "*" || part === wanted[index]));
  };
  return { kind: "known", holds };
}

function readRole(grant: Fields): Role {
  const role = readOptionalFields(grant, "role");
  const policies = (role && readOptionalList(role, "policies", readPolicy)) ?? [];
  const isKnown = policies.length > 0 && !policies.includes(null);
  const plain = isKnown ? policies.flatMap((policy) => policy ?? []) : undefined;
  return { name: (role && readOptionalText(role, "name")) ?? "", policies: plain };
}

/** Null if the policy has a condition, which can't be evaluated here. */
function readPolicy(from: Fields): string[][] | null {
  if (readOptionalFields(from, "condition") !== undefined) return null;
  const actions: readonly unknown[] = Array.isArray(from.values["actions"]) ? from.values["actions"] : [];
  const subject = ["domain", "entityName"].map((field) => readOptionalText(from, field) ?? "");
  return actions.filter((action) => typeof action === "string").map((action) => [...subject, action]);
}
