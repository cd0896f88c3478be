/** The JSON Schemas that ship with the program. */
import { readFile } from "node:fs/promises";
import type { AnySchemaObject } from "ajv";
import { packageFile } from "../package-files.ts";

export async function readSchema(name: "plan"): Promise<AnySchemaObject> {
  return JSON.parse(await readFile(packageFile(`schemas/${name}.schema.json`), "utf8")) as AnySchemaObject;
}
