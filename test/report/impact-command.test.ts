import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { command } from "../support/command.ts";
import { environmentOf, SMALL_YAML, startOrganisation } from "../support/organisation.ts";
import { makeRepository } from "../support/repository.ts";
import { schemaErrors } from "./impact-schema.ts";

async function startDesk() {
  const env = environmentOf(await startOrganisation());
  const { folder, dir } = await makeRepository({ "skills.yaml": SMALL_YAML });
  return {
    run: (line: string) => command(`${line} --dir ${dir}`, { env }),
    file: (name: string) => join(folder, name),
    read: (name: string) => readFile(join(folder, name), "utf8"),
  };
}

test("report prints the current organisation without names of people", async () => {
  const desk = await startDesk();
  const { exitCode, out, err } = await desk.run("report --format csv");
  expect({ exitCode, err }).toStrictEqual({ exitCode: 0, err: "" });
  const rows = out.split("\r\n").map((line) => line.split(",").slice(1, 6).join(","));
  expect(rows).toStrictEqual([
    "Skill Name,Assigned Profile Count,Sample Profile IDs,Holders Now,Holders After",
    "Billing,1,support,2,2",
    "Complaints,0,,1,1",
    "Sales,0,,2,2",
    "",
  ]);
  expect(out).not.toContain("@");
});

test("report writes a file in the format that its name asks for", async () => {
  const desk = await startDesk();
  const { exitCode, out } = await desk.run(`report --out ${desk.file("skills.html")}`);
  expect({ exitCode, out }).toStrictEqual({ exitCode: 0, out: "" });
  expect(await desk.read("skills.html")).toMatch(/^<!doctype html>/);
});

test("plan --impact writes what the plan means, and says how many people that names", async () => {
  const desk = await startDesk();
  const { exitCode, out, err } = await desk.run(`plan --no-ledger --impact ${desk.file("impact.json")}`);
  expect(exitCode).toBe(0);
  expect(out).toContain("Plan:");
  expect(err).toContain("It names 2 people: share it only with readers who may see their names.");
  const impact: unknown = JSON.parse(await desk.read("impact.json"));
  expect(schemaErrors(impact)).toStrictEqual([]);
  expect(impact).toMatchObject({ hasPlan: true, totals: { skills: 5, usersLosing: 0 } });
});

test("plan --impact names users whom the YAML doesn't only with --name-everyone", async () => {
  const desk = await startDesk();
  await desk.run(`plan --no-ledger --impact ${desk.file("few.csv")}`);
  await desk.run(`plan --no-ledger --impact ${desk.file("all.csv")} --name-everyone`);
  expect(await desk.read("few.csv")).not.toContain("dora");
  expect(await desk.read("few.csv")).toContain("2 not named by the YAML");
  expect(await desk.read("all.csv")).toContain("dora");
});

test.each([
  { line: "plan --impact impact.docx", code: "UNKNOWN_FORMAT" },
  { line: "report --out impact", code: "UNKNOWN_FORMAT" },
  { line: "report --out missing/folder/impact.csv", code: "CANNOT_WRITE" },
])("$line fails with $code", async ({ line, code }) => {
  const desk = await startDesk();
  const { exitCode, out, err } = await desk.run(line);
  expect({ exitCode, out }).toStrictEqual({ exitCode: 1, out: "" });
  expect(err).toContain(code);
});
