import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import type { PlanMark } from "../../src/github/marker.ts";
import { planMarker, resultMarker } from "../../src/github/marker.ts";
import { pullNumber } from "../../src/github/merged.ts";
import type { ReviewQuestion } from "../../src/github/review.ts";
import { pullsWithWithheld, pullsToTell, reviewedChanges } from "../../src/github/review.ts";
import { reviewHash } from "../../src/plan/review.ts";
import { cleanEnv, codesOf, git, newRepository } from "../ledger/repositories.ts";
import type { FakeGitHub } from "./fake-github.ts";
import { BOT, REPOSITORY, startFakeGitHub } from "./fake-github.ts";
import { sessionOn } from "./session.ts";

const PULL_HEAD = "a".repeat(40);
const TARGET = "production";
const FINGERPRINT = "0123456789abcdef";

let github: FakeGitHub;
let session: Awaited<ReturnType<typeof sessionOn>>;
let cwd: string;
/** What was applied last. */
let revision: string;
let files = 0;

beforeEach(async () => {
  github = await startFakeGitHub();
  session = await sessionOn(github);
  cwd = newRepository();
  revision = git(cwd, "rev-parse", "HEAD");
});

/** Each changes a file of its own. */
function commit(message: string): string {
  writeFileSync(join(cwd, `${files++}.yaml`), message);
  git(cwd, "add", "--all");
  git(cwd, "commit", "--quiet", "--message", message);
  return git(cwd, "rev-parse", "HEAD");
}

/** The body of a plan's comment on this pull request that took one thing away. */
function planOf(pull: number, facts: Partial<PlanMark> = {}): string {
  const hashes = [reviewHash(FINGERPRINT, { repository: REPOSITORY, pull })];
  const mark = {
    target: TARGET,
    dir: "skills",
    effect: "destroy" as const,
    head: PULL_HEAD,
    isRefused: false,
    allowed: [],
    allowances: [],
    hashes,
    ...facts,
  };
  return `${planMarker(mark)}\n\nThe plan.`;
}

/** What counts: each pull request and its verdict, and whether the fingerprint of all these tests was reviewed. */
async function ask(more: Partial<ReviewQuestion> = {}) {
  const head = git(cwd, "rev-parse", "HEAD");
  const about = { cwd, env: cleanEnv(), revision, head, branch: "main", target: TARGET, ...more };
  const review = await reviewedChanges(session, about);
  const isReviewed = review.plans.some((plan) => plan.hashes.has(reviewHash(FINGERPRINT, plan)));
  return { review, isReviewed, verdicts: review.pulls.map(({ number, verdict }) => [number, verdict]) };
}

/** A pull request with its plan, merged by squash. */
function squash(number: number, body = planOf(number), author = BOT): string {
  github.openPull({ number, head: PULL_HEAD });
  github.addComment(number, author, body);
  const hash = commit(`Take care (#${number})\n\nFixes (#99)`);
  github.merge(number, [hash]);
  return hash;
}

