/** API paths with encoded ids. */
import type { Route } from "../http/request.ts";

/** A path under `/api/v2`: route`/users/${id}/routingskills`. Throws if an id would change the path. */
export function route(parts: TemplateStringsArray, ...ids: string[]): Route {
  return {
    path: `/api/v2${String.raw({ raw: parts }, ...ids.map(encode))}`,
    template: `/api/v2${parts.join("{id}")}`,
  };
}

export const TOKEN_ROUTE: Route = { path: "/oauth/token", template: "/oauth/token" };

export const USER_SEARCH: Route = route`/users/search`;

function encode(id: string): string {
  // "." and ".." survive encodeURIComponent, and a URL resolves them: "DELETE /skills/.." would be another path.
  if (id === "" || id === "." || id === "..") throw new Error(`"${id}" is not an id.`);
  return encodeURIComponent(id);
}
