/** The JSON Schemas that ship with the program. */
import { readFile } from "node:fs/promises";
import type { AnySchemaObject } from "ajv";

export async function readSchema(name: "plan"): Promise<AnySchemaObject> {
  const url = new URL(`../../schemas/${name}.schema.json`, import.meta.url);
  return JSON.parse(await readFile(url, "utf8")) as AnySchemaObject;
}
