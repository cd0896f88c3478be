/**
 * Makes names safe in Markdown: they can't contain a mention, reference, emoji, link, HTML, table or fence. GitHub
 * looks for mentions, references and emoji in the text of the finished HTML, so escaping their sign doesn't help; an
 * HTML comment or a zero-width space after it does.
 */
import { printable } from "../text.ts";

/** For running text, lists and table cells; cut after `max` characters. Copying it from the page gives the name. */
export function inline(text: string, max = 120): string {
  return pieces(printable(text, max))
    .map(({ kind, text }) =>
      kind === "url" ? codeSpan(text) : escaped(kind === "email" ? text : broken(text)),
    )
    .join("")
    .replace(/^(?=[-+=#])/, "\\")
    .replace(/^(\d+)(?=[.)])/, "$1\\")
    .replace(/^ | $/g, "&#32;")
    .replace(/^\u00a0|\u00a0$/g, "&#160;")
    .replaceAll(BREAK, "<!-- -->");
}

/** A character that printable text never contains. */
const BREAK = "\0";

interface Piece {
  readonly kind: "url" | "email" | "other";
  readonly text: string;
}

/** Splits a text at URLs, which are shown as code, and e-mails, which must stay whole. */
function pieces(text: string): Piece[] {
  const all: Piece[] = [];
  let end = 0;
  for (const { index, 0: found, groups } of text.matchAll(WHOLE)) {
    const kind = groups?.["url"] === undefined ? "email" : "url";
    all.push({ kind: "other", text: text.slice(end, index) }, { kind, text: found });
    end = index + found.length;
  }
  return [...all, { kind: "other", text: text.slice(end) }];
}

/** E-mails that GitHub doesn't read as mentions have a letter or digit before the @ and a domain with a dot after it. */
const WHOLE =
  /(?<url>(?:(?:https?|ftp):\/\/|(?:mailto|xmpp):|www\.)[^\s|]*)|[a-z0-9][a-z0-9._+-]*(?<=[a-z0-9])@[a-z0-9_-]+(?:\.[a-z0-9_-]+)+/gi;

function broken(text: string): string {
  return text
    .replace(SIGNS, `$&${BREAK}`)
    .replace(OPEN_EMOJI, `$&${BREAK}`)
    .replace(HEXADECIMAL, (word) => (word.match(/.{1,6}/g) ?? []).join(BREAK));
}

/** A sign that begins a mention, a reference or an emoji. */
const SIGNS = /@(?=[a-z0-9])|#(?=\d)|GH-(?=\d)|:(?=[\w+-]+:)/gi;

/** A sign at the end of a text that could begin an emoji together with the text after it. */
const OPEN_EMOJI = /:(?=[\w+-]+$)/g;

/** A word that GitHub may take for a commit. */
const HEXADECIMAL = /(?<![0-9a-z])[0-9a-f]{7,40}(?![0-9a-z])/gi;

function escaped(text: string): string {
  return text
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/\\|[`*[\]~]|_(?!(?<=[a-z0-9]_+)_*[a-z0-9])/gi, "\\$&")
    .replace(/\|/g, "&#124;")
    .replace(/\$+/g, "<span>$&</span>");
}

/** For plain text and code, where an HTML comment would be visible: adds a zero-width space after the sign. */
export function unlinked(text: string): string {
  return pieces(text)
    .map(({ kind, text }) => (kind === "email" ? text : text.replace(SIGNS, "$&\u200b")))
    .join("");
}

/** Text to compare or to type, cut after `max` characters. Not for tables, where `|` ends a cell. */
export function codeSpan(text: string, max = 400): string {
  const whole = unlinked(printable(text, max));
  const fence = "`".repeat(longestRun(whole) + 1);
  const pad = /^`|`$|^ .*[^ ].* $/.test(whole) ? " " : "";
  return `${fence}${pad}${whole}${pad}${fence}`;
}

/** A fenced block whose fence is longer than any run of backticks inside. */
export function fenced(language: string, body: string): string {
  const fence = "`".repeat(Math.max(2, longestRun(body)) + 1);
  return `${fence}${language}\n${body.replace(/\n$/, "")}\n${fence}`;
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [row(head), row(head.map(() => "---")), ...rows.map(row)].join("\n");
}

export function folded(summary: string, body: string): string {
  return `<details><summary>${summary}</summary>\n\n${body}\n\n</details>`;
}
