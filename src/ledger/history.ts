/** Reads the ledger's log: the history of users and skills, and the ledger at a moment. */
import type { Ledger, LedgerSkill, LedgerUser } from "../model.ts";
import { Failure } from "../problem.ts";
import { mustRun } from "./git.ts";
import type { LedgerHome } from "./home.ts";
import type { MessageFacts } from "./message.ts";
import { readMessage } from "./message.ts";
import type { UserParser } from "./schema.ts";
import { LEDGER_PATH, USERS_FOLDER, userParser, userPath } from "./schema.ts";
import { readLedger } from "./read.ts";
import { readCommit, readObjects } from "./snapshot.ts";

export interface HistoryQuery {
  /** Ids of users. Default: all. */
  readonly users?: readonly string[];
  /** Ids of skills: limits the history to them and their holders. Default: all users, and no steps of skills. */
  readonly skills?: readonly string[];
}

/** A commit of the ledger and the users that it changed. */
export interface HistoryStep extends MessageFacts {
  readonly commit: string;
  /** By the committer's clock, in milliseconds since 1970. */
  readonly at: number;
  /** The person who applied. */
  readonly author: string;
  readonly users: readonly UserStep[];
  readonly skills: readonly SkillStep[];
}

/** A user in the ledger before and after a commit; null if missing or if the file was broken. */
export interface UserStep {
  readonly id: string;
  readonly before: LedgerUser | null;
  readonly after: LedgerUser | null;
}

/** A skill in the ledger before and after a commit; null if missing. */
export interface SkillStep {
  readonly id: string;
  readonly before: LedgerSkill | null;
  readonly after: LedgerSkill | null;
}

/** Reads the history, newest first, with one `git log` and a few `git cat-file` for any number of commits. */
export async function readHistory(home: LedgerHome, query: HistoryQuery): Promise<readonly HistoryStep[]> {
  const { users, skills = [] } = query;
  const { tip } = await readLedger(home);
  if (tip === null || users?.length === 0) return [];
  const files = skills.length > 0 ? [LEDGER_PATH] : [];
  const isOfSkills = (text: string): boolean =>
    skills.length === 0 || skills.some((id) => text.includes(JSON.stringify(id)));
  // Concurrently: listing the files of all users takes as long as reading those of all skills.
  const [commits, skillsByHash] = await Promise.all([
    readLog(home, tip, [...(users?.map(userPath) ?? [USERS_FOLDER]), ...files]),
    readLog(home, tip, files).then((log) =>
      readEach(home, hashesOf(log.flatMap((commit) => commit.files)), (text) => findSkills(text, skills)),
    ),
  ]);
  const isLedger = ({ path }: FileStep): boolean => path === LEDGER_PATH;
  const ofUsers = commits.flatMap((commit) => commit.files.filter((file) => !isLedger(file)));
  const parseUser = userParser();
  const usersByHash = await readEach(home, hashesOf(ofUsers), (text) =>
    isOfSkills(text) ? parseOrNull(text, parseUser) : null,
  );
  return commits.map(({ files, ...commit }) => {
    const ledger = files.find(isLedger);
    return {
      ...commit,
      users: files
        .filter((file) => !isLedger(file))
        .flatMap(({ before, after }) => stepOf(usersByHash.get(before), usersByHash.get(after))),
      skills: ledger
        ? skills.flatMap((id) =>
            stepOf(skillsByHash.get(ledger.before)?.get(id), skillsByHash.get(ledger.after)?.get(id)),
          )
        : [],
    };
  });
}

/** The commits that changed one of these files, newest first; none for no files. */
async function readLog(home: LedgerHome, tip: string, paths: readonly string[]): Promise<CommitText[]> {
  if (paths.length === 0) return [];
  const log = await mustRun(home.git, [
    ...["-c", "log.showRoot=true", "log", "--raw", "--no-abbrev", "--no-renames", "--no-show-signature"],
    ...["--no-notes", "--no-ext-diff", `--format=${COMMIT}%H %ct %an%n%B${FILES}`, tip, "--"],
    // From the top of the tree, independent of the folder that git runs in.
    ...paths.map((path) => `:(top,literal)${path}`),
  ]);
  return log.split(COMMIT).slice(1).map(parseCommit);
}

