/** `explain` against a sandbox: what it prints, for whom, and how it ends. */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { explainCommand } from "../../src/cli/commands/explain.ts";
import type { Explained } from "../../src/report/explain/explain.ts";
import { Failure } from "../../src/problem.ts";
import type { Sandbox } from "../../src/sandbox/sandbox.ts";
import type { Desk } from "../support/desk.ts";
import { newDesk } from "../support/desk.ts";
import {
  environmentOf,
  SECRET,
  SMALL_SEED,
  SMALL_YAML,
  startOrganisation,
  writesOf,
} from "../support/organisation.ts";
import { makeRepository } from "../support/repository.ts";
import { captureTerminal } from "../support/terminal.ts";

interface Options {
  readonly format?: "text" | "json";
  /** As in a workflow's log. */
  readonly isShared?: boolean;
}

interface Ran {
  readonly exitCode: number;
  readonly out: string;
}

async function explainAt(
  name: string,
  { dir, env }: { dir: string; env: NodeJS.ProcessEnv },
  { format = "text", isShared = false }: Options = {},
): Promise<Ran> {
  const { terminal, out } = captureTerminal({ env: { ...env, ...(isShared && { GITHUB_ACTIONS: "true" }) } });
  const exitCode = await explainCommand({ dir, name, format }, terminal);
  // The directory's name differs from run to run.
  return { exitCode, out: out().replaceAll(/[^\s"]*\/skills\//gu, "skills/") };
}

async function smallWorld(sandbox: Sandbox): Promise<{ dir: string; env: NodeJS.ProcessEnv }> {
  const { dir } = await makeRepository({ "skills.yaml": SMALL_YAML });
  return { dir, env: environmentOf(sandbox) };
}

async function problemsOf(explaining: Promise<unknown>): Promise<Failure["problems"]> {
  const error: unknown = await explaining.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof Failure) return error.problems;
  throw new Error("It didn't fail as it should.", { cause: error });
}

/** The table's rows: sign, who or what, now and wanted, and the first line of why. */
function rowsOf(out: string): string[] {
  const lines = out.split("\n");
  const head = lines.findIndex((line) => /^ {4}(User|Skill) .*Why$/u.test(line));
  const end = lines.findIndex((line, at) => at > head && !line.startsWith("  "));
  return lines
    .slice(head + 1, end)
    .filter((line) => line.trim() !== "")
    .map((line) => line.trim().replaceAll(/ {2,}/gu, " "));
}

describe("a skill", () => {
  test("is explained for each user, and nothing is written", async () => {
    const sandbox = await startOrganisation();
    const { exitCode, out } = await explainAt("Billing", await smallWorld(sandbox));
    expect(exitCode).toBe(0);
    expect(out).toContain("Skill Billing\n  Invoices and refunds\n  skills/skills.yaml:3\n");
    expect(rowsOf(out)).toStrictEqual([
      "~ ann@example.com 3 4 decides: named directly, at 4, skills/skills.yaml:6",
      "also: profile Support, skills/skills.yaml:15",
      "set manually: the next apply overwrites it",
      "bob@example.com 1 – manual: no YAML asks for it, and it stays",
      "+ cleo@example.com – any named directly, skills/skills.yaml:7",
      "any: the YAML names no proficiency; holders keep theirs, new holders start at 1.",
    ]);
    expect(out).toContain("2 users hold it now. With the next apply: 1 user more, 1 at another proficiency.");
    expect(writesOf(sandbox)).toStrictEqual([]);
    expect(out).not.toContain(SECRET);
  });

  test("in a shared log names only people of the YAML, as text and as JSON", async () => {
    const world = await smallWorld(await startOrganisation());
    const text = await explainAt("Billing", world, { isShared: true });
    expect(text.out).toContain("and 1 user that the YAML doesn't name");
    const json = await explainAt("Billing", world, { isShared: true, format: "json" });
    expect(JSON.parse(json.out)).toMatchObject({ matches: [{ kind: "skill", unnamed: 1 }] });
    const user = await explainAt("bob@example.com", world, { isShared: true });
    expect(user.out).toContain("A user that the YAML doesn't name");
    for (const { out } of [text, json]) expect(out).not.toContain("bob");
    expect(user.out).not.toMatch(/bob|Complaints/u);
  });

  test("is whole as JSON", async () => {
    const { out } = await explainAt("refunds", await smallWorld(await startOrganisation()), {
      format: "json",
    });
    const facts = JSON.parse(out) as Explained;
    expect(facts).toMatchObject({ version: 1, target: "default", dialect: "cloud", hasLedger: false });
    expect(facts.matches).toMatchObject([
      {
        kind: "skill",
        skill: { slug: "refunds", id: null },
        profiles: [{ profile: { slug: "support" }, proficiency: 3, source: { line: 15 } }],
        assignments: [
          { user: { ref: "ann@example.com" }, wanted: 3, sources: [{ via: "profile", profile: "Support" }] },
          { user: { ref: "bob@example.com" }, wanted: 2, sources: [{ via: "group", group: "Desk" }] },
          { user: { ref: "dora@example.com" }, wanted: 2, sources: [{ via: "group", group: "Desk" }] },
        ],
      },
    ]);
  });
});

describe("a user", () => {
  test("is explained skill by skill", async () => {
    const { out } = await explainAt("Bob@Example.com", await smallWorld(await startOrganisation()));
    expect(out).toContain("User Bob Ray, bob@example.com\n  The YAML doesn't name this user.\n");
    expect(rowsOf(out)).toStrictEqual([
      "Billing 1 – manual: no YAML asks for it, and it stays",
      "Complaints 5 – manual: no YAML asks for it, and it stays",
      "+ Refunds – 2 group Desk, skills/skills.yaml:10",
    ]);
  });
});

describe("a profile", () => {
  test("is explained with the routing profile beside it where there is one", async () => {
    const world = await smallWorld(await startOrganisation({ dialect: "profiles" }));
    const { out } = await explainAt("support", world);
    expect(out).toContain("Profile Support\n  First line\n");
    expect(rowsOf(out)).toStrictEqual([
      "+ Billing any lacks it own, skills/skills.yaml:15",
      "Complaints – has it manual: no YAML asks for it, and it stays",
      "+ Refunds 3 lacks it own, skills/skills.yaml:15",
    ]);
    expect(out).toContain("1 user has it.\n    ann@example.com\n");
  });
});

describe("with a ledger", () => {
  const worldOf = ({ folder, env }: Desk) => ({ dir: join(folder, "skills"), env });

  test("managed, manual and removed assignments are distinguished", async () => {
    const sandbox = await startOrganisation();
    const desk = newDesk(sandbox, { "skills/skills.yaml": SMALL_YAML });
    expect((await desk.run("apply --yes")).exitCode).toBe(0);
    desk.commit({ "skills/skills.yaml": SMALL_YAML.replace("      - cleo@example.com\n", "") });
    const { out } = await explainAt("Billing", worldOf(desk));
    expect(out).not.toContain("No ledger");
    const [cleo = ""] = rowsOf(out).filter((row) => row.includes("cleo"));
    expect(cleo).toMatch(
      /^- cleo@example\.com 1 – removed by the next apply: the YAML doesn't ask for it any more \(it was skills\/skills\.yaml:7 at [0-9a-f]{7}\)$/u,
    );
    expect(rowsOf(out)).toContain("bob@example.com 1 – manual: no YAML asks for it, and it stays");
  });
});

describe("a name", () => {
  test("that nothing has is a failure that suggests the nearest of each kind", async () => {
    const world = await smallWorld(await startOrganisation());
    expect(await problemsOf(explainAt("Biling", world))).toMatchObject([
      { code: "UNKNOWN_NAME", hint: 'Did you mean the skill "Billing"?' },
    ]);
    expect(await problemsOf(explainAt("cloe@example.com", world))).toMatchObject([
      { hint: 'Did you mean the user "cleo@example.com"?' },
    ]);
    const shared = await problemsOf(explainAt("bobb@example.com", world, { isShared: true }));
    expect(shared[0]?.hint).not.toContain('"bob@example.com"');
  });

  test("that means two things shows both and says so", async () => {
    const { dir } = await makeRepository({
      "skills.yaml": "skills: [{ name: Billing }]\nprofiles: [{ name: Billing, skills: [Billing] }]\n",
    });
    const sandbox = await startOrganisation();
    const { out } = await explainAt("billing", { dir, env: environmentOf(sandbox) });
    expect(out).toContain('"billing" means a skill and a profile:');
    expect(out).toMatch(/\nSkill Billing\n[^]*\nProfile Billing\n/u);
  });

  test("from the organisation that a terminal would act on is printed as harmless text", async () => {
    const { dir } = await makeRepository({ "skills.yaml": "skills: [{ name: Chat }]\n" });
    const sandbox = await startOrganisation({
      seed: {
        ...SMALL_SEED,
        users: [{ name: "Ann\u001b[2J", email: "ann@example.com", skills: { "Bill\u202eing": 1 } }],
        skills: [{ name: "Bill\u202eing" }],
        groups: [],
        profiles: [],
      },
    });
    const { out } = await explainAt("ann@example.com", { dir, env: environmentOf(sandbox) });
    expect(out).toContain("User Ann\\u{1b}[2J, ann@example.com");
    expect(rowsOf(out)).toStrictEqual(["Bill\\u{202e}ing 1 – manual: no YAML asks for it, and it stays"]);
  });
});
