import { describe, expect, onTestFinished, test, vi } from "vitest";
import { command } from "../support/command.ts";
import { environmentOf, SECRET, SMALL_YAML, startOrganisation } from "../support/organisation.ts";
import { makeRepository } from "../support/repository.ts";
import { captureTerminal } from "../support/terminal.ts";

const ESCAPE = "\u001b";

async function planWith(env: Record<string, string>, isTty: boolean) {
  const sandbox = await startOrganisation();
  const { folder } = await makeRepository({ "a.yaml": SMALL_YAML });
  return command("plan", { folder, isTty, env: { ...environmentOf(sandbox), ...env } });
}

describe("escape codes", () => {
  test("colour a terminal, and show there what is going on", async () => {
    const { out, err } = await planWith({}, true);
    expect(out).toContain(`${ESCAPE}[`);
    expect(err).toContain("Reading the organisation…");
  });

  test("go to nothing but a terminal", async () => {
    expect((await planWith({}, false)).text).not.toContain(ESCAPE);
  });

  test.each([
    ["NO_COLOR", "1"],
    ["TERM", "dumb"],
  ])("don't colour a terminal that has %s=%s", async (name, value) => {
    expect((await planWith({ [name]: value }, true)).out).not.toContain(ESCAPE);
  });

  test("don't move the cursor of a dumb terminal or a log", async () => {
    expect((await planWith({ TERM: "dumb" }, true)).text).not.toContain(ESCAPE);
    expect((await planWith({ CI: "true", NO_COLOR: "1" }, true)).text).not.toContain(ESCAPE);
  });
});

describe("a secret", () => {
  test("is starred out of all that is printed after it is known", () => {
    const { terminal, out, err } = captureTerminal({ isTty: true });
    terminal.remember(SECRET);
    terminal.out(`a ${SECRET}`);
    terminal.err(`b ${SECRET}${SECRET}`);
    terminal.status(`c ${SECRET}`);
    expect(out() + err()).not.toContain(SECRET);
    expect(out()).toContain("a ***");
  });
});

describe("in GitHub Actions", () => {
  /** What the program sends to the runner beside its own terminal. */
  function captureAnnotations(): () => string {
    const written: string[] = [];
    const spy = vi
      .spyOn(process.stdout, "write")
      .mockImplementation((text) => written.push(String(text)) > 0);
    onTestFinished(() => {
      spy.mockRestore();
    });
    return () => written.join("");
  }

  test("each problem is an annotation at its line, and no name becomes a command", async () => {
    const name = JSON.stringify("Bil\n::stop-commands::x\n  ::error::gotcha");
    const { folder } = await makeRepository({
      "a.yaml": `skills:\n  - name: Billing\nprofiles:\n  - { name: Support, skills: [${name}] }\n`,
    });
    const annotations = captureAnnotations();
    const { exitCode, text } = await command("validate", { folder, env: { GITHUB_ACTIONS: "true" } });
    expect(exitCode).toBe(1);
    const lines = annotations().trimEnd().split("\n");
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(
      /^::error title=UNKNOWN_SKILL,file=skills\/a\.yaml,line=4,col=\d+::No skill is called/,
    );
    expect(text).not.toMatch(/^\s*::/m);
  });

  test("people whom the YAML doesn't name are only counted", async () => {
    const { out } = await planWith({ GITHUB_ACTIONS: "true" }, false);
    expect(out).toContain("ann@example.com");
    expect(out).not.toContain("dora@example.com");
    expect(out).toContain("and 2 users that the YAML doesn't name");
  });
});
