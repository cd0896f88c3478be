import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { openTerminal } from "../../src/cli/terminal.ts";
import { temporaryDirectory } from "../ledger/repositories.ts";
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
  test("each problem is an annotation at its line, and no name becomes a command", async () => {
    const name = JSON.stringify("Bil\n::stop-commands::x\n  ::error::gotcha");
    const { folder } = await makeRepository({
      "a.yaml": `skills:\n  - name: Billing\nprofiles:\n  - { name: Support, skills: [${name}] }\n`,
    });
    const { exitCode, text, commands } = await command("validate", {
      folder,
      env: { GITHUB_ACTIONS: "true" },
    });
    expect(exitCode).toBe(1);
    expect(commands).toEqual([
      expect.stringMatching(
        /^::error title=UNKNOWN_SKILL,file=skills\/a\.yaml,line=4,col=\d+::No skill is called/,
      ),
    ]);
    expect(text).not.toMatch(/^\s*::/m);
  });

  test("people whom the YAML doesn't name are only counted", async () => {
    const { out } = await planWith({ GITHUB_ACTIONS: "true" }, false);
    expect(out).toContain("ann@example.com");
    expect(out).not.toContain("dora@example.com");
    expect(out).toContain("and 2 users that the YAML doesn't name");
  });

  test("a result stays free of commands, so that a file may hold it", async () => {
    const sandbox = await startOrganisation();
    const { folder } = await makeRepository({ "a.yaml": "skills: [{ name: Billing, id: none }]\n" });
    const env = { ...environmentOf(sandbox), GITHUB_ACTIONS: "true" };
    const { exitCode, out, commands } = await command("plan --format json", { folder, env });
    expect(exitCode).toBe(3);
    expect(JSON.parse(out)).toMatchObject({ refusals: [{ code: "UNKNOWN_ID" }] });
    expect(commands.filter((line) => line.startsWith("::error title=UNKNOWN_ID,"))).toHaveLength(1);
  });

  test("the token that we were given is masked, and shown by nothing else", async () => {
    const run = await planWith({ GITHUB_ACTIONS: "true" }, false);
    const masked = run.commands
      .filter((line) => line.startsWith("::add-mask::"))
      .map((line) => line.slice(12));
    expect(masked).toContain(SECRET);
    // The client's secret, the same as it goes over the line, and the token.
    expect(masked).toHaveLength(3);
    for (const secret of masked) expect(run.text).not.toContain(secret);
  });

  test("a message obeys nothing that it quotes", () => {
    const { terminal, err, commands } = captureTerminal({ env: { GITHUB_ACTIONS: "true" } });
    terminal.err("git said:\n::add-mask::a\n  ::error::b ##[group]c\n");
    expect([commands(), err().split("\n")]).toEqual([
      [],
      ["git said:", ": :add-mask::a", "  : :error::b # #[group]c", ""],
    ]);
  });
});

describe("commands for a runner", () => {
  /** What is written to a standard error that is this file, or a pipe to nobody knows where. */
  function written(env: NodeJS.ProcessEnv, fd?: number): string {
    const lines: string[] = [];
    const write = (text: string): boolean => lines.push(text) > 0;
    const stream = { fd, write, on: () => undefined } as unknown as NodeJS.WriteStream;
    const stdin = stream as unknown as NodeJS.ReadStream;
    const streams = { stdout: stream, stderr: stream, stdin, env };
    const terminal = openTerminal(streams);
    terminal.remember(SECRET);
    terminal.command(`::error::${SECRET}\n`);
    return lines.join("");
  }

  test("are written where one reads them", () => {
    expect(written({ GITHUB_ACTIONS: "true" })).toBe(`::add-mask::${SECRET}\n::error::***\n`);
  });

  test("are written to no file, and nowhere but in GitHub Actions", () => {
    const fd = openSync(join(temporaryDirectory(), "log"), "w");
    onTestFinished(() => {
      closeSync(fd);
    });
    expect(written({ GITHUB_ACTIONS: "true" }, fd)).toBe("");
    expect(written({})).toBe("");
  });
});
