/** `import` over the command line: a folder without YAML, an organisation over real HTTP, and what comes of it. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
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
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), "utf8")]));
}

describe.each(DIALECTS)("an organisation with %s", (dialect) => {
  test("is written down, and planning it changes nothing", async () => {
    const { sandbox, run, files } = await newPlace({ dialect, seed: exampleSeed });
    const imported = await run("import");
    expect(imported).toMatchObject({ exitCode: 0, err: "" });
    expect(Object.keys(files())).toStrictEqual(["profiles.yaml", "settings.yaml", "skills.yaml"]);
    expect((await run("validate")).exitCode).toBe(0);
    expect(await run("plan --detailed-exitcode --no-ledger")).toMatchObject({ exitCode: 0 });
    expect(writesOf(sandbox)).toStrictEqual([]);
  });

  test("becomes ours by the first apply: a line that is taken out then is a removal", async () => {
    const desk = newDesk(await startOrganisation({ dialect, seed: exampleSeed }));
    expect((await desk.run("import")).exitCode).toBe(0);
    desk.git("add", "--all");
    desk.git("commit", "--quiet", "--message", "As it is");
    expect((await desk.run("apply --yes")).exitCode).toBe(0);
    expect(changesOf(await planAt(desk))).toStrictEqual([]);
    takeOut(desk, "      - { user: tomasz.zielinski@northmere.example, proficiency: 5 }\n");
    expect(changesOf(await planAt(desk))).toStrictEqual([
      "- tomasz.zielinski@northmere.example loses Polish, was 5 (edit)",
    ]);
  });
});

function takeOut(desk: Desk, line: string): void {
  const path = join(desk.folder, "skills/skills.yaml");
  const text = readFileSync(path, "utf8");
  expect(text).toContain(line);
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

test.each(["billing.yaml", "deep/er/old.json", "broken.yml"])(
  "a folder that holds %s is left as it is, before anything is asked",
  async (name) => {
    const { sandbox, folder, run, files } = await newPlace();
    mkdirSync(join(folder, "skills/deep/er"), { recursive: true });
    writeFileSync(join(folder, "skills", name), "{ not: [yaml");
    const before = readdirSync(join(folder, "skills"), { recursive: true });
    const { exitCode, err } = await run("import");
    expect(exitCode).toBe(1);
    expect(err).toContain(`YAML_EXISTS: "skills" holds files already: skills/${name}.`);
    expect(readdirSync(join(folder, "skills"), { recursive: true })).toStrictEqual(before);
    expect(sandbox.requests).toHaveLength(0);
    expect((await run("import --dir other")).exitCode).toBe(0);
    expect(Object.keys(files("other"))).toContain("skills.yaml");
  },
);

test("a second import refuses and changes no byte", async () => {
  const { run, files } = await newPlace();
  await run("import");
  const before = files();
  expect((await run("import")).err).toContain("YAML_EXISTS");
  expect(files()).toStrictEqual(before);
});

test("settings that are there stay as they are, and count; what they lack is said", async () => {
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

test.each(["skills", "users"])("nothing is written where the list of %s stays short", async (list) => {
  const { run, files } = await newPlace({ faults: { shortPage: { every: 1, on: `/${list}` } } });
  const { exitCode, err } = await run("import");
  expect(exitCode).toBe(1);
  expect(err).toContain("INCOMPLETE");
  expect(files()).toStrictEqual({});
});

test("a folder that can't be written to is said, and nothing is left behind", async () => {
  const { folder, run } = await newPlace();
  writeFileSync(join(folder, "file"), "");
  expect((await run("import --dir file")).err).toContain("NOT_A_DIRECTORY");
  expect((await run("import --dir file/skills")).err).toContain("CANNOT_WRITE");
  mkdirSync(join(folder, "skills/skills.yaml"), { recursive: true });
  expect((await run("import")).err).toContain("YAML_EXISTS");
  expect(readdirSync(join(folder, "skills"))).toStrictEqual(["skills.yaml"]);
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
  expect((await run("import")).err).toContain("YAML_EXISTS");
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
  expect(out).toContain("what the files for all targets ask for beyond this is planned too");
  const planned = await planAt({ ...desk, run }, "--no-ledger");
  expect(changesOf(planned)).toStrictEqual(["+ skill Night Shift (edit)"]);
  expect(refusedBy(planned)).toStrictEqual([]);
});

test.each(["../elsewhere", "Production", "a/b"])("%s is no target's name, and no path", async (target) => {
  const { folder, run } = await newPlace();
  expect((await run(`import --target ${target}`)).err).toContain("BAD_TARGET_NAME");
  expect(readdirSync(folder)).toStrictEqual([]);
});

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
