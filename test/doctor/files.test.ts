import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { FILES } from "../../src/doctor/files.ts";
import { command } from "../support/command.ts";
import { environmentOf, SMALL_YAML, startOrganisation } from "../support/organisation.ts";
import { makeRepository, UNHURRIED } from "../support/repository.ts";
import { findingsIn, findingsOf, listOf } from "./clinic.ts";

const GENESYS_AND_FILES = [
  "target",
  "yaml",
  "credentials",
  "region",
  "login",
  "api",
  "token",
  "organization",
];

async function examine(
  files: Readonly<Record<string, string>>,
  line = "doctor",
  env: NodeJS.ProcessEnv = {},
) {
  const sandbox = await startOrganisation();
  const { folder } = await makeRepository(files);
  const all = { PATH: process.env["PATH"], ...environmentOf(sandbox), ...env };
  return findingsIn(await command(`${line} --format json`, { folder, env: all }));
}

test("YAML that is wrong is one line with the number of problems, and Genesys is looked at all the same", async () => {
  const findings = await examine({ "a.yaml": "skills:\n  - nam: Billing\n  - name: Billing\n    foo: 1\n" });
  expect(findings["yaml"]).toMatchObject({ status: "wrong", code: "INVALID_YAML" });
  expect(findings["yaml"]?.message).toMatch(/^3 problems; the first is skills\/a\.yaml:2:/);
  expect(findings["yaml"]?.hint).toContain("genesys-skills validate");
  expect(listOf(findings, "wrong")).toEqual(["yaml INVALID_YAML"]);
  expect(findings["organization"]?.status).toBe("ok");
});

test("A folder that isn't there is named, and the rest is looked at from where the command runs", async () => {
  const findings = await examine({}, "doctor --dir elsewhere");
  expect(findings["yaml"]).toMatchObject({ status: "wrong", code: "MISSING_DIRECTORY" });
  expect(findings["token"]?.status).toBe("ok");
  expect(findings["repository"]?.code).toBe("NO_REPOSITORY");
});

const TARGETS = {
  "a.yaml": SMALL_YAML,
  "targets/production/settings.yaml": UNHURRIED,
  "targets/test/settings.yaml": UNHURRIED,
};

test("Of several targets one must be named before credentials mean anything", async () => {
  const findings = await examine(TARGETS);
  expect(listOf(findings, "wrong")).toEqual(["target TARGET_NEEDED"]);
  const skipped = listOf(findings, "unchecked");
  expect(skipped).toEqual(expect.arrayContaining(GENESYS_AND_FILES.filter((check) => check !== "target")));
  const misspelt = await examine(TARGETS, "doctor --target prduction");
  expect(misspelt["target"]).toMatchObject({ status: "wrong", code: "UNKNOWN_TARGET" });
  expect(misspelt["target"]?.hint).toContain('"production"');
});

test("Variables without the target's name are reported with their right names", async () => {
  const findings = await examine(TARGETS, "doctor --target production");
  expect(findings["credentials"]).toMatchObject({ status: "wrong", code: "MISSING_CREDENTIALS" });
  expect(findings["credentials"]?.hint).toContain("rename it to GENESYS_CLIENT_ID_PRODUCTION");
});

test("The Node.js that is asked for is that of package.json", async () => {
  const { engines } = JSON.parse(readFileSync("package.json", "utf8")) as { engines: { node: string } };
  const asked = engines.node.replace(">=", "");
  const { dir } = await makeRepository({ "a.yaml": SMALL_YAML });
  const statusWith = async (nodeVersion: string) =>
    (await findingsOf(FILES, { options: { dir, nodeVersion } }))["node"];
  expect(await statusWith(`${asked}.0`)).toMatchObject({ status: "ok" });
  expect(await statusWith("24.0.0")).toMatchObject({ status: "ok" });
  const [major = 0, minor = 0] = asked.split(".").map(Number);
  expect(await statusWith(`${major}.${minor - 1}.9`)).toMatchObject({ status: "wrong", code: "OLD_NODE" });
  expect(await statusWith(`${major - 2}.99.0`)).toMatchObject({ status: "wrong", code: "OLD_NODE" });
});

test("A warning of the YAML is a warning here, and what it says can be applied", async () => {
  const findings = await examine({ "a.yaml": "skills: [{ name: Billing\u00a0Tier 1 }]\n" });
  expect(findings["yaml"]).toMatchObject({ status: "warning" });
  expect(findings["yaml"]?.message).toMatch(/^1 skill, .* of skills\. .*U\+00A0/);
  expect(listOf(findings, "wrong")).toEqual([]);
});
