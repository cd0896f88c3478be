/** Sections of a report in Markdown: a title and as many lines as there is room for. */
import { count } from "../text.ts";
import type { Block } from "./fit.ts";
import { folded } from "./markdown-safe.ts";
import type { Phrase } from "./phrase.ts";
import { data, firstOf, listed, phrase, words } from "./phrase.ts";
import type { LinkTo } from "./phrase-markdown.ts";
import { markdown, NO_LINKS } from "./phrase-markdown.ts";
import { unnamedUsers } from "./words.ts";
import type { AffectedPerson } from "./plan/view.ts";
import { isNamed } from "./plan/view.ts";

/** A fact, or a change that several people share. */
export interface SectionLine {
  /** The text before their e-mails: `**Billing**, 3 people`. */
  readonly head: Phrase;
  readonly people: readonly AffectedPerson[];
  /** The text after them. */
  readonly tail: Phrase;
  /** How many units of the section it stands for. */
  readonly weight: number;
  /** It holds something that takes away or overwrites. Default false. */
  readonly takesAway?: boolean;
}

export interface ReportSection extends Pick<Block, "says" | "share"> {
  /** Finished Markdown; empty for none. */
  readonly title: string;
  /** A section without lines is not shown. */
  readonly lines: readonly SectionLine[];
  /** What the weights of the lines count. A section with a unit folds its lines if there are many. */
  readonly unit?: "skill" | "change";
}

export function lineOf(head: Phrase): SectionLine {
  return { head, people: [], tail: [], weight: 1 };
}

/** A line about something that takes away or overwrites. */
export function takingLine(head: Phrase): SectionLine {
  return { ...lineOf(head), takesAway: true };
}

/** Lines that are visible; the others are folded. */
const OPEN_LINES = 15;

/** How many e-mails a line shows. The rest of a longer list follows below all lines. */
const NAMES_IN_LINE = 10;

/** How many e-mails a line of the rest shows. */
const NAMES_IN_REST = 50;

export function toBlock({ title, lines, unit, ...block }: ReportSection, linkTo: LinkTo = NO_LINKS): Block {
  const told = [
    ...lines.map((line) => ({ line, text: headLine(line) })),
    ...lines.flatMap((line) => restLines(line).map((text) => ({ line, text }))),
  ];
  const all = told.map(({ text }) => `- ${markdown(text, linkTo)}`);
  return {
    ...block,
    lines: all.length,
    reviewed: told.findLastIndex(({ line }) => line.takesAway === true) + 1,
    render: (shown) => {
      if (all.length === 0) return "";
      const open = all.slice(0, unit === undefined ? shown : Math.min(shown, OPEN_LINES, lines.length));
      const [closed, hidden] = [all.slice(open.length, shown), lines.slice(shown)];
      const more = hidden.length > 0 ? [`- … and ${moreWords(hidden, unit)}`] : [];
      const fold =
        closed.length > 0 && unit ? folded(summaryOf(lines, open.length, unit), closed.join("\n")) : "";
      return [title, [...open, ...more].join("\n"), fold].filter((part) => part !== "").join("\n\n");
    },
  };
}

/** The block inside a fold. */
export function foldedBlock(summary: string, { render, ...block }: Block): Block {
  const foldAll = (body: string): string => (body === "" ? "" : folded(summary, body));
  return { ...block, render: (shown) => foldAll(render(shown)) };
}

function moreWords(hidden: readonly SectionLine[], unit: ReportSection["unit"]): string {
  if (unit === undefined) return `${hidden.length} more`;
  const losses = hidden.reduce((sum, { people, weight }) => sum + people.length * weight, 0);
  return (
    count(weightOf(hidden), `more ${unit}`) +
    (unit === "skill" ? ` (${count(losses, "loss", "losses")})` : "")
  );
}

function weightOf(lines: readonly SectionLine[]): number {
  return lines.reduce((sum, { weight }) => sum + weight, 0);
}

function summaryOf(lines: readonly SectionLine[], open: number, unit: string): string {
  const hidden = weightOf(lines.slice(open));
  const rests = lines.filter(({ people }) => people.filter(isNamed).length > NAMES_IN_LINE);
  const isRest = rests.length > 0;
  if (hidden === 0) {
    const [only, ...others] = rests.map(({ people }) => people.filter(isNamed).length - NAMES_IN_LINE);
    return only === undefined || others.length > 0
      ? "Everybody else"
      : `The other ${count(only, "person", "people")}`;
  }
  return count(hidden, `more ${unit}`) + (isRest ? ", and everybody else" : "");
}

/** Users that neither YAML nor ledger names are counted, unless they lose a skill. */
function headLine({ head, people, tail }: SectionLine): Phrase {
  const shown = people.filter(isNamed);
  const others = people.length - shown.length;
  const told = [
    ...firstOf(
      shown.map(({ ref }) => [data(ref)]),
      NAMES_IN_LINE,
    ),
    ...(others > 0 ? [words(unnamedUsers(others))] : []),
  ];
  return phrase`${head}${told.length > 0 ? phrase`: ${listed(told)}` : []}${tail}`;
}

function restLines({ head, people }: SectionLine): Phrase[] {
  const rest = people.filter(isNamed).slice(NAMES_IN_LINE);
  return Array.from({ length: Math.ceil(rest.length / NAMES_IN_REST) }, (_, part) => {
    const shown = rest.slice(part * NAMES_IN_REST, (part + 1) * NAMES_IN_REST);
    return phrase`${head}, among them: ${listed(shown.map(({ ref }) => [data(ref)]))}`;
  });
}
