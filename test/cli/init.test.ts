import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } from "@actions/workflow-parser";
import { expect, test } from "vitest";
import { git, temporaryDirectory } from "../ledger/repositories.ts";
import type { CommandRun } from "../support/command.ts";
import { command } from "../support/command.ts";

const COMMIT = "0123456789abcdef0123456789abcdef01234567";
const ACTION = `acme/genesys-skills@${COMMIT}`;

function newFolder(): string {
  const folder = temporaryDirectory();
  git(folder, "init", "--quiet", "--initial-branch=main", "--template=");
  return folder;
}

function init(folder: string, words = ""): Promise<CommandRun> {
  return command(`init --action ${ACTION}${words === "" ? "" : ` ${words}`}`, { folder });
}

/** Every file by its path; git's own are left out. */
function filesIn(folder: string): Map<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .filter((path) => !path.startsWith(".git/"));
  return new Map(files.sort().map((path) => [path, readFileSync(join(folder, path), "utf8")]));
}

test("an empty folder gets everything, and what was written is valid", async () => {
  const folder = newFolder();
  const { exitCode, out, err } = await init(folder);
  expect(exitCode, err).toBe(0);
  expect([...filesIn(folder).keys()]).toEqual([
    ".github/CODEOWNERS",
    ".github/dependabot.yml",
    ".github/workflows/apply.yml",
    ".github/workflows/drift.yml",
    ".github/workflows/plan.yml",
    ".gitignore",
    ".vscode/extensions.json",
    ".vscode/settings.json",
    "package.json",
    "schemas/settings.schema.json",
    "schemas/skills.schema.json",
    "skills/settings.yaml",
  ]);
  for (const step of ["doctor", "import", "plan", "git commit", "git remote add origin"])
    expect(out).toContain(step);
  expect(out).not.toContain("git init");
  expect((await command("validate", { folder })).exitCode).toBe(0);
});

test("the workflows are ours, but for the action and the folder, and GitHub can read them", async () => {
  const folder = newFolder();
  await init(folder, "--dir config/skills");
  for (const name of ["plan.yml", "apply.yml", "drift.yml"]) {
    const text = readFileSync(join(folder, ".github/workflows", name), "utf8");
    const own = readFileSync(`.github/workflows/${name}`, "utf8");
    const back = text
      .replaceAll(`uses: ${ACTION}`, "uses: ./")
      .replaceAll("dir: config/skills", "dir: skills")
      .replaceAll("-config-skills-", "-skills-");
    expect(back).toBe(own);
    expect(text).not.toContain("uses: ./");
    const { context, value } = parseWorkflow({ name, content: text }, new NoOperationTraceWriter());
    if (value) await convertWorkflowTemplate(context, value);
    expect(context.errors.getErrors()).toEqual([]);
  }
  expect(readFileSync(join(folder, ".github/CODEOWNERS"), "utf8")).toContain("/config/skills/");
  const settings = readFileSync(join(folder, "config/skills/settings.yaml"), "utf8");
  expect(settings).toContain("$schema=../../schemas/settings.schema.json");
});

test("the example is written instead of starter files, and can be planned on the sandbox", async () => {
  const folder = newFolder();
  await init(folder, "--example");
  const { exitCode, text } = await command("plan --sandbox", { folder });
  expect(exitCode, text).toBe(0);
  expect(text).toContain("to add");
});

test("no existing file is changed, and a second run writes nothing", async () => {
  const folder = newFolder();
  writeFileSync(join(folder, "package.json"), "not even JSON");
  mkdirSync(join(folder, "skills"));
  writeFileSync(join(folder, "skills/settings.yaml"), "drift: report\n");
  const first = await init(folder);
  expect(first.out).toContain("kept     package.json");
  const after = filesIn(folder);
  expect(after.get("package.json")).toBe("not even JSON");
  expect(after.get("skills/settings.yaml")).toBe("drift: report\n");
  const second = await init(folder);
  expect(second.exitCode).toBe(0);
  expect(second.out).not.toContain("written ");
  expect(filesIn(folder)).toEqual(after);
});

test("a .gitignore that was there, and would let git keep the credentials, is told", async () => {
  const folder = newFolder();
  writeFileSync(join(folder, ".gitignore"), "node_modules/\n.env.local\n");
  expect((await init(folder)).out).toContain("Add the line .env to .gitignore");
  writeFileSync(join(folder, ".gitignore"), "node_modules/\n.env\n");
  expect((await init(folder)).out).not.toContain("Add the line .env");
});

