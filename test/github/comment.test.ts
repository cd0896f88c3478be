import { describe, expect, test } from "vitest";
import { upsertComment } from "../../src/github/comment.ts";
import { planMarker, readPlanMark, topicMarker } from "../../src/github/marker.ts";
import { postPlan, postResult } from "../../src/github/post.ts";
import type { Session } from "../../src/github/session.ts";
import type { Operation, Plan } from "../../src/model.ts";
import { summarize } from "../../src/plan/summary.ts";
import { changeMaker, planNamed, skillField } from "../report/plan-named.ts";
import type { FakeGitHub } from "./fake-github.ts";
import { BOT, PERSON, startFakeGitHub, TOKEN } from "./fake-github.ts";
import type { PullFacts } from "./session.ts";
import { pullPayload, sessionOn } from "./session.ts";

const HEAD = "a".repeat(40);
const PLAN: Plan = { ...planNamed("Billing"), refusals: [], allowed: [] };
const PATH = "/repos/acme/skills/issues";

function pullSession(github: FakeGitHub, facts: PullFacts = {}, more: NodeJS.ProcessEnv = {}) {
  return sessionOn(github, "pull_request", pullPayload({ number: 7, head: HEAD, ...facts }), more);
}

async function opened(): Promise<FakeGitHub> {
  const github = await startFakeGitHub();
  github.openPull({ number: 7, head: HEAD });
  return github;
}

function planBody(target = "default", head = HEAD): string {
  return planMarker({
    ...{ target, dir: "skills", head, isRefused: false },
    ...{ allowed: [], allowances: [], hashes: [], effect: null },
  });
}

function upsert(session: Session, body: string, target = "default"): Promise<unknown> {
  return upsertComment(session.github, {
    kind: "plan",
    target,
    dir: "skills",
    pull: 7,
    body,
    login: session.login,
  });
}

describe("the plan's comment", () => {
  test("is created once, then left alone while it says the same, then changed in place", async () => {
    const github = await opened();
    const session = await pullSession(github);
    expect(await postPlan(session, PLAN)).toMatchObject({ kind: "posted", action: "created" });
    expect(await postPlan(session, PLAN)).toMatchObject({ kind: "posted", action: "unchanged" });
    const other = { ...PLAN, fingerprint: "fedcba9876543210" };
    expect(await postPlan(session, other)).toMatchObject({ kind: "posted", action: "updated" });
    const comments = github.commentsOn(7);
    expect(comments).toHaveLength(1);
    expect(comments[0]?.body).toContain("fedcba9876543210");
    expect(readPlanMark(comments[0]?.body ?? "")).toMatchObject({ target: "default", head: HEAD });
    expect(github.writes()).toEqual([
      `POST ${PATH}/7/comments`,
      `PATCH ${PATH}/comments/${comments[0]?.id ?? ""}`,
    ]);
  });

  test("is found on the last of several pages", async () => {
    const github = await opened();
    const session = await pullSession(github);
    for (let at = 0; at < 250; at++) github.addComment(7, "ann-lee", `Words ${at}`);
    const own = github.addComment(7, BOT, `${planBody()}\nold`);
    for (let at = 0; at < 60; at++) github.addComment(7, "ann-lee", `More ${at}`);
    expect(await upsert(session, `${planBody()}\nnew`)).toMatchObject({ action: "updated" });
    expect(own.body).toMatch(/new$/);
    expect(github.commentsOn(7)).toHaveLength(311);
  });

  test("is another for each target and kind", async () => {
    const github = await opened();
    const session = await pullSession(github);
    github.addComment(7, BOT, `${topicMarker("apply", { target: "default", dir: "skills" })}\nresult`);
    await upsert(session, planBody("default"));
    await upsert(session, planBody("other"), "other");
    expect(github.commentsOn(7)).toHaveLength(3);
  });

  test("is never another author's, with any first line", async () => {
    const github = await opened();
    const session = await pullSession(github);
    for (const author of ["mallory", "github-actions", null]) github.addComment(7, author, planBody());
    expect(await upsert(session, `${planBody()}\nours`)).toMatchObject({ action: "created" });
    expect(github.commentsOn(7).map(({ author }) => author)).toEqual([
      "mallory",
      "github-actions",
      null,
      BOT,
    ]);
    expect(github.writes()).toEqual([`POST ${PATH}/7/comments`]);
  });

  test("is the oldest of several, and the others go", async () => {
    const github = await opened();
    const session = await pullSession(github);
    const oldest = github.addComment(7, BOT, planBody());
    github.addComment(7, BOT, planBody());
    await upsert(session, `${planBody()}\nnew`);
    expect(github.commentsOn(7)).toEqual([oldest]);
    expect(oldest.body).toMatch(/new$/);
  });

  test("is one where two runs create it at once", async () => {
    const github = await opened();
    const sessions = await Promise.all([pullSession(github), pullSession(github)]);
    await Promise.all(sessions.map((session) => upsert(session, planBody())));
    expect(github.commentsOn(7)).toHaveLength(1);
  });

  test.each([502, 0])(
    "is created once if GitHub creates it and answers with an error (%i)",
    async (status) => {
      const github = await opened();
      const session = await pullSession(github);
      github.trouble({ method: "POST", path: /comments$/, status, isDone: true });
      expect(await postPlan(session, PLAN)).toMatchObject({ kind: "posted" });
      expect(github.commentsOn(7)).toHaveLength(1);
    },
  );

  test("that is deleted between the look and the change is made again by the next run", async () => {
    const github = await opened();
    const session = await pullSession(github);
    await postPlan(session, PLAN);
    github.trouble({ method: "PATCH", path: /comments/, status: 404, message: "Not Found" });
    const other = { ...PLAN, fingerprint: "fedcba9876543210" };
    expect(await postPlan(session, other)).toMatchObject({ kind: "failed" });
    expect(await postPlan(session, other)).toMatchObject({ kind: "posted", action: "updated" });
  });

  test("of a plan with too many removals says that merging doesn't apply them", async () => {
    const github = await opened();
    const session = await pullSession(github);
    const subject = { kind: "user", id: "u" } as const;
    const make = changeMaker();
    const loss = { field: skillField("id-other"), verb: "remove", before: 1, after: null } as const;
    const changes = Array.from({ length: 2001 }, () => make(subject, loss));
    const stages = [[{ subject, name: "Ann", email: "ann@example.com", named: true, changes }]];
    await postPlan(session, { ...PLAN, stages });
    const [comment] = github.commentsOn(7);
    expect(readPlanMark(comment?.body ?? "")?.hashes).toBeNull();
    expect(comment?.body).toContain("UNREVIEWED");
  });
});

