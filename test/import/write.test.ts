/** Files that are put into a folder, and taken away again. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { writeFiles } from "../../src/import/write.ts";
import { temporaryDirectory } from "../ledger/repositories.ts";

const FILES = [{ name: "skills.yaml", text: "skills: []\n" }];

test("an undo removes new folders and keeps existing ones", async () => {
  const top = temporaryDirectory();
  const folder = join(top, "skills", "targets", "production");
  const undo = await writeFiles(folder, FILES);
  expect(existsSync(join(folder, "skills.yaml"))).toBe(true);
  await undo();
  expect(existsSync(join(top, "skills"))).toBe(false);
  expect(existsSync(top)).toBe(true);
});

test("what is undone leaves what somebody else has put there meanwhile", async () => {
  const top = temporaryDirectory();
  const targets = join(top, "skills", "targets");
  const undo = await writeFiles(join(targets, "production"), FILES);
  mkdirSync(join(targets, "test"));
  writeFileSync(join(targets, "test", "own.yaml"), "skills: []\n");
  await undo();
  expect(existsSync(join(targets, "production"))).toBe(false);
  expect(existsSync(join(targets, "test", "own.yaml"))).toBe(true);
});
