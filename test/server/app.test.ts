import { describe, expect, test } from "vitest";
import type { HolderEntity, PageOf, Schedule, SkillDetail, SkillEntity } from "../../src/page/api.ts";
import type { History } from "../../src/report/history/render.ts";
import { get, serve, snapshotOf } from "./serving.ts";

const TOKEN = "0123456789abcdef0123456789abcdef";

async function serveSmall(options: Parameters<typeof serve>[1] = {}) {
  const snapshot = await snapshotOf();
  return serve(() => Promise.resolve(snapshot), options);
}

function errorOf(json: unknown): { code?: string; parameter?: string; message?: string } {
  const { error = {} } = (json ?? {}) as { error?: object };
  return error;
}

describe("Search", () => {
  test("answers a page of skills with their holders and profiles", async () => {
    const { url } = await serveSmall();
    const { status, json, headers } = await get(url, "/api/skills/search?q=billing");
    expect(status).toBe(200);
    expect(headers["content-type"]).toBe("application/json; charset=utf-8");
    const { entities, ...page } = json as PageOf<SkillEntity>;
    expect(page).toEqual({ page: 1, size: 25, total: 1 });
    expect(entities).toMatchObject([
      {
        ...{ key: "billing", name: "Billing", slug: "billing", description: "Invoices and refunds" },
        profiles: [{ id: "support", name: "Support", inherited: false }],
        ...{ holders: 2, coverage: "thin", standing: "yaml" },
      },
    ]);
    expect(entities[0]?.id).toMatch(/^[0-9a-f-]{36}$/);
  });

  test("finds what isn't created yet, without an id, and what is unmanaged", async () => {
    const { url } = await serveSmall();
    const find = async (q: string) =>
      ((await get(url, `/api/skills/search?q=${q}`)).json as PageOf<SkillEntity>).entities[0];
    expect(await find("night")).toMatchObject({ id: null, key: "night-shift", holders: 0, coverage: "none" });
    expect(await find("complaints")).toMatchObject({ standing: "unmanaged", holders: 1 });
  });

  test("goes on where a page ends, and past the last one is empty", async () => {
    const { url } = await serveSmall();
    const page = async (number: number) =>
      (await get(url, `/api/skills/search?q=i&page=${number}&size=2`)).json as PageOf<SkillEntity>;
    const [first, second, beyond] = [await page(1), await page(2), await page(1_000_000)];
    expect(first.total).toBe(second.total);
    expect(first.entities).toHaveLength(2);
    expect(second.entities.map(({ name }) => name)).not.toContain(first.entities[0]?.name);
    expect(beyond).toEqual({ page: 1_000_000, size: 2, total: first.total, entities: [] });
  });

  test.each([
    ["", "q"],
    ["?q=", "q"],
    ["?q=%20%20", "q"],
    [`?q=${"x".repeat(201)}`, "q"],
    [`?q=${"x".repeat(10_000)}`, "q"],
    ["?q=%", "q"],
    ["?q=%zz", "q"],
    ["?q=%E0%A4%A", "q"],
    ["?q=%ff", "q"],
    ["?q=a&q=b", "q"],
    ["?q=a&page=0", "page"],
    ["?q=a&page=-1", "page"],
    ["?q=a&page=1.5", "page"],
    ["?q=a&page=", "page"],
    ["?q=a&page=x", "page"],
    ["?q=a&page=99999999999999999999", "page"],
    ["?q=a&page=1&page=2", "page"],
    ["?q=a&size=0", "size"],
    ["?q=a&size=101", "size"],
    ["?q=a&size=1e1", "size"],
    ["?q=a&%ff=1", "query"],
  ])("refuses %s, naming %s", async (query, parameter) => {
    const { url, bugs } = await serveSmall();
    const { status, json } = await get(url, `/api/skills/search${query}`);
    expect(status).toBe(422);
    expect(errorOf(json).parameter).toBe(parameter);
    expect(errorOf(json).code).toMatch(/^[A-Z_]+$/);
    expect(errorOf(json).message).toMatch(/\.$/);
    expect((await get(url, "/api/skills/search?q=sales")).status).toBe(200);
    expect(bugs).toEqual([]);
  });

  test.each(["é".repeat(200), "a+b", "<script>", "C++", "'; DROP", "a\u0000b", "👩‍👧"])(
    "treats %j as text",
    async (query) => {
      const { url } = await serveSmall();
      expect((await get(url, `/api/skills/search?q=${encodeURIComponent(query)}`)).status).toBe(200);
    },
  );
});

