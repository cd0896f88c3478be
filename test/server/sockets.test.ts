/** What no well-behaved client sends, byte for byte, and what comes while the organisation is read again. */
import { once } from "node:events";
import { connect } from "node:net";
import { describe, expect, test } from "vitest";
import type { PageOf, SkillEntity } from "../../src/page/api.ts";
import { startKeeper } from "../../src/server/keeper.ts";
import { get, viewFrom, serve, serveKeeper, snapshotOf } from "./serving.ts";

/** All that the server answers to these bytes until it hangs up, which may cut off an answer too. */
async function exchange(url: string, bytes: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  const read: Buffer[] = [];
  socket.on("data", (piece) => read.push(piece)).on("error", () => undefined);
  await once(socket, "connect");
  socket.write(bytes, "latin1");
  await new Promise((resolve) => socket.once("close", resolve));
  return Buffer.concat(read).toString("latin1");
}

const CLOSE = "Connection: close\r\n\r\n";
const HOST = "Host: localhost\r\n";

describe("Bytes that are no request", () => {
  test.each([
    ["TLS", "\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03", 400],
    ["another protocol", "EHLO mail.example\r\n\r\n", 400],
    ["no Host", `GET / HTTP/1.1\r\n${CLOSE}`, 400],
    ["two Hosts", `GET /api/coverage HTTP/1.1\r\n${HOST}Host: evil.example\r\n${CLOSE}`, 200],
    ["another site's whole URL", `GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n${CLOSE}`, 421],
    ["a body with a GET", `GET /healthz HTTP/1.1\r\n${HOST}Content-Length: 3\r\n${CLOSE}abc`, 200],
    ["a body too short for its length", `POST / HTTP/1.1\r\n${HOST}Content-Length: 9\r\n${CLOSE}abc`, 405],
    ["two lengths", `POST / HTTP/1.1\r\n${HOST}Content-Length: 1\r\nContent-Length: 2\r\n${CLOSE}a`, 400],
    ["an asterisk", `OPTIONS * HTTP/1.1\r\n${HOST}${CLOSE}`, 400],
    ["a tunnel", `TRACE / HTTP/1.1\r\n${HOST}${CLOSE}`, 405],
  ])("%s", async (_, bytes, status) => {
    const { url, bugs } = await serve(() => snapshotOf());
    expect(Number((await exchange(url, bytes)).split(" ")[1])).toBe(status);
    expect((await get(url, "/api/coverage")).status).toBe(200);
    expect(bugs).toEqual([]);
  });

  test.each([
    ["headers without end", `GET / HTTP/1.1\r\n${HOST}X: ${"x".repeat(100_000)}\r\n${CLOSE}`],
    ["a path without end", `GET /${"x".repeat(100_000)} HTTP/1.1\r\n${HOST}${CLOSE}`],
  ])("%s, which the server may stop reading before it is complete", async (_, bytes) => {
    const { url, bugs } = await serve(() => snapshotOf());
    expect(await exchange(url, bytes)).toMatch(/^(HTTP\/1\.1 431 |$)/);
    expect((await get(url, "/api/coverage")).status).toBe(200);
    expect(bugs).toEqual([]);
  });

  test("bytes above 127, which Node itself refuses from some version on", async () => {
    const { url, bugs } = await serve(() => snapshotOf());
    const answer = await exchange(url, `GET /api/skills/\xff HTTP/1.1\r\n${HOST}${CLOSE}`);
    expect(answer).toMatch(/^HTTP\/1\.1 40[04] /);
    expect((await get(url, "/api/coverage")).status).toBe(200);
    expect(bugs).toEqual([]);
  });

  test("an aborted request, and an answer without a reader", async () => {
    const { url, bugs } = await serve(() => snapshotOf());
    for (const bytes of ["GET /api/cov", `GET / HTTP/1.1\r\n${HOST}\r\n`.repeat(50)]) {
      const socket = connect(Number(new URL(url).port), "127.0.0.1");
      await once(socket, "connect");
      socket.write(bytes);
      socket.resetAndDestroy();
      await once(socket, "close");
      expect((await get(url, "/api/coverage")).status).toBe(200);
    }
    expect(bugs).toEqual([]);
  });
});

test("While the organisation is read again and again, every request is answered from one snapshot or the next", async () => {
  const [before, after] = [
    viewFrom(await snapshotOf()),
    viewFrom(await snapshotOf({ skills: [{ name: "Sales II" }] }, "skills: []\n")),
  ];
  let reads = 0;
  const refresh = () => Promise.resolve(++reads % 2 === 1 ? before : after);
  const keeper = startKeeper({ refresh, refreshSeconds: 0.001 });
  const bugs: unknown[] = [];
  const { url } = await serveKeeper(keeper, { host: "127.0.0.1", bugs });
  const names = new Set<string>();
  while (reads < 20 || names.size < 2) {
    const answers = await Promise.all(
      ["sales", "sales", "s"].map((q) => get(url, `/api/skills/search?q=${q}`)),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    for (const { json } of answers) {
      for (const { name } of (json as PageOf<SkillEntity>).entities) names.add(name);
    }
  }
  expect(names).toContain("Sales II");
  await keeper.stop();
  expect(bugs).toEqual([]);
});
