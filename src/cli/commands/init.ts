/** `init`: sets up a repository. It creates files and never changes an existing one. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { packageFile } from "../../package-files.ts";
import { Failure } from "../../problem.ts";
import { printable } from "../../text.ts";
import { pathInRepository } from "../root.ts";
import type { Terminal } from "../terminal.ts";

interface InitOptions {
  /** The folder for the YAML. */
  readonly dir: string;
  /** Writes the example instead of starter files. */
  readonly example?: boolean;
  /** The action of the workflows, as `owner/name@commit`. Default: the commit that this program was built from. */
  readonly action?: string;
  /** Leaves out settings that GitHub Enterprise Server does not support. */
  readonly ghes?: boolean;
}

/** Throws Failure NOT_THE_ROOT, BAD_DIR, BAD_ACTION, NO_ACTION or CANNOT_WRITE. */
export async function initCommand(given: InitOptions, terminal: Terminal): Promise<number> {
  const options = { ...given, dir: folderBelow(given.dir) };
  refuseSubfolder();
  const files = filesFor(options);
  const [written, kept]: [string[], string[]] = [[], []];
  for (const [path, text] of files) {
    ((await writeNew(path, text, written)) ? written : kept).push(path);
  }
  for (const path of written) terminal.show(`written  ${path}\n`);
  for (const path of kept) terminal.show(`kept     ${path} (it existed already)\n`);
  if (kept.includes(".gitignore") && !/^\/?\.env$/mu.test(readFileSync(".gitignore", "utf8")))
    terminal.show(
      "Add the line .env to .gitignore: that file will hold credentials, and git must not keep it.\n",
    );
  terminal.show(nextSteps(options));
  return 0;
}

/** GitHub reads workflows only at the root of a repository. */
function refuseSubfolder(): void {
  const path = pathInRepository(".");
  if (path === ".") return;
  throw new Failure({
    code: "NOT_THE_ROOT",
    message: "This folder is inside a git repository, and GitHub reads workflows only at the root.",
    hint: `Run init in ${resolve(relative(path, "."))}. To keep the YAML here, name this folder with --dir.`,
  });
}

/** The folder without `./` and without a slash at its end, as workflows, code owners and editor settings name it. */
function folderBelow(dir: string): string {
  const folder = dir.replace(/^(?:\.\/)+|\/+$/gu, "");
  if (/^\w[\w.-]*(?:\/\w[\w.-]*)*$/u.test(folder)) return folder;
  throw new Failure({
    code: "BAD_DIR",
    message: `"${printable(dir)}" can't be the folder of the YAML. Nothing was written.`,
    hint: "Name a folder below this one, of letters, digits, dots, hyphens and underscores, such as --dir config/skills.",
  });
}

/** Returns false if the file exists. Throws Failure CANNOT_WRITE, with the files written before. */
async function writeNew(path: string, text: string, written: readonly string[]): Promise<boolean> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text, { flag: "wx" });
    return true;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "EEXIST" && existsSync(path)) return false;
    const before =
      written.length === 0 ? "Nothing was written." : `Written before it: ${written.join(", ")}.`;
    throw new Failure({
      code: "CANNOT_WRITE",
      message: `${path} could not be written: ${message}. ${before}`,
      hint: `${code === "EEXIST" || code === "ENOTDIR" ? "Move the file that is in the way, or name another folder with --dir." : "Run init in a folder that you may write to."} Existing files are kept, so you can run init again.`,
    });
  }
}

/** Text by path, from the root of the repository. */
function filesFor(options: InitOptions): ReadonlyMap<string, string> {
  const { dir, example = false } = options;
  const schemas = ["settings", "skills"].map((name) => `schemas/${name}.schema.json`);
  return new Map([
    ...(example ? exampleFiles(dir) : starterFiles(dir)),
    ...workflowFiles(options),
    ...schemas.map((path) => [path, packaged(path)] as const),
    [".github/CODEOWNERS", codeOwners(dir)],
    [".github/dependabot.yml", DEPENDABOT],
    [".gitignore", GITIGNORE],
    [".vscode/extensions.json", asJson({ recommendations: ["redhat.vscode-yaml"] })],
    [".vscode/settings.json", asJson(editorSettings(dir))],
    ["package.json", asJson(ownPackage())],
  ]);
}

/** The text of a file of this program. */
function packaged(path: string): string {
  return readFileSync(packageFile(path), "utf8");
}

function exampleFiles(dir: string): (readonly [string, string])[] {
  const names = readdirSync(packageFile("skills")).sort();
  return names.map((name) => [`${dir}/${name}`, packaged(`skills/${name}`)]);
}

function starterFiles(dir: string): (readonly [string, string])[] {
  const up = "../".repeat(dir.split("/").length);
  return [[`${dir}/settings.yaml`, packaged("skills/settings.yaml").replace("../schemas/", `${up}schemas/`)]];
}

// ── Workflows ────────────────────────────────────────────────────────────────────────────────────────

/** The workflows of this program's repository, with the action named by its commit. */
function workflowFiles({ dir, action, ghes = false }: InitOptions): (readonly [string, string])[] {
  const uses = actionFor(action);
  const timeZone = timeZoneOf(dir);
  return ["plan.yml", "apply.yml", "drift.yml"].map((name) => {
    const own = packaged(`.github/workflows/${name}`)
      .replaceAll("uses: ./", `uses: ${uses}`)
      .replaceAll("dir: skills", `dir: ${dir}`)
      .replaceAll(/group: (\w+)-skills-/g, `group: $1-${dir.replaceAll("/", "-")}-`)
      .replaceAll("timezone: UTC", `timezone: ${timeZone}`);
    return [`.github/workflows/${name}`, ghes ? forEnterpriseServer(own) : own];
  });
}

