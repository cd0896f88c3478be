/** Reads the plan file of an apply, and compares it with the fresh plan. */
import { readFile } from "node:fs/promises";
import type { Operation, Plan } from "../model.ts";
import { changesOf } from "../plan/changes.ts";
import { parsePlanFile } from "../plan/file.ts";
import { Failure } from "../problem.ts";
import { count, printable } from "../text.ts";
import { readSchema } from "./schemas.ts";

/** Throws Failure NO_PLAN_FILE, NOT_A_PLAN, PLAN_VERSION or ESTIMATE. */
export async function readPlanFile(file: string): Promise<Plan> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    throw new Failure({
      code: "NO_PLAN_FILE",
      message: `The plan file ${file} can't be read: ${whyUnread(error)}.`,
      hint: "Write one with: genesys-skills plan --out FILE",
    });
  }
  const plan = parsePlanFile(text, file, await readSchema("plan"));
  if (plan.isEstimate) throw estimate(file);
  return plan;
}

function whyUnread(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  switch (code) {
    case "ENOENT":
      return "there is no such file";
    case "EISDIR":
      return "it is a directory";
    case "EACCES":
      return "this account may not read it";
    default:
      return error instanceof Error ? printable(error.message) : "the reason is not known";
  }
}

function estimate(file: string): Failure {
  return new Failure({
    code: "ESTIMATE",
    message: `${file} is an estimate, made without the organisation, so it can't be applied.`,
    hint: "Plan without --offline, review, and apply that file.",
  });
}

/** Every change of the fresh plan must be in the file; a change only in the file is done already. */
export function refuseUnreviewed(plan: Plan, reviewed: Plan, file: string): void {
  if (plan.target !== reviewed.target || plan.organization.id !== reviewed.organization.id) {
    throw new Failure(
      {
        code: "OTHER_TARGET",
        message: `${file} is a plan for ${printable(reviewed.target)} (${printable(reviewed.organization.name)}), and this is ${printable(plan.target)} (${printable(plan.organization.name)}).`,
        hint: "Plan again for this target, or name the file's target with --target.",
      },
      4,
    );
  }
  const known = new Set(changesOf(reviewed).map(({ id }) => id));
  const fresh = plan.stages.flat().flatMap((operation) => {
    const unknown = operation.changes.filter(({ id }) => !known.has(id));
    return unknown.map(() => aboutOf(operation));
  });
  if (fresh.length === 0) return;
  const about = [...new Set(fresh)].slice(0, 10).map((name) => printable(name));
  throw new Failure(
    {
      code: "PLAN_CHANGED",
      message: `The fresh plan has ${count(fresh.length, "change")} that ${file} doesn't have, about: ${about.join(", ")}. Nothing was applied.`,
      hint: "The YAML or the organisation has changed. Plan again, review, and apply the new file.",
    },
    4,
  );
}

/** The name of an operation's subject; a user who is in neither YAML nor ledger stays unnamed. */
function aboutOf({ subject, name, email, named }: Operation): string {
  if (subject.kind !== "user") return name;
  return named === true ? email || subject.id : "a user that the YAML doesn't name";
}