describe("a merged pull request is found", () => {
  test("by the number that a squash has in its title", async () => {
    squash(7);
    expect(await ask()).toMatchObject({ isReviewed: true, verdicts: [[7, "reviewed"]] });
    expect(github.requests.some(({ path }) => path.includes("/commits/"))).toBe(false);
  });

  test("by the number that a merge commit has, and not by the commits that it brings", async () => {
    git(cwd, "checkout", "--quiet", "-b", "branch");
    commit("Some work (#5)");
    const head = commit("More work");
    git(cwd, "checkout", "--quiet", "main");
    git(cwd, "merge", "--quiet", "--no-ff", "--message", "Merge pull request #8 from acme/branch", "branch");
    for (const number of [5, 8]) github.openPull({ number, head });
    github.addComment(8, BOT, planOf(8, { head }));
    github.merge(8, [git(cwd, "rev-parse", "HEAD")]);
    expect(await ask()).toMatchObject({ isReviewed: true, verdicts: [[8, "reviewed"]] });
    expect(session.clock.slept).toEqual([]);
  });

  test("by GitHub's index where it was rebased, once for all its commits", async () => {
    github.openPull({ number: 9, head: PULL_HEAD });
    github.addComment(9, BOT, planOf(9));
    github.merge(9, [commit("First"), commit("Second"), commit("Third")]);
    expect(await ask()).toMatchObject({ isReviewed: true, verdicts: [[9, "reviewed"]] });
  });

  test("though the index lags behind the merge", async () => {
    github.openPull({ number: 9, head: PULL_HEAD });
    github.addComment(9, BOT, planOf(9));
    github.merge(9, [commit("Rebased")], 3);
    expect(await ask()).toMatchObject({ verdicts: [[9, "reviewed"]] });
    expect(session.clock.slept).toEqual([2000, 4000, 8000]);
  });

  test("unless the index never has the commit", async () => {
    commit("Pushed without a pull request");
    expect(await ask()).toMatchObject({ isReviewed: false, verdicts: [], review: { isFollowed: true } });
    expect(session.clock.slept).toEqual([2000, 4000, 8000, 16_000]);
  });

  test("without waiting for the index where the commit is old", async () => {
    commit("Pushed long ago");
    session.clock.advance(Date.now() + 3_600_000);
    expect(await ask()).toMatchObject({ verdicts: [] });
    expect(session.clock.slept).toEqual([]);
  });

  test("whichever of several were merged at once, and in the order of their numbers", async () => {
    squash(12);
    squash(11);
    squash(10);
    expect((await ask()).verdicts).toEqual([
      [10, "reviewed"],
      [11, "reviewed"],
      [12, "reviewed"],
    ]);
  });

  test("though its commit has the number of another one in its title", async () => {
    squash(7);
    github.openPull({ number: 9, head: PULL_HEAD });
    github.addComment(9, BOT, planOf(9));
    github.merge(9, [commit("More of the same (#7)")]);
    expect((await ask()).verdicts).toEqual([
      [7, "reviewed"],
      [9, "reviewed"],
    ]);
  });

  test("and none that was applied before", async () => {
    squash(7);
    revision = git(cwd, "rev-parse", "HEAD");
    squash(8);
    expect((await ask()).verdicts).toEqual([[8, "reviewed"]]);
    expect(await ask({ revision: git(cwd, "rev-parse", "HEAD") })).toMatchObject({ verdicts: [] });
  });

  test("and only by the newest commits, if limited to them", async () => {
    for (const number of [7, 8]) squash(number);
    expect((await ask({ revision: null, newest: 1 })).verdicts).toEqual([[8, "reviewed"]]);
  });

  test("before the first apply too", async () => {
    squash(7);
    session.clock.advance(Date.now() + 3_600_000);
    expect(await ask({ revision: null })).toMatchObject({ verdicts: [[7, "reviewed"]] });
  });
});

describe("a number in a commit's title proves nothing", () => {
  test("where that pull request became another commit", async () => {
    squash(7);
    revision = git(cwd, "rev-parse", "HEAD");
    commit("Sneak something in (#7)");
    expect(await ask()).toMatchObject({ isReviewed: false, verdicts: [] });
  });

  test("where that pull request is open, for its trial merge is no merge", async () => {
    github.openPull({ number: 7, head: PULL_HEAD, mergeCommit: commit("Sneak something in (#7)") });
    github.addComment(7, BOT, planOf(7));
    expect(await ask()).toMatchObject({ isReviewed: false, verdicts: [] });
  });

  test("where it went into another branch", async () => {
    github.openPull({ number: 7, head: PULL_HEAD, base: "release" });
    github.addComment(7, BOT, planOf(7));
    github.merge(7, [commit("Care (#7)")]);
    expect(await ask()).toMatchObject({ isReviewed: false, verdicts: [] });
  });

  test("where there is no such pull request", async () => {
    commit("Care (#4711)");
    expect(await ask()).toMatchObject({ verdicts: [] });
  });

  test.each([
    ["Merge pull request #12 from acme/branch", 12],
    ["Take care (#12)", 12],
    ["Take care (#12) ", 12],
    ['Revert "Take care (#12)" (#13)', 13],
    ['Revert "Take care (#12)"', null],
    ["Fixes #12", null],
    ["Take care\n\n(#12)", null],
    ["Take care (#12345678901)", null],
    ["", null],
  ])("%j names %j", (message, number) => {
    expect(pullNumber(message)).toBe(number);
  });
});

test("a commit of a pull request that became another commit is no merge of it", async () => {
  github.openPull({ number: 9, head: PULL_HEAD });
  github.addComment(9, BOT, planOf(9));
  github.merge(9, [commit("Rebased"), "f".repeat(40)]);
  expect(await ask()).toMatchObject({ isReviewed: false, verdicts: [] });
});