function forEnterpriseServer(text: string): string {
  return text
    .replaceAll(/environment:\n\s+name: (.*)\n\s+deployment: false\n/g, "environment: $1\n")
    .replaceAll(/^\s+(?:queue: max|timezone: .*)\n/gm, "");
}

/** The time zone in existing settings, in which the schedule runs. */
function timeZoneOf(dir: string): string {
  const file = join(dir, "settings.yaml");
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  return /^time_zone:\s*["']?([A-Za-z][\w/+-]*)/mu.exec(text)?.[1] ?? "UTC";
}

interface Package {
  readonly version: string;
  readonly repository?: { readonly url?: string };
}

function actionFor(given: string | undefined): string {
  if (given !== undefined) {
    if (/^[\w.-]+\/[\w.-]+@[0-9a-f]{40}$/.test(given)) return given;
    throw new Failure({
      code: "BAD_ACTION",
      message: `"${given}" does not name an action by its commit.`,
      hint: "Give it as owner/name@ and the full hash of a commit: a branch or a tag can change afterwards.",
    });
  }
  const own = readPackage();
  const name = repositoryName(own);
  const commit = builtFrom();
  if (name !== undefined && commit !== null) return `${name}@${commit} # v${own.version}`;
  throw new Failure({
    code: "NO_ACTION",
    message: "This copy of the program does not know which commit it was built from.",
    hint: "Name the action for the workflows: --action owner/name@<full hash of the commit>.",
  });
}

/** The address of a file of this program on GitHub. */
function address(path: string): string {
  const name = repositoryName(readPackage());
  return name === undefined ? `${path} of genesys-skills` : `https://github.com/${name}/blob/main/${path}`;
}

function repositoryName({ repository }: Package): string | undefined {
  return /github\.com[/:](?<name>[\w.-]+\/[\w.-]+?)(\.git)?$/.exec(repository?.url ?? "")?.groups?.["name"];
}

function readPackage(): Package {
  return JSON.parse(packaged("package.json")) as Package;
}

/** The commit in the package, else the commit of a clone. */
function builtFrom(): string | null {
  const noted = packageFile("dist/commit.txt");
  if (existsSync(noted)) return readFileSync(noted, "utf8").trim();
  const root = packageFile("");
  if (!existsSync(join(root, ".git"))) return null;
  return execFileSync("git", ["rev-parse", "HEAD"], { cwd: root, encoding: "utf8" }).trim();
}

// ── The other files ──────────────────────────────────────────────────────────────────────────────────

function codeOwners(dir: string): string {
  return [
    "# The teams that must approve a change. Put your own teams here, and require their review in the rules of main.",
    `/${dir}/    @your-organisation/routing`,
    "/.github/   @your-organisation/platform",
    "/package*.json  @your-organisation/platform",
    "",
  ].join("\n");
}

const DEPENDABOT = `# Updates the commit of the action in the workflows, and the program in package.json.
version: 2
updates:
  - package-ecosystem: github-actions
    directory: /
    schedule:
      interval: weekly
    cooldown:
      default-days: 7
  - package-ecosystem: npm
    directory: /
    schedule:
      interval: weekly
    cooldown:
      default-days: 7
`;

const GITIGNORE = `node_modules/
# Credentials
.env
# Files of the program: the data of --sandbox, and plans and reports, which name people.
.genesys-skills/
plan.json
impact.*
`;

/** Schemas for files whose first line names none. Settings files may be in any folder, and have their own schema. */
function editorSettings(dir: string): object {
  const [skills, settings] = ["./schemas/skills.schema.json", "./schemas/settings.schema.json"];
  return {
    "yaml.schemas": {
      [skills]: [`${dir}/**/*.yaml`, `${dir}/**/*.yml`, `!${dir}/**/settings.*`],
      [settings]: [`${dir}/**/settings.yaml`, `${dir}/**/settings.yml`],
    },
    "json.schemas": [
      { fileMatch: [`/${dir}/**/*.json`, `!/${dir}/**/settings.json`], url: skills },
      { fileMatch: [`/${dir}/**/settings.json`], url: settings },
    ],
  };
}

function ownPackage(): object {
  return {
    private: true,
    scripts: { validate: "genesys-skills validate", plan: "genesys-skills plan" },
    devDependencies: { "genesys-skills": readPackage().version },
  };
}

function asJson(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function nextSteps({ dir, example = false }: InitOptions): string {
  const folder = dir === "skills" ? "" : ` --dir ${dir}`;
  const steps = [
    ...(existsSync(".git") ? [] : ["git init --initial-branch=main"]),
    ...(example
      ? [`npx genesys-skills plan --sandbox${folder}`]
      : [
          "Write three lines NAME=value into the file .env:",
          "   GENESYS_CLIENT_ID, GENESYS_CLIENT_SECRET, GENESYS_ENV (such as mypurecloud.ie)",
          `npx genesys-skills doctor${folder}`,
          `npx genesys-skills import${folder}`,
          `npx genesys-skills plan${folder}`,
        ]),
    'git add . && git commit -m "First skills"',
    "git remote add origin <address of your own, empty repository>",
    "git push -u origin main",
    "Set up GitHub (environments, secrets, rules, labels):",
    `   ${address("docs/github.md")}`,
  ];
  let number = 0;
  const lines = steps.map((step) => (step.startsWith(" ") ? `  ${step}` : `  ${(number += 1)}. ${step}`));
  return `\nNext:\n${lines.join("\n")}\n`;
}
