/** What `sandbox` says of options that it can't use. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { command } from "../support/command.ts";

function makeFolder(files: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), "genesys-skills-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

const BAD_SEED = {
  skills: [{ name: "A" }, { nmae: "B" }],
  users: [{ name: "Ann", email: "ann@example.com", skills: { A: 6 } }],
};

test("a seed with several errors is refused with one line for each, which names the file and the place", async () => {
  const folder = makeFolder({ "seed.json": JSON.stringify(BAD_SEED) });
  const { exitCode, err } = await command("sandbox --port 0 --seed seed.json", { folder });
  expect(exitCode).toBe(1);
  expect(err.split("\n")).toEqual([
    "BAD_SEED: seed.json: skills[1].name: is missing",
    "BAD_SEED: seed.json: skills[1].nmae: unknown field; known are id, name, description, division, state",
    "BAD_SEED: seed.json: users[0].skills.A: expected a number from 0 to 5, found 6",
    "3 problems.",
    "",
  ]);
});

test.each([
  ["a seed that is not JSON", "--seed text", ["BAD_SEED", "text", "not JSON"]],
  ["a seed that is a folder", "--seed .", ["NO_SEED", "can't be read"]],
  ["a seed that is not there", "--seed none.json", ["NO_SEED", "none.json"]],
  ["a state in a folder that is not there", "--state none/state.json", ["BAD_STATE", "none/state.json"]],
  ["a state that is something else", "--state text", ["BAD_STATE", "text", "not JSON"]],
  ["a misspelt fault", "--faults resett=3", ["BAD_FAULTS", "Did you mean reset?"]],
  ["a name that no fault resembles", "--faults xyzzy=3", ["BAD_FAULTS", "The faults are: tooManyRequests"]],
])("%s is refused", async (_, options, says) => {
  const folder = makeFolder({ text: "{" });
  const { exitCode, err } = await command(`sandbox --port 0 ${options}`, { folder });
  expect(exitCode).toBe(1);
  for (const words of says) expect(err).toContain(words);
  expect(err).not.toContain("CANNOT_LISTEN");
});

test("a taken port is refused with a remedy", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  onTestFinished(() => void other.close());
  await new Promise((resolve) => other.once("listening", resolve));
  const { exitCode, err } = await command(`sandbox --port ${(other.address() as AddressInfo).port}`);
  expect(exitCode).toBe(1);
  expect(err).toContain("CANNOT_LISTEN");
  expect(err).toContain("--port");
});
