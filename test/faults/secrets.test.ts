/** Whatever goes wrong, and however loudly a server repeats what it was sent: no secret is in anything that anybody can read. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { reportFailure } from "../../src/cli/failures.ts";
import { startFakeGitHub, TOKEN as GITHUB_TOKEN } from "../github/fake-github.ts";
import { environmentOn, pullPayload } from "../github/session.ts";
import { outputFile, summaryFile } from "../github/step-files.ts";
import { cleanEnv } from "../ledger/repositories.ts";
import type { Desk } from "../support/desk.ts";
import { deskAt, newDesk } from "../support/desk.ts";
import { environmentOf } from "../support/organisation.ts";
import { captureTerminal } from "../support/terminal.ts";
import type { Fake, Meddled, Twist } from "./fake.ts";
import { FAKE_SECRET } from "./fake.ts";
import { AFTER, BEFORE, startStoryFake } from "./story.ts";

const FILE = "skills/a.yaml";
const SERVE_TOKEN = "t0ken for serve";

/** All that must be nowhere; of the access token, every one that the fake gave. */
const SECRETS = [
  FAKE_SECRET,
  /token-\d+-of-the-fake/,
  Buffer.from(`client-of-the-fake:${FAKE_SECRET}`).toString("base64"),
  GITHUB_TOKEN,
  SERVE_TOKEN,
];

function expectSilent(text: string, about: string): void {
  // The runner takes out what it is told to mask, and the line that tells it.
  const read = text.replace(/^::add-mask::.*$/gm, "");
  for (const secret of SECRETS) {
    if (typeof secret === "string") expect(read.includes(secret), `${about} holds ${secret}`).toBe(false);
    else expect(read, about).not.toMatch(secret);
  }
}

// ── What says it aloud ───────────────────────────────────────────────────────────────────────────────

type Echo = (asked: Meddled) => Twist;

function heard({ authorization, body }: Meddled): string {
  return `You said ${authorization} and ${JSON.stringify(body)} and ${FAKE_SECRET}`;
}

function echo(status: number, headers: (said: string) => Record<string, string> = () => ({})): Echo {
  return (asked) => {
    const [said, { authorization }] = [heard(asked), asked];
    const body = {
      message: said,
      code: authorization,
      status,
      contextId: authorization,
      error: said,
      error_description: said,
    };
    return {
      do: "say",
      status,
      text: JSON.stringify(body),
      headers: headers(authorization.replaceAll(" ", "-")),
    };
  };
}

const ECHOES: readonly (readonly [string, Echo])[] = [
  ["400", echo(400)],
  ["401", echo(401)],
  ["403", echo(403)],
  [
    "500 with everything in its headers",
    echo(500, (said) => ({ "ININ-Correlation-Id": said, Server: said })),
  ],
  ["redirect", echo(302, (said) => ({ Location: `http://127.0.0.1:9/?${said}` }))],
  ["429 for a year", echo(429, () => ({ "Retry-After": "31536000" }))],
  ["200 with a page of HTML", (asked) => ({ do: "say", status: 200, text: `<html>${heard(asked)}</html>` })],
  [
    "200 with an error in it",
    (asked) => ({ do: "say", status: 200, text: JSON.stringify({ message: heard(asked), status: 500 }) }),
  ],
];

interface Place {
  readonly isMet: (asked: Meddled) => boolean;
  /** What meets it there. */
  readonly lines: (folder: string) => readonly string[];
}

const PLACES: Readonly<Record<string, Place>> = {
  "the login": { isMet: ({ path }) => path === "/oauth/token", lines: () => ["plan --comment"] },
  "a list": {
    isMet: ({ kind }) => kind === "GET /api/v2/users page 2",
    lines: (folder) => [
      `plan --allow SKILL_DELETE --out ${join(folder, "plan.json")} --impact ${join(folder, "impact.html")}`,
      "drift --issue",
      `report --out ${join(folder, "report.csv")}`,
    ],
  },
  writes: {
    isMet: ({ method, path }) => method !== "GET" && path.startsWith("/api/") && !path.endsWith("/search"),
    lines: () => ["apply --yes --allow SKILL_DELETE"],
  },
};

