/** The views of the page that `serve` shows: coverage, search, one skill, and profiles. */
import type {
  CoverageEntity,
  CoveragePage,
  HolderEntity,
  PageOf,
  ProfileEntity,
  ProfileOfSkill,
  Schedule,
  SkillDetail,
  SkillEntity,
} from "../api.ts";
import { placeWords } from "../../report/words.ts";
import { printable } from "../../text.ts";
import { ask, asked } from "./ask.ts";
import type { Links } from "./days.ts";
import { historySection, timeline } from "./days.ts";
import type { Child } from "./dom.ts";
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
  PAGE_SIZE,
  pages,
  tile,
} from "./dom.ts";

/** The content of a view; `heard` is for screen readers. */
export interface ViewContent {
  readonly title: string;
  readonly heard?: string;
  readonly content: Child;
}

export type PageView = (signal: AbortSignal) => Promise<ViewContent>;

function heading(...words: Child[]): HTMLElement {
  return el("h1", { tabindex: -1 }, words);
}

function skillLink(key: string, ...children: Child[]): HTMLElement {
  return el("a", { href: `#/skill/${encodeURIComponent(key)}` }, children);
}

function coverageBadge({ id, coverage }: Pick<SkillEntity, "id" | "coverage">): Child {
  if (id === null) return badge("not created yet");
  if (coverage === "none") return badge("nobody", "none");
  return coverage === "thin" ? badge("thin", "thin") : null;
}

// ── Coverage ─────────────────────────────────────────────────────────────────────────────────────────

/** The number of holders of each skill. */
export const coverageView: PageView = async (signal) => {
  const path = `/api/coverage?size=${PAGE_SIZE}`;
  const first = await ask<CoveragePage>(path, signal);
  const { totals, total } = first;
  const last =
    total > PAGE_SIZE
      ? (await ask<CoveragePage>(`/api/coverage?size=1&page=${total}`, signal)).entities[0]
      : first.entities.at(-1);
  const most = Math.max(1, last?.holders ?? 1);
  const table = makeTable<CoverageEntity>(
    "Skills by number of holders, fewest first",
    [
      { title: "Skill", cell: (skill) => [skillLink(skill.key, name(skill.name)), coverageBadge(skill)] },
      {
        title: "Holders",
        kind: "n",
        cell: ({ holders, coverage }) => el("span", { class: coverage }, grouped(holders)),
      },
      { title: "By proficiency", kind: "bar", cell: (skill) => bar(skill, most) },
    ],
    { kind: "coverage" },
  );
  const list = asked(table.body, first, { path, toItem: table.toRow, signal });
  return {
    title: "Coverage",
    content: [
      heading("Coverage"),
      el("p.lead", "The number of holders of each skill now, fewest first."),
      el(
        "dl.totals",
        tile("Nobody holds", totals.uncovered, "none"),
        tile("One or two hold", totals.thin, "thin"),
        tile("Skills", totals.skills),
        tile("Users", totals.users),
        tile("Assignments", totals.assignments),
      ),
      total === 0 ? el("p", "There are no skills in the organisation.") : [colourKey(), table.element, list],
    ],
  };
};

// ── Days ─────────────────────────────────────────────────────────────────────────────────────────────

const LINKS: Links = { skill: (id, label) => skillLink(id, label), person: personLink };

function personLink(user: string, ...children: Child[]): HTMLElement {
  return el("a", { href: `#/person/${encodeURIComponent(user)}` }, children);
}

/** What the next 60 days bring, for everybody. */
export const daysView: PageView = async (signal) => {
  const { days } = await ask<Schedule>("/api/schedule", signal);
  return {
    title: "Next 60 days",
    content: [
      heading("Next 60 days"),
      el(
        "p.lead",
        "Who gains and loses what on which day, by the days in the YAML, once all of it is applied.",
      ),
      days.length === 0 ? el("p", "No line of the YAML begins or ends in the next 60 days.") : null,
      timeline(days, LINKS),
    ],
  };
};

/** One person: what the days to come bring for them, and what the past ones brought. */
export function personView(user: string, back: string): PageView {
  return async (signal) => {
    const { days } = await ask<Schedule>("/api/schedule", signal);
    const own = days.flatMap(({ changes, ...day }) => {
      const theirs = changes.filter((change) => change.user === user);
      const skills = new Set(theirs.map(({ skillId }) => skillId));
      const uncovered = day.uncovered.filter(({ skillId }) => skills.has(skillId));
      return theirs.length > 0 ? [{ ...day, changes: theirs, uncovered }] : [];
    });
    const title = own[0]?.changes[0]?.name ?? user;
    return {
      title,
      content: [
        el("p.back", el("a", { href: back }, "Back")),
        heading(name(title)),
        title === user ? null : el("p.lead", name(user)),
        el("h2", "The next 60 days"),
        own.length === 0 ? el("p", "No day of the YAML changes anything for them.") : null,
        timeline(own, LINKS),
        historySection(user, "user", signal),
      ],
    };
  };
}

