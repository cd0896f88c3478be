import type { Server } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { connect } from "../../src/genesys/connect.ts";
import { toFailure } from "../../src/genesys/explain.ts";
import { ApiError } from "../../src/http/error.ts";
import { reach } from "../../src/genesys/reach.ts";
import { Failure } from "../../src/problem.ts";
import { SECRET, startScripted } from "./scripted-server.ts";
import { createTestClock } from "../http/test-clock.ts";

const before = { ...process.env };
let proxy: Server | undefined;
afterEach(() => {
  process.env = { ...before };
  proxy?.close();
  proxy?.closeAllConnections();
});

/** A proxy in the environment that refuses every tunnel, and notes what it was asked. */
async function startProxy(status = "407 Proxy Authentication Required"): Promise<string[]> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    response.end();
  });
  server.on("connect", (request, socket) => {
    asked.push(`${request.method ?? ""} ${request.url ?? ""} ${JSON.stringify(request.headers)}`);
    socket.end(`HTTP/1.1 ${status}\r\n\r\n`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  proxy = server;
  const url = `http://user:pass-word@127.0.0.1:${(server.address() as AddressInfo).port}`;
  process.env = {
    ...before,
    HTTPS_PROXY: url,
    HTTP_PROXY: url,
    https_proxy: url,
    http_proxy: url,
    NO_PROXY: "",
    no_proxy: "",
  };
  return asked;
}

it("a real host is asked through the proxy, which sees neither secret nor token", async () => {
  const asked = await startProxy();
  const credentials = {
    clientId: "an-id",
    clientSecret: SECRET,
    apiUrl: "https://api.mypurecloud.com",
    loginUrl: "https://login.mypurecloud.com",
  };
  const error: unknown = await connect({ credentials, clock: createTestClock() }).catch(
    (thrown: unknown) => thrown,
  );
  expect(asked[0]).toContain("CONNECT login.mypurecloud.com:443");
  expect(asked.join()).not.toMatch(
    new RegExp(`${SECRET}|Basic ${Buffer.from(`an-id:${SECRET}`).toString("base64")}`),
  );
  if (!(error instanceof Failure)) throw new Error("There should be a Failure.");
  const [problem] = error.problems;
  expect(problem?.code).toBe("PROXY_REFUSED");
  expect(JSON.stringify(error.problems)).not.toContain("pass-word");
});

it("requests to this machine never use the proxy", async () => {
  const asked = await startProxy();
  const server = await startScripted(({ path }) =>
    path.endsWith("/tokens/me") ? { body: { organization: { id: "o", name: "O" } } } : undefined,
  );
  const connection = await connect({ credentials: server.credentials, clock: createTestClock() });
  connection.close();
  await server.close();
  expect(asked).toEqual([]);
});

it.each(["407 Proxy Authentication Required", "403 Forbidden"])(
  "a host that a proxy keeps to itself with %s is not reached",
  async (status) => {
    const asked = await startProxy(status);
    const credentials = {
      ...{ clientId: "", clientSecret: "" },
      ...{ apiUrl: "https://api.mypurecloud.com", loginUrl: "https://login.mypurecloud.com" },
    };
    const error: unknown = await reach(credentials, "login", process.env).catch((thrown: unknown) => thrown);
    expect(asked[0]).toContain("CONNECT login.mypurecloud.com:443");
    if (!(error instanceof ApiError)) throw new Error("There should be an ApiError.");
    const [problem] = toFailure(error, { credentials, dialect: () => undefined, env: process.env }).problems;
    expect(problem?.code).toBe("PROXY_REFUSED");
    expect(problem?.hint).toContain("HTTPS_PROXY");
    expect(JSON.stringify(problem)).not.toContain("pass-word");
  },
);
