import { rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { command } from "../support/command.ts";
import { environmentOf, SMALL_YAML, startOrganisation } from "../support/organisation.ts";
import type { Refused } from "../support/refusal.ts";
import { expectRefused } from "../support/refusal.ts";
import type { Repository } from "../support/repository.ts";
import { makeRepository } from "../support/repository.ts";

interface Case extends Refused {
  readonly title: string;
  readonly line: string;
}

function failure(title: string, line: string, ...says: (string | RegExp)[]): Case {
  return { title, line, says, exitCode: 1 };
}

/** Runs the line in a repository that is all right, so that the line alone is wrong. */
async function runIn(repository: Repository, line: string, env: Record<string, string> = {}) {
  const sandbox = await startOrganisation();
  const options = { folder: repository.folder, env: { ...environmentOf(sandbox), ...env } };
  return { sandbox, run: await command(line, options) };
}

describe("a command line", () => {
  const lines = [
    failure("with an unknown command", "plna", "unknown command 'plna'", "Did you mean plan?"),
    failure("with a misspelt option", "plan --alow UNCOVERED", "unknown option '--alow'", "--allow"),
    failure("with another command's option", "validate --yes", "unknown option '--yes'"),
    failure("with an option that dry runs", "apply --dry-run", "unknown option '--dry-run'", "--help"),
    failure("with a word too many", "plan production", "too many arguments"),
    failure("with a misspelt code", "plan --allow UNCOVERD", "UNCOVERD", "Did you mean UNCOVERED?"),
    failure(
      "with a code that can't be allowed",
      "plan --allow INCOMPLETE",
      "INCOMPLETE",
      "TOO_MANY_REMOVALS",
    ),
    failure("with an unknown format", "plan --format html", "html", "text, markdown, json"),
    failure("with an unknown API", "plan --sandbox genesys", "genesys", "cloud, profiles"),
    failure("with an option that lacks its value", "plan --out", "--out <file>"),
    failure("with a port that is none", "sandbox --port 99999", "99999", "0 to 65535"),
    failure(
      "with a misspelt fault",
      "sandbox --faults lostAnser=1",
      "BAD_FAULTS",
      "Did you mean lostAnswer?",
    ),
    failure("with a seed that isn't there", "sandbox --seed none.json", "NO_SEED", "none.json"),
    failure(
      "with a directory that isn't there",
      "plan --dir nowhere",
      "MISSING_DIRECTORY",
      "nowhere",
      "--dir",
    ),
    failure("with a file for a directory", "plan --dir file.txt", "NOT_A_DIRECTORY", "file.txt", "--dir"),
    failure("with an unknown target", "plan --target production", "UNKNOWN_TARGET", "production", "default"),
    failure(
      "with a plan file that isn't there",
      "apply none.json --yes",
      "NO_PLAN_FILE",
      "none.json can't be read: there is no such file.",
      "--out",
    ),
    failure("with a plan file that isn't JSON", "apply file.txt --yes", "NOT_A_PLAN", "file.txt", "--out"),
    failure(
      "with a plan file that is no plan",
      "apply other.json --yes",
      "NOT_A_PLAN",
      "other.json",
      "--out",
    ),
    failure(
      "with another version's plan",
      "apply version.json --yes",
      "PLAN_VERSION",
      /version 2\b/,
      /again/,
    ),
    failure(
      "with a directory for a plan file",
      "apply skills --yes",
      "NO_PLAN_FILE",
      "skills can't be read: it is a directory",
    ),
    failure(
      "that can't write its plan",
      "plan --out no/where.json",
      "CANNOT_WRITE",
      "no/where.json",
      "--out",
    ),
    failure(
      "that applies and can't ask",
      "apply --no-ledger",
      "NOT_CONFIRMED",
      "Nothing was applied",
      "--yes",
    ),
  ];

  test.each(lines.map((one) => [one.title, one] as const))(
    "%s says what is wrong and writes nothing",
    async (_, { line, ...wanted }) => {
      const repository = await makeRepository({ "a.yaml": SMALL_YAML });
      await repository.write("file.txt", "hello");
      await repository.write("other.json", '{ "version": 2, "name": "something else" }');
      await repository.write("version.json", '{ "version": 1 }');
      const { run, sandbox } = await runIn(repository, line);
      expectRefused(run, wanted, sandbox);
    },
  );

  test("with nothing in it prints the help and fails", async () => {
    const { exitCode, text } = await command("");
    expect(exitCode).toBe(1);
    expect(text).toContain("Usage: genesys-skills");
    expect(text).toContain("plan --sandbox");
  });

  test.each(["", "validate", "plan", "apply", "drift", "sandbox", "demo"])(
    "that asks for help with %s gets examples",
    async (name) => {
      const { exitCode, out, err } = await command(`${name} --help`.trim());
      expect(exitCode).toBe(0);
      expect(err).toBe("");
      expect(out).toContain(`$ genesys-skills ${name}`);
      expect(out).not.toContain("\u001b");
    },
  );
});

describe("a repository", () => {
  const files: readonly (Case & { readonly yaml: string })[] = [
    {
      ...failure("that isn't YAML", "", "YAML_SYNTAX", "skills/a.yaml:3:1"),
      yaml: "skills:\n  - name: [Billing\n",
    },
    {
      ...failure(
        "with two skills of one slug",
        "",
        "DUPLICATE_SLUG",
        "skills/a.yaml:2:9",
        "a.yaml:1:9",
        "slug:",
      ),
      yaml: "- name: C++\n- name: C\n",
    },
    {
      ...failure(
        "with one skill twice",
        "",
        "DUPLICATE_SLUG",
        "skills/a.yaml:2:9",
        "a.yaml:1:9",
        "give each its id",
      ),
      yaml: "- name: Billing\n- name: billing\n",
    },
    {
      ...failure("that names an unknown skill", "", "UNKNOWN_SKILL", "skills/a.yaml:4:16", 'mean "Billing"?'),
      yaml: "skills:\n  - name: Billing\nprofiles:\n  - { skills: [Biling], name: Support }\n",
    },
    {
      ...failure("whose profiles go in circles", "", "EXTENDS_CYCLE", "skills/a.yaml:", "A → B → A"),
      yaml: "profiles:\n  - { name: A, extends: [B] }\n  - { name: B, extends: [A] }\n",
    },
    {
      ...failure("with a proficiency of 7", "", "OUT_OF_RANGE", "skills/a.yaml:2:", "7", "5.0"),
      yaml: "- name: Billing\n  assign_to_users: [{ user: ann@example.com, proficiency: 7 }]\n",
    },
    {
      ...failure("with a misspelt field", "", "UNKNOWN_FIELD", "skills/a.yaml:2:3", "assign_to_users"),
      yaml: "- name: Billing\n  asign_to_users: [ann@example.com]\n",
    },
  ];

  test.each(files.map((one) => [one.title, one] as const))(
    "%s is refused before any request is sent",
    async (_, { yaml, ...wanted }) => {
      const repository = await makeRepository({ "a.yaml": yaml });
      for (const line of ["validate", "plan", "apply --yes"]) {
        const { run, sandbox } = await runIn(repository, line);
        expectRefused(run, wanted, sandbox);
        expect(run.err).toContain("  | ");
        expect(sandbox.requests).toEqual([]);
      }
    },
  );

  test("with several problems gets them all at once", async () => {
    const repository = await makeRepository({
      "a.yaml": "- name: Billing\n  proficiency: 3\n",
      "b.yaml": "profiles: [{ name: Support, skills: [Biling] }]\n",
      "c.yaml": "skills: {\n",
    });
    const { run } = await runIn(repository, "plan");
    expect(run.err).toMatch(/c\.yaml:\d+:\d+: YAML_SYNTAX/);
    expect(run.err).toMatch(/a\.yaml:2:3: UNKNOWN_FIELD/);
    expect(run.err).toMatch(/\d problems\.\n$/);
  });

  test("with nothing in its directory says so", async () => {
    const repository = await makeRepository();
    await rm(join(repository.dir, "settings.yaml"));
    const { run, sandbox } = await runIn(repository, "apply --yes --no-ledger");
    expectRefused(run, failure("", "", "EMPTY_DIRECTORY", "skills", ".yaml"), sandbox);
  });

  test("with a broken link is a problem, because half of the skills may be missing", async () => {
    const repository = await makeRepository({ "a.yaml": SMALL_YAML });
    await symlink(join(repository.folder, "nowhere.yaml"), join(repository.dir, "b.yaml"));
    const { run, sandbox } = await runIn(repository, "apply --yes --no-ledger");
    expectRefused(run, failure("", "", "UNREADABLE", "skills/b.yaml", "Check"), sandbox);
  });

  test("that names what the organisation lacks is refused with the nearest names", async () => {
    const repository = await makeRepository({
      "a.yaml": `
- { name: Billing, assign_to_users: [anne@example.com] }
- { name: Sales, assign_to_groups: [Desks] }
- { name: Complaints, assign_to_profiles: [Suport] }
`,
    });
    const { run, sandbox } = await runIn(repository, "apply --yes --no-ledger");
    const says = [
      "UNKNOWN_USER",
      'mean "ann@example.com"?',
      "UNKNOWN_GROUP",
      'mean "Desk"?',
      "UNKNOWN_PROFILE",
    ];
    expectRefused(run, { says: [...says, "skills/a.yaml:2", "Refused"], exitCode: 3 }, sandbox);
  });

  test("for another organisation is refused, and that can be allowed", async () => {
    const yaml = "- { name: Billing, assign_to_users: [dora@example.com] }";
    const repository = await makeRepository({ "a.yaml": yaml });
    await repository.write("skills/settings.yaml", "organization: another-one\nrequests_per_minute: 10000\n");
    const { run, sandbox } = await runIn(repository, "apply --yes --no-ledger");
    expectRefused(run, { says: ["WRONG_ORG", "another-one", "--allow WRONG_ORG"], exitCode: 3 }, sandbox);
    const allowed = await runIn(repository, "plan --allow wrong_org");
    expect(allowed.run.exitCode).toBe(0);
    expect(allowed.run.out).toContain("Allowed explicitly");
  });
});
