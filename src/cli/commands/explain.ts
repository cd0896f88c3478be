/** `explain NAME`: the holders of a skill, the skills of a user or a profile, and why. */
import { Failure } from "../../problem.ts";
import { countUnnamed, explain } from "../../report/explain/explain.ts";
import { explainText } from "../../report/explain/text.ts";
import { printableJson } from "../../text.ts";
import { isPast } from "../day.ts";
import { unknownName } from "../failures.ts";
import type { TargetOptions } from "../options.ts";
import { planOnce } from "../snapshot.ts";
import type { Terminal } from "../terminal.ts";
import { showPast } from "./history.ts";
import { warnOfRun } from "./plan.ts";

interface ExplainCommandOptions extends TargetOptions {
  /** A skill's name, slug or id, a user's e-mail or id, or a profile's name, slug or id. */
  readonly name: string;
  readonly format: "text" | "json";
}

/** Exit code 1 if a list could not be read completely, so that something may be missing. */
export async function explainCommand(options: ExplainCommandOptions, terminal: Terminal): Promise<number> {
  const { at: day, name, format } = options;
  if (day !== undefined && isPast(day)) return showPast({ ...options, day }, terminal);
  const { plan, rows, inputs, openLedger } = await planOnce(options, terminal);
  warnOfRun(openLedger, terminal);
  const all = explain(name.trim(), { ...inputs, plan, rows });
  const facts = terminal.isShared ? countUnnamed(all) : all;
  if (facts.matches.length === 0) throw new Failure(unknownName(facts));
  if (format === "json") terminal.out(`${printableJson(facts)}\n`);
  else terminal.show(explainText(facts, terminal.paint));
  return facts.incomplete.length > 0 ? 1 : 0;
}
