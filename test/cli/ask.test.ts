/** A question on a terminal: answered, and left by the keys that end it. */
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { ask } from "../../src/cli/ask.ts";

const QUESTION = 'Apply this? Only "yes" applies: ';

/** What the question comes to where somebody types this once it is there. */
async function typed(keys: string): Promise<string | null> {
  const [stdin, stdout] = [new PassThrough(), Object.assign(new PassThrough(), { isTTY: true })];
  stdout.on("data", (shown: Buffer) => {
    if (shown.toString().includes(QUESTION)) stdin.write(keys);
  });
  return ask(QUESTION, { stdin, stdout });
}

test("a question has the answer that was typed", async () => {
  expect(await typed("yes\r")).toBe("yes");
});

test("a question that is left by Ctrl-D has none", async () => {
  expect(await typed("\u0004")).toBeNull();
});

test("a question that is left by Ctrl-C ends the run, with the exit code of an interrupt", async () => {
  await expect(typed("\u0003")).rejects.toMatchObject({
    exitCode: 130,
    problems: [{ code: "INTERRUPTED" }],
  });
});
