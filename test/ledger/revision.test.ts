import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { maskCredentials, openGit } from "../../src/ledger/git.ts";
import { headRevision, isAncestor, showFile } from "../../src/ledger/revision.ts";
import { cleanEnv, commitFile, git, newRemote, newRepository, temporaryDirectory } from "./repositories.ts";

const env = cleanEnv();

describe("headRevision", () => {
  it("is null without a repository or a first commit", async () => {
    const dir = temporaryDirectory();
    expect(await headRevision(dir, ".", env)).toBeNull();
    git(dir, "init", "--quiet");
    expect(await headRevision(dir, ".", env)).toBeNull();
  });

  it("names the files under the directory that the commit lacks, as seen from where one stands", async () => {
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
  it("tells ancestors from descendants and from strangers", async () => {
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

describe("showFile", () => {
  it("shows a file as it stood, from where one stands, or null", async () => {
    const dir = newRepository();
    const before = commitFile(dir, "skills/b: c.yaml", "one\n");
    commitFile(dir, "skills/b: c.yaml", "two\n");
    expect(await showFile(dir, before, "skills/b: c.yaml", env)).toBe("one\n");
    expect(await showFile(join(dir, "skills"), before, "b: c.yaml", env)).toBe("one\n");
    expect(await showFile(dir, before, "skills/none.yaml", env)).toBeNull();
    expect(await showFile(dir, "0".repeat(40), "skills/a.yaml", env)).toBeNull();
    expect(await showFile(dir, "HEAD", "skills/a.yaml", env)).toBeNull();
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
