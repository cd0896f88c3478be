import { expect, test } from "vitest";
import { syncDriftIssue } from "../../src/github/drift-issue.ts";
import { topicMarker } from "../../src/github/marker.ts";
import type { Plan } from "../../src/model.ts";
import { codesOf } from "../ledger/repositories.ts";
import { planNamed, UNNAMED } from "../report/plan-named.ts";
import type { FakeGitHub, FakeIssue } from "./fake-github.ts";
import { BOT, startFakeGitHub } from "./fake-github.ts";
import { sessionOn } from "./session.ts";

const DRIFT: Plan = { ...planNamed("Billing"), refusals: [], allowed: [] };

function addIssue(github: FakeGitHub, number: number, facts: Partial<FakeIssue> = {}): FakeIssue {
  const body = topicMarker("drift", { target: "default", dir: "skills" });
  const issue: FakeIssue = { number, author: BOT, title: "Drift", body, state: "open", ...facts };
  github.issues.set(number, issue);
  return issue;
}

async function start() {
  const github = await startFakeGitHub();
  const session = await sessionOn(github, "schedule");
  const sync = (drift: Plan | null, target = "default") => syncDriftIssue(session, { target, drift });
  return { github, sync };
}

test("an issue is opened, left alone while nothing changes, updated, and closed", async () => {
  const { github, sync } = await start();
  expect(await sync(null)).toEqual({ action: "none" });
  expect(await sync(DRIFT)).toMatchObject({ action: "opened" });
  expect(await sync(DRIFT)).toMatchObject({ action: "unchanged" });
  expect(await sync({ ...DRIFT, organization: { id: "org", name: "Renamed" } })).toMatchObject({
    action: "updated",
  });
  expect(await sync(null)).toMatchObject({ action: "closed" });
  expect(await sync(null)).toEqual({ action: "none" });
  expect([...github.issues.values()]).toMatchObject([{ state: "closed", author: BOT }]);
});

test("drift that comes again opens another issue", async () => {
  const { github, sync } = await start();
  for (const drift of [DRIFT, null, DRIFT]) await sync(drift);
  expect([...github.issues.values()].map(({ state }) => state)).toEqual(["closed", "open"]);
});

test("each target has an issue of its own", async () => {
  const { github, sync } = await start();
  await sync(DRIFT);
  await sync({ ...DRIFT, target: "staging" }, "staging");
  expect(github.issues.size).toBe(2);
  await sync(null, "staging");
  expect([...github.issues.values()].map(({ state }) => state)).toEqual(["open", "closed"]);
});

test("an issue of ours is found behind two pages of others' and of pull requests", async () => {
  const { github, sync } = await start();
  for (let number = 1; number <= 150; number++) github.openPull({ number, head: "a".repeat(40) });
  for (let number = 151; number <= 250; number++) addIssue(github, number, { body: "Words" });
  addIssue(github, 251);
  expect(await sync(DRIFT)).toMatchObject({ action: "updated" });
});

test("another author's issue is left alone, with any first line", async () => {
  const { github, sync } = await start();
  const forged = { ...addIssue(github, 5, { author: "mallory" }) };
  expect(await sync(DRIFT)).toMatchObject({ action: "opened" });
  expect(await sync(null)).toMatchObject({ action: "closed" });
  expect(github.issues.get(5)).toEqual(forged);
});

test("of two issues the older is kept and the younger closed", async () => {
  const { github, sync } = await start();
  for (const number of [5, 6]) addIssue(github, number);
  expect(await sync(DRIFT)).toMatchObject({ action: "updated" });
  expect([...github.issues.values()].map(({ state }) => state)).toEqual(["open", "closed"]);
});

test("the issue names only people of the YAML", async () => {
  const { github, sync } = await start();
  await sync(DRIFT);
  const [issue] = github.issues.values();
  for (const word of Object.values(UNNAMED)) expect(issue?.body).not.toContain(word);
});

test("a GitHub that refuses is a failure with the permission that is missing", async () => {
  const { github, sync } = await start();
  github.trouble({ method: "POST", path: /issues$/, status: 403 });
  expect(await codesOf(sync(DRIFT))).toEqual(["GITHUB"]);
});

test("an update that GitHub answers and doesn't keep is a failure", async () => {
  const { github, sync } = await start();
  await sync(DRIFT);
  github.trouble({ method: "PATCH", path: /issues\/\d+$/, status: 200 });
  const other = { ...DRIFT, organization: { id: "org", name: "Renamed" } };
  expect(await codesOf(sync(other))).toEqual(["GITHUB"]);
  expect(await sync(other)).toMatchObject({ action: "updated" });
});