describe("what a comment has no room to show", () => {
  /** As many people as one skill's marker holds, with e-mails of a usual length. */
  function losses(people: number, kind: "loss" | "overwrite" | "end"): Plan {
    const operations = Array.from({ length: people }, (_, at): Operation => {
      const subject = { kind: "user", id: `u-${at}` } as const;
      const make = changeMaker();
      const field = skillField("id-other");
      const change = {
        loss: make(subject, { field, verb: "remove", before: 1, after: null }),
        overwrite: make(subject, {
          field,
          verb: "update",
          before: 1,
          after: 2,
          cause: "conflict",
          takesAway: true,
        }),
        end: make(subject, {
          ...{ field: { kind: "until", id: "id-other" }, verb: "add", takesAway: true },
          ...{ before: null, after: "2027-01-06" },
        }),
      }[kind];
      const email = `firstname.lastname.${at}@contact-centre.example.com`;
      return {
        ...{ subject, name: `Agent ${at}`, email, named: true },
        changes: [{ ...change, id: at.toString(16).padStart(16, "0") }],
      };
    });
    return { ...PLAN, stages: [operations], summary: summarize(operations), notes: [] };
  }

  test.each(["loss", "overwrite", "end"] as const)("counts as not reviewed: %s", async (kind) => {
    const github = await opened();
    const session = await pullSession(github);
    await postPlan(session, losses(700, kind));
    const [shown] = github.commentsOn(7);
    expect(readPlanMark(shown?.body ?? "")?.hashes).toHaveLength(700);
    for (let at = 0; at < 700; at++) expect(shown?.body).toContain(`lastname.${at}@`);

    await postPlan(session, losses(1900, kind));
    const [cut] = github.commentsOn(7);
    expect(readPlanMark(cut?.body ?? "")).toMatchObject({ hashes: null, allowances: [] });
    expect(cut?.body).toContain("merging doesn't apply that part");
    expect(cut?.body).not.toContain("Merging this pull request applies the plan.");
  });
});

