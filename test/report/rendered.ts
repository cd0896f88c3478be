/** Markdown as GitHub turns it into HTML, and the text in which GitHub then looks for mentions and references. */
import { micromark } from "micromark";
import { gfm, gfmHtml } from "micromark-extension-gfm";

export function renderHtml(markdown: string): string {
  return micromark(markdown, {
    allowDangerousHtml: true,
    extensions: [gfm()],
    htmlExtensions: [gfmHtml()],
  });
}

export interface Rendered {
  /** What stands outside links and code, piece by piece: GitHub looks at nothing else. */
  readonly texts: readonly string[];
  /** Everything that people see, with `\n` for the end of a block. */
  readonly visible: string;
  /** The tags, without what they say of themselves. */
  readonly tags: readonly string[];
  /** Where links lead. */
  readonly links: readonly string[];
}

const SKIPPED: readonly string[] = ["a", "code", "pre"];

export function render(markdown: string): Rendered {
  const [texts, tags, links]: [string[], string[], string[]] = [[], [], []];
  const open: string[] = [];
  let visible = "";
  for (const [token] of renderHtml(markdown).matchAll(/<!--[^]*?-->|<\/?[a-z][^>]*>|[^<]+|</gi)) {
    if (token.startsWith("<!--")) continue;
    const tag = /^<(\/?)([a-z][a-z0-9]*)/i.exec(token);
    if (!tag) {
      const text = decode(token);
      visible += text;
      if (!open.some((name) => SKIPPED.includes(name))) texts.push(text);
      continue;
    }
    const [, slash, name = ""] = tag;
    tags.push(`${slash ?? ""}${name}`);
    const [, href] = /href="([^"]*)"/.exec(token) ?? [];
    if (href !== undefined) links.push(decode(href));
    if (slash === "") open.push(name);
    else open.splice(open.lastIndexOf(name), 1);
  }
  return { texts, visible, tags, links };
}

function decode(text: string): string {
  return text
    .replace(/&#(\d+);/g, (_, digits: string) => String.fromCodePoint(Number(digits)))
    .replace(/&#x([0-9a-f]+);/gi, (_, digits: string) => String.fromCodePoint(parseInt(digits, 16)))
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&");
}

/** The tags that make the page what it is: whatever names say, these must be the same. */
export function structure({ tags }: Pick<Rendered, "tags">): string[] {
  return tags.filter((tag) => !["a", "code", "span"].includes(tag.replace("/", "")));
}

/** What GitHub would take for a mention, a reference, an emoji, a commit or a link; our own emoji are meant. */
export function reactions({ texts }: Pick<Rendered, "texts">): string[] {
  const found = texts.flatMap((text) => [...text.matchAll(REACTION)].map(([reaction]) => reaction));
  return found.filter((reaction) => !OWN_EMOJI.includes(reaction));
}

const OWN_EMOJI = [
  ...[":no_entry:", ":ballot_box_with_check:", ":warning:", ":heavy_plus_sign:", ":memo:", ":x:"],
  ...[":scissors:", ":white_check_mark:"],
];

/** Mentions as html-pipeline knew them, and everything else as widely as can be. */
const REACTION =
  /(?<![A-Za-z0-9])@[a-z0-9]|#\d|\bGH-\d|:[\w+-]+:|(?<![0-9a-z])[0-9a-f]{7,40}(?![0-9a-z])|https?:\/\/|\bwww\./gi;
