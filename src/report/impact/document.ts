/** The impact report as a document: changes are in the open, all skills and the graph are folded. */
import { count } from "../../text.ts";
import type { DocumentBlock } from "../document.ts";
import type { Phrase } from "../phrase.ts";
import { data, listed, names, phrase, strong, words } from "../phrase.ts";
import type { ScheduledAssignment } from "../schedule-facts.ts";
import { dayWords } from "../words.ts";
import type { Impact, SkillImpact } from "./facts.ts";
import { impactMermaid } from "./mermaid.ts";
import {
  cautions,
  holdersWords,
  impactTitle,
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

/** `max`: how many skills or people one line names. */
export function impactDocument(impact: Impact, max: number): DocumentBlock[] {
  const { target, organization, skills, schedule, hasPlan } = impact;
  const title = phrase`${words(impactTitle(impact))}: ${data(target)}, ${data(organization.name)}`;
  const graph = impactMermaid(impact);
  const days = schedule.map(({ day, changes }) => ({
    text: words(dayWords(day)),
    below: changes.map(dayChange),
  }));
  return [
    { kind: "title", text: title },
    { kind: "paragraph", lines: totalSentences(impact).map(words) },
    { kind: "warnings", lines: warningsOf(impact, max) },
    ...(hasPlan ? changes(skills.filter(isTouched), max) : []),
    { kind: "list", title: "The next 60 days", isFolded: true, lines: days },
    {
      ...{ kind: "table", title: `All ${count(skills.length, "skill")}, fewest holders first` },
      ...{ isFolded: hasPlan, head: ["Skill", "Holders", "Proficiencies", "Profiles"] },
      rows: thinFirst(skills).map((skill) => ({ cells: skillCells(skill), tone: TONES[skill.coverage] })),
    },
    ...(graph === null
      ? []
      : [{ kind: "picture", title: "Profiles and skills", isFolded: true, mermaid: graph } as const]),
  ];
}

const TONES = { none: "red", thin: "yellow", gone: "dim", good: "dim" } as const;

/** Cautions about the numbers, and skills with few holders, now or on a later day. */
function warningsOf(impact: Impact, max: number): Phrase[] {
  const { hasPlan, skills, schedule } = impact;
  const after = hasPlan ? " after the plan" : "";
  const few = ([coverage, who]: readonly ["none" | "thin", string]): Phrase[] => {
    const found = skills.filter((skill) => skill.coverage === coverage).map(({ name }) => name);
    return found.length === 0
      ? []
      : [phrase`${words(`${who}${after} (${found.length})`)}: ${names(found, max)}`];
  };
  return [
    ...cautions(impact).map(words),
    ...few(["none", "Nobody holds"]),
    ...few(["thin", "One or two hold"]),
    ...schedule.flatMap(({ day, uncovered }) =>
      uncovered.map(
        ({ skill }) => phrase`On ${words(dayWords(day))} nobody will be left with ${strong(skill)}.`,
      ),
    ),
  ];
}

function changes(touched: readonly SkillImpact[], max: number): DocumentBlock[] {
  if (touched.length === 0)
    return [{ kind: "paragraph", lines: [words("No skill, holder or profile changes.")] }];
  const { head, rows } = impactTable(touched);
  const lines = touched.map((skill) => ({ text: [strong(skill.name)], below: changeLines(skill, max) }));
  return [
    { kind: "table", title: "Changes", head, rows: rows.map((cells) => ({ cells })) },
    { kind: "list", title: "People and profiles", isFolded: true, lines },
  ];
}

function changeLines(skill: SkillImpact, max: number): Phrase[] {
  const people = PEOPLE_KINDS.filter(({ who }) => skill[who].total > 0).map(({ who, label }) => {
    const told = peopleWords(skill[who], max).map((one): Phrase => [data(one, 300)]);
    return phrase`${words(label)} (${skill[who].total}): ${listed(told)}`;
  });
  const profiles = skill.profiles.filter(({ outcome }) => outcome !== "stays");
  return [
    ...people,
    ...profiles.map(({ name, outcome }) => phrase`Profile ${data(name)} ${words(outcome)} it`),
  ];
}

function dayChange({ name, skill, before, after }: ScheduledAssignment): Phrase {
  if (after === null) return phrase`${data(name)} loses ${strong(skill)}`;
  if (before === null) return phrase`${data(name)} gains ${strong(skill)} at ${after}`;
  return phrase`${data(name)} changes ${strong(skill)} from ${before} to ${after}`;
}

function skillCells(skill: SkillImpact): Phrase[] {
  const profiles = profilesAfter(skill).map(({ name }) => name);
  return [nameCell(skill), words(holdersWords(skill)), words(spreadWords(skill.after)), names(profiles)];
}

// ── Changed skills ───────────────────────────────────────────────────────────────────────────────────

/** The changed skills, one per row, without empty columns; also for a pull request. */
export function impactTable(touched: readonly SkillImpact[]) {
  const number = (numberOf: (skill: SkillImpact) => number) => (skill: SkillImpact) =>
    numberOf(skill) === 0 ? [] : words(String(numberOf(skill)));
  const columns = [
    { title: "Skill", cellOf: nameCell },
    { title: "Profiles", cellOf: number((skill) => profilesAfter(skill).length) },
    { title: "Holders", cellOf: (skill: SkillImpact) => words(holdersWords(skill)) },
    ...PEOPLE_KINDS.map(({ who, label }) => ({ title: label, cellOf: number((skill) => skill[who].total) })),
    { title: "Referred to by", cellOf: (skill: SkillImpact) => names(referenceWords(skill) ?? []) },
  ].filter(({ cellOf }) => touched.some((skill) => cellOf(skill).length > 0));
  return {
    head: columns.map(({ title }) => title),
    rows: touched.map((skill) => columns.map(({ cellOf }): Phrase => cellOf(skill))),
  };
}

function nameCell(skill: SkillImpact): Phrase {
  const outcome = outcomeWords(skill);
  return outcome === null ? [data(skill.name)] : phrase`${data(skill.name)} (${data(outcome, 200)})`;
}