describe("A skill", () => {
  const holder = ({ holders }: SkillDetail, user: string): HolderEntity | undefined =>
    holders.find((one) => one.user === user);

  test("is found by slug and by id, and says who holds it, how well and why", async () => {
    const { url } = await serveSmall();
    const { json } = await get(url, "/api/skills/billing");
    const skill = json as SkillDetail;
    expect((await get(url, `/api/skills/${skill.id ?? ""}`)).json).toEqual(skill);
    expect(holder(skill, "ann@example.com")).toMatchObject({
      ...{ name: "Ann Lee", now: 3, wanted: 4, after: 4, why: "yaml" },
      sources: [
        { via: "user", proficiency: 4 },
        { via: "profile", profile: "Support" },
      ],
    });
    expect(holder(skill, "ann@example.com")?.because[0]).toMatch(/named directly.*a\.yaml:6/);
    expect(holder(skill, "bob@example.com")).toMatchObject({
      now: 1,
      wanted: null,
      after: 1,
      why: "manual",
    });
    expect(holder(skill, "cleo@example.com")).toMatchObject({ now: null, wanted: "any", after: 1 });
    expect(holder(skill, "dora@example.com")).toBeUndefined();
    expect(skill.counts).toEqual({ now: 2, gaining: 1, losing: 0, changing: 1, manual: 1 });
    expect(skill.profiles).toMatchObject([{ name: "Support", inherited: false, source: { line: 15 } }]);
  });

  test("is found before there is one, with whom a group will give it to", async () => {
    const { url } = await serveSmall();
    const skill = (await get(url, "/api/skills/refunds")).json as SkillDetail;
    expect(skill.id).toBeNull();
    expect(holder(skill, "dora@example.com")?.because.join()).toContain("group Desk");
    expect(skill.profiles).toMatchObject([{ name: "Support", proficiency: 3 }]);
  });

  test("may be called anything, also like a path of the API", async () => {
    const names = ["Search", "C++", "C#", "Été / Hiver?", "日本語", "..", "100%"];
    const snapshot = await snapshotOf({ skills: names.map((name) => ({ name })) }, "skills: []\n");
    const { url } = await serve(() => Promise.resolve(snapshot));
    const { entities } = (await get(url, "/api/coverage")).json as PageOf<SkillEntity>;
    expect(new Set(entities.map(({ key }) => key)).size).toBe(names.length);
    for (const { key, id, name } of entities) {
      for (const ref of [key, id ?? ""]) {
        expect((await get(url, `/api/skills/${encodeURIComponent(ref)}`)).json).toMatchObject({ name });
      }
    }
  });

  test.each([
    ["/api/skills/nothing", 404, "UNKNOWN_SKILL"],
    ["/api/skills/%ff", 422, "BAD_ESCAPE"],
    ["/api/skills/%", 422, "BAD_ESCAPE"],
    ["/api/skills/", 404, "NOT_FOUND"],
    ["/api/skills/a/b", 404, "NOT_FOUND"],
    ["/api/skills/__proto__", 404, "UNKNOWN_SKILL"],
  ])("%s answers %i", async (path, status, code) => {
    const { url, bugs } = await serveSmall();
    const got = await get(url, path);
    expect(got.status).toBe(status);
    expect(errorOf(got.json).code).toBe(code);
    expect(bugs).toEqual([]);
  });
});

