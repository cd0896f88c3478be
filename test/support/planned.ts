/** What the program's own `plan --format json` says, as lines to compare at a glance. */
import type { Place, Plan } from "../../src/model.ts";
import { planLines } from "../plan/plan-lines.ts";
import type { Desk } from "./desk.ts";

export interface PlannedRun {
  readonly exitCode: number;
  readonly plan: Plan;
  /** One for each change, note and refusal. */
  readonly lines: readonly string[];
  /** What the program said beside the plan. */
  readonly err: string;
}

/** `options` are more words for the command line. */
export async function planAt(desk: Desk, options = ""): Promise<PlannedRun> {
  const { exitCode, out, err } = await desk.run(`plan --format json ${options}`.trim());
  if (!out.startsWith("{")) throw new Error(`There is no plan:\n${err}`);
  const plan = JSON.parse(out) as Plan;
  return { exitCode, plan, lines: planLines(plan), err };
}

/** The lines that begin with one of these signs: `+`, `-` or `~`. */
export function changesOf({ lines }: PlannedRun): string[] {
  return lines.filter((line) => /^[-+~] /.test(line));
}

/** The codes of the plan's refusals, each once. */
export function refusedBy({ plan }: PlannedRun): string[] {
  return [...new Set(plan.refusals.map(({ code }) => code))];
}

/** Where each assignment's change comes from: `ann@example.com Billing skills/a.yaml:4`. */
export function sourcesOf({ plan }: PlannedRun): string[] {
  return plan.stages.flat().flatMap(({ subject, email = "", changes }) =>
    changes.flatMap(({ field, source }) => {
      if (subject.kind !== "user" || field.kind !== "skill") return [];
      return [`${email} ${plan.skills[field.id]?.name ?? field.id} ${placeOf(source)}`];
    }),
  );
}

function placeOf(place: Place | undefined): string {
  if (!place) return "nowhere";
  return `${place.file}:${place.line}${place.revision === undefined ? "" : ` at ${place.revision}`}`;
}
