/** The impact report: what a plan means for each skill, or which skills are held how often. */
import type { Impact, People, PersonChange, SkillImpact } from "../../report/impact/facts.ts";
import {
  cautions,
  impactTitle,
  isTouched,
  namedPeople,
  outcomeWords,
  PEOPLE_KINDS,
  peopleWords,
  profilesAfter,
  referenceWords,
  spreadWords,
  thinFirst,
} from "../../report/impact/words.ts";
import type { ReportData } from "../api.ts";
import type { Child, Column, PagedTable } from "./dom.ts";
import {
  badge,
  bar,
  colourKey,
  count,
  el,
  fact,
  grouped,
  makeTable,
  name,
  names,
  pages,
  tile,
} from "./dom.ts";
import { timeline } from "./days.ts";
import { graphFigure } from "./graph.ts";

/** Fills the body with the report. */
export function showReport({ impact, readAt }: ReportData): void {
  const title = impactTitle(impact);
  document.title = `${title}: ${impact.target}, ${impact.organization.name}`;
  const time = readAt === undefined ? null : [", ", el("time", { datetime: readAt }, timeWords(readAt))];
  const people = namedPeople(impact);
  document.body.append(
    el(
      "main.report",
      el(
        "header",
        el("h1", title),
        el("p.lead", [
          ...[name(impact.organization.name), " · target ", name(impact.target)],
          ...[` · ${impact.dialect} API`, time],
        ]),
      ),
      cautions(impact).map((sentence) => el("p.caution", sentence)),
      totals(impact),
      uncovered(impact),
      comingDays(impact),
      el("h2", "Skills"),
      impact.skills.length === 0 ? el("p", "There are no skills.") : skillTable(impact),
      graphFigure(impact),
    ),
    el("footer", el("p", "Made by genesys-skills. ", people > 0 ? sharingWords(people) : null)),
  );
}

function timeWords(iso: string): string {
  return `${iso.slice(0, 16).replace("T", " ")} UTC`;
}

function sharingWords(people: number): string {
  return `It names ${count(people, "person", "people")}: share it only where they may be named.`;
}

function totals({ totals: all, hasPlan }: Impact): HTMLElement {
  const before = (now: number, number: number): Child =>
    now === number ? null : el("small", ` ${grouped(now)} now`);
  return el(
    "dl.totals",
    hasPlan ? tile("Users who gain", all.usersGaining, "gain") : null,
    hasPlan ? tile("Users who lose", all.usersLosing, "lose") : null,
    tile("No holder", all.uncovered, "none", before(all.uncoveredNow, all.uncovered)),
    tile("1 or 2 holders", all.thin, "thin"),
    tile("Assignments", all.assignmentsAfter, "", before(all.assignmentsNow, all.assignmentsAfter)),
    tile("Skills", all.skills),
    tile("Profiles", all.profiles),
    tile("Users", all.users),
  );
}

/** Skills that nobody holds; those that somebody holds now come first, since the plan takes their last holder. */
function uncovered({ skills, hasPlan }: Impact): Child {
  const bare = skills.filter(({ coverage }) => coverage === "none").sort((a, b) => b.now.total - a.now.total);
  if (bare.length === 0) return null;
  const list = el("ul.chips.bare");
  const toChip = ({ name: title, now }: SkillImpact): HTMLElement =>
    el("li", name(title), now.total > 0 ? el("small", ` held by ${grouped(now.total)} now`) : null);
  return [
    el("h2", hasPlan ? "Skills without a holder after the plan" : "Skills without a holder"),
    list,
    pages(list, bare, toChip, 24),
  ];
}

/** What the next 60 days bring. */
function comingDays({ schedule, hasPlan }: Impact): Child {
  if (schedule.length === 0) return null;
  return [
    el("h2", "The next 60 days"),
    el("p.lead", hasPlan ? "Once the plan is applied, by the days in the YAML." : "By the days in the YAML."),
    timeline(schedule),
  ];
}

// ── The table ────────────────────────────────────────────────────────────────────────────────────────

