/** GitHub's own description of its API, as a judge of requests and answers, and as the filler of what nobody looks at. */
import { readFileSync } from "node:fs";
import type { ValidateFunction } from "ajv";
import { Ajv } from "ajv";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Fields = { readonly [key: string]: Json };

const DESCRIPTION = JSON.parse(
  readFileSync(new URL("openapi-subset.json", import.meta.url), "utf8"),
) as Fields;

/** Templates of paths by method: `GET` of `/repos/{owner}/{repo}/issues`. */
export interface Route {
  readonly method: string;
  readonly template: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** The endpoint that a request is for, or null where the description has none. */
export function routeOf(method: string, path: string): Route | null {
  for (const [template, methods] of Object.entries(fieldsOf(DESCRIPTION["paths"]))) {
    const pattern = new RegExp(`^${template.replace(/\{(\w+)\}/g, "(?<$1>[^/]+)")}$`);
    const match = pattern.exec(path);
    if (!match || !(method.toLowerCase() in fieldsOf(methods))) continue;
    const parameters: Record<string, string> = {};
    for (const [name, text] of Object.entries(match.groups ?? {}))
      parameters[name] = decodeURIComponent(text);
    return { method, template, parameters };
  }
  return null;
}

/** What is wrong with a request, in words; empty where it is as described. */
export function faultsOfRequest(
  { method, template }: Route,
  query: URLSearchParams,
  body: unknown,
): string[] {
  const operation = operationOf(method, template);
  const known = listOf(operation["parameters"]).map((parameter) => resolve(parameter)["name"]);
  const strangers = [...query.keys()].filter((name) => !known.includes(name));
  const at = [...pointer(method, template), "requestBody", "content", "application/json", "schema"];
  const said = operation["requestBody"] === undefined ? [] : faults(at, body);
  return [...strangers.map((name) => `there is no parameter ${name}`), ...said];
}

/** What is wrong with an answer; errors that the description leaves out must be like all others. */
export function faultsOfAnswer({ method, template }: Route, status: number, body: unknown): string[] {
  const responses = fieldsOf(operationOf(method, template)["responses"]);
  const described = responses[String(status)];
  if (described === undefined) {
    return status < 400
      ? [`${status} is no answer to it`]
      : faults(["components", "schemas", "basic-error"], body);
  }
  const content = fieldsOf(resolve(described)["content"]);
  if (!("application/json" in content)) return body === undefined ? [] : ["it has no body"];
  const reference = fieldsOf(described)["$ref"];
  const at =
    typeof reference === "string"
      ? reference.slice(2).split("/")
      : [...pointer(method, template), "responses", String(status)];
  return faults([...at, "content", "application/json", "schema"], body);
}

/** The least that the description allows for a schema: what is required, with nothing in it. */
export function sampleOf(schema: string): Record<string, unknown> {
  return fieldsOf(sample({ $ref: `#/components/schemas/${schema}` }));
}

// ── Judging ──────────────────────────────────────────────────────────────────────────────────────────

const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
ajv.addSchema(fieldsOf(withoutNullable(DESCRIPTION)), "github");
const compiled = new Map<string, ValidateFunction>();

function faults(at: readonly string[], value: unknown): string[] {
  const path = at.map((step) => encodeURIComponent(step.replace(/~/g, "~0").replace(/\//g, "~1"))).join("/");
  const validate = compiled.get(path) ?? ajv.compile({ $ref: `github#/${path}` });
  compiled.set(path, validate);
  if (validate(value)) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ""}`);
}

/** `nullable` of OpenAPI 3.0 in the words of JSON Schema, which also work beside `enum` and `$ref`. */
function withoutNullable(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutNullable);
  if (value === null || typeof value !== "object") return value;
  const { nullable, ...rest } = value;
  const plain = Object.fromEntries(Object.entries(rest).map(([key, inner]) => [key, withoutNullable(inner)]));
  return nullable === true ? { anyOf: [plain, { type: "null" }] } : plain;
}

// ── Filling ──────────────────────────────────────────────────────────────────────────────────────────

function sample(schema: Json): Json {
  const fields = resolve(schema);
  if (fields["nullable"] === true) return null;
  const [first] = listOf(fields["oneOf"] ?? fields["anyOf"] ?? fields["enum"]);
  if (first !== undefined) return fields["enum"] === undefined ? sample(first) : first;
  const type = fields["type"];
  switch (typeof type === "string" ? type : "object") {
    case "boolean":
      return false;
    case "integer":
    case "number":
      return 0;
    case "array":
      return [];
    case "string":
      return fields["format"] === "date-time" ? "2026-01-01T00:00:00Z" : "https://github.invalid/";
    default: {
      const properties = fieldsOf(fields["properties"]);
      const required = listOf(fields["required"]).map(String);
      return Object.fromEntries(required.map((name) => [name, sample(properties[name] ?? {})]));
    }
  }
}

function resolve(schema: Json | undefined): Fields {
  const fields = fieldsOf(schema);
  const reference = fields["$ref"];
  if (typeof reference !== "string") return fields;
  let found: Json | undefined = { ...DESCRIPTION };
  for (const step of reference.slice(2).split("/")) found = fieldsOf(found)[step];
  return resolve(found);
}

function operationOf(method: string, template: string): Fields {
  return fieldsOf(fieldsOf(fieldsOf(DESCRIPTION["paths"])[template])[method.toLowerCase()]);
}

function pointer(method: string, template: string): string[] {
  return ["paths", template, method.toLowerCase()];
}

function fieldsOf(value: Json | undefined): { [key: string]: Json } {
  return value !== null && typeof value === "object" && !Array.isArray(value) ? { ...value } : {};
}

function listOf(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}
