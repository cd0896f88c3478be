/** `demo`: the whole story on a sandbox, in a temporary copy of the example repository. */
import { appendFile, cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
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
    return await tell({ terminal, sandbox });
  } finally {
    process.chdir(home);
    await sandbox.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Each step is the real command over real HTTP; the first that fails ends the story with its exit code. */
async function tell(stage: Stage): Promise<number> {
  const { terminal, sandbox } = stage;
  const before = assignmentsOf(sandbox);
  say(
    terminal,
    `A sandbox stands in for Genesys Cloud: ${count(sandbox.snapshot().users.length, "user")}, some skills, and work done by hand.`,
  );
  const failed =
    (await step(stage, "Is the YAML right?", "validate")) ||
    (await step(stage, "What would change, and for whom?", "plan")) ||
    (await step(
      stage,
      "Do it. (It shows the plan once more; here is how it ends.)",
      "apply --yes",
      OUTCOME,
    )) ||
    (await step(stage, "Is anything left to do?", "plan")) ||
    (await editAndApply(stage));
  if (failed) return failed;
  const after = assignmentsOf(sandbox);
  const lost = [...before].flatMap(([id, words]) => (after.has(id) ? [] : words));
  if (lost.length > 0) {
    say(terminal, `Lost: ${lost.join("; ")}`);
    return 1;
  }
  say(terminal, keptWords(before.size, after.size));
  terminal.out(NEXT);
  return 0;
}

async function editAndApply(stage: Stage): Promise<number> {
  const { file, from, to } = EDIT;
  const text = await readFile(file, "utf8");
  if (!text.includes(from)) throw new Error(`The demo's edit no longer fits ${file}.`);
  await writeFile(file, text.replace(from, to));
  return (
    (await step(stage, `Somebody edits ${file}: Jakub has learnt to do refunds, 2 becomes 3.`, "plan")) ||
    (await step(stage, "Merge it.", "apply --yes", OUTCOME))
  );
}

const EDIT = {
  file: "skills/billing.yaml",
  from: "user: jakub.nowak@northmere.example, proficiency: 2",
  to: "user: jakub.nowak@northmere.example, proficiency: 3",
} as const;

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
const PASSING: Excerpt = { head: 22, tail: 16 };

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

function keptWords(before: number, after: number): string {
  return `All ${before} assignments from before are still there, those made by hand too, and ${after - before} are new.`;
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
