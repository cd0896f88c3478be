/** The plan file: a Plan as versioned JSON, with the schema schemas/plan.schema.json. */
import type { AnySchemaObject, ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { Plan } from "../model.ts";
import { Failure } from "../problem.ts";
import { printableJson } from "../text.ts";

/** The only version of the plan file that this program writes and reads. */
const PLAN_VERSION = 2;

export function formatPlanFile(plan: Plan): string {
  return `${printableJson(plan)}\n`;
}

/** Parses a plan file; `file` is its name for messages. Throws Failure NOT_A_PLAN or PLAN_VERSION. */
export function parsePlanFile(text: string, file: string, schema: AnySchemaObject): Plan {
  const value = parseJson(text, file);
  refuseOtherVersion(value, file);
  const ajv = new Ajv2020({
    strict: true,
    strictRequired: false,
    allowUnionTypes: true,
    discriminator: true,
  });
  const isPlan: ValidateFunction<Plan> = ajv.compile<Plan>(schema);
  if (isPlan(value)) return value;
  const [error] = isPlan.errors ?? [];
  throw notAPlan(
    `${file} is not a plan: ${error?.instancePath || "the whole file"} ${error?.message ?? "is wrong"}.`,
  );
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw notAPlan(`${file} is not a plan: it is not JSON.`);
  }
}

function refuseOtherVersion(value: unknown, file: string): void {
  if (typeof value !== "object" || value === null || !("version" in value) || value.version === PLAN_VERSION)
    return;
  throw new Failure({
    code: "PLAN_VERSION",
    message: `${file} is a plan of version ${JSON.stringify(value.version)}; this program reads version ${PLAN_VERSION}.`,
    hint: "Plan again with this version of the program.",
  });
}

function notAPlan(message: string): Failure {
  return new Failure({
    code: "NOT_A_PLAN",
    message,
    hint: "Pass the file that `genesys-skills plan --out FILE` wrote.",
  });
}
