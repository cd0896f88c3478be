/** The day of a run: `--at`, else today. */
import { InvalidArgumentError, Option } from "commander";
import { dayAt, isDay } from "../desired/calendar.ts";
import { Failure } from "../problem.ts";

const DAYS = {
  "to come": "read the YAML as of a day in the future, YYYY-MM-DD (default: today)",
  // The ledger has the days in the past.
  any: "the day, YYYY-MM-DD: a future one from the YAML, a past one from the ledger",
} as const;

/** The option `--at` for these days. */
export function atOption(days: keyof typeof DAYS): Option {
  return new Option("--at <day>", DAYS[days]).argParser(parseDay);
}

/** For commander: a day, `YYYY-MM-DD`, that exists. */
export function parseDay(day: string): string {
  if (isDay(day)) return day;
  throw new InvalidArgumentError("Write year, month and day, such as 2027-01-06.");
}

/** Whether the day is over in UTC, the time zone of the ledger's commits. */
export function isPast(day: string): boolean {
  return day < dayAt(Date.now(), "UTC");
}

/** The day for which a command reads the YAML. Throws Failure PAST_DAY. */
export function dayOf({ at }: { readonly at?: string }): (timeZone: string) => string {
  const days = new Map<string, string>();
  return (timeZone) => {
    const today = days.get(timeZone) ?? dayAt(Date.now(), timeZone);
    days.set(timeZone, today);
    if (at === undefined || at >= today) return at ?? today;
    throw new Failure({
      code: "PAST_DAY",
      message: `${at} is over: today is ${today} in the time zone ${timeZone}.`,
      hint: "Give --at today or a later day.",
    });
  };
}
