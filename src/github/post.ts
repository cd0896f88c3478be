/** Posts plans and results on pull requests. A failure to post is reported and stops nothing. */
import { ApiError } from "../http/error.ts";
import type { Plan } from "../model.ts";
import type { Problem } from "../problem.ts";
import { goneComment, planComment, problemsComment } from "../report/comment/comment.ts";
import type { Result } from "../report/comment/result.ts";
import { resultComment } from "../report/comment/result.ts";
import type { PlanExtras } from "../report/plan/markdown.ts";
import type { Upsert } from "./comment.ts";
import { upsertComment, withBody } from "./comment.ts";
import type { PullRequestEvent } from "./event.ts";
import type { Comment } from "./github.ts";
import { planMark, planMarker, readPlanMark, resultMarker, unplannedMarker } from "./marker.ts";
import type { Session } from "./session.ts";
import { isBy, orFailure } from "./session.ts";
import { describeGitHubError } from "./transport.ts";

export type Posted =
  | {
      readonly kind: "posted";
      readonly action: "created" | "updated" | "unchanged";
      readonly url: string;
      /** Those of the pull request, this one among them. */
      readonly comments: readonly Comment[];
      readonly advice?: string;
    }
  /** There is no pull request, or we may not post. */
  | { readonly kind: "left"; readonly why: string }
  | { readonly kind: "failed"; readonly why: string };

/** Creates or updates the target's comment on the pull request that started this run. */
export async function postPlan(session: Session, plan: Plan, extras: PlanExtras = {}): Promise<Posted> {
  const { github, dir } = session;
  return post(session, plan.target, ({ number, head }) => {
    const place = { repository: github.repository, pull: number, head, dir };
    const mark = planMark(plan, place);
    return planComment(plan, {
      ...extras,
      marker: planMarker(mark),
      runUrl: session.run.url,
      head,
      isTooMuch: mark.hashes === null,
      markerIfCut: planMarker(planMark(plan, { ...place, isCut: true })),
      files: { repositoryUrl: session.run.repositoryUrl, commit: head },
    });
  });
}

/** Writes in the target's comment that no plan could be made, so that an older plan isn't taken for this commit's. */
export async function postProblems(
  session: Session,
  target: string,
  problems: readonly Problem[],
): Promise<Posted> {
  return post(session, target, ({ head }) => {
    const marker = unplannedMarker({ target, dir: session.dir, head, effect: null });
    const files = { repositoryUrl: session.run.repositoryUrl, commit: head };
    return problemsComment(target, problems, { marker, runUrl: session.run.url, head, files });
  });
}

/**
 * Our comments on targets that the planned commit no longer has say so; answers the comments as they are then. Throws
 * Failure GITHUB.
 */
export const retireComments = orFailure(
  async (
    { run: { event }, github, login, dir }: Session,
    targets: readonly string[],
    comments: readonly Comment[],
  ): Promise<readonly Comment[]> => {
    if (event.kind !== "pull-request") return comments;
    const { head } = event;
    let retired = comments;
    for (const { id, author, body } of comments) {
      const mark = isBy(login, author) ? readPlanMark(body) : null;
      if (mark === null || mark.dir !== dir || mark.head === head || targets.includes(mark.target)) continue;
      const { target } = mark;
      const marker = unplannedMarker({ target, dir, head, effect: "no-changes" });
      const gone = goneComment(target, { marker, head });
      await github.updateComment(id, gone);
      retired = withBody(retired, id, gone);
    }
    return retired;
  },
);

async function post(
  session: Session,
  target: string,
  bodyFor: (event: PullRequestEvent) => string,
): Promise<Posted> {
  const { event } = session.run;
  if (event.kind !== "pull-request") return { kind: "left", why: "this run is not for a pull request" };
  if (event.outsider !== null) {
    return {
      kind: "left",
      why: `${OUTSIDERS[event.outsider]} can't comment; the job's summary has the plan`,
    };
  }
  return orSay(async () => {
    const why = await reasonToLeave(session, event);
    if (why !== null) return { kind: "left", why };
    return write(session, { kind: "plan", target, pull: event.number, body: bodyFor(event) });
  });
}

const OUTSIDERS: Readonly<Record<NonNullable<PullRequestEvent["outsider"]>, string>> = {
  fork: "the run of a fork",
  dependabot: "Dependabot's run",
};

/** Why the comment must stay: a reviewed comment must not change, and a rerun may be for an old commit. */
async function reasonToLeave(
  { github }: Session,
  { number, head }: PullRequestEvent,
): Promise<string | null> {
  const pull = await github.findPull(number);
  if (!pull) return `there is no pull request ${number}`;
  if (pull.state !== "open") return `pull request ${number} is closed`;
  return pull.head === head ? null : `pull request ${number} has a newer commit`;
}

/** Writes the result of an apply to each pull request; `head` is the commit that was applied. */
export async function postResult(
  session: Session,
  pulls: readonly number[],
  result: Result,
  head: string,
): Promise<readonly (Posted & { readonly pull: number })[]> {
  const { target } = result;
  const body = resultComment(result, {
    marker: resultMarker({ target, dir: session.dir }, (result.plan?.withheld.length ?? 0) > 0),
    runUrl: session.run.url,
    head,
  });
  const posted: (Posted & { readonly pull: number })[] = [];
  for (const pull of pulls) {
    posted.push({ pull, ...(await orSay(() => write(session, { kind: "apply", target, pull, body }))) });
  }
  return posted;
}

async function write(
  { github, login, dir }: Session,
  upsert: Omit<Upsert, "login" | "dir">,
): Promise<Posted> {
  const { action, url, comments, realLogin } = await upsertComment(github, { ...upsert, login, dir });
  const advice = `GITHUB_TOKEN writes as ${realLogin ?? ""}, not as ${login}: set GENESYS_SKILLS_LOGIN=${realLogin ?? ""}, or no plan counts as reviewed.`;
  return { kind: "posted", action, url, comments, ...(realLogin !== undefined && { advice }) };
}

async function orSay(post: () => Promise<Posted>): Promise<Posted> {
  try {
    return await post();
  } catch (error) {
    if (error instanceof ApiError) return { kind: "failed", why: describeGitHubError(error) };
    throw error;
  }
}
