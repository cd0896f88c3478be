/** One issue per target with drift: opened, updated, and closed when there is no drift. */
import { ApiError } from "../http/error.ts";
import type { Plan } from "../model.ts";
import { driftIssueBody } from "../report/comment/drift-issue.ts";
import { normal } from "./comment.ts";
import type { GitHub, Issue } from "./github.ts";
import { isAbout, topicMarker } from "./marker.ts";
import type { Session } from "./session.ts";
import { isBy, orFailure } from "./session.ts";

interface DriftIssue {
  readonly target: string;
  /** The drift in a plan (`driftOf`); null if there is none. */
  readonly drift: Plan | null;
}

interface SyncedIssue {
  readonly action: "opened" | "updated" | "unchanged" | "closed" | "none";
  /** Absent if there is no issue. */
  readonly url?: string;
}

/** Throws Failure GITHUB. */
export const syncDriftIssue = orFailure(
  async (session: Session, { target, drift }: DriftIssue): Promise<SyncedIssue> => {
    const { github, run, dir } = session;
    const [issue, ...younger] = await ownIssues(session, target);
    for (const { number } of younger) await github.updateIssue(number, { state: "closed" });
    if (drift === null) return issue ? close(github, issue) : { action: "none" };
    const body = driftIssueBody(drift, { marker: topicMarker("drift", { target, dir }), runUrl: run.url });
    return issue ? update(session, issue, body) : open(github, target, body);
  },
);

/** Our open issues, oldest first. */
async function ownIssues({ github, login, dir }: Session, target: string): Promise<Issue[]> {
  const issues = await github.listOpenIssues();
  return issues
    .filter(({ author, body }) => isBy(login, author) && isAbout("drift", { target, dir }, body))
    .sort((a, b) => a.number - b.number);
}

async function open(github: GitHub, target: string, body: string): Promise<SyncedIssue> {
  const { url } = await github.createIssue(`Routing skills of ${target} differ from the YAML`, body);
  return { action: "opened", url };
}

async function update(
  { github, run }: Session,
  { number, url, body: old }: Issue,
  body: string,
): Promise<SyncedIssue> {
  if (normal(old) === normal(body)) return { action: "unchanged", url };
  await github.updateIssue(number, { body });
  // GitHub answers 200 to an update that is too long, and keeps the old text.
  const { body: kept } = await github.readIssue(number);
  if (normal(kept) === normal(body)) return { action: "updated", url };
  throw new ApiError({
    kind: "bad-answer",
    method: "PATCH",
    path: "/repos/{owner}/{repo}/issues/{issue_number}",
    host: new URL(run.apiUrl).host,
    serverMessage: `issue ${number} still has its old text`,
  });
}

async function close(github: GitHub, { number, url }: Issue): Promise<SyncedIssue> {
  await github.updateIssue(number, { state: "closed" });
  return { action: "closed", url };
}
