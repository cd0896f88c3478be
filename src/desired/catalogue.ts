/** All declarations for one target: each skill and profile once, found by name, slug or id; and the users. */
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
  /** Sorted by place; one person may stand in several. */
  readonly users: readonly UserDeclaration[];
  /** False where something could not be read, so that what is not found here may yet be declared. */
  readonly isWhole: boolean;
}

/** Declarations by slug, and by everything that a reference may call them. */
export interface DeclarationIndex<T extends Declaration> {
  readonly bySlug: ReadonlyMap<Slug, T>;
  readonly byReference: ReadonlyMap<string, ReadonlySet<T>>;
}

/** An index of declarations whose slugs all differ; it iterates in the order of the slugs. */
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

/** All that a reference may mean: none or more than one is a mistake of its author. */
export function findAll<T extends Declaration>(index: DeclarationIndex<T>, reference: string): readonly T[] {
  return [...(index.byReference.get(reference) ?? [])];
}

/** The only one that a reference may mean, or undefined. */
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
 * Every name that a target's files give something, or call something that no file declares by: skills and profiles,
 * undeclared profiles, groups and users.
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

/** Each mention of a profile that no file declares: it is looked up in the organisation. */
export function findUndeclared({ skills, profiles }: Catalogue): Mention[] {
  const assigned = [...skills.bySlug.values()].flatMap((skill) => skill.profiles);
  return assigned.filter((profile) => findAll(profiles, profile.value).length === 0);
}

/** `Did you mean "Billing"?`, or undefined where nothing has a name near to it. */
export function suggest(index: DeclarationIndex<Declaration>, reference: string): string | undefined {
  const names = [...index.bySlug.values()].map((declaration) => declaration.name.value);
  const meant = nearest(reference, names);
  return meant === undefined ? undefined : `Did you mean "${meant}"?`;
}
