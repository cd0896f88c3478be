/** The YAML of an older commit: every place in it is of that commit, in the folder as its user names it. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadPrevious } from "../../src/cli/previous.ts";
import { loadDesired } from "../../src/desired/load.ts";
import { newDesk } from "../support/desk.ts";

const YAML = `profiles: [{ name: Support, skills: [Billing] }]
skills: [{ name: Billing, assign_to_groups: [Desk] }, { name: Sales, assign_to_users: [cleo@example.com] }]
users: [{ user: ann@example.com, profiles: [Support] }, { user: bob@example.com, profiles: [Support] }]
`;

test("places are of the commit, those that several people share too", async () => {
  const desk = newDesk({}, { "skills/deep/a.yaml": YAML });
  const revision = desk.git("rev-parse", "HEAD");
  desk.commit({ "skills/deep/a.yaml": "skills: []\n" });
  const dir = join(desk.folder, "skills");
  const desired = await loadPrevious({ dir }, revision, desk.env);
  const found = JSON.stringify(desired).match(/"source":\{[^}]*\}/gu) ?? [];
  const file = join(dir, "deep/a.yaml");
  expect(found.length).toBeGreaterThan(9);
  for (const text of found)
    expect(JSON.parse(`{${text}}`)).toMatchObject({
      source: { file, revision, line: expect.any(Number) as number },
    });
});

test("what an earlier commit shares with the files of today stays of today there", async () => {
  const desk = newDesk({}, { "skills/a.yaml": YAML, "skills/b.yaml": "skills: [{ name: Visits }]\n" });
  const revision = desk.git("rev-parse", "HEAD");
  desk.commit({ "skills/b.yaml": "skills: [{ name: Moves }]\n" });
  const dir = join(desk.folder, "skills");
  const filesRead = new Map<string, never>();
  const { desired } = await loadDesired({ dir, filesRead });
  const before = JSON.stringify(desired);
  const previous = await loadPrevious({ dir, filesRead }, revision, desk.env);
  expect(previous).toEqual(await loadPrevious({ dir }, revision, desk.env));
  expect(previous?.skills.map(({ name }) => name)).toEqual(["Billing", "Sales", "Visits"]);
  expect(JSON.stringify(desired)).toBe(before);
  expect(before).not.toContain(revision);
});
