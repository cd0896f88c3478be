/** `ledger.json` ⇄ Ledger: the same ledger is always the same bytes, and what can't be read is never "no ledger". */
import { readFileSync } from "node:fs";
import type { ErrorObject } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { Ledger, LedgerAssignment, LedgerReplace, LedgerUser, Slug } from "../model.ts";
import { Failure } from "../problem.ts";
import { byText, printable } from "../text.ts";
import type { JsonTree } from "./canonical-json.ts";
import { canonicalJson } from "./canonical-json.ts";
import type { Intent } from "./intent.ts";

/** What the file holds: the ledger, and beside it the intent of a run that has not ended. */
export interface LedgerFile {
  readonly ledger: Ledger;
  readonly intent?: Intent;
}

/** The form of `ledger.json`. */
type StoredLedger = Ledger & { readonly intent?: Intent };

/** GitHub refuses files of 100 MB and warns from 50. */
export const MAX_LEDGER_BYTES = 50 * 2 ** 20;

const schema = JSON.parse(
  readFileSync(new URL("../../schemas/ledger.schema.json", import.meta.url), "utf8"),
) as Record<string, unknown>;
const validate = new Ajv2020({ strict: true }).compile<StoredLedger>(schema);

/** A ledger that holds nothing yet: what a first apply begins from. */
export function emptyLedger(target: string, organization: string, dialect: Ledger["dialect"]): Ledger {
  return { version: 1, target, organization, dialect, revision: null, skills: [], profiles: [], users: [] };
}

/**
 * The ledger with everything sorted, no skill of a profile twice, no list of renames where none is unfinished, and
 * no users who hold nothing of ours but those that are known by an e-mail, which may be a former one.
 */
export function sortLedger(ledger: Ledger): Ledger {
  const replaces = sortedReplaces(ledger.replaces);
  return {
    version: 1,
    target: ledger.target,
    organization: ledger.organization,
    dialect: ledger.dialect,
    revision: ledger.revision,
    skills: ledger.skills.toSorted((a, b) => byText(a.slug, b.slug)),
    profiles: ledger.profiles
      .map((profile) => ({ ...profile, skills: sortedOnce(profile.skills) }))
      .sort((a, b) => byText(a.slug, b.slug)),
    users: ledger.users
      .filter((user) => Object.keys(user.assignments).length > 0 || user.email !== undefined)
      .sort((a, b) => byText(a.id, b.id)),
    ...(replaces && { replaces }),
  };
}

/** The bytes of `ledger.json`. Throws `Failure` LEDGER_BROKEN rather than write what could not be read again. */
export function serialiseLedger({ ledger, intent }: LedgerFile): string {
  const tree = { ...ledgerTree(sortLedger(ledger)), intent: intent && intentTree(intent) };
  const text = canonicalJson(tree);
  parseLedger(text);
  return text;
}

/**
 * Reads `ledger.json`. Throws `Failure` LEDGER_VERSION for a version that this program does not know, and
 * LEDGER_BROKEN for everything else that is not a ledger. `where` names the file in messages.
 */
export function parseLedger(text: string, where = "ledger.json"): LedgerFile {
  if (Buffer.byteLength(text) > MAX_LEDGER_BYTES) throw tooLarge(where);
  const value = parseJson(text, where);
  checkVersion(value, where);
  if (!validate(value)) throw broken(where, describeError(validate.errors?.[0]));
  checkUnique(value, where);
  const { intent, ...ledger } = value;
  return intent === undefined ? { ledger: sortLedger(ledger) } : { ledger: sortLedger(ledger), intent };
}

function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw broken(where, "it is not JSON");
  }
}

function checkVersion(value: unknown, where: string): void {
  if (typeof value !== "object" || value === null || !("version" in value)) return;
  if (value.version === 1 || typeof value.version !== "number") return;
  throw new Failure({
    code: "LEDGER_VERSION",
    message: `${where} has the version ${value.version}; this program knows version 1.`,
    hint: "A newer genesys-skills wrote it: update this one.",
  });
}

function checkUnique(stored: StoredLedger, where: string): void {
  const lists: readonly (readonly [string, readonly string[]])[] = [
    ["skill", stored.skills.map((skill) => skill.slug)],
    ["profile", stored.profiles.map((profile) => profile.slug)],
    ["user", stored.users.map((user) => user.id)],
    ...replaceKeys("", stored.replaces),
    ["skill of the intent", stored.intent?.sets.skills.map((skill) => skill.slug) ?? []],
    ["profile of the intent", stored.intent?.sets.profiles.map((profile) => profile.slug) ?? []],
    ["user of the intent", stored.intent?.sets.users.map((user) => user.id) ?? []],
    ...replaceKeys(" of the intent", stored.intent?.replaces),
  ];
  for (const [what, keys] of lists) {
    const twice = keys.toSorted(byText).find((key, index, sorted) => key === sorted[index + 1]);
    if (twice !== undefined) throw broken(where, `it holds the ${what} "${printable(twice)}" twice`);
  }
}

