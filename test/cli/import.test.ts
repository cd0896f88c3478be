/** `import` over the command line: a folder without YAML, an organisation over real HTTP, and what comes of it. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { exampleSeed } from "../../src/sandbox/example.ts";
import type { Sandbox, SandboxOptions } from "../../src/sandbox/sandbox.ts";
import { cleanEnv, temporaryDirectory } from "../ledger/repositories.ts";
import type { CommandRun } from "../support/command.ts";
import { command } from "../support/command.ts";
import type { Desk } from "../support/desk.ts";
import { newDesk, settings } from "../support/desk.ts";
import { environmentOf, SECRET, startOrganisation, writesOf } from "../support/organisation.ts";
import { changesOf, planAt, refusedBy } from "../support/planned.ts";

const DIALECTS = ["cloud", "profiles"] as const;

interface Place {
  readonly sandbox: Sandbox;
  readonly folder: string;
  readonly run: (line: string) => Promise<CommandRun>;
  /** Names and texts of all files in a folder below, hidden ones too. */
  readonly files: (path?: string) => Record<string, string>;
}

/** A folder with nothing in it, and an organisation. */
async function newPlace(options: Partial<SandboxOptions> = {}, suffix = ""): Promise<Place> {
  const sandbox = await startOrganisation(options);
  const folder = temporaryDirectory();
  const variables = Object.entries(environmentOf(sandbox)).map(([name, value]) => [
    name.startsWith("GENESYS_CLIENT") ? name + suffix : name,
    value,
  ]);
  const env = cleanEnv(Object.fromEntries(variables) as Record<string, string>);
  return {
    sandbox,
    folder,
    run: (line) => command(line, { folder, env }),
    files: (path = "skills") => filesIn(join(folder, path)),
  };
}

function filesIn(folder: string): Record<string, string> {
  if (!existsSync(folder)) return {};
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  const paths = entries.map(({ parentPath, name }) => join(parentPath, name)).sort();
  return Object.fromEntries(paths.map((path) => [relative(folder, path), readFileSync(path, "utf8")]));
}

describe.each(DIALECTS)("an organisation with %s", (dialect) => {
  test("is written down, and planning it changes nothing", async () => {
    const { sandbox, run, files } = await newPlace({ dialect, seed: exampleSeed });
    const imported = await run("import");
    expect(imported).toMatchObject({ exitCode: 0, err: "" });
    const profiles = dialect === "profiles" ? ["profiles.yaml"] : [];
    const all = [...profiles, "settings.yaml", "skills.yaml", "users/home.yaml"];
    expect(Object.keys(files())).toStrictEqual(all);
    expect((await run("validate")).exitCode).toBe(0);
    expect(await run("plan --detailed-exitcode --no-ledger")).toMatchObject({ exitCode: 0 });
    expect(writesOf(sandbox)).toStrictEqual([]);
  });

  test("is managed from the first apply on: a removed line is then a removal", async () => {
    const desk = newDesk(await startOrganisation({ dialect, seed: exampleSeed }));
    expect((await desk.run("import")).exitCode).toBe(0);
    desk.git("add", "--all");
    desk.git("commit", "--quiet", "--message", "As it is");
    expect((await desk.run("apply --yes")).exitCode).toBe(0);
    expect(changesOf(await planAt(desk))).toStrictEqual([]);
    takeOut(desk, /(?<=user: tomasz.zielinski@northmere.example(?:\n|.)*?)      Polish: 5\n/u);
    expect(changesOf(await planAt(desk))).toStrictEqual([
      "- tomasz.zielinski@northmere.example loses Polish, was 5 (edit)",
    ]);
  });
});

function takeOut(desk: Desk, line: RegExp): void {
  const path = join(desk.folder, "skills/users/home.yaml");
  const text = readFileSync(path, "utf8");
  expect(text).toMatch(line);
  writeFileSync(path, text.replace(line, ""));
}

