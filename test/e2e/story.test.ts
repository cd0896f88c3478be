import { readdirSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readSchema } from "../../src/cli/schemas.ts";
import type { Plan } from "../../src/model.ts";
import { parsePlanFile } from "../../src/plan/file.ts";
import { exampleSeed } from "../../src/sandbox/example.ts";
import type { SandboxDialect, Sandbox } from "../../src/sandbox/sandbox.ts";
import type { Desk } from "../support/desk.ts";
import { deskAt, newDesk } from "../support/desk.ts";
import { isWrite, startGate } from "../support/gate.ts";
import { skillsOf, startOrganisation, writesOf } from "../support/organisation.ts";
import { UNHURRIED } from "../support/repository.ts";

/** The repository's own example, at a pace that keeps nobody waiting. */
function exampleFiles(): Record<string, string> {
  const folder = join(import.meta.dirname, "../../skills");
  const files = readdirSync(folder).map((name) => [
    `skills/${name}`,
    readFileSync(join(folder, name), "utf8"),
  ]);
  const texts = Object.fromEntries(files) as Record<string, string>;
  return {
    ...texts,
    "skills/settings.yaml": `${texts["skills/settings.yaml"] ?? ""}\n${UNHURRIED}stale_seconds: 0\n`,
  };
}

interface Example {
  readonly sandbox: Sandbox;
  readonly desk: Desk;
  /** Runs a line that must end with this code; answers what it printed. */
  readonly run: (line: string, exitCode?: number) => Promise<string>;
}

async function openExample(dialect: SandboxDialect): Promise<Example> {
  const sandbox = await startOrganisation({ dialect, seed: exampleSeed });
  const desk = newDesk(sandbox, exampleFiles());
  return {
    sandbox,
    desk,
    async run(line, exitCode = 0) {
      const run = await desk.run(line);
      expect(run.exitCode, run.text).toBe(exitCode);
      return run.out;
    },
  };
}

/** Ids by name, for ids outlive renames. */
function skillIds(sandbox: Sandbox): Map<string, string> {
  return new Map(sandbox.snapshot().skills.map(({ id, name }) => [name, id]));
}

/** Proficiency by `e-mail, id of the skill`. */
function assignmentsById(sandbox: Sandbox): Map<string, number> {
  const ids = skillIds(sandbox);
  return new Map(
    sandbox
      .snapshot()
      .users.flatMap(({ email, skills }) =>
        Object.entries(skills).map(([name, level]) => [`${email}, ${ids.get(name) ?? name}`, level] as const),
      ),
  );
}

/** `name of the profile, id of the skill`. */
function profileEntriesById(sandbox: Sandbox): string[] {
  const ids = skillIds(sandbox);
  return sandbox
    .snapshot()
    .profiles.flatMap(({ name, skills }) => skills.map((skill) => `${name}, ${ids.get(skill) ?? skill}`));
}

/** The assignments that the plan gives another proficiency, as `assignmentsById` has them. */
function changedBy({ stages }: Plan): Set<string> {
  const changed = stages.flat().flatMap((operation) => {
    if (operation.subject.kind !== "user") return [];
    const changes = operation.changes.filter(({ verb }) => verb === "update");
    return changes.flatMap(({ field }) =>
      field.kind === "skill" ? [`${operation.email}, ${field.id}`] : [],
    );
  });
  return new Set(changed);
}

const TOKEN_IDENTITY_AND_DIALECT = 3;
const GROUPS_NAMED = 4;

