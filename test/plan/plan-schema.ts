/** The published schema of plan files, compiled once. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { AnySchemaObject, ErrorObject } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";

export const PLAN_SCHEMA = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../schemas/plan.schema.json"), "utf8"),
) as AnySchemaObject;

const isPlan = new Ajv2020({
  strict: true,
  strictRequired: false,
  allowUnionTypes: true,
  discriminator: true,
}).compile(PLAN_SCHEMA);

/** What the schema finds wrong; empty where it is a plan. */
export function schemaErrors(value: unknown): readonly ErrorObject[] {
  return isPlan(value) ? [] : (isPlan.errors ?? []);
}
