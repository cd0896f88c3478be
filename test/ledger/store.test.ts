import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openLedgerStore } from "../../src/ledger/store.ts";
import {
  ANN_HOLDS_BILLING,
  applied,
  COUNTS,
  cleanEnv,
  codesOf,
  commitFile,
  failureOf,
  git,
  ledgerOf,
  newRemote,
  newRepository,
  openStore,
  START,
  startOf,
  temporaryDirectory,
} from "./repositories.ts";

describe("reading", () => {
  it("finds no ledger outside git repositories", async () => {
    const cwd = temporaryDirectory();
    const store = await openLedgerStore({ cwd, target: "production", env: cleanEnv() });
    expect(store).toEqual({ kind: "none", why: "no-git" });
  });

  it("finds no ledger in a repository that never applied", async () => {
    const store = await openStore(newRepository());
    expect(await store.read()).toEqual({ kind: "none", why: "no-branch" });
  });

  it("finds no ledger where the remote says that it has no such branch", async () => {
    const store = await openStore(newRemote().ann);
    expect(store.remote).toBe("origin");
    expect(await store.read()).toEqual({ kind: "none", why: "no-branch" });
  });

  it("takes an unreachable remote for a failure, and keeps its password out of the message", async () => {
    const { ann } = newRemote();
    git(ann, "remote", "set-url", "origin", "https://octocat:hunter2@127.0.0.1:1/x.git");
    const store = await openStore(ann);
    const failure = await failureOf(store.read());
    expect(failure.problems[0]?.code).toBe("LEDGER_UNREACHABLE");
    expect(failure.message).not.toContain("hunter2");
    expect(failure.message).not.toContain("octocat");
  });

  it("takes a repository that git refuses to read for a failure", async () => {
    const dir = temporaryDirectory();
    writeFileSync(join(dir, ".git"), "gitdir: /nowhere\n");
    expect(await codesOf(openLedgerStore({ cwd: dir, target: "production", env: cleanEnv() }))).toEqual([
      "GIT_FAILED",
    ]);
  });

  it("says so when git is not installed", async () => {
    const env = cleanEnv({ PATH: temporaryDirectory() });
    const opened = openLedgerStore({ cwd: newRepository(), target: "production", env });
    expect(await codesOf(opened)).toEqual(["GIT_MISSING"]);
  });

  it("refuses a remote that the repository lacks and a target that no branch can be named for", async () => {
    const dir = newRepository();
    expect(await codesOf(openStore(dir, { remote: "--upload-pack=x" }))).toEqual(["UNKNOWN_REMOTE"]);
    expect(await codesOf(openStore(dir, { target: "../main" }))).toEqual(["BAD_TARGET"]);
  });

  it("gives a clone that has never fetched the ledger the same as the one that wrote it", async () => {
    const { ann, bob } = newRemote();
    const tip = await applied(await openStore(ann), ANN_HOLDS_BILLING);
    const expected = { kind: "settled", ledger: ANN_HOLDS_BILLING, tip };
    expect(await (await openStore(ann)).read()).toEqual(expected);
    expect(await (await openStore(bob)).read()).toEqual(expected);
  });

  it.each([
    ["not JSON", "{", "LEDGER_BROKEN"],
    ["not a ledger", "{}", "LEDGER_BROKEN"],
    ["of a later version", '{"version": 2}', "LEDGER_VERSION"],
  ])("takes a file that is %s for a failure", async (_, text, code) => {
    const { ann, bob } = newRemote();
    git(bob, "checkout", "--quiet", "--orphan", "ledger/production");
    commitFile(bob, "ledger.json", text);
    git(bob, "push", "--quiet", "origin", "ledger/production");
    expect(await codesOf((await openStore(ann)).read())).toEqual([code]);
  });

  it("takes a branch without the file for a failure", async () => {
    const dir = newRepository();
    git(dir, "branch", "ledger/production");
    expect(await codesOf((await openStore(dir)).read())).toEqual(["LEDGER_BROKEN"]);
  });

  it("takes a renamed branch for the new target's ledger and a copied one for a failure", async () => {
    const dir = newRepository();
    await applied(await openStore(dir), ANN_HOLDS_BILLING);
    git(dir, "branch", "ledger/live", "ledger/production");
    const store = await openStore(dir, { target: "live" });
    expect(await codesOf(store.read())).toEqual(["LEDGER_TARGET"]);
    git(dir, "branch", "-D", "ledger/production");
    expect(await store.read()).toMatchObject({
      kind: "settled",
      ledger: { target: "live", organization: "org-1" },
    });
  });

  it("refuses a ledger that stands in this clone alone once there is a remote", async () => {
    const { ann } = newRemote();
    await applied(await openStore(ann, { remote: null }), ANN_HOLDS_BILLING);
    const store = await openStore(ann);
    expect(await codesOf(store.read())).toEqual(["LEDGER_NOT_PUSHED"]);
    git(ann, "push", "--quiet", "origin", "ledger/production");
    expect(await store.read()).toMatchObject({ kind: "settled" });
  });

  it("reads what was seen last when the remote is gone, on request", async () => {
    const { ann } = newRemote();
    await applied(await openStore(ann), ANN_HOLDS_BILLING);
    git(ann, "remote", "set-url", "origin", "/nowhere");
    const store = await openStore(ann);
    expect(await codesOf(store.read())).toEqual(["LEDGER_UNREACHABLE"]);
    expect(await store.readLastSeen()).toMatchObject({ kind: "settled", ledger: ANN_HOLDS_BILLING });
  });

  it("ignores what a surrounding git process says about directories", async () => {
    const elsewhere = newRepository();
    const store = await openStore(newRepository(), { env: cleanEnv({ GIT_DIR: join(elsewhere, ".git") }) });
    await applied(store, ANN_HOLDS_BILLING);
    expect(git(elsewhere, "branch", "--list", "ledger/*")).toBe("");
  });
});