test("the files say where they come from, and neither they nor the output hold a secret", async () => {
  const { sandbox, run, files } = await newPlace();
  const { text } = await run("import");
  const written = Object.values(files()).join("");
  expect(written).toContain(`Contact Centre (${new URL(sandbox.url).host})`);
  expect(written).not.toContain(SECRET);
  expect(text).not.toContain(SECRET);
  expect(files()["settings.yaml"]).toContain("organization: 0e1c3a52-58a8-4c2f-9a39-8f6b54d1c001\n");
});

test("the built-in sandbox can be written down without an account", async () => {
  const folder = temporaryDirectory();
  const run = (line: string): Promise<CommandRun> => command(line, { folder, env: cleanEnv() });
  expect((await run("import --sandbox --dir mine")).out).toContain(
    "genesys-skills plan --dir mine --sandbox: ",
  );
  expect((await run("plan --sandbox --dir mine --detailed-exitcode")).exitCode).toBe(0);
});

// ── Refusals ─────────────────────────────────────────────────────────────────────────────────────────

test("YAML that is wrong is a problem at its place, before anything is asked", async () => {
  const { sandbox, folder, run } = await newPlace();
  mkdirSync(join(folder, "skills/deep"), { recursive: true });
  writeFileSync(join(folder, "skills/deep/broken.yml"), "{ not: [yaml");
  const { exitCode, err } = await run("import");
  expect(exitCode).toBe(1);
  expect(err).toContain("skills/deep/broken.yml:1:13: YAML_SYNTAX");
  expect(readdirSync(join(folder, "skills"))).toStrictEqual(["deep"]);
  expect(sandbox.requests).toHaveLength(0);
});

test("a second import changes no byte; later ones add what is new, in files of its own", async () => {
  const { sandbox, run, files } = await newPlace();
  await run("import");
  const before = files();
  const again = await run("import");
  expect(again).toMatchObject({ exitCode: 0, err: "" });
  expect(again.out).toContain("Nothing is missing: the YAML has everything in the organisation.");
  expect(files()).toStrictEqual(before);
  sandbox.manualEdits.assign("dora@example.com", "Sales", 2);
  expect((await run("import")).out).toContain("Added to the YAML: 0 skills, 1 user, 1 assignment.");
  const added = Object.entries(files()).filter(([name]) => !(name in before));
  expect(added.map(([name]) => name)).toStrictEqual(["users/home-2.yaml"]);
  expect(files()).toMatchObject(before);
  expect((await run("plan --detailed-exitcode --no-ledger")).exitCode).toBe(0);
});

test("what only an edit asks for, and what somebody changed by hand, is left for the plan", async () => {
  const { folder, run, files } = await newPlace();
  mkdirSync(join(folder, "skills"));
  const mine =
    "skills: [{ name: Night Shift }, { name: Billing, assign_to_users: [{ user: ann@example.com, proficiency: 5 }] }]\n";
  writeFileSync(join(folder, "skills/mine.yaml"), mine);
  expect(await run("import")).toMatchObject({ exitCode: 0, err: "" });
  expect(files()["mine.yaml"]).toBe(mine);
  expect(files()["skills.yaml"]).not.toContain("Billing");
  const { out } = await run("plan --no-ledger");
  expect(out).toContain("Plan: 1 to add, 1 to change, 0 to destroy.");
});

test("existing settings stay as they are, and count; missing ones are reported", async () => {
  const { folder, run, files } = await newPlace();
  mkdirSync(join(folder, "skills"));
  writeFileSync(join(folder, "skills/settings.yaml"), "requests_per_minute: 9000\n");
  writeFileSync(join(folder, "skills/README.md"), "Ours.\n");
  const { exitCode, out } = await run("import");
  expect(exitCode).toBe(0);
  expect(out).toContain("Add to skills/settings.yaml: organization: 0e1c3a52-58a8-4c2f-9a39-8f6b54d1c001");
  expect(files()["settings.yaml"]).toBe("requests_per_minute: 9000\n");
});

test("credentials of another organisation than the settings say write nothing", async () => {
  const { folder, run, files } = await newPlace();
  mkdirSync(join(folder, "skills"));
  writeFileSync(join(folder, "skills/settings.yaml"), "organization: another\n");
  const { exitCode, err } = await run("import");
  expect(exitCode).toBe(3);
  expect(err).toContain("WRONG_ORG");
  expect(Object.keys(files())).toStrictEqual(["settings.yaml"]);
});

