/** `history` over a ledger that real applies wrote. */
import { describe, expect, test } from "vitest";
import { findSubjects } from "../../src/report/history/find.ts";
import type { HistoryEvent } from "../../src/report/history/render.ts";
import type { Sandbox } from "../../src/sandbox/sandbox.ts";
import type { Desk } from "../support/desk.ts";
import { newDesk } from "../support/desk.ts";
import { environmentOf, startOrganisation } from "../support/organisation.ts";

const yaml = (billing: string, rest = ""): Record<string, string> => ({
  "skills/a.yaml": `skills:\n  - { name: Billing, assign_to_users: [${billing}] }\n${rest}`,
});

/** Found, gained, taken away manually and put back, changed, lost; beside it a skill comes and goes. */
async function lifeOf(sandbox: Sandbox): Promise<Desk> {
  const desk = newDesk(environmentOf(sandbox), yaml("ann@example.com, cleo@example.com"));
  const apply = async (line = "apply --yes"): Promise<void> => {
    expect(await desk.run(line)).toMatchObject({ exitCode: 0 });
  };
  await apply();
  sandbox.hand.unassign("cleo@example.com", "Billing");
  await apply();
  desk.commit(yaml("ann@example.com", "  - { name: Night Shift, assign_to_users: [dora@example.com] }\n"));
  await apply();
  desk.commit(yaml("{ user: ann@example.com, proficiency: 5 }"));
  await apply("apply --yes --allow SKILL_DELETE --allow UNCOVERED");
  return desk;
}

async function eventsOf(desk: Desk, name: string, more = ""): Promise<HistoryEvent[]> {
  const run = await desk.run(`history ${name} --format json${more}`);
  expect(run).toMatchObject({ exitCode: 0, err: "" });
  return (JSON.parse(run.out) as { events: HistoryEvent[] }).events;
}

const lines = (events: readonly HistoryEvent[]): string[] =>
  events.map(({ user, skill, field, from, to, written, cause }) =>
    [
      user?.email ?? user?.id ?? "-",
      skill.name,
      field,
      from ?? "none",
      "→",
      to ?? "none",
      written ? cause : "(noted)",
    ].join(" "),
  );

describe("a life", () => {
  test("is told by skill and by person, without a request", async () => {
    const sandbox = await startOrganisation();
    const desk = await lifeOf(sandbox);
    const requests = sandbox.requests.length;
    const billing = await eventsOf(desk, "Billing");
    expect(lines(billing)).toEqual([
      "ann@example.com Billing assignment 3 → 5 edit",
      "cleo@example.com Billing assignment 1 → none edit",
      "cleo@example.com Billing assignment none → 1 drift",
      "cleo@example.com Billing assignment none → 1 edit",
      "- Billing existence none → true (noted)",
      "ann@example.com Billing assignment none → 3 (noted)",
    ]);
    expect(lines(await eventsOf(desk, "dora@example.com"))).toEqual([
      "dora@example.com Night Shift assignment 1 → none edit",
      "dora@example.com Night Shift assignment none → 1 edit",
    ]);
    expect(billing[0]).toMatchObject({ revision: desk.git("rev-parse", "HEAD").trim() });
    expect(await eventsOf(desk, "Billing", " --since 2999-01-01")).toEqual([]);
    const text = await desk.run("history billing");
    expect(text.out).toContain("put back");
    const csv = await desk.run("history ann@example.com --format csv");
    expect(csv.out).toContain("day,at,user_id");
    expect(sandbox.requests).toHaveLength(requests);
  });

  test("of nobody is refused with the nearest names, and so is a day that is none", async () => {
    const sandbox = await startOrganisation();
    const desk = newDesk(environmentOf(sandbox), yaml("ann@example.com"));
    await desk.run("apply --yes");
    const unknown = await desk.run("history Biling");
    expect(unknown.exitCode).toBe(1);
    expect(unknown.text).toMatch(/UNKNOWN_NAME[^]*Did you mean "Billing"\?/u);
    expect((await desk.run("history Billing --since 2026-02-30")).exitCode).toBe(1);
  });

  test("a display name means the only person whose e-mail is made of it, and nobody where there are two", () => {
    const ledger = {
      skills: [],
      users: ["zoe.muller@b.c", "byrne_liam@b.c", "ann.lee@b.c", "lee-ann@other.example", "ann@b.c"].map(
        (email, at) => ({ id: `u${at}`, email, assignments: {} }),
      ),
    };
    const named = (name: string) => findSubjects(name, ledger).found.map((one) => one.name);
    expect(named("Zo\u00eb M\u00fcller")).toEqual(["zoe.muller@b.c"]);
    expect(named("Liam Byrne")).toEqual(["byrne_liam@b.c"]);
    expect(named("Ann")).toEqual([]);
    expect(findSubjects("Ann Lee", ledger)).toMatchObject({
      found: [],
      several: ["ann.lee@b.c", "lee-ann@other.example"],
    });
  });

  test("a display name that nothing tells is refused with what to write", async () => {
    const sandbox = await startOrganisation();
    const desk = newDesk(environmentOf(sandbox), yaml("ann@example.com"));
    await desk.run("apply --yes");
    const unknown = await desk.run("history Somebody");
    expect(unknown.exitCode).toBe(1);
    expect(unknown.text).toMatch(
      /UNKNOWN_NAME[^]*a person's e-mail or id: the ledger holds no names of people/u,
    );
  });

  test("on the built-in sandbox stands in its own ledger", async () => {
    const desk = newDesk({}, { "skills/a.yaml": "skills: [{ name: Rare }]\n" });
    expect(await desk.run("apply --sandbox --yes")).toMatchObject({ exitCode: 0 });
    expect(lines(await eventsOf(desk, "Rare", " --sandbox"))).toEqual(["- Rare existence none → true edit"]);
  });
});
