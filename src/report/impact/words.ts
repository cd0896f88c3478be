/** The wording of an impact report, shared by all formats; each format escapes names itself. */
import { byText, count, printable } from "../../text.ts";
import type { Holders, Impact, People, PersonChange, ProfileLink, SkillImpact } from "./facts.ts";
import { ESTIMATE, unnamedUsers } from "../words.ts";

export function impactTitle({ hasPlan }: Impact): string {
  return hasPlan ? "Impact of the plan" : "Who holds which skill";
}

/** Cautions to read before the numbers. */
export function cautions({
  isEstimate,
  refusals,
  incomplete,
  view,
}: Pick<Impact, "isEstimate" | "refusals" | "incomplete" | "view">): string[] {
  return [
    ...(isEstimate ? [ESTIMATE] : []),
    ...(refusals.length > 0
      ? [`The plan is refused (${refusals.join(", ")}) and must not be applied as it stands.`]
      : []),
    ...(incomplete.length > 0
      ? [`Not read to the end: ${incomplete.join(", ")}. The counts here may be too low.`]
      : []),
    ...(view === "limited"
      ? ["These credentials see only some divisions, so holders elsewhere are not counted."]
      : []),
  ];
}

/** The totals as sentences. */
export function totalSentences({ totals, hasPlan }: Impact): string[] {
  const { assignmentsNow, assignmentsAfter } = totals;
  const held = hasPlan
    ? `${count(assignmentsNow, "assignment")} now, ${assignmentsAfter} after`
    : count(assignmentsNow, "assignment");
  const sizes = [
    count(totals.skills, "skill"),
    count(totals.profiles, "profile"),
    count(totals.users, "user"),
  ];
  return [
    `${sizes.join(", ")}; ${held}.`,
    ...(hasPlan
      ? [
          `${count(totals.usersGaining, "user gains", "users gain")}, ${count(totals.usersLosing, "user loses", "users lose")} a skill; ${count(totals.usersChanging, "user keeps", "users keep")} one at another proficiency.`,
        ]
      : []),
  ];
}

/** Skills with the fewest holders first; deleted ones last. */
export function thinFirst(skills: readonly SkillImpact[]): SkillImpact[] {
  const need = ({ coverage, after }: SkillImpact): number => (coverage === "gone" ? Infinity : after.total);
  return skills.toSorted((a, b) => compare(need(a), need(b)) || byText(a.slug, b.slug));
}

function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Whether the plan changes anything about the skill, its holders or its profiles. */
export function isTouched({
  outcome,
  previousName,
  gains,
  losses,
  changes,
  moves,
  profiles,
}: SkillImpact): boolean {
  return (
    outcome !== "stays" ||
    previousName !== undefined ||
    gains.total + losses.total + changes.total + moves.total > 0 ||
    profiles.some((profile) => profile.outcome !== "stays")
  );
}

/** The profiles that have the skill after the plan. */
export function profilesAfter({ profiles }: SkillImpact): ProfileLink[] {
  return profiles.filter(({ outcome }) => outcome !== "loses");
}

/** The change of the skill itself, or null if there is none. */
export function outcomeWords({ outcome, replacedBy, previousName }: SkillImpact): string | null {
  if (outcome === "created") return "created";
  if (outcome === "deleted") {
    return replacedBy === undefined ? "deleted" : `replaced by ${printable(replacedBy, 80)}`;
  }
  return previousName === undefined ? null : `was ${printable(previousName, 80)}`;
}

/** `12`, or `12 → 14` if the plan changes it. */
export function holdersWords({ now, after }: Pick<SkillImpact, "now" | "after">): string {
  return now.total === after.total ? String(now.total) : `${now.total} → ${after.total}`;
}

/** `3 at 1, 2 at 5`; empty without holders. */
export function spreadWords({ spread }: Holders): string {
  return spread.map(({ proficiency, holders }) => `${holders} at ${proficiency}`).join(", ");
}

/** At most `max` people, and the number of the others. */
export function peopleWords({ named, others, total }: People, max: number): string[] {
  const shown = named.slice(0, max).map(personWords);
  const more = named.length - shown.length;
  return [
    ...shown,
    ...(more > 0 ? [`${more} more`] : []),
    ...(others > 0 ? [unnamedUsers(others, total > others ? "other user" : "user")] : []),
  ];
}

/** `ann@example.com (3 → 4)`. */
function personWords({ user, before, after }: PersonChange): string {
  const levels = [before, after].filter((level) => level !== null).map(String);
  return levels.length > 0 ? `${printable(user)} (${levels.join(" → ")})` : printable(user);
}

export const PEOPLE_KINDS = [
  { who: "gains", label: "Gain it" },
  { who: "losses", label: "Lose it" },
  { who: "changes", label: "Change proficiency" },
  { who: "moves", label: "Move with a rename" },
] as const;

/** The references to the skill; null if they were not looked up. */
export function referenceWords({ references }: SkillImpact): string[] | null {
  if (!references) return null;
  if (references.kind === "unknown") return [`could not be looked up: ${printable(references.reason, 300)}`];
  return [
    ...references.flows.map((flow) => `flow ${printable(flow)}`),
    ...references.skillGroups.map((group) => `skill group ${printable(group)}`),
  ];
}

/** How many people the report names. */
export function namedPeople({ skills, schedule }: Impact): number {
  const people = [
    ...skills.flatMap((skill) => PEOPLE_KINDS.flatMap(({ who }) => skill[who].named)),
    ...schedule.flatMap(({ changes }) => changes),
  ];
  return new Set(people.map(({ user }) => user)).size;
}
