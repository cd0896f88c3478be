/** Who asks, and in which organisation: /tokens/me, /organizations/me, /authorization. */
import { Hono } from "hono";
import type { Env, Shared } from "./context.ts";
import type { Data } from "./data.ts";
import { idOf } from "./data.ts";
import { pageOf } from "./pages.ts";
import type { SandboxClient } from "./tokens.ts";
import { byName } from "./view.ts";
import { wireDivision } from "./wire.ts";

const DIVISION_PAGE_MAX = 100;
const ROLE_ID = idOf("role", "sandbox");
/** What a client that has no list of permissions holds: one wildcard for each domain. */
const ALL_PERMISSIONS = ["routing:*:*", "directory:*:*", "architect:*:*", "authorization:*:*"];

/** The token's own client and organisation, its grants, and the divisions. */
export function identityRoutes(shared: Shared): Hono<Env> {
  const { store } = shared;
  const routes = new Hono<Env>();

  routes.get("/tokens/me", (c) => {
    const data = store.data;
    const { client } = c.var;
    return c.json({
      organization: data.organization,
      homeOrganization: data.organization,
      authorizedScope: client.scopes ?? [],
      OAuthClient: {
        id: client.id,
        name: clientName(client),
        authorizedGrantType: "CLIENT_CREDENTIALS",
        scope: client.scopes ?? [],
        roleDivisions: grantedDivisions(data, client).map(({ id }) => ({ roleId: ROLE_ID, divisionId: id })),
        state: "active",
        organization: data.organization,
      },
    });
  });

  routes.get("/organizations/me", (c) =>
    c.json({
      ...store.data.organization,
      domain: "sandbox",
      version: 1,
      state: "active",
      selfUri: "/api/v2/organizations/me",
    }),
  );

  routes.get("/authorization/divisions", (c) => {
    const found = [...store.read().divisions].sort(byName);
    return c.json(pageOf(c, shared, found.map(wireDivision), { max: DIVISION_PAGE_MAX }));
  });

  routes.get("/authorization/subjects/me", (c) => {
    const { client } = c.var;
    return c.json({
      id: client.id,
      name: clientName(client),
      grants: grantedDivisions(store.data, client).map((division) => ({
        subjectId: client.id,
        division: { ...division, selfUri: `/api/v2/authorization/divisions/${division.id}` },
        role: {
          id: ROLE_ID,
          name: "Sandbox role",
          policies: policies(client.permissions ?? ALL_PERMISSIONS),
        },
      })),
      selfUri: "/api/v2/authorization/subjects/me",
    });
  });

  return routes;
}

/** The divisions that the client's role is granted in; `*` stands for all. */
function grantedDivisions(data: Data, { divisions }: SandboxClient): { id: string; name: string }[] {
  if (!divisions) return [{ id: "*", name: "*" }];
  return data.divisions.filter(({ name }) => divisions.includes(name)).map(({ id, name }) => ({ id, name }));
}

/** `routing:skill:view` as `{domain: "routing", entityName: "skill", actions: ["view"]}`. */
function policies(permissions: readonly string[]) {
  return permissions.map((permission) => {
    const [domain, entityName, action] = permission.split(":");
    return { domain, entityName, actions: [action] };
  });
}

function clientName(client: SandboxClient): string {
  return client.name ?? "Sandbox client";
}
