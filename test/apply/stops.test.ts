import { describe, expect, test, vi } from "vitest";
import type { Operation } from "../../src/model.ts";
import { isComplete } from "../../src/apply/outcome.ts";
import { skillsOf, writesOf } from "../support/organisation.ts";
import { reasonsOf } from "../support/outcomes.ts";
import type { StageOptions } from "./plans.ts";
import { setStage } from "./plans.ts";

const PEOPLE = Array.from({ length: 30 }, (_, at) => `agent${at}@example.com`);

async function stageOfPeople(options: StageOptions = {}) {
  const stage = await setStage({
    seed: { skills: [{ name: "Billing" }], users: PEOPLE.map((email) => ({ name: email, email })) },
    ...options,
  });
  const stages = [PEOPLE.map((email) => stage.user(email, { skill: "Billing", after: 1 }))];
  return { ...stage, stages };
}

function endings(lines: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const line of lines) {
    const ending = line.replace(/.*: /, "");
    counts[ending] = (counts[ending] ?? 0) + 1;
  }
  return counts;
}

describe("an apply that is stopped", () => {
  test("finishes the requests in flight and leaves the rest", async () => {
    const { sandbox, apply, stages } = await stageOfPeople();
    const stop = new AbortController();
    let finished = 0;
    const { report, lines } = await apply(stages, {
      stop: stop.signal,
      onOutcome: () => {
        if (++finished === 3) stop.abort();
      },
    });
    const { done = 0, stopped = 0 } = endings(lines);
    expect(report.stopped).toBe(true);
    expect(done + stopped).toBe(30);
    expect(done).toBeLessThan(20);
    for (const email of PEOPLE) {
      expect("Billing" in skillsOf(sandbox, email), email).toBe(lines.includes(`${email} billing: done`));
    }
  });

  test("stops waiting for reads, and deletes nothing", async () => {
    const { sandbox, apply, user, remove } = await setStage();
    const stop = new AbortController();
    const stages = [[user("dora@example.com", { skill: "Sales", after: 1 })], [remove("Complaints")]];
    const { lines } = await apply(stages, {
      stop: stop.signal,
      staleSeconds: 86_400,
      onWaitForReads: () => stop.abort(),
    });
    expect(lines).toEqual([
      "bob@example.com complaints: stopped",
      "delete complaints: stopped",
      "dora@example.com sales: done",
    ]);
    expect(writesOf(sandbox)).toHaveLength(1);
  });

  test("before its first write sends nothing", async () => {
    const { sandbox, apply, stages } = await stageOfPeople();
    const { report, lines } = await apply(stages, { stop: AbortSignal.abort() });
    expect(report.stopped).toBe(true);
    expect(endings(lines)).toEqual({ stopped: 30 });
    expect(writesOf(sandbox)).toEqual([]);
  });

  test("ends without waiting for answers, with unsettled outcomes", async () => {
    const [stop, grace] = [new AbortController(), new AbortController()];
    const { apply, stages, clock } = await stageOfPeople({
      writing: (writer) => ({
        async assignSkills(...parts) {
          await writer.assignSkills(...parts);
          stop.abort();
          setImmediate(() => grace.abort());
          await new Promise(() => undefined);
        },
      }),
    });
    const asked: number[] = [];
    const timeout = (milliseconds: number): AbortSignal => {
      asked.push(milliseconds);
      return grace.signal;
    };
    const { report, lines } = await apply(stages, { stop: stop.signal, clock: { ...clock, timeout } });
    expect(asked).toEqual([3000]);
    const { unsettled = 0, stopped = 0 } = endings(lines);
    expect(unsettled).toBeGreaterThan(0);
    expect(unsettled + stopped).toBe(30);
    expect(report.stopped).toBe(true);
    expect(reasonsOf(report)[0]).toMatch(/the result could not be read/);
  });

  test.each([30, 600])(
    "waits for no Retry-After of %i seconds: a 429 was not executed",
    async (retryAfter) => {
      const stop = new AbortController();
      const { sandbox, apply, stages, clock } = await stageOfPeople({ signal: stop.signal });
      sandbox.faults.set({ tooManyRequests: { every: 1, on: "PATCH" }, retryAfter });
      let asked = 0;
      const sleep: typeof clock.sleep = (milliseconds, signal) => {
        if (milliseconds < retryAfter * 900) return clock.sleep(milliseconds, signal);
        asked += 1;
        // The clock stands still, so only the stop ends the wait.
        return new Promise((_, reject) => {
          signal.addEventListener("abort", () => reject(signal.reason as Error));
          setImmediate(() => stop.abort());
        });
      };
      const slowly = vi.spyOn(clock, "sleep").mockImplementation(sleep);
      const { report, lines } = await apply(stages, { stop: stop.signal });
      slowly.mockRestore();
      expect(asked).toBeGreaterThan(0);
      expect([report.stopped, endings(lines)]).toEqual([true, { stopped: 30 }]);
      expect(Object.keys(skillsOf(sandbox, PEOPLE[0] ?? ""))).toEqual([]);
    },
  );

  test("because it lost its ledger sends nothing more", async () => {
    const { sandbox, apply, stages } = await stageOfPeople();
    const { report, lines } = await apply(stages, {
      mayWrite: () => Promise.resolve(writesOf(sandbox).length < 5),
    });
    expect(report.stopped).toBe(true);
    const sent = writesOf(sandbox).length;
    expect(endings(lines)).toEqual({ done: sent, stopped: 30 - sent });
    expect(sent).toBeLessThanOrEqual(5 + 8);
  });

  test("continues when its lease can be renewed", async () => {
    const { apply, stages } = await stageOfPeople();
    let refusals = 20;
    const { report } = await apply(stages, { mayWrite: () => Promise.resolve(--refusals < 0) });
    expect(isComplete(report)).toBe(true);
  });

  test("sends no waiting request after the ledger was lost", async () => {
    const { sandbox, apply, stages } = await stageOfPeople({ rate: 60 });
    let asked = 0;
    // Eight users wait for their turn by then; each was asked for twice.
    const { lines } = await apply(stages, { mayWrite: () => Promise.resolve(++asked <= 18) });
    const sent = writesOf(sandbox).length;
    expect(sent).toBeGreaterThan(0);
    expect(sent).toBeLessThan(8);
    expect(endings(lines)).toEqual({ done: sent, stopped: 30 - sent });
  });
});

