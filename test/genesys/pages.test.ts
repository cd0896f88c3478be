import { describe, expect, it } from "vitest";
import { ApiError } from "../../src/http/error.ts";
import { readerOf } from "./scripted-reader.ts";
import type { Reply, ScriptedServer, Seen } from "./scripted-server.ts";
import { token } from "./scripted-server.ts";

/** An organisation of `total` skills that serves pages of at most `most`; `change` spoils single answers. */
function skills(
  total: number,
  options: { most?: number; change?: (body: Body, seen: Seen, reading: number) => Reply | Body } = {},
) {
  let readings = 0;
  return (seen: Seen): Reply | undefined => {
    if (seen.path !== "/api/v2/routing/skills") return undefined;
    const size = Math.min(Number(seen.query.get("pageSize")), options.most ?? 500);
    const number = Number(seen.query.get("pageNumber"));
    if (number === 1) readings += 1;
    const first = (number - 1) * size;
    const ids = Array.from(
      { length: Math.max(0, Math.min(size, total - first)) },
      (_, index) => first + index,
    );
    const body: Body = {
      entities: ids.map((id) => ({ id: `s${id}`, name: `Skill ${id}`, state: "active" })),
      pageSize: size,
      pageNumber: number,
      pageCount: Math.ceil(total / size),
      total,
    };
    const changed = options.change?.(body, seen, readings) ?? body;
    return typeof changed === "object" && "entities" in changed ? { body: changed } : changed;
  };
}

interface Body {
  entities: { id: string; name: string; state: string }[];
  pageSize?: number;
  pageNumber: number;
  pageCount?: number;
  total?: number | null;
  nextUri?: string;
}

/** Gives another id to the first entity of the first page. */
const withId = (id: string) => (body: Body) => {
  const [first, ...others] = body.entities;
  return body.pageNumber === 1 && first ? { ...body, entities: [{ ...first, id }, ...others] } : body;
};

const pagesAsked = (server: ScriptedServer) =>
  server.calls().map(({ query }) => `${query.get("pageSize")}/${query.get("pageNumber")}`);

