/** What every refusal of the program must be: said in words, harmless, and silent about secrets. */
import { expect } from "vitest";
import type { Sandbox } from "../../src/sandbox/sandbox.ts";
import type { CommandRun } from "./command.ts";
import { SECRET, writesOf } from "./organisation.ts";

export interface Refused {
  readonly exitCode: number;
  /** What the output must say: the code, the thing that is wrong, the way out. */
  readonly says: readonly (string | RegExp)[];
}

/** Checks the run, and that nothing was written: neither a request nor the data says so. */
export function expectRefused(
  { exitCode, text }: CommandRun,
  wanted: Refused,
  sandbox: Sandbox,
  before = sandbox.snapshot(),
): void {
  for (const words of wanted.says) {
    if (typeof words === "string") expect(text).toContain(words);
    else expect(text).toMatch(words);
  }
  expect(exitCode).toBe(wanted.exitCode);
  expect(text).not.toMatch(/^\s+at /m);
  expect(text).not.toContain("is a bug");
  expect(text).not.toContain(SECRET);
  expect(text).not.toContain("\u001b");
  expect(writesOf(sandbox)).toEqual([]);
  expect(sandbox.snapshot()).toEqual(before);
}
