import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { unknownVariables } from "../../src/cli/env.ts";
import { explainOldNode } from "../../src/node-version.ts";
import { environmentOf, SECRET, SMALL_YAML, startOrganisation } from "../support/organisation.ts";
import { builtProgram, startProgram } from "../support/program.ts";
import { makeRepository } from "../support/repository.ts";

describe("Node.js", () => {
  const { engines } = JSON.parse(readFileSync("package.json", "utf8")) as { engines: { node: string } };
  const [major = 0, minor = 0] = engines.node.replace(">=", "").split(".").map(Number);

  test.each([`${major}.${minor}.0`, `${major}.${minor + 1}.0`, `${major + 2}.0.0`])(
    "%s is new enough",
    (version) => {
      expect(explainOldNode(version)).toBeNull();
    },
  );

  test.each([`${major}.${minor - 1}.9`, `${major - 2}.99.0`, "8.0.0"])(
    "%s is refused with the version that is needed",
    (version) => {
      expect(explainOldNode(version)).toContain(
        `needs Node.js ${major}.${minor} or later, and this is ${version}`,
      );
    },
  );

  test.each(["cli/main.ts", "node-version.ts"])(
    "an old version can parse %s, which has no top-level await",
    (file) => {
      const source = readFileSync(join("src", file), "utf8");
      const compile = (target: ts.ScriptTarget): string =>
        ts.transpileModule(source, {
          compilerOptions: { target, module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true },
        }).outputText;
      expect(compile(ts.ScriptTarget.ES2023)).toBe(compile(ts.ScriptTarget.ES2015));
      const imports = source.match(/^import .*$/gm) ?? [];
      expect(imports.filter((line) => !line.includes("node-version.ts"))).toStrictEqual([]);
    },
  );
});

describe("a file .env", () => {
  /** Plans in a folder below the root, with credentials from a file at the root. */
  async function planWith(env: NodeJS.ProcessEnv, line = "plan", more = "") {
    const sandbox = await startOrganisation();
    const { folder } = await makeRepository({ "a.yaml": SMALL_YAML });
    mkdirSync(join(folder, ".git"));
    const variables = Object.entries(environmentOf(sandbox)).map(([name, value]) => `${name}=${value}\n`);
    writeFileSync(join(folder, ".env"), variables.join("") + more);
    const below = join(folder, "skills");
    const started = startProgram(await builtProgram(), line.split(" "), {
      folder: below,
      env: { PATH: process.env["PATH"], ...env },
    });
    return { ...(await started.ended), sandbox };
  }

  test("gives the variables that are not set, and its secret is printed nowhere", async () => {
    const { exitCode, out, err } = await planWith({}, "plan --no-ledger --debug");
    expect(exitCode).toBe(0);
    expect(out).toContain("Target default: Contact Centre");
    expect(out + err).not.toContain(SECRET);
  });

  test("gives way to a variable that is set", async () => {
    const { exitCode, err, sandbox } = await planWith({ GENESYS_API_URL: "http://127.0.0.1:1" }, "doctor");
    expect(exitCode).toBe(1);
    expect(err).toBe("");
    expect(sandbox.requests.filter(({ path }) => path !== "/oauth/token")).toStrictEqual([]);
  });

  test("is not read on GitHub, because a pull request may contain one", async () => {
    const { exitCode, err, sandbox } = await planWith({ GITHUB_ACTIONS: "true" }, "plan --no-ledger");
    expect(exitCode).toBe(1);
    expect(err).toContain("MISSING_CREDENTIALS");
    expect(sandbox.requests).toStrictEqual([]);
  });

  test("has its misspelt names named, and their values are printed nowhere", async () => {
    const { err } = await planWith({}, "plan --no-ledger", `GENESYS_CLIENT_SECRT=${SECRET}\n`);
    expect(err).toContain(
      "GENESYS_CLIENT_SECRT is not a variable of this program. Did you mean GENESYS_CLIENT_SECRET?\n",
    );
    expect(err).not.toContain(SECRET);
  });
});

test.each([
  ["GENESYS_CLIENT_SECRT", "GENESYS_CLIENT_SECRET"],
  ["GENESYS_CLIENTID_PRODUCTION", "GENESYS_CLIENT_ID_PRODUCTION"],
  ["GENESYS_EVN_EU_WEST", "GENESYS_ENV_EU_WEST"],
  ["genesys_client_id", "GENESYS_CLIENT_ID"],
])("%s in .env probably means %s", (name, meant) => {
  expect(unknownVariables(".env", [name])).toStrictEqual([
    `.env: ${name} is not a variable of this program. Did you mean ${meant}?`,
  ]);
});

test("of a name in .env that is near no other the names are listed, and those of other programs are left alone", () => {
  expect(unknownVariables(".env", ["GENESYS_REGION"])).toStrictEqual([
    expect.stringContaining("The names are GENESYS_CLIENT_ID,"),
  ]);
  const known = [
    "GENESYS_ENV",
    "GENESYS_CLIENT_ID_EU",
    "GENESYSCLOUD_OAUTHCLIENT_SECRET",
    "PATH",
    "MY_GENESYS_ENVS",
  ];
  expect(unknownVariables(".env", known)).toStrictEqual([]);
});