describe("a list", () => {
  it("of one page takes one request", async () => {
    const { server, reader } = await readerOf(skills(500));
    expect(await reader.listSkills()).toMatchObject({ kind: "complete", entities: { length: 500 } });
    expect(pagesAsked(server)).toEqual(["500/1"]);
  });

  it("that is empty takes one request", async () => {
    const { server, reader } = await readerOf(skills(0));
    expect(await reader.listSkills()).toEqual({ kind: "complete", entities: [] });
    expect(server.calls()).toHaveLength(1);
  });

  it("goes on in the pages that the server really uses, and remembers them", async () => {
    const { server, reader } = await readerOf(skills(250, { most: 100 }));
    const list = await reader.listSkills();
    expect(list.kind).toBe("complete");
    expect(new Set(list.entities.map(({ id }) => id)).size).toBe(250);
    expect(pagesAsked(server)).toEqual(["500/1", "100/2", "100/3"]);
    await reader.listSkills();
    expect(pagesAsked(server).slice(3, 4)).toEqual(["100/1"]);
  });

  for (const tooLarge of [
    { status: 400, body: { code: "response.entity.too.large", message: "Reduce pageSize or expand list" } },
    { status: 400, body: { code: "bad.request", message: "pageSize must not be more than 100." } },
    { status: 413, body: "<html>" },
  ]) {
    it(`refused as too large (${tooLarge.status}, ${JSON.stringify(tooLarge.body)}) is read in halves`, async () => {
      const change = (body: Body, { query }: Seen) => (Number(query.get("pageSize")) > 125 ? tooLarge : body);
      const { server, reader } = await readerOf(skills(200, { change }));
      expect(await reader.listSkills()).toMatchObject({ kind: "complete", entities: { length: 200 } });
      expect(pagesAsked(server)).toEqual(["500/1", "250/1", "125/1", "125/2"]);
      await reader.listSkills();
      expect(pagesAsked(server).slice(4)).toEqual(["125/1", "125/2"]);
    });
  }

  it("whose pages are longer than any answer should be is read in smaller ones", async () => {
    const change = (body: Body, { query }: Seen) => (Number(query.get("pageSize")) > 250 ? "flood" : body);
    const { server, reader } = await readerOf(skills(200, { change }));
    expect(await reader.listSkills()).toMatchObject({ kind: "complete", entities: { length: 200 } });
    expect(pagesAsked(server)).toEqual(["500/1", "250/1"]);
  });

  it("that grows by a page while it is read is read again, to its new end", async () => {
    const change = (body: Body, _: Seen, reading: number) =>
      reading === 1 && body.pageNumber === 1 ? { ...body, total: 700, pageCount: 2 } : body;
    const { server, reader } = await readerOf(skills(1100, { change }));
    expect(await reader.listSkills()).toMatchObject({ kind: "complete", entities: { length: 1100 } });
    expect(pagesAsked(server)).toEqual(["500/1", "500/2", "500/1", "500/2", "500/3"]);
  });

  it("whose page count is wrong once is read again", async () => {
    const change = (body: Body, _: Seen, reading: number) =>
      reading === 1 && body.pageNumber === 2 ? { ...body, pageCount: 9 } : body;
    const { server, reader } = await readerOf(skills(700, { change }));
    expect(await reader.listSkills()).toMatchObject({ kind: "complete", entities: { length: 700 } });
    expect(server.calls()).toHaveLength(4);
  });

  it("goes on in pages of the server's size even where that isn't told", async () => {
    const change = ({ pageSize: _, ...body }: Body) => body;
    const { reader } = await readerOf(skills(250, { most: 100, change }));
    expect(await reader.listSkills()).toMatchObject({ kind: "complete", entities: { length: 250 } });
  });

  it("needs no page count", async () => {
    const change = ({ pageCount: _, ...body }: Body) => body;
    const { reader } = await readerOf(skills(1200, { change }));
    expect(await reader.listSkills()).toMatchObject({ kind: "complete", entities: { length: 1200 } });
  });

  it("goes on where the token ends between two pages, with a new one", async () => {
    let tokens = 0;
    const list = skills(1200);
    const { server, reader } = await readerOf((seen) => {
      if (seen.path === "/oauth/token") return token(`token-${(tokens += 1)}`);
      const isEnded = tokens === 1 && seen.query.get("pageNumber") !== "1";
      return isEnded ? { status: 401 } : list(seen);
    });
    expect(await reader.listSkills()).toMatchObject({ kind: "complete", entities: { length: 1200 } });
    expect(tokens).toBe(2);
    expect(server.calls().at(-1)?.headers.authorization).toBe("Bearer token-2");
  });

  it("whose page breaks once is read again", async () => {
    const change = (body: Body, _: Seen, reading: number) =>
      reading === 1 && body.pageNumber === 2 ? { status: 500 } : body;
    const { reader } = await readerOf(skills(700, { change }));
    expect(await reader.listSkills()).toMatchObject({ kind: "complete", entities: { length: 700 } });
  });

  it("that changes while it is read is read again", async () => {
    const change = (body: Body, _: Seen, reading: number) =>
      reading === 1 && body.pageNumber === 2 ? { ...body, total: 701 } : body;
    const { server, reader } = await readerOf(skills(700, { change }));
    expect(await reader.listSkills()).toMatchObject({ kind: "complete" });
    expect(server.calls()).toHaveLength(4);
  });

  it("drops what is deleted only after counting", async () => {
    const change = (body: Body) => {
      const entities = body.entities.map((skill) => ({
        ...skill,
        state: skill.id === "s1" ? "deleted" : "inactive",
      }));
      return { ...body, entities };
    };
    const { reader } = await readerOf(skills(3, { change }));
    const list = await reader.listSkills();
    expect(list.kind).toBe("complete");
    expect(list.entities.map(({ id }) => id)).toEqual(["s0", "s2"]);
  });
});

