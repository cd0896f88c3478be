/** Answers that are broken on the wire, or are no answers: the plan is right or there is none, and the end is right. */
import { beforeEach, describe, expect, test } from "vitest";
import type { Dialect } from "../../src/model.ts";
import type { Fake, Meddled, Twist } from "./fake.ts";
import { createTestClock } from "../http/test-clock.ts";
import { applyUnderFire, expectHandKept, expectRightEnd, startStory } from "./story.ts";

interface Fault {
  readonly title: string;
  readonly twist: (asked: Meddled, fake: Fake) => Twist | undefined;
}

const HTML = "<!doctype html><html><body>Bad gateway</body></html>";

function say(status: number, text: string, headers: Record<string, string> = {}): Fault["twist"] {
  return () => ({ do: "say", status, text, headers });
}

const FAULTS: readonly Fault[] = [
  { title: "an answer that is cut within its body", twist: () => ({ do: "cut" }) },
  { title: "a length that says too much", twist: () => ({ do: "mislead", by: 50 }) },
  { title: "a length that says too little", twist: () => ({ do: "mislead", by: -3 }) },
  { title: "a connection that ends before the work", twist: () => ({ do: "reset" }) },
  { title: "a connection that ends after the work", twist: () => ({ do: "vanish" }) },
  { title: "a 502 with a page of HTML", twist: say(502, HTML, { "Content-Type": "text/html" }) },
  { title: "a 200 with a page of HTML", twist: say(200, HTML, { "Content-Type": "text/html" }) },
  { title: "a 200 with an error in it", twist: say(200, '{"message":"No.","code":"internal","status":500}') },
  { title: "a success whose answer is null", twist: () => ({ do: "rewrite", edit: () => null }) },
  {
    title: "a success whose answer is another's",
    twist: () => ({ do: "rewrite", edit: () => ({ results: 1 }) }),
  },
  { title: "a 503 with nothing in it", twist: say(503, "") },
  { title: "a 500", twist: say(500, '{"message":"No.","code":"internal","status":500}') },
  { title: "a 429 without Retry-After", twist: say(429, "{}") },
  {
    title: "a 429 with a date",
    twist: () => {
      const later = new Date(Date.now() + 30_000).toUTCString();
      return { do: "say", status: 429, text: "{}", headers: { "Retry-After": later } };
    },
  },
  {
    title: "a token that ends",
    twist: (_, fake) => {
      fake.revoke();
      return undefined;
    },
  },
];

/** The other dialect goes the same way through the wire, so that a few of them will do there. */
const CASES = [
  ...FAULTS.map((fault) => ({ ...fault, dialect: "cloud" as const })),
  ...FAULTS.filter((_, at) => at % 4 === 0).map((fault) => ({ ...fault, dialect: "profiles" as const })),
];

const right = new Map<Dialect, string | null>();

beforeEach(async () => {
  for (const dialect of ["cloud", "profiles"] as const) {
    if (right.has(dialect)) continue;
    const { fingerprint } = await applyUnderFire(await startStory(dialect), () => undefined);
    right.set(dialect, fingerprint);
  }
});

describe.each(CASES)("$title ($dialect)", ({ dialect, twist }) => {
  async function meet(about: string, isMet: (asked: Meddled) => boolean): Promise<void> {
    const story = await startStory(dialect);
    const ended = await applyUnderFire(story, (asked) =>
      isMet(asked) ? twist(asked, story.fake) : undefined,
    );
    if (ended.fingerprint !== null) expect(ended.fingerprint, about).toBe(right.get(dialect));
    else expect(ended.codes, about).not.toEqual([]);
    expectHandKept(story, about);
    await expectRightEnd(story, about);
  }

  test("is survived where every kind of request meets it once", async () => {
    await meet("once", ({ nth }) => nth === 1);
  });

  test("that begins and never ends leaves no run in a wrong state", async () => {
    const isWrite = ({ method, path }: Meddled): boolean =>
      method !== "GET" && path.startsWith("/api/") && !path.endsWith("/search");
    await meet("reads", ({ kind }) => kind.startsWith("GET /api/v2/users"));
    let writes = 0;
    await meet("writes", (asked) => isWrite(asked) && ++writes > 2);
  });
});

test("a login that is limited is asked again, and nothing else is", async () => {
  const story = await startStory("cloud");
  const text = '{"error":"invalid_request","description":"rate limit exceeded; try again"}';
  const { lines } = await applyUnderFire(story, ({ path, nth }) =>
    path === "/oauth/token" && nth <= 3 ? { do: "say", status: 400, text } : undefined,
  );
  expect(lines.filter((line) => !line.endsWith(": done"))).toEqual([]);
  expect(story.fake.asked.filter(({ path }) => path === "/oauth/token")).toHaveLength(4);
  await expectRightEnd(story, "after it");
});

test("an answer that comes a byte at a time is given up, and settled by asking again", async () => {
  const story = await startStory("cloud");
  const clock = createTestClock();
  const dripping = [/^GET .*users page 2$/, /^POST .*skills$/, /^PATCH /];
  const { lines } = await applyUnderFire(
    story,
    ({ kind, nth }) =>
      nth === 1 && dripping.some((one) => one.test(kind))
        ? { do: "drip", begun: () => clock.expire() }
        : undefined,
    { clock },
  );
  expect(lines.length).toBeGreaterThan(0);
  expect(lines.filter((line) => !line.endsWith(": done"))).toEqual([]);
  await expectRightEnd(story, "after it");
});
