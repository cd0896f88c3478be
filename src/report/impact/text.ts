/** The impact report for a terminal: what needs attention first, then every skill, the thinnest first. */
import { count, printable } from "../../text.ts";
import type { Impact } from "./facts.ts";
import {
  cautions,
  lowCoverage,
  holdersWords,
  impactTitle,
  impactWhere,
  isTouched,
  outcomeWords,
  PEOPLE_KINDS,
  peopleWords,
  profilesAfter,
  referenceWords,
  thinFirst,
  totalSentences,
} from "./words.ts";
import type { Paint } from "../paint.ts";
import { PLAIN } from "../paint.ts";
import { scheduleText } from "../schedule-facts.ts";
import { alignColumns, listNames, paragraphs } from "../words.ts";

export function impactText(impact: Impact, { paint }: { readonly paint: Paint }): string {
  return paragraphs([
    [paint.bold(`${impactTitle(impact)}: ${impactWhere(impact)}`), ...totalSentences(impact)],
    cautions(impact).map(paint.yellow),
    coverageLines(impact, paint),
    impact.hasPlan ? effectLines(impact, paint) : [],
    impact.schedule.length > 0
      ? [paint.bold("The next 60 days"), ...scheduleText(impact.schedule, paint)]
      : [],
    skillTable(impact, paint),
  ]);
}

function coverageLines(impact: Impact, paint: Paint): string[] {
  const lineOf = (coverage: "none" | "thin"): string[] => {
    const { title, names } = lowCoverage(impact, coverage);
    return names.length > 0 ? [`${title}: ${listNames(names)}`] : [];
  };
  return [...lineOf("none").map(paint.red), ...lineOf("thin").map(paint.yellow)];
}

const PEOPLE_SHOWN = 20;

function effectLines({ skills }: Impact, paint: Paint): string[] {
  return skills.filter(isTouched).flatMap((skill) => {
    const outcome = outcomeWords(skill);
    const profiles = skill.profiles.filter((profile) => profile.outcome !== "stays");
    const references = referenceWords(skill) ?? [];
    return [
      `${paint.bold(printable(skill.name))}${outcome === null ? "" : ` ${paint.cyan(outcome)}`}`,
      ...PEOPLE_KINDS.filter(({ who }) => skill[who].total > 0).map(
        ({ who, label }) =>
          `  ${label} (${skill[who].total}): ${peopleWords(skill[who], PEOPLE_SHOWN).join(", ")}`,
      ),
      ...profiles.map(({ name, outcome: verb }) => `  Profile ${printable(name)} ${verb} it`),
      ...(references.length > 0 ? [`  Referred to by: ${listNames(references)}`] : []),
    ];
  });
}

const NAME_WIDTH = 40;

function skillTable({ skills }: Impact, paint: Paint): string[] {
  if (skills.length === 0) return [];
  const sorted = thinFirst(skills);
  const cells = sorted.map((skill) => [
    printable(skill.name, NAME_WIDTH),
    String(profilesAfter(skill).length),
    holdersWords(skill),
  ]);
  const [title = "", ...lines] = alignColumns([["Skill", "Profiles", "Holders"], ...cells], "right");
  const colours = { none: paint.red, thin: paint.yellow, gone: paint.dim, good: PLAIN.dim };
  return [
    paint.dim(title),
    ...sorted.map(({ coverage }, row) => colours[coverage](lines[row] ?? "")),
    paint.dim(count(skills.length, "skill")),
  ];
}
