/** What the two kinds of organisation do differently. */
import type { Dialect } from "../model.ts";

interface DialectRules {
  readonly hasProfiles: boolean;
  /** Page size of lists. `cloud`: the same as the vendor's Terraform provider since 1.84. */
  readonly pageSize: number;
  /** Documented limit. */
  readonly requestsPerMinute: number;
  /** The permission or scope for each kind of request, as an administrator knows it. */
  readonly grants: Readonly<Record<Grant, string>>;
}

/** What a client may be allowed to do. */
export type Grant =
  | "read skills"
  | "create skills"
  | "change skills"
  | "delete skills"
  | "read users"
  | "assign skills"
  | "read profiles"
  | "change profiles"
  | "read groups";

export const DIALECTS: Readonly<Record<Dialect, DialectRules>> = {
  cloud: {
    hasProfiles: false,
    pageSize: 500,
    requestsPerMinute: 300,
    grants: {
      "read skills": "permission routing:skill:view",
      "create skills": "permission routing:skill:create (or routing:skill:manage)",
      "change skills": "permission routing:skill:update",
      "delete skills": "permission routing:skill:delete (or routing:skill:manage)",
      "read users": "permission directory:user:view",
      "assign skills": "permission routing:skill:assign",
      "read profiles": "permission to read routing profiles",
      "change profiles": "permission to change routing profiles",
      "read groups": "permission directory:group:view",
    },
  },
  profiles: {
    hasProfiles: true,
    pageSize: 100,
    requestsPerMinute: 100,
    grants: {
      "read skills": "scope routing:skill:read",
      "create skills": "scope routing:skill:write",
      "change skills": "scope routing:skill:write",
      "delete skills": "scope routing:skill:write",
      "read users": "scope user:read",
      "assign skills": "scope routing:user:write",
      "read profiles": "scope routing:profile:read",
      "change profiles": "scope routing:profile:write",
      "read groups": "scope user:read",
    },
  },
};
