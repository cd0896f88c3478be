import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import { inspect } from "node:util";
import { describe, expect, onTestFinished, test } from "vitest";
import type { GitHub } from "../../src/github/github.ts";
import { openGitHub } from "../../src/github/github.ts";
import { ApiError } from "../../src/http/error.ts";
import type { TestClock } from "../http/test-clock.ts";
import { createTestClock } from "../http/test-clock.ts";

const TOKEN = "ghs_a-token-that-must-not-show";

interface Stage {
  readonly github: GitHub;
  readonly clock: TestClock;
  readonly url: string;
  /** `GET /repos/…` of all that was asked. */
  readonly asked: string[];
}

/** A server that answers as `answer` says; `at` counts the requests from 0. */
async function stage(
  answer: (response: ServerResponse, at: number, request: IncomingMessage) => void,
): Promise<Stage> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method ?? ""} ${request.url ?? ""}`);
    answer(response, asked.length - 1, request);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === "object" ? (address?.port ?? 0) : 0}`;
  const clock = createTestClock();
  return {
    github: openGitHub({ apiUrl: url, token: TOKEN, repository: "acme/skills", clock }),
    clock,
    url,
    asked,
  };
}

function say(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { "Content-Type": "application/json", ...headers });
  response.end(typeof body === "string" ? body : JSON.stringify(body));
}

async function errorOf(asking: Promise<unknown>): Promise<ApiError> {
  const error: unknown = await asking.catch((thrown: unknown) => thrown);
  if (!(error instanceof ApiError)) throw new Error(`No ApiError: ${inspect(error)}`);
  return error;
}

const LIST = "/repos/acme/skills/issues/7/comments";

test("a name stays one part of the path, with any characters", async () => {
  const { url, asked } = await stage((response) => say(response, 200, []));
  const github = openGitHub({
    apiUrl: url,
    token: TOKEN,
    repository: "acme/a?b#c",
    clock: createTestClock(),
  });
  await github.pullsOfCommit("x/../../y");
  expect(asked).toEqual(["GET /repos/acme/a%3Fb%23c/commits/x%2F..%2F..%2Fy/pulls?per_page=100"]);
  await errorOf(github.pullsOfCommit(".."));
  expect(asked).toHaveLength(1);
});

describe("the token", () => {
  test("goes to no other host, neither by a redirect nor by the next page's address", async () => {
    const elsewhere = await stage((response) => say(response, 200, []));
    const redirecting = await stage((response) =>
      say(response, 302, "", { Location: `${elsewhere.url}${LIST}` }),
    );
    expect((await errorOf(redirecting.github.listComments(7))).status).toBe(302);
    const paging = await stage((response, at) =>
      say(response, 200, [], at === 0 ? { Link: `<${elsewhere.url}/evil?page=2&after=x>; rel="next"` } : {}),
    );
    expect(await paging.github.listComments(7)).toEqual([]);
    expect(paging.asked).toEqual([`GET ${LIST}?per_page=100`, `GET ${LIST}?page=2&after=x`]);
    expect(elsewhere.asked).toEqual([]);
  });

  test.each([
    [
      "an error that names it",
      (response: ServerResponse) => say(response, 401, { message: "Bad credentials" }),
    ],
    ["a page of HTML", (response: ServerResponse) => say(response, 500, "<html>proxy</html>")],
    ["an answer that is no JSON", (response: ServerResponse) => say(response, 200, "<html>proxy</html>")],
    ["a broken answer", (response: ServerResponse) => response.destroy()],
  ])("appears in no error, however that is printed: %s", async (_, answer) => {
    const { github } = await stage(answer);
    const error = await errorOf(github.listComments(7));
    for (const shown of [inspect(error, { depth: 9 }), JSON.stringify(error), error.stack, error.message]) {
      expect(shown).not.toContain(TOKEN);
      expect(shown).not.toContain("proxy</html>");
    }
  });
});

describe("sending again", () => {
  test("is done for what may be repeated, five times at most", async () => {
    const { github, asked } = await stage((response) => say(response, 502, {}));
    await errorOf(github.listComments(7));
    expect(asked).toHaveLength(5);
    await errorOf(github.updateComment(1, "x"));
    expect(asked).toHaveLength(10);
  });

  test("is not done for a create that may have happened", async () => {
    const { github, asked } = await stage((response, at) =>
      at === 0 ? say(response, 502, {}) : response.destroy(),
    );
    await errorOf(github.createComment(7, "x"));
    await errorOf(github.createComment(7, "x"));
    expect(asked).toHaveLength(2);
  });

  test("waits as long as a limit says, also for a create", async () => {
    const comment = { id: 1, body: "x", user: null, html_url: "https://github.test/c" };
    const { github, clock, asked } = await stage((response, at) =>
      at === 0
        ? say(response, 403, { message: "You have exceeded a secondary rate limit" }, { "Retry-After": "7" })
        : say(response, 201, comment),
    );
    expect(await github.createComment(7, "x")).toMatchObject({ id: 1, author: null });
    expect(asked).toHaveLength(2);
    expect(clock.slept).toEqual([7000]);
  });

  test("ends where the limit says to come back in an hour", async () => {
    const { github, clock, asked } = await stage((response) =>
      say(response, 403, { message: "API rate limit exceeded" }, { "Retry-After": "3600" }),
    );
    expect((await errorOf(github.listComments(7))).status).toBe(403);
    expect([asked.length, clock.slept]).toEqual([1, []]);
  });

  test("ends where no request is left for longer than the deadline", async () => {
    const { github, clock, asked } = await stage((response) => {
      const reset = String(clock.now() / 1000 + 3600);
      say(response, 403, { message: "No." }, { "x-ratelimit-remaining": "0", "x-ratelimit-reset": reset });
    });
    expect(await errorOf(github.listComments(7))).toMatchObject({ kind: "rate-limited", status: 403 });
    expect(await errorOf(github.createComment(7, "x"))).toMatchObject({ kind: "rate-limited" });
    expect([asked.length, clock.slept]).toEqual([1, []]);
  });

  test("waits until there are requests again", async () => {
    const { github, clock, asked } = await stage((response, at) => {
      const reset = String(clock.now() / 1000 + 90);
      if (at > 0) say(response, 200, []);
      else
        say(response, 403, { message: "No." }, { "x-ratelimit-remaining": "0", "x-ratelimit-reset": reset });
    });
    expect(await github.listComments(7)).toEqual([]);
    expect([asked.length, clock.slept]).toEqual([2, [90_000]]);
  });

  test("is not done for a refusal", async () => {
    const { github, asked } = await stage((response) =>
      say(response, 403, { message: "Resource not accessible" }),
    );
    await errorOf(github.listComments(7));
    expect(asked).toHaveLength(1);
  });
});

describe("an answer of another shape", () => {
  test.each([[{}], [[{ id: "x" }]], ["text"]])("is an error and never an empty list: %j", async (body) => {
    const { github } = await stage((response) => say(response, 200, JSON.stringify(body)));
    await errorOf(github.listComments(7));
  });
});
