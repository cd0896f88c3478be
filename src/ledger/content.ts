/** Ledger ⇄ files: the same ledger is always the same bytes, and a commit touches only what it changes. */
import type { Ledger, LedgerHead, LedgerProfile, LedgerSkill, LedgerUser, WriteRecord } from "../model.ts";
import { byText, printable } from "../text.ts";
import type { Lease } from "./lease.ts";
import {
  LEASE_PATH,
  LEDGER_PATH,
  broken,
  parseLease,
  parseLedgerFile,
  userParser,
  userPath,
} from "./schema.ts";
import type { EmptyFile, LedgerFile } from "./schema.ts";

/** The content of the files of one commit. */
export interface LedgerContent {
  /** Null if the branch has none: the first apply was refused after it had begun. */
  readonly ledger: Ledger | null;
  readonly lease: Lease | null;
}

/** A file of a commit; null text means that the commit deletes it. */
export interface FileChange {
  readonly path: string;
  readonly text: string | null;
}

/** The ledger as it is read back after it is written: sorted, and without users who have no records. */
export function normalizeLedger(ledger: Ledger): Ledger {
  return {
    ...ledger,
    skills: ledger.skills.map(normalizeRecords).sort(byId),
    profiles: ledger.profiles
      .map((profile) => ({ ...normalizeRecords(profile), skills: profile.skills.toSorted(byId) }))
      .sort(byId),
    users: ledger.users.filter(isRecorded).map(normalizeRecords).sort(byId),
    replacements: ledger.replacements.toSorted(byId),
  };
}

/**
 * The files that differ between two commits, sorted by path; `before` is null for the first commit. Throws `Failure`
 * LEDGER_BROKEN instead of writing a file that could not be read again.
 */
export function changedFiles(
  target: string,
  before: LedgerContent | null,
  after: LedgerContent,
): FileChange[] {
  const changes: FileChange[] = [];
  const put = (path: string, then: string | null, now: string | null): void => {
    if (now !== then) changes.push({ path, text: now });
  };
  put(LEDGER_PATH, before && ledgerText(target, before.ledger), checkedLedger(target, after.ledger));
  put(LEASE_PATH, before?.lease ? leaseText(before.lease) : null, after.lease && checkedLease(after.lease));
  changes.push(...changedUsers(before?.ledger?.users ?? [], after.ledger?.users ?? []));
  return changes.sort((a, b) => byText(a.path, b.path));
}

function changedUsers(before: readonly LedgerUser[], after: readonly LedgerUser[]): FileChange[] {
  const changes: FileChange[] = [];
  const known = new Map(before.map((user) => [user.id, user]));
  const seen = new Set<string>();
  const parseUser = userParser();
  for (const user of after) {
    if (!isRecorded(user)) continue;
    if (seen.has(user.id)) throw twice("The ledger to write", "user", user.id);
    seen.add(user.id);
    const then = known.get(user.id);
    if (then && (then === user || isSame(then, user))) continue;
    const text = userText(user);
    // The order of records doesn't matter.
    if (then && userText(then) === text) continue;
    parseUser(text, () => userPath(user.id));
    changes.push({ path: userPath(user.id), text });
  }
  for (const { id } of before) if (!seen.has(id)) changes.push({ path: userPath(id), text: null });
  return changes;
}

/** Whether the user needs a file; an absence alone needs none. */
function isRecorded({ email, assignments, migrations = {}, records = [] }: LedgerUser): boolean {
  if (email !== undefined || records.length > 0) return true;
  return Object.keys(assignments).length > 0 || Object.keys(migrations).length > 0;
}

/**
 * The content of a commit from the paths and texts of its files. `where` describes a file for messages. Throws
 * `Failure` LEDGER_BROKEN, LEDGER_VERSION.
 */
export function parseContent(
  files: Iterable<readonly [string, string]>,
  where: (path: string) => string,
): LedgerContent & { readonly target: string } {
  let file: LedgerFile | undefined;
  let lease: Lease | null = null;
  const users: LedgerUser[] = [];
  const parseUser = userParser();
  for (const [path, text] of files) {
    const at = (): string => where(path);
    if (path === LEDGER_PATH) file = parseLedgerFile(text, at);
    else if (path === LEASE_PATH) lease = parseLease(text, at);
    else users.push(checkedUser(path, parseUser(text, at), at));
  }
  if (!file) throw broken(where(LEDGER_PATH), "it is missing");
  if (isEmptyFile(file)) return { target: file.target, ledger: null, lease };
  checkUnique(file, where(LEDGER_PATH));
  return { target: file.target, ledger: { ...file, users: users.sort(byId) }, lease };
}