/** On a pull request of the fake GitHub, where annotations, outputs and comments are written too. */
async function setScene() {
  const fake = await startStoryFake("cloud");
  const home = newDesk(cleanEnv(environmentOf(fake)), { [FILE]: BEFORE });
  expect((await home.runBeside("apply --yes")).exitCode).toBe(0);
  home.commit({ [FILE]: AFTER });
  const head = home.git("rev-parse", "HEAD").trim();
  // GitHub checks out the merge of the pull request into main.
  home.git("checkout", "--quiet", "--detach", "HEAD~1");
  home.git("merge", "--quiet", "--no-ff", "--message", "Merge", head);
  const github = await startFakeGitHub();
  const number = github.openPull({ head });
  const files = { GITHUB_OUTPUT: outputFile(), GITHUB_STEP_SUMMARY: summaryFile() };
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  const event = environmentOn(github, "pull_request", pullPayload({ number, head }));
  const desk = deskAt(home.folder, { ...home.env, ...event, ...files });
  return { fake, github, desk, files };
}

// ── What anybody can read ────────────────────────────────────────────────────────────────────────────

function everyFileIn(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile())
    .map((file) => readFileSync(file, "utf8"))
    .join("\n");
}

function everyCommitOf(desk: Desk): string {
  return desk.git("log", "--all", "--patch", "--format=fuller");
}

test.each(ECHOES)("a %s that repeats what it was sent", async (_, say) => {
  const { fake, github, desk, files } = await setScene();
  const printed: string[] = [];
  const spy = vi.spyOn(process.stdout, "write").mockImplementation((text) => printed.push(String(text)) > 0);
  try {
    for (const [where, { isMet, lines }] of Object.entries(PLACES)) {
      let met = 0;
      fake.meddle((asked) => (isMet(asked) && ++met > 0 ? say(asked) : undefined));
      for (const line of lines(desk.folder)) printed.push((await desk.runBeside(line)).text);
      expect(met, where).toBeGreaterThan(0);
    }
    fake.calm();
    printed.push((await desk.runBeside(`plan --comment --out ${join(desk.folder, "calm.json")}`)).text);
  } finally {
    spy.mockRestore();
  }
  expectSilent(printed.join("\n"), "the output");
  expectSilent(everyFileIn(desk.folder), "a file");
  expectSilent(everyCommitOf(desk), "a commit");
  expectSilent(everyTextOf(files), "an output or the summary");
  expectSilent(JSON.stringify(github.requests.map(({ path, body }) => [path, body])), "what GitHub was told");
  expectAskedOnlyAs(fake);
});

function everyTextOf(files: Readonly<Record<string, string>>): string {
  return Object.values(files)
    .map((file) => readFileSync(file, "utf8"))
    .join("\n");
}

/** The secret goes to the login alone, and the token nowhere else. */
function expectAskedOnlyAs({ asked }: Fake): void {
  for (const { path, query, body, authorization } of asked) {
    expectSilent(`${path} ${query.toString()} ${JSON.stringify(body)}`, "a request's path or body");
    expect(authorization.startsWith(path === "/oauth/token" ? "Basic " : "Bearer ")).toBe(true);
  }
}

test("a GitHub that repeats its token is not repeated", async () => {
  const { github, desk, files } = await setScene();
  for (let time = 0; time < 3; time++) {
    github.trouble({ method: "GET", path: /./, status: 403, message: `Your token ${GITHUB_TOKEN} is bad` });
  }
  const { text } = await desk.runBeside("plan --comment");
  expectSilent(text, "the output");
  expectSilent(everyTextOf(files), "an output or the summary");
});

test("a bug's report holds no secret that the program was given, known to it as one or not yet", async () => {
  const env = {
    ...{
      GITHUB_TOKEN,
      GENESYS_CLIENT_SECRET: FAKE_SECRET,
      GENESYS_CLIENT_SECRET_NORTH: `${FAKE_SECRET}-north`,
    },
    HTTPS_PROXY: "http://user:pass%20word-of-the-proxy@proxy.example:3128",
  };
  const { terminal, err } = captureTerminal({ env });
  const error = new Error(`${Object.values(env).join(" ")} pass word-of-the-proxy`);
  expect(await reportFailure(error, terminal)).toBe(1);
  expect(err()).toContain("is a bug");
  expectSilent(err(), "the report");
  expect(err()).not.toMatch(/word-of-the-proxy|-north/);
});

test("a token for serve that can't be one is not printed", async () => {
  const { desk } = await setScene();
  const { exitCode, text } = await desk.runBeside(`serve --token ${SERVE_TOKEN.replaceAll(" ", "_")}é`);
  expect([exitCode, text]).toEqual([1, expect.stringContaining("BAD_TOKEN")]);
  expect(text).not.toContain(SERVE_TOKEN.replaceAll(" ", "_"));
});