test("settings that are wrong are a problem at their place, before anything is asked", async () => {
  const { sandbox, folder, run } = await newPlace();
  mkdirSync(join(folder, "skills"));
  writeFileSync(join(folder, "skills/settings.yaml"), "api: clowd\n");
  const { exitCode, err } = await run("import");
  expect(exitCode).toBe(1);
  expect(err).toContain("skills/settings.yaml:1:6: ");
  expect(sandbox.requests).toHaveLength(0);
});

test.each(["skills", "users"])("nothing is written if the list of %s stays incomplete", async (list) => {
  const { run, files } = await newPlace({ faults: { shortPage: { every: 1, on: `/${list}` } } });
  const { exitCode, err } = await run("import");
  expect(exitCode).toBe(1);
  expect(err).toContain("INCOMPLETE");
  expect(files()).toStrictEqual({});
});

test("a folder without write access is reported, and nothing is left behind", async () => {
  const { folder, run } = await newPlace();
  writeFileSync(join(folder, "file"), "");
  expect((await run("import --dir file")).err).toContain("NOT_A_DIRECTORY");
  expect((await run("import --dir file/skills")).err).toContain("CANNOT_WRITE");
  mkdirSync(join(folder, "skills/skills.yaml"), { recursive: true });
  writeFileSync(join(folder, "skills/users"), "");
  expect((await run("import")).err).toContain("YAML_EXISTS");
  expect(readdirSync(join(folder, "skills"))).toStrictEqual(["skills.yaml", "users"]);
});

test("without credentials nothing is written, and the sandbox is offered", async () => {
  const folder = temporaryDirectory();
  const { exitCode, err } = await command("import", { folder, env: cleanEnv() });
  expect(exitCode).toBe(1);
  expect(err).toContain("MISSING_CREDENTIALS");
  expect(err).toContain("--sandbox");
  expect(readdirSync(folder)).toStrictEqual([]);
});

// ── Targets ──────────────────────────────────────────────────────────────────────────────────────────

test("a target gets a folder of its own, and credentials of its name", async () => {
  const { run, files } = await newPlace({}, "_PRODUCTION_EU");
  expect((await run("import --target production-eu")).exitCode).toBe(0);
  expect(Object.keys(files("skills/targets/production-eu"))).toContain("skills.yaml");
  expect((await run("plan --detailed-exitcode --no-ledger")).exitCode).toBe(0);
  expect((await run("import")).out).toContain("Nothing is missing");
  expect((await run("import --target test")).err).toContain("GENESYS_CLIENT_ID_TEST");
});

test("a target's files say nothing of what the files above ask for", async () => {
  const desk = newDesk(await startOrganisation(), {
    ...settings(),
    "skills/all.yaml":
      "skills: [{ name: Night Shift }, { name: Billing, assign_to_users: [dora@example.com] }]\n",
  });
  const env = Object.fromEntries(
    Object.entries(desk.env).map(([name, value]) => [
      name.replace(/^GENESYS_CLIENT_\w+$/u, "$&_EAST"),
      value,
    ]),
  );
  const run = (line: string): Promise<CommandRun> => command(line, { folder: desk.folder, env });
  const { exitCode, out } = await run("import --target east");
  expect(exitCode).toBe(0);
  expect(out).toContain("the plan includes the files for all targets");
  const planned = await planAt({ ...desk, run }, "--no-ledger");
  expect(changesOf(planned)).toStrictEqual([
    "+ skill Night Shift (edit)",
    "+ dora@example.com gains Billing at 1 (edit)",
  ]);
  expect(refusedBy(planned)).toStrictEqual([]);
});

test.each(["../elsewhere", "Production", "a/b"])(
  "%s is not accepted as the name of a target",
  async (target) => {
    const { folder, run } = await newPlace();
    expect((await run(`import --target ${target}`)).err).toContain("BAD_TARGET_NAME");
    expect(readdirSync(folder)).toStrictEqual([]);
  },
);

