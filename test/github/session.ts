/** Runs on the fake GitHub: the environment and event file that a workflow gets, and sessions on a clock of their own. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Session } from "../../src/github/session.ts";
import { openSession } from "../../src/github/session.ts";
import type { TestClock } from "../http/test-clock.ts";
import { createTestClock } from "../http/test-clock.ts";
import type { FakeGitHub } from "./fake-github.ts";
import { REPOSITORY, TOKEN } from "./fake-github.ts";

/** The variables of a run that this event started; the event's file goes with the test. */
export function environmentOn(
  { url }: Pick<FakeGitHub, "url">,
  event: string,
  payload: unknown = {},
  more: NodeJS.ProcessEnv = {},
): NodeJS.ProcessEnv {
  const folder = mkdtempSync(join(tmpdir(), "genesys-skills-event-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const file = join(folder, "event.json");
  writeFileSync(file, typeof payload === "string" ? payload : JSON.stringify(payload));
  return {
    GITHUB_ACTIONS: "true",
    GITHUB_REPOSITORY: REPOSITORY,
    GITHUB_SERVER_URL: "https://github.test",
    GITHUB_RUN_ID: "77",
    GITHUB_API_URL: url,
    GITHUB_EVENT_NAME: event,
    GITHUB_EVENT_PATH: file,
    GITHUB_REF_NAME: event === "pull_request" ? "7/merge" : "main",
    GITHUB_ACTOR: "ann-lee",
    GITHUB_TOKEN: TOKEN,
    ...more,
  };
}

export interface PullFacts {
  readonly number?: number;
  readonly head?: string;
  readonly action?: string;
  readonly labels?: readonly string[];
  readonly state?: string;
  /** The repository that its branch is in; null where that was deleted. */
  readonly from?: string | null;
}

/** The part of a pull request's event that this program may read, as GitHub writes it. */
export function pullPayload(facts: PullFacts = {}): unknown {
  const { number = 1, head = "a".repeat(40), action = "opened", labels = [], state = "open" } = facts;
  const { from = REPOSITORY } = facts;
  return {
    action,
    number,
    pull_request: {
      number,
      state,
      head: { sha: head, ref: "branch", repo: from === null ? null : { full_name: from } },
      base: { sha: "b".repeat(40), ref: "main", repo: { full_name: REPOSITORY } },
      labels: labels.map((name) => ({ name })),
    },
  };
}

/** A session of that run; its clock waits for nothing. */
export async function sessionOn(
  github: FakeGitHub,
  event = "push",
  payload: unknown = { ref: "refs/heads/main", after: "c".repeat(40) },
  more: NodeJS.ProcessEnv = {},
): Promise<Session & { readonly clock: TestClock }> {
  const clock = createTestClock();
  return {
    ...(await openSession(environmentOn(github, event, payload, more), { dir: "skills", clock })),
    clock,
  };
}
