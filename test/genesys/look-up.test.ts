import { describe, expect, it } from "vitest";
import { isWithoutProficiency } from "../../src/genesys/error.ts";
import { ApiError } from "../../src/http/error.ts";
import { readerOf } from "./scripted-reader.ts";
import type { Reply, ScriptedServer, Seen } from "./scripted-server.ts";
import { page } from "./scripted-server.ts";

const idsOf = ({ query }: Seen): string[] => query.getAll("id");
const user = (id: string, more: object = {}) => ({ id, name: id, email: `${id}@example.com`, ...more });
const held = (id: string, more: object = { proficiency: 2.5 }) => ({ id, name: id, ...more });

/** Answers a look-up of users with `answer`. */
const users = (answer: (seen: Seen) => Reply) => (seen: Seen) =>
  seen.path === "/api/v2/users" ? answer(seen) : undefined;

async function errorOf(work: Promise<unknown>): Promise<ApiError> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ApiError)) throw new Error("It should have failed with an ApiError.");
  return error;
}

describe("users by id", () => {
  it("are asked for 50 at once, active ones with their skills, and with the page size", async () => {
    const ids = Array.from({ length: 120 }, (_, index) => `u${index}`);
    const { server, reader } = await readerOf(
      users((seen) => page(idsOf(seen).map((id) => user(id, { skills: [held("s1")] })))),
    );
    const found = await reader.usersById(ids);
    expect([...found.keys()].sort()).toEqual(ids.sort());
    expect(found.get("u7")).toEqual({
      ...{ id: "u7", name: "u7", email: "u7@example.com", state: "active" },
      skills: new Map([["s1", 2.5]]),
    });
    expect(
      server
        .calls()
        .map((seen) => idsOf(seen).length)
        .sort(),
    ).toEqual([20, 50, 50]);
    for (const { query } of server.calls())
      expect([query.get("pageSize"), query.get("state"), query.get("expand")]).toEqual([
        "50",
        "active",
        "skills",
      ]);
  });

  it("are those of the state that is asked for, whatever the server lists", async () => {
    const all = [user("a"), user("i", { state: "inactive" }), user("d", { state: "deleted" }), user("other")];
    const { server, reader } = await readerOf(users(() => page(all)));
    expect([...(await reader.usersById(["a", "i", "d"])).keys()]).toEqual(["a"]);
    expect([...(await reader.usersById(["a", "i", "d"], "any")).keys()]).toEqual(["a", "i", "d"]);
    expect(server.calls().map(({ query }) => query.get("state"))).toEqual(["active", "any"]);
  });

  it("have unknown skills where these are missing or one has no proficiency", async () => {
    const skills = {
      missing: undefined,
      none: [],
      bare: [held("s1"), held("s2", {})],
      empty: [held("s1", { proficiency: null })],
      text: [held("s1", { proficiency: "3" })],
      deleted: [held("s1"), held("s2", { state: "deleted" })],
    };
    const all = Object.entries(skills).map(([id, list]) => user(id, { skills: list }));
    const { reader } = await readerOf(users(() => page(all)));
    const found = await reader.usersById(Object.keys(skills));
    expect([...found].map(([id, one]) => [id, one.skills && Object.fromEntries(one.skills)])).toEqual([
      ["missing", undefined],
      ["none", {}],
      ["bare", undefined],
      ["empty", undefined],
      ["text", undefined],
      ["deleted", { s1: 2.5 }],
    ]);
  });

  it("are found beside one that the server refuses to take for an id", async () => {
    const { server, reader } = await readerOf(
      users((seen) =>
        idsOf(seen).includes("Ann Lee")
          ? { status: 400, body: { code: "bad.request", message: "id is no UUID" } }
          : page(idsOf(seen).map((id) => user(id))),
      ),
    );
    expect([...(await reader.usersById(["a", "b", "Ann Lee", "c"])).keys()].sort()).toEqual(["a", "b", "c"]);
    const asked = server.calls().map((seen) => idsOf(seen).join());
    expect(asked.sort()).toEqual(["Ann Lee", "Ann Lee,c", "a,b", "a,b,Ann Lee,c", "c"]);
  });

  it("are not asked for by what can't be an id", async () => {
    const { server, reader } = await readerOf(users(() => page([])));
    expect(await reader.usersById(["", "..", "a/b", "x".repeat(201)])).toEqual(new Map());
    expect(server.calls()).toEqual([]);
  });

  it("fail where the answer stays incomplete", async () => {
    const { server, reader } = await readerOf(users(() => page([user("a")], { total: 2 })));
    expect((await errorOf(reader.usersById(["a", "b"]))).code).toBe("INCOMPLETE");
    expect(server.calls()).toHaveLength(3);
  });
});

