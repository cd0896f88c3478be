import { beforeEach, describe, expect, test } from "vitest";
import { allowedByLabels } from "../../src/github/labels.ts";
import type { Trouble } from "./fake-github.ts";
import type { FakeGitHub } from "./fake-github.ts";
import { startFakeGitHub } from "./fake-github.ts";
import { sessionOn } from "./session.ts";

const HEAD = "a".repeat(40);
let github: FakeGitHub;

beforeEach(async () => {
  github = await startFakeGitHub();
});

/** What these labels allow on a pull request that has them. */
async function allow(...labels: string[]) {
  const pull = github.pulls.get(7);
  if (pull) Object.assign(pull, { labels });
  else github.openPull({ number: 7, head: HEAD, labels });
  const asked = { number: 7, labels, isOpen: true };
  const { allowed, problems } = await allowedByLabels(await sessionOn(github), [asked]);
  return { allowed: [...allowed], problems: problems.map(({ code, hint }) => [code, hint]), all: problems };
}

test("a label allows its refusal, in upper or lower case", async () => {
  expect(await allow("allow:SKILL_DELETE", "Allow: uncovered", "bug")).toMatchObject({
    allowed: ["SKILL_DELETE", "UNCOVERED"],
    problems: [],
  });
});

test.each(["INCOMPLETE", "WRONG_ORG", "PROTECTED", "UNREVIEWED", "AMBIGUOUS", "TOO_MANY_SKILLS", ""])(
  "no label allows %s",
  async (code) => {
    expect(await allow(`allow:${code}`)).toMatchObject({
      allowed: [],
      problems: [["ALLOW_LABEL", expect.any(String)]],
    });
  },
);

test("the history of the labels is read once, for any number of labels", async () => {
  await allow("allow:SKILL_DELETE", "allow:UNCOVERED", "allow:IN_USE");
  expect(github.requests.filter(({ path }) => path.includes("/timeline"))).toHaveLength(1);
});

test("a misspelt label is answered with the right one", async () => {
  expect(await allow("allow:SKILL_DELET")).toMatchObject({
    allowed: [],
    problems: [["ALLOW_LABEL", "Did you mean allow:SKILL_DELETE?"]],
  });
});

test("labels of a closed pull request allow nothing", async () => {
  const asked = { number: 7, labels: ["allow:SKILL_DELETE"], isOpen: false };
  const { allowed, problems } = await allowedByLabels(await sessionOn(github), [asked]);
  expect([[...allowed], problems]).toEqual([[], []]);
});

test("a pull request without such labels asks GitHub for nothing", async () => {
  const before = github.requests.length;
  await allow("bug", "skills:destroy");
  expect(github.requests.slice(before).filter(({ path }) => path !== "/user")).toEqual([]);
});

describe("a label counts only where somebody who may write set it", () => {
  function openBy(setter: string | null): void {
    github.openPull({ number: 7, head: HEAD, labelledBy: new Map([["allow:SKILL_DELETE", setter]]) });
  }

  test.each([
    ["admin", ["SKILL_DELETE"]],
    ["write", ["SKILL_DELETE"]],
    ["read", []],
    ["none", []],
  ] as const)("%s", async (permission, expected) => {
    github.permissions.set("tess", permission);
    openBy("tess");
    expect((await allow("allow:SKILL_DELETE")).allowed).toEqual(expected);
  });

  test("somebody who doesn't is named, with what to do", async () => {
    openBy("mallory");
    const { allowed, all } = await allow("allow:SKILL_DELETE");
    expect(allowed).toEqual([]);
    expect(all[0]?.message).toBe(
      'The label "allow:SKILL_DELETE" on #7 does not count: mallory, who set it, has no write access to this repository.',
    );
    expect(all[0]?.hint).toContain("remove it and set it again");
  });

  test("and neither who set another label nor a name with signs changes that", async () => {
    const labelledBy = new Map([["allow:UNCOVERED", "mallory"]]);
    github.openPull({ number: 7, head: HEAD, labelledBy });
    const { allowed, all } = await allow("allow:SKILL_DELETE", "allow:UNCOVERED", "allow:@ann-lee #2");
    expect(allowed).toEqual(["SKILL_DELETE"]);
    expect(all).toHaveLength(2);
  });

  test("and not where the account is gone", async () => {
    openBy(null);
    expect(await allow("allow:SKILL_DELETE")).toMatchObject({ allowed: [], all: [{ code: "ALLOW_LABEL" }] });
  });

  test("and not if the label was removed, even if the event of an old run has it", async () => {
    github.openPull({ number: 7, head: HEAD });
    const asked = { number: 7, labels: ["allow:SKILL_DELETE"], isOpen: true };
    expect([...(await allowedByLabels(await sessionOn(github), [asked])).allowed]).toEqual([]);
  });

  test.each([
    [{ path: /timeline$/, status: 403 }],
    [{ path: /permission$/, status: 403 }],
    [{ path: /permission$/, status: 422 }],
  ])("and not if GitHub doesn't answer who set it: %o", async (trouble: Pick<Trouble, "path" | "status">) => {
    github.trouble({ method: "GET", ...trouble });
    const { allowed, all } = await allow("allow:SKILL_DELETE");
    expect(allowed).toEqual([]);
    expect(all[0]?.message).toContain("didn't answer");
  });
});
