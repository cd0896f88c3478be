import { describe, expect, test } from "vitest";
import { command } from "../support/command.ts";

describe.each(["cloud", "profiles"])("the demo on the %s API", (api) => {
  test("ends well, shows its commands and no secret, and leaves nothing behind", async () => {
    const home = process.cwd();
    const { exitCode, out, err } = await command(`demo --api ${api}`);
    expect(exitCode).toBe(0);
    const lines = ["validate", "plan", "apply --yes", "drift"].map((line) => `$ genesys-skills ${line}\n`);
    for (const line of lines) expect(out).toContain(line);
    expect(out).toContain("No changes.");
    expect(out).toMatch(/Of the \d+ assignments from before, one is gone/);
    expect(out).toMatch(/git log .*ledger\/default\n\n( {2}[0-9a-f]{7,} .*\n){2,}/);
    expect(out + err).not.toContain("sandbox-secret");
    expect(out + err).not.toContain("\u001b");
    expect(process.cwd()).toBe(home);
  });
});
