import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { command } from "../support/command.ts";
import { cleanEnv, git } from "../ledger/repositories.ts";
import { environmentOf, SMALL_SEED, SMALL_YAML, startOrganisation } from "../support/organisation.ts";
import { makeRepository } from "../support/repository.ts";

async function plan(line: string, files: Readonly<Record<string, string>> = { "a.yaml": SMALL_YAML }) {
  const sandbox = await startOrganisation();
  const { folder } = await makeRepository(files);
  return command(line, { folder, env: environmentOf(sandbox) });
}

describe("plan --only", () => {
  test("shows what concerns a skill, with the numbers of that part", async () => {
    const { exitCode, out, err } = await plan("plan --only Refunds");
    expect(exitCode).toBe(0);
    expect(out).toContain("+ Refunds");
    expect(out).not.toContain("Night Shift");
    expect(out).not.toContain("Billing");
    expect(out).toMatch(/^Plan: 4 to add, 0 to change, 0 to destroy/m);
    expect(err).toBe("This is only the part of the plan for Refunds.\n");
  });

  test("shows what concerns a user, by e-mail, and several names are added up", async () => {
    const one = await plan("plan --only CLEO@example.com");
    expect(one.out).toContain("~ cleo@example.com");
    expect(one.out).not.toContain("ann@example.com");
    const two = await plan("plan --only cleo@example.com night-shift");
    expect(two.out).toContain("~ cleo@example.com");
    expect(two.out).toContain("+ Night Shift");
  });

  test("refuses a name that nothing has, and a plan file", async () => {
    const unknown = await plan("plan --only Refunds Nigth");
    expect(unknown.exitCode).toBe(1);
    expect(unknown.err).toContain("UNKNOWN_NAME");
    const both = await plan("plan --only Refunds --out plan.json");
    expect(both.exitCode).toBe(1);
    expect(both.err).toContain("cannot be used with option '--out <file>'");
  });
});

describe("a display name in place of an e-mail", () => {
  const YAML = `${SMALL_YAML}users:
  - { user: Ann Lee, skills: { Billing: 1 } }
  - { user: bob ray, skills: { Billing: 1 } }
  - { user: Nobody Here, skills: { Billing: 1 } }
`;
  const users = [
    { name: "Bob Ray", email: "bob.ray@example.com" },
    ...(SMALL_SEED.users ?? []),
    { name: "Nobody Here", email: "gone@example.com", state: "inactive" as const },
  ];

  async function run(line: string, env: Record<string, string> = {}) {
    const sandbox = await startOrganisation({ seed: { ...SMALL_SEED, users } });
    const { folder } = await makeRepository({ "a.yaml": YAML });
    return { sandbox, ...(await command(line, { folder, env: { ...environmentOf(sandbox), ...env } })) };
  }

  test("is a problem for which plan finds the e-mails, by one search", async () => {
    const { exitCode, err, sandbox } = await run("plan");
    expect(exitCode).toBe(1);
    expect(err.match(/WRONG_FORMAT/g)).toHaveLength(3);
    expect(err).toMatch(/Ann Lee.*\n.*\n.*\n.*Write the e-mail: ann@example\.com\.\n/);
    expect(err).toMatch(/2 active users have this name\..*bob\.ray@example\.com, bob@example\.com\.\n/);
    expect(err).toContain("No active user of the organisation has this name.");
    expect(err).not.toContain("gone@example.com");
    const asked = sandbox.requests.filter(({ path }) => path.startsWith("/api/v2/users"));
    expect(asked.map(({ path }) => path)).toStrictEqual(["/api/v2/users/search"]);
  });

  test("is what validate says it is, where plan can't reach the organisation", async () => {
    const { err: said, sandbox } = await run("validate");
    expect(said).toContain("WRONG_FORMAT");
    expect(sandbox.requests).toStrictEqual([]);
    for (const name of ["GENESYS_CLIENT_ID", "GENESYS_CLIENT_SECRET"]) {
      expect((await run("plan", { [name]: "" })).err).toBe(said);
      expect((await run("plan", { [name]: "wrong" })).err).toBe(said);
    }
    expect((await run("plan --offline")).err).toBe(said);
  });
});

test("manual assignments are named, the first few of them, with the line that takes one over", async () => {
  const held = { Billing: 1, Refunds: 2, "Night Shift": 3 };
  const seed = {
    ...SMALL_SEED,
    skills: [...(SMALL_SEED.skills ?? []), { name: "Refunds" }, { name: "Night Shift" }],
    users: ["ann", "bob", "cleo"].map((name) => ({ name, email: `${name}@example.com`, skills: held })),
    groups: [],
  };
  const sandbox = await startOrganisation({ seed });
  const { folder } = await makeRepository({ "a.yaml": "skills: [{ name: Billing }, { name: Refunds }]\n" });
  const env = environmentOf(sandbox);
  const { out } = await command("plan", { folder, env });
  expect(out.replace(/\s+/g, " ")).toContain(
    "6 manual assignments of 3 users stay as they are: ann@example.com (Billing at 1), ann@example.com (Refunds at 2), bob@example.com (Billing at 1) and 3 more. To leave them, do nothing.",
  );
  expect(out).toContain('- { user: ann@example.com, skills: { "Billing": 1 } }');
  // Where others read along, people whom no YAML names are counted only.
  const shared = await command("plan --format markdown", { folder, env });
  expect(shared.out).toContain("6 manual assignments of 3 users stay as they are.");
  expect(shared.out).not.toContain("ann@example.com");
});

