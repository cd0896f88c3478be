import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { login, names, start } from "./helper.ts";

describe("a list", () => {
  test("has the URIs of its pages", async () => {
    const call = await login(await start());
    const { body } = await call("GET", "/routing/skills?pageSize=1&pageNumber=2");
    expect(body).toMatchObject({
      pageSize: 1,
      pageNumber: 2,
      total: 3,
      pageCount: 3,
      selfUri: "/api/v2/routing/skills?pageSize=1&pageNumber=2",
      firstUri: "/api/v2/routing/skills?pageSize=1&pageNumber=1",
      previousUri: "/api/v2/routing/skills?pageSize=1&pageNumber=1",
      nextUri: "/api/v2/routing/skills?pageSize=1&pageNumber=3",
      lastUri: "/api/v2/routing/skills?pageSize=1&pageNumber=3",
    });
  });

  test("has pages of 25 by default, and no next page after the last", async () => {
    const call = await login(await start());
    const { body } = await call("GET", "/users");
    expect(body.pageSize).toBe(25);
    expect(body).not.toHaveProperty("nextUri");
    expect(names(await call("GET", "/users?pageNumber=9"))).toEqual([]);
  });

  test("shows each entity on one page, with any page size", async () => {
    const users = Array.from({ length: 23 }, (_, n) => ({ name: `User ${n}`, email: `u${n}@example.com` }));
    const call = await login(await start({ seed: { users } }));
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 30 }), async (pageSize) => {
        const seen: string[] = [];
        for (let page = 1; page <= Math.ceil(23 / pageSize); page++)
          seen.push(...names(await call("GET", `/users?pageSize=${pageSize}&pageNumber=${page}`)));
        expect(seen.length).toBe(23);
        expect(new Set(seen).size).toBe(23);
      }),
      { numRuns: 12 },
    );
  });

  test.each(["pageSize=0", "pageSize=-1", "pageSize=x", "pageSize=501", "pageNumber=0", "pageNumber=1.5"])(
    "refuses %s",
    async (query) => {
      const call = await login(await start());
      const { status, body } = await call("GET", `/routing/skills?${query}`);
      expect(status).toBe(400);
      expect(body.details?.[0]?.fieldName).toBe(query.split("=")[0]);
    },
  );

  test("refuses a too large page of expanded users with another code", async () => {
    const call = await login(await start({ maxPageSize: 100 }));
    const { status, body } = await call("GET", "/users?expand=skills&pageSize=101");
    expect([status, body.code]).toEqual([400, "response.entity.too.large"]);
    expect((await call("GET", "/users?expand=skills&pageSize=100")).status).toBe(200);
  });
});

describe("skills", () => {
  test("are found by the beginning of their names and by id", async () => {
    const sandbox = await start();
    const call = await login(sandbox);
    expect(names(await call("GET", "/routing/skills?name=b"))).toEqual(["Billing"]);
    const ids = ["Sales", "Complaints"].map((name) => `id=${sandbox.manualEdits.skillId(name)}`).join("&");
    expect(names(await call("GET", `/routing/skills?${ids}`))).toEqual(["Complaints", "Sales"]);
  });

  test("are found by id on pages of 25 too, and deleted ones only by a single read", async () => {
    const skills = Array.from({ length: 30 }, (_, n) => ({ id: `s-${n}`, name: `Skill ${n}` }));
    const sandbox = await start({ seed: { skills } });
    const call = await login(sandbox);
    sandbox.manualEdits.deleteSkill("Skill 29");
    const query = skills.map(({ id }) => `id=${id}`).join("&");
    const { body } = await call("GET", `/routing/skills?${query}`);
    expect([body.entities?.length, body["total"], body["pageSize"]]).toEqual([25, 29, 25]);
    expect((await call("GET", "/routing/skills/s-29")).body["state"]).toBe("deleted");
  });

  test("that are inactive are listed as inactive, and can be assigned", async () => {
    const seed = {
      skills: [{ name: "A", state: "inactive" as const }, { name: "B" }],
      users: [{ name: "Ann", email: "ann@example.com", skills: { A: 2 } }],
    };
    const sandbox = await start({ seed });
    const call = await login(sandbox);
    const states = async () =>
      (await call("GET", "/routing/skills")).body.entities?.map((skill) => skill["state"]);
    expect(await states()).toEqual(["inactive", "active"]);
    expect((await call("POST", "/routing/skills", { name: "A" })).status).toBe(409);
    expect(sandbox.snapshot().skills[0]).toMatchObject({ name: "A", state: "inactive" });
    expect(sandbox.snapshot().users[0]?.skills).toEqual({ A: 2 });
    sandbox.manualEdits.activateSkill("A");
    sandbox.manualEdits.deactivateSkill("B");
    expect(await states()).toEqual(["active", "inactive"]);
  });
});

