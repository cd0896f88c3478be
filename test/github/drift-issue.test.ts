import { describe, expect, test } from "vitest";
import { syncDriftIssue } from "../../src/github/drift-issue.ts";
import { targetMarker } from "../../src/github/marker.ts";
import type { Plan } from "../../src/model.ts";
import { codesOf } from "../ledger/repositories.ts";
import { planNamed } from "../report/plan-named.ts";
import type { FakeGitHub } from "./fake-github.ts";
import { BOT, startFakeGitHub } from "./fake-github.ts";
import { sessionOn } from "./session.ts";

const DRIFT: Plan = { ...planNamed("Billing"), refusals: [], allowed: [] };
const OTHER: Plan = { ...DRIFT, fingerprint: "fedcba9876543210" };

async function scheduled(): Promise<{ github: FakeGitHub; sync: (drift: Plan | null) => Promise<unknown> }> {
  const github = await startFakeGitHub();
  const session = await sessionOn(github, "schedule", {});
  return { github, sync: (drift) => syncDriftIssue(session, { target: "default", drift }) };
}

function addIssue(github: FakeGitHub, number: number, author: string, target: string): void {
  const body = `${targetMarker("drift", target)}\nold`;
  github.issues.set(number, { number, author, title: "Drift", body, state: "open" });
}

function states(github: FakeGitHub): string[] {
  return [...github.issues.values()].map(({ number, state }) => `${number} ${state}`);
}

describe("the drift issue", () => {
  test("is opened, kept up to date in place, and closed when nothing differs", async () => {
    const { github, sync } = await scheduled();
    expect(await sync(null)).toEqual({ action: "none" });
    expect(github.writes()).toEqual([]);
    expect(await sync(DRIFT)).toMatchObject({ action: "opened" });
    expect(await sync(DRIFT)).toMatchObject({ action: "unchanged" });
    expect(await sync(OTHER)).toMatchObject({ action: "updated" });
    expect(github.issues.size).toBe(1);
    const [issue] = github.issues.values();
    expect(issue).toMatchObject({ author: BOT, state: "open" });
    expect(issue?.title).toContain("default");
    expect(issue?.body).toContain(OTHER.fingerprint);
    expect(await sync(null)).toMatchObject({ action: "closed" });
    expect(await sync(null)).toEqual({ action: "none" });
    expect(await sync(DRIFT)).toMatchObject({ action: "opened" });
    expect(states(github).map((state) => state.split(" ")[1])).toEqual(["closed", "open"]);
  });

  test("is nobody else's, no other target's, and no pull request", async () => {
    const { github, sync } = await scheduled();
    github.openPull({ number: 1, head: "a".repeat(40) });
    addIssue(github, 8, "mallory", "default");
    addIssue(github, 9, BOT, "other");
    expect(await sync(null)).toEqual({ action: "none" });
    expect(await sync(DRIFT)).toMatchObject({ action: "opened" });
    expect(states(github)).toEqual(["8 open", "9 open", "2 open"]);
  });

  test("is found behind more than a page of others", async () => {
    const { github, sync } = await scheduled();
    for (let number = 1; number <= 130; number++) addIssue(github, number, "ann-lee", "default");
    addIssue(github, 131, BOT, "default");
    expect(await sync(DRIFT)).toMatchObject({ action: "updated" });
    expect(github.issues.size).toBe(131);
  });

  test("is the oldest of several, and the others are closed", async () => {
    const { github, sync } = await scheduled();
    for (const number of [5, 3, 4]) addIssue(github, number, BOT, "default");
    expect(await sync(DRIFT)).toMatchObject({ action: "updated" });
    expect(states(github).sort()).toEqual(["3 open", "4 closed", "5 closed"]);
  });

  test("that GitHub silently didn't change is an error, not a success", async () => {
    const { github, sync } = await scheduled();
    await sync(DRIFT);
    github.trouble({ method: "PATCH", path: /issues\/\d+$/, status: 200 });
    expect(await codesOf(sync(OTHER))).toEqual(["GITHUB"]);
  });

  test("that can't be written is an error", async () => {
    const { github, sync } = await scheduled();
    github.trouble({ method: "POST", path: /issues$/, status: 403 });
    expect(await codesOf(sync(DRIFT))).toEqual(["GITHUB"]);
  });
});