describe("The other lists", () => {
  test("Profiles come with what they extend and where each skill is from", async () => {
    const yaml = `
skills: [{ name: Sales }, { name: Billing }]
profiles:
  - { name: Everyone, skills: [Sales] }
  - { name: Support, extends: [Everyone], skills: [{ skill: Billing, proficiency: 3 }], members: { users: [ann@example.com] } }
`;
    const snapshot = await snapshotOf(undefined, yaml);
    const { url } = await serve(() => Promise.resolve(snapshot));
    expect((await get(url, "/api/profiles")).json).toMatchObject({
      total: 2,
      entities: [
        { name: "Everyone", extends: [], extendedBy: ["Support"], members: 0 },
        {
          ...{ name: "Support", extends: ["Everyone"], members: 1 },
          skills: [
            { key: "billing", from: null, proficiency: 3 },
            { key: "sales", from: "Everyone", proficiency: null },
          ],
        },
      ],
    });
  });

  test("Coverage begins with the skills with the fewest holders, and has pages", async () => {
    const { url } = await serveSmall();
    const { json } = await get(url, "/api/coverage?size=2");
    expect(json).toMatchObject({
      ...{ page: 1, size: 2, total: 3 },
      totals: { skills: 3, users: 4, assignments: 5, uncovered: 0, thin: 3 },
      entities: [
        { name: "Complaints", holders: 1, spread: [{ proficiency: 5, holders: 1 }] },
        { name: "Billing" },
      ],
    });
    expect(errorOf((await get(url, "/api/coverage?size=101")).json).parameter).toBe("size");
  });

  test("The impact report is the CSV as an attachment", async () => {
    const { url } = await serveSmall();
    const { headers, text } = await get(url, "/api/reports/impact");
    expect(headers["content-type"]).toBe("text/csv; charset=utf-8");
    expect(headers["content-disposition"]).toBe('attachment; filename="skill_impact_report.csv"');
    expect(text).toMatch(/^Skill ID,Skill Name,Assigned Profile Count,Sample Profile IDs,/);
    expect(text.trimEnd().split("\r\n")).toHaveLength(4);
  });
});

describe("What every request meets", () => {
  test.each(["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])("%s is refused", async (method) => {
    const { url } = await serveSmall();
    for (const path of ["/api/skills/search?q=a", "/", "/nowhere"]) {
      const { status, json, headers } = await get(url, path, { method });
      expect(status).toBe(405);
      expect(headers["allow"]).toBe("GET, HEAD");
      expect(errorOf(json).code).toBe("METHOD_NOT_ALLOWED");
      expect(headers["access-control-allow-origin"]).toBeUndefined();
    }
  });

  test("HEAD says what GET would, without a body", async () => {
    const { url } = await serveSmall();
    for (const path of ["/", "/healthz", "/api/skills/search?q=a", "/api/reports/impact", "/nowhere"]) {
      const [head, whole] = [await get(url, path, { method: "HEAD" }), await get(url, path)];
      expect(head.status).toBe(whole.status);
      expect(head.text).toBe("");
      expect(head.headers["etag"]).toBe(whole.headers["etag"]);
      expect(head.headers["content-type"]).toBe(whole.headers["content-type"]);
    }
  });

  test("An unknown path is 404 as JSON", async () => {
    const { url } = await serveSmall();
    for (const path of ["/nowhere", "/api", "/api/", "//", "/%", "/../etc/passwd", "/index.html"]) {
      const { status, json } = await get(url, path);
      expect(status).toBe(404);
      expect(errorOf(json).code).toBe("NOT_FOUND");
    }
  });

  test.each([
    "evil.example",
    "evil.example:80",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "[::2]",
    "a b",
  ])("A Host of %j is refused, because another site could use it", async (host) => {
    const { url } = await serveSmall();
    const { status, json, text } = await get(url, "/api/skills/search?q=a", { headers: { Host: host } });
    expect([400, 421]).toContain(status);
    expect(errorOf(json).code).toMatch(/WRONG_HOST|BAD_REQUEST/);
    expect(text).not.toContain("Sales");
    expect((await get(url, "/healthz", { headers: { Host: host } })).status).toBe(status);
  });

  test.each(["localhost", "LOCALHOST:1234", "127.0.0.1", "[::1]:80"])(
    "A Host of %s is accepted",
    async (host) => {
      const { url } = await serveSmall();
      expect((await get(url, "/healthz", { headers: { Host: host } })).status).toBe(200);
    },
  );

  test("A browser gets a strict content security policy", async () => {
    const { url } = await serveSmall();
    for (const path of ["/", "/api/skills/search?q=a", "/nowhere"]) {
      const { headers } = await get(url, path);
      expect(headers["content-security-policy"]).toMatch(/^default-src 'none'/);
      expect(headers["content-security-policy"]).not.toContain("unsafe");
      expect(headers["x-content-type-options"]).toBe("nosniff");
      expect(headers["referrer-policy"]).toBe("no-referrer");
      expect(headers["x-frame-options"]).toBe("DENY");
    }
  });
});

