/** The table of skills in the HTML report: a row for each, its people and profiles folded into the name. */
import type { Holders, Impact, SkillImpact } from "./facts.ts";
import { bdi, grouped, html } from "./page-html.ts";
import {
  isTouched,
  outcomeWords,
  PEOPLE_KINDS,
  peopleWords,
  profilesAfter,
  referenceWords,
  spreadWords,
  thinFirst,
} from "./words.ts";

interface TableColumn {
  readonly title: string;
  readonly kind: "name" | "number" | "coverage";
  /** How a first click sorts. */
  readonly first: "ascending" | "descending";
  readonly cell: (skill: SkillImpact, most: number) => string;
}

export function skillTable(impact: Impact): string {
  const skills = thinFirst(impact.skills);
  const most = skills.reduce((max, { now, after }) => Math.max(max, now.total, after.total), 1);
  const columns = columnsOf(impact);
  const head = columns.map(({ title, kind, first }) => {
    const sorted = kind === "coverage" ? ' aria-sort="ascending"' : "";
    const classes = kind === "number" ? ' class="n"' : "";
    return `<th scope="col" data-first="${first}"${sorted}${classes}><button type="button">${title}</button></th>`;
  });
  const rows = skills.map((skill) => {
    const cells = columns.map(({ cell }) => cell(skill, most));
    return `<tr class="${classesOf(skill).join(" ")}">${cells.join("")}</tr>`;
  });
  return `<div class="scroll" role="region" aria-label="Skills" tabindex="0"><table id="skills"${impact.hasPlan ? "" : ' class="live"'}>
<thead><tr>${head.join("")}</tr></thead>
<tbody>
${rows.join("\n")}
</tbody></table>
<p class="nothing" id="nothing" hidden>No skill matches.</p></div>`;
}

function columnsOf({ hasPlan, skills }: Impact): TableColumn[] {
  const number = (title: string, of: (skill: SkillImpact) => number, classes = ""): TableColumn => ({
    title,
    kind: "number",
    first: "descending",
    cell: (skill) => numberCell(of(skill), classes),
  });
  const holders: TableColumn = {
    title: hasPlan ? "After" : "Holders",
    kind: "number",
    first: "descending",
    cell: ({ after, coverage }) => numberCell(after.total, coverage),
  };
  const moves = skills.some((skill) => skill.moves.total > 0);
  return [
    { title: "Skill", kind: "name", first: "ascending", cell: nameCell },
    number("Profiles", (skill) => profilesAfter(skill).length),
    ...(hasPlan ? [number("Now", ({ now }) => now.total)] : []),
    holders,
    ...(hasPlan ? [number("Gain it", ({ gains }) => gains.total, "gain")] : []),
    ...(hasPlan ? [number("Lose it", ({ losses }) => losses.total, "lose")] : []),
    ...(hasPlan ? [number("Change", ({ changes }) => changes.total)] : []),
    ...(moves ? [number("Move", (skill) => skill.moves.total)] : []),
    { title: "Coverage", kind: "coverage", first: "ascending", cell: coverageCell },
  ];
}

/** The classes that the filter of the page asks for. */
export function classesOf(skill: SkillImpact): string[] {
  const { coverage, named } = skill;
  return [
    coverage,
    ...(coverage === "none" || coverage === "thin" ? ["wanting"] : []),
    ...(isTouched(skill) ? ["touched"] : []),
    ...(named ? [] : ["unnamed"]),
  ];
}

function numberCell(number: number, kind: string): string {
  const classes = number === 0 && kind !== "none" ? "n zero" : `n ${kind}`.trimEnd();
  return `<td class="${classes}" data-value="${number}">${grouped(number)}</td>`;
}

// ── The name, and what is folded into it ─────────────────────────────────────────────────────────────

function nameCell(skill: SkillImpact): string {
  const outcome = outcomeWords(skill);
  const badges = [
    ...(outcome === null ? [] : [`<span class="badge ${skill.outcome}">${html(outcome, 200)}</span>`]),
    ...(skill.named || skill.outcome === "deleted"
      ? []
      : ['<span class="badge plain">not in the YAML</span>']),
  ];
  const facts = factsOf(skill).map(([term, words]) => `<dt>${term}</dt><dd>${words}</dd>`);
  return `<td><details><summary><bdi class="name">${html(skill.name)}</bdi>${badges.join("")}</summary><dl>${facts.join("")}</dl></details></td>`;
}

