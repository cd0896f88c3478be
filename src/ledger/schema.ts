/** Validates the ledger's files. An invalid file is refused, and never counts as "no ledger". */
import { readFileSync } from "node:fs";
import type { ErrorObject, ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import { createHash } from "node:crypto";
import type { LedgerAssignment, LedgerHead, LedgerUser, TargetName } from "../model.ts";
import { packageFile } from "../package-files.ts";
import { Failure } from "../problem.ts";
import { printable } from "../text.ts";
import type { Lease } from "./lease.ts";

/** The form of `ledger.json`. */
export type LedgerFile = LedgerHead | EmptyFile;

/** The branch holds no ledger: an apply that was to be the first was refused after it had begun. */
export interface EmptyFile {
  readonly version: 2;
  readonly target: TargetName;
  readonly empty: true;
}

/** The form of each file of a ledger; schemas/ledger.schema.json is written from it. */
export type AnyLedgerFile = LedgerFile | LedgerUser | Lease;

type AssignmentEntry = readonly [skill: string, assignment: LedgerAssignment];

const SCHEMA = "ledger.schema.json";

// Lengths are in UTF-16 units: counting code points takes longer than parsing.
const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, unicode: false, logger: false }).addSchema(
  JSON.parse(readFileSync(packageFile(`schemas/${SCHEMA}`), "utf8")) as object,
);

const isUser = validator<LedgerUser>("LedgerUser");
const isLease = validator<Lease>("Lease");
const isLedger = validator<LedgerHead>("LedgerHead");
const isEmpty = validator<EmptyFile>("EmptyFile");

/** Throws `Failure` LEDGER_BROKEN. `where` names the file in messages, here and below. */
export type UserParser = (text: string, where: () => string) => LedgerUser;

/**
 * Creates a parser for the files of many users. Each assignment has its own line, and users with an equal line share
 * one parsed object.
 */
export function userParser(): UserParser {
  const known = new Map<string, AssignmentEntry | null>();
  const entryOf = (line: string): AssignmentEntry | null => {
    const seen = known.get(line);
    if (seen !== undefined) return seen;
    const entry = parseEntry(line);
    known.set(line, entry);
    return entry;
  };
  return (text, where) => parseLines(text, entryOf) ?? check(isUser, parseJson(text, where), where);
}

const OPEN = '"assignments": {\n    ';
const NEXT = ",\n    ";
const CLOSE = "\n  }\n}\n";

/**
 * The user of a file that ends with its assignments in the layout of `canonicalJson`; null for any other file, valid or
 * not.
 */
function parseLines(text: string, entryOf: (line: string) => AssignmentEntry | null): LedgerUser | null {
  const start = text.indexOf(OPEN);
  if (start === -1 || !text.endsWith(CLOSE)) return null;
  const user = jsonOrNull(`${text.slice(0, start)}"assignments": {}}`);
  if (!isUser(user)) return null;
  // Without a prototype the object has only its ids as keys, and is faster to fill.
  const assignments = Object.create(null) as Record<string, LedgerAssignment>;
  const stop = text.length - CLOSE.length;
  for (let from = start + OPEN.length, to = from; to !== stop; from = to + NEXT.length) {
    const end = text.indexOf(NEXT, from);
    to = end === -1 ? stop : end;
    const entry = entryOf(text.slice(from, to));
    if (entry === null) return null;
    assignments[entry[0]] = entry[1];
  }
  return { ...user, assignments };
}

/** One assignment with its skill's id; null for any other line. */
function parseEntry(line: string): AssignmentEntry | null {
  const assignments = jsonOrNull(`{${line}}`);
  const user: unknown = { id: "any", assignments };
  const entries = isUser(user) ? Object.entries(user.assignments) : [];
  return entries.length === 1 ? (entries[0] ?? null) : null;
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Throws `Failure` LEDGER_BROKEN. */
export function parseLease(text: string, where: () => string): Lease {
  return check(isLease, parseJson(text, where), where);
}

/** Throws `Failure` LEDGER_VERSION for another version than 2, and LEDGER_BROKEN. */
export function parseLedgerFile(text: string, where: () => string): LedgerFile {
  const value = parseJson(text, where);
  checkVersion(value, where);
  return isEmpty(value) ? value : check(isLedger, value, where);
}

/** The failure for an unreadable ledger, with the remedy. */
export function broken(where: string, problem: string): Failure {
  return new Failure({
    code: "LEDGER_BROKEN",
    message: `${where} can't be read: ${problem}.`,
    hint: "Only `apply` writes it. Look at the last commits of the branch, and revert those that `apply` did not make.",
  });
}

function validator<T>(name: string): ValidateFunction<T> {
  const validate = ajv.getSchema<T>(`${SCHEMA}#/$defs/${name}`);
  if (!validate) throw new Error(`The ledger's schema has no ${name}.`);
  return validate as ValidateFunction<T>;
}

function check<T>(validate: ValidateFunction<T>, value: unknown, where: () => string): T {
  if (validate(value)) return value;
  throw broken(where(), describeError(validate.errors?.[0]));
}

function parseJson(text: string, where: () => string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw broken(where(), "it is not JSON");
  }
}

function checkVersion(value: unknown, where: () => string): void {
  if (typeof value !== "object" || value === null || !("version" in value)) return;
  const { version } = value;
  if (version === 2 || typeof version !== "number") return;
  throw new Failure({
    code: "LEDGER_VERSION",
    message: `${where()} has version ${version}; this program supports version 2.`,
    hint:
      version < 2
        ? "An unreleased version wrote it. Delete the branch and apply again, which adopts what the YAML names."
        : "A newer version of genesys-skills wrote it: update this one.",
  });
}

function describeError(error: ErrorObject | undefined): string {
  if (error === undefined) return "it has the wrong form";
  const place = error.instancePath === "" ? "at the top" : `at ${printable(error.instancePath)}`;
  return `${place} it ${error.message ?? "is wrong"}`;
}

export const LEDGER_PATH = "ledger.json";
export const LEASE_PATH = "run.json";
export const USERS_FOLDER = "users/";

/** File systems allow names of up to 255 bytes, including `.json`. */
const LONGEST_NAME = 200;

/**
 * `users/6b/6b1c….json`. Two ids never share a file on any file system: characters other than lower-case letters,
 * digits, `-` and `_` are written as `%` and four hexadecimal digits, and the end of a too long name is replaced by a
 * hash.
 */
export function userPath(id: string): string {
  return `${USERS_FOLDER}${escaped(id.slice(0, 2))}/${shortened(escaped(id))}.json`;
}

function escaped(text: string): string {
  // Nearly all ids are plain, and a large ledger has many.
  if (/^[a-z0-9_-]*$/.test(text)) return text;
  // By UTF-16 units, so that half a surrogate pair is escaped too.
  return text.replace(/[^a-z0-9_-]/g, (unit) => `%${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function shortened(name: string): string {
  if (name.length <= LONGEST_NAME) return name;
  return `${name.slice(0, 100)}~${createHash("sha256").update(name).digest("hex")}`;
}
