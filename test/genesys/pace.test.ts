import { expect, it } from "vitest";
import { connect } from "../../src/genesys/connect.ts";
import { startSandbox } from "../../src/sandbox/sandbox.ts";
import { createTestClock } from "../http/test-clock.ts";

it("a client that is alone on its limit keeps the pace without meeting a 429", async () => {
  for (const [dialect, limit] of [
    ["cloud", 300],
    ["profiles", 100],
  ] as const) {
    const clock = createTestClock();
    const seed = { skills: [{ id: "s1", name: "Sales" }] };
    const sandbox = await startSandbox({ dialect, seed, clock: () => clock.now() });
    const credentials = { ...sandbox, apiUrl: sandbox.url, loginUrl: sandbox.url };
    const connection = await connect({ credentials, clock });
    const before = clock.now();
    for (let sent = 0; sent < 2 * limit; sent++) await connection.reader.skill("s1");
    expect(sandbox.requests.filter(({ status }) => status === 429)).toEqual([]);
    expect((clock.now() - before) / 60_000).toBeLessThan(2 * 1.05);
    connection.close();
    await sandbox.close();
  }
});

it("clients that share a limit get through all the same", async () => {
  const clock = createTestClock();
  const seed = { skills: [{ id: "s1", name: "Sales" }] };
  const sandbox = await startSandbox({ dialect: "profiles", seed, clock: () => clock.now() });
  const credentials = { ...sandbox, apiUrl: sandbox.url, loginUrl: sandbox.url };
  const connections = await Promise.all([1, 2].map(() => connect({ credentials, clock })));
  for (let sent = 0; sent < 150; sent++) {
    await Promise.all(connections.map(({ reader }) => reader.skill("s1")));
  }
  for (const connection of connections) connection.close();
  await sandbox.close();
});
