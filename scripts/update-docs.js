/**
 * Writes the tables of docs/ from the source, between markers such as `<!-- table: commands -->`.
 * With --check it writes nothing and fails where a table is out of date. Needs a build.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createProgram } from "../dist/cli/program.js";
import { FAULTS } from "../dist/sandbox/faults.js";
import { openApi } from "../dist/server/openapi.js";

const DOCS = new URL("../docs/", import.meta.url);

const silent = { show() {}, err() {}, paint: {}, env: {} };

const TABLES = {
  commands: () => table(["command", "does"], commands()),
  api: () => table(["path", "answers"], endpoints()),
  settings: () => table(["setting", "default", "what it says"], settings()),
  skill: () => table(["field", "what it says"], fields("skill")),
  faults: () => table(["fault", "takes", "requests", "what goes wrong"], faults()),
  profile: () => table(["field", "what it says"], fields("profile")),
  user: () => table(["field", "what it says"], fields("user")),
};

function commands() {
  const program = createProgram(
    silent,
    () => {},
    () => Promise.resolve(0),
  );
  return program.commands.map((command) => [
    `\`${[command.name(), ...command.registeredArguments.map(argumentWords)].join(" ")}\``,
    `${command.description()}. ${optionWords(command)}`.trim(),
  ]);
}

function argumentWords(argument) {
  return argument.required ? `<${argument.name()}>` : `[${argument.name()}]`;
}

function optionWords(command) {
  const flags = command.options.map((option) => `\`${option.long}\``);
  return flags.length > 0 ? `Options: ${flags.join(", ")}` : "";
}

const TAKES = { trigger: "`N`", number: "a number", flag: "nothing" };

function faults() {
  return Object.entries(FAULTS).map(([name, { kind, requests, does }]) => [
    `\`${name}\``,
    TAKES[kind],
    requests,
    does,
  ]);
}

function endpoints() {
  return Object.entries(openApi().paths).map(([path, { get }]) => {
    const names = (get.parameters ?? []).filter((one) => one.in === "query").map((one) => one.name);
    return [
      `\`${path}\``,
      `${get.summary}. ${names.length > 0 ? `Takes ${names.map((name) => `\`${name}\``).join(", ")}` : ""}`.trim(),
    ];
  });
}

function schema(name) {
  return JSON.parse(readFileSync(new URL(`../schemas/${name}.schema.json`, import.meta.url), "utf8"));
}

function settings() {
  const rows = Object.entries(schema("settings").properties).filter(([name]) => !name.startsWith("$"));
  return rows.flatMap(([name, field]) =>
    field.properties
      ? Object.entries(field.properties).map(([inner, one]) => settingRow(`${name}.${inner}`, one))
      : [settingRow(name, field)],
  );
}

function settingRow(name, { default: value, description }) {
  return [`\`${name}\``, value === undefined ? "" : `\`${value}\``, description];
}

/** The fields of one entry of `skills:`, `profiles:` or `users:`. */
function fields(kind) {
  const { $defs: shapes } = schema("skills");
  return Object.entries(shapes[kind].properties).map(([name, field]) => [
    `\`${name}\`${shapes[kind].required?.includes(name) ? " (required)" : ""}`,
    field.description ?? shapes[field.$ref?.split("/").at(-1)]?.description ?? "",
  ]);
}

function table(head, rows) {
  const line = (cells) =>
    `| ${cells.map((cell) => String(cell).replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

for (const name of readdirSync(DOCS).filter((one) => one.endsWith(".md"))) {
  const file = new URL(name, DOCS);
  const before = readFileSync(file, "utf8");
  const after = before.replace(
    /(<!-- table: (\w+) -->\n)[\s\S]*?(<!-- end -->)/g,
    (_, open, table, close) => `${open}${TABLES[table]()}\n${close}`,
  );
  if (before === after) continue;
  if (process.argv.includes("--check")) {
    console.error(`The tables of docs/${name} are out of date: run npm run docs.`);
    process.exitCode = 1;
  } else writeFileSync(file, after);
}
