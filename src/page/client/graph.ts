/** The graph of the report: profiles, their own skills, and the number of holders. */
import type { Impact } from "../../report/impact/facts.ts";
import type { ImpactGraph } from "../../report/impact/graph.ts";
import { graphOf } from "../../report/impact/graph.ts";
import { holdersWords } from "../../report/impact/words.ts";
import type { Child } from "./dom.ts";
import { count, el, name, scrolling, svg } from "./dom.ts";

const LIMITS = { nodes: 60, edges: 240 };

/** In pixels. The style cuts boxes to this size, so that no name leaves its box. */
const ROW = 38;
const BOX_HEIGHT = 30;
const PROFILE = { left: 64, width: 220 };
const SKILL = { left: 444, width: 260 };
const USERS = { left: 724, width: 220 };

/** The graph with its caption, or a sentence if it would be too large. */
export function graphFigure(impact: Impact): Child {
  if (impact.skills.length === 0) return null;
  const title = "Profiles, skills and users";
  const graph = graphOf(impact, LIMITS);
  if (!graph) return [el("h2", title), el("p", noGraphWords(impact))];
  return [
    el("h2", title),
    el("figure", el("figcaption", captionOf(graph, impact)), scrolling(title, picture(graph))),
  ];
}

function picture({ profiles, skills, edges, extensions }: ImpactGraph): HTMLElement {
  const ranks = rankNodes(profiles.length, skills.length, edges);
  const rows = Math.max(profiles.length, skills.length);
  // The shorter column is centred.
  const profileTop = 24 + ((rows - profiles.length) * ROW) / 2;
  const skillTop = 24 + ((rows - skills.length) * ROW) / 2;
  const profileY = ranks.profiles.map((rank) => profileTop + rank * ROW);
  const skillY = ranks.skills.map((rank) => skillTop + rank * ROW);
  const middle = (heights: readonly number[], place: number): number =>
    (heights[place] ?? 0) + BOX_HEIGHT / 2;
  const most = skills.reduce((max, { now, after }) => Math.max(max, now.total, after.total), 1);
  const height = 24 + rows * ROW;
  const width = USERS.left + USERS.width;
  return at(
    el(
      "div.graph",
      { role: "group", "aria-label": "Graph" },
      svg(
        "svg",
        { width, height, viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" },
        extensions.map(({ profile, ancestor }) => arc(middle(profileY, profile), middle(profileY, ancestor))),
        edges.map(({ profile, skill, outcome }) =>
          curve(middle(profileY, profile), middle(skillY, skill), outcome),
        ),
      ),
      heading("Profiles", PROFILE),
      heading("Skills", SKILL),
      heading("Users who hold it", USERS),
      profiles.map(({ name: title, members }, place) =>
        at(
          el(
            "div",
            { class: "node profile", title },
            name(title),
            members > 0 ? el("small", count(members, "member")) : null,
          ),
          { ...PROFILE, top: profileY[place] ?? 0 },
        ),
      ),
      skills.map((skill, place) => [
        at(
          el(
            "div",
            { class: `node ${skill.outcome} ${skill.coverage}`, title: skill.name },
            name(skill.name),
          ),
          {
            ...SKILL,
            top: skillY[place] ?? 0,
          },
        ),
        at(
          el(
            "div",
            { class: `users ${skill.coverage}` },
            piece("p4", (skill.after.total / most) * 140),
            piece("ghost", ((skill.now.total - skill.after.total) / most) * 140),
            holdersWords(skill),
          ),
          { ...USERS, top: skillY[place] ?? 0 },
        ),
      ]),
    ),
    { width, height },
  );
}

/** Gives the element its place and size, in pixels. */
function at<E extends HTMLElement>(element: E, box: Readonly<Record<string, number>>): E {
  for (const [property, pixels] of Object.entries(box)) element.style.setProperty(property, `${pixels}px`);
  return element;
}

function heading(
  words: string,
  { left, width }: { readonly left: number; readonly width: number },
): HTMLElement {
  return at(el("small.head", words), { left, width, top: 0 });
}

function piece(kind: string, width: number): Child {
  return width > 0 ? at(el("i", { class: kind }), { width: Math.max(2, width) }) : null;
}

function curve(from: number, to: number, outcome: string): SVGElement {
  const [x1, x2] = [PROFILE.left + PROFILE.width, SKILL.left];
  const bend = (x2 - x1) / 2;
  return svg("path", {
    class: outcome,
    d: `M${x1} ${from}C${x1 + bend} ${from} ${x2 - bend} ${to} ${x2} ${to}`,
  });
}

/** On the left, from a profile to one that it extends. */
function arc(from: number, to: number): SVGElement {
  const x = PROFILE.left;
  const bulge = x - Math.min(x, 20 + Math.abs(to - from) / 5);
  return svg(
    "g",
    { class: "extends" },
    svg("path", { d: `M${x} ${from}C${bulge} ${from} ${bulge} ${to} ${x - 6} ${to}` }),
    svg("path", { class: "tip", d: `M${x - 1} ${to}l-7 -4v8z` }),
  );
}

function noGraphWords({ profiles, skills }: Impact): string {
  const size = `${count(profiles.length, "profile")} and ${count(skills.length, "skill")}`;
  return skills.some((skill) => skill.profiles.length > 0)
    ? `No graph: ${size} would be too many to read.`
    : "No graph: no profile names a skill.";
}

function captionOf({ scope, extensions, skills }: ImpactGraph, impact: Impact): string {
  const alone = impact.skills.length - skills.length;
  const arrows = extensions.length > 0 ? ", arrows on the left to the profiles that it extends" : "";
  const part =
    scope === "changing"
      ? " Only what the plan changes is drawn: all skills would be too many to read."
      : alone > 0
        ? ` Left out: ${count(alone, "skill")} without a profile.`
        : "";
  return `Lines lead from a profile to its own skills${arrows}.${part}`;
}

// ── The order of the two columns ─────────────────────────────────────────────────────────────────────

interface Edge {
  readonly profile: number;
  readonly skill: number;
}

/** Further rounds change little. */
const ROUNDS = 6;

/** The rank of each node in its column, by the mean rank of its neighbours, which gives few crossings. */
function rankNodes(profiles: number, skills: number, edges: readonly Edge[]) {
  const ranks = { profiles: places(profiles), skills: places(skills) };
  for (let round = 0; round < ROUNDS; round++) {
    ranks.skills = byNeighbours(ranks.skills, (place) =>
      edges.flatMap(({ profile, skill }) => (skill === place ? (ranks.profiles[profile] ?? []) : [])),
    );
    ranks.profiles = byNeighbours(ranks.profiles, (place) =>
      edges.flatMap(({ profile, skill }) => (profile === place ? (ranks.skills[skill] ?? []) : [])),
    );
  }
  return ranks;
}

/** Nodes without neighbours go last; those with the same mean keep their order. */
function byNeighbours(before: readonly number[], neighbours: (place: number) => number[]): number[] {
  const means = before.map((_, place) => {
    const list = neighbours(place);
    return list.length === 0 ? Number.MAX_VALUE : list.reduce((sum, rank) => sum + rank, 0) / list.length;
  });
  const order = places(before.length).sort(
    (a, b) => (means[a] ?? 0) - (means[b] ?? 0) || (before[a] ?? 0) - (before[b] ?? 0),
  );
  const ranks = [...before];
  order.forEach((place, rank) => (ranks[place] = rank));
  return ranks;
}

function places(length: number): number[] {
  return Array.from({ length }, (_, place) => place);
}
