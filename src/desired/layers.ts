/** Shared declarations and a target's own: an own entry replaces the whole shared entry of the same slug. */
import type { Slug } from "../model.ts";
import { formatPlace } from "../problem.ts";
import type { Catalogue } from "./catalogue.ts";
import { indexDeclarations } from "./catalogue.ts";
import type { Declaration, Declarations } from "./declarations.ts";
import type { OnProblem } from "./problems.ts";
import { byPlace } from "./problems.ts";
import { slugOf } from "./slug.ts";

/** One catalogue of both layers; within a layer every slug must be sound and stand once. */
export function layDeclarations(shared: Declarations, own: Declarations, onProblem: OnProblem): Catalogue {
  const lay = <T extends Declaration>(below: readonly T[], above: readonly T[]): Map<Slug, T> =>
    new Map([...keyBySlug(below, onProblem), ...keyBySlug(above, onProblem)]);
  const skills = lay(shared.skills, own.skills);
  const profiles = lay(shared.profiles, own.profiles);
  return {
    skills: indexDeclarations(skills.values()),
    profiles: indexDeclarations(profiles.values()),
    isWhole: shared.isWhole && own.isWhole,
  };
}

function keyBySlug<T extends Declaration>(declarations: readonly T[], onProblem: OnProblem): Map<Slug, T> {
  const bySlug = new Map<Slug, T>();
  for (const declaration of declarations.toSorted((a, b) => byPlace(a.place, b.place))) {
    const first = bySlug.get(declaration.slug);
    checkSlug(declaration, onProblem);
    if (first) reportRepeat(declaration, first, onProblem);
    else bySlug.set(declaration.slug, declaration);
  }
  return bySlug;
}

function checkSlug(declaration: Declaration, onProblem: OnProblem): void {
  const { explicitSlug, name, slug } = declaration;
  const sound = slugOf(slug);
  if (!explicitSlug && isUsable(slug)) return;
  if (!explicitSlug) {
    onProblem({
      code: "EMPTY_SLUG",
      message: `No slug can be made from the name "${name.value}".`,
      place: name.place,
      hint: "Give it one of its own, made of small letters, digits and hyphens: slug: …",
    });
  } else if (slug !== sound || !isUsable(slug)) {
    onProblem({
      code: "BAD_SLUG",
      message: `"${slug}" is not a slug: small letters, digits and single hyphens are expected.`,
      place: explicitSlug.place,
      hint: isUsable(sound) ? `Write "${sound}".` : "For example: c-plus-plus.",
    });
  }
}

/** JavaScript's objects treat one key unlike all others, and slugs are keys of objects in plans and ledgers. */
function isUsable(slug: Slug): boolean {
  return slug !== "" && slug !== "__proto__";
}

function reportRepeat(second: Declaration, first: Declaration, onProblem: OnProblem): void {
  const isSame = second.name.value === first.name.value;
  onProblem({
    code: "DUPLICATE_SLUG",
    message: isSame
      ? `"${second.name.value}" stands here a second time; the first is at ${formatPlace(first.name.place)}.`
      : `"${second.name.value}" has the slug "${second.slug}", which "${first.name.value}" at ${formatPlace(first.name.place)} has too.`,
    place: second.name.place,
    hint: isSame ? "Put both into one entry." : "Give one of the two a slug of its own: slug: …",
  });
}
