/** `explain --at` and `report --at` for a day in the past: from the ledger, without the organisation. */
import { Failure } from "../problem.ts";
import { findSubjects } from "../report/history/find.ts";
import type { Past } from "../report/history/past.ts";
import { pastCsv, pastOf, pastText } from "../report/history/past.ts";
import { printableJson } from "../text.ts";
import { ledgerAt, openPast, unknownName } from "./commands/history.ts";
import type { TargetOptions } from "./options.ts";
import type { Terminal } from "./terminal.ts";

interface PastOptions extends Pick<TargetOptions, "dir" | "target" | "sandbox" | "remote"> {
  readonly day: string;
  /** Default: all skills. */
  readonly name?: string;
  /** Default text. */
  readonly format?: string;
}

/** Prints what was managed at the end of that day. Throws Failure NO_LEDGER_THEN, UNKNOWN_NAME, UNKNOWN_FORMAT. */
export async function showPast(options: PastOptions, terminal: Terminal): Promise<number> {
  const { format = "text", name } = options;
  if (!["text", "json", "csv"].includes(format)) {
    throw new Failure({
      code: "UNKNOWN_FORMAT",
      message: `A day in the past can't be written as ${format}.`,
      hint: "Use --format text, json or csv.",
    });
  }
  const past = await readPast(options, terminal);
  if (format === "json") terminal.out(`${printableJson(past)}\n`);
  else if (format === "csv") terminal.out(pastCsv(past));
  else terminal.show(pastText(past, name !== undefined, terminal.paint));
  return 0;
}

async function readPast({ day, name, ...options }: PastOptions, terminal: Terminal): Promise<Past> {
  const store = await openPast(options, terminal);
  const ledger = await ledgerAt(day, store);
  if (!ledger) {
    throw new Failure({
      code: "NO_LEDGER_THEN",
      message: `Nothing was applied to ${store.target} by the end of ${day}.`,
      hint: "Name a later day.",
    });
  }
  if (name === undefined) return pastOf(ledger, day);
  const subjects = findSubjects(name.trim(), ledger);
  if (subjects.found.length === 0) throw unknownName(name, subjects, store.branch);
  return pastOf(ledger, day, subjects.found);
}
