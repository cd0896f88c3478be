/** Reads a commit of the ledger: its files listed once, and read by one process, however many they are. */
import { isAscii } from "node:buffer";
import { Failure } from "../problem.ts";
import { branchOf } from "./branches.ts";
import type { LedgerContent } from "./content.ts";
import { parseContent } from "./content.ts";
import type { Git, GitBytes } from "./git.ts";
import { mustRun } from "./git.ts";
import { LEASE_PATH, LEDGER_PATH, USERS_FOLDER, broken } from "./schema.ts";

/** How an entry of a tree begins that is an ordinary file; its hash follows. */
const FILE = "100644 blob ";

export interface GitReader {
  readonly git: Git;
  readonly bytes: GitBytes;
}

export interface TipContent extends LedgerContent {
  /** By the clock of whoever committed it, in milliseconds since 1970. */
  readonly committedAt: number;
}

/**
 * The ledger of `target` in the commit `tip`, which must be here. Throws `Failure` LEDGER_BROKEN, LEDGER_VERSION,
 * LEDGER_TARGET where it is another target's.
 */
export async function readTip(reader: GitReader, target: string, tip: string): Promise<TipContent> {
  const { target: written, ...content } = await readCommit(reader, target, tip);
  if (written !== target) throw ofAnotherTarget(target, written);
  return content;
}

/** The same for any commit of the branch: one that is older than an adoption is of another target. */
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
    if (text === null) throw broken(where(path), "git lists it and doesn't have it");
    yield [path, text];
  }
}

/** The ids of our files' blobs, by path; others at the top may be there for people, and are left alone. */
async function listFiles(git: Git, target: string, tip: string): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  const listing = await mustRun(git, ["ls-tree", "-r", "-z", "--full-tree", tip]);
  for (const entry of listing.split("\0")) {
    const tab = entry.indexOf("\t");
    const path = entry.slice(tab + 1);
    const isOurs = path === LEDGER_PATH || path === LEASE_PATH || path.startsWith(USERS_FOLDER);
    if (!isOurs) continue;
    if (!entry.startsWith(FILE)) throw broken(`${path} on ${branchOf(target)}`, "it is no ordinary file");
    files.set(path, entry.slice(FILE.length, tab));
  }
  return files;
}

/**
 * The texts of git's objects, in the order of their names; null for one that is not there. One after the other:
 * all of a large ledger's texts at once would cost more than to parse them.
 */
export async function readObjects(
  bytes: GitBytes,
  names: readonly string[],
): Promise<Generator<string | null, undefined>> {
  return splitObjects(await bytes(["cat-file", "--batch", "--buffer"], `${names.join("\n")}\n`));
}

function* splitObjects(answer: Buffer): Generator<string | null, undefined> {
  // One string can be cut into pieces, which is quicker than to decode each; it is right where bytes are characters.
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
    hint: `Two targets can't share a ledger. Where the target was renamed, delete the branch ${branchOf(target)} and apply with --allow OTHER_LEDGER.`,
  });
}
