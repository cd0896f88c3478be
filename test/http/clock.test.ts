import { setImmediate as flush } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../src/http/clock.ts";

const DAYS = 24 * 3600 * 1000;

test("Node.js never gets a timer longer than its maximum.", async () => {
  // Node says so in a warning, and fires such a timer after one millisecond.
  const warnings: string[] = [];
  const note = ({ name }: Error): void => void warnings.push(name);
  process.on("warning", note);
  onTestFinished(() => void process.off("warning", note));
  const stop = new AbortController();
  const sleeping = systemClock.sleep(100 * DAYS, stop.signal);
  const timeout = systemClock.timeout(100 * DAYS);
  await flush();
  await flush();
  expect(warnings).toEqual([]);
  expect(timeout.aborted).toBe(false);
  stop.abort();
  await expect(sleeping).rejects.toThrow();
});

test("A sleep that is stopped before it begins doesn't begin.", async () => {
  await expect(systemClock.sleep(0, AbortSignal.abort())).rejects.toThrow();
  await systemClock.sleep(0, new AbortController().signal);
});
