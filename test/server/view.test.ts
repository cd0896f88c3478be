/** What a snapshot answers of skills that share a slug or a name. */
import { expect, test } from "vitest";
import type { SkillDetail } from "../../src/server/facts.ts";
import { prepareView } from "../../src/server/view.ts";
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
  return prepareView({ ...facts, readAt: new Date(0) });
}

test("Skills that share a slug are found together, each with a key and holders of its own.", async () => {
  const view = await viewOf();
  const { entities } = view.search("c", { page: 1, size: 25 });
  const found = entities.map(({ name, slug, key, holders }) => [name, slug, key, holders]);
  expect(found).toEqual(
    expect.arrayContaining([
      ["C", "c", idOf("C"), 1],
      ["C#", "c", idOf("C#"), 1],
      ["C++", "c", idOf("C++"), 1],
    ]),
  );
  for (const { key, name } of entities) expect(view.skill(key)?.name).toBe(name);
});

test("A slug that several skills have means none of them, and a name that one has means that one.", async () => {
  const view = await viewOf();
  expect(view.skill("c")).toBeNull();
  expect(view.skill("sales")).toBeNull();
  const held = (skill: SkillDetail | null) =>
    skill?.holders.map(({ user, now, after }) => [user, now, after]);
  expect(held(view.skill("C++"))).toEqual([
    ["ann@example.com", 3, 3],
    ["bob@example.com", null, 1],
  ]);
  expect(held(view.skill("C#"))).toEqual([["bob@example.com", 1, 1]]);
  expect(view.skill("Sales")).toMatchObject({ id: idOf("Sales"), standing: "unmanaged", profiles: [] });
});

test("A skill that isn't made yet has a key of its own where its slug is another's.", async () => {
  const view = await viewOf();
  const skill = view.skill("new:sales");
  expect(skill).toMatchObject({ id: null, name: "Sales EU", profiles: [{ name: "Coders" }] });
  const [coders] = view.profiles;
  expect(coders?.skills.map(({ name, key }) => [name, key])).toEqual([
    ["C++", idOf("C++")],
    ["Sales EU", "new:sales"],
  ]);
});
