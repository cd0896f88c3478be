import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { command } from "../support/command.ts";
import { makeRepository } from "../support/repository.ts";

const UNTIDY = "skills:\n- description: 'Bills'\n  name: Billing # ours\n";
const TIDY = "skills:\n  - name: Billing # ours\n    description: Bills\n";

test("fmt writes what differs, in targets too, and then has nothing left to do; JSON stays as it is", async () => {
  const json = '[{"name":"Old"}]';
  const { folder } = await makeRepository({
    "a.yaml": UNTIDY,
    "b.json": json,
    "targets/eu/c.yml": "users: [ ]\n",
  });
  const check = await command("fmt --check", { folder });
  expect(check).toMatchObject({ exitCode: 1 });
  expect(check.out).toBe("Not formatted: skills/a.yaml\nNot formatted: skills/targets/eu/c.yml\n");
  expect(check.err).toContain("2 files of 3 would change");
  expect(readFileSync(join(folder, "skills/a.yaml"), "utf8")).toBe(UNTIDY);

  expect(await command("fmt", { folder })).toMatchObject({ exitCode: 0 });
  expect(readFileSync(join(folder, "skills/a.yaml"), "utf8")).toBe(TIDY);
  expect(readFileSync(join(folder, "skills/b.json"), "utf8")).toBe(json);
  expect(await command("fmt --check", { folder })).toMatchObject({
    exitCode: 0,
    out: "3 files, all formatted.\n",
  });
});

test("where a file is no YAML, fmt names the line and writes nothing", async () => {
  const { folder } = await makeRepository({ "a.yaml": UNTIDY, "b.yaml": "skills: [\n" });
  const { exitCode, err } = await command("fmt", { folder });
  expect(exitCode).toBe(1);
  expect(err).toMatch(/^skills\/b\.yaml:\d+:\d+: /);
  expect(readFileSync(join(folder, "skills/a.yaml"), "utf8")).toBe(UNTIDY);
});
