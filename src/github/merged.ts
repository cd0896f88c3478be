/** Finds the pull requests of the commits that are applied. */
import type { Clock } from "../http/clock.ts";
import { mustRun, openGit } from "../ledger/git.ts";
import { isAncestor } from "../ledger/revision.ts";
import type { GitHub, Pull } from "./github.ts";

/** The commits between the last apply and this one. */
export interface CommitRange {
  /** A directory of the repository. */
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  /** The commit that was applied last, or null before the first apply. */
  readonly revision: string | null;
  /** The commit that is applied now. */
  readonly head: string;
  /** Its branch. */
  readonly branch: string;
  /** How many commits to look at. Default 250, or 50 before the first apply. */
  readonly newest?: number;
}

interface Commit {
  readonly hash: string;
  /** The time of the commit, in milliseconds since 1970. */
  readonly at: number;
  readonly message: string;
}

/** A pull request, and the commits that it became, as far as they were asked for. */
export interface MergedPull extends Pull {
  readonly commits: readonly string[];
}

/** More than this between two applies is no work of reviews any more; what is older then doesn't count. */
const MAX_COMMITS = 250;

/** The same before the first apply, when every merged pull request would count. */
const MAX_FIRST_COMMITS = 50;

/** The commits of the branch since the last apply, newest first; null if the last applied commit isn't an ancestor. */
export async function commitsSince({
  cwd,
  env,
  revision,
  head,
  newest = revision === null ? MAX_FIRST_COMMITS : MAX_COMMITS,
}: Omit<CommitRange, "branch">): Promise<Commit[] | null> {
  if (revision !== null && (await isAncestor(cwd, revision, head, env)) !== "yes") return null;
  const range = revision === null ? head : `${revision}..${head}`;
  const git = openGit(env === undefined ? { cwd } : { cwd, env });
  const options = ["--first-parent", "-z", `--max-count=${newest}`, "--format=%H%n%ct%n%B"];
  const log = await mustRun(git, ["log", ...options, range, "--"]);
  return log
    .split("\0")
    .filter((entry) => entry !== "")
    .map((entry) => {
      const [hash = "", seconds = "", ...message] = entry.split("\n");
      return { hash, at: Number(seconds) * 1000, message: message.join("\n") };
    });
}

/** Milliseconds between queries of GitHub's index, which lags by tens of seconds after a merge. */
const INDEX_WAITS = [2000, 4000, 8000, 16_000];

/** An older commit is in the index or has no pull request. */
const INDEX_LAG = 10 * 60_000;

/**
 * The pull requests that these commits merged into the branch, by number. Without a clock it doesn't wait for GitHub's
 * index. Throws ApiError.
 */
export async function pullsMergedBy(
  github: GitHub,
  commits: readonly Commit[],
  branch: string,
  clock: Clock | null,
): Promise<MergedPull[]> {
  const hashes = new Set(commits.map(({ hash }) => hash));
  const isMergedHere = ({ isMerged, base, mergeCommit }: Pull): boolean =>
    isMerged && base === branch && mergeCommit !== null && hashes.has(mergeCommit);
  const found = new Map<number, MergedPull>();
  const keep = ({ hash }: Commit, pulls: readonly Pull[]): boolean => {
    const merged = pulls.filter(isMergedHere);
    for (const pull of merged) {
      const { commits: others = [] } = found.get(pull.number) ?? {};
      found.set(pull.number, { ...pull, commits: [...others, hash] });
    }
    return merged.length > 0;
  };

  let unknown: Commit[] = [];
  for (const commit of commits) {
    const named = await pullNamedBy(github, commit);
    if (!keep(commit, named ? [named] : [])) unknown.push(commit);
  }
  for (const wait of [0, ...INDEX_WAITS]) {
    if (wait > 0) {
      if (clock === null) break;
      unknown = unknown.filter(({ at }) => clock.now() - at < INDEX_LAG);
      if (unknown.length === 0) break;
      await clock.sleep(wait, new AbortController().signal);
    }
    const still: Commit[] = [];
    for (const commit of unknown) {
      if (!keep(commit, await github.pullsOfCommit(commit.hash))) still.push(commit);
    }
    unknown = still;
  }
  return [...found.values()].sort((a, b) => a.number - b.number);
}

/** The pull request in the message of a merge or squash commit, if GitHub confirms that it became this commit. */
async function pullNamedBy(github: GitHub, { hash, message }: Commit): Promise<Pull | null> {
  const number = pullNumber(message);
  const pull = number === null ? null : await github.findPull(number);
  return pull?.mergeCommit === hash ? pull : null;
}

/** `12` of `Merge pull request #12 from …` and of `Take care (#12)`; a revert names the reverted one first. */
export function pullNumber(message: string): number | null {
  const [title = ""] = message.split("\n", 1);
  const digits = /^Merge pull request #(\d{1,9})\b/.exec(title)?.[1] ?? /\(#(\d{1,9})\)\s*$/.exec(title)?.[1];
  return digits === undefined ? null : Number(digits);
}

/** Whether a pull request changed something in the folder `cwd`; where its commits don't say, it counts as if. */
export async function changesFolder(
  { commits }: MergedPull,
  { cwd, env }: Pick<CommitRange, "cwd" | "env">,
): Promise<boolean> {
  const git = openGit(env === undefined ? { cwd } : { cwd, env });
  for (const commit of commits) {
    const { code } = await git(["diff", "--quiet", `${commit}^1`, commit, "--", "."]);
    if (code !== 0) return true;
  }
  return false;
}
