/** The thread that reads and answers for `serve`, over a real organisation. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import type * as SnapshotThread from "../../src/cli/snapshot-thread.ts";
import { openTarget } from "../../src/cli/target.ts";
import type * as Problem from "../../src/problem.ts";
import { cleanEnv } from "../ledger/repositories.ts";
import { startGate } from "../support/gate.ts";
import { environmentOf, SMALL_YAML, startOrganisation } from "../support/organisation.ts";
import { builtProgram } from "../support/program.ts";
import { makeRepository, UNHURRIED } from "../support/repository.ts";
import { captureTerminal } from "../support/terminal.ts";

/** A module of the program as it is built, because Node can't run the source in a thread. */
async function builtModule(name: string): Promise<unknown> {
  return import(/* @vite-ignore */ pathToFileURL(join(await builtProgram(), "../..", name)).href);
}

const { checkInThread, openSnapshotThread } = (await builtModule(
  "cli/snapshot-thread.js",
)) as typeof SnapshotThread;
const { Failure } = (await builtModule("problem.js")) as typeof Problem;

const FIRST = { page: 1, size: 25 };

async function makeWorld() {
  const sandbox = await startOrganisation();
  const { dir } = await makeRepository({ "settings.yaml": UNHURRIED, "a.yaml": SMALL_YAML });
  return { sandbox, dir, env: cleanEnv(environmentOf(sandbox)) };
}

function open(dir: string, env: NodeJS.ProcessEnv, signal = new AbortController().signal) {
  return openSnapshotThread({ dir }, captureTerminal({ env }).terminal, signal);
}

describe("The thread", () => {
  test("reads, hands over what it read, and ends", async () => {
    const { dir, env } = await makeWorld();
    const view = await open(dir, env);
    expect(view.about).toMatchObject({ target: "default", incomplete: [] });
    expect(view.readAt).toBeInstanceOf(Date);
    expect(JSON.parse(view.search("sales", FIRST))).toMatchObject({
      total: 1,
      entities: [{ name: "Sales", holders: 2 }],
    });
    expect(JSON.parse(view.skill("sales") ?? "")).toMatchObject({ name: "Sales", counts: { now: 2 } });
    expect(view.skill("nothing")).toBeNull();
    expect(view.coverage(FIRST).entities).toHaveLength(3);
    expect(view.profiles(FIRST).entities).toMatchObject([{ name: "Support" }]);
    expect(view.impactCsv).toContain("Sales");
  });

  test("prints each of its requests with --debug, and none without", async () => {
    const { dir, env } = await makeWorld();
    const linesWith = async (debug: boolean) => {
      const { terminal, err } = captureTerminal({ env });
      await openSnapshotThread({ dir, debug }, terminal, new AbortController().signal);
      return err();
    };
    expect(await linesWith(true)).toMatch(/^GET 127\.0\.0\.1:\d+\/api\/v2\/users\?\S* 200 \d+ ms$/m);
    expect(await linesWith(false)).not.toContain("GET ");
  });

  test("says what a reading failed of, as the program itself would", async () => {
    const { dir, env } = await makeWorld();
    const opening = open(dir, { ...env, GENESYS_CLIENT_SECRET: "another" });
    await expect(opening).rejects.toMatchObject({ problems: [{ code: expect.any(String) as string }] });
    await expect(opening).rejects.toBeInstanceOf(Failure);
  });

  test("checks the YAML and asks nobody for anything", async () => {
    const { sandbox, dir, env } = await makeWorld();
    const { terminal } = captureTerminal({ env });
    expect(await checkInThread({ dir }, terminal)).toBe("default");
    expect(sandbox.requests).toEqual([]);
  });

  test("ends, though it is still loading its modules and hears nothing", async () => {
    const { dir, env } = await makeWorld();
    const stopping = new AbortController();
    const opening = open(dir, env, stopping.signal);
    stopping.abort(new Error("enough"));
    await expect(opening).rejects.toThrow("enough");
  });

  test("gives up the reading when it is told to stop", async () => {
    const { sandbox, dir } = await makeWorld();
    const gate = await startGate(sandbox);
    const held = gate.holdFrom(() => true);
    const stopping = new AbortController();
    const opening = open(dir, gate.env, stopping.signal);
    await held;
    stopping.abort(new Error("enough"));
    await expect(opening).rejects.toThrow("enough");
  });
});

test("A world that is being opened is given up at once when the signal says so", async () => {
  const { sandbox, dir } = await makeWorld();
  const gate = await startGate(sandbox);
  const held = gate.holdFrom(() => true);
  const stopping = new AbortController();
  const opening = openTarget({ dir }, captureTerminal({ env: gate.env }).terminal, stopping.signal);
  await held;
  stopping.abort(new Error("enough"));
  await expect(opening).rejects.toThrow("enough");
});