/** What must not come twice in unfinished renames: an old skill, and within one a user who waits. */
function replaceKeys(
  where: string,
  replaces: readonly LedgerReplace[] = [],
): (readonly [string, readonly string[]])[] {
  return [
    [`replaced skill${where}`, replaces.map(({ id }) => id)],
    ...replaces.map(({ pending }) => [`pending user${where}`, pending.map(({ id }) => id)] as const),
  ];
}

function describeError(error: ErrorObject | undefined): string {
  if (error === undefined) return "it is not a ledger";
  const place = error.instancePath === "" ? "at the top" : `at ${printable(error.instancePath)}`;
  return `${place} it ${error.message ?? "is wrong"}`;
}

/** Says that a ledger can't be read, and how to get back to one that can. */
export function broken(where: string, what: string): Failure {
  return new Failure({
    code: "LEDGER_BROKEN",
    message: `${where} can't be read: ${what}.`,
    hint: "It is written by `apply` alone; look at the branch's last commits and go back to the last good one.",
  });
}

export function tooLarge(where: string): Failure {
  return broken(where, "it is larger than 50 MiB");
}

function ledgerTree(ledger: Ledger) {
  return {
    version: ledger.version,
    target: ledger.target,
    organization: ledger.organization,
    dialect: ledger.dialect,
    revision: ledger.revision,
    skills: ledger.skills.map(skillTree),
    profiles: ledger.profiles.map(profileTree),
    users: ledger.users.map((user) => userTree(user, assignmentTree)),
    replaces: replacesTree(ledger.replaces),
  };
}

function intentTree({ run, revision, sets, removes, replaces, done }: Intent): JsonTree {
  return {
    run: {
      id: run.id,
      actor: run.actor,
      host: run.host,
      url: run.url,
      startedAt: run.startedAt,
      renewedAt: run.renewedAt,
    },
    revision,
    sets: {
      skills: sets.skills.toSorted((a, b) => byText(a.slug, b.slug)).map(skillTree),
      profiles: sets.profiles.toSorted((a, b) => byText(a.slug, b.slug)).map(profileTree),
      users: sets.users
        .toSorted((a, b) => byText(a.id, b.id))
        .map((user) => userTree(user, (meant) => ({ ...assignmentTree(meant), before: meant.before }))),
    },
    removes: {
      skills: sortedOnce(removes.skills),
      profiles: removes.profiles
        .toSorted((a, b) => byText(a.slug, b.slug))
        .map(({ slug, skills, gone = [] }) => {
          return { slug, skills: sortedOnce(skills), ...(gone.length > 0 && { gone: sortedOnce(gone) }) };
        }),
      users: removes.users
        .toSorted((a, b) => byText(a.id, b.id))
        .map((user) => userTree(user, ({ before }) => ({ before }))),
    },
    replaces: replacesTree(replaces),
    done: sortedOnce(done),
  };
}

function replacesTree(replaces: readonly LedgerReplace[] | undefined): JsonTree | undefined {
  return sortedReplaces(replaces)?.map(({ id, name, to, ours, pending }) => {
    return {
      id,
      name,
      to,
      ours,
      pending: pending.map((one) => ({ id: one.id, proficiency: one.proficiency })),
    };
  });
}

/** Sorted by old id, and within each by user; undefined where there are none. */
function sortedReplaces(replaces: readonly LedgerReplace[] = []): readonly LedgerReplace[] | undefined {
  if (replaces.length === 0) return undefined;
  return replaces
    .map((replace) => ({ ...replace, pending: replace.pending.toSorted((a, b) => byText(a.id, b.id)) }))
    .sort((a, b) => byText(a.id, b.id));
}

function skillTree({ slug, id, name, description, protected: kept }: Ledger["skills"][number]) {
  return { slug, id, name, description, protected: kept };
}

function profileTree({ slug, id, name, description, skills }: Ledger["profiles"][number]) {
  return { slug, id, name, description, skills: sortedOnce(skills) };
}

function userTree<T>(
  user: Pick<LedgerUser, "id" | "email"> & { readonly assignments: Readonly<Record<Slug, T>> },
  toTree: (assignment: T) => JsonTree,
) {
  const assignments = Object.entries(user.assignments).map(([slug, held]) => [slug, toTree(held)] as const);
  return { id: user.id, email: user.email, assignments: new Map(assignments) };
}

function assignmentTree({ proficiency, group }: LedgerAssignment) {
  return { proficiency, group };
}

function sortedOnce(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort(byText);
}
