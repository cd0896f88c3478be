/** Text helpers that every folder may use: safe printing, names, slugs and suggestions. */

/**
 * C0 and C1 controls, line and paragraph separators, bidirectional controls, zero-width characters and
 * lone surrogates: each could move the cursor, forge a line or hide a part of a name. `##[` begins a command
 * for GitHub's runner wherever it stands in a line.
 */
export const UNPRINTABLE =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|\p{Surrogate}|#(?=#\[)/gu;

/** `text` on one line with everything that a terminal or log could act on shown as `\u{…}`, cut after `max` characters. */
export function printable(text: string, max = 200): string {
  const whole = text.replace(UNPRINTABLE, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);
  const points = whole.length > max ? Array.from(whole) : [];
  return points.length > max ? `${points.slice(0, max - 1).join("")}…` : whole;
}

/**
 * `value` as indented JSON that is safe to show: in its strings, everything that a terminal or log could act on is
 * escaped.
 */
export function printableJson(value: unknown): string {
  const escape = (char: string): string =>
    char === "\n" ? char : `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(value, null, 2).replace(UNPRINTABLE, escape);
}

/**
 * The candidate nearest to `word`, ignoring case, or undefined if none is near enough. For an e-mail, the allowed
 * distance depends only on the part before the @, since most users share the rest.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const wanted = word.toLowerCase();
  const at = wanted.indexOf("@");
  const limit = Math.max(1, Math.floor(at === -1 ? wanted.length / 3 : at / 2));
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - wanted.length) >= bestDistance) continue;
    const distance = editDistance(wanted, candidate.toLowerCase(), bestDistance);
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** The Levenshtein distance of two strings, or `limit` as soon as the distance can't be below it. */
function editDistance(a: string, b: string, limit: number): number {
  // A common start and a common end, such as the domain of e-mails, cost nothing.
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let [aEnd, bEnd] = [a.length, b.length];
  while (aEnd > start && bEnd > start && a[aEnd - 1] === b[bEnd - 1]) [aEnd, bEnd] = [aEnd - 1, bEnd - 1];
  const [from, to] = [a.slice(start, aEnd), b.slice(start, bEnd)];
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    let least = row;
    for (let column = 1; column <= to.length; column++) {
      const substitution = (previous[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1);
      const distance = Math.min(substitution, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1);
      current.push(distance);
      least = Math.min(least, distance);
    }
    if (least >= limit) return limit;
    previous = current;
  }
  return previous[to.length] ?? limit;
}

/** Whether the name is of ASCII alone, with single spaces inside, as most are: then no rule of Unicode asks for it. */
export function isOrdinary(name: string): boolean {
  return /^[!-~]+(?: [!-~]+)*$/.test(name);
}

/** A name as it counts where names are compared: in NFC, without case, white space trimmed and squeezed. */
export function foldName(name: string): string {
  if (isOrdinary(name)) return name.toLowerCase();
  return name.normalize("NFC").toLowerCase().normalize("NFC").replace(/\s+/gu, " ").trim();
}

/** `1 skill`, `2 skills`; `plural` where adding an s is not enough. */
export function count(number: number, singular: string, plural = `${singular}s`): string {
  return `${number} ${number === 1 ? singular : plural}`;
}

/** Orders strings by their UTF-16 units, the same on every machine and in every locale. */
export function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * The slug of a skill's or profile's name: `Billing Tier 1` becomes `billing-tier-1`.
 * Empty if the name has no letter, digit or `_` (`+++`): such a name needs an explicit slug.
 */
export function slugOf(name: string): string {
  // The rules of Unicode take long to load.
  if (isOrdinary(name)) return hyphenate(name.toLowerCase().replace(/[^a-z\d_ -]/g, ""));
  // Removing characters can join a letter and an accent that compose, so fold again at the end.
  return foldSlug(hyphenate(foldSlug(name).replace(/[^\p{L}\p{M}\p{Nd}_\s-]/gu, "")));
}

/** Whether a name in the YAML has the form of an id. */
export function isUuid(text: string): boolean {
  return /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/iu.test(text);
}

const NEW = "new:";

/** The id of a skill until its creation is confirmed. */
export function newSkillId(slug: string): string {
  return `${NEW}${slug}`;
}

export function isNewSkillId(id: string): boolean {
  return id.startsWith(NEW);
}

/** The slug in the id of a skill that is not created yet; undefined for a live id. */
export function slugOfNewSkill(id: string): string | undefined {
  return isNewSkillId(id) ? id.slice(NEW.length) : undefined;
}

function foldSlug(text: string): string {
  return text.normalize("NFKC").toLowerCase().normalize("NFKC");
}

function hyphenate(text: string): string {
  return text.replace(/[\s-]+/g, "-").replace(/^-|-$/g, "");
}

/** The day so many days after `day`, both `YYYY-MM-DD`. */
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}
