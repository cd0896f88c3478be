/** Stores the data of a sandbox in a file between runs. */
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import type { SandboxDialect } from "./api.ts";
import type { Data } from "./data.ts";

const VERSION = 2;

/** A state file that can't be used. */
export class StateError extends Error {
  override readonly name = "StateError";
}

/** The data in the file, or undefined if there is no file yet; throws `StateError` for an unusable file. */
export function loadState(file: string, dialect: SandboxDialect): Data | undefined {
  if (!existsSync(file)) return undefined;
  let state: { sandbox?: unknown; dialect?: SandboxDialect; data?: Data } | null;
  try {
    state = JSON.parse(readFileSync(file, "utf8")) as typeof state;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw new StateError(`${file} can't be read: ${String(error)}`);
    throw new StateError(`${file} is not JSON; delete it to start again.`);
  }
  const { sandbox, dialect: kept, data } = state ?? {};
  if (typeof sandbox !== "number" || data === undefined)
    throw new StateError(`${file} is not the state of a sandbox; name another file.`);
  if (sandbox !== VERSION)
    throw new StateError(`${file} is from another version of the sandbox; delete it to start again.`);
  if (kept !== dialect)
    throw new StateError(`${file} holds a sandbox of the dialect ${String(kept)}, not ${dialect}.`);
  return data;
}

/** Writes the file atomically: to a temporary file first, then renamed. Throws `StateError`. */
export function saveState(file: string, dialect: SandboxDialect, data: Data): void {
  const beside = `${file}.${process.pid}.tmp`;
  try {
    writeFileSync(beside, `${JSON.stringify({ sandbox: VERSION, dialect, data }, null, 2)}\n`);
    renameSync(beside, file);
  } catch (error) {
    throw new StateError(`${file} can't be written: ${String(error)}`);
  }
}
