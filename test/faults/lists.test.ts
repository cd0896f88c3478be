/** Lists that lie, or shift while they are read: a plan is made of a whole list or not at all. */
import { describe, expect, test } from "vitest";
import type { Fake, Meddled, Twist } from "./fake.ts";
import { applyUnderFire, expectHandKept, expectRightEnd, startStory } from "./story.ts";

type Body = Record<string, unknown>;
type Tell = (asked: Meddled, fake: Fake) => Twist | undefined;

const USERS = "GET /api/v2/users page";
const SKILLS = "GET /api/v2/routing/skills page";

function rewrite(kind: string, edit: (body: Body) => Body): Tell {
  return (asked) =>
    asked.kind === kind ? { do: "rewrite", edit: (body) => ({ ...body, ...edit(body) }) } : undefined;
}

function entitiesOf(body: Body): readonly Body[] {
  return body["entities"] as readonly Body[];
}

/** Page 2 shows again what ended page 1. */
const repeat: Tell = rewrite(`${USERS} 2`, (body) => ({
  entities: [
    { id: "user-3", state: "active", email: "cleo@example.com", skills: [] },
    ...entitiesOf(body).slice(1),
  ],
}));

function withoutId(body: Body): Body {
  const [first, ...others] = entitiesOf(body);
  return { entities: [{ ...first, id: ".." }, ...others] };
}

interface Lie {
  readonly title: string;
  readonly tell: Tell;
}

const LIES: readonly Lie[] = [
  { title: "one user on two pages", tell: repeat },
  { title: "an empty page in the middle", tell: rewrite(`${USERS} 2`, () => ({ entities: [] })) },
  { title: "an empty last page", tell: rewrite(`${SKILLS} 2`, () => ({ entities: [] })) },
  {
    title: "a page that lacks one",
    tell: rewrite(`${USERS} 2`, (body) => ({ entities: entitiesOf(body).slice(1) })),
  },
  { title: "a total that grows", tell: rewrite(`${USERS} 3`, () => ({ total: 9 })) },
  { title: "a total that is too small", tell: rewrite(`${SKILLS} 1`, () => ({ total: 2, pageCount: 1 })) },
  { title: "more pages than there are", tell: rewrite(`${USERS} 1`, () => ({ pageCount: 5 })) },
  { title: "fewer pages than there are", tell: rewrite(`${USERS} 3`, () => ({ pageCount: 2 })) },
  { title: "an id that is no id", tell: rewrite(`${SKILLS} 1`, withoutId) },
  { title: "a total beyond all reason", tell: rewrite(`${USERS} 1`, () => ({ total: 1e15 })) },
  {
    title: "a page of something else",
    tell: rewrite(`${SKILLS} 2`, () => ({ entities: [{ id: "s", nam: "?" }] })),
  },
  { title: "a page that is no list", tell: rewrite(`${USERS} 3`, () => ({ entities: {} })) },
  {
    title: "a page whose users hold a text",
    tell: rewrite(`${USERS} 1`, () => ({ entities: [{ id: "u", skills: "x" }] })),
  },
];

describe.each(["cloud", "profiles"] as const)("in a list (%s)", (dialect) => {
  test.each(LIES)(
    "$title is refused if it lasts, and accepted after a retry if it doesn't",
    async ({ tell }) => {
      const story = await startStory(dialect);
      const before = JSON.stringify(story.fake.assignments());
      const lasting = await applyUnderFire(story, (asked) => tell(asked, story.fake));
      expect(lasting.codes).toEqual(["INCOMPLETE"]);
      expect(JSON.stringify(story.fake.assignments())).toBe(before);

      const once = await applyUnderFire(story, (asked) =>
        asked.nth === 1 ? tell(asked, story.fake) : undefined,
      );
      expect(once.codes).toEqual([]);
      expect(once.lines.filter((line) => !line.endsWith(": done"))).toEqual([]);
      await expectRightEnd(story, "after it");
    },
  );

  test("users who come and go during a read, with the same total, hide no user of the YAML", async () => {
    const story = await startStory(dialect);
    const { users } = story.fake.data;
    const { codes, lines } = await applyUnderFire(story, ({ kind, nth }) => {
      // After page 1: hana, who is nobody's, goes and comes back as the last one, so that everybody moves up by one.
      const hana = users.findIndex(({ email }) => email === "hana@example.com");
      if (kind === `${USERS} 1` && nth === 1) users.unshift(...users.splice(hana, 1));
      if (kind === `${USERS} 2` && nth === 1) users.push(...users.splice(0, 1));
      return undefined;
    });
    expect(codes).toEqual([]);
    expect(lines.filter((line) => !line.endsWith(": done"))).toEqual([]);
    expectHandKept(story, "after it");
    await expectRightEnd(story, "after it");
  });

  test.each([1, 5, 40])("answers that are %i requests old lead to the right end", async (requests) => {
    const story = await startStory(dialect);
    const ended = await applyUnderFire(story, ({ method }) =>
      method === "GET" ? { do: "recall", requests } : undefined,
    );
    expect(ended.codes).toEqual([]);
    expectHandKept(story, "after it");
    await expectRightEnd(story, "after it");
  });

  test("a list without total or number is followed to its end", async () => {
    const story = await startStory(dialect);
    const { codes } = await applyUnderFire(story, ({ kind }) =>
      kind.startsWith(USERS) || kind.startsWith(SKILLS)
        ? {
            do: "rewrite",
            edit: ({ entities, nextUri, next_uri: next = nextUri }) => ({ entities, nextUri: next }),
          }
        : undefined,
    );
    expect(codes).toEqual([]);
    await expectRightEnd(story, "after it");
  });
});
