import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { git, temporaryDirectory } from "../../ledger/repositories.ts";
import type { CommandRun } from "../../support/command.ts";
import type { Desk } from "../../support/desk.ts";
import { deskAt, ledgerIn, newClone, newDesk, newOffice, settings } from "../../support/desk.ts";
import { assignmentsOf, skillsOf, startOrganisation, writesOf } from "../../support/organisation.ts";
import { planAt } from "../../support/planned.ts";

const FILE = "skills/a.yaml";
const YAML = `skills:
  - name: Billing
    assign_to_users:
      - ann@example.com
      - cleo@example.com
`;
const EDITED = YAML.replace("      - cleo@example.com\n", "");

/** The line of a plan that takes Cleo's Billing. */
const TAKES = "- cleo@example.com loses Billing, was 1 (edit)";

/** The sentence of an apply about its ledger. */
function homeWords(origin: string): string {
  return `The ledger goes to the branch ledger/default of origin (file://${origin}).\n`;
}

/** Ann has applied the YAML, then pushed an edit that takes something away. */
async function officeWithEdit() {
  const sandbox = await startOrganisation();
  const office = newOffice(sandbox, { [FILE]: YAML });
  expect((await office.ann.run("apply --yes")).exitCode).toBe(0);
  office.ann.commit({ [FILE]: EDITED });
  office.ann.git("push", "--quiet", "origin", "main");
  return { sandbox, ...office };
}

describe("from any clone", () => {
  test("the plan is the same: fetched or not, shallow, detached, in a linked work tree", async () => {
    const { sandbox, origin, ann, bob } = await officeWithEdit();
    const wanted = (await planAt(ann)).plan;
    bob.git("pull", "--quiet", "origin", "main");
    expect(bob.git("branch", "--all")).not.toContain("ledger");
    const detached = newClone(origin, sandbox);
    detached.git("checkout", "--quiet", "--detach");
    const linked = join(temporaryDirectory(), "linked");
    ann.git("worktree", "add", "--quiet", "--detach", linked);
    for (const desk of [bob, detached, deskAt(linked, sandbox)]) {
      const { plan, err } = await planAt(desk);
      expect([plan, err]).toEqual([wanted, ""]);
    }
    const shallow = newClone(origin, sandbox, "--depth=1");
    const { plan, lines } = await planAt(shallow);
    expect([plan.fingerprint, plan.hasLedger]).toEqual([wanted.fingerprint, true]);
    expect(lines).toContain(TAKES);
  });

  test("a shallow clone applies, and so does a linked work tree with a detached head", async () => {
    const { sandbox, origin, ann } = await officeWithEdit();
    const shallow = newClone(origin, sandbox, "--depth=1");
    const applied = await shallow.run("apply --yes");
    expect([applied.exitCode, applied.err]).toEqual([0, homeWords(origin)]);
    expect(skillsOf(sandbox, "cleo@example.com")).toEqual({ Sales: 4 });

    const linked = join(temporaryDirectory(), "linked");
    ann.git("worktree", "add", "--quiet", "--detach", linked);
    const desk = deskAt(linked, sandbox);
    const last = desk.commit({ [FILE]: YAML });
    desk.git("push", "--quiet", "origin", "HEAD:main");
    expect((await desk.run("apply --yes")).exitCode).toBe(0);
    expect(ledgerIn(origin).applied?.revision).toBe(last);
    expect(ann.git("status", "--porcelain")).toBe("");
    expect(ann.git("branch", "--list", "ledger/*")).toBe("");
  });

  test("a clone whose owner git doesn't know applies too, in the program's own name", async () => {
    const { origin, ann } = await officeWithEdit();
    ann.git("config", "--unset", "user.name");
    ann.git("config", "--unset", "user.email");
    expect((await ann.run("apply --yes")).exitCode).toBe(0);
    expect(git(origin, "log", "-1", "--format=%an", "ledger/default")).toBe("genesys-skills");
    expect(git(origin, "log", "-1", "--format=%b", "ledger/default")).not.toContain("Actor");
  });
});

