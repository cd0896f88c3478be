import { expect, test } from "vitest";
import { command } from "../support/command.ts";
import { makeRepository } from "../support/repository.ts";

// A no-break space, as a mail program leaves it.
const ODD = "skills:\n  - name: Billing\u00a0Tier 1\n";
const WRONG = "skills:\n  - nam: Billing\n";

test("warnings are shown with their place, and are no failure", async () => {
  const { folder } = await makeRepository({ "a.yaml": ODD });
  const { exitCode, out, err } = await command("validate", { folder });
  expect(exitCode).toBe(0);
  expect(out).toBe("ok default: 1 skill, 0 profiles, 0 users, 0 groups in 2 files\n");
  expect(err).toMatch(/^Warning: skills\/a\.yaml:2:\d+: [A-Z_]+: .*U\+00A0/);
  expect(err).toMatch(/\n1 warning\.\n$/);
});

test("JSON holds problems and warnings with code and place, and nothing else is printed", async () => {
  const { folder } = await makeRepository({ "targets/eu/a.yaml": ODD, "targets/us/b.yaml": WRONG });
  const { exitCode, out, err } = await command("validate --format json", { folder });
  expect([exitCode, err]).toStrictEqual([1, ""]);
  const { ok, problems, warnings } = JSON.parse(out) as Record<string, unknown>;
  expect(ok).toBe(false);
  expect(problems).toMatchObject(
    expect.arrayContaining([
      expect.objectContaining({
        code: "UNKNOWN_FIELD",
        place: { file: "skills/targets/us/b.yaml", line: 2, column: 5 },
      }),
    ]) as unknown[],
  );
  expect(warnings).toMatchObject([{ place: { file: "skills/targets/eu/a.yaml", line: 2 } }]);
});

test("the format github is commands for a runner, errors and warnings", async () => {
  const { folder } = await makeRepository({ "targets/eu/a.yaml": ODD, "targets/us/b.yaml": WRONG });
  const { exitCode, out } = await command("validate --format github", { folder });
  expect(exitCode).toBe(1);
  expect(out).toMatch(/^::error title=[A-Z_]+,file=skills\/targets\/us\/b\.yaml,line=2/m);
  expect(out).toMatch(/^::warning title=[A-Z_]+,file=skills\/targets\/eu\/a\.yaml,line=2/m);
});

test("several targets can be named, and only those are looked at", async () => {
  const files = {
    "targets/eu/a.yaml": ODD,
    "targets/us/b.yaml": WRONG,
    "targets/asia/c.yaml": "skills: []\n",
  };
  const { folder } = await makeRepository(files);
  const { exitCode, out } = await command("validate --target eu --target asia", { folder });
  expect(exitCode).toBe(0);
  expect(out).toMatch(/^ok eu: .*\nok asia: .*\n$/);
  const all = await command("validate --all-targets", { folder });
  expect(all.exitCode).toBe(1);
  expect(all.out).toMatch(/^ok asia: .*\nok eu: .*\n$/);
  const both = await command("validate --all-targets --target eu", { folder });
  expect(both.err).toContain("'--all-targets' cannot be used with option '--target <name>'");
});
