import { expect, test } from "vitest";
import { readGranted } from "../../src/doctor/permissions.ts";
import { systemClock } from "../../src/http/clock.ts";
import { readOnly } from "../../src/genesys/reader.ts";
import { createTransport } from "../../src/genesys/transport.ts";
import { SECRET } from "../support/organisation.ts";
import { serve } from "./clinic.ts";

/** What is known of a client whose grants a server tells so. */
async function heldOf(status: number, body: unknown) {
  const url = await serve(({ url: path }, answer) => {
    const isToken = path === "/oauth/token";
    answer.writeHead(isToken ? 200 : status);
    answer.end(JSON.stringify(isToken ? { access_token: "some-token", expires_in: 60 } : body));
  });
  const transport = createTransport({
    ...{ credentials: { clientId: "id", clientSecret: SECRET, apiUrl: url, loginUrl: url } },
    ...{ requestsPerMinute: 1000, clock: systemClock, deadlineSeconds: 5 },
    ...{ onWait: () => undefined, remember: () => undefined },
  });
  return readGranted(readOnly(transport), "cloud", undefined);
}

const policy = (domain: string, entityName: string, ...actions: string[]) => ({
  domain,
  entityName,
  actions,
});
const role = (name: string, ...policies: unknown[]) => ({ role: { name, policies } });

test("Roles that tell all of their policies say what is held, with stars for all", async () => {
  const grants = [
    role("A", policy("routing", "skill", "view", "assign")),
    role("B", policy("directory", "*", "*")),
  ];
  const held = await heldOf(200, { grants });
  if (held.kind === "unknown") throw new Error("It is known.");
  const asked = ["routing:skill:assign", "directory:user:view", "routing:skill:create", "routing:queue:view"];
  expect(asked.map(held.holds)).toEqual([true, true, false, false]);
});

test.each([
  [
    "a role keeps its policies to itself",
    200,
    { grants: [role("A", policy("routing", "*", "*")), { role: { name: "B" } }] },
  ],
  ["a role has none", 200, { grants: [role("A")] }],
  ["there are no grants", 200, { grants: [] }],
  [
    "a policy holds under a condition",
    200,
    { grants: [role("A", { ...policy("routing", "*", "*"), condition: { x: 1 } })] },
  ],
  ["the answer is of another shape", 200, { roles: [] }],
  ["the server doesn't say", 404, {}],
  ["the client may not ask", 403, { message: "no" }],
])("If %s, nothing is reported", async (_, status, body) => {
  expect((await heldOf(status, body)).kind).toBe("unknown");
});