function skillTable(impact: Impact): Child {
  const { skills, hasPlan } = impact;
  const columns = columnsOf(impact);
  const table = makeTable("Skills", columns, {
    kind: "skills",
    rowKind: (skill) => `${skill.outcome} ${isTouched(skill) ? "touched" : ""}`,
  });
  const filters = [
    { label: "all skills", holds: () => true },
    ...(hasPlan ? [{ label: "what changes", holds: isTouched }] : []),
    {
      label: "two holders or fewer",
      holds: ({ coverage }: SkillImpact) => coverage === "none" || coverage === "thin",
    },
    { label: "not in the YAML", holds: ({ named }: SkillImpact) => !named },
  ];
  const find = el("input", {
    ...{ type: "search", placeholder: "a skill, profile or user" },
    ...{ autocomplete: "off", spellcheck: "false" },
  });
  const show = el(
    "select",
    filters.map(({ label, holds }, value) =>
      el("option", { value }, `${label} (${grouped(skills.filter(holds).length)})`),
    ),
  );
  // Readers of a plan's impact look for its changes first.
  if (hasPlan && skills.some(isTouched)) show.value = "1";
  const shown = el("output", { id: "shown" });
  const texts = new Map(skills.map((skill) => [skill, fold(searchTextOf(skill))]));
  const more = el("div");
  let sorted: readonly SkillImpact[] = thinFirst(skills);

  const render = (): void => {
    const words = fold(find.value).split(/\s+/u);
    const holds = filters[Number(show.value)]?.holds ?? (() => true);
    const found = sorted.filter(
      (skill) => holds(skill) && words.every((word) => texts.get(skill)?.includes(word)),
    );
    table.body.replaceChildren();
    more.replaceChildren(
      pages(table.body, found, table.toRow, 100),
      found.length === 0 ? el("p", "No skill matches.") : "",
    );
    shown.textContent = `${grouped(found.length)} of ${count(skills.length, "skill")}`;
  };
  addSorting(table, columns, (compare) => {
    sorted = thinFirst(skills).sort(compare);
    render();
  });
  find.addEventListener("input", render);
  show.addEventListener("change", render);
  render();
  return [
    el("div.tools", { role: "search" }, el("label", "Find ", find), el("label", "Show ", show), shown),
    colourKey(hasPlan),
    table.element,
    more,
  ];
}

/** Turns the heads into buttons that sort; the last column is the first order. */
function addSorting(
  { heads }: PagedTable<SkillImpact>,
  columns: readonly Column<SkillImpact>[],
  sort: (compare: (a: SkillImpact, b: SkillImpact) => number) => void,
): void {
  const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
  heads.at(-1)?.setAttribute("aria-sort", "ascending");
  heads.forEach((head, place) => {
    const { title = "", key = () => 0, firstOrder = "ascending" } = columns[place] ?? {};
    const otherOrder = firstOrder === "ascending" ? "descending" : "ascending";
    const onclick = (): void => {
      const order = head.getAttribute("aria-sort") === firstOrder ? otherOrder : firstOrder;
      for (const one of heads) one.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", order);
      const sign = order === "ascending" ? 1 : -1;
      sort((a, b) => {
        const [first, second] = [key(a), key(b)];
        return (
          sign *
          (typeof first === "number" && typeof second === "number"
            ? first - second
            : collator.compare(String(first), String(second)))
        );
      });
    };
    head.replaceChildren(el("button", { type: "button", onclick }, title));
  });
}