describe("The token", () => {
  const paths = ["/", "/openapi.json", "/api/skills/search?q=a", "/api/coverage", "/nowhere"];

  test("is asked for by everything but the health, which then names nothing", async () => {
    const { url } = await serveSmall({ token: TOKEN });
    for (const path of paths) {
      for (const authorization of ["", "Bearer wrong", `Basic ${TOKEN}`, `Bearer ${TOKEN}x`, `Bearer  `]) {
        const { status, json, headers } = await get(url, path, { headers: { authorization } });
        expect(status).toBe(401);
        expect(errorOf(json).code).toBe("UNAUTHORIZED");
        expect(headers["www-authenticate"]).toContain("Bearer");
      }
    }
    const { status, json, text } = await get(url, "/healthz");
    expect(status).toBe(200);
    expect(json).toMatchObject({ status: "ok" });
    expect(text).not.toContain("Contact Centre");
  });

  test("opens everything", async () => {
    const { url } = await serveSmall({ token: TOKEN });
    const headers = { authorization: `Bearer ${TOKEN}` };
    for (const path of paths) {
      expect((await get(url, path, { headers })).status).toBe(path === "/nowhere" ? 404 : 200);
    }
    expect((await get(url, "/healthz", { headers })).text).toContain("Contact Centre");
  });

  test("is asked for by the page itself, which a browser gets with the refusal", async () => {
    const { url } = await serveSmall({ token: TOKEN });
    const { status, headers, text } = await get(url, "/", { headers: { accept: "text/html,*/*" } });
    expect(status).toBe(401);
    expect(headers["content-type"]).toContain("text/html");
    expect(text).toContain("<!doctype html>");
    expect((await get(url, "/api/coverage", { headers: { accept: "text/html" } })).status).toBe(401);
  });
});

describe("An ETag", () => {
  test("spares an answer that the client has", async () => {
    const { url } = await serveSmall();
    for (const path of [
      "/",
      "/openapi.json",
      "/api/skills/search?q=a",
      "/api/skills/sales",
      "/api/reports/impact",
    ]) {
      const etag = String((await get(url, path)).headers["etag"]);
      for (const known of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
        const { status, text, headers } = await get(url, path, { headers: { "if-none-match": known } });
        expect(status).toBe(304);
        expect(text).toBe("");
        expect(headers["etag"]).toBe(etag);
      }
      expect((await get(url, path, { headers: { "if-none-match": '"other"' } })).status).toBe(200);
    }
  });

  test("differs from query to query", async () => {
    const { url } = await serveSmall();
    const tags = await Promise.all(
      ["q=a", "q=s", "q=a&size=1"].map(
        async (query) => (await get(url, `/api/skills/search?${query}`)).headers["etag"],
      ),
    );
    expect(new Set(tags).size).toBe(3);
  });
});

