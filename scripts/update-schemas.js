/**
 * Writes the schemas of what this program writes from the types of what it holds: one definition for both. With
 * `--check` nothing is written, and a schema that is not fresh is an error. What a type can't say stands in RULES.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import prettier from "prettier";
import { createGenerator } from "ts-json-schema-generator";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const VERSIONS = "Additions keep the version; anything else raises it.";

/** The kind that a part of a change must have. */
const kind = (...names) => ({ type: "object", properties: { kind: { enum: names } } });
const level = { type: "number", minimum: 0, maximum: 5 };

/** What is true of every change, beyond its type: an `if`, its `then` and what is required then. */
const RULES = {
  Change: [
    [{ verb: { enum: ["create", "delete"] } }, { subject: kind("skill"), field: kind("existence") }],
    [{ verb: { const: "add" } }, { field: kind("name", "description", "division", "skill") }],
    [{ verb: { const: "update" } }, { field: kind("name", "description", "division", "skill", "until") }],
    [{ field: kind("until") }, { subject: kind("user"), verb: { const: "update" } }],
    [{ verb: { const: "remove" } }, { subject: kind("profile", "user"), field: kind("skill") }],
    [{ verb: { const: "create" } }, { after: { type: "string" } }],
    [{ verb: { enum: ["create", "add"] } }, { before: { type: "null" } }],
    [{ verb: { enum: ["remove", "delete"] } }, { after: { type: "null" } }],
    [{ field: kind("name", "description", "division") }, { subject: kind("skill", "profile") }],
    [{ field: kind("skill") }, { subject: kind("profile", "user") }],
    [{ verb: { const: "add" }, ...assigned("user") }, { after: level }],
    [
      { verb: { const: "update" }, ...assigned("user") },
      { before: level, after: level },
    ],
    [{ verb: { const: "remove" }, ...assigned("user") }, { before: level }],
    [{ verb: { const: "add" }, ...assigned("profile") }, { after: { const: true } }],
    [{ verb: { const: "remove" }, ...assigned("profile") }, { before: { const: true } }],
    [
      { verb: { const: "add" }, field: kind("name", "description", "division") },
      { after: { type: "string" } },
    ],
    [
      { verb: { const: "update" }, field: kind("name", "description", "division") },
      { after: { type: "string" } },
    ],
  ],
  Operation: [
    [{ subject: kind("profile", "user") }, { deletion: false }],
    [{ subject: kind("skill", "profile") }, { email: false, named: false }],
    [{ subject: kind("user") }, {}, ["email", "named"]],
  ],
};

const SCHEMAS = [
  {
    ...{ name: "plan", path: "src/model.ts", type: "Plan", title: "Plan of genesys-skills" },
    description: `The changes that make an organisation hold what the YAML says. ${VERSIONS}`,
  },
  {
    ...{ name: "impact", path: "src/report/impact/facts.ts", type: "Impact" },
    title: "Impact report of genesys-skills",
    description: `Each skill with its profiles and holders, now and after a plan. ${VERSIONS}`,
  },
  {
    ...{ name: "ledger", path: "src/ledger/schema.ts", type: "AnyLedgerFile", title: "Ledger" },
    description:
      "The files of the branch ledger/<target>: ledger.json, run.json, and one for each user. All are written by `apply`; none is meant to be edited.",
  },
  { name: "sandbox-seed", path: "src/sandbox/seed-shape.ts", type: "Seed", expose: "all" },
  { name: "api", path: "src/page/api.ts", type: "Answers", title: "Answers of `serve`" },
];

function assigned(subject) {
  return { subject: kind(subject), field: kind("skill") };
}

function generate({ name, path, type, expose = "export", ...said }) {
  const generator = createGenerator({
    ...{ path: ROOT + path, type, tsconfig: `${ROOT}tsconfig.json`, skipTypeCheck: true },
    ...{ expose, topRef: false, encodeRefs: false, discriminatorType: "open-api" },
  });
  const { definitions, $schema: _, ...whole } = generator.createSchema(type);
  for (const [of, rules] of Object.entries(RULES)) {
    if (!definitions[of]) continue;
    definitions[of].allOf = rules.map(([when, then, required]) => ({
      if: { type: "object", properties: when, required: Object.keys(when) },
      then: { type: "object", properties: then, required },
    }));
  }
  return {
    ...{ $schema: "https://json-schema.org/draft/2020-12/schema", $id: `${name}.schema.json` },
    ...{ ...said, ...whole, ...said, $defs: definitions },
  };
}

const isCheck = process.argv.includes("--check");
for (const schema of SCHEMAS) {
  const file = `${ROOT}schemas/${schema.name}.schema.json`;
  const json = JSON.stringify(generate(schema))
    .replaceAll("#/definitions/", "#/$defs/")
    // OpenAPI allows no signs in names.
    .replaceAll(/PageOf<(\w+)>/g, "$1Page");
  const options = { ...(await prettier.resolveConfig(file)), filepath: file };
  const text = await prettier.format(json, options);
  if (!isCheck) writeFileSync(file, text);
  else if (readFileSync(file, "utf8") !== text) {
    console.error(`${file} is not what the types say: run npm run schemas.`);
    process.exitCode = 1;
  }
}
