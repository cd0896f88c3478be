/** What `sandbox --help` says of seeds and faults. */
import { FAULTS } from "../sandbox/faults.ts";

const VALUES = { trigger: "=N", number: "=NUMBER", flag: "" } as const;

/** The fields of a seed, and the faults by the requests that they concern. */
export function sandboxHelp(): string {
  const faults = Object.entries(FAULTS).map(([name, { kind, requests, does }]) => ({
    requests,
    line: `    ${`${name}${VALUES[kind]}`.padEnd(30)}${does}`,
  }));
  const groups = [...new Set(faults.map(({ requests }) => requests))].flatMap((group) => [
    `  ${group}`,
    ...faults.filter(({ requests }) => requests === group).map(({ line }) => line),
  ]);
  return `
A seed is a JSON object. Things refer to each other by name, users by e-mail:
  { "skills": [{ "name": "Billing" }],
    "users": [{ "name": "Ann Lee", "email": "ann@example.com", "skills": { "Billing": 3 } }],
    "groups": [{ "name": "Desk", "members": ["ann@example.com"] }] }
Also: organization, divisions, profiles, skillGroups, flows. The schema is
schemas/sandbox-seed.schema.json.

Faults. N strikes at every Nth request, or at page N of every list; NxTIMES so
many times at most; N@TEXT only where the method and path contain the text, as
in reset=1x2@GET /api/v2/users. They are, by the requests that they concern:
${groups.join("\n")}`;
}
