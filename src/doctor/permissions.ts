/** What the client may do: reading is tried, writing can't be without writing and is looked up where the server tells it. */
import type { DialectRules, Grant } from "../genesys/dialect.ts";
import { DIALECTS } from "../genesys/dialect.ts";
import { ApiError } from "../http/error.ts";
import type { ReadTransport } from "../genesys/reader.ts";
import { route, USER_SEARCH } from "../genesys/route.ts";
import type { ReadRequest } from "../genesys/transport.ts";
import type { Dialect } from "../model.ts";
import type { Problem } from "../problem.ts";
import { printable } from "../text.ts";
import type { CheckName, Finding } from "./finding.ts";
import { ok, unchecked, warning, wrong } from "./finding.ts";
import type { Held } from "./held.ts";

export interface PermissionsQuestion {
  /** Throws ApiError. */
  readonly transport: ReadTransport;
  readonly dialect: Dialect;
  readonly held: Held;
  /** Whether the YAML names groups. */
  readonly needsGroups: boolean;
  /** An error in words. */
  readonly explain: (error: ApiError) => Problem;
}

export async function examinePermissions(question: PermissionsQuestion): Promise<Finding[]> {
  const { dialect, held } = question;
  const findings: Finding[] = [];
  for (const trial of trialsFor(question)) findings.push(await tryOut(trial, question));
  return [...findings, ...examineWriting(DIALECTS[dialect], held)];
}

// ── Reading ──────────────────────────────────────────────────────────────────────────────────────────

interface Trial {
  readonly check: CheckName;
  readonly request: ReadRequest;
  /** Without it no plan can be made; else `without` says what is then lacking. */
  readonly isNeeded: boolean;
  readonly without: string;
}

const ONE = { pageSize: 1 };
/** Reserved for what must not exist, so that the search finds nobody. */
const NOBODY = "nobody@genesys-skills.invalid";

function trialsFor({ dialect, needsGroups }: PermissionsQuestion): Trial[] {
  const need = { isNeeded: true, without: "No plan can be made." };
  const forDeletes = {
    isNeeded: false,
    without: "Skills can't be deleted or replaced (IN_USE); all else works.",
  };
  const get = (path: ReturnType<typeof route>, query = {}): ReadRequest => ({
    method: "GET",
    route: path,
    query,
  });
  return [
    { check: "read-skills", request: get(route`/routing/skills`, ONE), ...need },
    { check: "read-users", request: get(route`/users`, { ...ONE, expand: ["skills"] }), ...need },
    { check: "search-users", request: SEARCH, ...need },
    {
      check: "read-groups",
      request: get(route`/groups`, ONE),
      isNeeded: needsGroups,
      without: "It is needed once the YAML names a group.",
    },
    ...(DIALECTS[dialect].hasProfiles
      ? [{ check: "read-profiles" as const, request: get(route`/routing/profiles`, ONE), ...need }]
      : []),
    { check: "read-flows", request: get(route`/architect/dependencytracking/build`), ...forDeletes },
    { check: "read-skill-groups", request: get(route`/routing/skillgroups`, ONE), ...forDeletes },
  ];
}

const SEARCH: ReadRequest = {
  method: "POST",
  route: USER_SEARCH,
  body: { ...ONE, pageNumber: 1, query: [{ type: "EXACT", fields: ["email"], values: [NOBODY] }] },
  idempotent: true,
};

async function tryOut(
  { check, request, isNeeded, without }: Trial,
  { transport, dialect, held, explain }: PermissionsQuestion,
): Promise<Finding> {
  try {
    await transport.send(request);
    return check === "read-skills" ? judgeSkills(dialect, held) : ok(check, "Yes.");
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const problem = explain(error);
    if (isNeeded) return wrong(check, problem);
    return warning(check, { ...problem, message: `${problem.message} ${without}` });
  }
}

const VIEW = "routing:skill:view";

/** Genesys lets everybody list skills, and leaves out those of divisions where the permission is missing. */
function judgeSkills(dialect: Dialect, held: Held): Finding {
  if (dialect !== "cloud" || held.kind === "unknown" || held.holds(VIEW)) return ok("read-skills", "Yes.");
  return warning("read-skills", {
    code: "FORBIDDEN",
    message: `It may list skills, but lacks ${VIEW}: skills that belong to a division stay hidden.`,
    hint: `Add the permission ${VIEW} to a role of the OAuth client.`,
  });
}

// ── Writing ──────────────────────────────────────────────────────────────────────────────────────────

const WRITES: readonly (readonly [CheckName, Grant, "cloud" | "profiles" | "both"])[] = [
  ["create-skills", "create skills", "both"],
  ["change-skills", "change skills", "profiles"],
  ["delete-skills", "delete skills", "both"],
  ["assign-skills", "assign skills", "both"],
  ["change-profiles", "change profiles", "profiles"],
];

function examineWriting({ grants, hasProfiles }: DialectRules, held: Held): Finding[] {
  const writes = WRITES.filter(([, , where]) => where !== "profiles" || hasProfiles);
  if (held.kind === "unknown") {
    const needed = [...new Set(writes.map(([, grant]) => grants[grant]))].join(", ");
    return [unchecked("writing", `only writing would show it${rolesWords(held.roles)}`, needs(needed))];
  }
  return writes.map(([check, grant]) => {
    const words = grants[grant];
    if (anyOf(words).some((permission) => held.holds(permission))) return ok(check, "Yes.");
    return warning(check, {
      code: "FORBIDDEN",
      message: `The client lacks the ${words}.`,
      hint: "That is right for a client that only plans. To apply, add it to the OAuth client.",
    });
  });
}

function needs(needed: string): string {
  return `To plan, nothing more is needed. To apply, the OAuth client needs: ${needed}.`;
}

function rolesWords(roles: readonly string[]): string {
  if (roles.length === 0) return ", and the server doesn't say what the client holds";
  const names = roles.slice(0, 5).map((role) => `"${printable(role)}"`);
  return `, and the server doesn't say what the client's roles hold (${names.join(", ")})`;
}

/** `permission a:b:c (or a:b:d)` is either of the two. */
function anyOf(words: string): string[] {
  return [...words.matchAll(/\w+:\w+:\w+/g)].map(([permission]) => permission);
}