it("users are listed in the state that was asked for, whatever the server lists", async () => {
  const all = [user("a"), user("i", { state: "inactive" }), user("d", { state: "deleted" })];
  const { reader } = await readerOf(users(() => page(all)));
  expect((await reader.listUsers()).entities.map(({ id }) => id)).toEqual(["a"]);
  expect((await reader.listInactiveUsers()).entities.map(({ id }) => id)).toEqual(["i"]);
});

describe("skills by id", () => {
  const SKILLS = "/api/v2/routing/skills";
  const skill = (id: string, state = "active") => ({ id, name: id, state });
  const pathsOf = (server: ScriptedServer) =>
    server
      .calls()
      .map((seen) => [seen.path.replace(SKILLS, ""), ...idsOf(seen)].join(" "))
      .sort();

  /** The list shows `listed`, and one by one the server answers `alone`. */
  const skills = (listed: readonly object[] | Reply, alone: Readonly<Record<string, Reply>> = {}) => {
    const list: Reply = Array.isArray(listed) ? page(listed) : (listed as Reply);
    return (seen: Seen) => (seen.path === SKILLS ? list : alone[seen.path.replace(`${SKILLS}/`, "")]);
  };

  it("are asked for at once with the page size, and alone where that leaves one out", async () => {
    const { server, reader } = await readerOf(
      skills([skill("a"), skill("b", "inactive"), skill("c", "deleted"), skill("other")], {
        d: { body: skill("d") },
        e: { body: skill("e", "deleted") },
        f: { status: 410 },
        g: { status: 403 },
      }),
    );
    const found = await reader.skillsById(["a", "b", "c", "d", "e", "f", "g", "h"]);
    expect([...found].map(([id, one]) => [id, typeof one === "string" ? one : one.state])).toEqual([
      ["a", "active"],
      ["b", "inactive"],
      ["c", "deleted"],
      ["d", "active"],
      ["e", "deleted"],
      ["g", "unreadable"],
    ]);
    expect(pathsOf(server)).toEqual([" a b c d e f g h", "/d", "/e", "/f", "/g", "/h"]);
    expect(server.calls()[0]?.query.get("pageSize")).toBe("50");
  });

  it("are asked for alone where it is one, and not at all where it can't be one", async () => {
    const { server, reader } = await readerOf(skills([], { a: { body: skill("a") } }));
    expect((await reader.skillsById(["a", "..", "a/b"])).size).toBe(1);
    expect(pathsOf(server)).toEqual(["/a"]);
  });

  it.each([400, 403, 500])(
    "are asked for alone where the server answers the many with %i",
    async (status) => {
      const alone = { a: { body: skill("a") }, b: { body: skill("b") } };
      const { reader } = await readerOf(skills({ status }, alone));
      expect([...(await reader.skillsById(["a", "b"])).keys()].sort()).toEqual(["a", "b"]);
    },
  );

  it("fail where one can't be read for any other reason", async () => {
    const { reader } = await readerOf(skills([], { a: { status: 500 } }));
    expect((await errorOf(reader.skillsById(["a", "b"]))).status).toBe(500);
  });
});

it("what a user holds is refused where a proficiency is missing, after one request", async () => {
  const { server, reader } = await readerOf(({ path }) =>
    path === "/api/v2/users/u/routingskills" ? page([held("s1"), held("s2", {})]) : undefined,
  );
  const error = await errorOf(reader.userSkills("u"));
  expect(isWithoutProficiency(error)).toBe(true);
  expect(error.message).toContain("without a proficiency");
  expect(server.calls()).toHaveLength(1);
});
