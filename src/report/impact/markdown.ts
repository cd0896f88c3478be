/** The impact report as Markdown: what changes in the open, all skills and the graph folded. */
import { count } from "../../text.ts";
import type { Impact, SkillImpact } from "./facts.ts";
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
  spreadWords,
  thinFirst,
  totalSentences,
} from "./words.ts";
import { fenced, folded, inline, table } from "../markdown-safe.ts";
import { data, firstOf, listed } from "../phrase.ts";
import { markdown } from "../phrase-markdown.ts";
import { dayWords, paragraphs } from "../words.ts";
import { impactMermaid } from "./mermaid.ts";

export function impactMarkdown(impact: Impact): string {
  return paragraphs(
    [
      `## ${impactTitle(impact)}: ${inline(impactWhere(impact), 300)}`,
      ...cautions(impact).map((sentence) => `> :warning: ${inline(sentence, 500)}`),
      totalSentences(impact).join(" "),
      uncovered(impact),
      impact.hasPlan ? effects(impact) : null,
      comingDays(impact),
      everySkill(impact),
      graph(impact),
    ].map((section) => (section === null ? [] : [section])),
  );
}

/** What the next 60 days bring: skills that are left to nobody in the open, all else folded. */
function comingDays({ schedule }: Impact): string | null {
  if (schedule.length === 0) return null;
  const bare = schedule.flatMap(({ day, uncovered }) =>
    uncovered.map(
      ({ skill }) => `- :warning: On ${dayWords(day)} nobody will be left with **${inline(skill)}**.`,
    ),
  );
  const lines = schedule.flatMap(({ day, changes }) =>
    changes.map(({ name, skill, before, after }) => {
      const does =
        after === null
          ? `loses **${inline(skill)}**`
          : before === null
            ? `gains **${inline(skill)}** at ${after}`
            : `changes **${inline(skill)}** from ${before} to ${after}`;
      return `- ${dayWords(day)}: ${inline(name)} ${does}`;
    }),
  );
  return [...(bare.length > 0 ? [bare.join("\n")] : []), folded("The next 60 days", lines.join("\n"))].join(
    "\n\n",
  );
}

const NAMES_SHOWN = 50;

function uncovered(impact: Impact): string | null {
  const { title, names } = lowCoverage(impact, "none");
  if (names.length === 0) return null;
  const shown = firstOf(
    names.map((name) => [data(name)]),
    NAMES_SHOWN,
  );
  return `**${title}:** ${markdown(listed(shown))}`;
}

interface ImpactTable {
  readonly head: readonly string[];
  /** Finished cells of Markdown. */
  readonly rows: readonly (readonly string[])[];
}

/** The changed skills, one row for each, without columns that say nothing; for a pull request, too. */
export function impactTable(skills: readonly SkillImpact[]): ImpactTable {
  const touched = skills.filter(isTouched);
  const columns = [
    { title: "Skill", cellOf: nameCell },
    { title: "Profiles", cellOf: (skill: SkillImpact) => numberCell(profilesAfter(skill).length) },
    { title: "Holders", cellOf: holdersWords },
    ...PEOPLE_KINDS.map(({ who, label }) => ({
      title: label,
      cellOf: (skill: SkillImpact) => numberCell(skill[who].total),
    })),
    {
      title: "Referred to by",
      cellOf: (skill: SkillImpact) => inline(referenceWords(skill)?.join(", ") ?? "", 300),
    },
  ].filter(({ cellOf }) => touched.some((skill) => cellOf(skill) !== ""));
  return {
    head: columns.map(({ title }) => title),
    rows: touched.map((skill) => columns.map(({ cellOf }) => cellOf(skill))),
  };
}

function numberCell(number: number): string {
  return number === 0 ? "" : String(number);
}

function effects(impact: Impact): string {
  const { head, rows } = impactTable(impact.skills);
  if (rows.length === 0) return "No skill, holder or profile changes.";
  const people = impact.skills.flatMap(peopleLines);
  const who = people.length > 0 ? `\n\n${folded("People", people.join("\n"))}` : "";
  return `### Changes\n\n${table(head, rows)}${who}`;
}

const PEOPLE_SHOWN = 200;

function peopleLines(skill: SkillImpact): string[] {
  return PEOPLE_KINDS.filter(({ who }) => skill[who].total > 0).map(({ who, label }) => {
    const people = peopleWords(skill[who], PEOPLE_SHOWN).map((words) => inline(words, 300));
    return `- **${inline(skill.name)}**, ${label.toLowerCase()}: ${people.join(", ")}`;
  });
}

function everySkill({ skills, hasPlan }: Impact): string | null {
  if (skills.length === 0) return null;
  const rows = thinFirst(skills).map((skill) => [
    nameCell(skill),
    inline(
      profilesAfter(skill)
        .map(({ name }) => name)
        .join(", "),
      300,
    ),
    holdersWords(skill),
    spreadWords(skill.after),
  ]);
  const all = table(["Skill", "Profiles", "Holders", "Proficiencies"], rows);
  const title = `All ${count(skills.length, "skill")}, the thinnest first`;
  return hasPlan ? folded(title, all) : `### ${title}\n\n${all}`;
}

function nameCell(skill: SkillImpact): string {
  const outcome = outcomeWords(skill);
  return outcome === null ? inline(skill.name) : `${inline(skill.name)} (${inline(outcome, 200)})`;
}

function graph(impact: Impact): string | null {
  const chart = impactMermaid(impact);
  return chart === null ? null : folded("Profiles and skills", fenced("mermaid", chart));
}
