/** A plan as Markdown: what decides first, details folded, and as small as it has to be. */
import type { Operation, Plan, Refusal } from "../../model.ts";
import { count } from "../../text.ts";
import { firstLines, fit, moreLine } from "../fit.ts";
import { fenced, folded, inline, table } from "../markdown-safe.ts";
import { costLine, ESTIMATE, headline, NO_LEDGER, peopleLine } from "../words.ts";
import type { Detail } from "./detail.ts";
import { DIFFS, EVERYTHING, STEPS } from "./detail.ts";
import { unifiedDiffs } from "./diffs.ts";
import type { Losers, Section } from "./sections.ts";
import {
  changeSections,
  FULL_SENTENCE,
  impactRows,
  losersBySkill,
  losersLine,
  noteLines,
  refusalLines,
  removalLines,
  renameLines,
} from "./sections.ts";

/** What is shown beside the plan; all but the warnings is finished Markdown. */
export interface PlanExtras {
  /** Whatever else the reader must know, one sentence each: labels that allow nothing. */
  readonly warnings?: readonly string[];
  /** The source of a Mermaid graph. */
  readonly graph?: string;
  /** A finished table of the impact, in place of the plan's own. */
  readonly impact?: string;
}

export interface PlanMarkdownOptions extends PlanExtras {
  /** Default: as many as it takes. */
  readonly maxBytes?: number;
}

/** For a file or a job's summary. Users that the YAML doesn't name are counted. */
export function planMarkdown(plan: Plan, options: PlanMarkdownOptions = {}): string {
  const intro = [planTitle(plan), ...planFacts(plan)];
  return fitPlan(plan, {
    maxBytes: Number.POSITIVE_INFINITY,
    ...options,
    intro: (dropped) => (dropped.length === 0 ? intro : [...intro, `Left out: ${dropped.join(", ")}.`]),
  });
}

export function planTitle({ target, organization }: Plan): string {
  return `## Routing skills: ${inline(target)} (${inline(organization.name)})`;
}

/** What the plan comes to, in one line for tools and one for people, below what the reader must know of it. */
export function planFacts(plan: Plan): string[] {
  return [
    ...(plan.isEstimate ? [ESTIMATE] : []),
    ...(plan.hasLedger ? [] : [NO_LEDGER]),
    headline(plan),
    ...(plan.stages.length > 0 ? [peopleLine(plan)] : []),
  ];
}

export interface PlanBody extends PlanExtras {
  /** What stands before the plan; it says what was left out. */
  readonly intro: (dropped: readonly string[]) => readonly string[];
  /** Default 60,000. */
  readonly maxBytes?: number;
}

/** A plan below an introduction of its own, in at most `maxBytes` bytes. */
export function fitPlan(plan: Plan, body: PlanBody): string {
  const parts = collect(plan, body);
  return fit({
    start: EVERYTHING,
    steps: STEPS,
    render: (detail, dropped) => {
      const tooLong = parts.diffs === null ? [DIFFS, ...dropped] : dropped;
      return `${[...body.intro(tooLong), ...sections(plan, parts, detail)].join("\n\n")}\n`;
    },
    ...(body.maxBytes !== undefined && { maxBytes: body.maxBytes }),
  });
}

// ── Parts ────────────────────────────────────────────────────────────────────────────────────────────

/** Everything that may be shown, written once, however often it is put together. */
interface Parts {
  readonly refused: readonly string[];
  readonly allowed: readonly string[];
  readonly removals: readonly string[];
  readonly losers: readonly Losers[];
  readonly warnings: readonly string[];
  readonly renames: readonly string[];
  readonly changes: readonly Section[];
  readonly notes: readonly string[];
  readonly impact: readonly (readonly string[])[];
  readonly givenImpact: string | null;
  /** Null where there is too much to compare. */
  readonly diffs: string | null;
  readonly graph: string | null;
}

function collect(plan: Plan, { warnings = [], graph, impact }: PlanExtras): Parts {
  const notes = noteLines(plan);
  return {
    refused: refusalLines(plan.refusals, plan, FULL_SENTENCE),
    allowed: refusalLines(plan.allowed, plan, FULL_SENTENCE),
    removals: removalLines(plan),
    losers: losersBySkill(plan),
    warnings: [...warnings.map((warning) => `- ${inline(warning, 300)}`), ...notes.warnings],
    renames: renameLines(plan),
    changes: changeSections(plan),
    notes: notes.notes,
    impact: impactRows(plan),
    givenImpact: impact ?? null,
    diffs: diffs(plan),
    graph: graph === undefined ? null : fenced("mermaid", graph),
  };
}