// ── Search ───────────────────────────────────────────────────────────────────────────────────────────

/** The skills that `query` finds, best match first. */
export function searchView(query: string): PageView {
  return async (signal) => {
    const path = `/api/skills/search?size=${PAGE_SIZE}&q=${encodeURIComponent(query)}`;
    const first = await ask<PageOf<SkillEntity>>(path, signal);
    const words =
      first.total === 0 ? "No skill matches" : count(first.total, "skill matches", "skills match");
    const list = el("ol.results");
    return {
      title: "Search",
      heard: `${words}.`,
      content: [
        heading(`${words} `, el("q", name(query))),
        first.total > 0
          ? null
          : el(
              "p.lead",
              "Search looks at names, slugs, profiles and descriptions, and forgives one typo in a word.",
            ),
        list,
        asked(list, first, { path, toItem: resultItem, signal }),
      ],
    };
  };
}

function resultItem(skill: SkillEntity): HTMLElement {
  const { key, name: title, description, profiles, holders } = skill;
  return el(
    "li",
    skillLink(
      key,
      el("span.title", name(title), coverageBadge(skill)),
      el("span.number", count(holders, "holder")),
      description === null ? null : el("span.about", name(description)),
      profiles.length === 0 ? null : el("span.about", profileWords(profiles)),
    ),
  );
}

function profileWords(profiles: readonly ProfileOfSkill[]): Child {
  const shown = names(profiles.slice(0, 4).map((profile) => profile.name));
  return [
    profiles.length === 1 ? "Profile " : "Profiles ",
    shown,
    profiles.length > 4 ? ` and ${profiles.length - 4} more` : null,
  ];
}

// ── One skill ────────────────────────────────────────────────────────────────────────────────────────

/** The skill with this key or id: its holders, the reasons, and the profiles that give it. */
export function skillView(key: string, back: string): PageView {
  return async (signal) => {
    const skill = await ask<SkillDetail>(`/api/skills/${encodeURIComponent(key)}`, signal);
    const { counts, source, slug, id, description, profiles } = skill;
    const [next, flags] = [nextWords(counts), flagWords(skill)];
    return {
      title: skill.name,
      content: [
        el("p.back", el("a", { href: back }, back === "#/" ? "All skills" : "Back to the search")),
        heading(name(skill.name), coverageBadge(skill)),
        description === null ? null : el("p.lead", name(description)),
        standingWords(skill).map((words) => el("p.note", words)),
        el(
          "dl.facts",
          fact("Held by", count(counts.now, "user")),
          next === "" ? null : fact("With the next apply", next),
          source && fact("Written in", placeWords(source)),
          flags === "" ? null : fact("Kept", flags),
          slug === "" ? null : fact("Slug", name(slug)),
          id === null ? null : fact("Id", name(id)),
        ),
        el("h2", "Profiles that give it"),
        profiles.length === 0 ? el("p", "None.") : el("ul.lines", profiles.map(profileLine)),
        el("h2", "Holders, and why they hold it"),
        holderTable(skill.holders),
        skill.scheduled.length === 0
          ? null
          : [el("h2", "The next 60 days"), timeline(skill.scheduled, LINKS)],
        skill.id === null ? null : historySection(skill.id, "skill", signal),
      ],
    };
  };
}

function standingWords(skill: SkillDetail): Child[] {
  const { standing, couldBe, id, liveName, renames, renamedTo } = skill;
  return [
    ...(standing === "released" ? ["Released (managed: false): its assignments are not changed."] : []),
    ...(standing === "unmanaged" ? ["Unmanaged: no YAML names it, and it stays as it is."] : []),
    ...(standing === "dropped" ? ["The YAML doesn't name it any more."] : []),
    ...(couldBe.length > 0
      ? [["It is not clear which skill of the organisation is meant: ", names(couldBe), "."]]
      : id === null
        ? ["Not in the organisation yet: the next apply creates it."]
        : []),
    ...(liveName === null ? [] : [["The organisation calls it ", el("q", name(liveName)), "."]]),
    ...(renames.length > 0 ? [["Replaces ", names(renames), "."]] : []),
    ...(renamedTo === null ? [] : [["It is renamed: ", name(renamedTo), " replaces it."]]),
  ];
}

function nextWords({ gaining, losing, changing }: SkillDetail["counts"]): string {
  return [
    ...(gaining > 0 ? [`${grouped(gaining)} more`] : []),
    ...(losing > 0 ? [`${grouped(losing)} fewer`] : []),
    ...(changing > 0 ? [`${grouped(changing)} at another proficiency`] : []),
  ].join(", ");
}

