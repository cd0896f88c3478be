/** The README's "Adopt it", line by line, in an empty folder: with the packed program, a sandbox and a bare `origin`. */
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { exampleSeed } from "../../src/sandbox/example.ts";
import { cleanEnv, git, temporaryDirectory } from "../ledger/repositories.ts";
import type { SandboxClient } from "../../src/sandbox/sandbox.ts";
import {
  assignmentsOf,
  environmentOf,
  SECRET,
  startOrganisation,
  writesOf,
} from "../support/organisation.ts";
import { installNpx, openShell } from "../support/package.ts";

const ROOT = join(import.meta.dirname, "../..");
/** Steps of "Adopt it" that are clicks in a browser. */
const BROWSER = /^\d\. \*\*(Credentials|Set up GitHub|A first pull request)\b/;

const [, adopt = ""] =
  /^## Adopt it.*?\n(.*?)^## /ms.exec(readFileSync(join(ROOT, "README.md"), "utf8")) ?? [];
const steps = adopt.split(/^(?=\d\. )/m).slice(1);
/** The lines of its shell blocks, in their order. */
const lines = [...adopt.matchAll(/```sh\n(.*?)```/gs)].flatMap(([, block = ""]) =>
  block
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== ""),
);

/** The permissions that step 1 names, for the steps before the last and for that. */
const [VIEWER, WRITER] = ((): [SandboxClient, SandboxClient] => {
  const [credentials = ""] = steps;
  const named = [...credentials.matchAll(/`(\w+:\w+:\w+)`/g)].map(([, permission = ""]) => permission);
  const client = (id: string, permissions: readonly string[]) => ({
    id,
    secret: `${SECRET}-${id}`,
    permissions,
  });
  return [
    client(
      "viewer",
      named.filter((name) => name.endsWith(":view")),
    ),
    client("writer", named),
  ];
})();

test("every step is lines to type, or clicks in a browser", () => {
  expect(steps.length).toBeLessThanOrEqual(10);
  expect(lines.length).toBeGreaterThanOrEqual(steps.length);
  for (const step of steps) expect(step.includes("```sh") || BROWSER.test(step), step).toBe(true);
});

test("from an empty folder to a ledger, and nothing is written before the first edit", async () => {
  const sandbox = await startOrganisation({ seed: exampleSeed, clients: [VIEWER, WRITER] });
  const before = assignmentsOf(sandbox);
  const home = temporaryDirectory();
  const origin = join(home, "origin.git");
  git(home, "init", "--quiet", "--bare", "--initial-branch=main", origin);
  const { GENESYS_API_URL = "", GENESYS_LOGIN_URL = "" } = environmentOf(sandbox);
  const identity = ["AUTHOR", "COMMITTER"].flatMap((role) => [
    [`GIT_${role}_NAME`, "Ann"],
    [`GIT_${role}_EMAIL`, "ann@example.com"],
  ]);
  const path = `${await installNpx()}:${process.env["PATH"] ?? ""}`;
  const shell = openShell(
    home,
    cleanEnv({
      GENESYS_API_URL,
      GENESYS_LOGIN_URL,
      ...(Object.fromEntries(identity) as Record<string, string>),
      PATH: path,
    }),
  );

  for (const line of lines) {
    const own = line
      .replace("GENESYS_CLIENT_ID=…", `GENESYS_CLIENT_ID=${VIEWER.id}`)
      .replace("GENESYS_CLIENT_SECRET=…", `GENESYS_CLIENT_SECRET=${VIEWER.secret}`)
      .replace(/git@github\.com:\S+/, origin);
    const printed = await shell.run(own);
    const [, promised] = /# says: (.*)$/.exec(line) ?? [];
    if (promised !== undefined) expect(printed, line).toContain(promised);
    if (line.endsWith(" doctor")) expect(printed).toContain("\n0 wrong, ");
  }

  expect(shell.folder()).toBe(join(home, "routing-skills"));
  expect(writesOf(sandbox)).toEqual([]);
  expect(assignmentsOf(sandbox)).toEqual(before);
  expect(git(origin, "branch", "--format=%(refname:short)").split("\n")).toEqual(["ledger/default", "main"]);
  expect(git(shell.folder(), "status", "--porcelain")).toBe("");
  expect(git(origin, "ls-tree", "-r", "--name-only", "main").split("\n")).not.toContain(".env");

  // The first change of one's own, by the client that may write.
  const env = join(shell.folder(), ".env");
  const { id, secret } = WRITER;
  writeFileSync(env, readFileSync(env, "utf8").replace(VIEWER.id, id).replace(VIEWER.secret, secret));
  writeFileSync(join(shell.folder(), "skills/new.yaml"), "skills:\n  - name: Heat Pump Surveys\n");
  await shell.run('git add . && git commit --quiet -m "A skill" && git push --quiet');
  expect(await shell.run("npx genesys-skills apply --yes")).toContain("Heat Pump Surveys");
  expect(sandbox.snapshot().skills.map(({ name }) => name)).toContain("Heat Pump Surveys");
  expect(assignmentsOf(sandbox)).toEqual(before);
}, 240_000);

test("a clone that is not built yet says what builds it", () => {
  const clone = temporaryDirectory();
  cpSync(join(ROOT, "bin"), join(clone, "bin"), { recursive: true });
  writeFileSync(join(clone, "package.json"), '{ "type": "module" }');
  const run = spawnSync(process.execPath, [join(clone, "bin/genesys-skills.js"), "plan"], {
    encoding: "utf8",
  });
  expect(run.stderr).toBe("This clone is not built yet. Run: npm ci && npm run build\n");
  expect(run.status).toBe(1);
});

test("the package holds what the program reads, and no tests or sources", () => {
  const listed = execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
    ...{ cwd: ROOT, encoding: "utf8" },
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [{ files }] = JSON.parse(listed) as [{ files: { path: string }[] }];
  const paths = files.map(({ path }) => path);
  const inFolders = ["bin", "docs", "schemas", "skills"].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length + 1)),
  );
  const workflows = ["plan", "apply", "drift"].map((name) => `.github/workflows/${name}.yml`);
  const rest = paths.filter((path) => !path.startsWith("dist/"));
  expect(rest.sort()).toEqual(
    ["CHANGELOG.md", "LICENSE", "README.md", "package.json", ...inFolders, ...workflows].sort(),
  );
  const { private: isPrivate } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
    private?: boolean;
  };
  expect(isPrivate).toBeUndefined();
});