describe("the pull requests that learn that withheld changes are applied", () => {
  const resultOf = (isWithheld: boolean, target = TARGET) =>
    `${resultMarker({ target, dir: "skills" }, isWithheld)}\n\nThe result.`;

  test("are the recently merged ones whose result says so, without waiting for the index", async () => {
    for (const [number, body, author] of [
      [7, resultOf(true), BOT],
      [8, resultOf(false), BOT],
      [9, resultOf(true), "mallory"],
      [10, resultOf(true, "staging"), BOT],
      [11, resultOf(true), BOT],
    ] as const) {
      squash(number, body, author);
    }
    commit("Pushed without a pull request");
    const head = git(cwd, "rev-parse", "HEAD");
    const about = { cwd, env: cleanEnv(), revision: head, head, branch: "main", target: TARGET };
    expect(await pullsWithWithheld(session, about)).toEqual([7, 11]);
    expect(session.clock.slept).toEqual([]);
  });
});

describe("a comment is worth nothing", () => {
  test.each([
    ["by somebody else", (pull: number) => planOf(pull), "mallory", "no-plan"],
    ["by a login like ours", (pull: number) => planOf(pull), "github-actions", "no-plan"],
    ["for another target", (pull: number) => planOf(pull, { target: "staging" }), BOT, "no-plan"],
    ["for another folder", (pull: number) => planOf(pull, { dir: "teams/skills" }), BOT, "no-plan"],
    ["that is quoted", (pull: number) => `> ${planOf(pull)}`, BOT, "no-plan"],
    ["for an earlier commit", (pull: number) => planOf(pull, { head: "b".repeat(40) }), BOT, "other-head"],
    ["of a refused plan", (pull: number) => planOf(pull, { isRefused: true }), BOT, "refused"],
    ["of too many changes", (pull: number) => planOf(pull, { hashes: null }), BOT, "too-many"],
  ])("%s", async (_, body, author, verdict) => {
    squash(7, body(7), author);
    const { isReviewed, verdicts, review } = await ask();
    expect([isReviewed, verdicts, review.plans]).toEqual([false, [[7, verdict]], []]);
  });

  test("copied from another pull request", async () => {
    squash(7, planOf(6));
    expect(await ask()).toMatchObject({ isReviewed: false, verdicts: [[7, "reviewed"]] });
  });

  test("copied from another repository", async () => {
    const hashes = [reviewHash(FINGERPRINT, { repository: "acme/other", pull: 7 })];
    squash(7, planOf(7, { hashes }));
    expect((await ask()).isReviewed).toBe(false);
  });

  test("where the last apply is no ancestor", async () => {
    squash(7);
    git(cwd, "checkout", "--quiet", "-b", "side", revision);
    const side = commit("Aside");
    git(cwd, "checkout", "--quiet", "main");
    for (const other of [side, PULL_HEAD]) {
      const { review } = await ask({ revision: other });
      expect(review).toEqual({ plans: [], pulls: [], isFollowed: false });
    }
  });

  test("but takes nothing from a good one beside it", async () => {
    squash(7, planOf(7), "mallory");
    github.addComment(7, BOT, planOf(7));
    expect(await ask()).toMatchObject({ isReviewed: true });
  });
});

describe("what a review passes on", () => {
  test("is what was allowed on it, and nothing else", async () => {
    squash(7, planOf(7, { allowed: ["SKILL_DELETE"], allowances: ["0123456789ab"] }));
    const { review } = await ask();
    expect(review.plans.map(({ allowed }) => [...allowed])).toEqual([["0123456789ab"]]);
    expect(review.pulls[0]?.allowed).toEqual(["SKILL_DELETE"]);
  });

  test("is posted to the pull requests with a plan, and to all if something was withheld", async () => {
    squash(7);
    squash(8, "No plan.");
    const { review } = await ask();
    expect(pullsToTell(review, false)).toEqual([7]);
    expect(pullsToTell(review, true)).toEqual([7, 8]);
  });
});

test("a GitHub that doesn't answer stops the apply", async () => {
  squash(7);
  github.trouble({ method: "GET", path: /comments$/, status: 403 });
  expect(await codesOf(ask())).toEqual(["GITHUB"]);
});
