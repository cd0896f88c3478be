import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { command } from "../support/command.ts";

const EXAMPLE = new URL("../../skills", import.meta.url);

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "genesys-skills-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function git(folder: string, ...words: readonly string[]): string {
  return execFileSync("git", ["-c", "user.name=T", "-c", "user.email=t@example.com", ...words], {
    cwd: folder,
    encoding: "utf8",
  });
}

/** A repository that holds the example, as a clone does. */
function makeClone(): string {
  const folder = makeFolder();
  cpSync(EXAMPLE, join(folder, "skills"), { recursive: true });
  git(folder, "init", "--quiet");
  git(folder, "add", ".");
  git(folder, "commit", "--quiet", "--message=Our skills");
  return folder;
}

describe.each(["cloud", "profiles"])("the demo on the %s API", (api) => {
  test("ends well, shows its commands and no secret, and leaves nothing behind", async () => {
    const home = process.cwd();
    const folder = makeFolder();
    const { exitCode, out, err } = await command(`demo --api ${api}`, { folder });
    expect(exitCode).toBe(0);
    const lines = ["validate", "plan", "apply --yes", "drift"].map((line) => `$ genesys-skills ${line}\n`);
    for (const line of lines) expect(out).toContain(line);
    expect(out).toContain("No changes.");
    const remedy = /NAME_DIFFERS: .*\s+write\s+"billing\s+tier\s+1"\s+in\s+the\s+YAML\s+too/s;
    expect(remedy.test(out)).toBe(api === "cloud");
    expect(out).toMatch(
      /a\s+temporary\s+repository\s+of\s+its\s+own,\s+with\s+the\s+YAML\s+and\s+the\s+ledger/,
    );
    expect(out).toMatch(/One of the \d+ assignments from before is gone/);
    expect(out).toMatch(/git log .*ledger\/default\n\n( {2}[0-9a-f]{7,} .*\n){2,}/);
    expect(out + err).not.toContain("sandbox-secret");
    expect(out + err).not.toContain("\u001b");
    expect(process.cwd()).toBe(home);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("leaves the sandbox of a clone applied, so that the next plan shows the next edit alone", async () => {
    const folder = makeClone();
    expect((await command(`demo --api ${api}`, { folder })).exitCode).toBe(0);
    const plan = () => command(`plan --sandbox ${api}`, { folder });
    expect((await plan()).out).toContain("No changes.");

    const file = join(folder, "skills/billing.yaml");
    const text = readFileSync(file, "utf8");
    writeFileSync(
      file,
      text.replace(
        "liam.byrne@northmere.example, proficiency: 4",
        "liam.byrne@northmere.example, proficiency: 5",
      ),
    );
    expect(readFileSync(file, "utf8")).not.toBe(text);
    const { out, exitCode } = await plan();
    expect(exitCode).toBe(0);
    expect(out).toContain("Tariff Advice 4 → 5");
    expect(out).toContain("Plan: 0 to add, 1 to change, 0 to destroy.");
    expect(git(folder, "status", "--short")).toBe(" M skills/billing.yaml\n");
  });
});

test("The demo leaves the sandbox of a clone alone where the YAML is edited, and where the sandbox is older.", async () => {
  const folder = makeClone();
  const file = join(folder, "skills/settings.yaml");
  writeFileSync(file, `${readFileSync(file, "utf8")}\n# An edit.\n`);
  const { exitCode, out } = await command("demo", { folder });
  expect(exitCode).toBe(0);
  expect(out).not.toContain("apply --sandbox cloud --yes");
  expect(readdirSync(folder).sort()).toEqual([".git", "skills"]);

  git(folder, "checkout", "--", "skills");
  await command("plan --sandbox", { folder });
  const state = join(folder, ".genesys-skills/sandbox-cloud.json");
  writeFileSync(state, JSON.stringify({ sandbox: 1, dialect: "cloud", data: {} }));
  const again = await command("demo", { folder });
  expect(again.exitCode).toBe(0);
  expect(again.out).toContain("It was not changed. To start again: rm -rf .genesys-skills");
  expect((await command("plan --sandbox", { folder })).err).toContain("BAD_STATE");
});
