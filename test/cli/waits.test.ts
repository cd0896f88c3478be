import { expect, test } from "vitest";
import { printWait } from "../../src/cli/waits.ts";
import { captureTerminal } from "../support/terminal.ts";

test("a terminal shows every wait that can be noticed, why, and for how long", () => {
  const { terminal, err } = captureTerminal({ isTty: true });
  printWait({ reason: "rate", seconds: 1.5 }, terminal);
  expect(err()).toBe("");
  printWait({ reason: "rate", seconds: 2 }, terminal);
  expect(err()).toContain("Waiting 2 seconds to keep within the rate limit…");
  printWait({ reason: "429", seconds: 300 }, terminal);
  expect(err()).toContain("Waiting 5 minutes because Genesys asked for it…");
});

test("elsewhere a long wait is a line", () => {
  const { terminal, err } = captureTerminal();
  printWait({ reason: "retry", seconds: 9 }, terminal);
  printWait({ reason: "429", seconds: 42 }, terminal);
  printWait({ reason: "retry", seconds: 30 }, terminal);
  printWait({ reason: "reads", seconds: 55 }, terminal);
  expect(err()).toBe(
    "Waiting 42 seconds because Genesys asked for it.\nWaiting 30 seconds before trying again.\n" +
      "Waiting 55 seconds until Genesys shows what was written, before a skill is deleted.\n",
  );
});
