import { describe, expect, test } from "vitest";
import { Failure } from "../../src/problem.ts";
import type { PageOf, SkillEntity } from "../../src/page/api.ts";
import { startKeeper } from "../../src/server/keeper.ts";
import type { PlannedSnapshot } from "../../src/server/snapshot.ts";
import { get, viewFrom, serve, serveKeeper, snapshotOf } from "./serving.ts";

const DOWN = new Failure({
  code: "UNREACHABLE",
  message: "There is no server at api.example.",
  hint: "Look at GENESYS_ENV.",
});

/** Something to wait for, and what ends the wait. */
function signal<T = void>() {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

const names = (json: unknown): string[] => (json as PageOf<SkillEntity>).entities.map(({ name }) => name);

describe("While the organisation can't be read", () => {
  test("from the start, the data are 503 with why and when to ask again, and the page is there", async () => {
    const { url } = await serve(() => Promise.reject(DOWN));
    for (const path of ["search?q=a", "nothing"]) {
      const { status, headers, json } = await get(url, `/api/skills/${path}`);
      expect(status).toBe(503);
      expect(headers["retry-after"]).toMatch(/^\d+$/);
      expect(json).toMatchObject({ error: { code: "NO_SNAPSHOT" } });
      expect(JSON.stringify(json)).toContain("There is no server at api.example. Look at GENESYS_ENV.");
    }
    expect((await get(url, "/")).status).toBe(200);
    expect((await get(url, "/healthz")).json).toMatchObject({
      ...{ status: "unavailable", ageSeconds: null, readAt: null, snapshot: null },
      failure: { code: "UNREACHABLE", message: "There is no server at api.example. Look at GENESYS_ENV." },
    });
  });

  test("for the first time, it says so", async () => {
    const keeper = startKeeper({ refresh: () => new Promise(() => undefined), refreshSeconds: 60 });
    const bugs: unknown[] = [];
    const { url } = await serveKeeper(
      { ...keeper, stop: () => Promise.resolve() },
      { host: "127.0.0.1", bugs },
    );
    expect((await get(url, "/api/coverage")).status).toBe(503);
    expect((await get(url, "/healthz")).json).toMatchObject({ status: "starting", refreshing: true });
  });

  test("later, the last snapshot is served, with its age", async () => {
    const snapshot = await snapshotOf();
    const failed = signal();
    let reads = 0;
    const { url } = await serve(() => (++reads === 1 ? Promise.resolve(snapshot) : Promise.reject(DOWN)), {
      refreshSeconds: 0.001,
      now: () => snapshot.readAt.getTime() + 90_000,
      onFailure: () => {
        failed.resolve();
      },
    });
    await failed.promise;
    expect(names((await get(url, "/api/skills/search?q=sales")).json)).toEqual(["Sales"]);
    expect((await get(url, "/healthz")).json).toMatchObject({
      ...{ status: "stale", ageSeconds: 90, readAt: snapshot.readAt.toISOString() },
      failure: { code: "UNREACHABLE" },
    });
  });

  test("for what is a bug, no inner word of it is served", async () => {
    const { url } = await serve(() => Promise.reject(new TypeError("secret inside")));
    expect((await get(url, "/healthz")).text).not.toContain("secret inside");
    expect((await get(url, "/api/coverage")).text).not.toContain("secret inside");
  });
});

describe("Reading again", () => {
  test("replaces what is served, with its ETags", async () => {
    const [before, after] = [
      await snapshotOf(),
      await snapshotOf({ skills: [{ name: "Sales II" }] }, "skills: []\n"),
    ];
    const again = signal<PlannedSnapshot>();
    const readTwice = signal();
    let reads = 0;
    const { url } = await serveOpenEnded([Promise.resolve(before), again.promise], () => {
      if (++reads === 2) readTwice.resolve();
    });
    const first = await get(url, "/api/skills/search?q=sales");
    again.resolve(after);
    await readTwice.promise;
    const headers = { "if-none-match": String(first.headers["etag"]) };
    const second = await get(url, "/api/skills/search?q=sales", { headers });
    expect(second.status).toBe(200);
    expect(names(second.json)).toEqual(["Sales II"]);
  });

  test("never happens twice at once, and stops with the server", async () => {
    const view = viewFrom(await snapshotOf());
    const third = signal();
    let [reads, underWay, most] = [0, 0, 0];
    let aborted = false;
    const keeper = startKeeper({
      refreshSeconds: 0.001,
      refresh: async (stopped) => {
        most = Math.max(most, ++underWay);
        if (++reads === 3) {
          third.resolve();
          await new Promise<void>((resolve) => {
            stopped.addEventListener("abort", () => {
              resolve();
            });
          });
          aborted = true;
        }
        underWay--;
        return view;
      },
    });
    await third.promise;
    await keeper.stop();
    expect({ reads, most, aborted }).toEqual({ reads: 3, most: 1, aborted: true });
  });
});

/** Reads these one after the other, and then waits until it is stopped. */
function serveOpenEnded(readings: Promise<PlannedSnapshot>[], onRead: () => void) {
  const refresh = (stopped: AbortSignal): Promise<PlannedSnapshot> =>
    readings.shift() ??
    new Promise((_, reject) => {
      stopped.addEventListener("abort", () => {
        reject(new Error("stopped"));
      });
    });
  return serve(refresh, { refreshSeconds: 0.001, onRead });
}
