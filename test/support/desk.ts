/** Desks: clones with YAML in them where people commit and type commands. Real git, none of the machine's settings. */
import { appendFileSync, cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Lease } from "../../src/ledger/lease.ts";
import type { Ledger, LedgerUser } from "../../src/model.ts";
import type { Sandbox } from "../../src/sandbox/sandbox.ts";
import { cleanEnv, copyTemplate, git, temporaryDirectory } from "../ledger/repositories.ts";
import type { CommandRun } from "./command.ts";
import { command } from "./command.ts";
import { environmentOf } from "./organisation.ts";
import { UNHURRIED } from "./repository.ts";

/** Texts by path, seen from the repository's folder; null deletes the file. */
export type Files = Readonly<Record<string, string | null>>;

export interface Desk {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  /** Runs a command line from the repository's folder, so only one at a time. */
  run(line: string): Promise<CommandRun>;
  /** Runs a command line beside others: from the tests' own folder, with `--dir`. */
  runBeside(line: string): Promise<CommandRun>;
  /** Writes files without committing them. */
  write(files: Files): void;
  /** Writes and commits files; answers the commit's hash. */
  commit(files: Files): string;
  git(...args: string[]): string;
}

/** `skills/settings.yaml` with nothing that anybody would wait for, and these lines. */
export function settings(...lines: readonly string[]): Files {
  const all = ["stale_seconds: 0", ...lines];
  return { "skills/settings.yaml": [UNHURRIED, ...all.map((line) => `${line}\n`)].join("") };
}

/** A repository without a remote, whose first commit holds the settings and these files. */
export function newDesk(where: Sandbox | NodeJS.ProcessEnv, files: Files = {}): Desk {
  const all = { ...settings(), ...files };
  const folder = copyTemplate(`desk ${JSON.stringify(all)}`, (template) => {
    const desk = deskAt(template, {});
    desk.git("init", "--quiet", "--initial-branch=main", "--template=");
    nameOwner(desk);
    desk.commit(all);
  });
  return deskAt(folder, where);
}

/** A bare repository, and two clones that have it as `origin`. */
export interface Office {
  /** Its folder. */
  readonly origin: string;
  readonly ann: Desk;
  readonly bob: Desk;
}

/** An office whose first commit holds the settings and these files. */
export function newOffice(where: Sandbox | NodeJS.ProcessEnv, files: Files = {}): Office {
  const root = copyTemplate(`office ${JSON.stringify(files)}`, (template) => {
    const origin = join(template, "origin.git");
    git(template, "clone", "--quiet", "--bare", "--template=", newDesk({}, files).folder, origin);
    for (const name of ["ann", "bob"]) cloneInto(join(template, name), origin);
  });
  return officeAt(root, where);
}

/** The office in this folder. */
export function officeAt(root: string, where: Sandbox | NodeJS.ProcessEnv): Office {
  const at = (name: string): Desk => deskAt(join(root, name), where);
  return { origin: join(root, "origin.git"), ann: at("ann"), bob: at("bob") };
}

/** Another clone of the bare repository; `options` are for `git clone`. */
export function newClone(
  origin: string,
  where: Sandbox | NodeJS.ProcessEnv,
  ...options: readonly string[]
): Desk {
  const folder = join(temporaryDirectory(), "clone");
  cloneInto(folder, origin, ...options);
  return deskAt(folder, where);
}

function cloneInto(folder: string, origin: string, ...options: readonly string[]): void {
  git(dirname(folder), "clone", "--quiet", "--template=", ...options, `file://${origin}`, folder);
  nameOwner(deskAt(folder, {}));
}

/** A copy of a desk that has no remote, with all that the repository holds. */
export function copyDesk({ folder }: Desk, where: Sandbox | NodeJS.ProcessEnv): Desk {
  const copy = deskAt(join(temporaryDirectory(), "copy"), where);
  cpSync(folder, copy.folder, { recursive: true });
  return copy;
}

/** The same folder with other credentials or variables. */
export function deskAt(folder: string, where: Sandbox | NodeJS.ProcessEnv): Desk {
  const env = isSandbox(where) ? cleanEnv(environmentOf(where)) : where;
  const dir = join(folder, "skills");
  const desk: Desk = {
    folder,
    env,
    run: (line) => command(line, { folder, env }),
    runBeside: (line) => command(`${line} --dir ${dir}`, { env }),
    write(files) {
      for (const [path, text] of Object.entries(files)) writeOrDelete(join(folder, path), text);
    },
    commit(files) {
      desk.write(files);
      desk.git("add", "--all");
      desk.git("commit", "--quiet", "--message", Object.keys(files).join(", "));
      return desk.git("rev-parse", "HEAD");
    },
    git: (...args) => git(folder, ...args),
  };
  return desk;
}

function isSandbox(where: Sandbox | NodeJS.ProcessEnv): where is Sandbox {
  return typeof where["manualEdits"] === "object";
}

function writeOrDelete(file: string, text: string | null): void {
  if (text === null) rmSync(file);
  else {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

function nameOwner({ folder }: Desk): void {
  appendFileSync(join(folder, ".git/config"), "[user]\n\tname = Ann Lee\n\temail = ann@example.com\n");
}

// ── The ledger ───────────────────────────────────────────────────────────────────────────────────────

/** What the branch holds in this repository, which may be the bare one. */
export function ledgerIn(folder: string, target = "default"): Ledger {
  const branch = `ledger/${target}`;
  const read = (path: string): unknown => JSON.parse(git(folder, "show", `${branch}:${path}`));
  const paths = git(folder, "ls-tree", "-r", "--name-only", branch).split("\n");
  const users = paths.filter((path) => path.startsWith("users/")).map((path) => read(path) as LedgerUser);
  return { ...(read("ledger.json") as Omit<Ledger, "users">), users };
}

/** The lease of the apply that holds the ledger, or of one that died; null where none does. */
export function leaseIn(folder: string, target = "default"): Lease | null {
  const branch = `ledger/${target}`;
  const paths = git(folder, "ls-tree", "-r", "--name-only", branch).split("\n");
  if (!paths.includes("run.json")) return null;
  return JSON.parse(git(folder, "show", `${branch}:run.json`)) as Lease;
}

/** Which assignments the ledger holds as ours: `e-mail skill proficiency`, sorted; the e-mails are the sandbox's. */
export function oursIn({ users }: Ledger, sandbox: Sandbox): string[] {
  const emails = new Map(sandbox.snapshot().users.map(({ id, email }) => [id, email]));
  return users
    .flatMap(({ id, assignments }) =>
      Object.values(assignments).map(
        ({ name, proficiency }) => `${emails.get(id) ?? id} ${name} ${proficiency}`,
      ),
    )
    .sort();
}

/** The first lines of the branch's messages, oldest first. */
export function storyIn(folder: string, target = "default"): string[] {
  return git(folder, "log", "--reverse", "--format=%s", `ledger/${target}`).split("\n");
}
