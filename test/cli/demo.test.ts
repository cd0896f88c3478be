import { describe, expect, test } from "vitest";
import { command } from "../support/command.ts";

describe.each(["cloud", "profiles"])("the demo on the %s API", (api) => {
  test("ends well, shows its commands and no secret, and leaves nothing behind", async () => {
    const home = process.cwd();
    const { exitCode, out, err } = await command(`demo --api ${api}`);
    expect(err).toBe("");
    expect(exitCode).toBe(0);
    expect(out).toContain("No changes.");
    expect(out).toMatch(/All \d+ assignments from before are still there/);
    for (const line of ["validate", "plan", "apply --yes"])
      expect(out).toContain(`$ genesys-skills ${line}\n`);
    expect(out).not.toContain("sandbox-secret");
    expect(out).not.toContain("\u001b");
    expect(process.cwd()).toBe(home);
  });
});
