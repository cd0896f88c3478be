/** The published schema of impact reports, compiled once. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { AnySchemaObject, ErrorObject } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";

const SCHEMA = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../schemas/impact.schema.json"), "utf8"),
) as AnySchemaObject;

const isImpact = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true }).compile(SCHEMA);

/** What the schema finds wrong; empty where it is an impact report. */
export function schemaErrors(value: unknown): readonly ErrorObject[] {
  return isImpact(value) ? [] : (isImpact.errors ?? []);
}
