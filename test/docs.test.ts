/** What the documents say: commands and flags that exist, links that lead somewhere, codes that the program knows. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { createProgram } from "../src/cli/program.ts";
import { makeDirectory, problemsOf } from "./desired/directory.ts";
import { captureTerminal } from "./support/terminal.ts";

const PAGES = [
  "README.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  ...readdirSync("docs").map((name) => `docs/${name}`),
];
const texts = PAGES.map((page) => [page, readFileSync(page, "utf8")] as const);

const program = createProgram(
  captureTerminal().terminal,
  () => undefined,
  () => Promise.resolve(0),
);

/** Every line of a shell block that runs the program, with the page it stands on. */
const lines = texts.flatMap(([page, text]) =>
  [...text.matchAll(/```sh\n(.*?)```/gs)]
    .flatMap(([, block = ""]) => block.split("\n"))
    .flatMap((line) => [...line.matchAll(/\bgenesys-skills ((?:[^#&|;'"]|"[^"]*")+)/g)])
    .map(([, words = ""]) => [page, words.trim()] as const),
);

test("the documents show commands", () => {
  expect(lines.length).toBeGreaterThan(12);
});

test.each(lines)("%s: genesys-skills %s", (_, words) => {
  const [name = ""] = words.split(" ");
  const command = program.commands.find((one) => one.name() === name);
  expect(command?.name()).toBe(name);
  const known = [...(command?.options ?? []), ...program.options].map(({ long }) => long);
  for (const [flag] of words.replaceAll(/"[^"]*"/g, "").matchAll(/--[a-z][a-z-]*/g))
    expect(known).toContain(flag);
});

/** Every block of YAML or JSON that holds skills, profiles or users, with the page it stands on. */
const files = texts.flatMap(([page, text]) =>
  [...text.matchAll(/^( *)```(yaml|json)\n(.*?)^ *```/gms)]
    .map(
      ([, indent = "", kind = "", block = ""]) =>
        [page, kind, block.replaceAll(RegExp(`^${indent}`, "gm"), "")] as const,
    )
    .filter(([, , block]) => /^(?:skills|profiles|users):|^- name:|^\[/m.test(block)),
);

test.each(files)("%s: its %s examples are valid", async (_, kind, block) => {
  const problems = await problemsOf(await makeDirectory({ [`a.${kind}`]: block }));
  // A block may name what another one declares.
  expect(problems.filter(({ code }) => code !== "UNKNOWN_SKILL" && code !== "UNKNOWN_PROFILE")).toEqual([]);
});

test("the documents show files", () => {
  expect(files.length).toBeGreaterThan(6);
});

test.each(texts)("%s: every link leads to a file or a heading", (page, text) => {
  for (const [, link = ""] of text.matchAll(/\]\((?!https?:)([^)]+)\)/g)) {
    const [path = "", heading] = link.split("#");
    const file = path === "" ? page : join(dirname(page), path);
    expect(existsSync(file), link).toBe(true);
    if (heading === undefined) continue;
    const headings = [...readFileSync(file, "utf8").matchAll(/^#+ (.*)$/gm)].map(([, words = ""]) =>
      words
        .toLowerCase()
        .replaceAll(/[^\w -]/g, "")
        .replaceAll(" ", "-"),
    );
    expect(headings, link).toContain(heading);
  }
});

test("the README fits on a few screens", () => {
  expect(readFileSync("README.md", "utf8").split("\n").length).toBeLessThanOrEqual(150);
});
