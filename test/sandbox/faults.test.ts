import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import schema from "../../schemas/sandbox-seed.schema.json" with { type: "json" };
import { parseFaults } from "../../src/cli/commands/sandbox.ts";
import { sandboxHelp } from "../../src/cli/sandbox-help.ts";
import { Failure } from "../../src/problem.ts";
import type { Faults } from "../../src/sandbox/faults.ts";
import { FAULTS } from "../../src/sandbox/faults.ts";
import type { Seed } from "../../src/sandbox/sandbox.ts";
import type { Answer } from "./helper.ts";
import { askToken, login, names, SEED, start, userOf } from "./helper.ts";

const skills = "/routing/skills";
const ann = "ann@example.com";

/** A sandbox with these faults, logged in before they begin. */
async function faulty(faults: Faults, options: Parameters<typeof start>[0] = {}) {
  const sandbox = await start(options);
  const call = await login(sandbox);
  sandbox.faults.set(faults);
  return { sandbox, call };
}

/** The status of an answer, or "lost" where the connection was destroyed. */
async function outcome(asked: Promise<Answer>): Promise<number | "lost"> {
  return asked.then(
    ({ status }) => status,
    () => "lost" as const,
  );
}

async function outcomes(times: number, ask: () => Promise<Answer>): Promise<(number | "lost")[]> {
  const seen: (number | "lost")[] = [];
  for (let time = 0; time < times; time++) seen.push(await outcome(ask()));
  return seen;
}

describe("parseFaults", () => {
  test("reads numbers, flags and triggers", () => {
    expect(
      parseFaults("latency=20, deletedInLists,reset=3,lostAnswer=1x2@POST /api/v2/routing/skills"),
    ).toEqual({
      latency: 20,
      deletedInLists: true,
      reset: { every: 3 },
      lostAnswer: { every: 1, times: 2, on: "POST /api/v2/routing/skills" },
    });
    expect(parseFaults("")).toEqual({});
  });

  test.each([
    ["lostAnwser=1", "lostAnswer"],
    ["reset", "reset=3"],
    ["reset=0", "reset=3"],
    ["latency=soon", "latency=3"],
    ["flaky=2", "from 0 to 1"],
    ["deletedInLists=2", "true or false"],
    ["xyzzy=1", "tooManyRequests"],
  ])("refuses %s, and says what is valid", (text, hint) => {
    expect(() => parseFaults(text)).toThrow(Failure);
    expect(() => parseFaults(text)).toThrow(hint);
  });
});

const page = readFileSync(new URL("../../docs/sandbox.md", import.meta.url), "utf8");

