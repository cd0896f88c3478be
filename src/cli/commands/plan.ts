/** `plan`: shows what an apply would do, and changes nothing. */
import { writeFile } from "node:fs/promises";
import type { Plan } from "../../model.ts";
import { formatPlanFile } from "../../plan/file.ts";
import { Failure } from "../../problem.ts";
import { planMarkdown } from "../../report/plan-markdown.ts";
import { planText } from "../../report/plan-text.ts";
import type { WorldOptions } from "../options.ts";
import type { Terminal } from "../terminal.ts";
import { openWorld, planWorld } from "../world.ts";
import type { PlanFormat } from "./plan-formats.ts";

export interface PlanCommandOptions extends WorldOptions {
  readonly format: PlanFormat;
  /** Also writes the plan file. */
  readonly out?: string;
  readonly allow: ReadonlySet<string>;
  readonly detailedExitcode?: boolean;
}

/** Exit code 3 where the plan is refused; 2 with `--detailed-exitcode` where there are changes. */
export async function planCommand(options: PlanCommandOptions, terminal: Terminal): Promise<number> {
  const world = await openWorld(options, terminal);
  try {
    const { plan } = await planWorld(world, options.allow, terminal);
    terminal.out(render(plan, options.format, terminal));
    if (options.out !== undefined) await writePlanFile(plan, options.out, terminal);
    if (plan.refusals.length > 0) return refusedExit(plan);
    return options.detailedExitcode === true && plan.stages.length > 0 ? 2 : 0;
  } finally {
    await world.close();
  }
}

/** A list that could not be read is a failure, not a guard's verdict. */
export function refusedExit({ refusals }: Plan): 1 | 3 {
  return refusals.some(({ code }) => code === "INCOMPLETE") ? 1 : 3;
}

function render(plan: Plan, format: PlanFormat, terminal: Terminal): string {
  switch (format) {
    case "text":
      return planText(plan, { paint: terminal.paint, nameEveryone: !terminal.isShared });
    case "markdown":
      return planMarkdown(plan);
    case "json":
      return formatPlanFile(plan);
  }
}

async function writePlanFile(plan: Plan, file: string, terminal: Terminal): Promise<void> {
  try {
    await writeFile(file, formatPlanFile(plan));
  } catch (error) {
    throw new Failure({
      code: "CANNOT_WRITE",
      message: `The plan could not be written to ${file}: ${error instanceof Error ? error.message : String(error)}`,
      hint: "Give --out a file in a folder that exists and that you may write to.",
    });
  }
  terminal.err(`Plan written to ${file}. Apply it with: genesys-skills apply ${file}\n`);
}
