/** All that is declared for one target, each skill and profile once, to be found by name, slug or id. */
import type { Slug } from "../model.ts";
import { byText, nearest } from "../text.ts";
import type { Declaration, ProfileDeclaration, SkillDeclaration } from "./declarations.ts";

export interface Catalogue {
  readonly skills: Index<SkillDeclaration>;
  readonly profiles: Index<ProfileDeclaration>;
  /** False where something could not be read, so that what is not found here may yet be declared. */
  readonly isWhole: boolean;
}

/** Declarations by slug, and by everything that a reference may call them. */
export interface Index<T extends Declaration> {
  readonly bySlug: ReadonlyMap<Slug, T>;
  readonly byReference: ReadonlyMap<string, ReadonlySet<T>>;
}

/** An index of declarations whose slugs all differ; it iterates in the order of the slugs. */
export function indexDeclarations<T extends Declaration>(declarations: Iterable<T>): Index<T> {
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
export function findAll<T extends Declaration>(index: Index<T>, reference: string): readonly T[] {
  return [...(index.byReference.get(reference) ?? [])];
}

/** The only one that a reference may mean, or undefined. */
export function findOnly<T extends Declaration>(index: Index<T>, reference: string): T | undefined {
  const [only, ...others] = findAll(index, reference);
  return others.length === 0 ? only : undefined;
}

/** `Did you mean "Billing"?`, or undefined where nothing has a name near to it. */
export function suggest(index: Index<Declaration>, reference: string): string | undefined {
  const names = [...index.bySlug.values()].map((declaration) => declaration.name.value);
  const meant = nearest(reference, names);
  return meant === undefined ? undefined : `Did you mean "${meant}"?`;
}
