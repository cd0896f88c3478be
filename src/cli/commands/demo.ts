/** `demo`: validate, plan, apply and drift on a sandbox, in a temporary copy of the example repository. */
import { execFile } from "node:child_process";
import { appendFile, cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Dialect } from "../../model.ts";
import { packageFile } from "../../package-files.ts";
import { exampleSeed } from "../../sandbox/example.ts";
import type { Sandbox } from "../../sandbox/sandbox.ts";
import { startSandbox } from "../../sandbox/sandbox.ts";
import { count } from "../../text.ts";
import { credentialsOf, RESET_SANDBOX } from "../own-sandbox.ts";
import type { ProgramContext } from "../syntax.ts";
import type { Terminal } from "../terminal.ts";

const runFile = promisify(execFile);

const EXAMPLE = packageFile("skills");

interface Stage extends Pick<ProgramContext, "run"> {
  readonly terminal: Terminal;
  readonly sandbox: Sandbox;
}

/** Exit code 1 if an assignment that is still in the YAML was lost; else the code of the first step that fails. */
export async function demo(
  { api }: { readonly api: Dialect },
  terminal: Terminal,
  { run }: Pick<ProgramContext, "run">,
): Promise<number> {
  const home = process.cwd();
  const folder = await mkdtemp(join(tmpdir(), "genesys-skills-demo-"));
  const sandbox = await startSandbox({ dialect: api, seed: exampleSeed, requestsPerMinute: 0 });
  try {
    await cp(EXAMPLE, join(folder, "skills"), { recursive: true });
    // The sandbox has no rate limit.
    await appendFile(join(folder, "skills", "settings.yaml"), "\nrequests_per_minute: 10000\n");
    // So that the commands and paths look as in a real repository.
    process.chdir(folder);
    await git("init", "--quiet");
    await commit("Our skills");
    const failed = await runSteps({ run, terminal, sandbox });
    if (failed) return failed;
  } finally {
    process.chdir(home);
    await sandbox.close();
    await rm(folder, { recursive: true, force: true });
  }
  await applyToOwnSandbox({ run, terminal, sandbox }, api);
  terminal.out(NEXT);
  return 0;
}

/**
 * Applies the example to the sandbox of the surrounding repository, if the example is committed there: the next plan
 * then shows only the next edit.
 */
async function applyToOwnSandbox(stage: Stage, api: Dialect): Promise<void> {
  const isHere = await Promise.all([
    git("diff", "--no-index", "--quiet", EXAMPLE, "skills"),
    git("ls-files", "--error-unmatch", "skills/settings.yaml"),
    git("diff", "--quiet", "HEAD", "--", "skills"),
  ]).catch(() => null);
  if (!isHere) return;
  const title = "The same on your own sandbox, which keeps its data in this folder:";
  const exitCode = await runStep(stage, [title, `apply --sandbox ${api} --yes`, 1]);
  if (exitCode > 0) printTitle(stage.terminal, `It was not changed. To start again: ${RESET_SANDBOX}`);
}

/** The first failing step ends the demo with its exit code. */
async function runSteps(stage: Stage): Promise<number> {
  const { terminal, sandbox } = stage;
  const people = count(sandbox.snapshot().users.length, "user");
  printTitle(terminal, `A sandbox stands in for Genesys Cloud: ${people}, some skills, and manual work.`);
  terminal.show(
    "The demo has a temporary repository of its own, with the YAML and the ledger, which records what was applied.\n",
  );
  const before = assignmentsOf(sandbox);
  const failed = (await runAll(stage, FIRST_APPLY)) || (await editAndApply(stage));
  if (failed) return failed;
  const after = assignmentsOf(sandbox);
  const lost = [...before].flatMap(([id, words]) => (after.has(id) || words === EDIT.takes ? [] : words));
  printTitle(
    terminal,
    lost.length > 0
      ? `Lost: ${lost.join("; ")}`
      : `One of the ${before.size} assignments from before is gone: the one whose line was removed from the YAML.`,
  );
  return lost.length > 0 ? 1 : 0;
}

/** Title, command, and how many of its last lines are shown; 0: the start and the end. */
type Step = readonly [title: string, command: string, lastLines: number];

const FIRST_APPLY: readonly Step[] = [
  ["Is the YAML right?", "validate", 0],
  ["What would change, and for whom?", "plan", 0],
  ["Apply it. (Apply shows the plan again; this is its last line.)", "apply --yes", 1],
  ["Is anything left to do?", "plan", 1],
];

const SECOND_APPLY: readonly Step[] = [
  ["What was changed manually?", "drift", 0],
  ["So the next plan is:", "plan", 0],
  ["Merge it.", "apply --yes", 1],
];

/** Each step runs the real command with HTTP and git. */
async function runAll(stage: Stage, steps: readonly Step[]): Promise<number> {
  for (const step of steps) {
    const exitCode = await runStep(stage, step);
    if (exitCode !== 0) return exitCode;
  }
  return 0;
}