test("where there are several targets one has to be named", async () => {
  const { folder, run } = await newPlace();
  for (const name of ["a", "b"]) mkdirSync(join(folder, "skills/targets", name), { recursive: true });
  expect((await run("import")).err).toContain("TARGET_NEEDED");
});

test("credentials that see only some divisions say so, in the output and in the files", async () => {
  const { run, files } = await newPlace({
    seed: { divisions: [{ name: "North", home: true }, { name: "South" }], skills: [{ name: "Billing" }] },
    clients: [{ id: "7d1f0a52-58a8-4c2f-9a39-8f6b54d1c0aa", secret: SECRET, divisions: ["North"] }],
  });
  expect((await run("import")).out).toContain("only some divisions");
  expect(files()["skills.yaml"]).toContain("only some divisions");
});

// ── For some of the users ────────────────────────────────────────────────────────────────────────────

const TWO_DIVISIONS: SandboxOptions["seed"] = {
  divisions: [{ name: "Home", home: true }, { name: "South" }],
  skills: [{ name: "Billing" }, { name: "Chat" }, { name: "Solar" }],
  users: [
    ...["ann", "bob", "cleo"].map((name) => ({
      ...{ name, email: `${name}@example.com`, division: "South" },
      skills: { Billing: 3, Chat: 2 },
    })),
    { name: "Dan", email: "dan@example.com", skills: { Billing: 1 } },
    { name: "Eve", email: "eve@example.com", skills: { Solar: 1 } },
  ],
  groups: [
    { name: "Desk", members: ["cleo@example.com", "ann@example.com", "bob@example.com"] },
    { name: "Night", members: ["dan@example.com", "ann@example.com", "bob@example.com"] },
    { name: "South", members: ["eve@example.com"] },
  ],
};

test("--only takes a division, a group or users, with what they need and nothing else", async () => {
  const { run, files } = await newPlace({ seed: TWO_DIVISIONS });
  expect((await run("import --only Souht")).err).toContain(
    'UNKNOWN_NAME: No division, department, group or user is called "Souht".',
  );
  expect((await run("import --only South")).err).toContain(
    'Write which one you mean: "division:South" or "group:South".',
  );
  expect(files()).toStrictEqual({});
  expect((await run("import --dir a --only division:South")).exitCode).toBe(0);
  expect(Object.keys(files("a"))).toStrictEqual([
    "profiles.yaml",
    "settings.yaml",
    "skills.yaml",
    "users/south.yaml",
  ]);
  expect(files("a")["skills.yaml"]).not.toContain("Solar");
  expect((await run("import --dir b --only dan@example.com desk")).exitCode).toBe(0);
  expect(files("b")["users/home.yaml"]).toContain(
    "  - user: dan@example.com # Dan\n    skills:\n      Billing: 1\n",
  );
  expect((await run("import --dir b")).out).toContain("Added to the YAML: 1 skill, 1 user, 1 assignment.");
  expect((await run("plan --dir b --detailed-exitcode --no-ledger")).exitCode).toBe(0);
});

test("a profile is called after the group that is just its people, which is proposed as its members", async () => {
  const { run, files } = await newPlace({ seed: TWO_DIVISIONS });
  await run("import");
  expect(files()["profiles.yaml"]).toContain(
    "  #   members: { groups: [Desk] }\n  - name: Desk\n    skills:\n",
  );
  expect(files()["users/south.yaml"]).toContain(
    "users:\n  - user: ann@example.com # ann\n    profiles: [Desk]\n  - user: bob@example.com # bob\n    profiles: [Desk]\n",
  );
  const alone = await newPlace({ seed: TWO_DIVISIONS });
  await alone.run("import --no-profiles");
  expect(Object.values(alone.files()).join("")).not.toContain("profiles:");
  expect((await alone.run("plan --detailed-exitcode --no-ledger")).exitCode).toBe(0);
});

/** Settings alone, as in a repository that is just begun. */
function begin(folder: string): void {
  mkdirSync(join(folder, "skills"));
  writeFileSync(join(folder, "skills/settings.yaml"), "exclusive: false\n");
}

