/** Calendar days, and the current day in a time zone. */

/** Whether the text is a day of the calendar; `2026-02-30` is not. */
export function isDay(text: string): boolean {
  const time = DAY.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

/** The day in a time zone at a moment, given in milliseconds since 1970. */
export function dayAt(milliseconds: number, timeZone: string): string {
  // The time zone of most, for which no table has to be loaded.
  if (timeZone === "UTC") return new Date(milliseconds).toISOString().slice(0, 10);
  const zone = isTimeZone(timeZone) ? timeZone : "UTC";
  const format = new Intl.DateTimeFormat("en", {
    ...{ timeZone: zone, calendar: "iso8601", numberingSystem: "latn" },
    ...{ year: "numeric", month: "2-digit", day: "2-digit" },
  });
  const parts = new Map(format.formatToParts(milliseconds).map(({ type, value }) => [type, value]));
  return `${parts.get("year")}-${parts.get("month")}-${parts.get("day")}`;
}

/** The form of a day; the calendar may not have it. */
export const DAY = /^\d{4}-\d{2}-\d{2}$/u;

/** Whether the name is an IANA time zone; an offset such as `+01:00` is not, as it has no summer time. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/u.test(name)) return false;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}