function checkedUser(path: string, user: LedgerUser, where: () => string): LedgerUser {
  if (userPath(user.id) !== path)
    throw broken(where(), `it is the file of another user, ${printable(user.id)}`);
  if (user.records) checkRecords(user, where());
  return user;
}

function isEmptyFile(file: LedgerFile): file is EmptyFile {
  return "empty" in file;
}

function checkUnique(ledger: LedgerHead, where: string): void {
  const lists = {
    skill: ledger.skills,
    profile: ledger.profiles,
    "replaced skill": ledger.replacements,
  };
  for (const [kind, items] of Object.entries(lists)) {
    const ids = items.map(({ id }) => id).sort(byText);
    const repeated = ids.find((id, index) => id === ids[index + 1]);
    if (repeated !== undefined) throw twice(where, kind, repeated);
  }
  for (const item of [...ledger.skills, ...ledger.profiles]) checkRecords(item, where);
}

/** Refuses two records of one field. */
function checkRecords({ records = [] }: Pick<LedgerUser, "records">, where: string): void {
  const fields = records.map(fieldKey);
  const repeated = fields.find((field, index) => fields.indexOf(field) !== index);
  if (repeated !== undefined) throw twice(where, "record of", repeated);
}

function twice(where: string, kind: string, id: string): Error {
  return broken(where, `it holds the ${kind} "${printable(id)}" twice`);
}

// ── Text ─────────────────────────────────────────────────────────────────────────────────────────────

function checkedLedger(target: string, ledger: Ledger | null): string {
  const text = ledgerText(target, ledger);
  const file = parseLedgerFile(text, () => LEDGER_PATH);
  if (!isEmptyFile(file)) checkUnique(file, LEDGER_PATH);
  return text;
}

function checkedLease(lease: Lease): string {
  const text = leaseText(lease);
  parseLease(text, () => LEASE_PATH);
  return text;
}

function ledgerText(target: string, ledger: Ledger | null): string {
  if (ledger === null) return canonicalJson({ version: 2, target, empty: true });
  return canonicalJson({
    version: ledger.version,
    target: ledger.target,
    organization: ledger.organization,
    dialect: ledger.dialect,
    applied: revisionTree(ledger.applied),
    attempted: revisionTree(ledger.attempted),
    movedTo: ledger.movedTo,
    skills: ledger.skills.toSorted(byId).map(skillTree),
    profiles: ledger.profiles.toSorted(byId).map(profileTree),
    replacements: ledger.replacements
      .toSorted(byId)
      .map(({ id, name, to, state }) => ({ id, name, to, state })),
    carriedOut: ledger.carriedOut?.map(({ pull, hashes }) => ({ pull, hashes })),
  });
}

function leaseText({ run, actor, host, url, github, renewals }: Lease): string {
  return canonicalJson({ run, actor, host, url, github: github && githubTree(github), renewals });
}

function githubTree({ run, attempt, job }: NonNullable<Lease["github"]>): JsonTree {
  return { run, attempt, job };
}

function revisionTree(revision: Ledger["applied"]): JsonTree {
  return revision && { revision: revision.revision, day: revision.day, uncommitted: revision.uncommitted };
}

function skillTree(skill: LedgerSkill): JsonTree {
  const { id, name, slug, slugWritten, description, division, protected: isProtected, renamedFrom } = skill;
  const names = renamedFrom?.map((old) => ({ name: old.name, id: old.id }));
  return {
    ...{ id, name, slug, slugWritten, description, division },
    ...{ protected: isProtected, renamedFrom: names, records: recordTrees(skill) },
  };
}

function profileTree(profile: LedgerProfile): JsonTree {
  const { id, name, slug, slugWritten, description } = profile;
  const skills = profile.skills.toSorted(byId).map((skill) => ({ id: skill.id, name: skill.name }));
  return { id, name, slug, slugWritten, description, skills, records: recordTrees(profile) };
}