const PEOPLE_SHOWN = 1000;

function factsOf(skill: SkillImpact): [term: string, words: string][] {
  const { id, slug, profiles, now, after } = skill;
  const references = referenceWords(skill);
  const list = (words: readonly string[]): string => words.map((word) => bdi(word, 400)).join(", ");
  const people = PEOPLE_KINDS.filter(({ who }) => skill[who].total > 0).map(
    ({ who, label }): [string, string] => [label, list(peopleWords(skill[who], PEOPLE_SHOWN))],
  );
  return [
    ...people,
    ["Profiles", profiles.length > 0 ? profiles.map(profileWords).join(", ") : "none"],
    ["Proficiencies", spreadChange(now, after)],
    ...(references === null
      ? []
      : [
          ["Referred to by", references.length > 0 ? list(references) : "nothing that was looked at"] as [
            string,
            string,
          ],
        ]),
    ["Slug", bdi(slug)],
    ...(id === null ? [] : [["Id", bdi(id)] as [string, string]]),
  ];
}

function profileWords({ name, inherited, outcome }: SkillImpact["profiles"][number]): string {
  const remarks = [...(inherited ? ["inherited"] : []), ...(outcome === "stays" ? [] : [`${outcome} it`])];
  return `${bdi(name)}${remarks.length > 0 ? ` (${remarks.join(", ")})` : ""}`;
}

function spreadChange(now: Holders, after: Holders): string {
  const [before, later] = [spreadWords(now) || "nobody", spreadWords(after) || "nobody"];
  return before === later ? later : `${before} → ${later}`;
}

// ── The bar ──────────────────────────────────────────────────────────────────────────────────────────

const BAR = { width: 220, height: 14 };

/** Narrower than this, in the bar's own units, nobody sees it. */
const NARROWEST = 3;

/** Holders by proficiency after the plan, to one scale for all skills; what goes is a dashed outline. */
function coverageCell(skill: SkillImpact, most: number): string {
  const { now, after, coverage } = skill;
  const scale = Math.max(BAR.width / most, after.total > 0 ? NARROWEST / after.total : 0);
  const segments = levelsOf(after).reduce<{ readonly x: number; readonly parts: readonly string[] }>(
    ({ x, parts }, { level, holders }) => {
      const rect = `<rect class="p${level}" x="${px(x)}" width="${px(holders * scale)}" height="${BAR.height}"/>`;
      return { x: x + holders * scale, parts: [...parts, rect] };
    },
    { x: 0, parts: [] },
  );
  const lost = now.total - after.total;
  const ghost =
    lost > 0
      ? `<rect class="ghost" x="${px(after.total * scale + 0.5)}" y=".5" width="${px(Math.max(NARROWEST, lost * scale) - 1)}" height="${BAR.height - 1}"/>`
      : "";
  const words = after.total === 0 ? "nobody" : spreadWords(after);
  const value = coverage === "gone" ? Number.MAX_SAFE_INTEGER : after.total;
  return `<td class="bar" data-value="${value}"><svg viewBox="0 0 ${BAR.width} ${BAR.height}" preserveAspectRatio="none" role="img" aria-label="${html(words, 400)}">${segments.parts.join("")}${ghost}</svg></td>`;
}

/** Holders by whole proficiency, 0 to 5. */
function levelsOf({ spread }: Holders): { readonly level: number; readonly holders: number }[] {
  const levels = [0, 0, 0, 0, 0, 0];
  for (const { proficiency, holders } of spread) {
    const level = Math.min(5, Math.max(0, Math.floor(proficiency)));
    levels[level] = (levels[level] ?? 0) + holders;
  }
  return levels.map((holders, level) => ({ level, holders })).filter(({ holders }) => holders > 0);
}

function px(length: number): string {
  return String(Math.round(length * 100) / 100);
}
