/** The impact report as Markdown: what changes in the open, all skills and the graph folded. */
import { count } from "../../text.ts";
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
  spreadWords,
  thinFirst,
  totalSentences,
  uncoveredNames,
} from "./words.ts";
import { fenced, folded, inline, table } from "../markdown-safe.ts";
import { impactMermaid } from "./mermaid.ts";

export function impactMarkdown(impact: Impact): string {
  const sections = [
    `## ${impactTitle(impact)}: ${inline(impactWhere(impact), 300)}`,
    ...cautions(impact).map((sentence) => `> :warning: ${inline(sentence, 500)}`),
    totalSentences(impact).join(" "),
    uncovered(impact),
    impact.hasPlan ? effects(impact) : null,
    everySkill(impact),
    graph(impact),
  ];
  return `${sections.filter((section) => section !== null).join("\n\n")}\n`;
}

const NAMES_SHOWN = 50;

function uncovered(impact: Impact): string | null {
  const names = uncoveredNames(impact);
  if (names.length === 0) return null;
  const more = names.length - NAMES_SHOWN;
  const shown = names.slice(0, NAMES_SHOWN).map((name) => inline(name));
  const list = [...shown, ...(more > 0 ? [`${more} more`] : [])].join(", ");
  return `**Nobody holds${impact.hasPlan ? " after the plan" : ""} (${names.length}):** ${list}`;
}

/** What the plan changes, one row for each skill; for a pull request, too. */
export function impactTable({ skills }: Impact): string | null {
  const rows = skills
    .filter(isTouched)
    .map((skill) => [
      nameCell(skill),
      String(profilesAfter(skill).length),
      holdersWords(skill),
      ...PEOPLE_KINDS.map(({ who }) => String(skill[who].total)),
      inline(referenceWords(skill)?.join(", ") ?? "", 300),
    ]);
  if (rows.length === 0) return null;
  return table(
    ["Skill", "Profiles", "Holders", "Gain it", "Lose it", "Change", "Move", "Referred to by"],
    rows,
  );
}

function effects(impact: Impact): string {
  const changes = impactTable(impact);
  if (changes === null) return "No skill, holder or profile changes.";
  const people = impact.skills.flatMap(peopleLines);
  const who = people.length > 0 ? `\n\n${folded("Who", people.join("\n"))}` : "";
  return `### What changes\n\n${changes}${who}`;
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