describe("nothing is posted", () => {
  test.each([
    ["on a closed pull request", { state: "closed" as const }],
    ["on one with a newer commit", { head: "b".repeat(40) }],
  ])("%s", async (_, facts) => {
    const github = await opened();
    const session = await pullSession(github);
    const pull = github.pulls.get(7);
    if (pull) Object.assign(pull, facts);
    expect(await postPlan(session, PLAN)).toMatchObject({ kind: "left" });
    expect(github.writes()).toEqual([]);
  });

  test("on one that isn't there", async () => {
    const github = await startFakeGitHub();
    expect(await postPlan(await pullSession(github), PLAN)).toMatchObject({ kind: "left" });
  });

  test.each([
    ["a fork", { from: "mallory/skills" }, {}],
    ["Dependabot", {}, { GITHUB_ACTOR: "dependabot[bot]" }],
  ])("by %s, and no request is sent to GitHub", async (_, facts, more) => {
    const github = await opened();
    const session = await pullSession(github, facts, more);
    const before = github.requests.length;
    expect(await postPlan(session, PLAN)).toMatchObject({ kind: "left" });
    expect(github.requests).toHaveLength(before);
  });

  test.each(["merge_group", "push", "schedule"])("by a run of %s", async (event) => {
    const github = await startFakeGitHub();
    const merge_group = { head_sha: HEAD, base_ref: "refs/heads/main" };
    const session = await sessionOn(github, event, { ref: "refs/heads/main", after: HEAD, merge_group });
    expect(await postPlan(session, PLAN)).toMatchObject({ kind: "left" });
    expect(github.writes()).toEqual([]);
  });
});

describe("trouble with GitHub", () => {
  test.each([401, 403, 422, 500])(
    "is reported and doesn't throw if posting is answered with %i",
    async (status) => {
      const github = await opened();
      const session = await pullSession(github);
      github.trouble({ method: "POST", path: /comments$/, status });
      const posted = await postPlan(session, PLAN);
      expect(posted).toMatchObject({ kind: "failed" });
      expect(JSON.stringify(posted)).not.toContain(TOKEN);
    },
  );

  test("is reported with the missing permission", async () => {
    const github = await opened();
    const session = await pullSession(github);
    github.trouble({ method: "POST", path: /comments$/, status: 403, message: "Resource not accessible" });
    expect(JSON.stringify(await postPlan(session, PLAN))).toContain("pull-requests: write");
  });

  test("that passes is waited out", async () => {
    const github = await opened();
    const session = await pullSession(github);
    github.trouble({ method: "GET", path: /pulls\/7$/, status: 502 });
    github.trouble({ method: "GET", path: /comments$/, status: 429, headers: { "Retry-After": "30" } });
    github.trouble({ method: "POST", path: /comments$/, status: 403, message: "secondary rate limit" });
    expect(await postPlan(session, PLAN)).toMatchObject({ kind: "posted", action: "created" });
    expect(session.clock.slept).toEqual([expect.any(Number), 30_000, 60_000]);
  });

  test("on one pull request keeps no result from the others", async () => {
    const github = await opened();
    github.openPull({ number: 8, head: HEAD });
    const session = await sessionOn(github);
    github.trouble({ method: "POST", path: /7\/comments$/, status: 403 });
    const result = { target: "default", plan: PLAN, report: null, reasons: [] };
    const posted = await postResult(session, [7, 8], result, HEAD);
    expect(posted.map(({ pull, kind }) => [pull, kind])).toEqual([
      [7, "failed"],
      [8, "posted"],
    ]);
  });
});

describe("who we are", () => {
  test("is the workflow's own login, which may not ask", async () => {
    expect((await pullSession(await opened())).login).toBe(BOT);
  });

  test("is the owner of a personal token", async () => {
    const github = await opened();
    const session = await pullSession(github, {}, { GITHUB_TOKEN: PERSON.token });
    expect(session.login).toBe(PERSON.login);
    await postPlan(session, PLAN);
    expect(await postPlan(session, PLAN)).toMatchObject({ action: "unchanged" });
  });

  test("is advised to be set where GitHub calls us otherwise than we thought", async () => {
    const github = await opened();
    const session = await pullSession(github, {}, { GENESYS_SKILLS_LOGIN: "our-app[bot]" });
    expect(JSON.stringify(await postPlan(session, PLAN))).toContain(`GENESYS_SKILLS_LOGIN=${BOT}`);
  });
});
