/** Reads the ledger's log: the history of users, and the ledger as it was. */
import type { Ledger, LedgerUser } from "../model.ts";
import { Failure } from "../problem.ts";
import { mustRun } from "./git.ts";
import type { LedgerHome } from "./home.ts";
import type { MessageFacts } from "./message.ts";
import { readMessage } from "./message.ts";
import type { UserParser } from "./schema.ts";
import { USERS_FOLDER, userParser, userPath } from "./schema.ts";
import { readLedger } from "./read.ts";
import { readCommit, readObjects } from "./snapshot.ts";

export interface HistoryQuery {
  /** Ids of users. Default: all. */
  readonly users?: readonly string[];
}

/** A commit of the ledger and the users that it changed. */
export interface HistoryStep extends MessageFacts {
  readonly commit: string;
  /** By the clock of whoever committed it, in milliseconds since 1970. */
  readonly at: number;
  readonly users: readonly UserStep[];
}

/** A user as the ledger knew them before and after a commit; null where it didn't, or where the file was broken. */
export interface UserStep {
  readonly id: string;
  readonly before: LedgerUser | null;
  readonly after: LedgerUser | null;
}

/** One `git log` and one `git cat-file`, however many commits there are. */
export async function readHistory(
  home: LedgerHome,
  { users }: HistoryQuery,
): Promise<readonly HistoryStep[]> {
  const { tip } = await readLedger(home);
  if (tip === null || users?.length === 0) return [];
  const paths = users?.map(userPath) ?? [USERS_FOLDER];
  const log = await mustRun(home.git, [
    ...["-c", "log.showRoot=true", "log", "--raw", "--no-abbrev", "--no-renames", "--no-show-signature"],
    ...["--no-notes", "--no-ext-diff", `--format=${COMMIT}%H %ct%n%B${FILES}`, tip, "--", ...paths],
  ]);
  const commits = log.split(COMMIT).slice(1).map(parseCommit);
  const usersByHash = await readUsers(
    home,
    commits.flatMap(({ files }) => files.flatMap(({ before, after }) => [before, after])),
  );
  return commits.map(({ files, ...commit }) => ({
    ...commit,
    users: files.flatMap(({ before, after }) => stepOf(usersByHash.get(before), usersByHash.get(after))),
  }));
}

/** The ledger as the last commit before or at `moment` has it. */
export async function readLedgerAt(home: LedgerHome, moment: number): Promise<Ledger | null> {
  const { tip } = await readLedger(home);
  if (tip === null) return null;
  const seconds = Math.floor(moment / 1000);
  const found = await mustRun(home.git, ["rev-list", "--max-count=1", `--min-age=${seconds}`, tip]);
  const commit = found.trim();
  return commit === "" ? null : (await readCommit(home, home.target, commit)).ledger;
}

// Control characters, which no message of ours holds, tell where a commit begins and where its files do.
const COMMIT = "\u0001";
const FILES = "\u0002";

interface FileStep {
  readonly before: string;
  readonly after: string;
}

function parseCommit(text: string): Omit<HistoryStep, "users"> & { readonly files: readonly FileStep[] } {
  const [head = "", files = ""] = text.split(FILES);
  const [, commit = "", seconds = "0", message = ""] = /^(\S+) (\d+)\n([^]*)$/.exec(head) ?? [];
  // `:100644 100644 <hash before> <hash after> M\t<path>`
  const steps = files.split("\n").flatMap((line) => {
    const [, , before, after] = line.split(" ");
    return line.startsWith(":") && before && after ? [{ before, after }] : [];
  });
  return { commit, at: Number(seconds) * 1000, ...readMessage(message), files: steps };
}

async function readUsers(home: LedgerHome, hashes: readonly string[]): Promise<Map<string, LedgerUser>> {
  // Zeros stand for a file that isn't there.
  const names = [...new Set(hashes)].filter((hash) => !/^0+$/.test(hash));
  if (names.length === 0) return new Map();
  const texts = [...(await readObjects(home.bytes, names))];
  const parseUser = userParser();
  return new Map(
    names.flatMap((name, index) => {
      const user = parseOrNull(texts[index] ?? null, parseUser);
      return user ? [[name, user] as const] : [];
    }),
  );
}

/** A file that somebody broke, and that was put right since, must not hide the rest of the history. */
function parseOrNull(text: string | null, parseUser: UserParser): LedgerUser | null {
  try {
    return text === null ? null : parseUser(text, () => USERS_FOLDER);
  } catch (error) {
    if (error instanceof Failure) return null;
    throw error;
  }
}

function stepOf(before: LedgerUser | undefined, after: LedgerUser | undefined): UserStep[] {
  const user = after ?? before;
  return user ? [{ id: user.id, before: before ?? null, after: after ?? null }] : [];
}
