/** No answer leads the program to another host, with or without the token. */
import { describe, expect, test } from "vitest";
import type { Meddled, Twist } from "./fake.ts";
import { startElsewhere } from "./fake.ts";
import { applyUnderFire, expectHandKept, expectRightEnd, startStory } from "./story.ts";

type Lead = (asked: Meddled, url: string) => Twist | undefined;

function redirect(kind: string, status = 302): Lead {
  return (asked, url) =>
    asked.kind.startsWith(kind)
      ? { do: "say", status, text: "", headers: { Location: `${url}${asked.path}` } }
      : undefined;
}

/** The answer as it is, but for the links in it; a list says nothing of how long it is, so that links count. */
function relink(of: (url: string) => string): Lead {
  return ({ method, kind }, url) =>
    method === "GET" && kind.includes(" page ") && !kind.endsWith(" page 3")
      ? {
          do: "rewrite",
          edit: ({ entities }) => ({
            entities,
            nextUri: of(url),
            next_uri: of(url),
            selfUri: url,
            self_uri: url,
          }),
        }
      : undefined;
}

const REFUSED: readonly (readonly [string, Lead])[] = [
  ["a redirect of the login", redirect("POST /oauth/token")],
  ["a redirect of the login that keeps its body", redirect("POST /oauth/token", 307)],
  ["a redirect of the first question", redirect("GET /api/v2/tokens/me", 301)],
  ["a redirect of a list", redirect("GET /api/v2/users page 2", 308)],
  ["a next page elsewhere that doesn't say which", relink((url) => `${url}/next`)],
];

const SURVIVED: readonly (readonly [string, Lead])[] = [
  ["a redirect of a create", redirect("POST /api/v2/routing/skills", 307)],
  ["a redirect of a gain", redirect("PATCH /api/v2/users", 307)],
  ["a redirect of a loss", redirect("DELETE /api/v2/users", 303)],
  [
    "a place of the new skill elsewhere",
    ({ kind }, url) =>
      kind === "POST /api/v2/routing/skills"
        ? { do: "rewrite", edit: (body) => ({ ...body, selfUri: url }) }
        : undefined,
  ],
];

describe.each(["cloud", "profiles"] as const)("no request goes to another host (%s)", (dialect) => {
  async function follow(lead: Lead) {
    const elsewhere = await startElsewhere();
    const story = await startStory(dialect);
    const ended = await applyUnderFire(story, (asked) => lead(asked, elsewhere.url));
    expect(elsewhere.seen).toEqual([]);
    expectHandKept(story, "after it");
    await expectRightEnd(story, "after it");
    return ended;
  }

  test.each(REFUSED)("by %s, which is refused", async (_, lead) => {
    const { codes } = await follow(lead);
    expect(["REDIRECTED", "INCOMPLETE"]).toContain(codes[0]);
  });

  test.each(SURVIVED)("by %s", async (_, lead) => {
    expect((await follow(lead)).codes).toEqual([]);
  });

  test("by a next page elsewhere: only its number is taken", async () => {
    const lead: Lead = (asked, url) => {
      const [, page = "1"] = / page (\d+)$/.exec(asked.kind) ?? [];
      return relink(() => `${url}/api/v2/users?pageNumber=${Number(page) + 1}`)(asked, url);
    };
    await follow(lead);
  });
});
