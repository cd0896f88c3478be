/** The names of the ledger's files. */
import { createHash } from "node:crypto";

export const LEDGER_PATH = "ledger.json";
export const LEASE_PATH = "run.json";
export const USERS_FOLDER = "users/";

/** File systems take names of up to 255 bytes; the rest is for `.json`. */
const LONGEST_NAME = 200;

/**
 * `users/6b/6b1c….json`. Two ids never share a file, on no file system: whatever is not a lower-case letter, a
 * digit, `-` or `_` is written as `%` and four hexadecimal digits, and of a name too long for a file the end is
 * replaced by its hash.
 */
export function userPath(id: string): string {
  return `${USERS_FOLDER}${escaped(id.slice(0, 2))}/${shortened(escaped(id))}.json`;
}

function escaped(text: string): string {
  // Nearly all ids are plain, and a large ledger has many.
  if (/^[a-z0-9_-]*$/.test(text)) return text;
  // By UTF-16 units, so that half a surrogate pair has a name of its own too.
  return text.replace(/[^a-z0-9_-]/g, (unit) => `%${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function shortened(name: string): string {
  if (name.length <= LONGEST_NAME) return name;
  return `${name.slice(0, 100)}~${createHash("sha256").update(name).digest("hex")}`;
}
