/** What a snapshot answers of skills that share a slug or a name. */
import { expect, test } from "vitest";
import type { PageOf, SkillDetail, SkillEntity } from "../../src/page/api.ts";
import type { SnapshotView } from "../../src/server/snapshot.ts";
import { viewFrom } from "./serving.ts";
import { desiredOf, factsOf, idOf, liveOf } from "../report/organisations.ts";

const YAML = `
skills:
  - { name: C++, assign_to_users: [ann@example.com, bob@example.com] }
  - { name: Sales EU, slug: sales, assign_to_users: [bob@example.com] }
profiles: [{ name: Coders, skills: [C++, Sales EU] }]
`;

async function viewOf() {
  const people = { "ann@example.com": { "C++": 3, C: 2 }, "bob@example.com": { "C#": 1 } };
  const live = liveOf(people, { skillNames: ["Sales"] });
  const facts = factsOf(await desiredOf(YAML), live);
  return viewFrom({ ...facts, readAt: new Date(0) });
}

function detailOf(view: SnapshotView, ref: string): SkillDetail | null {
  return JSON.parse(view.skill(ref) ?? "null") as SkillDetail | null;
}

test("Skills that share a slug are found together, each with a key and holders of its own.", async () => {
  const view = await viewOf();
  const { entities } = JSON.parse(view.search("c", { page: 1, size: 25 })) as PageOf<SkillEntity>;
  const found = entities.map(({ name, slug, key, holders }) => [name, slug, key, holders]);
  expect(found).toEqual(
    expect.arrayContaining([
      ["C", "c", idOf("C"), 1],
      ["C#", "c", idOf("C#"), 1],
      ["C++", "c", idOf("C++"), 1],
    ]),
  );
  for (const { key, name } of entities) expect(detailOf(view, key)?.name).toBe(name);
});

test("A slug that several skills have means none of them, and a name that one has means that one.", async () => {
  const view = await viewOf();
  expect(detailOf(view, "c")).toBeNull();
  expect(detailOf(view, "sales")).toBeNull();
  const held = (skill: SkillDetail | null) =>
    skill?.holders.map(({ user, now, after }) => [user, now, after]);
  expect(held(detailOf(view, "C++"))).toEqual([
    ["ann@example.com", 3, 3],
    ["bob@example.com", null, 1],
  ]);
  expect(held(detailOf(view, "C#"))).toEqual([["bob@example.com", 1, 1]]);
  expect(detailOf(view, "Sales")).toMatchObject({ id: idOf("Sales"), standing: "unmanaged", profiles: [] });
});

test("A skill that isn't made yet has a key of its own where its slug is another's.", async () => {
  const view = await viewOf();
  const skill = detailOf(view, "new:sales");
  expect(skill).toMatchObject({ id: null, name: "Sales EU", profiles: [{ name: "Coders" }] });
  const [coders] = view.profiles({ page: 1, size: 25 }).entities;
  expect(coders?.skills.map(({ name, key }) => [name, key])).toEqual([
    ["C++", idOf("C++")],
    ["Sales EU", "new:sales"],
  ]);
});