describe("a bug in this program", () => {
  test("fails one operation, and the others are done", async () => {
    const { apply, user } = await setStage();
    const gain = { skill: "Sales", after: 1 };
    const broken = user("bob@example.com", gain);
    const [change] = broken.changes;
    const unheardOf = {
      ...broken,
      changes: change ? [{ ...change, field: { kind: "name" } }] : [],
    } as Operation;
    const { report, lines } = await apply([[unheardOf, user("dora@example.com", gain)]]);
    expect(lines).toEqual(["bob@example.com name: failed", "dora@example.com sales: done"]);
    expect(report.bugs).toEqual([
      expect.objectContaining({ message: expect.stringContaining("no changeable name") as string }),
    ]);
    expect(reasonsOf(report)[0]).toMatch(/^A bug in this program stopped it: /);
  });

  test("after a write was sent leaves that write unsettled", async () => {
    const { apply, user } = await setStage({
      writing: (writer) => ({
        async assignSkills(...parts) {
          await writer.assignSkills(...parts);
          throw new TypeError("not a function");
        },
      }),
    });
    const { report, lines } = await apply([[user("dora@example.com", { skill: "Sales", after: 1 })]]);
    expect(lines).toEqual(["dora@example.com sales: unsettled"]);
    expect(report.bugs).toHaveLength(1);
  });

  test("in an outcome listener stops nothing", async () => {
    const { apply, stages } = await stageOfPeople();
    const { report } = await apply(stages, {
      onOutcome: () => {
        throw new Error("EPIPE");
      },
    });
    expect(isComplete(report)).toBe(true);
    expect(report.bugs).toHaveLength(30);
  });
});
