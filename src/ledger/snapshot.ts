/** Reads a commit of the ledger: lists its files once, and reads them with one process. */
import { isAscii } from "node:buffer";
import { Failure } from "../problem.ts";
import { branchOf } from "./branches.ts";
import type { LedgerContent } from "./content.ts";
import { parseContent } from "./content.ts";
import type { Git, GitBytes } from "./git.ts";
import { mustRun } from "./git.ts";
import { LEASE_PATH, LEDGER_PATH, USERS_FOLDER, broken } from "./schema.ts";

/** The start of a tree entry for an ordinary file, followed by its hash. */
const FILE = "100644 blob ";

export interface GitReader {
  readonly git: Git;
  readonly bytes: GitBytes;
}

export interface TipContent extends LedgerContent {
  /** By the committer's clock, in milliseconds since 1970. */
  readonly committedAt: number;
}

/**
 * The ledger of `target` in the commit `tip`, which must be available. Throws `Failure` LEDGER_BROKEN, LEDGER_VERSION,
 * and LEDGER_TARGET if it is another target's.
 */
export async function readTip(reader: GitReader, target: string, tip: string): Promise<TipContent> {
  const { target: written, ...content } = await readCommit(reader, target, tip);
  if (written !== target) throw ofAnotherTarget(target, written);
  return content;
}

/** The same for any commit of the branch; a commit before an adoption has another target. */
export async function readCommit(
  reader: GitReader,
  target: string,
  tip: string,
): Promise<TipContent & { readonly target: string }> {
  const where = (path: string): string => `${path} on ${branchOf(target)}`;
  const listed = await listFiles(reader.git, target, tip);
  const objects = await readObjects(reader.bytes, [tip, ...listed.values()]);
  const commit = objects.next().value ?? "";
  const content = parseContent(textsOf([...listed.keys()], objects, where), where);
  return { ...content, committedAt: committedAt(commit) };
}

/** Each path with its text. */
function* textsOf(
  paths: readonly string[],
  objects: Iterator<string | null, undefined>,
  where: (path: string) => string,
): Generator<readonly [string, string]> {
  for (const path of paths) {
    const text = objects.next().value ?? null;
    if (text === null) throw broken(where(path), "git lists it but doesn't have it");
    yield [path, text];
  }
}

/** The blob ids of our files, by path; other files are ignored. */
async function listFiles(git: Git, target: string, tip: string): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  const listing = await mustRun(git, ["ls-tree", "-r", "-z", "--full-tree", tip]);
  for (const entry of listing.split("\0")) {
    const tab = entry.indexOf("\t");
    const path = entry.slice(tab + 1);
    const isOurs = path === LEDGER_PATH || path === LEASE_PATH || path.startsWith(USERS_FOLDER);
    if (!isOurs) continue;
    if (!entry.startsWith(FILE)) throw broken(`${path} on ${branchOf(target)}`, "it is not an ordinary file");
    files.set(path, entry.slice(FILE.length, tab));
  }
  return files;
}

/**
 * The texts of git's objects, in the order of their names; null for a missing one. A generator, because holding all
 * texts of a large ledger at once would cost more than parsing them.
 */
export async function readObjects(
  bytes: GitBytes,
  names: readonly string[],
): Promise<Generator<string | null, undefined>> {
  return splitObjects(await bytes(["cat-file", "--batch", "--buffer"], `${names.join("\n")}\n`));
}

function* splitObjects(answer: Buffer): Generator<string | null, undefined> {
  // Slicing one string is faster than decoding each text. For ASCII, bytes are characters.
  const whole = answer.toString("latin1");
  const isRight = isAscii(answer);
  for (let start = 0; start < whole.length;) {
    // `<hash> <type> <size>`, the object, and a line feed; or `<name> missing`.
    const end = whole.indexOf("\n", start);
    const size = Number(whole.slice(start, end).split(" ")[2]);
    const isThere = Number.isInteger(size);
    const [from, to] = [end + 1, end + 1 + size];
    yield isThere ? (isRight ? whole.slice(from, to) : answer.toString("utf8", from, to)) : null;
    start = isThere ? to + 1 : from;
  }
}

function committedAt(commit: string): number {
  const seconds = /^committer .* (\d+) [+-]\d{4}$/m.exec(commit)?.[1];
  return Number(seconds ?? 0) * 1000;
}

function ofAnotherTarget(target: string, written: string): Failure {
  return new Failure({
    code: "LEDGER_TARGET",
    message: `The branch ${branchOf(target)} holds the ledger of the target ${written}.`,
    hint: `Two targets can't share a ledger. If the target was renamed, delete the branch ${branchOf(target)} and apply with --allow OTHER_LEDGER.`,
  });
}
