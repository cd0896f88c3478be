/** Names that act, from the YAML and from the organisation, on their way to everything that the program prints, writes or serves. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Sandbox, Seed } from "../../src/sandbox/sandbox.ts";
import type { GitHubOffice } from "../e2e/github/office.ts";
import { newGitHubOffice } from "../e2e/github/office.ts";
import { get, serve } from "../server/serving.ts";
import { readSnapshot } from "../../src/cli/snapshot.ts";
import type { Desk } from "../support/desk.ts";
import { git } from "../ledger/repositories.ts";
import { startOrganisation } from "../support/organisation.ts";
import { captureTerminal } from "../support/terminal.ts";

/** What can be seen, so that a YAML file may call a skill so. */
const VISIBLE: readonly string[] = [
  "::error::forged",
  "x ##[error]forged",
  "::stop-commands::x",
  "<script>alert(1)</script>",
  '"><img src=x onerror=alert(1)>',
  "@everyone see #1 ![x](https://evil.example/x.png) [y](javascript:alert(1))",
  "``` | a | b | </details> <!-- -->",
  '"] --> n1; click n1 "javascript:alert(1)"',
  '=HYPERLINK("http://evil.example","x")',
  "+1+1",
  "${{ secrets.GENESYS_CLIENT_SECRET }} $(id) `id`",
];

/** What only an organisation may hold: it can't be seen, or is too long. */
const INVISIBLE: readonly string[] = [
  "\u001b[2J\u001b[31mred",
  "\u009b2Jgone",
  "two\nlines\n::error::forged",
  "back\r\u001b[1Aover",
  "\u202egnillib",
  "\u2066isolate",
  "zero\u200bwidth",
  "\ud800 lone",
  "\0nul",
  "x".repeat(10_000),
];

const ALL = [...VISIBLE, ...INVISIBLE];

/** Everything that can have a name has each of them. */
const SEED: Seed = {
  organization: { id: "org-1", name: `\u001b[2J\n::error::${VISIBLE[3] ?? ""}` },
  skills: ALL.map((name, at) => ({ id: `skill-${at}`, name, description: name })),
  users: ALL.map((name, at) => ({
    ...{ id: `user-${at}`, name, email: `agent${at}@example.com` },
    skills: { [name]: 1, [ALL[(at + 1) % ALL.length] ?? ""]: 2 },
  })),
  groups: [{ name: "<b>Desk</b>", members: ["agent0@example.com"] }],
  profiles: ALL.map((name) => ({ name, description: name, skills: [name] })),
  flows: ALL.map((name) => ({ name, skills: [name] })),
  skillGroups: ALL.map((name) => ({ name, skills: [name] })),
};

/** Calls what can't be seen by names that can, and everybody gets, changes and keeps something. */
const YAML = JSON.stringify({
  skills: [
    ...VISIBLE.map((name, at) => ({
      ...{ id: `skill-${at}`, name, slug: `visible-${at}`, description: `New: ${name}` },
      assign_to_users: [{ user: `user-${at}`, proficiency: 4 }, "agent20@example.com"],
      assign_to_groups: ["<b>Desk</b>"],
    })),
    ...INVISIBLE.map((_, at) => ({
      ...{ id: `skill-${at + VISIBLE.length}`, name: `Mended ${at}` },
      assign_to_users: [`user-${at + VISIBLE.length}`],
    })),
    { name: "New | <i>one</i>", description: "=1+1", assign_to_profiles: [VISIBLE[3], VISIBLE[6]] },
  ],
});

/** Most of it goes again. */
const LATER = JSON.stringify({
  skills: VISIBLE.slice(0, 6).map((name, at) => ({ id: `skill-${at}`, name, slug: `visible-${at}` })),
});

// ── What each output must be ─────────────────────────────────────────────────────────────────────────

// What moves a cursor, begins or hides a line, turns the direction of text, or is no character at all.
const ACTING =
  /[\0-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]|\p{Surrogate}/gu;

/** The characters that act, each with what stands before it. */
function actingIn(text: string): string[] {
  return [...text.matchAll(ACTING)].map(({ 0: char, index }) =>
    JSON.stringify([text.slice(Math.max(0, index - 60), index), (char.codePointAt(0) ?? 0).toString(16)]),
  );
}
const COMMAND = /^\s*::|##\[/m;

type Check = (text: string) => void;

const isText: Check = (text) => {
  expect(actingIn(text)).toEqual([]);
  expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThan(5000);
};

/** Of what GitHub's runner reads. */
const isTame: Check = (text) => {
  isText(text);
  expect(text).not.toMatch(COMMAND);
};

