import { describe, expect, it } from "vitest";
import { ApiError } from "../../src/http/error.ts";
import { readerOf } from "./scripted-reader.ts";
import type { Reply, Seen } from "./scripted-server.ts";
import { page } from "./scripted-server.ts";

/** Answers everything but tokens with `reply`. */
const always = (reply: Reply) => (seen: Seen) => (seen.path === "/oauth/token" ? undefined : reply);

const flow = (id: string, more: object = {}) => ({ id, name: `Flow ${id}`, version: "1.0", ...more });

async function statusOf(work: Promise<unknown>): Promise<number | string | undefined> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ApiError);
  return error instanceof ApiError ? (error.status ?? error.code) : undefined;
}

describe("the index of dependency tracking", () => {
  it("says whether it is built, and what it lacks", async () => {
    const failedObjects = [{ id: "f-1", name: "Main" }, { id: "f-2" }, {}];
    const { reader } = await readerOf(always({ body: { status: "OPERATIONAL", failedObjects } }));
    expect(await reader.dependencyIndex()).toEqual({
      status: "OPERATIONAL",
      failed: ["Main", "f-2", "an object without a name"],
    });
  });

  it("lacks nothing where it names nothing, and must say its status", async () => {
    const { reader } = await readerOf(always({ body: { status: "BUILDINPROGRESS" } }));
    expect(await reader.dependencyIndex()).toEqual({ status: "BUILDINPROGRESS", failed: [] });
    const mute = await readerOf(always({ body: {} }));
    expect(await statusOf(mute.reader.dependencyIndex())).toBe(200);
  });
});

describe("a skill's consumers", () => {
  it("is asked for by its id and type, by the hundred, and read to the end", async () => {
    const flows = Array.from({ length: 150 }, (_, index) => flow(String(index)));
    const { server, reader } = await readerOf(({ path, query }) => {
      if (path !== "/api/v2/architect/dependencytracking/consumingresources") return undefined;
      const [size, number] = [Number(query.get("pageSize")), Number(query.get("pageNumber"))];
      const entities = flows.slice((number - 1) * size, number * size);
      return page(entities, { total: 150, pageNumber: number, pageCount: 2 });
    });
    expect(await reader.consumersOf("s/1")).toHaveLength(150);
    expect(server.calls().map(({ query }) => Object.fromEntries(query))).toEqual(
      ["1", "2"].map((pageNumber) => ({ id: "s/1", objectType: "ACDSKILL", pageSize: "100", pageNumber })),
    );
  });

  it("may hold one flow in two versions, and leaves deleted ones out", async () => {
    const versions = [flow("a"), flow("a", { version: "2.0" }), flow("b", { deleted: true })];
    const { reader } = await readerOf(always(page(versions)));
    expect((await reader.consumersOf("s")).map(({ name }) => name)).toEqual(["Flow a", "Flow a"]);
  });

  it("is thrown where fewer come than there are, and where there is no such list", async () => {
    const short = await readerOf(always(page([flow("a")], { total: 2 })));
    expect(await statusOf(short.reader.consumersOf("s"))).toBe("INCOMPLETE");
    const none = await readerOf(always({ status: 404, body: {} }));
    expect(await statusOf(none.reader.consumersOf("s"))).toBe(404);
    expect(none.server.calls()).toHaveLength(1);
  });
});

describe("skill groups", () => {
  it("are followed from cursor to cursor", async () => {
    const { server, reader } = await readerOf(({ path, query }) => {
      if (path !== "/api/v2/routing/skillgroups") return undefined;
      const after = query.get("after");
      const nextUri = after === null ? "/api/v2/routing/skillgroups?pageSize=100&after=g-1" : undefined;
      const id = after === null ? "g-1" : "g-2";
      return { body: { entities: [{ id, name: `Group ${id}` }], nextUri } };
    });
    expect((await reader.listSkillGroups()).map(({ id }) => id)).toEqual(["g-1", "g-2"]);
    expect(server.calls().map(({ query }) => query.get("after"))).toEqual([null, "g-1"]);
  });

  it("name the skills of their conditions and of those within, languages' included", async () => {
    const bySkill = (routingSkill: string, childConditions?: unknown[]) => ({
      routingSkillConditions: [{ routingSkill, comparator: "GreaterThan", proficiency: 1, childConditions }],
      languageSkillConditions: [],
      operation: "And",
    });
    const byLanguage = (childConditions: unknown[]) => ({
      routingSkillConditions: [],
      languageSkillConditions: [{ languageSkill: "French", childConditions }],
      operation: "Or",
    });
    const skillConditions = [
      bySkill("Sales", [bySkill("Billing"), byLanguage([bySkill("Refunds")])]),
      byLanguage([bySkill("Complaints")]),
    ];
    const { server, reader } = await readerOf(always({ body: { id: "g", name: "Desk", skillConditions } }));
    expect(await reader.skillGroupSkills("g")).toEqual(["Sales", "Billing", "Refunds", "Complaints"]);
    expect(server.calls()[0]?.path).toBe("/api/v2/routing/skillgroups/g");
  });

  it("without conditions in the answer are not treated as groups without conditions", async () => {
    const { reader } = await readerOf(always({ body: { id: "g", name: "Desk" } }));
    expect(await statusOf(reader.skillGroupSkills("g"))).toBe(200);
  });
});