describe("no ledger", () => {
  test("is what there is without a git repository: the plan says so, and an apply needs --no-ledger", async () => {
    const sandbox = await startOrganisation();
    const desk = deskAt(temporaryDirectory(), sandbox);
    desk.write({ ...settings(), [FILE]: YAML });
    expect((await planAt(desk)).plan.hasLedger).toBe(false);
    const refused = await desk.run("apply --yes");
    expectFailure(refused, "NO_REPOSITORY");
    expect(refused.err).toContain("--no-ledger");
    expect(writesOf(sandbox)).toEqual([]);
    const applied = await desk.run("apply --yes --no-ledger");
    expect([applied.exitCode, applied.out.split("\n")[0]]).toEqual([
      0,
      expect.stringMatching(/^No ledger: .* this plan removes nothing\./),
    ]);
    desk.write({ [FILE]: EDITED });
    expect((await planAt(desk, "--detailed-exitcode")).exitCode).toBe(0);
    expect(skillsOf(sandbox, "cleo@example.com")).toEqual({ Billing: 1, Sales: 4 });
  });

  test("is possible with --no-ledger: nothing is removed, and the branch stays as it is", async () => {
    const { sandbox, origin, ann } = await officeWithEdit();
    const tip = git(origin, "rev-parse", "ledger/default");
    const { plan, lines } = await planAt(ann, "--no-ledger");
    expect([plan.hasLedger, plan.summary.destroy]).toEqual([false, 0]);
    expect(lines).toContain("(no ledger)");
    expect((await ann.run("apply --yes --no-ledger")).exitCode).toBe(0);
    expect(git(origin, "rev-parse", "ledger/default")).toBe(tip);
    expect(skillsOf(sandbox, "cleo@example.com")).toEqual({ Billing: 1, Sales: 4 });
  });
});

describe("a ledger that can't be read", () => {
  const TROUBLES: readonly Trouble[] = [
    { title: "is no JSON", code: "LEDGER_BROKEN", change: ({ origin }) => rewrite(origin, () => "{") },
    {
      title: "is of a version to come",
      code: "LEDGER_VERSION",
      change: ({ origin }) => rewrite(origin, (text) => text.replace('"version": 2', '"version": 3')),
    },
    {
      title: "lacks a field",
      code: "LEDGER_BROKEN",
      change: ({ origin }) => rewrite(origin, (text) => text.replace(/ {2}"organization".*\n/, "")),
    },
    {
      title: "is behind a remote that doesn't answer",
      code: "LEDGER_UNREACHABLE",
      change: ({ ann }) => ann.git("remote", "set-url", "origin", join(ann.folder, "nowhere.git")),
    },
    {
      title: "was deleted from the remote, where this clone has seen it",
      code: "LEDGER_GONE",
      exitCode: 3,
      change: ({ origin }) => git(origin, "update-ref", "-d", "refs/heads/ledger/default"),
    },
    {
      title: "is a branch of this clone that was never pushed",
      code: "LEDGER_NOT_PUSHED",
      change({ origin, ann }) {
        git(origin, "update-ref", "-d", "refs/heads/ledger/default");
        const seen = "refs/genesys-skills/seen/origin/default";
        ann.git("update-ref", "refs/heads/ledger/default", seen);
        for (const ref of [seen, "refs/remotes/origin/ledger/default"]) ann.git("update-ref", "-d", ref);
      },
    },
  ];

  test.each(TROUBLES)(
    "that $title is never treated as an absent ledger",
    async ({ code, exitCode, change }) => {
      const { sandbox, origin, ann } = await officeWithEdit();
      change({ origin, ann });
      const held = assignmentsOf(sandbox);
      sandbox.requests.length = 0;
      for (const line of ["plan", "apply --yes", "drift"]) expectFailure(await ann.run(line), code, exitCode);
      expect(writesOf(sandbox)).toEqual([]);
      expect(assignmentsOf(sandbox)).toEqual(held);
    },
  );

  test("without a remote also differs from a missing one", async () => {
    const sandbox = await startOrganisation();
    const desk = newDesk(sandbox, { [FILE]: YAML });
    expect((await desk.run("apply --yes")).exitCode).toBe(0);
    rewrite(desk.folder, (text) => text.slice(0, 200));
    desk.commit({ [FILE]: EDITED });
    for (const line of ["plan", "apply --yes", "drift"]) expectFailure(await desk.run(line), "LEDGER_BROKEN");
    expect(skillsOf(sandbox, "cleo@example.com")).toEqual({ Billing: 1, Sales: 4 });
  });
});

interface Trouble {
  readonly title: string;
  readonly code: string;
  /** Default 1. */
  readonly exitCode?: number;
  readonly change: (office: { readonly origin: string; readonly ann: Desk }) => void;
}

function expectFailure(run: CommandRun, code: string, exitCode = 1): void {
  expect([run.exitCode, run.out]).toEqual([exitCode, ""]);
  expect(run.err).toMatch(new RegExp(`^${code}: `));
}

/** Commits another text of `ledger.json`, as somebody could manually. */
function rewrite(folder: string, change: (text: string) => string): void {
  const hashOf = (command: readonly string[], input: string): string =>
    execFileSync("git", command, { cwd: folder, input, encoding: "utf8" }).trim();
  const blob = hashOf(
    ["hash-object", "-w", "--stdin"],
    change(git(folder, "show", "ledger/default:ledger.json")),
  );
  const tree = hashOf(["mktree"], `100644 blob ${blob}\tledger.json\n`);
  const parent = git(folder, "rev-parse", "ledger/default");
  git(
    folder,
    "update-ref",
    "refs/heads/ledger/default",
    git(folder, "commit-tree", tree, "-p", parent, "-m", "Manual"),
  );
}