function flagWords(skill: SkillDetail): string {
  return [
    ...(skill.protected ? ["protected: never deleted"] : []),
    ...(skill.exclusive ? ["exclusive: only the YAML says who has it"] : []),
  ].join(", ");
}

function profileLine(profile: SkillDetail["profiles"][number]): HTMLElement {
  const { proficiency, from, inherited, source } = profile;
  return el(
    "li",
    el("strong", name(profile.name)),
    proficiency === undefined ? null : ` at ${proficiency}`,
    from === undefined ? (inherited ? " inherited" : null) : [" inherited from ", name(from)],
    source ? el("small", ` ${placeWords(source)}`) : null,
  );
}

function holderTable(holders: readonly HolderEntity[]): Child {
  if (holders.length === 0) return el("p", "Nobody holds it, and the YAML gives it to nobody.");
  const table = makeTable<HolderEntity>(
    "Holders",
    [
      { title: "User", cell: userCell },
      {
        title: "Proficiency",
        cell: ({ now }) => (now === null ? el("span.soft", "not held") : level(now)),
      },
      { title: "Next apply", cell: nextStep },
      {
        title: "Why",
        kind: "why",
        cell: ({ because }) =>
          because.map((words, place) => el("p", { class: place > 0 ? "soft" : "" }, name(words))),
      },
    ],
    { kind: "holders", rowKind: ({ now }) => (now === null ? "absent" : "") },
  );
  return [table.element, pages(table.body, holders, table.toRow)];
}

function userCell({ user, name: title, state }: HolderEntity): Child {
  return [
    personLink(user, name(title ?? user)),
    title === null ? null : el("small", name(user)),
    state === "active" ? null : badge(state),
  ];
}

function level(proficiency: number): HTMLElement {
  const pips = [1, 2, 3, 4, 5].map((step) => el("i", { class: step <= Math.round(proficiency) ? "on" : "" }));
  return el("span.level", el("span.pips", { "aria-hidden": "true" }, pips), String(proficiency));
}

function nextStep({ now, after }: HolderEntity): Child {
  if (now === after) return el("span.soft", "stays");
  if (now === null) return el("span.gain", `gets it at ${after ?? ""}`);
  if (after === null) return el("span.lose", "loses it");
  return el("span.change", `changes to ${after}`);
}

// ── Profiles ─────────────────────────────────────────────────────────────────────────────────────────

/** Every profile with its skills. */
export const profilesView: PageView = async (signal) => {
  const path = `/api/profiles?size=${PAGE_SIZE}`;
  const first = await ask<PageOf<ProfileEntity>>(path, signal);
  const list = el("div");
  const lead =
    first.total === 0 ? "There are no profiles." : "Named bundles of skills, with inherited skills.";
  return {
    title: "Profiles",
    content: [
      heading("Profiles"),
      el("p.lead", lead),
      list,
      asked(list, first, { path, toItem: profileCard, signal }),
    ],
  };
};

const PROFILE_STANDING = {
  declared: null,
  undeclared: "No file declares it; skills name it.",
  dropped: "The YAML doesn't name it any more.",
  unmanaged: "Unmanaged: no YAML names it.",
} as const;

function profileCard(profile: ProfileEntity): HTMLElement {
  const { description, standing, members, extendedBy, source, skills } = profile;
  const note = PROFILE_STANDING[standing];
  const chips = el("ul.chips", { "aria-label": `Skills of ${printable(profile.name)}` });
  return el(
    "section.card",
    el("h2", name(profile.name)),
    description === null ? null : el("p.lead", name(description)),
    note === null ? null : el("p.note", note),
    el(
      "dl.facts",
      fact("Members", count(members, "user")),
      profile.extends.length > 0 ? fact("Extends", names(profile.extends)) : null,
      extendedBy.length > 0 ? fact("Extended by", names(extendedBy)) : null,
      source && fact("Written in", placeWords(source)),
    ),
    skills.length === 0 ? el("p", "It gives no skill.") : [chips, pages(chips, skills, profileSkill)],
  );
}

function profileSkill({
  key,
  name: title,
  from,
  proficiency,
  why,
}: ProfileEntity["skills"][number]): HTMLElement {
  return el(
    "li",
    { class: from === null ? "" : "inherited" },
    key === null ? name(title) : skillLink(key, name(title)),
    el(
      "small",
      proficiency === null ? null : ` at ${proficiency}`,
      from === null ? null : [" from ", name(from)],
      why === "manual" ? " manual" : why === "dropped" ? " removed from the YAML" : null,
    ),
  );
}