describe("writing", () => {
  it("makes an orphan history whose tree holds only ledger.json", async () => {
    const dir = newRepository();
    await applied(await openStore(dir), ANN_HOLDS_BILLING);
    expect(git(dir, "ls-tree", "-r", "--name-only", "ledger/production")).toBe("ledger.json");
    expect(git(dir, "log", "--format=%s", "ledger/production").split("\n")).toEqual([
      "Apply 2 to add, 1 to change, 0 to destroy",
      "Begin: 2 to add, 1 to change, 0 to destroy",
    ]);
  });

  it("never touches work tree, index, HEAD, FETCH_HEAD or any other branch", async () => {
    const { ann, bob } = newRemote();
    await applied(await openStore(bob), ANN_HOLDS_BILLING);
    writeFileSync(join(ann, "skills/a.yaml"), "changed\n");
    writeFileSync(join(ann, "staged"), "");
    git(ann, "add", "staged");
    const look = () => [
      git(ann, "status", "--porcelain=v2", "--branch"),
      git(ann, "for-each-ref", "refs/heads", "refs/tags"),
      readFileSync(join(ann, ".git/index")).toString("hex"),
      existsSync(join(ann, ".git/FETCH_HEAD")),
    ];
    const before = look();
    await applied(await openStore(ann), ledgerOf());
    expect(look()).toEqual(before);
  });

  it("works where no git identity is known, and with hooks, signing and mirror-like settings in the way", async () => {
    const { ann, remote } = newRemote();
    for (const setting of [
      "commit.gpgsign",
      "push.gpgSign",
      "push.followTags",
      "fetch.prune",
      "fetch.pruneTags",
    ])
      git(ann, "config", setting, "true");
    for (const hook of ["pre-push", "reference-transaction", "pre-commit"]) {
      mkdirSync(join(ann, ".git/hooks"), { recursive: true });
      writeFileSync(join(ann, ".git/hooks", hook), "#!/bin/sh\nexit 1\n");
      chmodSync(join(ann, ".git/hooks", hook), 0o755);
    }
    writeFileSync(join(ann, ".git/hooks/reference-transaction"), "#!/bin/sh\nexit 1\n");
    await applied(await openStore(ann), ANN_HOLDS_BILLING);
    expect(git(remote, "log", "-1", "--format=%an|%cn", "ledger/production")).toBe(
      "genesys-skills|genesys-skills",
    );
  });

  it("names the actor as author", async () => {
    const dir = newRepository();
    await applied(
      await openStore(dir, { env: cleanEnv({ GITHUB_ACTOR: "octo<cat>[bot]" }) }),
      ANN_HOLDS_BILLING,
    );
    expect(git(dir, "log", "-1", "--format=%an|%cn", "ledger/production")).toBe(
      "octocat[bot]|genesys-skills",
    );
    git(dir, "config", "user.name", "Ann");
    git(dir, "config", "user.email", "ann@example.com");
    await applied(await openStore(dir), ledgerOf());
    expect(git(dir, "log", "-1", "--format=%an <%ae>", "ledger/production")).toBe("Ann <ann@example.com>");
  });

  it.each([
    [
      "a shallow clone",
      (bob: string, remote: string) => {
        git(bob, "clone", "--quiet", "--depth=1", `file://${remote}`, "shallow");
        return join(bob, "shallow");
      },
    ],
    [
      "a single-branch clone",
      (bob: string, remote: string) => {
        git(bob, "clone", "--quiet", "--single-branch", `file://${remote}`, "single");
        return join(bob, "single");
      },
    ],
    [
      "a detached HEAD",
      (bob: string) => {
        git(bob, "checkout", "--quiet", "--detach");
        return bob;
      },
    ],
    [
      "a linked work tree",
      (bob: string) => {
        git(bob, "worktree", "add", "--quiet", "-b", "side", "linked");
        return join(bob, "linked");
      },
    ],
    ["a subdirectory", (bob: string) => join(bob, "skills")],
  ])("works in %s", async (_, prepare) => {
    const { ann, bob, remote } = newRemote();
    commitFile(ann, "skills/b.yaml", "skills: []\n");
    git(ann, "push", "--quiet");
    await applied(await openStore(ann), ANN_HOLDS_BILLING);
    const cwd = prepare(bob, remote);
    const commits = git(cwd, "rev-list", "--count", "HEAD");
    const store = await openStore(cwd);
    expect(await store.read()).toMatchObject({ kind: "settled", ledger: ANN_HOLDS_BILLING });
    const tip = await applied(store, ledgerOf());
    expect(git(remote, "rev-parse", "ledger/production")).toBe(tip);
    expect(git(cwd, "rev-list", "--count", "HEAD")).toBe(commits);
  });

  it("works in a repository without a first commit", async () => {
    const dir = temporaryDirectory();
    git(dir, "init", "--quiet");
    const store = await openStore(dir);
    await applied(store, ANN_HOLDS_BILLING);
    expect(await store.read()).toMatchObject({ kind: "settled", ledger: ANN_HOLDS_BILLING });
  });

  it("says that the remote refused where a rule of the remote does", async () => {
    const { ann, remote } = newRemote();
    writeFileSync(join(remote, "hooks/pre-receive"), "#!/bin/sh\necho the ruleset says no >&2\nexit 1\n");
    chmodSync(join(remote, "hooks/pre-receive"), 0o755);
    const store = await openStore(ann);
    const failure = await failureOf(store.begin(await store.read(), startOf()));
    expect(failure.problems[0]?.code).toBe("LEDGER_REFUSED");
    expect(failure.message).toContain("the ruleset says no");
  });

  it("refuses to write what it could not read again", async () => {
    const store = await openStore(newRepository());
    const ledger = ledgerOf({
      users: [{ id: "u-1", assignments: { billing: { proficiency: Number.NaN } } }],
    });
    expect(await codesOf(store.begin(await store.read(), startOf({ ledger })))).toEqual(["LEDGER_BROKEN"]);
    expect(await store.read()).toMatchObject({ kind: "none" });
  });

  it("records a ledger without an intent, and writes nothing where nothing changed", async () => {
    const dir = newRepository();
    const store = await openStore(dir);
    const facts = { counts: { add: 0, change: 0, destroy: 0 } };
    expect(await store.record(await store.read(), ANN_HOLDS_BILLING, facts)).not.toBeNull();
    expect(await store.record(await store.read(), ANN_HOLDS_BILLING, facts)).toBeNull();
    expect(git(dir, "rev-list", "--count", "ledger/production")).toBe("1");
  });

  it("says target, revision, run, actor and pull requests in the commit", async () => {
    const dir = newRepository();
    const revision = git(dir, "rev-parse", "HEAD");
    const store = await openStore(dir, { env: cleanEnv({ GITHUB_ACTOR: "octocat" }) });
    const run = await store.begin(await store.read(), startOf({ revision, url: "https://ci.example/1" }));
    await run.settle(ledgerOf({ revision }), { counts: COUNTS, failed: 1, pullRequests: [4, 7] });
    expect(git(dir, "log", "-1", "--format=%b%at", "ledger/production")).toBe(
      [
        "Target: production",
        `Revision: ${revision}`,
        "Run: https://ci.example/1",
        "Actor: octocat",
        "Pull requests: #4, #7",
        "Failed: 1",
        String(START / 1000),
      ].join("\n"),
    );
  });
});

describe("other ledgers", () => {
  it("are listed with their organisation and the command that renames them", async () => {
    const { ann, bob, remote } = newRemote();
    await applied(await openStore(ann, { target: "default" }), ANN_HOLDS_BILLING);
    git(ann, "push", "--quiet", "origin", "main:refs/heads/ledger/broken", "main:refs/heads/ledger/Not-Ours");
    const store = await openStore(bob);
    const others = await store.others();
    expect(others.map(({ target, organization }) => [target, organization])).toEqual([
      ["broken", null],
      ["default", "org-1"],
    ]);
    git(bob, ...(others[1]?.renameCommand.split(" ").slice(1) ?? []));
    expect(git(remote, "branch", "--list", "ledger/default")).toBe("");
    expect(await store.read()).toMatchObject({ kind: "settled", ledger: { target: "production" } });
  });

  it("are renamed by a plain branch -m where there is no remote", async () => {
    const dir = newRepository();
    await applied(await openStore(dir, { target: "default" }), ANN_HOLDS_BILLING);
    const others = await (await openStore(dir)).others();
    expect(others).toEqual([
      {
        target: "default",
        organization: "org-1",
        renameCommand: "git branch -m ledger/default ledger/production",
      },
    ]);
  });
});
