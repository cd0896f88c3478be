/** The lines in effect on one day, and checks of `from` and `until`. */
import { nearest } from "../text.ts";
import { DAY, isDay, isTimeZone } from "./calendar.ts";
import type { Catalogue } from "./catalogue.ts";
import { indexDeclarations } from "./catalogue.ts";
import type { Dated } from "./declarations.ts";
import type { OnProblem } from "./problems.ts";
import type { Tree } from "./tree.ts";
import { textOf } from "./tree.ts";

/** The catalogue with only the lines in effect on `day`; the first and last day are included. */
export function onDay(catalogue: Catalogue, day: string): Catalogue {
  return keepLines(
    catalogue,
    (line) => !isOver(line, day) && (line.from === undefined || line.from.value <= day),
  );
}

/** The catalogue without the lines that count on no day from `day` on. */
export function fromDay(catalogue: Catalogue, day: string): Catalogue {
  return keepLines(catalogue, (line) => !isOver(line, day));
}

function isOver({ until }: Dated, day: string): boolean {
  return until !== undefined && until.value < day;
}

function keepLines(catalogue: Catalogue, counts: (line: Dated) => boolean): Catalogue {
  if (datedLines(catalogue).length === 0) return catalogue;
  const { skills, profiles, users } = catalogue;
  return {
    ...catalogue,
    skills: indexDeclarations(
      [...skills.bySlug.values()].map((skill) => ({ ...skill, users: skill.users.filter(counts) })),
    ),
    profiles: indexDeclarations(
      [...profiles.bySlug.values()].map((profile) => ({ ...profile, users: profile.users.filter(counts) })),
    ),
    users: users.map((user) => ({
      ...user,
      profiles: user.profiles.filter(counts),
      skills: user.skills.filter(counts),
    })),
  };
}

/** Every line that has a first or a last day. */
export function datedLines({ skills, profiles, users }: Catalogue): Dated[] {
  const dated: Dated[] = [];
  const collect = (lines: readonly Dated[]): void => {
    for (const line of lines) if (line.from !== undefined || line.until !== undefined) dated.push(line);
  };
  for (const entry of [...skills.bySlug.values(), ...profiles.bySlug.values()]) collect(entry.users);
  for (const user of users) {
    collect(user.profiles);
    collect(user.skills);
  }
  return dated;
}

/** Reports days that the calendar doesn't have, and lines that end before they begin. */
export function checkDays(catalogue: Catalogue, onProblem: OnProblem): void {
  for (const { from, until } of datedLines(catalogue)) {
    const unknown = [from, until].flatMap((day) =>
      day && DAY.test(day.value) && !isDay(day.value) ? day : [],
    );
    for (const { value, place } of unknown) {
      onProblem({
        code: "UNKNOWN_DAY",
        message: `There is no day ${value}.`,
        place,
        hint: "Write year, month and day, such as 2027-01-06.",
      });
    }
    if (!from || !until || !isDay(from.value) || !isDay(until.value) || from.value <= until.value) continue;
    onProblem({
      code: "UNTIL_BEFORE_FROM",
      message: `The last day, ${until.value}, is before the first, ${from.value}.`,
      place: until.place,
      hint: "Both days count: for one day, write it after from and after until.",
    });
  }
}

/** Warns about lines that ended before today. */
export function warnOfPastDays(catalogue: Catalogue, today: string, onWarning: OnProblem): void {
  for (const { value, until } of datedLines(catalogue)) {
    if (until === undefined || until.value >= today) continue;
    onWarning({
      code: "PAST_UNTIL",
      message: `The line of "${value}" ended on ${until.value} and has no effect.`,
      place: until.place,
      hint: "Remove the line, or write a later day.",
    });
  }
}

/** Reports a time zone in the settings that isn't one. */
export function checkTimeZone(settings: Tree, onProblem: OnProblem): void {
  const zone = textOf(settings, "time_zone");
  if (!zone || zone.value === "" || isTimeZone(zone.value)) return;
  onProblem({
    code: "UNKNOWN_TIME_ZONE",
    message: `There is no time zone "${zone.value}".`,
    place: zone.place,
    hint: () => {
      const meant = nearest(zone.value, Intl.supportedValuesOf("timeZone"));
      return `${meant === undefined ? "" : `Did you mean "${meant}"? `}Write its IANA name, such as Europe/Berlin.`;
    },
  });
}
