import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openGit } from "../../src/ledger/git.ts";
import { openLedgerStore } from "../../src/ledger/store.ts";
import type { Ledger } from "../../src/model.ts";
import { START } from "./clocks.ts";
import {
  ANN_HAS_BILLING,
  applied,
  COUNTS,
  cleanEnv,
  codesOf,
  commitFile,
  cutOff,
  factsOf,
  failureOf,
  git,
  INTENT,
  ledgerOf,
  newRemote,
  newRepository,
  openStore,
  temporaryDirectory,
} from "./repositories.ts";

const NONE = { ledger: null, tip: null, lease: null };

describe("where the ledger goes", () => {
  it("is nowhere outside git repositories, and the one who asks can refuse", async () => {
    const cwd = temporaryDirectory();
    expect(await openLedgerStore({ cwd, target: "production", env: cleanEnv() })).toBeNull();
  });

  it("is described: the remote with its address, without its password", async () => {
    const { ann } = newRemote();
    git(ann, "remote", "set-url", "origin", "https://octocat:hunter2@host.example/o/r.git");
    expect(await (await openStore(ann)).describeHome()).toBe(
      "The ledger goes to the branch ledger/production of origin (https://***@host.example/o/r.git).",
    );
  });

  it("is this clone without a remote, and the description says so", async () => {
    const store = await openStore(newRepository());
    expect(store.remote).toBeNull();
    expect(await store.describeHome()).toBe(
      "The ledger goes to the branch ledger/production of this clone only, which has no remote.",
    );
  });

  it("is the only remote, whatever its name", async () => {
    const { ann, bob } = newRemote();
    git(ann, "remote", "rename", "origin", "upstream");
    const store = await openStore(ann);
    expect(store.remote).toBe("upstream");
    await applied(store, ANN_HAS_BILLING);
    expect(await (await openStore(bob)).read()).toMatchObject({ ledger: ANN_HAS_BILLING });
  });

  it("is origin among several, and is asked for where none of them is origin", async () => {
    const { ann, remote } = newRemote();
    git(ann, "remote", "add", "fork", `file://${remote}`);
    expect((await openStore(ann)).remote).toBe("origin");
    git(ann, "remote", "rename", "origin", "upstream");
    const failure = await failureOf(openStore(ann));
    expect(failure.problems).toMatchObject([
      {
        code: "WHICH_REMOTE",
        message: expect.stringContaining("fork, upstream") as string,
        hint: expect.stringContaining("--remote") as string,
      },
    ]);
    expect((await openStore(ann, { remote: "fork" })).remote).toBe("fork");
    expect((await openStore(ann, { remote: null })).remote).toBeNull();
  });

  it("is no remote that the repository lacks, and no branch that can't be named", async () => {
    const dir = newRepository();
    expect(await codesOf(openStore(dir, { remote: "--upload-pack=x" }))).toEqual(["UNKNOWN_REMOTE"]);
    expect(await codesOf(openStore(dir, { target: "../main" }))).toEqual(["BAD_TARGET"]);
  });

  it("is reported as unreadable if git refuses to read it, or without git", async () => {
    const dir = temporaryDirectory();
    writeFileSync(join(dir, ".git"), "gitdir: /nowhere\n");
    expect(await codesOf(openStore(dir))).toEqual(["GIT_FAILED"]);
    const env = cleanEnv({ PATH: temporaryDirectory() });
    expect(await codesOf(openStore(newRepository(), { env }))).toEqual(["GIT_MISSING"]);
  });
});