describe.each(["cloud", "profiles"] as const)("the example repository on the %s API", (dialect) => {
  test("is applied, leaves nothing to do, and keeps all that was done manually before and in between", async () => {
    const { sandbox, run } = await openExample(dialect);
    await run("validate");
    expect(sandbox.requests).toEqual([]);
    const plan = JSON.parse(await run("plan --format json")) as Plan;
    expect(writesOf(sandbox)).toEqual([]);

    // On a skill of the YAML, and on one that it doesn't know.
    sandbox.manualEdits.assign("ibrahim.khan@northmere.example", "Refunds", 4.5);
    sandbox.manualEdits.assign("colette.dupont@northmere.example", "ZZ Test", 2);
    const before = assignmentsById(sandbox);
    expect(await run("apply --yes")).toMatch(/Applied: \d+ done, 0 failed, 0 skipped\./);

    const after = assignmentsById(sandbox);
    const changed = changedBy(plan);
    expect(changed.size).toBeGreaterThan(0);
    for (const [assignment, level] of before) {
      if (changed.has(assignment)) expect(after.has(assignment), assignment).toBe(true);
      else expect(after.get(assignment), assignment).toBe(level);
    }
    const writes = writesOf(sandbox).length;
    expect(await run("plan --detailed-exitcode")).toContain("\nNo changes.\n");
    await run("apply --yes");
    expect(writesOf(sandbox)).toHaveLength(writes);
  });

  test("is planned with a request for each page and each group, and three to begin with", async () => {
    const { sandbox, run } = await openExample(dialect);
    await run("plan");
    const pages = [
      "skills",
      "users",
      "groups",
      "absent users",
      ...(dialect === "profiles" ? ["profiles"] : []),
    ];
    expect(sandbox.requests.length).toBeLessThanOrEqual(
      TOKEN_IDENTITY_AND_DIALECT + pages.length + GROUPS_NAMED,
    );
  });

  test("keeps in routing profiles what the YAML doesn't name", async () => {
    const { sandbox, run } = await openExample(dialect);
    const before = profileEntriesById(sandbox);
    await run("apply --yes");
    const after = profileEntriesById(sandbox);
    expect(after).toEqual(expect.arrayContaining(before));
    const puts = writesOf(sandbox).filter(({ method }) => method === "PUT");
    expect([after.length > before.length, puts.length > 0]).toEqual(
      dialect === "profiles" ? [true, true] : [false, false],
    );
  });

  test("puts right the names and descriptions of skills where the API can", async () => {
    const { sandbox, run } = await openExample(dialect);
    await run("apply --yes");
    const skills = new Map(sandbox.snapshot().skills.map(({ name, description }) => [name, description]));
    const hasRight = [skills.has("Billing Tier 1"), skills.has("Smart Meters")];
    expect(hasRight).toEqual(dialect === "profiles" ? [true, true] : [false, false]);
    expect(skills.get("Retention")?.startsWith("Customers who want to leave") ?? false).toBe(
      dialect === "profiles",
    );
  });

  test("is planned as JSON that its schema knows, and the same in the plan file", async () => {
    const { desk, run } = await openExample(dialect);
    const text = await run("plan --format json --out plan.json");
    const schema = await readSchema("plan");
    expect(parsePlanFile(text, "plan", schema)).toEqual(JSON.parse(text));
    expect(await readFile(join(desk.folder, "plan.json"), "utf8")).toBe(text);
    expect(text).toBe(await run("plan --format json"));
  });

  test("is planned as Markdown that names only people of the YAML", async () => {
    const { sandbox, run } = await openExample(dialect);
    const markdown = (await run("plan --format markdown")).replaceAll("&#64;", "@");
    expect(markdown).toMatch(/^## Routing skills: default \(Northmere Energy &amp; Broadband\)\n/);
    expect(markdown).toMatch(/^\*\*29 people gain a skill, /m);
    expect(markdown).toMatch(/^Plan: \d+ to add, \d+ to change, 0 to destroy\.$/m);
    const yaml = Object.values(exampleFiles()).join("\n");
    const unnamed = sandbox.snapshot().users.filter(({ email }) => !yaml.includes(email));
    expect(unnamed.length).toBeGreaterThan(10);
    for (const { email, name } of unnamed) {
      expect(markdown).not.toContain(email);
      expect(markdown).not.toContain(name);
    }
  });
});

describe("a plan file", () => {
  async function planToFile(): Promise<Example> {
    const example = await openExample("cloud");
    await example.run("plan --out plan.json");
    return example;
  }

  test("is applied as it is", async () => {
    const { run } = await planToFile();
    await run("apply plan.json --yes");
    expect(await run("plan")).toContain("No changes.");
  });

  test("is applied for what is left where some of it is done already", async () => {
    const { sandbox, run } = await planToFile();
    sandbox.manualEdits.assign("oliver.hartley@northmere.example", "Tariff Advice", 1);
    sandbox.manualEdits.createSkill("Punjabi");
    expect(await run("apply plan.json --yes")).toContain("0 failed");
    expect(await run("plan")).toContain("No changes.");
  });

  test("isn't applied where more would be done than it holds", async () => {
    const { sandbox, run, desk } = await planToFile();
    sandbox.manualEdits.unassign("jakub.nowak@northmere.example", "Polish");
    const { exitCode, err } = await desk.run("apply plan.json --yes");
    expect(exitCode).toBe(4);
    expect(err).toContain("PLAN_CHANGED");
    expect(err).toContain("Nothing was applied");
    expect(writesOf(sandbox)).toEqual([]);
    // The other way round: a fresh plan that is reviewed again is applied.
    await run("plan --out plan.json");
    await run("apply plan.json --yes");
    expect(skillsOf(sandbox, "jakub.nowak@northmere.example")).toHaveProperty("Polish", 5);
  });

  test("of another target or organisation isn't applied", async () => {
    const { sandbox, desk } = await planToFile();
    const plan = JSON.parse(readFileSync(join(desk.folder, "plan.json"), "utf8")) as Plan;
    const organization = { ...plan.organization, id: "another" };
    for (const other of [
      { ...plan, target: "elsewhere" },
      { ...plan, organization },
    ]) {
      desk.write({ "other.json": JSON.stringify(other) });
      const { exitCode, err } = await desk.run("apply other.json --yes");
      expect(exitCode).toBe(4);
      expect(err).toContain("OTHER_TARGET");
    }
    expect(writesOf(sandbox)).toEqual([]);
  });
});

test("a skill that somebody creates while it is applied is adopted and not created again", async () => {
  const { sandbox, desk } = await openExample("cloud");
  const gate = await startGate(sandbox);
  const held = gate.holdFrom(isWrite);
  const applying = deskAt(desk.folder, gate.env).runBeside("apply --yes");
  await held;
  sandbox.manualEdits.createSkill("Appliance Cover");
  gate.open();
  const { exitCode, out } = await applying;
  expect(exitCode, out).toBe(0);
  expect(out).toMatch(/adopted skill Appliance Cover/);
  expect(sandbox.snapshot().skills.filter(({ name }) => name === "Appliance Cover")).toHaveLength(1);
  expect(skillsOf(sandbox, "ben.whitaker@northmere.example")).toHaveProperty("Appliance Cover", 1);
});
