/** The impact report as one HTML file: it asks nobody for anything, and runs no script but its own. */
import { createHash } from "node:crypto";
import { count } from "../../text.ts";
import type { Impact } from "./facts.ts";
import type { ImpactGraph } from "./graph.ts";
import { graphOf } from "./graph.ts";
import { bdi, grouped, html } from "./page-html.ts";
import { PAGE_SCRIPT } from "./page-script.ts";
import { PAGE_STYLE } from "./page-style.ts";
import { classesOf, skillTable } from "./page-table.ts";
import { impactSvg } from "./svg.ts";
import { cautions, impactTitle, namedPeople } from "./words.ts";

export interface ImpactHtmlOptions {
  /** When the organisation was read; left out where nobody says. */
  readonly at?: Date;
}

export function impactHtml(impact: Impact, { at }: ImpactHtmlOptions = {}): string {
  const title = `${impactTitle(impact)}: ${impact.target}, ${impact.organization.name}`;
  const sections = [
    header(impact, at),
    ...cautions(impact).map((sentence) => `<p class="caution">${html(sentence, 600)}</p>`),
    totals(impact),
    uncovered(impact),
    skills(impact),
    graph(impact),
    footer(impact),
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>${html(title)}</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<main>
${sections.filter((section) => section !== null).join("\n")}
</main>
<script>${PAGE_SCRIPT}</script>
</body>
</html>
`;
}

/** A browser runs and loads nothing but this style and this script, so a name can smuggle nothing in. */
const POLICY = [
  "default-src 'none'",
  `script-src '${hashOf(PAGE_SCRIPT)}'`,
  `style-src '${hashOf(PAGE_STYLE)}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

function header(impact: Impact, at: Date | undefined): string {
  const { target, organization, dialect } = impact;
  const iso = at?.toISOString();
  const when =
    iso === undefined ? "" : `, <time datetime="${iso}">${iso.slice(0, 16).replace("T", " ")} UTC</time>`;
  return `<header>
<h1>${impactTitle(impact)}</h1>
<p>${bdi(organization.name)} · target ${bdi(target)} · ${dialect} API${when}</p>
</header>`;
}

// ── The totals ───────────────────────────────────────────────────────────────────────────────────────

interface Total {
  readonly label: string;
  readonly number: number;
  /** The number now, where the plan changes it. */
  readonly now?: number;
  /** The colour of a number above 0. */
  readonly mood?: "good" | "warn" | "bad";
}

function totals({ totals: all, hasPlan }: Impact): string {
  const list: Total[] = [
    ...(hasPlan
      ? ([
          { label: "Users who gain", number: all.usersGaining, mood: "good" },
          { label: "Users who lose", number: all.usersLosing, mood: "bad" },
        ] as const)
      : []),
    { label: "No holder", number: all.uncovered, now: all.uncoveredNow, mood: "bad" },
    { label: "1 or 2 holders", number: all.thin, mood: "warn" },
    { label: "Assignments", number: all.assignmentsAfter, now: all.assignmentsNow },
    { label: "Skills", number: all.skills },
    { label: "Profiles", number: all.profiles },
    { label: "Users", number: all.users },
  ];
  return `<dl class="totals">${list.map(totalTile).join("")}</dl>`;
}

function totalTile({ label, number, now, mood }: Total): string {
  const classes = mood !== undefined && number > 0 ? ` class="${mood}"` : "";
  const before = now === undefined || now === number ? "" : ` <small>${grouped(now)} now</small>`;
  return `<div${classes}><dt>${label}</dt><dd>${grouped(number)}${before}</dd></div>`;
}

// ── The parts ────────────────────────────────────────────────────────────────────────────────────────

const CHIPS = 24;

/** Those that somebody holds now come first: the plan takes their last holder. */
function uncovered(impact: Impact): string | null {
  const bare = impact.skills.filter(({ coverage }) => coverage === "none");
  if (bare.length === 0) return null;
  const more = bare.length - CHIPS;
  const sorted = bare.toSorted((a, b) => b.now.total - a.now.total);
  const chips = sorted.slice(0, CHIPS).map(({ name, now }) => {
    const before = now.total > 0 ? ` <small>held by ${grouped(now.total)} now</small>` : "";
    return `<li>${bdi(name, 80)}${before}</li>`;
  });
  if (more > 0) chips.push(`<li class="more">and ${grouped(more)} more</li>`);
  return `<h2>Nobody holds${impact.hasPlan ? " after the plan" : ""}</h2>
<ul class="chips">${chips.join("")}</ul>`;
}

function skills(impact: Impact): string {
  if (impact.skills.length === 0) return "<h2>Skills</h2>\n<p>There are no skills.</p>";
  const options = filtersOf(impact).map(({ value, label, number, isFirst }) => {
    const selected = isFirst ? " selected" : "";
    return `<option value="${value}"${selected}>${label} (${grouped(number)})</option>`;
  });
  return `<h2>Skills</h2>
<div class="tools" id="tools" role="search" hidden>
<label>Find <input id="find" type="search" placeholder="a skill, profile or user" autocomplete="off" spellcheck="false"></label>
<label>Show <select id="show">${options.join("")}</select></label>
<output id="shown" for="find show"></output>
</div>
${colourKey(impact)}
${skillTable(impact)}`;
}

/** One choice of the filter; without a script nothing is filtered. */
interface Filter {
  /** A class of the rows; empty for all. */
  readonly value: string;
  readonly label: string;
  readonly number: number;
  readonly isFirst: boolean;
}

/** Readers of a plan's impact look for its changes first. */
function filtersOf({ skills, hasPlan }: Impact): Filter[] {
  const classes = skills.map(classesOf);
  const withClass = (value: string): number => classes.filter((list) => list.includes(value)).length;
  const touched = hasPlan ? withClass("touched") : 0;
  return [
    { value: "", label: "all skills", number: skills.length, isFirst: touched === 0 },
    ...(hasPlan ? [{ value: "touched", label: "what changes", number: touched, isFirst: touched > 0 }] : []),
    { value: "wanting", label: "two holders or fewer", number: withClass("wanting"), isFirst: false },
    { value: "unnamed", label: "not in the YAML", number: withClass("unnamed"), isFirst: false },
  ];
}

function colourKey({ hasPlan }: Impact): string {
  const swatch = (classes: string): string =>
    `<svg viewBox="0 0 10 10" aria-hidden="true"><rect class="${classes}" x=".5" y=".5" width="9" height="9"/></svg>`;
  const levels = [0, 1, 2, 3, 4, 5].map((level) => `<li>${swatch(`p${level}`)}${level}</li>`);
  const lost = hasPlan ? `<li>${swatch("ghost")}lost</li>` : "";
  return `<ul class="key" aria-label="Colours of the bars"><li>Coverage by proficiency</li>${levels.join("")}${lost}</ul>`;
}

const GRAPH_LIMITS = { nodes: 60, edges: 240 };

function graph(impact: Impact): string | null {
  if (impact.skills.length === 0) return null;
  const title = "<h2>Profiles, skills and users</h2>";
  const drawn = graphOf(impact, GRAPH_LIMITS);
  if (!drawn) return `${title}\n<p>${noGraphWords(impact)}</p>`;
  return `${title}
<figure><figcaption>${captionOf(drawn, impact)}</figcaption>
<div class="scroll" role="region" aria-label="Graph" tabindex="0">${impactSvg(drawn)}</div></figure>`;
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
        ? ` Left out: ${count(alone, "skill")} that no profile names.`
        : "";
  return `Lines lead from a profile to the skills that it names itself${arrows}.${part}`;
}

function footer(impact: Impact): string {
  const people = namedPeople(impact);
  const names =
    people > 0 ? `It names ${count(people, "person", "people")}: share it only where they may be named.` : "";
  return `<footer><p>Made by genesys-skills. ${names}</p></footer>`;
}
