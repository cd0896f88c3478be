/** Merges shared declarations with a target's own: an own entry replaces the whole shared entry with the same key. */
import type { Slug } from "../model.ts";
import { formatPlace } from "../problem.ts";
import type { Catalogue } from "./catalogue.ts";
import { indexDeclarations } from "./catalogue.ts";
import type { Declaration, Declarations, UserDeclaration } from "./declarations.ts";
import type { OnProblem } from "./problems.ts";
import { byPlace } from "./problems.ts";
import { badSlug, isUsable } from "./names.ts";
import { foldName, slugOf } from "../text.ts";

/** Builds one catalogue from both layers; within a layer every slug must be valid and unique. */
export function layerDeclarations(shared: Declarations, own: Declarations, onProblem: OnProblem): Catalogue {
  const lay = <T extends Declaration>(below: readonly T[], above: readonly T[]): Map<Slug, T> => {
    const [replaced, replacing] = [keyBySlug(below, onProblem), keyBySlug(above, onProblem)];
    for (const [slug, entry] of replacing) checkReplacement(entry, replaced.get(slug), onProblem);
    return new Map([...replaced, ...replacing]);
  };
  const skills = lay(shared.skills, own.skills);
  const profiles = lay(shared.profiles, own.profiles);
  return {
    skills: indexDeclarations(skills.values()),
    profiles: indexDeclarations(profiles.values()),
    users: layerUsers(shared.users, own.users),
    isWhole: shared.isWhole && own.isWhole,
  };
}

/** A user in the target's own files replaces that user in the shared ones. */
function layerUsers(shared: readonly UserDeclaration[], own: readonly UserDeclaration[]): UserDeclaration[] {
  const replaced = new Set(own.map(({ user }) => user.value));
  return [...shared.filter(({ user }) => !replaced.has(user.value)), ...own].sort((a, b) =>
    byPlace(a.user.place, b.user.place),
  );
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
  const { writtenSlug, name, slug } = declaration;
  if (writtenSlug) {
    if (slug !== slugOf(slug) || !isUsable(slug)) onProblem(badSlug(writtenSlug));
  } else if (!isUsable(slug)) {
    onProblem({
      code: "EMPTY_SLUG",
      message: `No slug can be computed from the name "${name.value}".`,
      place: name.place,
      hint: "Add one of lower-case letters, digits and hyphens: slug: …",
    });
  }
}

/** A target's `C#` and a shared `C++` have one slug by accident: only a written slug says that one replaces the other. */
function checkReplacement(own: Declaration, shared: Declaration | undefined, onProblem: OnProblem): void {
  if (!shared || own.writtenSlug || foldName(own.name.value) === foldName(shared.name.value)) return;
  onProblem({
    code: "DUPLICATE_SLUG",
    message: `"${own.name.value}" has the same slug, "${own.slug}", as the shared "${shared.name.value}" at ${formatPlace(shared.name.place)}.`,
    place: own.name.place,
    hint: `To replace the shared entry for this target, write its slug here: "slug: ${own.slug}". Otherwise write another slug: "slug: ${own.slug}-2".`,
  });
}

function reportRepeat(second: Declaration, first: Declaration, onProblem: OnProblem): void {
  const isSame = foldName(second.name.value) === foldName(first.name.value);
  onProblem({
    code: "DUPLICATE_SLUG",
    message: isSame
      ? `"${second.name.value}" is declared twice; the first is at ${formatPlace(first.name.place)}.`
      : `"${second.name.value}" has the same slug, "${second.slug}", as "${first.name.value}" at ${formatPlace(first.name.place)}.`,
    place: second.name.place,
    hint: isSame
      ? "Merge the two entries. If they really share a name, give each its id, and one of them another slug."
      : `Give one of the two another slug, for example "slug: ${second.slug}-2".`,
  });
}
