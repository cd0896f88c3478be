/** Where tests put their files: in memory, where the system has a folder for that and lets programs in it run. */
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A container often has only 64 MB of it. */
const ENOUGH_BYTES = 2 ** 30;

/** For vitest: one temporary folder for the whole run, deleted with all that is left in it. */
export function setup(): () => void {
  const folder = mkdtempSync(join(isInMemory("/dev/shm") ? "/dev/shm" : tmpdir(), "tests-"));
  process.env["TMPDIR"] = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}

function isInMemory(folder: string): boolean {
  if (!existsSync(folder)) return false;
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize < ENOUGH_BYTES) return false;
  const trial = mkdtempSync(join(folder, "trial-"));
  try {
    // May be forbidden there.
    const program = join(trial, "program");
    writeFileSync(program, "#!/bin/sh\n");
    chmodSync(program, 0o755);
    execFileSync(program);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(trial, { recursive: true, force: true });
  }
}