/** What our own Markdown puts after a sign in code, so that GitHub links nothing. */
const OWN_BREAK = /(?<=[@#:]|gh-)\u200b/giu;

const isMarkdown: Check = (text) => {
  expect(actingIn(text.replace(OWN_BREAK, ""))).toEqual([]);
  const prose = text.replace(/^(`{3,})[a-z]*\n[^]*?\n\1$/gm, "");
  expect(prose).not.toMatch(
    /<(script|img|i|b)\b|@everyone|\]\((?!#)[a-z]+:\/\/evil|(?<!\\)\]\(javascript:|<javascript:|\$\{\{/,
  );
  expect(text.length).toBeLessThan(200_000);
};

const isJson: Check = (text) => {
  expect(() => JSON.parse(text) as unknown).not.toThrow();
  expect(actingIn(text)).toEqual([]);
  expect(text).not.toMatch(COMMAND);
};

const isCsv: Check = (text) => {
  const cells = text.replace(/^\ufeff/, "").match(/"(?:[^"]|"")*"|[^",\r\n]+/g) ?? [];
  expect(cells.length).toBeGreaterThan(ALL.length);
  for (const cell of cells) expect(cell.replace(/^"/, "")).not.toMatch(/^\s*[=+\-@](?!$)/);
};

const isHtml: Check = (text) => {
  expect(text).not.toMatch(/<script>alert|<img\b|onerror=alert\(1\)>|<i>one<\/i>/);
  expect(actingIn(text.replaceAll("\t", ""))).toEqual([]);
};

// ── The story ────────────────────────────────────────────────────────────────────────────────────────

async function expectOf(desk: Desk, line: string, check: Check): Promise<void> {
  const { exitCode, out, err } = await desk.runBeside(line);
  expect([0, 1, 2, 3], `${line}\n${err}`).toContain(exitCode);
  expect(out, line).not.toBe("");
  check(out);
  isText(err);
}

async function expectFile(desk: Desk, line: string, file: string, check: Check): Promise<void> {
  const { err } = await desk.runBeside(`${line} ${join(desk.folder, file)}`);
  isText(err);
  check(readFileSync(join(desk.folder, file), "utf8"));
}

/** In the run of a push, whose output the runner obeys. */
async function lookOnGitHub(office: GitHubOffice): Promise<void> {
  for (const line of [
    "plan",
    "drift",
    "report",
    "explain skill-0",
    "explain skill-2",
    "search e",
    "doctor",
  ]) {
    const { out, err } = await office.run(line);
    isTame(out);
    isTame(withoutOwnCommands(err));
  }
}

/** Standard error without the commands that are the program's own. */
function withoutOwnCommands(text: string): string {
  return text.replace(/^::(?:add-mask|error|warning|group|endgroup)\b.*$/gm, "");
}

/** Everything that looks. */
async function lookAtAll(desk: Desk): Promise<void> {
  await expectOf(desk, "plan", isText);
  await expectOf(desk, "plan --format markdown", isMarkdown);
  await expectOf(desk, "plan --format json", isJson);
  await expectOf(desk, "drift", isText);
  await expectOf(desk, "report", isText);
  await expectOf(desk, "report --format json", isJson);
  await expectOf(desk, "report --format markdown", isMarkdown);
  await expectFile(desk, "report --out", "report.csv", isCsv);
  await expectFile(desk, "report --out", "report.html", isHtml);
  await expectFile(desk, "plan --out", "plan.json", isJson);
  await expectFile(desk, "plan --name-everyone --impact", "impact.html", isHtml);
  await expectFile(desk, "plan --name-everyone --impact", "impact.csv", isCsv);
  for (const at of [3, VISIBLE.length]) {
    await expectOf(desk, `explain skill-${at}`, isText);
    await expectOf(desk, `explain agent${at}@example.com`, isText);
  }
  await expectOf(desk, "explain skill-3 --format json", isJson);
  await expectOf(desk, "doctor", isText);
  await expectOf(desk, "search e", isText);
  await expectOf(desk, "search e --format json", isJson);
}

async function lookAtPage(desk: Desk): Promise<void> {
  const { terminal } = captureTerminal({ env: desk.env });
  const dir = join(desk.folder, "skills");
  const { url } = await serve(() => readSnapshot({ dir }, terminal));
  isHtml((await get(url, "/")).text);
  expect((await get(url, "/api/skills/search?q=e&size=100")).json).toMatchObject({ page: 1 });
  isCsv((await get(url, "/api/reports/impact")).text);
}

async function startHostile(): Promise<Sandbox> {
  return startOrganisation({ dialect: "profiles", seed: SEED });
}

test("no name is executed, in any output", async () => {
  const sandbox = await startHostile();
  const office = await newGitHubOffice(sandbox, {});
  // No pull request brought the first commit, and nobody needs to look for one once it is applied.
  expect((await office.ann.runBeside("apply --yes")).exitCode).toBe(0);
  // GitHub ends the lines of what it keeps in its own way.
  const comment = (...which: Parameters<typeof office.comment>) =>
    office.comment(...which).replaceAll("\r\n", "\n");
  const first = office.open({ "skills/a.json": YAML });
  const planned = await office.plan(first);
  expect(planned.exitCode, planned.text).toBe(0);
  isTame(planned.out);
  isTame(withoutOwnCommands(planned.err));
  isMarkdown(planned.summary);
  isMarkdown(comment(first, "plan"));
  await lookAtAll(office.ann);
  office.merge(first);
  const applied = await office.apply();
  expect([0, 1, 4], applied.text).toContain(applied.exitCode);
  isTame(withoutOwnCommands(applied.out));
  isMarkdown(applied.summary);
  isMarkdown(comment(first, "apply"));

  sandbox.manualEdits.unassign("agent3@example.com", VISIBLE[3] ?? "");
  const second = office.open({ "skills/a.json": LATER });
  const { err } = await office.plan(second);
  isTame(withoutOwnCommands(err));
  isMarkdown(comment(second, "plan"));
  await lookAtPage(office.ann);
  await lookOnGitHub(office);
  isText(git(office.origin, "log", "--format=%an %s%n%b", "ledger/default"));
});

test("a name that can't be seen is a problem, told harmlessly", async () => {
  const sandbox = await startHostile();
  const office = await newGitHubOffice(sandbox, {});
  const skills = INVISIBLE.map((name) => ({ name, description: name, assign_to_users: [name] }));
  office.ann.write({
    "skills/a.json": JSON.stringify({ skills, profiles: [{ name: INVISIBLE[2], skills: ALL }] }),
  });
  const { exitCode, out, err } = await office.ann.runBeside("validate");
  expect(exitCode).toBe(1);
  isText(out);
  isText(err);
});
