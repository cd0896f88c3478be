/** A GitHub on a real socket, with one repository in it. What is said to it and by it is held to the published description. */
import type { IncomingMessage } from "node:http";
import { createServer } from "node:http";
import { expect, onTestFinished } from "vitest";
import type { Route } from "./openapi.ts";
import { faultsOfAnswer, faultsOfRequest, routeOf, sampleOf } from "./openapi.ts";

export const REPOSITORY = "acme/skills";
export const BOT = "github-actions[bot]";
/** The workflow's own; nothing else that is printed looks like it. */
export const TOKEN = "ghs_a-token-that-must-not-show";
/** Whose token is a person's. */
export const PERSON = { token: "ghp_another-token-that-must-not-show", login: "ann-lee" };

export interface FakeComment {
  readonly id: number;
  readonly issue: number;
  readonly author: string | null;
  body: string;
}

export interface FakePull {
  readonly number: number;
  /** The last commit of its branch. */
  head: string;
  base: string;
  state: "open" | "closed";
  labels: string[];
  /** Who set a label; everybody else's were set by `ann-lee`. Null is an account that is gone. */
  readonly labelledBy: Map<string, string | null>;
  /** The commit that it became on its base; before that, as on GitHub, one of a trial merge. */
  mergeCommit: string | null;
  isMerged: boolean;
}

export interface FakeIssue {
  readonly number: number;
  readonly author: string;
  title: string;
  body: string;
  state: "open" | "closed";
}

/** What guards the repository; nothing does at first. */
export interface FakeGuards {
  isPrivate: boolean;
  /** Rules of rulesets by branch, as GitHub tells them. */
  readonly rules: Map<string, readonly { readonly type: string; readonly parameters?: unknown }[]>;
  /** The older branch protection by branch, which only a person sees whole. */
  readonly protections: Map<string, Readonly<Record<string, unknown>>>;
  readonly environments: FakeEnvironment[];
  /** When each workflow ran on its schedule, newest first, by its file. */
  readonly scheduled: Map<string, readonly string[]>;
}

export interface FakeEnvironment {
  readonly name: string;
  readonly reviewers?: number;
  /** Patterns of the refs that may use it, or those of protected branches. Default: every branch. */
  readonly branches?: readonly string[] | "protected";
}

export interface FakeRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: unknown;
}

/** An answer in place of the real one; with the status 0 there is none, and the connection breaks. */
export interface Trouble {
  readonly method: string;
  readonly path: RegExp;
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly message?: string;
  /** What is asked is done all the same. Default false. */
  readonly isDone?: boolean;
}

/** A job of a run's attempt, and the name of the runner that has it. */
export interface FakeJob {
  readonly status: "queued" | "in_progress" | "completed";
  readonly runner: string | null;
}

export interface FakeGitHub {
  readonly url: string;
  readonly requests: FakeRequest[];
  readonly pulls: Map<number, FakePull>;
  readonly issues: Map<number, FakeIssue>;
  /** By run and attempt: `77 1`. */
  readonly jobs: Map<string, readonly FakeJob[]>;
  readonly guards: FakeGuards;
  /** Labels of the repository. */
  readonly labels: Set<string>;
  /** By login; nobody else has any. */
  readonly permissions: Map<string, "admin" | "write" | "read" | "none">;
  openPull(facts: Partial<FakePull> & { readonly head: string }): number;
  /** `commits` are those that it brought, the last of them what it became; `looks` at the index come too early. */
  merge(number: number, commits: readonly string[], looks?: number): void;
  addComment(issue: number, author: string | null, body: string): FakeComment;
  commentsOn(issue: number): FakeComment[];
  /** The next request that fits is answered so; several are used in their order. */
  trouble(trouble: Trouble): void;
  /** Requests that change something: `POST /repos/…`. */
  writes(): string[];
}

/** How long GitHub lets a body be. */
const MAX_CHARACTERS = 65_536;

interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Ends with its test, which fails if anything was not as GitHub describes it. */
export async function startFakeGitHub(): Promise<FakeGitHub> {
  const [requests, faults, troubles]: [FakeRequest[], string[], Trouble[]] = [[], [], []];
  const pulls = new Map<number, FakePull>();
  const issues = new Map<number, FakeIssue>();
  const comments = new Map<number, FakeComment>();
  const guards: FakeGuards = {
    ...{ isPrivate: false, rules: new Map(), protections: new Map(), environments: [], scheduled: new Map() },
  };
  const jobs = new Map<string, readonly FakeJob[]>();
  const labels = new Set<string>();
  const permissions: FakeGitHub["permissions"] = new Map([[PERSON.login, "write"]]);
  const index = new Map<string, { pulls: number[]; looks: number }>();
  let [url, lastNumber, lastComment] = ["", 0, 1000];

  const server = createServer((request, response) => {
    void readBody(request).then((text) => {
      const { status, body, headers } = answer(request, text);
      if (status === 0) return response.destroy();
      response.writeHead(status, { "Content-Type": "application/json", ...headers });
      return response.end(body === undefined ? "" : JSON.stringify(body));
    });
  });

  function answer(request: IncomingMessage, text: string): Answer {
    const { method = "", headers } = request;
    const asked = new URL(request.url ?? "/", url);
    const body: unknown = text === "" ? undefined : JSON.parse(text);
    requests.push({ method, path: asked.pathname + asked.search, headers, body });
    const name = `${method} ${asked.pathname}`;
    const route = routeOf(method, asked.pathname);
    if (!route) {
      faults.push(`${name} is not described`);
      return refuse(404, "Not Found");
    }
    const login = { [`Bearer ${TOKEN}`]: BOT, [`Bearer ${PERSON.token}`]: PERSON.login }[
      headers.authorization ?? ""
    ];
    if (login === undefined) return refuse(401, "Bad credentials");
    faults.push(...faultsOfRequest(route, asked.searchParams, body).map((fault) => `${name}: ${fault}`));
    const at = troubles.findIndex((one) => one.method === method && one.path.test(asked.pathname));
    const [trouble] = at < 0 ? [] : troubles.splice(at, 1);
    if (trouble && trouble.isDone !== true) return troubled(trouble);
    const said = act({ route, login, query: asked.searchParams, body: body as Body | undefined });
    if (trouble) return troubled(trouble);
    const paged = Array.isArray(said.body) ? page(said.body, asked) : said;
    faults.push(
      ...faultsOfAnswer(route, paged.status, paged.body).map((fault) => `answer to ${name}: ${fault}`),
    );
    return paged;
  }

  interface Body {
    readonly title?: string;
    readonly body?: string;
    readonly state?: "open" | "closed";
    readonly labels?: readonly string[];
  }

  interface Ask {
    readonly route: Route;
    readonly login: string;
    readonly query: URLSearchParams;
    readonly body: Body | undefined;
  }

  function act({ route, login, query, body = {} }: Ask): Answer {
    const { owner, repo, issue_number, comment_id, pull_number } = route.parameters;
    const { commit_sha = "", branch = "", environment_name, name = "", username = "" } = route.parameters;
    if (route.template !== "/user" && `${owner ?? ""}/${repo ?? ""}` !== REPOSITORY)
      return refuse(404, "Not Found");
    const [number, id] = [Number(issue_number ?? pull_number), Number(comment_id)];
    if ((body.body ?? "").length > MAX_CHARACTERS) return refuse(422, "Validation Failed");
    switch (`${route.method} ${route.template.replace("/repos/{owner}/{repo}", "")}`) {
      case "GET /user":
        if (login === BOT) return refuse(403, "Resource not accessible by integration");
        return { status: 200, body: { ...sampleOf("public-user"), login, user_view_type: "public" } };
      case "GET ":
        return { status: 200, body: repositoryJson() };
      case "GET /pulls":
        return { status: 200, body: [...pulls.values()].map((one) => pullJson(one, "pull-request-simple")) };
      case "GET /branches/{branch}":
        return { status: 200, body: branchJson(branch) };
      case "GET /branches/{branch}/protection": {
        if (login === BOT) return refuse(403, "Resource not accessible by integration");
        const protection = guards.protections.get(branch);
        return protection ? { status: 200, body: protection } : refuse(404, "Branch not protected");
      }
      case "GET /rules/branches/{branch}":
        return { status: 200, body: guards.rules.get(branch) ?? [] };
      case "GET /actions/runs/{run_id}/attempts/{attempt_number}/jobs": {
        const found = jobs.get(`${route.parameters["run_id"]} ${route.parameters["attempt_number"]}`);
        if (!found) return refuse(404, "Not Found");
        return { status: 200, body: { total_count: found.length, jobs: found.map(jobJson) } };
      }
      case "GET /actions/workflows/{workflow_id}/runs": {
        const found = guards.scheduled.get(route.parameters["workflow_id"] ?? "");
        if (!found) return refuse(404, "Not Found");
        const workflow_runs = found.map((created_at) => ({ ...sampleOf("workflow-run"), created_at }));
        return { status: 200, body: { total_count: found.length, workflow_runs } };
      }
      case "GET /environments": {
        const environments = guards.environments.map(environmentJson);
        return { status: 200, body: { total_count: environments.length, environments } };
      }
      case "GET /environments/{environment_name}/deployment-branch-policies": {
        const { branches = [] } = guards.environments.find(({ name }) => name === environment_name) ?? {};
        const branch_policies = (branches === "protected" ? [] : branches).map((name, id) => ({
          id,
          node_id: `${id}`,
          name,
        }));
        return { status: 200, body: { total_count: branch_policies.length, branch_policies } };
      }
      case "GET /issues/{issue_number}/comments":
        if (!pulls.has(number) && !issues.has(number)) return refuse(404, "Not Found");
        return { status: 200, body: commentsOn(number).map(commentJson) };
      case "POST /issues/{issue_number}/comments":
        if (!pulls.has(number) && !issues.has(number)) return refuse(404, "Not Found");
        return { status: 201, body: commentJson(addComment(number, login, body.body ?? "")) };
      case "PATCH /issues/comments/{comment_id}": {
        const comment = comments.get(id);
        if (!comment) return refuse(404, "Not Found");
        if (comment.author !== login) return refuse(403, "Resource not accessible by integration");
        comment.body = stored(body.body ?? "");
        return { status: 200, body: commentJson(comment) };
      }
      case "DELETE /issues/comments/{comment_id}":
        return comments.delete(id) ? { status: 204 } : refuse(404, "Not Found");
      case "GET /pulls/{pull_number}": {
        const pull = pulls.get(number);
        return pull ? { status: 200, body: pullJson(pull, "pull-request") } : refuse(404, "Not Found");
      }
      case "GET /commits/{commit_sha}/pulls": {
        const entry = index.get(commit_sha);
        if (!entry || entry.looks-- > 0) return refuse(422, `No commit found for SHA: ${commit_sha}`);
        const found = entry.pulls.flatMap((one) => pulls.get(one) ?? []);
        return { status: 200, body: found.map((pull) => pullJson(pull, "pull-request-simple")) };
      }
      case "GET /issues/{issue_number}/timeline":
        return { status: 200, body: timelineJson(pulls.get(number)) };
      case "POST /issues/{issue_number}/labels": {
        const added = body.labels ?? [];
        const pull = pulls.get(number);
        if (!pull) return refuse(404, "Not Found");
        // As GitHub, which makes labels that it doesn't know.
        for (const one of added) labels.add(one);
        pull.labels = [...new Set([...pull.labels, ...added])];
        return { status: 200, body: pull.labels.map(labelJson) };
      }
      case "DELETE /issues/{issue_number}/labels/{name}": {
        const pull = pulls.get(number);
        if (pull?.labels.includes(name) !== true) return refuse(404, "Label does not exist");
        pull.labels = pull.labels.filter((one) => one !== name);
        return { status: 200, body: pull.labels.map(labelJson) };
      }
      case "GET /labels/{name}":
        return labels.has(name) ? { status: 200, body: labelJson(name) } : refuse(404, "Not Found");
      case "GET /collaborators/{username}/permission": {
        const permission = permissions.get(username);
        if (permission === undefined) return refuse(404, `${username} is not a user`);
        return { status: 200, body: { permission, role_name: permission, user: null } };
      }
      case "GET /issues": {
        const wanted = query.get("state") ?? "open";
        const all = [...pulls.values(), ...issues.values()].sort((a, b) => a.number - b.number);
        return {
          status: 200,
          body: all.filter(({ state }) => wanted === "all" || state === wanted).map(issueJson),
        };
      }
      case "POST /issues": {
        const issue: FakeIssue = {
          ...{ number: ++lastNumber, author: login, state: "open" },
          ...{ title: body.title ?? "", body: stored(body.body ?? "") },
        };
        issues.set(issue.number, issue);
        return { status: 201, body: issueJson(issue) };
      }
      case "GET /issues/{issue_number}": {
        const issue = issues.get(number);
        return issue ? { status: 200, body: issueJson(issue) } : refuse(404, "Not Found");
      }
      case "PATCH /issues/{issue_number}": {
        const issue = issues.get(number);
        if (!issue) return refuse(404, "Not Found");
        Object.assign(issue, body, body.body !== undefined && { body: stored(body.body) });
        return { status: 200, body: issueJson(issue) };
      }
      default:
        return refuse(404, "Not Found");
    }
  }

  // ── As JSON ────────────────────────────────────────────────────────────────────────────────────────

  const web = `https://github.test/${REPOSITORY}`;
  const userJson = (login: string | null) => (login === null ? null : { ...sampleOf("simple-user"), login });

  function repositoryJson(): unknown {
    const whole = sampleOf("full-repository");
    return { ...whole, full_name: REPOSITORY, default_branch: "main", private: guards.isPrivate };
  }

  /** Everybody sees that it is protected and which checks it asks for. */
  function branchJson(name: string): unknown {
    const rules = guards.protections.get(name);
    const required = rules?.["required_status_checks"];
    return {
      ...{ ...sampleOf("branch-with-protection"), name, protected: rules !== undefined },
      protection: {
        enabled: rules !== undefined,
        ...(required !== undefined && { required_status_checks: required }),
      },
    };
  }

  function jobJson({ status, runner }: FakeJob): unknown {
    return { ...sampleOf("job"), id: 1, status, runner_name: runner };
  }

  function environmentJson({ name, reviewers = 0, branches }: FakeEnvironment): unknown {
    const reviewer = { type: "User", reviewer: userJson("ann-lee") };
    return {
      ...{ ...sampleOf("environment"), name },
      protection_rules:
        reviewers === 0
          ? []
          : [
              {
                ...{ id: 1, node_id: "1", type: "required_reviewers", prevent_self_review: false },
                reviewers: Array.from({ length: reviewers }, () => reviewer),
              },
            ],
      deployment_branch_policy:
        branches === undefined
          ? null
          : {
              protected_branches: branches === "protected",
              custom_branch_policies: branches !== "protected",
            },
    };
  }

  function commentJson({ id, issue, author, body }: FakeComment): unknown {
    const html_url = `${web}/issues/${issue}#issuecomment-${id}`;
    return { ...sampleOf("issue-comment"), id, body, html_url, user: userJson(author) };
  }

  function issueJson(one: FakeIssue | FakePull): unknown {
    const { number, state } = one;
    const isPull = "head" in one;
    return {
      ...{ ...sampleOf("issue"), number, state, html_url: `${web}/issues/${number}` },
      ...(isPull
        ? { title: "A pull request", body: null, user: userJson("ann-lee") }
        : { title: one.title, body: one.body, user: userJson(one.author) }),
      ...(isPull && { pull_request: { url: web, html_url: web, diff_url: web, patch_url: web } }),
    };
  }

  function timelineJson(pull: FakePull | undefined): unknown[] {
    return (pull?.labels ?? []).map((name) => {
      const by = pull?.labelledBy.get(name);
      const actor = by === null ? null : userJson(by ?? PERSON.login);
      return { ...sampleOf("labeled-issue-event"), event: "labeled", label: labelJson(name), actor };
    });
  }

  const labelJson = (name: string) => ({
    ...{ id: 1, node_id: "", url: web, name },
    ...{ description: null, color: "ededed", default: false },
  });

  function pullJson(pull: FakePull, schema: "pull-request" | "pull-request-simple"): unknown {
    const { number, state, head, base, isMerged, mergeCommit, labels } = pull;
    const whole = sampleOf(schema);
    const [from, into] = [whole["head"], whole["base"]] as [object, object];
    return {
      ...{ ...whole, number, state, html_url: `${web}/pull/${number}` },
      ...{ head: { ...from, sha: head }, base: { ...into, ref: base } },
      labels: labels.map(labelJson),
      ...{ merged_at: isMerged ? "2026-01-01T00:00:00Z" : null, merge_commit_sha: mergeCommit },
      ...(schema === "pull-request" && { merged: isMerged }),
    };
  }

  // ── What tests do ──────────────────────────────────────────────────────────────────────────────────

  function addComment(issue: number, author: string | null, body: string): FakeComment {
    const comment = { id: ++lastComment, issue, author, body: stored(body) };
    comments.set(comment.id, comment);
    return comment;
  }

  function commentsOn(issue: number): FakeComment[] {
    return [...comments.values()].filter((comment) => comment.issue === issue);
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  url = `http://127.0.0.1:${address.port}`;
  onTestFinished(async () => {
    await new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
    expect(faults).toEqual([]);
  });
  return {
    ...{ url, requests, pulls, issues, jobs, guards, labels, permissions, addComment, commentsOn },
    openPull(facts) {
      const number = facts.number ?? ++lastNumber;
      lastNumber = Math.max(lastNumber, number);
      const empty = { base: "main", state: "open", labels: [], mergeCommit: null, isMerged: false } as const;
      const labelledBy = new Map(facts.labelledBy);
      pulls.set(number, { ...empty, ...facts, number, labels: [...(facts.labels ?? [])], labelledBy });
      return number;
    },
    merge(number, commits, looks = 0) {
      const pull = pulls.get(number);
      if (!pull) throw new Error(`There is no pull request ${number}.`);
      Object.assign(pull, { state: "closed", isMerged: true, mergeCommit: commits.at(-1) });
      for (const commit of commits) {
        index.set(commit, { pulls: [...(index.get(commit)?.pulls ?? []), number], looks });
      }
    },
    trouble: (trouble) => void troubles.push(trouble),
    writes: () =>
      requests.filter(({ method }) => method !== "GET").map(({ method, path }) => `${method} ${path}`),
  };
}

/** As GitHub keeps a body. */
function stored(body: string): string {
  return body.replace(/\r?\n/g, "\r\n").trimEnd();
}

function refuse(status: number, message: string): Answer {
  return {
    status,
    body: { message, documentation_url: "https://docs.github.test/rest", status: String(status) },
  };
}

function troubled({ status, message = "Something went wrong", headers = {} }: Trouble): Answer {
  return { ...refuse(status, message), headers };
}

/** One page of a list, with the links to the others as GitHub writes them. */
function page(all: readonly unknown[], asked: URL): Answer {
  const size = Math.min(Number(asked.searchParams.get("per_page") ?? 30), 100);
  const number = Number(asked.searchParams.get("page") ?? 1);
  const last = Math.max(1, Math.ceil(all.length / size));
  const link = (page: number, rel: string): string => {
    const url = new URL(asked);
    url.searchParams.set("page", String(page));
    return `<${url.href}>; rel="${rel}"`;
  };
  const links = [
    ...(number > 1 ? [link(number - 1, "prev")] : []),
    ...(number < last ? [link(number + 1, "next"), link(last, "last")] : []),
    ...(number > 1 ? [link(1, "first")] : []),
  ];
  return {
    status: 200,
    body: all.slice((number - 1) * size, number * size),
    ...(links.length > 0 && { headers: { Link: links.join(", ") } }),
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}