describe("users", () => {
  test.each([
    ["", ["Ann Lee", "Bob Ray", "Cleo Fox"]],
    ["?state=inactive", ["Dan Away"]],
    ["?state=deleted", ["Eve Gone"]],
    ["?state=any&sortOrder=desc", ["Eve Gone", "Dan Away", "Cleo Fox", "Bob Ray", "Ann Lee"]],
  ])("are listed by state: %s", async (query, expected) => {
    expect(names(await (await login(await start()))("GET", `/users${query}`))).toEqual(expected);
  });

  test("are listed by id and by state", async () => {
    const sandbox = await start();
    const call = await login(sandbox);
    const ids = ["ann@example.com", "eve@example.com"]
      .map((email) => `id=${sandbox.manualEdits.userId(email)}`)
      .join("&");
    expect(names(await call("GET", `/users?${ids}`))).toEqual(["Ann Lee"]);
    expect(names(await call("GET", `/users?state=any&${ids}`))).toEqual(["Ann Lee", "Eve Gone"]);
  });

  test("have skills only if expand asks for them", async () => {
    const sandbox = await start();
    const call = await login(sandbox);
    const ann = `/users/${sandbox.manualEdits.userId("ann@example.com")}`;
    expect((await call("GET", ann)).body).not.toHaveProperty("skills");
    expect((await call("GET", `${ann}?expand=skills`)).body.skills).toHaveLength(2);
    expect((await call("GET", "/users")).body.entities?.[0]).not.toHaveProperty("skills");
  });

  test.each(["expand=languages&expand=skills", "expand=languages,skills"])(
    "are expanded by %s",
    async (query) => {
      const call = await login(await start());
      expect((await call("GET", `/users?${query}`)).body.entities?.[0]?.skills).toHaveLength(2);
    },
  );

  test("are not found by another state than their own", async () => {
    const sandbox = await start();
    const call = await login(sandbox);
    const eve = `/users/${sandbox.manualEdits.userId("eve@example.com")}`;
    expect((await call("GET", `${eve}?state=deleted`)).body.state).toBe("deleted");
    expect((await call("GET", `${eve}?state=any`)).body.state).toBe("deleted");
    expect((await call("GET", `${eve}?state=active`)).status).toBe(404);
    expect((await call("GET", eve)).status).toBe(404);
  });

  test("are searched without deleted ones unless the search names a state", async () => {
    const call = await login(await start());
    const search = async (query: unknown[]) =>
      (await call("POST", "/users/search", { query })).body.results?.map((user) => user.email);
    const email = { type: "CONTAINS", fields: ["email", "name"], value: "e@example" };
    expect(await search([email])).toEqual([]);
    expect(await search([email, { type: "EXACT", fields: ["state"], values: ["deleted"] }])).toEqual([
      "eve@example.com",
    ]);
    expect(
      (await call("POST", "/users/search", { query: [{ type: "LIKE", fields: ["email"] }] })).status,
    ).toBe(400);
  });
});

describe("groups", () => {
  test("have a state, and may share a name", async () => {
    const groups = [
      { name: "Desk" },
      { id: "g-2", name: "Desk", state: "inactive" as const },
      { name: "Night" },
    ];
    const sandbox = await start({ seed: { groups } });
    const call = await login(sandbox);
    sandbox.manualEdits.deactivateGroup("Night");
    const listed = (await call("GET", "/groups")).body.entities ?? [];
    expect(listed.map((group) => [group.name, group["state"]]).sort()).toEqual([
      ["Desk", "active"],
      ["Desk", "inactive"],
      ["Night", "inactive"],
    ]);
  });
});

describe("skill groups", () => {
  test("are listed by cursor, without total and conditions", async () => {
    const skillGroups = ["A", "B", "C"].map((name) => ({ name, skills: ["Billing"] }));
    const call = await login(await start({ seed: { skillGroups } }));
    const first = await call("GET", "/routing/skillgroups?pageSize=2");
    expect(first.body).not.toHaveProperty("total");
    expect(first.body.entities?.[0]).not.toHaveProperty("skillConditions");
    const second = await call("GET", String(first.body.nextUri).replace("/api/v2", ""));
    expect([...names(first), ...names(second)]).toEqual(["A", "B", "C"]);
    expect(second.body).not.toHaveProperty("nextUri");
  });
});

describe("dependency tracking", () => {
  test("requires an id and a type", async () => {
    const call = await login(await start());
    expect((await call("GET", "/architect/dependencytracking/consumingresources?id=x")).status).toBe(400);
  });

  test("shows a skill's consumers, also after its deletion", async () => {
    const sandbox = await start();
    const call = await login(sandbox);
    const id = sandbox.manualEdits.skillId("Billing");
    const path = `/architect/dependencytracking/consumingresources?id=${id}&objectType=ACDSKILL`;
    expect(names(await call("GET", path))).toEqual(["Main menu"]);
    await call("DELETE", `/routing/skills/${id}`);
    expect(names(await call("GET", path))).toEqual(["Main menu"]);
  });
});