/** One edit in git and two manual edits, of a managed and an unmanaged assignment. */
async function editAndApply(stage: Stage): Promise<number> {
  const { terminal, sandbox } = stage;
  const text = await readFile(EDIT.file, "utf8");
  if (!text.includes(EDIT.line)) throw new Error(`The demo's edit no longer fits ${EDIT.file}.`);
  await writeFile(EDIT.file, text.replace(EDIT.line, ""));
  await commit("Remove Tariff Advice from Liam");
  sandbox.manualEdits.unassign("jakub.nowak@northmere.example", "Refunds");
  sandbox.manualEdits.assign("grace.adeyemi@northmere.example", "Welsh", 2);
  printTitle(
    terminal,
    "A week later: a commit removes Tariff Advice from Liam; manually, Jakub lost Refunds and Grace got Welsh.",
  );
  const failed = await runAll(stage, SECOND_APPLY);
  if (failed) return failed;
  printTitle(terminal, "Git has what was changed, when and by which commit:");
  terminal.out(`${terminal.paint.dim("  $ git log --oneline ledger/default")}\n\n`);
  const log = await git("log", "--oneline", "--no-decorate", "ledger/default");
  terminal.show(indent(log.trimEnd().split("\n")));
  return 0;
}

const EDIT = {
  file: "skills/billing.yaml",
  line: "      - { user: liam.byrne@northmere.example, proficiency: 4 }\n",
  takes: "liam.byrne@northmere.example, Tariff Advice",
} as const;

async function git(...words: readonly string[]): Promise<string> {
  const { stdout } = await runFile("git", words);
  return stdout;
}

async function commit(message: string): Promise<void> {
  await git("add", "--all");
  const identity = ["user.name=Demo", "user.email=demo@northmere.example", "commit.gpgsign=false"];
  await git(...identity.flatMap((one) => ["-c", one]), "commit", "--quiet", `--message=${message}`);
}

// ── Printing ──────────────────────────────────────────────────────────────────────────────────────────

function printTitle({ show, paint }: Terminal, text: string): void {
  show(`\n${paint.cyan("▌")} ${paint.bold(text)}\n`);
}

async function runStep(
  { run, terminal, sandbox }: Stage,
  [title, command, lastLines]: Step,
): Promise<number> {
  const { apiUrl, loginUrl, clientId, clientSecret } = credentialsOf(sandbox);
  printTitle(terminal, title);
  terminal.out(`${terminal.paint.dim(`  $ genesys-skills ${command}`)}\n\n`);
  const lines: string[] = [];
  const exitCode = await run(command.split(" "), {
    ...terminal,
    out: (text) => lines.push(text),
    show: (text) => lines.push(text),
    env: {
      ...terminal.env,
      ...{ GENESYS_API_URL: apiUrl, GENESYS_LOGIN_URL: loginUrl },
      ...{ GENESYS_CLIENT_ID: clientId, GENESYS_CLIENT_SECRET: clientSecret },
    },
    isInteractive: false,
  });
  terminal.show(shorten(lines.join(""), lastLines));
  return exitCode;
}

/** Only the last lines, or with 0 the start and the end. */
function shorten(text: string, lastLines: number): string {
  const lines = text.trimEnd().split("\n");
  const [head, tail] = lastLines > 0 ? [0, lastLines] : [24, 14];
  const left = lines.length - head - tail;
  if (left <= 3) return indent(lines);
  const gap = head > 0 ? [`      … ${left} more lines …`] : [];
  return indent([...lines.slice(0, head), ...gap, ...lines.slice(-tail)]);
}

function indent(lines: readonly string[]): string {
  return lines.map((line) => (line === "" ? "\n" : `  ${line}\n`)).join("");
}

// ── What must stay ───────────────────────────────────────────────────────────────────────────────

/** A description of every assignment, by ids that a rename keeps. */
function assignmentsOf(sandbox: Sandbox): Map<string, string> {
  const { skills, users } = sandbox.snapshot();
  const skillIds = new Map(skills.map(({ id, name }) => [name, id]));
  return new Map(
    users.flatMap(({ id, email, skills }) =>
      Object.keys(skills).map((skill) => [`${id} ${skillIds.get(skill) ?? skill}`, `${email}, ${skill}`]),
    ),
  );
}

const NEXT = `
What to try next
  npx genesys-skills plan --sandbox            edit a file in skills/ first: the plan shows that edit
  npx genesys-skills plan --sandbox --format markdown
  npx genesys-skills apply --sandbox           asks before it applies; commit the edit first
  npx genesys-skills sandbox --help            the sandbox as a server, with faults to try
  GENESYS_CLIENT_ID=… GENESYS_CLIENT_SECRET=… npx genesys-skills plan
                                               your own organisation: plan changes nothing
`;