test("an editor takes settings for settings, and everything else in the folder for skills", async () => {
  const folder = newFolder();
  await init(folder, "--dir config/skills");
  const written: unknown = JSON.parse(readFileSync(join(folder, ".vscode/settings.json"), "utf8"));
  const [yaml, yml] = ["config/skills/**/settings.yaml", "config/skills/**/settings.yml"];
  expect(written).toMatchObject({
    "yaml.schemas": {
      "./schemas/skills.schema.json": [
        "config/skills/**/*.yaml",
        "config/skills/**/*.yml",
        "!config/skills/**/settings.*",
      ],
      "./schemas/settings.schema.json": [yaml, yml],
    },
  });
});

test("outside a git repository it says to make one first", async () => {
  const folder = temporaryDirectory();
  expect((await init(folder)).out).toContain("1. git init");
});

test("in a folder of a repository it is refused, because GitHub would not find the workflows", async () => {
  const folder = newFolder();
  const below = join(folder, "deep/down");
  mkdirSync(below, { recursive: true });
  const { exitCode, err } = await init(below);
  expect(exitCode).toBe(1);
  expect(err).toContain("NOT_THE_ROOT");
  expect(err).toContain(folder);
  expect(readdirSync(below)).toEqual([]);
});

test("where it may not write it says what it wrote before, and can be run again", async () => {
  const folder = newFolder();
  writeFileSync(join(folder, ".github"), "in the way");
  const { exitCode, err } = await init(folder);
  expect(exitCode).toBe(1);
  expect(err).toContain("CANNOT_WRITE");
  expect(err).toContain("Written before it: skills/settings.yaml");
  expect(err).toContain("Move the file that is in the way");
  expect(existsSync(join(folder, "package.json"))).toBe(false);
});

test.each(["../skills", "/tmp/skills", ".", "", "a/../../b", "my/sk$ills", ".git", "*"])(
  "a folder that workflows could not name, or that is not below this one, is refused: %j",
  async (dir) => {
    const folder = newFolder();
    const run = await init(folder, `--dir ${dir}`);
    expect(run.exitCode).toBe(1);
    expect(run.err).toContain("BAD_DIR");
    expect(filesIn(folder).size).toBe(0);
  },
);

test("a folder may be written with ./ and a slash", async () => {
  const folder = newFolder();
  await init(folder, "--dir ./config/skills/");
  expect([...filesIn(folder).keys()]).toContain("config/skills/settings.yaml");
  expect(filesIn(folder).get(".github/workflows/plan.yml")).toContain("dir: config/skills\n");
});

test("a link that leads to itself is no folder, and is told like any other mistake", async () => {
  const folder = newFolder();
  symlinkSync("skills", join(folder, "skills"));
  const { exitCode, err } = await command("validate", { folder });
  expect(exitCode).toBe(1);
  expect(err).toContain("MISSING_DIRECTORY");
  expect((await init(folder)).err).toContain("CANNOT_WRITE");
});

test.each(["acme/tool@main", "acme/tool@v1.2.3", "acme@" + COMMIT, "acme/tool@" + COMMIT.slice(1), "x y@z"])(
  "an action that can change afterwards is refused: %s",
  async (action) => {
    const folder = newFolder();
    const { exitCode, err } = await command(`init --action=${action.replace(" ", "+")}`, { folder });
    expect(exitCode).toBe(1);
    expect(err).toContain("BAD_ACTION");
    expect(filesIn(folder).size).toBe(0);
  },
);

test("GitHub Enterprise Server gets no key that it does not know", async () => {
  const folder = newFolder();
  await init(folder, "--ghes");
  const texts = [...filesIn(folder)].filter(([path]) => path.startsWith(".github/workflows/"));
  for (const [path, text] of texts) {
    expect(text, path).not.toMatch(/deployment: false|queue: max|timezone:/);
    const { context, value } = parseWorkflow({ name: path, content: text }, new NoOperationTraceWriter());
    if (value) await convertWorkflowTemplate(context, value);
    expect(context.errors.getErrors()).toEqual([]);
  }
  expect(texts.map(([, text]) => text).join("")).toContain("environment: ${{ matrix.plan_environment }}");
});

test("the schedule has the time zone of the settings, and none where GitHub doesn't know it", async () => {
  const scheduleIn = (folder: string): string =>
    /schedule:\n(?: +#.*\n)*((?: +(?:- cron|timezone).*\n)+)/u.exec(
      readFileSync(join(folder, ".github/workflows/apply.yml"), "utf8"),
    )?.[1] ?? "";
  const folder = newFolder();
  mkdirSync(join(folder, "skills"));
  writeFileSync(join(folder, "skills/settings.yaml"), "time_zone: America/New_York # the desks\n");
  await init(folder);
  expect(scheduleIn(folder)).toMatch(/cron: "41 \*\/3 \* \* \*"\n +timezone: America\/New_York\n/u);
  const server = newFolder();
  await init(server, "--ghes");
  expect(scheduleIn(server)).toMatch(/^ +- cron: .*\n$/u);
});
