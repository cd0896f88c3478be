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
  readonly byReference: ReadonlyMap<string, ReadonlySet<T>>;
}

/** Indexes declarations with unique slugs, in the order of the slugs. */
export function indexDeclarations<T extends Declaration>(declarations: Iterable<T>): DeclarationIndex<T> {
  const sorted = [...declarations].sort((a, b) => byText(a.slug, b.slug));
  const byReference = new Map<string, Set<T>>();
  for (const declaration of sorted) {
    for (const reference of [declaration.name.value, declaration.slug, declaration.id?.value]) {
      if (reference === undefined) continue;
      byReference.set(reference, (byReference.get(reference) ?? new Set()).add(declaration));
    }
  }
  return { bySlug: new Map(sorted.map((declaration) => [declaration.slug, declaration])), byReference };
}

/** All declarations that a reference may mean; none or several are the author's mistake. */
export function findAll<T extends Declaration>(index: DeclarationIndex<T>, reference: string): readonly T[] {
  return [...(index.byReference.get(reference) ?? [])];
}

/** The only declaration that a reference may mean; undefined if none or several match. */
export function findOnly<T extends Declaration>(
  index: DeclarationIndex<T>,
  reference: string,
): T | undefined {
  const found = index.byReference.get(reference);
  if (found?.size !== 1) return undefined;
  const [only] = found;
  return only;
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