test("plan says once that YAML is not committed", async () => {
  const sandbox = await startOrganisation();
  const repository = await makeRepository({ "a.yaml": SMALL_YAML });
  const { folder } = repository;
  git(folder, "init", "--quiet");
  git(folder, "add", ".");
  git(folder, "commit", "--quiet", "-m", "First");
  await repository.write("skills/b.yaml", "skills: [{ name: Chat }]\n");
  const errOf = async (line: string) =>
    (await command(line, { folder, env: cleanEnv(environmentOf(sandbox)) })).err;
  const real = await errOf("plan");
  expect(real.match(/b\.yaml/g)).toHaveLength(1);
  expect(real).toContain("(UNCOMMITTED)");
  // An apply to the sandbox asks for no commit.
  expect(await errOf("plan --sandbox")).toBe("Not committed, and part of this plan: skills/b.yaml.\n");
});

test("plan --quiet shows changes, and of the notes only how many there are of each", async () => {
  const loud = await plan("plan");
  const quiet = await plan("plan --quiet");
  expect(loud.out).toContain("Notes");
  expect(quiet.out).not.toMatch(/^Notes/m);
  expect(quiet.out).toContain("+ Refunds");
  expect(quiet.out).toMatch(/^\d notes: 1 [A-Z_]+(, 1 [A-Z_]+)+\.$/m);
});

describe("several targets", () => {
  const FILES = {
    "targets/eu/a.yaml": "skills: [{ name: Billing }]\n",
    "targets/eu/settings.yaml": "requests_per_minute: 10000\n",
    "targets/us/a.yaml": SMALL_YAML,
    "targets/us/settings.yaml": "requests_per_minute: 10000\n",
    "targets/zz/a.yaml": "skills: [{ name: Billing }]\n",
  };

  async function run(line: string) {
    const [eu, us] = [await startOrganisation(), await startOrganisation()];
    const { folder } = await makeRepository(FILES);
    const env = Object.fromEntries(
      [["EU", eu] as const, ["US", us] as const].flatMap(([suffix, sandbox]) =>
        Object.entries(environmentOf(sandbox)).map(([name, value]) => [`${name}_${suffix}`, value]),
      ),
    );
    return { run: await command(line, { folder, env }), eu, us };
  }

  test("are planned one after the other, each with its own organisation, and the last line says how many changed", async () => {
    const { run: both, eu, us } = await run("plan --target eu --target us");
    expect(both.exitCode).toBe(0);
    expect(both.out).toMatch(/Target eu[^]*No changes\.[^]*Target us[^]*Plan: /);
    expect(both.err).toMatch(/2 targets: 1 with changes, 1 without changes\.\n$/);
    for (const sandbox of [eu, us]) expect(sandbox.requests.length).toBeGreaterThan(3);
    expect((await run("plan --target eu --target us --detailed-exitcode")).run.exitCode).toBe(2);
    expect((await run("plan --target eu --detailed-exitcode")).run.exitCode).toBe(0);
  });

  test("go on where one fails, and then the exit code is 1", async () => {
    const { run: all } = await run("plan --all-targets");
    expect(all.exitCode).toBe(1);
    expect(all.err).toContain("GENESYS_CLIENT_ID_ZZ");
    expect(all.err).toMatch(/3 targets: 1 with changes, 1 without changes, 1 failed\.\n$/);
  });

  test("have no file in common, and drift and report take them too", async () => {
    const { run: out } = await run("plan --all-targets --out plan.json");
    expect(out).toMatchObject({ exitCode: 1 });
    expect(out.err).toContain("ONE_TARGET");
    const { run: drift } = await run("drift --target eu --target us");
    expect(drift).toMatchObject({ exitCode: 0 });
    expect(drift.err).toMatch(/2 targets: 2 without changes\.\n$/);
    const { run: report } = await run("report --target eu --target us");
    expect(report).toMatchObject({ exitCode: 0, err: "" });
    expect(report.out.match(/Billing/g)?.length).toBeGreaterThan(1);
  });
});

test("--debug prints each request with status and time, and no secret, body or header", async () => {
  const { err } = await plan("plan --debug");
  const lines = err.trimEnd().split("\n");
  for (const line of lines)
    expect(line).toMatch(/^(GET|POST) 127\.0\.0\.1:\d+\/\S* (200|404) \d+ ms$|^[A-Z][a-z].*[.…]$/);
  expect(err).toMatch(/POST 127\.0\.0\.1:?\d*\/oauth\/token 200/);
  expect(err).toMatch(/GET \S+\/api\/v2\/routing\/skills\?\S+ 200/);
  expect(err).not.toMatch(/bearer|grant_type/i);
});

test("from a folder below the root of a repository the same YAML is found", async () => {
  const { folder } = await makeRepository({ "a.yaml": SMALL_YAML, "users/ours.yaml": "users: []\n" });
  const from = (below: string) => command("validate", { folder: join(folder, below) });
  expect((await from("skills/users")).err).toContain("MISSING_DIRECTORY");
  mkdirSync(join(folder, ".git"));
  mkdirSync(join(folder, "docs/pages"), { recursive: true });
  for (const below of ["skills/users", "skills", "docs/pages", "."]) {
    expect((await from(below)).out).toMatch(/^ok default: 3 skills.* in 3 files/);
  }
  const { err } = await command("validate --dir skills", { folder: join(folder, "docs") });
  expect(err).toContain("MISSING_DIRECTORY");
});
