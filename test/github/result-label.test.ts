import { beforeEach, describe, expect, test } from "vitest";
import type { PlanEffect, PlanMark } from "../../src/github/marker.ts";
import { planMarker } from "../../src/github/marker.ts";
import { setResultLabel } from "../../src/github/result-label.ts";
import type { Session } from "../../src/github/session.ts";
import type { FakeGitHub } from "./fake-github.ts";
import { BOT, startFakeGitHub } from "./fake-github.ts";
import { sessionOn } from "./session.ts";

const HEAD = "a".repeat(40);
const ALL = ["skills:no-changes", "skills:add-or-update", "skills:destroy"];
let github: FakeGitHub;

beforeEach(async () => {
  github = await startFakeGitHub();
  for (const label of ALL) github.labels.add(label);
  github.openPull({ number: 7, head: HEAD, labels: ["bug"] });
});

function comment(effect: PlanEffect | null, about: Partial<PlanMark> = {}, author = BOT): void {
  const none = { isRefused: false, allowed: [], allowances: [], hashes: [] };
  const mark = { target: "default", dir: "skills", head: HEAD, effect, ...none, ...about };
  github.addComment(7, author, `${planMarker(mark)}\n\nThe plan.`);
}

async function set(session: Session): Promise<void> {
  await setResultLabel(session, { number: 7, head: HEAD }, await session.github.listComments(7));
}

async function labelled(): Promise<readonly string[]> {
  await set(await sessionOn(github));
  return github.pulls.get(7)?.labels ?? [];
}

test.each<PlanEffect>(["no-changes", "add-or-update", "destroy"])(
  "%s is set and other labels are kept",
  async (effect) => {
    comment(effect);
    expect(await labelled()).toEqual(["bug", `skills:${effect}`]);
  },
);

test("one takes the place of another, and nothing is written twice", async () => {
  comment("add-or-update");
  github.pulls.get(7)?.labels.push("skills:destroy");
  expect(await labelled()).toEqual(["bug", "skills:add-or-update"]);
  const before = github.writes();
  expect(await labelled()).toEqual(["bug", "skills:add-or-update"]);
  expect(github.writes()).toEqual(before);
});

test("none is created", async () => {
  github.labels.delete("skills:destroy");
  comment("destroy");
  github.pulls.get(7)?.labels.push("skills:no-changes");
  expect(await labelled()).toEqual(["bug"]);
  expect(github.labels).not.toContain("skills:destroy");
});

describe("of several targets and folders", () => {
  test("the one that says most is set", async () => {
    comment("no-changes");
    comment("destroy", { target: "production" });
    comment("add-or-update", { dir: "teams/skills" });
    expect(await labelled()).toEqual(["bug", "skills:destroy"]);
  });

  test("none is set while one of them has no plan", async () => {
    comment("destroy");
    comment(null, { target: "production" });
    expect(await labelled()).toEqual(["bug"]);
  });

  test("an older commit's and somebody else's comments count for nothing", async () => {
    comment("no-changes");
    comment("destroy", { target: "production", head: "b".repeat(40) });
    comment("destroy", { target: "production" }, "mallory");
    expect(await labelled()).toEqual(["bug", "skills:no-changes"]);
  });
});

test("a comment that another target's plan writes meanwhile is seen by the look afterwards", async () => {
  comment("no-changes");
  const session = await sessionOn(github);
  const other = {
    ...session.github,
    addLabel: async (pull: number, name: string) => {
      await session.github.addLabel(pull, name);
      if (name === "skills:no-changes") comment("destroy", { target: "production" });
    },
  };
  await set({ ...session, github: other });
  expect(github.pulls.get(7)?.labels).toEqual(["bug", "skills:destroy"]);
});
