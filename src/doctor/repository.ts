/** Git as the ledger needs it: the program, the repository, its history, and the remote. */
import type { Git } from "../ledger/git.ts";
import { maskCredentials, openGit } from "../ledger/git.ts";
import { headRevision } from "../ledger/revision.ts";
import type { LedgerStore } from "../ledger/store.ts";
import { openLedgerStore } from "../ledger/store.ts";
import { count, printable } from "../text.ts";
import type { CheckName, Finding } from "./finding.ts";
import { ok, orWrong, unchecked, warning, wrong } from "./finding.ts";

export interface RepositoryQuestion {
  /** A folder that exists. */
  readonly cwd: string;
  /** The target whose ledger is opened. */
  readonly target: string;
  readonly env: NodeJS.ProcessEnv;
  /** Null where the ledger never leaves the clone; undefined for `origin` where there is one. */
  readonly remote?: string | null;
}

export interface RepositoryAnswer {
  readonly findings: readonly Finding[];
  readonly store: LedgerStore | null;
  /** The folder at the repository's top, and where its remote is. */
  readonly top: string | null;
  readonly url: string | null;
  readonly head: string | null;
}

/** Milliseconds until a git command is given up: nobody who looks for a fault waits longer. */
const PATIENCE = 30_000;
const MIN_GIT: readonly [number, number] = [2, 29];
const AFTER_GIT: readonly CheckName[] = ["repository", "history", "commit", "remote"];

export async function examineRepository(question: RepositoryQuestion): Promise<RepositoryAnswer> {
  const { cwd, env } = question;
  const git = openGit({ cwd, env, timeout: PATIENCE });
  const version = await orWrong("git", () => git(["version"]));
  if ("finding" in version) return without([version.finding], AFTER_GIT, "there is no git");
  const program = describeVersion(version.value.stdout);
  const opened = await orWrong("repository", () => openLedgerStore({ ...question, timeout: PATIENCE }));
  if ("finding" in opened)
    return without([program, opened.finding], AFTER_GIT.slice(1), "the repository can't be read");
  if (opened.value === null) {
    return without([program, NO_REPOSITORY], AFTER_GIT.slice(1), "there is no repository");
  }
  return examineOpened(question, git, opened.value, program);
}

async function examineOpened(
  { cwd, env, remote }: RepositoryQuestion,
  git: Git,
  store: LedgerStore,
  program: Finding,
): Promise<RepositoryAnswer> {
  const top = (await git(["rev-parse", "--show-toplevel"])).stdout.trim();
  const url = store.remote === null ? null : (await git(["remote", "get-url", store.remote])).stdout.trim();
  const revision = await orWrong("commit", () => headRevision(cwd, ".", env));
  const head = "value" in revision ? revision.value : null;
  return {
    store,
    top: top === "" ? null : top,
    url,
    head: head?.commit ?? null,
    findings: [
      program,
      ok("repository", `${printable(top)}.`),
      await examineHistory(git),
      "finding" in revision ? revision.finding : describeCommit(head),
      describeRemote(store.remote, url, remote === null),
    ],
  };
}

function without(
  findings: readonly Finding[],
  checks: readonly CheckName[],
  reason: string,
): RepositoryAnswer {
  const rest = checks.map((check) => unchecked(check, reason));
  return { findings: [...findings, ...rest], store: null, top: null, url: null, head: null };
}

function describeVersion(said: string): Finding {
  const version = /\d+\.\d+[\w.]*/.exec(said)?.[0] ?? printable(said);
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [minMajor, minMinor] = MIN_GIT;
  if (major > minMajor || (major === minMajor && minor >= minMinor)) return ok("git", `${version}.`);
  return wrong("git", {
    code: "OLD_GIT",
    message: `This is git ${version}; ${MIN_GIT.join(".")} or later is needed.`,
    hint: "Install a newer one from https://git-scm.com.",
  });
}

const NO_REPOSITORY = warning("repository", {
  code: "NO_REPOSITORY",
  message: "This folder is in no git repository, so nothing remembers what was applied: plans can only add.",
  hint: "Work in a clone of your repository, or make one here: `git init`, then commit the YAML.",
});

async function examineHistory(git: Git): Promise<Finding> {
  const shallow = (await git(["rev-parse", "--is-shallow-repository"])).stdout.trim();
  if (shallow !== "true") return ok("history", "Whole.");
  return warning("history", {
    code: "SHALLOW",
    message:
      "This clone holds only the latest commits, so the order of commits and the origin of a removal may be unknown.",
    hint: "Fetch the rest: `git fetch --unshallow`. In a workflow: `fetch-depth: 0` of actions/checkout.",
  });
}

function describeCommit(
  head: { readonly commit: string; readonly dirty: readonly string[] } | null,
): Finding {
  if (!head) {
    return warning("commit", {
      code: "NO_COMMIT",
      message: "Nothing has been committed yet.",
      hint: "Commit the YAML, so that the ledger can name the commit that was applied.",
    });
  }
  const short = head.commit.slice(0, 7);
  if (head.dirty.length === 0) return ok("commit", `${short}, and all of the YAML is in it.`);
  const names = head.dirty.slice(0, 3).map((file) => printable(file));
  return warning("commit", {
    code: "UNCOMMITTED",
    message: `${count(head.dirty.length, "file")} of the YAML differ from ${short}, such as ${names.join(", ")}.`,
    hint: "Commit them before you apply: the ledger names a commit for what was applied.",
  });
}

function describeRemote(remote: string | null, url: string | null, isUnwanted: boolean): Finding {
  if (remote !== null) {
    return ok("remote", `${printable(remote)} (${printable(maskCredentials(url ?? ""))}) holds the ledger.`);
  }
  if (isUnwanted) return ok("remote", "None is used: the sandbox's ledger never leaves this clone.");
  return warning("remote", {
    code: "NO_REMOTE",
    message:
      "There is no remote, so the ledger stands in this clone alone: who applies from another knows nothing of it.",
    hint: "Add the repository that you share: `git remote add origin <its address>`.",
  });
}
