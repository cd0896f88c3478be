/** What the days to come bring, as a section in Markdown: a line a day, or a few where it is much. */
import type { Plan, ScheduledChange, ScheduledDay } from "../../model.ts";
import { groupBy } from "../../group-by.ts";
import type { Phrase } from "../phrase.ts";
import { counted, data, joined, listed, phrase, strong, words } from "../phrase.ts";
import type { ReportSection, SectionLine } from "../section.ts";
import { lineOf } from "../section.ts";
import { dayWords } from "../words.ts";
import { placesOf } from "./sections.ts";
import type { AffectedPerson } from "./view.ts";
import { nameOf } from "./view.ts";

/** The most changes of a day that one sentence names with their people. */
const SMALL = 6;

export function scheduleSection(plan: Plan): ReportSection {
  return {
    title: `### What will happen on which day\n\n${CONDITION}`,
    says: "some of what will happen on which day",
    share: 0.1,
    unit: "change",
    lines: plan.scheduled.flatMap((day) => dayLines(day, plan)),
  };
}

const CONDITION = "Once this is applied, and if nothing else changes by then.";

function dayLines(day: ScheduledDay, plan: Plan): SectionLine[] {
  const date = strong(dayWords(day.day));
  const bare = uncoveredPhrases(day, plan).map((sentence) => phrase`:warning: ${sentence}`);
  const lots = alike(day.changes);
  if (day.changes.length > SMALL) {
    const lines = lots.map(({ people, changes, all }) => ({
      head: phrase`${date}: ${counted(people.length, "person", "people")} ${doesPhrase(people.length, changes, plan)}`,
      people: people.map(personOf),
      tail: placesOf(all),
      weight: people.length * changes.length,
    }));
    return [...bare.map(lineOf), ...lines];
  }
  const clauses = lots.map(({ people, changes }) => {
    const who = joined(people.map(({ name }) => [data(name, 60)]));
    return phrase`${who} ${doesPhrase(people.length, changes, plan)}`;
  });
  const places = placesOf(day.changes);
  const told = clauses.length > 0 ? [phrase`${date}: ${listed(clauses, "; ")}.${places}`] : [];
  return [lineOf(listed([...told, ...bare], " "))];
}

function personOf({ user, name, email, after }: ScheduledChange): AffectedPerson {
  const ref = email || (user ?? name);
  return { id: user ?? ref, name, ref, named: true, isLosing: after === null };
}

/** `On 7 January 2027 nobody will be left with Returns.` */
function uncoveredPhrases({ day, uncovered }: ScheduledDay, plan: Plan): Phrase[] {
  return uncovered.map(
    ({ skill }) =>
      phrase`On ${words(dayWords(day))} nobody will be left with ${strong(nameOf(plan, skill))}.`,
  );
}

/** What people do who do the same: `gains **Returns** at 3, **Claims** at 1`. */
function doesPhrase(people: number, changes: readonly ScheduledChange[], plan: Plan): Phrase {
  const verb = (one: string, several: string): Phrase => words(people === 1 ? one : several);
  const [first] = changes;
  if (first?.after == null) return phrase`${verb("loses", "lose")} ${skillList(changes, plan, () => [])}`;
  if (first.before === null) {
    return phrase`${verb("gains", "gain")} ${skillList(changes, plan, ({ after }) => words(` at ${after}`))}`;
  }
  const levels = ({ before, after }: ScheduledChange): Phrase => words(` from ${before} to ${after}`);
  return phrase`${verb("changes", "change")} ${skillList(changes, plan, levels)}`;
}

function skillList(
  changes: readonly ScheduledChange[],
  plan: Plan,
  more: (change: ScheduledChange) => Phrase,
): Phrase {
  return joined(changes.map((change) => phrase`${strong(nameOf(plan, change.skill))}${more(change)}`));
}

/** People who gain the same, lose the same or change the same, with one change for each of the skills. */
interface ChangeLot {
  readonly people: readonly ScheduledChange[];
  readonly changes: readonly ScheduledChange[];
  readonly all: readonly ScheduledChange[];
}

/** Losses first, then gains, then other proficiencies. */
function alike(changes: readonly ScheduledChange[]): ChangeLot[] {
  const rank = ({ before, after }: ScheduledChange): number => (after === null ? 0 : before === null ? 1 : 2);
  const sorted = changes.toSorted((a, b) => rank(a) - rank(b));
  const bySkill = groupBy(sorted, ({ skill, before, after }) =>
    JSON.stringify([skill, after === null ? null : before, after]),
  );
  const byPeople = groupBy(bySkill.values(), ([first, ...others]) =>
    first
      ? JSON.stringify([rank(first), ...[first, ...others].map(({ user, name }) => user ?? name)])
      : undefined,
  );
  return [...byPeople.values()].map((groups) => ({
    people: groups[0] ?? [],
    changes: groups.flatMap(([first]) => first ?? []),
    all: groups.flat(),
  }));
}