describe("a list is incomplete, and the reason names list and page,", () => {
  const faults: Record<string, { change: (body: Body) => Reply | Body; reason: RegExp }> = {
    "where a page answers 500": {
      change: (body) => (body.pageNumber === 2 ? { status: 500 } : body),
      reason: /list of skills could not be read beyond page 2 of 3: .* 500/,
    },
    "where a page answers 404": {
      change: (body) => (body.pageNumber === 3 ? { status: 404 } : body),
      reason: /list of skills could not be read beyond page 3 of 3/,
    },
    "where a page is HTML": {
      change: (body) => (body.pageNumber === 2 ? { body: "<html>" } : body),
      reason: /list of skills could not be read beyond page 2 of 3: .*page of HTML/,
    },
    "where a page is of another shape": {
      change: (body) => (body.pageNumber === 2 ? { body: { entities: [{ id: 7 }] } } : body),
      reason: /page 2 of 3: .*entities\[0\]\.id should be a text/,
    },
    "where a page has no entities": {
      change: (body) => (body.pageNumber === 2 ? { body: { message: "ok" } } : body),
      reason: /page 2 of 3: .*entities should be a list, but is missing/,
    },
    "where a page lacks one": {
      change: (body) => (body.pageNumber === 2 ? { ...body, entities: body.entities.slice(1) } : body),
      reason: /list of skills should have 1200 entities, but 1199 were read/,
    },
    "where a page is empty": {
      change: (body) => (body.pageNumber === 2 ? { ...body, entities: [] } : body),
      reason: /1200 entities, but 700 were read/,
    },
    "where one comes twice": {
      change: (body) =>
        body.pageNumber === 2
          ? { ...body, entities: [{ id: "s499", name: "Again", state: "active" }, ...body.entities.slice(1)] }
          : body,
      reason: /list of skills repeats an entity, on page 1 and page 2/,
    },
    "where the total moves": {
      change: (body) => (body.pageNumber === 3 ? { ...body, total: 1201 } : body),
      reason: /list of skills changed while it was read: .*1200.* page 3 says 1201/,
    },
    "where the total disappears": {
      change: (body) => (body.pageNumber === 3 ? { ...body, total: null } : body),
      reason: /page 3 says none/,
    },
    "where a page speaks of more pages": {
      change: (body) => (body.pageNumber === 2 ? { ...body, pageCount: 4 } : body),
      reason: /list of skills contradicts itself: page 2 says 4 pages, but all entities are on 3/,
    },
    "where a page speaks of fewer pages": {
      change: (body) => ({ ...body, pageCount: 2 }),
      reason: /page 1 says 2 pages, but all entities are on 3/,
    },
    "where all pages speak of more pages": {
      change: (body) => ({ ...body, pageCount: 4 }),
      reason: /list of skills contradicts itself: page 4 is empty/,
    },
    "where the first page fills the total though there are more pages": {
      change: (body) => ({ ...body, total: 500 }),
      reason: /page 1 says 3 pages, but all entities are on 1/,
    },
    "where an id is a step in a path": {
      change: withId(".."),
      reason: /page 1: .*entities\[0\]\.id should be an id, but is a step in a path/,
    },
    "where an id holds a slash": {
      change: withId("a/b"),
      reason: /should be an id, but is a text with a slash/,
    },
    "where an id holds a backslash": {
      change: withId("a\\b"),
      reason: /should be an id, but is a text with a slash/,
    },
    "where an id is too long for one": {
      change: withId("x".repeat(201)),
      reason: /should be an id, but is a text of 201 characters/,
    },
    "where an id holds a control character": {
      change: withId("a\nb"),
      reason: /should be an id, but is a text with a control character/,
    },
    "where an id is empty": { change: withId(""), reason: /id should be a text, but is empty/ },
    "where it claims to have a billion pages": {
      change: (body) => ({ ...body, total: 500_000_000_000 }),
      reason: /list of skills claims to have 1000000000 pages/,
    },
  };
  for (const [name, { change, reason }] of Object.entries(faults)) {
    it(name, async () => {
      const { server, reader } = await readerOf(skills(1200, { change }));
      const list = await reader.listSkills();
      expect(list).toMatchObject({ kind: "incomplete", reason: expect.stringMatching(reason) as string });
      expect(pagesAsked(server).filter((asked) => asked === "500/1")).toHaveLength(3);
    });
  }

  it("after one reading where the rate limit outlasts the deadline", async () => {
    const reply = { status: 429, headers: { "Retry-After": "3600" } };
    const { server, reader } = await readerOf(({ path }) => (path === "/oauth/token" ? undefined : reply));
    expect(await reader.listSkills()).toMatchObject({ kind: "incomplete" });
    expect(server.calls()).toHaveLength(1);
  });
});