function hashesOf(files: readonly FileStep[]): string[] {
  return files.flatMap(({ before, after }) => [before, after]);
}

/** The ledger in the last commit at or before `moment`. */
export async function readLedgerAt(home: LedgerHome, moment: number): Promise<Ledger | null> {
  const { tip } = await readLedger(home);
  if (tip === null) return null;
  const seconds = Math.floor(moment / 1000);
  const found = await mustRun(home.git, ["rev-list", "--max-count=1", `--min-age=${seconds}`, tip]);
  const commit = found.trim();
  return commit === "" ? null : (await readCommit(home, home.target, commit)).ledger;
}

// Separators: control characters, which our messages never contain.
const COMMIT = "\u0001";
const FILES = "\u0002";

interface FileStep {
  readonly before: string;
  readonly after: string;
  readonly path: string;
}

type CommitText = Omit<HistoryStep, "users" | "skills"> & { readonly files: readonly FileStep[] };

function parseCommit(text: string): CommitText {
  const [head = "", files = ""] = text.split(FILES);
  const [, commit = "", seconds = "0", author = "", message = ""] =
    /^(\S+) (\d+) (.*)\n([^]*)$/.exec(head) ?? [];
  // `:100644 100644 <hash before> <hash after> M\t<path>`
  const steps = files.split("\n").flatMap((line) => {
    const [, , before, after] = line.split(" ");
    const path = line.slice(line.indexOf("\t") + 1);
    return line.startsWith(":") && before && after ? [{ before, after, path }] : [];
  });
  return { commit, at: Number(seconds) * 1000, author, ...readMessage(message), files: steps };
}

/** Reads each object, by hash; leaves out objects for which `read` returns null. */
async function readEach<T>(
  home: LedgerHome,
  hashes: readonly string[],
  read: (text: string) => T | null,
): Promise<Map<string, T>> {
  // Zeros stand for a missing file.
  const names = [...new Set(hashes)].filter((hash) => !/^0+$/.test(hash));
  const found = new Map<string, T>();
  for (let start = 0; start < names.length; start += LOT) {
    const lot = names.slice(start, start + LOT);
    let index = 0;
    for (const text of await readObjects(home.bytes, lot)) {
      const value = text === null ? null : read(text);
      if (value !== null) found.set(lot[index] ?? "", value);
      index++;
    }
  }
  return found;
}

/** Files per read: those of a large ledger have hundreds of kilobytes. */
const LOT = 2000;

/** Finds skills by the layout of `canonicalJson`: parsing a large file for each commit would take too long. */
function findSkills(text: string, ids: readonly string[]): ReadonlyMap<string, LedgerSkill> {
  return new Map(
    ids.flatMap((id) => {
      const json = JSON.stringify(id);
      const [line, block] = [`\n    { "id": ${json}`, `\n    {\n      "id": ${json}`].map((begin) =>
        text.indexOf(begin),
      ) as [number, number];
      const end =
        line === -1 ? text.indexOf("\n    }", block) + "\n    }".length : text.indexOf("\n", line + 1);
      const skill = Math.max(line, block) === -1 ? null : parseSkill(text.slice(Math.max(line, block), end));
      return skill ? [[id, skill] as const] : [];
    }),
  );
}

function parseSkill(text: string): LedgerSkill | null {
  try {
    return JSON.parse(text.replace(/,$/, "")) as LedgerSkill;
  } catch {
    return null;
  }
}

/** A file that was broken and repaired later must not hide the rest of the history. */
function parseOrNull(text: string, parseUser: UserParser): LedgerUser | null {
  try {
    return parseUser(text, () => USERS_FOLDER);
  } catch (error) {
    if (error instanceof Failure) return null;
    throw error;
  }
}

function stepOf<T extends { readonly id: string }>(
  before: T | undefined,
  after: T | undefined,
): { readonly id: string; readonly before: T | null; readonly after: T | null }[] {
  const { id } = after ?? before ?? {};
  return id === undefined ? [] : [{ id, before: before ?? null, after: after ?? null }];
}
