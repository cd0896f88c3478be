/** The files that GitHub gives to a step for what it wants to say. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { vi } from "vitest";
import { temporaryDirectory } from "../ledger/repositories.ts";

/** A new one for outputs, which the toolkit looks for in the variables of this process; to be unstubbed. */
export function outputFile(): string {
  const file = summaryFile();
  vi.stubEnv("GITHUB_OUTPUT", file);
  return file;
}

export function summaryFile(): string {
  const file = join(temporaryDirectory(), "file");
  writeFileSync(file, "");
  return file;
}

/** Name and value of what a step wrote to its outputs; what was written last counts. */
export function outputsIn(file: string): Record<string, string> {
  const found = readFileSync(file, "utf8").matchAll(/^([\w-]+)<<(\S+)\n([^]*?)\n?\2$/gm);
  return Object.fromEntries([...found].map(([, name = "", , value = ""]) => [name, value.trim()]));
}
