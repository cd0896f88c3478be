import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { expect, test } from "vitest";
import { command } from "../support/command.ts";
import { SECRET, SMALL_YAML } from "../support/organisation.ts";
import { makeRepository } from "../support/repository.ts";

/** A file of its own, for the program tries again for a few seconds before it says so. */
test("A server that isn't there is named, with the variable that points at it", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await new Promise<void>((resolve) => server.close(() => resolve()));

  const { folder } = await makeRepository({ "a.yaml": SMALL_YAML });
  const env = { GENESYS_API_URL: url, GENESYS_LOGIN_URL: url };
  const { exitCode, out, err } = await command("plan", {
    folder,
    env: { ...env, GENESYS_CLIENT_ID: "some-client", GENESYS_CLIENT_SECRET: SECRET },
  });
  expect(exitCode).toBe(1);
  expect(out).toBe("");
  expect(err).toContain(`UNREACHABLE: There is no server at ${new URL(url).host}`);
  expect(err).toContain("GENESYS_LOGIN_URL");
  expect(err).not.toMatch(/^\s+at /m);
  expect(err).not.toContain(SECRET);
});
