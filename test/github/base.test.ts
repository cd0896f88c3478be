/** Which commit counts as the one that a pull request is merged into. */
import { beforeEach, describe, expect, test } from "vitest";
import { baseOf } from "../../src/github/base.ts";
import type { Event } from "../../src/github/event.ts";
import { cleanEnv, codesOf, git, newRepository } from "../ledger/repositories.ts";

let cwd: string;
let main: string;

beforeEach(() => {
  cwd = newRepository();
  main = git(cwd, "rev-parse", "HEAD");
});

function commit(message: string): string {
  git(cwd, "commit", "--quiet", "--allow-empty", "--message", message);
  return git(cwd, "rev-parse", "HEAD");
}

/** Merges a commit into what is checked out; answers the merge. */
function merge(commit: string): string {
  git(cwd, "merge", "--quiet", "--no-ff", "--message", "Merge", commit);
  return git(cwd, "rev-parse", "HEAD");
}

function base(event: Partial<Event> & Pick<Event, "kind">): Promise<string | null> {
  return baseOf(event as Event, cwd, cleanEnv());
}

const pull = (head: string) => base({ kind: "pull-request", head });

describe("a pull request", () => {
  test("is merged into the first parent of GitHub's merge", async () => {
    git(cwd, "checkout", "--quiet", "-b", "branch");
    const head = commit("Work");
    git(cwd, "checkout", "--quiet", "main");
    merge(head);
    expect(await pull(head)).toBe(main);
  });

  test("whose own last commit is a merge is not merged into its author's commit", async () => {
    git(cwd, "checkout", "--quiet", "-b", "other");
    const other = commit("Another branch");
    git(cwd, "checkout", "--quiet", "-b", "branch", "main");
    commit("The author's own");
    const head = merge(other);
    expect(await codesOf(pull(head))).toEqual(["NOT_THE_MERGE"]);
  });

  test("of which GitHub's merge is of an older commit has no base", async () => {
    git(cwd, "checkout", "--quiet", "-b", "branch");
    const [old, head] = [commit("Work"), commit("More work")];
    git(cwd, "checkout", "--quiet", "main");
    merge(old);
    expect(await codesOf(pull(head))).toEqual(["NOT_THE_MERGE"]);
  });

  test("whose branch is checked out, or without history, has none", async () => {
    git(cwd, "checkout", "--quiet", "-b", "branch");
    expect(await codesOf(pull(commit("Work")))).toEqual(["NOT_THE_MERGE"]);
  });
});

test("a merge group goes on top of the commit below it, which must be there", async () => {
  const head = commit("Take care (#7)");
  const group = { kind: "merge-group", head } as const;
  expect(await base({ ...group, below: main })).toBe(main);
  for (const event of [
    { ...group, below: "" },
    { ...group, below: "e".repeat(40) },
    { ...group, head: main },
  ])
    expect(await codesOf(base({ below: main, ...event }))).toEqual(["NOT_THE_MERGE"]);
});

test("a push has none", async () => {
  expect(await base({ kind: "other" })).toBeNull();
});
