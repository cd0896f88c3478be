/** `explain NAME`: who has this skill, what has this user, what does this profile give, and why. */
import { Failure } from "../../problem.ts";
import type { Explained } from "../../report/explain/explain.ts";
import { countUnnamed, explain } from "../../report/explain/explain.ts";
import { explainText } from "../../report/explain/text.ts";
import { quoted } from "../../report/words.ts";
import { printableJson } from "../../text.ts";
import type { TargetOptions } from "../options.ts";
import { openTarget, planTarget } from "../target.ts";
import type { Terminal } from "../terminal.ts";
import type { ExplainFormat } from "./explain-formats.ts";
import { warnOfRun } from "./plan.ts";

export interface ExplainCommandOptions extends TargetOptions {
  /** A skill's name, slug or id, a user's e-mail or id, or a profile's name, slug or id. */
  readonly name: string;
  readonly format: ExplainFormat;
}

/** Exit code 1 where a list could not be read to its end, so that something may be missing. */
export async function explainCommand(options: ExplainCommandOptions, terminal: Terminal): Promise<number> {
  const all = await readFacts(options, terminal);
  const facts = terminal.isShared ? countUnnamed(all) : all;
  if (facts.matches.length === 0) throw new Failure(unknownName(facts));
  terminal.show(render(facts, options.format, terminal));
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

function render(facts: Explained, format: ExplainFormat, terminal: Terminal): string {
  switch (format) {
    case "text":
      return explainText(facts, terminal.paint);
    case "json":
      return `${printableJson(facts)}\n`;
  }
}

function unknownName({ name, nearest, incomplete }: Explained) {
  const meant = nearest.map((near) => `the ${near.kind} ${quoted(near.name)}`).join(" or ");
  const lists = incomplete.map(({ list }) => list).join(" and ");
  const hints = [
    ...(meant === "" ? [] : [`Did you mean ${meant}?`]),
    ...(lists === ""
      ? []
      : [`The list of ${lists} could not be read to its end, so it may be missing there.`]),
    ...(meant === "" && lists === "" ? [FORMS] : []),
  ];
  return {
    code: "UNKNOWN_NAME",
    message: `No skill, user or profile is called ${quoted(name)}.`,
    hint: hints.join(" "),
  };
}

const FORMS =
  "Give a skill's name, a user's e-mail or a profile's name; put a name that has spaces in quotes.";
