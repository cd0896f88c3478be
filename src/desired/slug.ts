import type { Slug } from "../model.ts";

/**
 * The slug of a skill's or profile's name: `Billing Tier 1` becomes `billing-tier-1`.
 * Empty where the name holds no letter, digit or `_` (`+++`): such a name needs an explicit slug.
 */
export function slugOf(name: string): Slug {
  // Removing characters can bring a letter and an accent together that compose, so fold once more at the end.
  return fold(squeeze(fold(name)));
}

function fold(text: string): string {
  return text.normalize("NFKC").toLowerCase().normalize("NFKC");
}

function squeeze(text: string): string {
  return text
    .replace(/[^\p{L}\p{M}\p{Nd}_\s-]/gu, "")
    .replace(/[\s-]+/gu, "-")
    .replace(/^-|-$/gu, "");
}
