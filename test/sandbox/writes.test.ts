import { describe, expect, test } from "vitest";
import { login, names, start, userOf } from "./helper.ts";

const ann = "ann@example.com";

describe("a skill", () => {
  test("is created again with a new id after it was deleted", async () => {
    const sandbox = await start();
    const call = await login(sandbox);
    const make = async () => String((await call("POST", "/routing/skills", { name: "Chat" })).body.id);
    const first = await make();
    expect((await call("DELETE", `/routing/skills/${first}`)).status).toBe(204);
    expect(await make()).not.toBe(first);
    expect((await call("GET", `/routing/skills/${first}`)).body.state).toBe("deleted");
    expect((await call("DELETE", `/routing/skills/${first}`)).status).toBe(404);
  });

  test("that is deleted is removed from users and profiles", async () => {
    const sandbox = await start({ dialect: "profiles" });
    const call = await login(sandbox);
    await call("DELETE", `/routing/skills/${sandbox.manualEdits.skillId("Billing")}`);
    expect(userOf(sandbox, ann)?.skills).toEqual({ Sales: 2.5 });
    expect(sandbox.snapshot().profiles.find((profile) => profile.name === "Support")?.skills).toEqual([]);
  });

  test("may differ from another in case only, unless names ignore case", async () => {
    const exact = await login(await start());
    expect((await exact("POST", "/routing/skills", { name: "BILLING" })).status).toBe(200);
    const loose = await login(await start({ caseInsensitiveNames: true }));
    expect((await loose("POST", "/routing/skills", { name: "BILLING" })).status).toBe(409);
  });

  test("can't be renamed with cloud", async () => {
    const sandbox = await start();
    const call = await login(sandbox);
    const path = `/routing/skills/${sandbox.manualEdits.skillId("Billing")}`;
    expect((await call("PUT", path, { name: "Bills" })).status).toBe(405);
    expect((await call("PATCH", path, { name: "Bills" })).status).toBe(400);
    expect((await call("GET", path)).body).not.toHaveProperty("description");
  });

  test("moves to another division with PATCH", async () => {
    const sandbox = await start({ seed: { divisions: [{ name: "North" }], skills: [{ name: "Billing" }] } });
    const call = await login(sandbox);
    const divisions = await call("GET", "/authorization/divisions");
    const north = divisions.body.entities?.find((division) => division.name === "North")?.id;
    const path = `/routing/skills/${sandbox.manualEdits.skillId("Billing")}`;
    expect((await call("PATCH", path, { divisionId: north })).body.division?.name).toBe("North");
    expect((await call("PATCH", path, { divisionId: "nowhere" })).status).toBe(400);
  });

  test.each([[{}], [{ name: "" }], [{ name: 7 }], [[]]])("is refused for the body %j", async (body) => {
    expect((await (await login(await start()))("POST", "/routing/skills", body)).status).toBe(400);
  });

  test("is refused for another content type than JSON", async () => {
    const sandbox = await start();
    const token = await fetch(`${sandbox.url}/oauth/token`, {
      method: "POST",
      headers: { Authorization: `Basic ${btoa(`${sandbox.clientId}:${sandbox.clientSecret}`)}` },
      body: "grant_type=client_credentials",
    });
    const { access_token: bearer } = (await token.json()) as { access_token: string };
    const answer = await fetch(`${sandbox.url}/api/v2/routing/skills`, {
      method: "POST",
      headers: { Authorization: `Bearer ${bearer}`, "Content-Type": "text/plain" },
      body: "{}",
    });
    expect(answer.status).toBe(415);
  });
});

describe("a user's skills", () => {
  test.each([
    ["a proficiency above 5", [{ proficiency: 5.1 }]],
    ["a proficiency below 0", [{ proficiency: -1 }]],
    ["a proficiency that is a text", [{ proficiency: "3" }]],
    ["an unknown skill", [{ id: "nothing", proficiency: 1 }]],
    ["no list", { proficiency: 1 }],
    ["more than 50 items", Array.from({ length: 51 }, () => ({ proficiency: 1 }))],
  ])("refuse %s, and stay unchanged", async (_, body) => {
    const sandbox = await start();
    const call = await login(sandbox);
    const id = sandbox.manualEdits.skillId("Complaints");
    const sent = Array.isArray(body) ? body.map((item) => ({ id, ...item })) : body;
    const path = `/users/${sandbox.manualEdits.userId(ann)}/routingskills/bulk`;
    expect((await call("PATCH", path, sent)).status).toBe(400);
    expect(userOf(sandbox, ann)?.skills).toEqual({ Billing: 3, Sales: 2.5 });
  });

  test("refuse a whole lot for one invalid item", async () => {
    const sandbox = await start();
    const call = await login(sandbox);
    const lot = [
      { id: sandbox.manualEdits.skillId("Complaints"), proficiency: 1 },
      { id: "nothing", proficiency: 1 },
    ];
    expect(
      (await call("PATCH", `/users/${sandbox.manualEdits.userId(ann)}/routingskills/bulk`, lot)).status,
    ).toBe(400);
    expect(userOf(sandbox, ann)?.skills).not.toHaveProperty("Complaints");
  });

  test("are at most 50", async () => {
    const skills = Array.from({ length: 51 }, (_, n) => ({ name: `Skill ${n}` }));
    const sandbox = await start({ seed: { skills, users: [{ name: "Ann", email: ann }] } });
    const call = await login(sandbox);
    const path = `/users/${sandbox.manualEdits.userId(ann)}/routingskills`;
    const items = skills.map(({ name }) => ({ id: sandbox.manualEdits.skillId(name), proficiency: 1 }));
    expect((await call("PATCH", `${path}/bulk`, items.slice(0, 50))).body.total).toBe(50);
    const refused = await call("POST", path, items[50]);
    expect([refused.status, refused.body.limit?.value]).toEqual([400, 50]);
    expect((await call("PATCH", `${path}/bulk`, items.slice(0, 1))).status).toBe(200);
  });

  test("are read in pages", async () => {
    const sandbox = await start();
    const call = await login(sandbox);
    const answer = await call(
      "GET",
      `/users/${sandbox.manualEdits.userId(ann)}/routingskills?pageSize=1&pageNumber=2`,
    );
    expect([names(answer), answer.body.total]).toEqual([["Sales"], 2]);
  });

  test("answer 404 for a skill that the user lacks, and for an unknown user", async () => {
    const sandbox = await start();
    const call = await login(sandbox);
    const { manualEdits: hand } = sandbox;
    const complaints = `/routingskills/${hand.skillId("Complaints")}`;
    expect((await call("DELETE", `/users/${hand.userId(ann)}${complaints}`)).status).toBe(404);
    expect((await call("PUT", `/users/${hand.userId(ann)}${complaints}`, { proficiency: 1 })).status).toBe(
      404,
    );
    for (const user of ["nobody", hand.userId("eve@example.com")])
      expect((await call("GET", `/users/${user}/routingskills`)).status).toBe(404);
  });
});

