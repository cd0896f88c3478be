/** Keeps the data of a sandbox in a file between runs. */
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import type { Dialect } from "./context.ts";
import type { Data } from "./data.ts";

const VERSION = 1;

/** A state file that can't be used. */
export class StateError extends Error {
  override readonly name = "StateError";
}

/** The data of the file, or undefined where there is no file yet; throws `StateError` for any other file. */
export function loadState(file: string, dialect: Dialect): Data | undefined {
  if (!existsSync(file)) return undefined;
  let state: unknown;
  try {
    state = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    throw new StateError(`${file} is not JSON; delete it to begin anew.`);
  }
  if (!isState(state)) throw new StateError(`${file} is not the state of a sandbox; name another file.`);
  if (state.dialect !== dialect)
    throw new StateError(`${file} holds a sandbox of the dialect ${state.dialect}, not ${dialect}.`);
  return state.data;
}

/** Writes the file whole or not at all: beside it first, then in its place. */
export function saveState(file: string, dialect: Dialect, data: Data): void {
  const beside = `${file}.${process.pid}.tmp`;
  writeFileSync(beside, `${JSON.stringify({ sandbox: VERSION, dialect, data }, null, 2)}\n`);
  renameSync(beside, file);
}

function isState(value: unknown): value is { dialect: Dialect; data: Data } {
  if (typeof value !== "object" || value === null) return false;
  const { sandbox, dialect, data } = value as Record<string, unknown>;
  return sandbox === VERSION && (dialect === "cloud" || dialect === "profiles") && typeof data === "object";
}
