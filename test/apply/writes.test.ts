import { describe, expect, test } from "vitest";
import type { AssignmentChange, Plan, UpdateUser } from "../../src/model.ts";
import type { Seed } from "../../src/sandbox/sandbox.ts";
import { SMALL_YAML, skillsOf, startOrganisation, writesOf } from "../support/organisation.ts";
import { outcomeLines } from "../support/outcomes.ts";
import { makeRepository } from "../support/repository.ts";
import { hasNoChanges, ledgerOf, openSession } from "../support/session.ts";

/** Gains, changes and losses in both dialects, all that an apply can send. */
describe.each(["cloud", "profiles"] as const)("all writes of an apply on the %s API", (dialect) => {
  async function applyAll() {
    const sandbox = await startOrganisation({ dialect });
    const { dir } = await makeRepository({ "a.yaml": SMALL_YAML, "b.yaml": "- name: Sales" });
    const ours = { dialect, skills: ["Billing", "Sales"], users: ["ann@example.com", "bob@example.com"] };
    const ledger = ledgerOf(sandbox, ours);
    const session = await openSession(sandbox, dir, ledger);
    const plan = await session.plan();
    const before = sandbox.requests.length;
    const report = await session.apply(plan);
    return { sandbox, plan, report, requests: sandbox.requests.length - before };
  }

  test("give by PATCH of at most 50 and take by DELETE, and never send a user's whole list", async () => {
    const { sandbox, plan, report } = await applyAll();
    expect(plan.refusals).toEqual([]);
    expect(plan.summary.destroy).toBe(2);
    expect(outcomeLines(report).filter((line) => !line.endsWith(": done"))).toEqual([]);
    const toUsers = writesOf(sandbox).filter(({ path }) => path.startsWith("/api/v2/users/"));
    const kinds = new Set(
      toUsers.map(({ method, path }) => `${method} ${path.replace(/[0-9a-f-]{36}/g, "ID")}`),
    );
    expect([...kinds].sort()).toEqual([
      "DELETE /api/v2/users/ID/routingskills/ID",
      "PATCH /api/v2/users/ID/routingskills/bulk",
    ]);
  });

  test("cost as many requests as the plan said", async () => {
    const { plan, requests } = await applyAll();
    expect(requests).toBe(plan.cost.requests);
  });

  test("leave alone what neither the YAML nor the ledger names", async () => {
    const { sandbox } = await applyAll();
    expect(skillsOf(sandbox, "ann@example.com")).toEqual({ Billing: 4, Refunds: 3 });
    expect(skillsOf(sandbox, "bob@example.com")).toEqual({ Complaints: 5, Refunds: 2 });
    expect(skillsOf(sandbox, "cleo@example.com")).toEqual({ Billing: 1, Sales: 4 });
  });
});

describe("a user with many skills", () => {
  const skills = Array.from({ length: 60 }, (_, at) => `Skill ${String(at).padStart(2, "0")}`);
  const seedWith = (held: readonly string[]): Seed => ({
    skills: skills.map((name) => ({ name })),
    users: [
      {
        name: "Ann Lee",
        email: "ann@example.com",
        skills: Object.fromEntries(held.map((name) => [name, 1])),
      },
    ],
  });

  test("is given them in lots of 50, and a lot that is refused fails alone", async () => {
    const sandbox = await startOrganisation({ seed: seedWith([]) });
    const { dir } = await makeRepository({ "a.yaml": skills.map((name) => `- name: ${name}`).join("\n") });
    const session = await openSession(sandbox, dir);
    // No plan would pass Genesys's limit of 50 skills; this one is made by hand to see two lots.
    const report = await session.apply(
      withGains(await session.plan(), sandbox.snapshot().users[0]?.id ?? ""),
    );
    const lots = writesOf(sandbox).map(({ body }) => (Array.isArray(body) ? body.length : 0));
    expect(lots).toEqual([50, 10]);
    const results = outcomeLines(report).map((line) => line.replace(/.*: /, ""));
    expect(results.filter((result) => result === "done")).toHaveLength(50);
    expect(results.filter((result) => result === "failed")).toHaveLength(10);
  });

  test("who is full loses first and gains then", async () => {
    const sandbox = await startOrganisation({ seed: seedWith(skills.slice(0, 50)) });
    const wanted = skills.slice(5, 55);
    const yaml = [
      ...wanted.map((name) => `- { name: ${name}, assign_to_users: [ann@example.com] }`),
      ...skills.slice(0, 5).map((name) => `- { name: ${name}, assign_to_users: [bea@example.com] }`),
    ];
    sandbox.hand.addUser("bea@example.com");
    const { dir } = await makeRepository({ "a.yaml": yaml.join("\n") });
    const ledger = ledgerOf(sandbox, { skills, users: ["ann@example.com"] });
    const session = await openSession(sandbox, dir, ledger);
    const report = await session.apply(await session.plan());
    expect(outcomeLines(report).filter((line) => !line.endsWith(": done"))).toEqual([]);
    expect(Object.keys(skillsOf(sandbox, "ann@example.com"))).toEqual(wanted);
  });

  function withGains(plan: Plan, id: string): Plan {
    const changes = skills.map((name, at): AssignmentChange => {
      const skill = name.toLowerCase().replace(" ", "-");
      return { kind: "gain", skill, after: 1, patch: [], cause: "edit", fingerprint: `f${at}` };
    });
    const about = { id, name: "Ann Lee", email: "ann@example.com", named: true };
    const operation: UpdateUser = { kind: "update-user", ...about, changes };
    return { ...plan, stages: [[operation]] };
  }
});

