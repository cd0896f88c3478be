import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { maskCredentials, openGit } from "../../src/ledger/git.ts";
import { findRevisionFacts, headRevision, isAncestor, readFiles } from "../../src/ledger/revision.ts";
import { judgeRevision, revisionNotes } from "../../src/ledger/revision-rule.ts";
import {
  cleanEnv,
  codesOf,
  commitFile,
  cutOff,
  DAY,
  git,
  newRemote,
  newRepository,
  temporaryDirectory,
} from "./repositories.ts";

const env = cleanEnv();

describe("headRevision", () => {
  it("is null without a repository or a first commit", async () => {
    const dir = temporaryDirectory();
    expect(await headRevision(dir, ".", env)).toBeNull();
    git(dir, "init", "--quiet");
    expect(await headRevision(dir, ".", env)).toBeNull();
  });

  it("names the uncommitted files under the directory, relative to the working directory", async () => {
    const dir = newRepository();
    const commit = commitFile(dir, "team/skills/é b.yaml", "skills: []\n");
    const cwd = join(dir, "team");
    expect(await headRevision(cwd, "skills", env)).toEqual({ commit, dirty: [] });
    writeFileSync(join(cwd, "skills/é b.yaml"), "changed\n");
    writeFileSync(join(cwd, "skills/new.yaml"), "");
    writeFileSync(join(cwd, "outside.yaml"), "");
    expect((await headRevision(cwd, "skills", env))?.dirty).toEqual(["skills/new.yaml", "skills/é b.yaml"]);
    expect((await headRevision(dir, "skills", env))?.dirty).toEqual([]);
  });
});

describe("isAncestor", () => {
  it("tells ancestors from descendants and from commits that it lacks", async () => {
    const dir = newRepository();
    const first = git(dir, "rev-parse", "HEAD");
    const second = commitFile(dir, "b", "");
    expect(await isAncestor(dir, first, first, env)).toBe("yes");
    expect(await isAncestor(dir, first, second, env)).toBe("yes");
    expect(await isAncestor(dir, second, first, env)).toBe("no");
    expect(await isAncestor(dir, "0".repeat(40), first, env)).toBe("unknown");
    expect(await isAncestor(dir, "--help", first, env)).toBe("unknown");
  });

  it("does not take the end of a shallow clone for the end of history", async () => {
    const { ann, bob, remote } = newRemote();
    const first = git(ann, "rev-parse", "HEAD");
    const last = commitFile(ann, "b", "");
    git(ann, "push", "--quiet");
    git(bob, "clone", "--quiet", "--depth=1", `file://${remote}`, "shallow");
    expect(await isAncestor(join(bob, "shallow"), first, last, env)).toBe("unknown");
  });
});

describe("readFiles", () => {
  const none = (): undefined => undefined;

  it("reads the files of a commit under the working directory", async () => {
    const dir = newRepository();
    commitFile(dir, "outside.yaml", "three\n");
    const before = commitFile(dir, "skills/b: ü.yaml", "one\n");
    commitFile(dir, "skills/b: ü.yaml", "two\n");
    const cwd = join(dir, "skills");
    const read = await readFiles(cwd, before, none, env);
    expect([...read.keys()]).toEqual(["a.yaml", "b: ü.yaml"]);
    expect(read.get("b: ü.yaml")).toBe("one\n");
    expect((await readFiles(dir, before, none, env)).get("skills/b: ü.yaml")).toBe("one\n");
    expect((await readFiles(cwd, "0".repeat(40), none, env)).size).toBe(0);
    expect((await readFiles(cwd, "HEAD", none, env)).size).toBe(0);
  });

  it("takes a text that is known only where it is the commit's own", async () => {
    const dir = newRepository();
    commitFile(dir, "skills/a.yaml", "ä\n");
    const commit = commitFile(dir, "skills/b.yaml", "b\n");
    const known = new Map([
      ["a.yaml", "ä\n"],
      ["b.yaml", "edited\n"],
    ]);
    // Without the text in git, only what is known can be read.
    const blob = git(dir, "rev-parse", `${commit}:skills/a.yaml`);
    rmSync(join(dir, ".git/objects", blob.slice(0, 2), blob.slice(2)));
    const read = await readFiles(join(dir, "skills"), commit, (path) => known.get(path), env);
    expect([...read]).toEqual([
      ["a.yaml", "ä\n"],
      ["b.yaml", "b\n"],
    ]);
  });
});