it("a 403 on any page is no incomplete list but an error", async () => {
  const change = (body: Body) => (body.pageNumber === 2 ? { status: 403 } : body);
  const { reader } = await readerOf(skills(700, { change }));
  await expect(reader.listSkills()).rejects.toThrow(ApiError);
});

describe("a list without a total", () => {
  const chain = (next: (number: number) => string | undefined) =>
    skills(25, {
      most: 10,
      change: ({ entities, pageNumber }, { query }) => {
        const number = Number(query.get("cursor")?.slice(1) ?? pageNumber);
        const body = Array.from({ length: number < 3 ? 10 : 5 }, (_, index) => {
          const id = `s${(number - 1) * 10 + index}`;
          return { id, name: id };
        });
        return { body: { entities: entities.length > 0 || number > 1 ? body : [], nextUri: next(number) } };
      },
    });

  it("is followed to its end by the cursor alone, whatever host the link names", async () => {
    const { server, reader } = await readerOf(
      chain((number) => (number < 3 ? `https://evil.example/other?cursor=c${number + 1}` : undefined)),
    );
    expect(await reader.listSkills()).toMatchObject({ kind: "complete", entities: { length: 25 } });
    expect(server.calls().map(({ path }) => path)).toEqual(Array(3).fill("/api/v2/routing/skills"));
  });

  it("is followed by page number", async () => {
    const { reader } = await readerOf(chain((number) => (number < 3 ? `/x?pageNumber=${number + 1}` : "")));
    expect(await reader.listSkills()).toMatchObject({ kind: "complete", entities: { length: 25 } });
  });

  it("that leads in a circle is incomplete", async () => {
    const { reader } = await readerOf(chain(() => "/x?cursor=c2"));
    const reason = expect.stringMatching(/links back/) as string;
    expect(await reader.listSkills()).toMatchObject({ kind: "incomplete", reason });
  });

  it("whose next page can't be asked for is incomplete", async () => {
    const { reader } = await readerOf(chain(() => "https://evil.example/next"));
    const reason = expect.stringMatching(/without saying which/) as string;
    expect(await reader.listSkills()).toMatchObject({ kind: "incomplete", reason });
  });
});

it("a profile is read in snake case and in camel case", async () => {
  const snake = { id: "p", name: "P", routing_skills: [{ id: "a", name: "A" }], parent: { id: "q" } };
  const camel = { id: "p", name: "P", routingSkills: [{ id: "a", name: "A" }], parent: { id: "q" } };
  let asked = 0;
  const { reader } = await readerOf(({ path }) =>
    path === "/oauth/token" ? undefined : { body: (asked += 1) === 1 ? snake : camel },
  );
  const expected = { id: "p", name: "P", description: null, parent: "q", skills: ["a"] };
  expect(await reader.profile("p")).toEqual(expected);
  expect(await reader.profile("p")).toEqual(expected);
});
