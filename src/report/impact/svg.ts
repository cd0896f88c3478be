/** The graph as inline SVG: profiles, the skills that they name themselves, and how many users hold each. */
import { count } from "../../text.ts";
import type { ProfileImpact, SkillImpact } from "./facts.ts";
import type { GraphEdge, ImpactGraph } from "./graph.ts";
import { alignWith, layOut } from "./layout.ts";
import { html } from "./page-html.ts";
import { holdersWords } from "./words.ts";

const BOX = { height: 28, profile: 220, skill: 260 };
const GAP = { profile: 14, skill: 8 };
const TOP = 30;
/** Room on the left for the lines to ancestors. */
const MARGIN = 64;
const COLUMN = {
  profile: MARGIN,
  skill: MARGIN + BOX.profile + 170,
  users: MARGIN + BOX.profile + 170 + BOX.skill + 24,
};
const WIDTH = COLUMN.users + 220;
const BAR = 140;

export function impactSvg(graph: ImpactGraph): string {
  const { profiles, skills, edges, extensions } = graph;
  const order = layOut(profiles.length, skills.length, edges);
  const steps = { profile: BOX.height + GAP.profile, skill: BOX.height + GAP.skill };
  const height = Math.max(profiles.length * steps.profile, skills.length * steps.skill);
  const skillY = order.skills.map((rank) => TOP + rank * steps.skill);
  const profileY = alignWith(order.profiles, edges, { across: skillY, first: TOP, step: steps.profile });
  const most = skills.reduce((max, { now, after }) => Math.max(max, now.total, after.total), 1);
  const parts = [
    ...heads(),
    ...extensions.map(({ profile, ancestor }) =>
      extensionPath(profileY[profile] ?? 0, profileY[ancestor] ?? 0),
    ),
    ...edges.map((edge) => edgePath(edge, profileY[edge.profile] ?? 0, skillY[edge.skill] ?? 0)),
    ...profiles.map((profile, place) => profileNode(profile, profileY[place] ?? 0)),
    ...skills.map((skill, place) => skillNode(skill, skillY[place] ?? 0, most)),
  ];
  const words = `${count(profiles.length, "profile")} and ${count(skills.length, "skill")}, joined where a profile names a skill, with the number of users who hold each skill`;
  return `<svg class="graph" viewBox="0 0 ${WIDTH} ${TOP + height}" role="img" aria-label="${words}">
${parts.join("\n")}
</svg>`;
}

function heads(): string[] {
  const titles = [
    { x: COLUMN.profile, title: "Profiles" },
    { x: COLUMN.skill, title: "Skills" },
    { x: COLUMN.users, title: "Users who hold it" },
  ];
  return titles.map(({ x, title }) => `<text class="head" x="${x}" y="14">${title}</text>`);
}

function edgePath({ outcome }: GraphEdge, from: number, to: number): string {
  const [x1, y1, x2, y2] = [COLUMN.profile + BOX.profile, middle(from), COLUMN.skill, middle(to)];
  const bend = (x2 - x1) / 2;
  return `<path class="${outcome}" d="M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}"/>`;
}

/** An arc on the left, from the profile to the one that it extends. */
function extensionPath(from: number, to: number): string {
  const [x, y1, y2] = [COLUMN.profile, middle(from), middle(to)];
  const bulge = x - Math.min(MARGIN + 8, 20 + Math.abs(y2 - y1) / 5);
  const tip = `<path class="tip" d="M${x - 1} ${y2}l-7 -4v8z"/>`;
  return `<path class="extends" d="M${x} ${y1}C${bulge} ${y1} ${bulge} ${y2} ${x - 6} ${y2}"/>${tip}`;
}

function profileNode({ name, members }: ProfileImpact, y: number): string {
  const users = members > 0 ? count(members, "member") : "";
  const room = BOX.profile - 24 - users.length * 6.5;
  return node({ x: COLUMN.profile, y, width: BOX.profile, classes: "node profile", name }, [
    text(COLUMN.profile + 12, y, "", fitted(name, room)),
    ...(users === "" ? [] : [text(COLUMN.profile + BOX.profile - 12, y, "sub", users, "end")]),
  ]);
}

function skillNode(skill: SkillImpact, y: number, most: number): string {
  const { name, outcome, coverage, now, after } = skill;
  const length = Math.max(after.total, now.total) === 0 ? 0 : (after.total / most) * BAR;
  const goes = ((now.total - after.total) / most) * BAR;
  const barY = y + BOX.height / 2 - 5;
  const end = COLUMN.users + Math.max(length, length + goes) + 8;
  return node({ x: COLUMN.skill, y, width: BOX.skill, classes: `node ${outcome} ${coverage}`, name }, [
    text(COLUMN.skill + 12, y, outcome, fitted(name, BOX.skill - 24)),
    `<rect class="p4" x="${COLUMN.users}" y="${barY}" width="${length.toFixed(1)}" height="10" rx="2"/>`,
    ...(goes > 0
      ? [
          `<rect class="ghost" x="${(COLUMN.users + length + 0.5).toFixed(1)}" y="${barY + 0.5}" width="${Math.max(1, goes - 1).toFixed(1)}" height="9" rx="2"/>`,
        ]
      : []),
    text(end, y, coverage, holdersWords(skill)),
  ]);
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly classes: string;
  readonly name: string;
}

function node({ x, y, width, classes, name }: Box, parts: readonly string[]): string {
  const rect = `<rect class="${classes}" x="${x}" y="${y}" width="${width}" height="${BOX.height}" rx="6"/>`;
  return `<g><title>${html(name, 300)}</title>${rect}${parts.join("")}</g>`;
}

function text(x: number, y: number, classes: string, words: string, anchor = "start"): string {
  return `<text class="${classes}" x="${x.toFixed(1)}" y="${middle(y) + 4.5}" text-anchor="${anchor}">${html(words, 100)}</text>`;
}

function middle(y: number): number {
  return y + BOX.height / 2;
}

/** As much of a name as fits into so many pixels, by a guess at the width of its letters. */
function fitted(name: string, room: number): string {
  const letters = Array.from(name.slice(0, 200));
  let width = 0;
  const fits = letters.findIndex((letter) => {
    width += /[\u1100-\u115f\u2e80-\uffdc\u{1f000}-\u{3fffd}]/u.test(letter)
      ? 14
      : /[A-ZMWmw@]/.test(letter)
        ? 9
        : 7;
    return width > room;
  });
  return fits === -1 ? name : `${letters.slice(0, Math.max(1, fits - 1)).join("")}…`;
}
