/** `demo`: the whole story on a sandbox, in a temporary copy of the example repository. */
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
import type { ProgramContext } from "../syntax.ts";
import type { Terminal } from "../terminal.ts";

export interface DemoOptions {
  readonly api: Dialect;
}

const runFile = promisify(execFile);

const EXAMPLE = packageFile("skills");

interface Stage {
  readonly run: ProgramContext["run"];
  readonly terminal: Terminal;
  readonly sandbox: Sandbox;
}

/** Exit code 1 where something was lost that nobody took out of the YAML; else that of the first step that fails. */
export async function demo(
  { api }: DemoOptions,
  terminal: Terminal,
  run: ProgramContext["run"],
): Promise<number> {
  const home = process.cwd();
  const folder = await mkdtemp(join(tmpdir(), "genesys-skills-demo-"));
  const sandbox = await startSandbox({ dialect: api, seed: exampleSeed, requestsPerMinute: 0 });
  try {
    await cp(EXAMPLE, join(folder, "skills"), { recursive: true });
    // The sandbox sets no limit, so nobody needs to wait for one.
    await appendFile(join(folder, "skills", "settings.yaml"), "\nrequests_per_minute: 10000\n");
    // So that the story's commands are what people will type, and its paths what they will read.
    process.chdir(folder);
    await git("init", "--quiet");
    await commit("Our skills");
    const failed = await tell({ run, terminal, sandbox });
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
 * Applies the example to the sandbox of the repository around, if it holds the example and has committed it: so the
 * next plan on it shows the next edit and nothing else.
 */
async function applyToOwnSandbox(stage: Stage, api: Dialect): Promise<void> {
  const isHere = await Promise.all([
    git("diff", "--no-index", "--quiet", EXAMPLE, "skills"),
    git("ls-files", "--error-unmatch", "skills/settings.yaml"),
    git("diff", "--quiet", "HEAD", "--", "skills"),
  ]).catch(() => null);
  if (!isHere) return;
  const title = "The same on your own sandbox, which keeps its data in this folder:";
  const exitCode = await step(stage, title, `apply --sandbox ${api} --yes`, 1);
  if (exitCode > 0)
    say(
      stage.terminal,
      "It is left as it was. To begin anew: rm -rf .genesys-skills && git branch -D ledger/sandbox",
    );
}

/** Each step is the real command over real HTTP and git; the first that fails ends the story with its exit code. */
async function tell(stage: Stage): Promise<number> {
  const { terminal, sandbox } = stage;
  const people = count(sandbox.snapshot().users.length, "user");
  say(terminal, `A sandbox stands in for Genesys Cloud: ${people}, some skills, and manual work.`);
  terminal.show(
    "The YAML stands in a clone of the demo's own, a temporary folder, and so does the ledger, which records what was applied.\n",
  );
  const before = assignmentsOf(sandbox);
  const failed = (await firstApply(stage)) || (await lifeGoesOn(stage));
  if (failed) return failed;
  const after = assignmentsOf(sandbox);
  const lost = [...before].flatMap(([id, words]) => (after.has(id) || words === EDIT.takes ? [] : words));
  if (lost.length > 0) {
    say(terminal, `Lost: ${lost.join("; ")}`);
    return 1;
  }
  say(
    terminal,
    `Of the ${before.size} assignments from before, one is gone: the one that was taken out of the YAML.`,
  );
  return 0;
}

async function firstApply(stage: Stage): Promise<number> {
  return (
    (await step(stage, "Is the YAML right?", "validate")) ||
    (await step(stage, "What would change, and for whom?", "plan")) ||
    (await step(stage, "Do it. (It shows the plan once more; here is how it ends.)", "apply --yes", 1)) ||
    (await step(stage, "Is anything left to do?", "plan", 1))
  );
}

/** An edit in git, and two manual ones: one of something that is ours, one that is not. */
async function lifeGoesOn(stage: Stage): Promise<number> {
  const { terminal, sandbox } = stage;
  const text = await readFile(EDIT.file, "utf8");
  if (!text.includes(EDIT.line)) throw new Error(`The demo's edit no longer fits ${EDIT.file}.`);
  await writeFile(EDIT.file, text.replace(EDIT.line, ""));
  await commit("Liam no longer advises on tariffs");
  sandbox.hand.unassign("jakub.nowak@northmere.example", "Refunds");
  sandbox.hand.assign("grace.adeyemi@northmere.example", "Welsh", 2);
  say(
    terminal,
    "A week later: git takes Tariff Advice from Liam; manually, Jakub lost Refunds, and Grace got Welsh.",
  );
  const failed =
    (await step(stage, "What was changed manually?", "drift")) ||
    (await step(stage, "So the next plan is:", "plan")) ||
    (await step(stage, "Merge it.", "apply --yes", 1));
  if (failed) return failed;
  say(terminal, "What was changed, when and by which commit, is in git:");
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

// ── Telling ──────────────────────────────────────────────────────────────────────────────────────────

function say({ show, paint }: Terminal, text: string): void {
  show(`\n${paint.cyan("▌")} ${paint.bold(text)}\n`);
}

async function step(
  { run, terminal, sandbox }: Stage,
  title: string,
  command: string,
  lastLines = 0,
): Promise<number> {
  say(terminal, title);
  terminal.out(`${terminal.paint.dim(`  $ genesys-skills ${command}`)}\n\n`);
  const lines: string[] = [];
  const exitCode = await run(command.split(" "), {
    ...terminal,
    out: (text) => lines.push(text),
    show: (text) => lines.push(text),
    env: { ...terminal.env, ...environmentOf(sandbox) },
    isInteractive: false,
  });
  terminal.show(shorten(lines.join(""), lastLines));
  return exitCode;
}

function environmentOf({ url, clientId, clientSecret }: Sandbox): Record<string, string> {
  return {
    GENESYS_API_URL: url,
    GENESYS_LOGIN_URL: url,
    GENESYS_CLIENT_ID: clientId,
    GENESYS_CLIENT_SECRET: clientSecret,
  };
}

/** The last lines alone, or, with 0 of them, as much of both ends as somebody reads at once. */
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

/** Every assignment in the organisation, in words, by ids that no rename changes. */
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