describe("a change of a user", () => {
  test.each([
    ["no version", { name: "Ann" }],
    ["a version that is a text", { version: "1" }],
    ["a state that there is not", { version: 1, state: "deleted" }],
    ["a name that is a number", { version: 1, name: 7 }],
  ])("with %s is refused", async (_, body) => {
    const sandbox = await start();
    const call = await login(sandbox);
    const before = sandbox.snapshot();
    expect((await call("PATCH", `/users/${sandbox.manualEdits.userId(ann)}`, body)).status).toBe(400);
    expect(sandbox.snapshot()).toEqual(before);
  });

  test("requires a permission, and a user that isn't deleted", async () => {
    const clients = [{ id: "reader", secret: "s", permissions: ["directory:user:view"] }];
    const reader = await login(await start({ clients }));
    expect((await reader("PATCH", "/users/x", { version: 1 })).status).toBe(403);
    const sandbox = await start();
    const call = await login(sandbox);
    const path = `/users/${sandbox.manualEdits.userId("eve@example.com")}`;
    expect((await call("PATCH", path, { version: 1 })).status).toBe(404);
  });
});

test("a path of other methods is answered 405, an unknown one 404", async () => {
  const call = await login(await start());
  expect((await call("DELETE", "/users")).status).toBe(405);
  expect((await call("GET", "/users/x/routingskills/y/z")).status).toBe(404);
  expect((await call("GET", "/no/such/path")).status).toBe(404);
});

describe("the profiles dialect", () => {
  test("names all fields in snake_case, also of errors", async () => {
    const sandbox = await start({ dialect: "profiles" });
    const call = await login(sandbox);
    expect((await call("GET", "/routing/skills?pageSize=1")).body).toMatchObject({
      page_size: 1,
      page_count: 3,
      entities: [
        {
          name: "Billing",
          description: "Bills",
          self_uri: `/api/v2/routing/skills/${sandbox.manualEdits.skillId("Billing")}`,
        },
      ],
    });
    const missing = await call("GET", "/routing/profiles/none");
    expect([missing.status, missing.body.entity_id]).toEqual([404, "none"]);
    expect(missing.body.context_id).toBe(missing.headers.get("ININ-Correlation-Id"));
  });

  test("creates a skill with 201 and Location, and changes name and description", async () => {
    const sandbox = await start({ dialect: "profiles" });
    const call = await login(sandbox);
    const created = await call("POST", "/routing/skills", { name: "Chat", description: "By text" });
    const path = `/routing/skills/${created.body.id}`;
    expect([created.status, created.headers.get("Location")]).toEqual([201, `/api/v2${path}`]);
    expect((await call("PUT", path, { name: "Web Chat", description: "On the site" })).body).toMatchObject({
      id: created.body.id,
      name: "Web Chat",
      description: "On the site",
    });
    expect((await call("PUT", path, { name: "Billing", description: "" })).status).toBe(409);
    expect((await call("PATCH", path, { division_id: "x" })).status).toBe(405);
    expect(names(await call("GET", "/routing/skills?query=chat"))).toEqual(["Web Chat"]);
  });

  test("shows a profile's own skills, and replaces all of them", async () => {
    const sandbox = await start({ dialect: "profiles" });
    const call = await login(sandbox);
    const list = await call("GET", "/routing/profiles?query=supp");
    const [support] = list.body.entities ?? [];
    expect(support?.routing_skills).toEqual([
      { id: sandbox.manualEdits.skillId("Billing"), name: "Billing" },
    ]);
    expect(support?.parent?.id).toMatch(/^[0-9a-f-]{36}$/);

    const path = `/routing/profiles/${support?.id}`;
    const skills = [{ id: sandbox.manualEdits.skillId("Sales") }];
    const put = await call("PUT", path, {
      name: "Support",
      description: "Second line",
      routing_skills: skills,
    });
    expect(put.body).toMatchObject({ description: "Second line", parent: support?.parent });
    expect((await call("GET", path)).body.routing_skills).toMatchObject([{ name: "Sales" }]);
    expect((await call("PUT", path, { name: "Support", routingSkills: skills })).status).toBe(400);
    expect((await call("PUT", path, { name: "Support", routing_skills: [{ id: "x" }] })).status).toBe(400);
    expect((await call("PUT", path, { name: "Everyone", routing_skills: [] })).status).toBe(409);
  });

  test("is the only one that has profiles", async () => {
    expect((await (await login(await start()))("GET", "/routing/profiles?pageSize=1")).status).toBe(404);
  });
});
