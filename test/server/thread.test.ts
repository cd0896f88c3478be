/** The thread that reads and answers for `serve`, over a real organisation. */
import { MessageChannel } from "node:worker_threads";
import { describe, expect, test } from "vitest";
import { openSnapshotThread } from "../../src/cli/snapshot-thread.ts";
import { openTarget } from "../../src/cli/target.ts";
import { Failure } from "../../src/problem.ts";
import type { Question } from "../../src/server/question.ts";
import type { FromThread, Read, ToThread } from "../../src/server/thread-side.ts";
import { answerInThread } from "../../src/server/thread-side.ts";
import { cleanEnv } from "../ledger/repositories.ts";
import { startGate } from "../support/gate.ts";
import { environmentOf, SMALL_YAML, startOrganisation } from "../support/organisation.ts";
import { makeRepository, UNHURRIED } from "../support/repository.ts";
import { captureTerminal } from "../support/terminal.ts";

/** Node can't run the source by itself. */
const LOADER = ["--import", new URL("../support/typescript-loader.mjs", import.meta.url).href];

const FIRST = { page: 1, size: 25 };

async function makeWorld() {
  const sandbox = await startOrganisation();
  const { dir } = await makeRepository({ "settings.yaml": UNHURRIED, "a.yaml": SMALL_YAML });
  return { sandbox, dir, env: cleanEnv(environmentOf(sandbox)) };
}

function open(dir: string, env: NodeJS.ProcessEnv, signal = new AbortController().signal) {
  return openSnapshotThread({ dir }, captureTerminal({ env }).terminal, signal, LOADER);
}

describe("The thread", () => {
  test("reads, and answers until it is closed what was asked before", async () => {
    const { dir, env } = await makeWorld();
    const responder = await open(dir, env);
    expect(responder.about).toMatchObject({ target: "default", incomplete: [] });
    expect(responder.about.readAt).toBeInstanceOf(Date);
    const questions: Question[] = [
      { kind: "search", query: "sales", page: FIRST },
      { kind: "skill", ref: "nothing" },
      { kind: "coverage", page: FIRST },
      { kind: "profiles", page: FIRST },
      { kind: "impact" },
    ];
    const asked = questions.map((question) => responder.ask(question));
    await responder.close();
    const [found, nothing, ...others] = await Promise.all(asked);
    expect(JSON.parse(found ?? "")).toMatchObject({ total: 1, entities: [{ name: "Sales", holders: 2 }] });
    expect(nothing).toBeNull();
    expect(others).not.toContain(null);
    await expect(responder.ask({ kind: "impact" })).rejects.toThrow("ended");
  });

  test("ends, though it is still loading its modules and hears nothing", async () => {
    const { dir, env } = await makeWorld();
    const stopping = new AbortController();
    const opening = open(dir, env, stopping.signal);
    stopping.abort(new Error("enough"));
    await expect(opening).rejects.toThrow("enough");
  });
});

describe("Its other side", () => {
  test("says what a reading failed of", async () => {
    const problem = { code: "UNREACHABLE", message: "There is no server at api.example." };
    const { heard, end } = answerHere(() => Promise.reject(new Failure(problem)));
    expect(await heard).toEqual({ kind: "failed", problems: [problem] });
    end();
  });

  test("gives up the reading when it is told to stop", async () => {
    const { end, done } = answerHere(
      (signal) =>
        new Promise((_, reject) => {
          signal.addEventListener("abort", () => {
            reject(new Error("stopped"));
          });
        }),
    );
    end();
    await expect(done).resolves.toBeUndefined();
  });
});

/** Without a thread; `heard` is the first thing that it says. */
function answerHere(read: Read) {
  const { port1: ours, port2: theirs } = new MessageChannel();
  const heard = new Promise<FromThread>((resolve) => ours.once("message", resolve));
  const done = answerInThread(theirs, read);
  const end = (): void => {
    ours.postMessage({ kind: "stop" } satisfies ToThread);
  };
  return { heard, end, done };
}

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
