import { rmSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { emptyLedger } from "../support/empty-ledger.ts";
import { openLedgerStore } from "../../src/ledger/store.ts";
import type { AppliedRevision, Ledger } from "../../src/model.ts";
import { cleanEnv, COUNTS, temporaryDirectory } from "../ledger/repositories.ts";
import type { Desk } from "../support/desk.ts";
import { deskAt, newClone, newDesk, newOffice, settings } from "../support/desk.ts";
import { leaveIntent } from "../support/intent.ts";
import { environmentOf, SMALL_SEED, SMALL_YAML, startOrganisation } from "../support/organisation.ts";
import type { Findings } from "./clinic.ts";
import { findingsIn, listOf } from "./clinic.ts";

const FILES = { "skills/a.yaml": SMALL_YAML };
const ID = SMALL_SEED.organization?.id ?? "";

const examine = async (desk: Desk, line = "doctor"): Promise<Findings> =>
  findingsIn(await desk.run(`${line} --format json`));

/** Every ref of the repository, to see that none is moved. */
const refsOf = (folder: string): string => deskAt(folder, {}).git("for-each-ref");

const headOf = (desk: Desk): AppliedRevision => ({
  revision: desk.git("rev-parse", "HEAD"),
  day: "2026-01-31",
});

/** Writes a ledger without an apply. */
async function writeLedger(desk: Desk, about: Partial<Ledger>, target = "default"): Promise<void> {
  const store = await openLedgerStore({ cwd: desk.folder, target, env: desk.env });
  if (!store) throw new Error("There is no repository.");
  await store.record(
    await store.read(),
    { ...emptyLedger(target, ID, "cloud"), ...about },
    { revision: null, counts: COUNTS },
    { allow: new Set(["SHARED_ORG"]) },
  );
}

test("In a clone from which was applied git and ledger are all ok, and looking moves no branch", async () => {
  const { ann, origin } = newOffice(await startOrganisation(), FILES);
  await writeLedger(ann, { applied: headOf(ann) });
  const before = refsOf(origin);
  const findings = await examine(ann);
  expect([...listOf(findings, "wrong"), ...listOf(findings, "warning")]).toEqual([]);
  expect(findings["remote"]?.message).toContain("origin");
  expect(findings["ledger"]?.message).toContain("ledger/default in origin");
  expect(findings["revision"]?.message).toContain("the checked-out commit");
  expect(refsOf(origin)).toBe(before);
});

describe("The repository", () => {
  test("without git there is no ledger", async () => {
    const desk = newDesk(await startOrganisation(), FILES);
    const findings = await examine(deskAt(desk.folder, { ...desk.env, PATH: temporaryDirectory() }));
    expect(listOf(findings, "wrong")).toEqual(["git GIT_MISSING"]);
    expect(findings["organization"]?.status).toBe("ok");
    expect(findings["ledger"]?.status).toBe("unchecked");
  });

  test("may be missing, without a remote, without a commit, or with changes that nobody committed", async () => {
    const desk = newDesk(await startOrganisation(), FILES);
    desk.write({ "skills/b.yaml": "- name: Later\n" });
    const findings = await examine(desk);
    expect(listOf(findings, "warning")).toEqual(["commit UNCOMMITTED", "remote NO_REMOTE"]);
    expect(findings["commit"]?.message).toContain("b.yaml");

    rmSync(`${desk.folder}/.git`, { recursive: true });
    expect(listOf(await examine(desk), "warning")).toEqual(["repository NO_REPOSITORY"]);
    desk.git("init", "--quiet", "--template=");
    expect(listOf(await examine(desk), "warning")).toEqual(["commit NO_COMMIT", "remote NO_REMOTE"]);
  });

  test("may be a clone that lacks its past", async () => {
    const { origin, ann } = newOffice(await startOrganisation(), FILES);
    ann.commit({ "skills/b.yaml": "- name: Later\n" });
    ann.git("push", "--quiet");
    const shallow = newClone(origin, ann.env, "--depth=1");
    const findings = await examine(shallow);
    expect(findings["history"]).toMatchObject({ status: "warning", code: "SHALLOW" });
    expect(findings["history"]?.hint).toContain("fetch-depth: 0");
  });

  test("may hold the file .env, or take it in with the next commit", async () => {
    const desk = newDesk(await startOrganisation(), FILES);
    desk.write({ ".env": "GENESYS_ENV=mypurecloud.ie\n" });
    const open = await examine(desk);
    expect(open["env-file"]).toMatchObject({ status: "wrong", code: "ENV_IN_GIT" });
    expect(open["env-file"]?.hint).toContain("Add the line .env to .gitignore");
    desk.git("add", "--force", ".env");
    desk.write({ ".gitignore": ".env\n" });
    expect((await examine(desk))["env-file"]?.hint).toContain("git rm --cached .env");
    desk.git("rm", "--cached", "--quiet", ".env");
    expect((await examine(desk))["env-file"]?.status).toBe("ok");
  });

  test("may name a remote that is gone, or one that it doesn't have", async () => {
    const { origin, ann } = newOffice(await startOrganisation(), FILES);
    const unknown = await examine(ann, "doctor --remote upstream");
    expect(unknown["repository"]).toMatchObject({ status: "wrong", code: "UNKNOWN_REMOTE" });
    rmSync(origin, { recursive: true });
    const findings = await examine(ann);
    expect(listOf(findings, "wrong")).toEqual(["ledger LEDGER_UNREACHABLE"]);
    expect(findings["at-work"]?.status).toBe("unchecked");
  });
});

describe("The ledger", () => {
  test("tells of an apply that is running, or ended without saying so", async () => {
    const desk = newDesk(await startOrganisation(), FILES);
    await leaveIntent(desk);
    const findings = await examine(desk);
    expect(findings["at-work"]).toMatchObject({ status: "warning", code: "APPLY_RUNNING" });
    expect(findings["at-work"]?.message).toContain("zoe");
  });

  test("may be of another organisation, or written for another API", async () => {
    const desk = newDesk(await startOrganisation(), FILES);
    await writeLedger(desk, { organization: "another" });
    expect(listOf(await examine(desk), "wrong")).toEqual(["ledger-organization WRONG_ORG"]);
    await writeLedger(desk, { dialect: "profiles" });
    expect(listOf(await examine(desk), "wrong")).toEqual(["ledger-organization WRONG_DIALECT"]);
  });

  test("may stand under another target's name, or under two", async () => {
    const desk = newDesk(await startOrganisation(), FILES);
    await writeLedger(desk, { applied: headOf(desk) }, "production");
    const renamed = await examine(desk);
    expect(listOf(renamed, "wrong")).toEqual(["other-ledgers OTHER_LEDGER"]);
    expect(renamed["other-ledgers"]?.hint).toContain("apply --allow OTHER_LEDGER");
    await writeLedger(desk, { applied: headOf(desk) });
    expect(listOf(await examine(desk), "wrong")).toEqual(["other-ledgers SHARED_ORG"]);
  });

  test("may hold a commit that the one here doesn't follow", async () => {
    const { ann, bob } = newOffice(await startOrganisation(), FILES);
    ann.commit({ "skills/b.yaml": "- name: Later\n" });
    ann.git("push", "--quiet");
    await writeLedger(ann, { applied: headOf(ann) });
    expect((await examine(bob))["revision"]?.status).toBe("unchecked");
    bob.git("fetch", "--quiet");
    expect((await examine(bob))["revision"]).toMatchObject({ status: "warning", code: "STALE" });
    bob.git("pull", "--quiet");
    expect((await examine(bob))["revision"]?.status).toBe("ok");
  });

  test("may be broken, which differs from missing", async () => {
    const desk = newDesk(await startOrganisation(), FILES);
    desk.git("branch", "ledger/default");
    expect(listOf(await examine(desk), "wrong")).toEqual(["ledger LEDGER_BROKEN"]);
  });
});

test("With --sandbox only the sandbox and its ledger are looked at", async () => {
  const env = cleanEnv({ ...environmentOf(await startOrganisation()), GITHUB_TOKEN: "ghp_unused" });
  const desk = newDesk(env, { ...FILES, ...settings("organization: somewhere-else") });
  const findings = await examine(desk, "doctor --sandbox");
  expect(listOf(findings, "wrong")).toEqual([]);
  expect(findings["organization"]?.message).toContain("Northmere");
  expect(findings["ledger"]?.message).toContain("ledger/sandbox");
  expect(findings["github-token"]?.status).toBe("unchecked");
});