describe("an apply that is stopped", () => {
  test("finishes what is in flight and leaves the rest to the next one", async () => {
    const people = Array.from({ length: 30 }, (_, at) => `agent${at}@example.com`);
    const sandbox = await startOrganisation({
      seed: { skills: [{ name: "Billing" }], users: people.map((email) => ({ name: email, email })) },
    });
    const yaml = `- { name: Billing, assign_to_users: [${people.join(", ")}] }\n- name: Refunds\n`;
    const { dir } = await makeRepository({ "a.yaml": yaml });
    const session = await openSession(sandbox, dir);
    const plan = await session.plan();
    const stop = new AbortController();
    let finished = 0;
    const report = await session.apply(plan, {
      stop: stop.signal,
      onOutcome: () => {
        if (++finished === 3) stop.abort();
      },
    });
    const lines = outcomeLines(report);
    const done = lines.filter((line) => line.endsWith(": done"));
    expect(report.stopped).toBe(true);
    expect(lines).toHaveLength(31);
    expect(done.length + lines.filter((line) => line.endsWith(": stopped")).length).toBe(31);
    expect(done.length).toBeLessThan(20);
    for (const email of people) {
      const holds = "Billing" in skillsOf(sandbox, email);
      expect(holds, email).toBe(done.includes(`${email} billing: done`));
    }

    const second = await openSession(sandbox, dir);
    const rest = await second.apply(await second.plan());
    expect(rest.outcomes).toHaveLength(31 - done.length);
    expect(hasNoChanges(await second.plan())).toBe(true);
  });

  test("while it waits for reads to be fresh waits no longer, and deletes nothing", async () => {
    const sandbox = await startOrganisation();
    const { dir } = await makeRepository({
      "a.yaml": "- { name: Billing, assign_to_users: [dora@example.com] }",
    });
    const session = await openSession(sandbox, dir, ledgerOf(sandbox, { skills: ["Billing", "Complaints"] }));
    const plan = await session.plan(["SKILL_DELETE", "UNCOVERED"]);
    const stop = new AbortController();
    const apply = session.apply(plan, {
      stop: stop.signal,
      staleSeconds: 86_400,
      onOutcome: () => setImmediate(() => stop.abort()),
    });
    expect(outcomeLines(await apply)).toEqual([
      "delete complaints: stopped",
      "dora@example.com billing: done",
    ]);
  });

  test("its wait for reads to be fresh is told, with its length", async () => {
    const sandbox = await startOrganisation();
    const { dir } = await makeRepository({
      "a.yaml": "- { name: Billing, assign_to_users: [dora@example.com] }",
    });
    const session = await openSession(sandbox, dir, ledgerOf(sandbox, { skills: ["Billing", "Complaints"] }));
    const waits: number[] = [];
    await session.apply(await session.plan(["SKILL_DELETE", "UNCOVERED"]), {
      staleSeconds: 86_400,
      onWaitForReads: (seconds) => waits.push(seconds),
    });
    expect(waits).toHaveLength(1);
    expect(waits[0]).toBeGreaterThan(0);
    expect(waits[0]).toBeLessThanOrEqual(86_400);
  });

  test("before its first write writes nothing", async () => {
    const sandbox = await startOrganisation();
    const { dir } = await makeRepository({ "a.yaml": SMALL_YAML });
    const session = await openSession(sandbox, dir);
    const report = await session.apply(await session.plan(), { stop: AbortSignal.abort() });
    expect(report.stopped).toBe(true);
    expect(outcomeLines(report).every((line) => line.endsWith(": stopped"))).toBe(true);
    expect(writesOf(sandbox)).toEqual([]);
  });
});

describe("what is done and doesn't show yet", () => {
  const YAML = "- { name: Billing, assign_to_users: [dora@example.com] }\n- name: Refunds\n";

  async function applyWith(faults: { staleMs?: number; staleReads?: number }, patience: number, yaml = YAML) {
    const sandbox = await startOrganisation();
    const { dir } = await makeRepository({ "a.yaml": yaml });
    const session = await openSession(sandbox, dir);
    const plan = await session.plan();
    sandbox.faults.set(faults);
    const report = await session.apply(plan, { staleSeconds: patience });
    return { report, notVisible: report.notVisible.map(({ operation }) => operation.kind).sort() };
  }

  test("is said and not failed", async () => {
    const { report, notVisible } = await applyWith({ staleMs: 60_000 }, 0);
    expect(notVisible).toEqual(["create-skill", "update-user"]);
    expect(outcomeLines(report)).toEqual(["create refunds: done", "dora@example.com billing: done"]);
  });

  test("is looked at again while patience lasts", async () => {
    const { notVisible } = await applyWith({ staleReads: 1 }, 2, YAML.split("\n")[0]);
    expect(notVisible).toEqual([]);
  });

  test("is nothing where everything shows", async () => {
    expect((await applyWith({}, 0)).notVisible).toEqual([]);
  });
});
