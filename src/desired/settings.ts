import type { GuardSettings, Settings } from "../model.ts";
import type { Tree } from "./tree.ts";
import { fieldOf, flagOf, numberOf, textOf } from "./tree.ts";

/** Reads the settings of several files, where later files win, and fills in every default. */
export function readSettings(files: readonly Tree[]): Settings {
  const last = <T>(read: (file: Tree) => T | undefined): T | undefined => lastOf(files, read);
  const organization = last((file) => textOf(file, "organization")?.value);
  const timeZone = last((file) => textOf(file, "time_zone")?.value);
  const requestsPerMinute = last((file) => numberOf(file, "requests_per_minute"));
  const deadlineSeconds = last((file) => numberOf(file, "deadline_seconds"));
  return {
    api: last((file) => choiceOf(file, "api", ["auto", "cloud", "profiles"])) ?? "auto",
    ...(organization !== undefined && { organization }),
    ...(timeZone !== undefined && { timeZone }),
    defaultProficiency: last((file) => numberOf(file, "default_proficiency")) ?? 1,
    ...(requestsPerMinute !== undefined && { requestsPerMinute }),
    ...(deadlineSeconds !== undefined && { deadlineSeconds }),
    staleSeconds: last((file) => numberOf(file, "stale_seconds")) ?? 60,
    exclusive: last((file) => flagOf(file, "exclusive")) ?? false,
    drift: last((file) => choiceOf(file, "drift", ["restore", "report"])) ?? "restore",
    guard: readGuard(files.flatMap((file) => fieldOf(file, "guard") ?? [])),
  };
}

function readGuard(files: readonly Tree[]): GuardSettings {
  const last = <T>(read: (file: Tree) => T | undefined): T | undefined => lastOf(files, read);
  return {
    maxRemovals: last((file) => numberOf(file, "max_removals")) ?? 0.3,
    maxUsersLosing: last((file) => numberOf(file, "max_users_losing")) ?? 25,
    uncovered: last((file) => choiceOf(file, "uncovered", ["refuse", "warn"])) ?? "refuse",
  };
}

/** The value of the last file that has one. */
function lastOf<T>(files: readonly Tree[], read: (file: Tree) => T | undefined): T | undefined {
  return files.map(read).findLast((value) => value !== undefined);
}

function choiceOf<T extends string>(file: Tree, key: string, choices: readonly T[]): T | undefined {
  const text = textOf(file, key)?.value;
  return choices.find((choice) => choice === text);
}
