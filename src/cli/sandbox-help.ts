/** The help of `sandbox` about seeds and faults. */
import { FAULTS } from "../sandbox/faults.ts";

const VALUES = { trigger: "=N", number: "=NUMBER", flag: "" } as const;

/** The fields of a seed, and the faults grouped by request. */
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
A seed is a JSON object. It refers to users by e-mail, to everything else by name:
  { "skills": [{ "name": "Billing" }],
    "users": [{ "name": "Ann Lee", "email": "ann@example.com", "skills": { "Billing": 3 } }],
    "groups": [{ "name": "Desk", "members": ["ann@example.com"] }] }
Also: organization, divisions, profiles, skillGroups, flows. The schema is
schemas/sandbox-seed.schema.json.

Faults. N means every Nth request, or page N of every list; NxTIMES means at most
so many times; N@TEXT means only if the method and path contain the text, as in
reset=1x2@GET /api/v2/users. The faults by the requests that they affect:
${groups.join("\n")}`;
}
