/** Phrases as Markdown: escapes names, and links places to lines on GitHub if possible. */
import type { Place } from "../model.ts";
import { UNPRINTABLE } from "../text.ts";
import { codeSpan, inline } from "./markdown-safe.ts";
import type { PhrasePart, Phrase } from "./phrase.ts";
import { placeWords } from "./words.ts";

/** The URL of a line, or null. */
export type LinkTo = (place: Place) => string | null;

export const NO_LINKS: LinkTo = () => null;

/** The repository and commit of a plan's files. */
export interface FilesOnGitHub {
  /** `https://github.com/owner/name`. */
  readonly repositoryUrl: string;
  /** The commit that was planned. */
  readonly commit: string;
}

/** Links to lines of files in the repository; a file outside of it has none. */
export function linksTo({ repositoryUrl, commit }: FilesOnGitHub): LinkTo {
  return ({ file, line, revision = commit }) => {
    const parts = file.split(/[/\\]/);
    const isOutside = /^([/\\]|[a-z]:)/i.test(file) || parts.includes("..");
    if (isOutside || file.search(UNPRINTABLE) !== -1) return null;
    const path = parts.filter((part) => part !== "." && part !== "").map(encodePart);
    return `${repositoryUrl}/blob/${revision}/${path.join("/")}#L${line}`;
  };
}

/** Parentheses would end the link. */
function encodePart(part: string): string {
  return encodeURIComponent(part).replace(/[()*'!]/g, (char) => `%${char.charCodeAt(0).toString(16)}`);
}

export function markdown(phrase: Phrase, linkTo: LinkTo = NO_LINKS): string {
  return phrase.map((part) => partMarkdown(part, linkTo)).join("");
}

function partMarkdown(part: PhrasePart, linkTo: LinkTo): string {
  if (typeof part === "string") return part;
  switch (part.kind) {
    case "data":
      return inline(part.text, part.max);
    case "quote":
      return `“${inline(part.text)}”`;
    case "strong":
      return `**${inline(part.text)}**`;
    case "code":
      return codeSpan(part.text);
    case "place":
      return placeMarkdown(part.place, linkTo);
  }
}

/** `skills/a.yaml:3`, as a link if there is one; the link names the commit. */
function placeMarkdown(place: Place, linkTo: LinkTo): string {
  const link = linkTo(place);
  if (link === null) return codeSpan(placeWords(place));
  const was = place.revision === undefined ? "" : "was ";
  return `[${was}${inline(place.file)}:${place.line}](${link})`;
}
