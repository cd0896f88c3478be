/** The impact report for a terminal: what needs attention first, then every skill, the thinnest first. */
import { count, printable } from "../../text.ts";
import type { Impact, SkillImpact } from "./facts.ts";
import {
  cautions,
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
  uncoveredNames,
} from "./words.ts";
import type { Paint } from "../paint.ts";
import { alignColumns, listNames, paragraphs } from "../words.ts";

export function impactText(impact: Impact, { paint }: { readonly paint: Paint }): string {
  return paragraphs([
    [paint.bold(`${impactTitle(impact)}: ${impactWhere(impact)}`), ...totalSentences(impact)],
    cautions(impact).map(paint.yellow),
    coverageLines(impact, paint),
    impact.hasPlan ? effectLines(impact, paint) : [],
    skillTable(impact, paint),
  ]);
}

function coverageLines(impact: Impact, paint: Paint): string[] {
  const bare = uncoveredNames(impact);
  const thin = impact.skills.filter(({ coverage }) => coverage === "thin").map(({ name }) => name);
  const after = impact.hasPlan ? " after the plan" : "";
  return [
    ...(bare.length > 0 ? [paint.red(`Nobody holds${after} (${bare.length}): ${listNames(bare)}`)] : []),
    ...(thin.length > 0
      ? [paint.yellow(`One or two hold${after} (${thin.length}): ${listNames(thin)}`)]
      : []),
  ];
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
  const rows = thinFirst(skills).map((skill) => ({ skill, cells: cellsOf(skill) }));
  if (rows.length === 0) return [];
  const head = ["Skill", "Profiles", "Holders"];
  const [title = "", ...lines] = alignColumns([head, ...rows.map(({ cells }) => cells)], "right");
  return [
    paint.dim(title),
    ...rows.map(({ skill }, row) => paintCoverage(skill, paint)(lines[row] ?? "")),
    paint.dim(count(rows.length, "skill")),
  ];
}

function cellsOf(skill: SkillImpact): string[] {
  return [printable(skill.name, NAME_WIDTH), String(profilesAfter(skill).length), holdersWords(skill)];
}

function paintCoverage({ coverage }: SkillImpact, paint: Paint): (text: string) => string {
  switch (coverage) {
    case "none":
      return paint.red;
    case "thin":
      return paint.yellow;
    case "gone":
      return paint.dim;
    case "good":
      return (text) => text;
  }
}
