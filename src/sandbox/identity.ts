/** The client's own token and organisation, its grants, the divisions, and the products. */
import type { SandboxClient } from "./access.ts";
import type { Json, SandboxRoute } from "./api.ts";
import { matchQuery, route } from "./api.ts";
import type { Data, DivisionRecord } from "./data.ts";
import { byId, idOf } from "./data.ts";
import { pageOf, SMALL_PAGES, wholePage } from "./pages.ts";

const PRODUCTS = ["purecloud1", "purecloud2", "purecloud3"];
const ROLE_ID = idOf("role", "sandbox");
/** The permissions of a client without a list of permissions: one wildcard for each domain. */
const ALL_PERMISSIONS = ["routing:*:*", "directory:*:*", "architect:*:*", "authorization:*:*"];

export const IDENTITY_ROUTES: readonly SandboxRoute[] = [
  route("GET /tokens/me", {}, ({ client }, data) => {
    const { id, name } = data.organization;
    const organization = { id, name };
    const scope = client.scopes ?? [];
    const roleDivisions = grantedDivisions(data, client).map((one) => ({
      roleId: ROLE_ID,
      divisionId: one.id,
    }));
    const about = { id: client.id, name: nameOf(client), authorizedGrantType: "CLIENT_CREDENTIALS" };
    const OAuthClient = { ...about, scope, roleDivisions, state: "active", organization };
    return { organization, homeOrganization: organization, authorizedScope: scope, OAuthClient };
  }),
  route("GET /organizations/me", {}, (_, data) => {
    const { country: defaultCountryCode, language: defaultLanguage, ...named } = data.organization;
    const fixed = { domain: "sandbox", version: 1, state: "active", selfUri: "/api/v2/organizations/me" };
    return { ...named, defaultCountryCode, defaultLanguage, ...fixed };
  }),
  route("GET /authorization/divisions", {}, (call, data) =>
    pageOf(call, matchQuery(call, data.divisions), wireDivision, SMALL_PAGES),
  ),
  route("GET /authorization/products", {}, () => wholePage(PRODUCTS.map((id) => ({ id })))),
  route("GET /authorization/subjects/me", {}, ({ client }, data) => {
    const policies = (client.permissions ?? ALL_PERMISSIONS).map((permission) => {
      const [domain, entityName, action] = permission.split(":");
      return { domain, entityName, actions: [action] };
    });
    const role = { id: ROLE_ID, name: "Sandbox role", policies };
    const divisions = grantedDivisions(data, client);
    const grants = divisions.map((division) => ({ subjectId: client.id, division, role }));
    return { id: client.id, name: nameOf(client), grants, selfUri: "/api/v2/authorization/subjects/me" };
  }),
];

/** The divisions of the client's role; `*` means all. */
function grantedDivisions(data: Data, { divisions }: SandboxClient): readonly Json[] {
  if (!divisions) return [{ id: "*", name: "*", selfUri: `${BASE}/*` }];
  return data.divisions.filter(({ name }) => divisions.includes(name)).map(({ id }) => divisionOf(data, id));
}

function nameOf(client: SandboxClient): string {
  return client.name ?? "Sandbox client";
}

const BASE = "/api/v2/authorization/divisions";

/** A division in the form of a reference. */
export function divisionOf(data: Data, id: string): Json {
  return { id, name: byId(data.divisions).get(id)?.name, selfUri: `${BASE}/${id}` };
}

/** The home division in the form of a reference. */
export function homeDivision(data: Data): Json {
  return divisionOf(data, data.divisions.find(({ home }) => home)?.id ?? "");
}

function wireDivision({ id, name, home }: DivisionRecord): Json {
  return { id, name, description: "", homeDivision: home, selfUri: `${BASE}/${id}` };
}