function columnsOf({ hasPlan, skills }: Impact): Column<SkillImpact>[] {
  const most = skills.reduce((max, { now, after }) => Math.max(max, now.total, after.total), 1);
  const number = (title: string, key: (skill: SkillImpact) => number, kind = ""): Column<SkillImpact> => ({
    ...{ title, kind: "n", key, firstOrder: "descending" as const },
    cell: (skill) => el("span", { class: key(skill) === 0 ? "zero" : kind }, grouped(key(skill))),
  });
  const people = ({ who, title, kind }: (typeof PEOPLE_COLUMNS)[number]): Column<SkillImpact> =>
    number(title, (skill) => skill[who].total, kind);
  const shown = PEOPLE_COLUMNS.filter(({ who }) =>
    who === "moves" ? skills.some(({ moves }) => moves.total > 0) : hasPlan,
  );
  return [
    { title: "Skill", cell: nameCell, key: ({ name: title }) => title },
    number("Profiles", (skill) => profilesAfter(skill).length),
    ...(hasPlan ? [number("Now", ({ now }) => now.total)] : []),
    {
      ...number(hasPlan ? "After" : "Holders", ({ after }) => after.total),
      cell: ({ after, coverage }) => el("span", { class: coverage }, grouped(after.total)),
    },
    ...shown.map(people),
    {
      title: "Coverage",
      kind: "bar",
      cell: ({ now, after }) => bar({ spread: after.spread, lost: now.total - after.total }, most),
      key: ({ coverage, after }) => (coverage === "gone" ? Infinity : after.total),
    },
  ];
}

const PEOPLE_COLUMNS = [
  { who: "gains", title: "Gain it", kind: "gain" },
  { who: "losses", title: "Lose it", kind: "lose" },
  { who: "changes", title: "Change", kind: "" },
  { who: "moves", title: "Move", kind: "" },
] as const;

function fold(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

function searchTextOf(skill: SkillImpact): string {
  const people = PEOPLE_KINDS.flatMap(({ who }) => skill[who].named.map(({ user }) => user));
  return [
    skill.name,
    skill.previousName,
    skill.slug,
    ...skill.profiles.map((one) => one.name),
    ...people,
  ].join("\n");
}

// ── One skill ────────────────────────────────────────────────────────────────────────────────────────

/** What is folded into the name is made when somebody opens it: it may name thousands. */
function nameCell(skill: SkillImpact): Child {
  const outcome = outcomeWords(skill);
  const facts = el("dl.facts");
  const ontoggle = (): void => {
    if (facts.childElementCount === 0) facts.append(...factsOf(skill));
  };
  const details = el(
    "details",
    { ontoggle },
    el(
      "summary",
      name(skill.name),
      outcome === null ? null : badge(outcome, skill.outcome),
      skill.named || skill.outcome === "deleted" ? null : badge("not in the YAML", "plain"),
    ),
    facts,
  );
  return details;
}

function factsOf(skill: SkillImpact): HTMLElement[] {
  const { id, slug, profiles, now, after } = skill;
  const references = referenceWords(skill);
  const [before, later] = [spreadWords(now) || "nobody", spreadWords(after) || "nobody"];
  return [
    ...PEOPLE_KINDS.filter(({ who }) => skill[who].total > 0).map(({ who, label }) =>
      fact(label, peopleList(skill[who])),
    ),
    fact(
      "Profiles",
      profiles.length === 0 ? "none" : null,
      profiles.map(({ name: title, inherited, outcome }, place): Child => {
        const remarks = [
          ...(inherited ? ["inherited"] : []),
          ...(outcome === "stays" ? [] : [`${outcome} it`]),
        ];
        return [place > 0 ? ", " : null, name(title), remarks.length > 0 ? ` (${remarks.join(", ")})` : null];
      }),
    ),
    fact("Proficiencies", before === later ? later : `${before} → ${later}`),
    ...(references
      ? [fact("Referred to by", references.length > 0 ? names(references) : "nothing found")]
      : []),
    fact("Slug", name(slug)),
    ...(id === null ? [] : [fact("Id", name(id))]),
  ];
}

function peopleList({ named, others, total }: People): Child {
  const list = el("ul.people");
  const one = (person: PersonChange): string =>
    peopleWords({ named: [person], others: 0, total: 1 }, 1).join("");
  const more = pages(list, named, (person) => el("li", name(one(person))));
  const rest = others > 0 ? peopleWords({ named: [], others, total }, 0).join("") : null;
  return [list, more, rest];
}
