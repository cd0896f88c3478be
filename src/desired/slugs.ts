/** Slugs that somebody wrote, and what is wrong with them. */
import type { Slug } from "../model.ts";
import { slugOf } from "../text.ts";
import type { ProblemDraft } from "./problems.ts";
import type { Located } from "./tree.ts";

/** JavaScript's objects treat one key unlike all others, and slugs are keys of objects in plans and ledgers. */
export function isUsable(slug: Slug): boolean {
  return slug !== "" && slug !== "__proto__";
}

/** The problem of a text that is no slug, with the slug that can be made of it. */
export function badSlug({ value, place }: Located): ProblemDraft {
  const sound = slugOf(value);
  return {
    code: "BAD_SLUG",
    message: `"${value}" is not a slug: small letters, digits and single hyphens are expected.`,
    place,
    hint: isUsable(sound) ? `Write "${sound}".` : "For example: c-plus-plus.",
  };
}