describe("Days", () => {
  const yaml = `
skills:
  - name: Billing
    assign_to_users: [{ user: ann@example.com, proficiency: 4, until: 2026-12-24 }]
  - { name: Sales, assign_to_users: [{ user: cleo@example.com, proficiency: 2, from: 2026-12-01 }] }
`;

  test("to come are told with names, for all and for one skill", async () => {
    const snapshot = await snapshotOf(undefined, yaml);
    const { url } = await serve(() => Promise.resolve(snapshot));
    const { days } = (await get(url, "/api/schedule")).json as Schedule;
    expect(days).toMatchObject([
      { day: "2026-12-01", changes: [{ name: "Cleo Fox", skill: "Sales", before: 4, after: 2 }] },
      {
        day: "2026-12-25",
        changes: [
          {
            user: "ann@example.com",
            name: "Ann Lee",
            skill: "Billing",
            before: 4,
            after: null,
            source: { line: 4 },
          },
        ],
        uncovered: [],
      },
    ]);
    const skillId = days[1]?.changes[0]?.skillId ?? "";
    const billing = (await get(url, `/api/skills/${skillId}`)).json as SkillDetail;
    expect(billing.scheduled).toEqual(days.slice(1));
    expect(((await get(url, "/api/skills/complaints")).json as SkillDetail).scheduled).toEqual([]);
  });
});

describe("A history", () => {
  const event = (to: number): History["events"][number] => ({
    ...{ day: "2026-10-03", at: "2026-10-03T08:00:00.000Z", user: { id: "u", email: null } },
    ...{
      skill: { id: "s", name: "Billing" },
      field: "assignment",
      from: null,
      to,
      written: true,
      cause: "edit",
    },
    ...{ commit: "c", revision: null, author: "Mina", pullRequests: [] },
  });

  test("is read once between two snapshots, one at a time, and comes in pages", async () => {
    const asked: string[] = [];
    let running = 0;
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const { url } = await serveSmall({
      readHistory: async (name) => {
        expect(running++).toBe(0);
        asked.push(name);
        if (name === "b") await held;
        running--;
        return { version: 1, target: "default", name, subjects: [], events: [5, 4, 3, 2, 1].map(event) };
      },
    });
    const ask = (name: string) => get(url, `/api/history?name=${name}&page=2&size=2`);
    const first = await ask("a");
    const waiting = [ask("b"), ask("b")];
    const again = await ask("a");
    waiting.push(ask("c"));
    await ask("a");
    release();
    const answers = [first, again, ...(await Promise.all(waiting))];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(answers[0]?.json).toMatchObject({
      ...{ page: 2, size: 2, total: 5 },
      entities: [{ to: 3, words: "gained at 3 (edit of the YAML)" }, { to: 2 }],
    });
    expect(asked.sort()).toEqual(["a", "b", "c"]);
  });

  test("needs the token as all else does, and a ledger", async () => {
    const { url } = await serveSmall({ token: TOKEN, readHistory: () => Promise.resolve(null) });
    expect((await get(url, "/api/history?name=a")).status).toBe(401);
    const headers = { authorization: `Bearer ${TOKEN}` };
    expect(errorOf((await get(url, "/api/history?name=a", { headers })).json).code).toBe("UNKNOWN_NAME");
    const bare = await serveSmall();
    expect(errorOf((await get(bare.url, "/api/history?name=a")).json).code).toBe("NO_HISTORY");
  });

  test("that a bug hides is reported, and asked for again", async () => {
    let isBroken = true;
    const { url, bugs } = await serveSmall({
      readHistory: (name) =>
        isBroken
          ? Promise.reject(new Error("a bug"))
          : Promise.resolve({ version: 1, target: "default", name, subjects: [], events: [] }),
    });
    expect((await get(url, "/api/history?name=a")).status).toBe(500);
    expect(bugs).toHaveLength(1);
    isBroken = false;
    expect((await get(url, "/api/history?name=a")).status).toBe(200);
  });
});
