/** `demo`: the whole story on a sandbox, in a temporary copy of the example repository. */
import { execFile } from "node:child_process";
import { appendFile, cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Dialect } from "../../model.ts";
import { exampleSeed } from "../../sandbox/example.ts";
import type { Sandbox } from "../../sandbox/sandbox.ts";
import { startSandbox } from "../../sandbox/sandbox.ts";
import { count } from "../../text.ts";
import { run } from "../run.ts";
import type { Terminal } from "../terminal.ts";

export interface DemoOptions {
  readonly api: Dialect;
}

const runFile = promisify(execFile);

const EXAMPLE = fileURLToPath(new URL("../../../skills", import.meta.url));

interface Stage {
  readonly terminal: Terminal;
  readonly sandbox: Sandbox;
}

export async function demo({ api }: DemoOptions, terminal: Terminal): Promise<number> {
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
    return await tell({ terminal, sandbox });
  } finally {
    process.chdir(home);
    await sandbox.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Each step is the real command over real HTTP and git; the first that fails ends the story with its exit code. */
async function tell(stage: Stage): Promise<number> {
  const { terminal, sandbox } = stage;
  const people = count(sandbox.snapshot().users.length, "user");
  say(terminal, `A sandbox stands in for Genesys Cloud: ${people}, some skills, and work done by hand.`);
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
  terminal.out(NEXT);
  return 0;
}

async function firstApply(stage: Stage): Promise<number> {
  return (
    (await step(stage, "Is the YAML right?", "validate")) ||
    (await step(stage, "What would change, and for whom?", "plan")) ||
    (await step(
      stage,
      "Do it. (It shows the plan once more; here is how it ends.)",
      "apply --yes",
      OUTCOME,
    )) ||
    (await step(stage, "Is anything left to do?", "plan", OUTCOME))
  );
}

/** An edit in git, and two by hand: one of something that is ours, one that is nobody else's business. */
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
    "A week later: git takes Tariff Advice from Liam; by hand, Jakub lost Refunds, and Grace got Welsh.",
  );
  const failed =
    (await step(stage, "What was changed by hand?", "drift")) ||
    (await step(stage, "So the next plan is:", "plan")) ||
    (await step(stage, "Merge it.", "apply --yes", OUTCOME));
  if (failed) return failed;
  say(terminal, "Who changed what, and when, stands in git:");
  terminal.out(`${terminal.paint.dim("  $ git log --oneline ledger/default")}\n\n`);
  terminal.out(
    indent((await git("log", "--oneline", "--no-decorate", "ledger/default")).trimEnd().split("\n")),
  );
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
  const identity = [
    "-c",
    "user.name=Demo",
    "-c",
    "user.email=demo@northmere.example",
    "-c",
    "commit.gpgsign=false",
  ];
  await git(...identity, "commit", "--quiet", `--message=${message}`);
}

// ── Telling ──────────────────────────────────────────────────────────────────────────────────────────

function say({ out, paint }: Terminal, text: string): void {
  out(`\n${paint.cyan("▌")} ${paint.bold(text)}\n`);
}

async function step(
  { terminal, sandbox }: Stage,
  title: string,
  command: string,
  excerpt: Excerpt = PASSING,
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
  terminal.out(shorten(lines.join(""), excerpt));
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

/** How many lines of an output are shown: its beginning and its end. */
interface Excerpt {
  readonly head: number;
  readonly tail: number;
}

/** As much as somebody reads in passing. */
const PASSING: Excerpt = { head: 24, tail: 14 };

const OUTCOME: Excerpt = { head: 0, tail: 1 };

function shorten(text: string, { head, tail }: Excerpt): string {
  const lines = text.trimEnd().split("\n");
  const left = lines.length - head - tail;
  if (left <= 3) return indent(lines);
  const gap = head > 0 ? [`      … ${left} more lines …`] : [];
  return indent([...lines.slice(0, head), ...gap, ...lines.slice(-tail)]);
}

function indent(lines: readonly string[]): string {
  return lines.map((line) => (line === "" ? "\n" : `  ${line}\n`)).join("");
}

// ── What by hand means ───────────────────────────────────────────────────────────────────────────────

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
  npx genesys-skills plan --sandbox            the plan in full; edit a file in skills/ and plan again
  npx genesys-skills plan --sandbox --format markdown
  npx genesys-skills apply --sandbox           asks before it applies; the sandbox keeps what you did
  npx genesys-skills sandbox --help            the sandbox as a server, with faults to try
  GENESYS_CLIENT_ID=… GENESYS_CLIENT_SECRET=… npx genesys-skills plan
                                               your own organisation: plan changes nothing
`;