describe("reading", () => {
  it("finds no ledger in a repository that never applied, nor where the remote never had one", async () => {
    expect(await (await openStore(newRepository())).read()).toMatchObject(NONE);
    expect(await (await openStore(newRemote().ann)).read()).toMatchObject(NONE);
  });

  it("takes an unreachable remote for a failure, and keeps its password out of the message", async () => {
    const { ann } = newRemote();
    git(ann, "remote", "set-url", "origin", "https://octocat:hunter2@127.0.0.1:1/x.git");
    const failure = await failureOf((await openStore(ann)).read());
    expect(failure.problems[0]?.code).toBe("LEDGER_UNREACHABLE");
    expect(failure.message).not.toMatch(/hunter2|octocat/);
  });

  it("sees in each clone what another wrote last", async () => {
    const { ann, bob } = newRemote();
    const [one, other] = [await openStore(ann), await openStore(bob)];
    for (const ledger of [ANN_HAS_BILLING, ledgerOf({ applied: { revision: null, day: "2026-02-01" } })]) {
      const tip = await applied(one, ledger);
      const expected = { ledger, tip, lease: null, sighting: { committedAt: START } };
      expect(await one.read()).toMatchObject(expected);
      expect(await other.read()).toMatchObject(expected);
      expect(await (await openStore(bob)).read()).toMatchObject(expected);
    }
  });

  it.each<readonly [string, Record<string, string>, string]>([
    ["not JSON", { "ledger.json": "{" }, "LEDGER_BROKEN"],
    ["not a ledger", { "ledger.json": "{}" }, "LEDGER_BROKEN"],
    ["not there", { "users/u-/u-1.json": "{}" }, "LEDGER_BROKEN"],
    ["of the version that was never released", { "ledger.json": '{"version": 1}' }, "LEDGER_VERSION"],
    ["of a later version", { "ledger.json": '{"version": 3}' }, "LEDGER_VERSION"],
    ["another target's", ledgerFile(ledgerOf({ target: "staging" })), "LEDGER_TARGET"],
    [
      "beside a broken user's",
      { ...ledgerFile(ledgerOf()), "users/u-/u-1.json": '{"id": "u-1"' },
      "LEDGER_BROKEN",
    ],
    [
      "beside a user's in the wrong place",
      { ...ledgerFile(ledgerOf()), "users/xx/u-1.json": '{"id": "u-1", "assignments": {}}' },
      "LEDGER_BROKEN",
    ],
    ["beside a broken lease", { ...ledgerFile(ledgerOf()), "run.json": '{"run": 1}' }, "LEDGER_BROKEN"],
  ])("takes a ledger.json that is %s for a failure", async (_, files, code) => {
    const { ann, bob } = newRemote();
    push(bob, files);
    expect(await codesOf((await openStore(ann)).read())).toEqual([code]);
  });

  it("leaves a file for people at the top alone", async () => {
    const { ann, bob, remote } = newRemote();
    push(bob, { ...ledgerFile(ledgerOf()), "README.md": "The ledger.\n" });
    const store = await openStore(ann);
    await applied(store, ANN_HAS_BILLING);
    expect(git(remote, "show", "ledger/production:README.md")).toBe("The ledger.");
  });

  it("takes a link in a user's place for a failure", async () => {
    const { ann, bob } = newRemote();
    const blob = git(bob, "hash-object", "-w", "skills/a.yaml");
    push(bob, ledgerFile(ledgerOf()), `120000,${blob},users/u-/u-1.json`);
    expect(await codesOf((await openStore(ann)).read())).toEqual(["LEDGER_BROKEN"]);
  });

  it("refuses a ledger that exists only in this clone, if there is a remote", async () => {
    const { ann } = newRemote();
    await applied(await openStore(ann, { remote: null }), ANN_HAS_BILLING);
    const store = await openStore(ann);
    expect(await codesOf(store.read())).toEqual(["LEDGER_NOT_PUSHED"]);
    git(ann, "push", "--quiet", "origin", "ledger/production");
    expect(await store.read()).toMatchObject({ ledger: ANN_HAS_BILLING });
  });

  it("refuses a branch that this clone has seen and the remote lacks, until that is allowed", async () => {
    const { ann, bob, remote } = newRemote();
    await applied(await openStore(ann), ANN_HAS_BILLING);
    const store = await openStore(bob);
    const { tip } = await store.read();
    git(remote, "branch", "-D", "ledger/production");
    for (const reader of [store, await openStore(bob), await openStore(ann)]) {
      const { problems, exitCode } = await failureOf(reader.read());
      expect([problems[0]?.code, exitCode]).toEqual(["LEDGER_GONE", 3]);
      expect(problems[0]?.hint).toContain(`git push origin ${tip ?? ""}:refs/heads/ledger/production`);
    }
    expect(await store.read({ allowGone: true })).toMatchObject(NONE);
    const run = await store.begin(await store.read({ allowGone: true }), INTENT, factsOf());
    await run.finish(ledgerOf(), { counts: COUNTS });
    expect(git(remote, "rev-list", "--count", "ledger/production")).toBe("2");
    expect(await (await openStore(bob)).read()).toMatchObject({ ledger: ledgerOf() });
  });

  it("refuses also what only an ordinary fetch has seen", async () => {
    const { ann, bob, remote } = newRemote();
    await applied(await openStore(ann), ANN_HAS_BILLING);
    git(bob, "fetch", "--quiet");
    git(remote, "branch", "-D", "ledger/production");
    expect(await codesOf((await openStore(bob)).read())).toEqual(["LEDGER_GONE"]);
  });

  it("reads what was seen last when the remote is gone, on request", async () => {
    const { ann } = newRemote();
    await applied(await openStore(ann), ANN_HAS_BILLING);
    cutOff(ann);
    const store = await openStore(ann);
    expect(await codesOf(store.read())).toEqual(["LEDGER_UNREACHABLE"]);
    expect(await store.readLastSeen()).toMatchObject({ ledger: ANN_HAS_BILLING });
    expect(await (await openStore(newRepository())).readLastSeen()).toMatchObject(NONE);
  });

  it("ignores what a surrounding git process says about directories", async () => {
    const elsewhere = newRepository();
    const store = await openStore(newRepository(), { env: cleanEnv({ GIT_DIR: join(elsewhere, ".git") }) });
    await applied(store, ANN_HAS_BILLING);
    expect(git(elsewhere, "branch", "--list", "ledger/*")).toBe("");
  });
});