test("every example of faults in the documentation is valid", () => {
  const examples = [...page.matchAll(/--faults (?:"([^"]+)"|([\w.,=]+))/g)];
  const texts = examples.map(([, quoted, plain]) => quoted ?? plain ?? "");
  expect(texts.length).toBeGreaterThan(3);
  for (const text of texts) expect(Object.keys(parseFaults(text)), text).not.toEqual([]);
});

test("the documentation and the help describe the requests and the effect of each fault", () => {
  const help = sandboxHelp();
  const [before = "", ...groups] = help.split(/^ {2}(?=\S)/m).slice(1);
  expect(before).not.toBe(help);
  for (const [name, { requests, does }] of Object.entries(FAULTS)) {
    const row = page.split("\n").find((line) => line.startsWith(`| \`${name}\` |`));
    expect(row?.split(" | ").slice(2).join(" | ")).toBe(`${requests} | ${does} |`);
    const group = groups.find((one) => one.startsWith(`${requests}\n`));
    expect(group, name).toMatch(new RegExp(`^ {4}${name}\\b.* ${does.replace(/[()?.]/g, "\\$&")}$`, "m"));
  }
});

test("the documentation's seed is valid, and its table lists the fields of the schema", async () => {
  const seed = JSON.parse(/```json\n([\s\S]*?)```/.exec(page)?.[1] ?? "") as Seed;
  expect((await start({ seed })).snapshot().users).not.toEqual([]);
  const rows = [...page.matchAll(/^\| `(\w+)` \| (.*) \|$/gm)].map(([, name = "", fields = ""]) => [
    name,
    fields,
  ]);
  const documented = rows.filter(([name = ""]) => name in schema.properties);
  expect(documented.map(([name]) => name)).toEqual(
    Object.keys(schema.properties).filter((one) => one !== "$schema"),
  );
  for (const [name = "", fields = ""] of documented) {
    const shape = schema.properties[name as "skills" | "organization"] as Shape;
    const entry = (shape.items ?? shape).$ref?.split("/")[2] as keyof typeof schema.$defs;
    const { properties } = schema.$defs[entry] as { properties?: object };
    const inCode = [...fields.matchAll(/`(\w+)`/g)].map(([, field]) => field);
    expect(inCode, name).toEqual(Object.keys(properties ?? {}));
  }
});

interface Shape {
  readonly $ref?: string;
  readonly items?: Shape;
}

describe("every nth request", () => {
  test("is refused with 429 and Retry-After", async () => {
    const { call } = await faulty({ tooManyRequests: 2, retryAfter: 7 });
    expect(await outcomes(4, () => call("GET", skills))).toEqual([200, 429, 200, 429]);
    expect((await call("GET", skills)).status).toBe(200);
    expect((await call("GET", skills)).headers.get("Retry-After")).toBe("7");
  });

  test("is refused with 429 without Retry-After", async () => {
    const { call } = await faulty({ tooManyRequests: 1, retryAfter: 0 });
    expect((await call("GET", skills)).headers.get("Retry-After")).toBeNull();
  });

  test("is refused with a 5xx before the work", async () => {
    const { sandbox, call } = await faulty({ serverError: 1, serverErrorStatus: 504 });
    expect((await call("POST", skills, { name: "Chat" })).status).toBe(504);
    expect(sandbox.snapshot().skills.map((skill) => skill.name)).not.toContain("Chat");
  });

  test("loses its connection before the work", async () => {
    const { sandbox, call } = await faulty({ reset: { every: 2, times: 1 } });
    expect(await outcomes(4, () => call("GET", skills))).toEqual([200, "lost", 200, 200]);
    expect(sandbox.requests.at(-3)).toMatchObject({ status: null, fault: "reset" });
  });

  test("that writes loses its answer after the work", async () => {
    const { sandbox, call } = await faulty({ lostAnswer: { every: 1, on: "POST" } });
    expect(await outcome(call("GET", skills))).toBe(200);
    expect(await outcome(call("POST", "/users/search", { query: [] }))).toBe(200);
    expect(await outcome(call("POST", skills, { name: "Chat" }))).toBe("lost");
    expect(sandbox.snapshot().skills.map((skill) => skill.name)).toContain("Chat");
    expect(sandbox.requests.at(-1)).toMatchObject({ status: null, fault: "lostAnswer" });
  });

  test("for a token is refused with 400", async () => {
    const sandbox = await start({ faults: { tokenRateLimit: { every: 1, times: 1 } } });
    const client = { id: sandbox.clientId, secret: sandbox.clientSecret };
    const refused = await askToken(sandbox, client);
    expect([refused.status, refused.body.description]).toEqual([
      400,
      expect.stringContaining("rate limit exceeded"),
    ]);
    expect((await askToken(sandbox, client)).status).toBe(200);
  });

  test.each([
    [undefined, 409, "general.conflict"],
    [408, 408, "request.timeout"],
    [400, 400, "bad.request"],
  ])("to a user's skills gets an outdated answer (%s)", async (versionMismatchStatus, status, code) => {
    const { sandbox, call } = await faulty({
      versionMismatch: { every: 1, times: 1 },
      ...(versionMismatchStatus === undefined ? {} : { versionMismatchStatus }),
    });
    const path = `/users/${sandbox.manualEdits.userId(ann)}/routingskills/${sandbox.manualEdits.skillId("Billing")}`;
    const refused = await call("DELETE", path);
    expect([refused.status, refused.body.code]).toEqual([status, code]);
    if (status === 400) expect(refused.body.message).toContain("does not match the current version");
    expect((await call("DELETE", path)).status).toBe(204);
  });

  test("fails at random, the same way for the same seed", async () => {
    const run = async (seed: number) => {
      const { call } = await faulty({ flaky: 0.5, seed });
      return outcomes(20, () => call("GET", skills));
    };
    const [one, same, other] = [await run(7), await run(7), await run(8)];
    expect(one).toEqual(same);
    expect(one).not.toEqual(other);
    expect(new Set(one)).toEqual(new Set([200, 429, 503, "lost"]));
  });
});

describe("a page", () => {
  const pages = async (faults: Faults, count: number) => {
    const { call } = await faulty(faults);
    const answers: Answer[] = [];
    for (let page = 1; page <= count; page++)
      answers.push(await call("GET", `/users?state=any&pageSize=2&pageNumber=${page}`));
    return answers;
  };

  test("lacks its last entity", async () => {
    const answers = await pages({ shortPage: 2 }, 3);
    expect(answers.map(names)).toEqual([["Ann Lee", "Bob Ray"], ["Cleo Fox"], ["Eve Gone"]]);
    expect(answers.map(({ body }) => body.total)).toEqual([5, 5, 5]);
  });

  test("is empty, and all after it", async () => {
    const answers = await pages({ earlyEnd: 2 }, 3);
    expect(answers.map((answer) => names(answer).length)).toEqual([2, 0, 0]);
    expect(answers.map(({ body }) => body.total)).toEqual([5, 5, 5]);
  });

  test("reports a larger total than the page before", async () => {
    const answers = await pages({ growTotal: 2 }, 3);
    expect(answers.map(({ body }) => body.total)).toEqual([5, 6, 6]);
  });

  test("reports one page too many", async () => {
    const answers = await pages({ morePages: 2 }, 3);
    expect(answers.map(({ body }) => body["pageCount"])).toEqual([3, 4, 3]);
  });

  test("repeats the last entity of the page before", async () => {
    const answers = await pages({ repeatEntity: 2 }, 3);
    expect(answers.map(names)).toEqual([["Ann Lee", "Bob Ray"], ["Bob Ray", "Cleo Fox"], ["Eve Gone"]]);
  });

  test("fails in the selected lists only", async () => {
    const answers = await pages({ failPage: { every: 2, on: "/users" } }, 3);
    expect(answers.map(({ status }) => status)).toEqual([200, 503, 200]);
    const { call } = await faulty({ failPage: { every: 1, on: "/users" } });
    expect((await call("GET", skills)).status).toBe(200);
  });

  test("lacks the expanded fields of every nth user", async () => {
    const { call } = await faulty({ missingExpand: 2 });
    const read = async (query: string) =>
      (await call("GET", `/users?expand=skills${query}`)).body.entities?.map((user) => "skills" in user);
    expect(await read("")).toEqual([true, false, true]);
    expect(await read("&pageSize=1&pageNumber=2")).toEqual([false]);
  });

  test("lacks the proficiencies of every nth user", async () => {
    const { call } = await faulty({ missingProficiency: 2 });
    const users = (await call("GET", "/users?expand=skills")).body.entities ?? [];
    const skillsOf = (at: number) => users[at]?.["skills"] as object[];
    expect(skillsOf(0).every((skill) => "proficiency" in skill)).toBe(true);
    expect(skillsOf(1).map((skill) => "proficiency" in skill)).toEqual([false]);
  });
});

describe("a read", () => {
  test("shows the state of some time ago", async () => {
    let now = 1_000_000;
    const { sandbox, call } = await faulty({ staleMs: 500 }, { clock: () => now });
    await call("POST", skills, { name: "Chat" });
    now += 499;
    expect(names(await call("GET", skills))).not.toContain("Chat");
    expect(sandbox.snapshot().skills.map((skill) => skill.name)).toContain("Chat");
    now += 1;
    expect(names(await call("GET", skills))).toContain("Chat");
  });

  test("shows the state before a write for some reads, while writes see it at once", async () => {
    const { sandbox, call } = await faulty({ staleReads: 2 });
    await call("POST", skills, { name: "Chat" });
    expect((await call("POST", skills, { name: "Chat" })).status).toBe(409);
    sandbox.manualEdits.deleteSkill("Sales");
    expect(names(await call("GET", skills))).toEqual(["Billing", "Complaints", "Sales"]);
    expect(names(await call("GET", skills))).toEqual(["Billing", "Complaints", "Sales"]);
    expect(names(await call("GET", skills))).toEqual(["Billing", "Chat", "Complaints"]);
  });

  test("waits before it is answered", async () => {
    const { call } = await faulty({ latency: 30 });
    const began = performance.now();
    await call("GET", skills);
    expect(performance.now() - began).toBeGreaterThan(28);
  });

  test("uses up a token after some requests", async () => {
    const { call } = await faulty({ expireToken: 2 });
    expect(await outcomes(3, () => call("GET", skills))).toEqual([200, 200, 401]);
  });

  test("shows deleted skills in lists", async () => {
    const { call } = await faulty({ deletedInLists: true });
    const { body } = await call("GET", skills);
    expect(body.entities?.find((skill) => skill.name === "Old")?.state).toBe("deleted");
    expect(body.total).toBe(4);
  });

  test("is answered 404 for a deleted skill", async () => {
    const { sandbox, call } = await faulty({ deletedGone: true });
    const id = sandbox.manualEdits.skillId("Sales");
    sandbox.manualEdits.deleteSkill("Sales");
    expect((await call("GET", `${skills}/${id}`)).status).toBe(404);
  });

  test("finds no consumers while the index is being built", async () => {
    const { sandbox, call } = await faulty({ indexBuilding: true });
    const id = sandbox.manualEdits.skillId("Billing");
    const tracking = "/architect/dependencytracking";
    expect((await call("GET", `${tracking}/build`)).body.status).toBe("BUILDINPROGRESS");
    const found = await call("GET", `${tracking}/consumingresources?id=${id}&objectType=ACDSKILL`);
    expect(found.body.total).toBe(0);
  });
});

describe("a write", () => {
  test("leaves a deleted skill with its users", async () => {
    const { sandbox, call } = await faulty({ assignmentsLinger: true });
    const id = sandbox.manualEdits.skillId("Billing");
    await call("DELETE", `${skills}/${id}`);
    expect(userOf(sandbox, ann)?.skills).toHaveProperty(id);
  });

  test("is refused with 400 for a name that is taken", async () => {
    const { call } = await faulty({ duplicateStatus: 400 });
    expect((await call("POST", skills, { name: "Billing" })).status).toBe(400);
  });
});

describe("a killed sandbox", () => {
  test("answers n requests and then none, until its faults are cleared", async () => {
    let killed = 0;
    const { sandbox, call } = await faulty({ killAfter: 2 }, { onKill: () => (killed += 1) });
    expect(await outcomes(4, () => call("GET", skills))).toEqual([200, 200, "lost", "lost"]);
    expect(killed).toBe(1);
    sandbox.faults.clear();
    expect((await call("GET", skills)).status).toBe(200);
  });

  test("does the work of its last request", async () => {
    let killed = 0;
    const { sandbox, call } = await faulty({ killDuring: 2 }, { onKill: () => (killed += 1) });
    expect(await outcome(call("GET", skills))).toBe(200);
    expect(await outcome(call("POST", skills, { name: "Chat" }))).toBe("lost");
    expect(await outcome(call("POST", skills, { name: "Mail" }))).toBe("lost");
    expect(killed).toBe(1);
    expect(sandbox.snapshot().skills.map((skill) => skill.name)).toEqual([
      "Billing",
      "Chat",
      "Complaints",
      "Sales",
    ]);
  });
});

test("setting a fault again restarts its count, and other faults continue", async () => {
  const { sandbox, call } = await faulty({ reset: 3, serverError: 2 }, { seed: SEED });
  expect(await outcome(call("GET", skills))).toBe(200);
  sandbox.faults.set({ serverError: 3 });
  expect(await outcomes(3, () => call("GET", skills))).toEqual([200, "lost", 200]);
});
