/** Lines of Markdown about people: many share one, and each is named as long as there is room. */
import type { Change, Place } from "../../model.ts";
import { count } from "../../text.ts";
import type { Block } from "../fit.ts";
import { folded, inline } from "../markdown-safe.ts";
import type { LinkTo } from "../phrase-markdown.ts";
import { placeMarkdown } from "../phrase-markdown.ts";
import { isNamed } from "./sentences.ts";
import type { Person } from "./view.ts";

/** A change that some people share. */
export interface PeopleLine {
  /** Finished Markdown before their e-mails: `**Billing**, 3 people`. */
  readonly head: string;
  /** None where the line is about no people. */
  readonly people: readonly Person[];
  /** Finished Markdown behind them. */
  readonly tail: string;
  /** How many units of the block it stands for. */
  readonly weight: number;
}

/** Lines that stand open; the others open with a click. */
const OPEN_LINES = 15;

/** E-mails in a line. Those of a longer list follow below all lines. */
const NAMES_IN_LINE = 10;

/** E-mails in a line of those that follow. */
const NAMES_IN_REST = 50;

export interface PeopleBlock extends Pick<Block, "says" | "share"> {
  /** Finished Markdown; none where the block has no lines. */
  readonly title: string;
  readonly lines: readonly PeopleLine[];
  /** The unit of a line's weight: `skill`. */
  readonly unit: string;
  /** Finished Markdown about lines that are left out, behind how many units they stand for. Default: none. */
  readonly besides?: (hidden: readonly PeopleLine[]) => string;
}

export function peopleBlock({ title, lines, unit, besides, ...block }: PeopleBlock): Block {
  const heads = lines.map(headLine);
  const rest = lines.flatMap(restLines);
  const all = [...heads, ...rest];
  return {
    ...block,
    lines: all.length,
    render: (shown) => {
      if (all.length === 0) return "";
      const open = all.slice(0, Math.min(shown, OPEN_LINES, heads.length));
      const closed = all.slice(open.length, shown);
      const hidden = lines.slice(shown);
      const more =
        hidden.length > 0
          ? [`- … and ${count(weightOf(hidden), `more ${unit}`)}${besides?.(hidden) ?? ""}`]
          : [];
      const fold = closed.length > 0 ? [folded(summaryOf(lines, open.length, unit), closed.join("\n"))] : [];
      const list = [...open, ...more].join("\n");
      return [title, ...(list === "" ? [] : [list]), ...fold].join("\n\n");
    },
  };
}

function weightOf(lines: readonly PeopleLine[]): number {
  return lines.reduce((sum, { weight }) => sum + weight, 0);
}

function summaryOf(lines: readonly PeopleLine[], open: number, unit: string): string {
  const hidden = weightOf(lines.slice(open));
  const isRest = lines.some(({ people }) => people.filter(isNamed).length > NAMES_IN_LINE);
  const parts = [
    ...(hidden > 0 ? [count(hidden, `more ${unit}`)] : []),
    ...(isRest ? ["everybody else"] : []),
  ];
  const [first = "", ...others] = parts;
  return [`${first.slice(0, 1).toUpperCase()}${first.slice(1)}`, ...others].join(", and ");
}

/** Users whom neither YAML nor ledger names are counted, unless they lose a skill. */
function headLine({ head, people, tail }: PeopleLine): string {
  const shown = people.filter(isNamed);
  const others = people.length - shown.length;
  const more = shown.length - NAMES_IN_LINE;
  const words = [
    ...shown.slice(0, NAMES_IN_LINE).map(({ ref }) => inline(ref)),
    ...(more > 0 ? [`${more} more`] : []),
    ...(others > 0 ? [`${count(others, "user")} that the YAML doesn't name`] : []),
  ];
  return `- ${head}${words.length > 0 ? `: ${words.join(", ")}` : ""}${tail}`;
}

function restLines({ head, people }: PeopleLine): string[] {
  const rest = people.filter(isNamed).slice(NAMES_IN_LINE);
  const lines: string[] = [];
  for (let at = 0; at < rest.length; at += NAMES_IN_REST) {
    const part = rest.slice(at, at + NAMES_IN_REST).map(({ ref }) => inline(ref));
    lines.push(`- ${head}, among them: ${part.join(", ")}`);
  }
  return lines;
}

const PLACES_SHOWN = 2;

/** Where the changes are asked for, with a space before it, unless that is in many places. */
export function placesOf(changes: readonly Change[], linkTo: LinkTo): string {
  const places = new Map<string, Place>();
  for (const { source } of changes) {
    if (source) places.set(`${source.file}:${source.line}:${source.revision ?? ""}`, source);
    if (places.size > PLACES_SHOWN) return "";
  }
  if (places.size === 0) return "";
  return ` (${[...places.values()].map((place) => placeMarkdown(place, linkTo)).join(", ")})`;
}
