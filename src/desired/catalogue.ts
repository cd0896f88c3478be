/** All declarations for one target: skills and profiles, indexed by name, slug and id, and the users. */
import type { Slug } from "../model.ts";
import { byText, nearest } from "../text.ts";
import type {
  Declaration,
  Mention,
  ProfileDeclaration,
  SkillDeclaration,
  UserDeclaration,
} from "./declarations.ts";
import type { Located } from "./tree.ts";

export interface Catalogue {
  readonly skills: DeclarationIndex<SkillDeclaration>;
  readonly profiles: DeclarationIndex<ProfileDeclaration>;
  /** Sorted by place; several may be about one person. */
  readonly users: readonly UserDeclaration[];
  /** False if something could not be read, so a missing entry may be declared after all. */
  readonly isWhole: boolean;
}

/** Declarations by slug, and by every reference that may name them. */
export interface DeclarationIndex<T extends Declaration> {
  readonly bySlug: ReadonlyMap<Slug, T>;
  readonly byReference: ReadonlyMap<string, T>;
  /** All of what a reference may mean, where that is more than one; then `byReference` has the first. */
  readonly ambiguous: ReadonlyMap<string, readonly T[]>;
}

/** Indexes declarations with unique slugs, in the order of the slugs. */
export function indexDeclarations<T extends Declaration>(declarations: Iterable<T>): DeclarationIndex<T> {
  const sorted = [...declarations].sort((a, b) => byText(a.slug, b.slug));
  const byReference = new Map<string, T>();
  const ambiguous = new Map<string, T[]>();
  for (const declaration of sorted) {
    for (const reference of [declaration.name.value, declaration.slug, declaration.id?.value]) {
      if (reference === undefined) continue;
      const first = byReference.get(reference);
      const all = ambiguous.get(reference);
      if (!first) byReference.set(reference, declaration);
      else if (!all && first !== declaration) ambiguous.set(reference, [first, declaration]);
      else if (all && all.at(-1) !== declaration) all.push(declaration);
    }
  }
  const bySlug = new Map(sorted.map((declaration) => [declaration.slug, declaration]));
  return { bySlug, byReference, ambiguous };
}

/** All declarations that a reference may mean; none or several are the author's mistake. */
export function findAll<T extends Declaration>(index: DeclarationIndex<T>, reference: string): readonly T[] {
  const only = findOnly(index, reference);
  return only ? [only] : (index.ambiguous.get(reference) ?? []);
}

/** The only declaration that a reference may mean; undefined if none or several match. */
export function findOnly<T extends Declaration>(
  index: DeclarationIndex<T>,
  reference: string,
): T | undefined {
  return index.ambiguous.has(reference) ? undefined : index.byReference.get(reference);
}

/**
 * Every name in a target's files: of declared skills and profiles, of undeclared profiles, of groups and of users.
 */
export function namesOf(catalogue: Catalogue): Located[] {
  const { skills, profiles, users } = catalogue;
  return [
    ...[...skills.bySlug.values(), ...profiles.bySlug.values()].flatMap((entry) => [
      entry.name,
      ...entry.groups,
      ...entry.users,
    ]),
    ...findUndeclared(catalogue),
    ...users.map(({ user }) => user),
  ];
}

/** Each mention of a profile that no file declares; such a profile must exist in the organisation. */
export function findUndeclared({ skills, profiles }: Catalogue): Mention[] {
  const assigned = [...skills.bySlug.values()].flatMap((skill) => skill.profiles);
  return assigned.filter((profile) => findAll(profiles, profile.value).length === 0);
}

/** `Did you mean "Billing"?`, or undefined if no name is near. */
export function suggest(index: DeclarationIndex<Declaration>, reference: string): string | undefined {
  const names = [...index.bySlug.values()].map((declaration) => declaration.name.value);
  const meant = nearest(reference, names);
  return meant === undefined ? undefined : `Did you mean "${meant}"?`;
}
