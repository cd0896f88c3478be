/** The event that started this run on GitHub, read from the environment and the event file. */
import { readFile } from "node:fs/promises";
import type { Fields } from "../genesys/decode.ts";
import {
  readFields,
  readList,
  readNumber,
  readOptionalFields,
  readOptionalText,
  readText,
  WrongShape,
} from "../genesys/decode.ts";
import { Failure } from "../problem.ts";

/** The run of a workflow. */
export interface Run {
  /** `owner/name`. */
  readonly repository: string;
  /** The repository's web page: `https://github.com/owner/name`. */
  readonly repositoryUrl: string;
  /** The run's web page. */
  readonly url: string;
  /** `https://api.github.com`, or that of a GitHub Enterprise Server. */
  readonly apiUrl: string;
  /** The branch that is checked out; empty for a pull request. */
  readonly branch: string;
  readonly event: Event;
}

/** `other`: a push, a schedule, a start by hand, or something else that no pull request belongs to. */
export type Event = PullRequestEvent | MergeGroupEvent | { readonly kind: "other" };

/** Pull requests that a merge queue tests together. */
export interface MergeGroupEvent {
  readonly kind: "merge-group";
  /** The checked-out commit: all of them on top of the branch. */
  readonly head: string;
  /** The commit below the first of them; empty if unknown. */
  readonly below: string;
  /** The branch that they are merged into. */
  readonly base: string;
  /** The last of them, from the name of the queue's branch; null if unknown. */
  readonly pull: number | null;
}

export interface PullRequestEvent {
  readonly kind: "pull-request";
  readonly number: number;
  /** The last commit of its branch, which is not the commit that is checked out. */
  readonly head: string;
  /** The branch that it is merged into. */
  readonly base: string;
  readonly isOpen: boolean;
  readonly labels: readonly string[];
  /** Set for pull requests without secrets and with a read-only token. */
  readonly outsider: "fork" | "dependabot" | null;
}

/** The run that `env` describes, or null outside GitHub Actions. Throws Failure NO_EVENT. */
export async function readRun(env: NodeJS.ProcessEnv): Promise<Run | null> {
  const repository = env["GITHUB_REPOSITORY"] ?? "";
  if (env["GITHUB_ACTIONS"] !== "true" || repository === "") return null;
  const event = await readEvent(env);
  return {
    repository,
    repositoryUrl: repositoryUrlOf(env),
    url: runUrlOf(env),
    apiUrl: env["GITHUB_API_URL"] ?? "https://api.github.com",
    branch: event.kind === "pull-request" ? "" : (env["GITHUB_REF_NAME"] ?? ""),
    event,
  };
}

export function runUrlOf(env: NodeJS.ProcessEnv): string {
  return `${repositoryUrlOf(env)}/actions/runs/${env["GITHUB_RUN_ID"] ?? ""}`;
}

function repositoryUrlOf({
  GITHUB_SERVER_URL: server = "https://github.com",
  GITHUB_REPOSITORY: repository = "",
}: NodeJS.ProcessEnv): string {
  return `${server}/${repository}`;
}

async function readEvent(env: NodeJS.ProcessEnv): Promise<Event> {
  const { GITHUB_EVENT_NAME: name, GITHUB_EVENT_PATH: file = "" } = env;
  if (name !== "pull_request" && name !== "merge_group") return { kind: "other" };
  try {
    const payload = readFields(JSON.parse(await readFile(file, "utf8")), () => "the event");
    return name === "merge_group" ? mergeGroup(payload) : pullRequest(payload, env);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Failure({
      code: "NO_EVENT",
      message: `GitHub's event file ${file === "" ? "(GITHUB_EVENT_PATH is empty)" : file} could not be read: ${reason}`,
      hint: "Run this in a workflow of GitHub Actions, or without GITHUB_ACTIONS=true.",
    });
  }
}

/** 12 of `gh-readonly-queue/main/pr-12-<the commit below>`: a branch of the merge queue, which GitHub alone makes. */
export function queuedPull(branch: string): number | null {
  const digits = /\/pr-(\d{1,9})-[0-9a-f]+$/.exec(branch)?.[1];
  return digits === undefined ? null : Number(digits);
}

function mergeGroup(payload: Fields): MergeGroupEvent {
  const group = fieldsAt(payload, "merge_group");
  return {
    kind: "merge-group",
    head: readText(group, "head_sha"),
    below: readOptionalText(group, "base_sha") ?? "",
    base: readText(group, "base_ref").replace(/^refs\/heads\//, ""),
    pull: queuedPull(readOptionalText(group, "head_ref") ?? ""),
  };
}

function pullRequest(payload: Fields, env: NodeJS.ProcessEnv): PullRequestEvent {
  const pull = fieldsAt(payload, "pull_request");
  const [head, base] = [fieldsAt(pull, "head"), fieldsAt(pull, "base")];
  return {
    kind: "pull-request",
    number: readNumber(pull, "number"),
    head: readText(head, "sha"),
    base: readText(base, "ref"),
    isOpen: readText(pull, "state") === "open",
    labels: readList(pull, "labels", (label) => readText(label, "name")),
    outsider: outsiderOf(head, base, env),
  };
}

/** Whether the run is from a fork, or started by Dependabot, which GitHub treats like a fork. */
function outsiderOf(head: Fields, base: Fields, env: NodeJS.ProcessEnv): PullRequestEvent["outsider"] {
  if (env["GITHUB_ACTOR"] === "dependabot[bot]") return "dependabot";
  // The repository of a deleted fork is null.
  const from = readOptionalFields(head, "repo");
  const isOwn =
    from !== undefined && readText(from, "full_name") === readText(fieldsAt(base, "repo"), "full_name");
  return isOwn ? null : "fork";
}

function fieldsAt(from: Fields, key: string): Fields {
  const fields = readOptionalFields(from, key);
  if (!fields) throw new WrongShape(`${from.at()}.${key} is missing`);
  return fields;
}
