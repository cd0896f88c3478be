/** What an id may be. Ids end up in paths and file names, so a wrong one is refused where it enters. */

/** Genesys's ids have 36 characters, those of a gateway perhaps more. */
const MAX_LENGTH = 200;

/**
 * Why `id` is no id, as a phrase that follows "is", or undefined where it may be one. Says nothing of its
 * text, which may be anybody's data.
 */
export function flawOfId(id: string): string | undefined {
  if (id === "") return "empty";
  if (id === "." || id === "..") return "a step in a path";
  if (id.length > MAX_LENGTH) return `a text of ${id.length} characters`;
  if (/[/\\]/u.test(id)) return "a text with a slash";
  if (/\p{Cc}|\p{Surrogate}/u.test(id)) return "a text with a control character";
  return undefined;
}