function userText(user: LedgerUser): string {
  const assignments = Object.entries(user.assignments).map(
    ([skill, { name, proficiency, group, until, reviewed }]) =>
      [skill, { name, proficiency, group: groupTree(group), until, reviewed }] as const,
  );
  return canonicalJson({
    id: user.id,
    email: user.email,
    absent: user.absent,
    assignments: new Map(assignments),
    migrations: migrationsTree(user.migrations),
    records: recordTrees(user),
  });
}

function migrationsTree(migrations: LedgerUser["migrations"] = {}): JsonTree | undefined {
  const trees = Object.entries(migrations).map(
    ([skill, { name, proficiency, manual }]) => [skill, { name, proficiency, manual }] as const,
  );
  return trees.length > 0 ? new Map(trees) : undefined;
}

function recordTrees(item: Pick<LedgerUser, "records">): JsonTree | undefined {
  return normalizeRecords(item).records?.map(
    ({ field, name, before, wasOurs, values, outcome, group, until }) => ({
      field: field.kind === "skill" ? { kind: field.kind, id: field.id } : { kind: field.kind },
      ...{ name, before, wasOurs, values, outcome, group: groupTree(group), until },
    }),
  );
}

function groupTree(group: WriteRecord["group"]): JsonTree | undefined {
  return group && { id: group.id, name: group.name };
}

// ── Order ────────────────────────────────────────────────────────────────────────────────────────────

/** Records sorted by field, and no empty list of them. */
function normalizeRecords<T extends Pick<LedgerUser, "records">>(item: T): T {
  const { records, ...rest } = item;
  if (records === undefined) return item;
  if (records.length === 0) return rest as T;
  return { ...item, records: records.toSorted((a, b) => byText(fieldKey(a), fieldKey(b))) };
}

function fieldKey({ field }: WriteRecord): string {
  return field.kind === "skill" ? `skill ${field.id}` : field.kind;
}

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return byText(a.id, b.id);
}

/** Whether two values of the same form are equal; an undefined field equals a missing one. */
function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  for (const field in left) if (!isSame(left[field], right[field])) return false;
  for (const field in right) if (right[field] !== undefined && !Object.hasOwn(left, field)) return false;
  return true;
}

type JsonScalar = string | number | boolean | null;
type JsonTree =
  | JsonScalar
  | readonly JsonTree[]
  | ReadonlyMap<string, JsonTree>
  | { readonly [field: string]: JsonTree | undefined };

/** The text of `tree`, with a line feed at its end and without undefined fields. */
export function canonicalJson(tree: JsonTree): string {
  return `${print(tree, "")}\n`;
}

function print(tree: JsonTree, indent: string): string {
  if (isScalar(tree)) return JSON.stringify(tree);
  const isBlock = indent === "" || hasBlock(tree);
  const within = isBlock ? `${indent}  ` : indent;
  if (isList(tree)) {
    const items = tree.map((item) => print(item, within));
    return isBlock ? printBlock("[", items, "]", indent) : `[${items.join(", ")}]`;
  }
  const texts = fieldsOf(tree).map(([name, value]) => `${JSON.stringify(name)}: ${print(value, within)}`);
  if (isBlock) return printBlock("{", texts, "}", indent);
  return texts.length === 0 ? "{}" : `{ ${texts.join(", ")} }`;
}

/** Whether the tree is, or contains, a record or a list of objects: these have one line for each item. */
function hasBlock(tree: JsonTree): boolean {
  if (isScalar(tree)) return false;
  if (isRecord(tree)) return true;
  if (isList(tree)) return tree.some((item) => !isScalar(item) && !isList(item));
  return Object.values(tree).some((value) => value !== undefined && hasBlock(value));
}

function printBlock(open: string, items: readonly string[], close: string, indent: string): string {
  if (items.length === 0) return open + close;
  return `${open}\n${items.map((item) => `${indent}  ${item}`).join(",\n")}\n${indent}${close}`;
}

function fieldsOf(
  tree: Exclude<JsonTree, JsonScalar | readonly JsonTree[]>,
): (readonly [string, JsonTree])[] {
  if (isRecord(tree)) return [...tree].sort(([a], [b]) => byText(a, b));
  return Object.entries(tree).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
}

function isScalar(tree: JsonTree): tree is JsonScalar {
  return tree === null || typeof tree !== "object";
}

function isList(tree: JsonTree): tree is readonly JsonTree[] {
  return Array.isArray(tree);
}

function isRecord(tree: JsonTree): tree is ReadonlyMap<string, JsonTree> {
  return tree instanceof Map;
}