/** The commits that were applied, and begun with, last. */
function ledgerAt(applied: string | null, attempted: string | null = applied) {
  return { applied: { revision: applied, day: DAY }, attempted: { revision: attempted, day: DAY } };
}

/** The verdict on what is checked out in `cwd`, in short. */
async function judge(
  cwd: string,
  ledger: ReturnType<typeof ledgerAt> | null,
  options: { readonly allow?: readonly string[]; readonly remote?: string | null } = {},
): Promise<string> {
  const { allow = [], remote = null } = options;
  const facts = await findRevisionFacts({ cwd, dir: "skills", remote, ledger, env });
  const verdict = judgeRevision(facts, new Set(allow));
  if (verdict.kind !== "refused") return verdict.kind;
  expect(verdict.failure.exitCode).toBe(3);
  return verdict.failure.problems.map(({ code }) => code).join(" ");
}

describe("whether a commit may be applied", () => {
  it("depends on what was applied and on what was attempted", async () => {
    const dir = newRepository();
    const first = git(dir, "rev-parse", "HEAD");
    const second = commitFile(dir, "skills/b.yaml", "skills: []\n");
    const third = commitFile(dir, "skills/c.yaml", "skills: []\n");
    git(dir, "checkout", "--quiet", second);
    expect(await judge(dir, null)).toBe("apply");
    expect(await judge(dir, ledgerAt(null))).toBe("apply");
    expect(await judge(dir, ledgerAt(first))).toBe("apply");
    expect(await judge(dir, ledgerAt(second))).toBe("apply");
    expect(await judge(dir, ledgerAt(third))).toBe("superseded");
    // A newer commit that was applied in part: the older one would put back what it removed.
    expect(await judge(dir, ledgerAt(first, third))).toBe("superseded");
    expect(await judge(dir, ledgerAt(third, first))).toBe("superseded");
    expect(await judge(dir, ledgerAt(null, third))).toBe("superseded");
  });

  it("says which newer commit it was, and that the way back is a revert", async () => {
    const dir = newRepository();
    const first = git(dir, "rev-parse", "HEAD");
    const second = commitFile(dir, "skills/b.yaml", "skills: []\n");
    git(dir, "checkout", "--quiet", first);
    const facts = await findRevisionFacts({
      cwd: dir,
      dir: "skills",
      remote: null,
      ledger: ledgerAt(second),
      env,
    });
    expect(judgeRevision(facts, new Set(["STALE", "NOT_MERGED", "UNCOMMITTED"]))).toEqual({
      kind: "superseded",
      message: `Nothing is applied: ${second.slice(0, 7)}, which follows ${first.slice(0, 7)}, was applied or attempted already. To go back to an older state, revert the commits after it (git revert).`,
    });
    expect(revisionNotes(facts)).toEqual([expect.stringContaining("would undo the changes since")]);
  });

  it("is refused where the commits have gone apart, or where git lacks the other, until that is allowed", async () => {
    const dir = newRepository();
    const first = git(dir, "rev-parse", "HEAD");
    const side = commitFile(dir, "skills/b.yaml", "skills: []\n");
    git(dir, "checkout", "--quiet", "-b", "other", first);
    commitFile(dir, "skills/c.yaml", "skills: []\n");
    for (const ledger of [ledgerAt(side), ledgerAt(first, side), ledgerAt("0".repeat(40))]) {
      expect(await judge(dir, ledger)).toBe("STALE");
      expect(await judge(dir, ledger, { allow: ["STALE"] })).toBe("apply");
    }
  });

  it("is refused for YAML that is in no commit, until that is allowed; other files don't matter", async () => {
    const dir = newRepository();
    writeFileSync(join(dir, "notes.txt"), "");
    expect(await judge(dir, null)).toBe("apply");
    writeFileSync(join(dir, "skills/new.yaml"), "skills: []\n");
    expect(await judge(dir, null)).toBe("UNCOMMITTED");
    expect(await judge(dir, null, { allow: ["UNCOMMITTED"] })).toBe("apply");
    const facts = await findRevisionFacts({ cwd: dir, dir: "skills", remote: null, ledger: null, env });
    expect(revisionNotes(facts)).toEqual([
      `1 file of the YAML differs from the commit ${git(dir, "rev-parse", "HEAD").slice(0, 7)}: skills/new.yaml. An apply is refused (UNCOMMITTED).`,
    ]);
    const empty = temporaryDirectory();
    git(empty, "init", "--quiet");
    expect(await judge(empty, null)).toBe("UNCOMMITTED");
  });

  it("is refused for a commit that the remote's default branch lacks", async () => {
    const { ann, bob, remote } = newRemote();
    const origin = { remote: "origin" };
    expect(await judge(ann, null, origin)).toBe("apply");
    git(ann, "checkout", "--quiet", "-b", "topic");
    commitFile(ann, "skills/b.yaml", "skills: []\n");
    git(ann, "push", "--quiet", "origin", "topic");
    expect(await judge(ann, null, origin)).toBe("NOT_MERGED");
    expect(await judge(ann, null, { ...origin, allow: ["NOT_MERGED"] })).toBe("apply");
    git(ann, "push", "--quiet", "origin", "topic:main");
    expect(await judge(ann, null, origin)).toBe("apply");
    // Bob's clone does not know yet what is on main, and asks.
    expect(await judge(bob, null, origin)).toBe("apply");
    expect(git(bob, "for-each-ref", "--format=%(refname:short)", "refs/heads")).toBe("main");
    git(remote, "symbolic-ref", "HEAD", "refs/heads/nothing");
    git(ann, "checkout", "--quiet", "-b", "another");
    commitFile(ann, "skills/c.yaml", "skills: []\n");
    expect(await judge(ann, null, origin)).toBe("apply");
  });

  it("asks a remote that can't be reached in vain, and that is a failure", async () => {
    const { ann } = newRemote();
    cutOff(ann);
    expect(await codesOf(judge(ann, null, { remote: "origin" }))).toEqual(["LEDGER_UNREACHABLE"]);
  });

  it("is found out in a shallow clone too, which is completed where it has to be", async () => {
    const { ann, bob, remote } = newRemote();
    const first = git(ann, "rev-parse", "HEAD");
    commitFile(ann, "skills/b.yaml", "skills: []\n");
    git(ann, "push", "--quiet");
    git(bob, "clone", "--quiet", "--depth=1", `file://${remote}`, "shallow");
    const shallow = join(bob, "shallow");
    expect(await judge(shallow, ledgerAt(first), { remote: "origin" })).toBe("apply");
    expect(git(shallow, "rev-parse", "--is-shallow-repository")).toBe("false");
  });

  it("has every reason at once", async () => {
    const { ann } = newRemote();
    commitFile(ann, "skills/b.yaml", "skills: []\n");
    writeFileSync(join(ann, "skills/a.yaml"), "users: []\n");
    const ledger = ledgerAt("0".repeat(40));
    expect(await judge(ann, ledger, { remote: "origin" })).toBe("STALE NOT_MERGED UNCOMMITTED");
    expect(await judge(ann, ledger, { remote: "origin", allow: ["STALE", "UNCOMMITTED"] })).toBe(
      "NOT_MERGED",
    );
  });
});

describe("git", () => {
  it.each([
    [
      "fatal: unable to access 'https://ann:p@ss@host/x.git/': no",
      "fatal: unable to access 'https://***@host/x.git/': no",
    ],
    ["https://ghs_123@github.com/a/b", "https://***@github.com/a/b"],
    ["https://host/x?private_token=abc&y=1", "https://host/x?private_token=***&y=1"],
    ["git@github.com: Permission denied", "git@github.com: Permission denied"],
  ])("masks %s", (text, masked) => {
    expect(maskCredentials(text)).toBe(masked);
  });

  it("ends a remote that never answers, with all that it started", async () => {
    const { ann } = newRemote();
    git(ann, "remote", "set-url", "origin", "ssh://host.invalid/x.git");
    git(ann, "config", "core.sshCommand", "sleep 600; true");
    const answer = await openGit({ cwd: ann, env, timeout: 100 })(["ls-remote", "origin"]);
    expect(answer).toMatchObject({ code: -1, stderr: "fatal: git gave no answer in 0.1 seconds" });
  });
});