// ── Spreadsheets ─────────────────────────────────────────────────────────────────────────────────────

test("a spreadsheet goes out and comes back, and nothing changes", async () => {
  const { sandbox, folder, run, files } = await newPlace({ seed: exampleSeed });
  begin(folder);
  expect((await run("report --matrix --out agents.csv")).exitCode).toBe(0);
  expect((await run("import --csv agents.csv")).exitCode).toBe(0);
  expect(Object.keys(files())).toStrictEqual(["settings.yaml", "skills.yaml", "users/home.yaml"]);
  expect((await run("plan --detailed-exitcode --no-ledger")).exitCode).toBe(0);
  const again = await run("import --csv agents.csv");
  expect(again.out).toContain("Nothing is missing: the YAML has everything in the spreadsheet.");
  const text = readFileSync(join(folder, "agents.csv"), "utf8");
  writeFileSync(join(folder, "wide.csv"), Buffer.from(`\ufeff${text.replaceAll(",", ";")}`, "utf16le"));
  expect((await run("import --csv wide.csv --dir wide")).exitCode).toBe(0);
  expect(files("wide")["users/home.yaml"]).toBe(
    files()["users/home.yaml"]?.replace("agents.csv", "wide.csv"),
  );
  expect(writesOf(sandbox)).toStrictEqual([]);
});

test("without credentials a spreadsheet is checked against the YAML alone, and without YAML all is new", async () => {
  const folder = temporaryDirectory();
  const run = (line: string): Promise<CommandRun> => command(line, { folder, env: cleanEnv() });
  writeFileSync(join(folder, "agents.csv"), "email;skills\nann@example.com;Billing:4,Chat\n");
  const first = await run("import --csv agents.csv");
  expect(first).toMatchObject({ exitCode: 0, err: "" });
  expect(first.out).toContain("checked against the YAML alone, without credentials");
  expect(Object.keys(filesIn(join(folder, "skills")))).toStrictEqual(["skills.yaml", "users/agents.yaml"]);
  expect((await run("validate")).exitCode).toBe(0);
  writeFileSync(join(folder, "more.csv"), "email,Billing,Solar\nann@example.com,7,\nkim@example.com,1,2\n");
  const before = filesIn(join(folder, "skills"));
  const { exitCode, err } = await run("import --csv more.csv");
  expect(exitCode).toBe(1);
  expect(err).toContain('more.csv:2:2: BAD_PROFICIENCY: Row 2, column B: "7" is not a proficiency.');
  writeFileSync(join(folder, "more.csv"), "email,Billing,Solar\nann@example.com,4,\nkim@example.com,1,2\n");
  const unknown = (await run("import --csv more.csv")).err;
  expect(unknown).toContain("more.csv:1:3: UNKNOWN_SKILL");
  expect(unknown).toContain("more.csv:3:1: UNKNOWN_USER");
  expect((await run("import --csv nowhere.csv")).err).toContain("CANNOT_READ");
  expect((await run("import --csv more.csv --only Home")).exitCode).not.toBe(0);
  expect(filesIn(join(folder, "skills"))).toStrictEqual(before);
});

test("a matrix is csv and nothing else", async () => {
  const { folder, run } = await newPlace();
  begin(folder);
  expect((await run("report --matrix --format json")).err).toContain("UNKNOWN_FORMAT");
  expect((await run("report --matrix")).out).toBe(
    "email,Billing,Complaints,Sales\r\nann@example.com,3,,2\r\nbob@example.com,1,5,\r\ncleo@example.com,,,4\r\n",
  );
});

test("a matrix can be had in an empty folder, and with it no ledger is read", async () => {
  const sandbox = await startOrganisation();
  const folder = temporaryDirectory();
  const { exitCode, out, err } = await command("report --matrix", {
    folder,
    env: cleanEnv(environmentOf(sandbox)),
  });
  expect({ exitCode, err }).toStrictEqual({ exitCode: 0, err: "" });
  expect(out).toContain("bob@example.com,1,5,\r\n");
});