describe("writing", () => {
  it("makes an orphan history with a file for each user", async () => {
    const dir = newRepository();
    await applied(await openStore(dir), ANN_HAS_BILLING);
    expect(git(dir, "ls-tree", "-r", "--name-only", "ledger/production").split("\n")).toEqual([
      "ledger.json",
      "users/u-/u-1.json",
    ]);
    expect(git(dir, "log", "--format=%s", "ledger/production").split("\n")).toEqual([
      "Apply: 2 to add, 1 to change, 0 to destroy",
      "Begin: 2 to add, 1 to change, 0 to destroy",
    ]);
  });

  it("touches only what changed, so that git log tells one person's history", async () => {
    const dir = newRepository();
    const store = await openStore(dir);
    const bob = { id: "u-2", assignments: { "s-1": { name: "Billing", proficiency: 1 } } };
    const both = { ...ANN_HAS_BILLING, users: [...ANN_HAS_BILLING.users, bob] };
    await applied(store, both);
    const raised = { ...bob, assignments: { "s-1": { name: "Billing", proficiency: 2 } } };
    await store.record(
      await store.read(),
      { ...both, users: [...ANN_HAS_BILLING.users, raised] },
      { revision: null, counts: COUNTS },
    );
    const changed = git(dir, "show", "--format=", "--name-only", "ledger/production");
    expect(changed).toBe("users/u-/u-2.json");
    const log = git(dir, "log", "-p", "--format=%s", "ledger/production", "--", "users/u-/u-2.json");
    expect(log).toContain('+    "s-1": { "name": "Billing", "proficiency": 2 }');
  });

  it("never touches work tree, index, HEAD, FETCH_HEAD or any other branch, and leaves no ref behind", async () => {
    const { ann, bob } = newRemote();
    await applied(await openStore(bob), ANN_HAS_BILLING);
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
    expect(git(ann, "for-each-ref", "--format=%(refname)", "refs/genesys-skills")).toBe(
      "refs/genesys-skills/seen/origin/production",
    );
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
    mkdirSync(join(ann, ".git/hooks"), { recursive: true });
    for (const hook of ["pre-push", "reference-transaction", "pre-commit"]) {
      writeFileSync(join(ann, ".git/hooks", hook), "#!/bin/sh\nexit 1\n");
      chmodSync(join(ann, ".git/hooks", hook), 0o755);
    }
    await applied(await openStore(ann), ANN_HAS_BILLING);
    expect(git(remote, "log", "-1", "--format=%an|%cn", "ledger/production")).toBe(
      "genesys-skills|genesys-skills",
    );
  });

  it("names the actor as author", async () => {
    const dir = newRepository();
    const env = cleanEnv({ GITHUB_ACTOR: "octo<cat>[bot]" });
    await applied(await openStore(dir, { env }), ANN_HAS_BILLING);
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
    await applied(await openStore(ann), ANN_HAS_BILLING);
    const cwd = prepare(bob, remote);
    const commits = git(cwd, "rev-list", "--count", "HEAD");
    const store = await openStore(cwd);
    expect(await store.read()).toMatchObject({ ledger: ANN_HAS_BILLING });
    const tip = await applied(store, ledgerOf());
    expect(git(remote, "rev-parse", "ledger/production")).toBe(tip);
    expect(git(cwd, "rev-list", "--count", "HEAD")).toBe(commits);
  });

  it("works in a repository without a first commit", async () => {
    const dir = temporaryDirectory();
    git(dir, "init", "--quiet");
    const store = await openStore(dir);
    await applied(store, ANN_HAS_BILLING);
    expect(await (await openStore(dir)).read()).toMatchObject({ ledger: ANN_HAS_BILLING });
  });

  it("says that the remote refused where a rule of the remote does", async () => {
    const { ann, remote } = newRemote();
    mkdirSync(join(remote, "hooks"));
    writeFileSync(join(remote, "hooks/pre-receive"), "#!/bin/sh\necho the ruleset says no >&2\nexit 1\n");
    chmodSync(join(remote, "hooks/pre-receive"), 0o755);
    const store = await openStore(ann);
    const failure = await failureOf(store.begin(await store.read(), INTENT, factsOf()));
    expect(failure.problems[0]?.code).toBe("LEDGER_REFUSED");
    expect(failure.message).toContain("the ruleset says no");
  });

  it("says so where git can't write, as on a full disk, and moves nothing", async () => {
    const dir = newRepository();
    const bin = temporaryDirectory();
    const shim = `#!/bin/sh
case "$*" in *fast-import*) echo "fatal: write error: No space left on device" >&2; exit 128 ;; esac
PATH="${process.env["PATH"] ?? ""}" exec git "$@"
`;
    writeFileSync(join(bin, "git"), shim, { mode: 0o755 });
    const store = await openStore(dir, { env: cleanEnv({ PATH: `${bin}:${process.env["PATH"] ?? ""}` }) });
    const failure = await failureOf(store.begin(await store.read(), INTENT, factsOf()));
    expect(failure.message).toMatch(/GIT_FAILED: .*No space left on device/);
    expect(await store.read()).toMatchObject(NONE);
  });

  it("refuses to write what it could not read again", async () => {
    const store = await openStore(newRepository());
    const intent = ledgerOf({
      users: [{ id: "u-1", assignments: { "s-1": { name: "Billing", proficiency: Number.NaN } } }],
    });
    expect(await codesOf(store.begin(await store.read(), intent, factsOf()))).toEqual(["LEDGER_BROKEN"]);
    expect(await store.read()).toMatchObject(NONE);
  });

  it("records a ledger without an intent, and writes nothing where nothing changed", async () => {
    const dir = newRepository();
    const store = await openStore(dir);
    const facts = { revision: null, counts: { add: 0, change: 0, destroy: 0, move: 0 } };
    expect(await store.record(await store.read(), ANN_HAS_BILLING, facts)).not.toBeNull();
    expect(await store.record(await store.read(), ANN_HAS_BILLING, facts)).toBeNull();
    const again = await openStore(dir);
    expect(await again.record(await again.read(), ANN_HAS_BILLING, facts)).toBeNull();
    expect(git(dir, "rev-list", "--count", "ledger/production")).toBe("1");
  });

  it("says in its messages counts, ids and words of its own, and no name from outside", async () => {
    const dir = newRepository();
    const revision = git(dir, "rev-parse", "HEAD");
    const env = cleanEnv({
      ...{ GITHUB_ACTOR: "@octocat", GITHUB_SERVER_URL: "https://github.example", GITHUB_REPOSITORY: "o/r" },
      ...{ GITHUB_RUN_ID: "17", GITHUB_RUN_ATTEMPT: "2", RUNNER_NAME: "fixes #3" },
    });
    const store = await openStore(dir, { env });
    const counts = { ...COUNTS, move: 4 };
    const run = await store.begin(await store.read(), INTENT, { revision, counts });
    expect(run.lease).toMatchObject({
      ...{ actor: "@octocat", host: "fixes #3", url: "https://github.example/o/r/actions/runs/17" },
      github: { run: 17, attempt: 2 },
    });
    await run.finish(ledgerOf(), { counts, failed: 1, withheld: 2, unsettled: 3, pullRequests: [4, 7] });
    expect(git(dir, "log", "-1", "--format=%B%at", "ledger/production")).toBe(
      [
        "Apply: 2 to add, 1 to change, 0 to destroy, 4 to move",
        "",
        "Target: production",
        `Revision: ${revision}`,
        `Run: ${run.lease.run}`,
        "Actions run: 17, attempt 2",
        "Failed: 1",
        "Unsettled: 3",
        "Withheld: 2",
        "Pull requests: 4, 7",
        String(START / 1000),
      ].join("\n"),
    );
    expect(git(dir, "log", "--format=%B", "ledger/production")).not.toMatch(/[@#]|https?:|octocat/);
  });
});

describe("git", () => {
  it("runs in a process group of its own, so that Ctrl-C on a terminal doesn't end it", async () => {
    const dir = newRepository();
    git(dir, "config", "alias.group", "!ps -o pgid= -p $$");
    const { stdout } = await openGit({ cwd: dir, env: cleanEnv() })(["group"]);
    const ours = Number(
      (
        await openGit({ cwd: dir, env: cleanEnv() })([
          "-c",
          `alias.own=!ps -o pgid= -p ${process.pid}`,
          "own",
        ])
      ).stdout,
    );
    expect(Number(stdout)).toBeGreaterThan(0);
    expect(Number(stdout)).not.toBe(ours);
  });
});

/** The file that holds `ledger`, which has no items. */
function ledgerFile(ledger: Ledger): Record<string, string> {
  const { users: _, ...file } = ledger;
  return { "ledger.json": JSON.stringify(file) };
}

/** Commits these files, and a tree entry of another mode, to the branch as somebody else would. */
function push(clone: string, files: Readonly<Record<string, string>>, entry?: string): void {
  git(clone, "checkout", "--quiet", "--orphan", "ledger/production");
  git(clone, "rm", "--quiet", "--cached", "-r", ".");
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(clone, path, ".."), { recursive: true });
    writeFileSync(join(clone, path), text);
    git(clone, "add", path);
  }
  if (entry !== undefined) git(clone, "update-index", "--add", "--cacheinfo", entry);
  git(clone, "commit", "--quiet", "-m", "Manual");
  git(clone, "push", "--quiet", "origin", "ledger/production");
}