/** More lines than fit are not compared at all: comparing takes the square of their number. */
const MAX_COMPARED = 1500;

function diffs(plan: Plan): string | null {
  const compared = plan.stages.flat().reduce((sum, operation) => sum + sizeOf(operation), 0);
  if (compared > MAX_COMPARED) return null;
  const all = unifiedDiffs(plan);
  return all.map(({ title, text }) => fenced("diff", `# ${title}\n${text}`)).join("\n\n");
}

function sizeOf(operation: Operation): number {
  const [changes, entries] = [
    "changes" in operation ? operation.changes : [],
    "entries" in operation ? operation.entries : [],
  ];
  return 1 + changes.length + entries.length;
}

// ── Putting it together ──────────────────────────────────────────────────────────────────────────────

function sections(plan: Plan, parts: Parts, detail: Detail): string[] {
  return [
    ...titled(":no_entry: Refused: this plan must not be applied as it stands", plan.refusals, (all) =>
      refusalsShown(all, parts.refused, plan, detail),
    ),
    ...titled(":ballot_box_with_check: Allowed on purpose", plan.allowed, (all) =>
      refusalsShown(all, parts.allowed, plan, detail),
    ),
    ...titled(":warning: What is removed", parts.removals, (lines) => firstLines(lines, detail.removals)),
    ...titled(":warning: Users who lose a skill", parts.losers, (losers) => {
      const lines = losers.slice(0, detail.removals).map((one) => losersLine(one, detail.people));
      const hidden = losers.length - lines.length;
      return hidden > 0 ? [...lines, `- … and ${count(hidden, "more skill")}`] : lines;
    }),
    ...titled(":warning: To look at", parts.warnings, (lines) => firstLines(lines, detail.removals)),
    ...titled("Renames", parts.renames, (lines) => firstLines(lines, detail.removals)),
    ...parts.changes.flatMap((section) => changesShown(section, detail)),
    ...impactSection(parts, detail),
    ...(parts.graph !== null && detail.hasGraph ? [folded("Graph", parts.graph)] : []),
    ...(parts.diffs && detail.hasDiffs ? [folded("Live against desired", parts.diffs)] : []),
    ...notesSection(parts.notes, detail),
    ...(plan.stages.length > 0 ? [`${costLine(plan)} Fingerprint \`${plan.fingerprint}\`.`] : []),
  ];
}

/** `lines` are those of whole sentences; where those are too long, the few that are left are written anew. */
function refusalsShown(
  refusals: readonly Refusal[],
  lines: readonly string[],
  plan: Plan,
  { refusals: max, sentence }: Detail,
): string[] {
  if (sentence === FULL_SENTENCE) return firstLines(lines, max);
  const hidden = refusals.length - max;
  const shown = refusalLines(refusals.slice(0, max), plan, sentence);
  return hidden > 0 ? [...shown, moreLine(hidden)] : shown;
}

/** As many lines as are read without scrolling. */
const OPEN_LINES = 15;

function changesShown({ title, meaning, lines }: Section, { changes: max }: Detail): string[] {
  const head = [`### ${title}`, ...(meaning === null ? [] : [meaning])];
  if (max === 0) return [...head, `${count(lines.length, "line")} left out.`];
  const shown = firstLines(lines, max).join("\n");
  return [...head, lines.length > OPEN_LINES ? folded(`Show ${count(lines.length, "line")}`, shown) : shown];
}

function impactSection({ impact, givenImpact }: Parts, { impactRows }: Detail): string[] {
  if (impactRows === 0) return [];
  if (givenImpact !== null)
    return Number.isFinite(impactRows) ? [] : [folded("Impact by skill", givenImpact)];
  if (impact.length === 0) return [];
  const rows = impact.slice(0, impactRows);
  const hidden = impact.length - rows.length;
  const more = hidden > 0 ? `\n\n… and ${count(hidden, "more skill")}.` : "";
  return [
    folded("Impact by skill", table(["Skill", "Gain it", "Change proficiency", "Lose it"], rows) + more),
  ];
}

function notesSection(notes: readonly string[], detail: Detail): string[] {
  if (notes.length === 0) return [];
  return detail.notes === 0
    ? [`${count(notes.length, "note")} left out.`]
    : [folded(count(notes.length, "note"), notes.join("\n"))];
}

function titled<T>(title: string, items: readonly T[], lines: (items: readonly T[]) => string[]): string[] {
  return items.length === 0 ? [] : [`### ${title}\n\n${lines(items).join("\n")}`];
}
