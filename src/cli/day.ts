/** The day of a run: the one that was asked for, else today. */
import { InvalidArgumentError, Option } from "commander";
import { dayAt, isDay } from "../desired/calendar.ts";
import { Failure } from "../problem.ts";

const DAYS = {
  "to come": "read the YAML as of a day to come, YYYY-MM-DD; left out, of today",
  // The ledger knows those that are over.
  any: "of a day to come, from the YAML, or of a past one, from the ledger",
} as const;

/** `--at`, for a command that may be asked about these days. */
export function atOption(days: keyof typeof DAYS): Option {
  return new Option("--at <day>", DAYS[days]).argParser(parseDay);
}

/** For commander: a day, `YYYY-MM-DD`, that exists. */
export function parseDay(day: string): string {
  if (isDay(day)) return day;
  throw new InvalidArgumentError("Write year, month and day, such as 2027-01-06.");
}

/** Whether the day is over in UTC, by which the ledger's commits are dated. */
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
