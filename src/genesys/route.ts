/** Paths of the API, with every id made safe to put in one. */

export interface Route {
  /** What is sent, like `/api/v2/routing/skills/2d…`. */
  readonly path: string;
  /** What is shown, like `/api/v2/routing/skills/{id}`. */
  readonly template: string;
}

/** Query parameters; a list is sent as the same parameter many times. */
export type Query = Readonly<Record<string, string | number | readonly string[]>>;

/** A path under `/api/v2`: route`/users/${id}/routingskills`. Throws where an id would change the path. */
export function route(parts: TemplateStringsArray, ...ids: string[]): Route {
  return {
    path: `/api/v2${String.raw({ raw: parts }, ...ids.map(encode))}`,
    template: `/api/v2${parts.join("{id}")}`,
  };
}

export const USER_SEARCH: Route = route`/users/search`;

function encode(id: string): string {
  // "." and ".." survive encodeURIComponent, and a URL resolves them: "DELETE /skills/.." would be another path.
  if (id === "" || id === "." || id === "..") throw new Error(`"${id}" is no id.`);
  return encodeURIComponent(id);
}
