/** `explain NAME`: the holders of a skill, the skills of a user or a profile, and why. */
import { Failure } from "../../problem.ts";
import type { Explained } from "../../report/explain/explain.ts";
import { countUnnamed, explain } from "../../report/explain/explain.ts";
import { explainText } from "../../report/explain/text.ts";
import { printableJson } from "../../text.ts";
import { unknownName } from "../failures.ts";
import type { TargetOptions } from "../options.ts";
import { isPast } from "../day.ts";
import { openTarget, planTarget } from "../target.ts";
import { showPast } from "../past.ts";
import type { Terminal } from "../terminal.ts";
import { warnOfRun } from "./plan.ts";

interface ExplainCommandOptions extends TargetOptions {
  /** A skill's name, slug or id, a user's e-mail or id, or a profile's name, slug or id. */
  readonly name: string;
  readonly format: "text" | "json";
  /** A day in the future uses the YAML, a day in the past the ledger. Default: today. */
  readonly at?: string;
}

/** Exit code 1 if a list could not be read completely, so that something may be missing. */
export async function explainCommand(options: ExplainCommandOptions, terminal: Terminal): Promise<number> {
  if (options.at !== undefined && isPast(options.at))
    return showPast({ ...options, day: options.at }, terminal);
  const all = await readFacts(options, terminal);
  const facts = terminal.isShared ? countUnnamed(all) : all;
  if (facts.matches.length === 0) throw new Failure(unknownName(facts));
  if (options.format === "json") terminal.out(`${printableJson(facts)}\n`);
  else terminal.show(explainText(facts, terminal.paint));
  return facts.incomplete.length > 0 ? 1 : 0;
}

async function readFacts(options: ExplainCommandOptions, terminal: Terminal): Promise<Explained> {
  const target = await openTarget(options, terminal);
  try {
    const { plan, rows, inputs, openLedger } = await planTarget(
      target,
      { ...options, allow: new Set() },
      terminal,
    );
    warnOfRun(openLedger, terminal);
    const { desired, live } = inputs;
    return explain(options.name.trim(), { plan, rows, desired, live });
  } finally {
    await target.close();
  }
}
