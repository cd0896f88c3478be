/**
 * Tree → declarations: the skills and profiles of a file as they are written, references still by name.
 * What does not have the right shape is left out here; the schema's check reports it.
 */
import type { Place, Slug } from "../model.ts";
import { slugOf } from "./slug.ts";
import type { Located, Tree } from "./tree.ts";
import { asText, fieldOf, flagOf, itemsOf, numberOf, textOf } from "./tree.ts";

/** What skills and profiles have in common. */
export interface Declaration {
  /** As written, else made from the name; may be empty. */
  readonly slug: Slug;
  readonly explicitSlug?: Located;
  readonly name: Located;
  readonly id?: Located;
  readonly description?: string;
  /** Where the entry begins. */
  readonly place: Place;
}

export interface SkillDeclaration extends Declaration {
  readonly previously: readonly Located[];
  readonly protected: boolean;
  readonly exclusive?: boolean;
  readonly managed: boolean;
  readonly profiles: readonly Mention[];
  readonly groups: readonly Mention[];
  /** In lower case. */
  readonly users: readonly Mention[];
}

export interface ProfileDeclaration extends Declaration {
  readonly extends: readonly Located[];
  readonly skills: readonly Mention[];
  /** In lower case. */
  readonly users: readonly Located[];
  readonly groups: readonly Located[];
}

/** Somebody or something in a list, maybe with a proficiency. */
export interface Mention extends Located {
  readonly proficiency?: number;
}

export interface Declarations {
  readonly skills: readonly SkillDeclaration[];
  readonly profiles: readonly ProfileDeclaration[];
  /** False where an entry has no readable name, so that what refers to it would look unknown. */
  readonly isWhole: boolean;
}

/** What a skills file declares; a file that is a bare list is a list of skills. */
export function readDeclarations(tree: Tree): Declarations {
  const skillTrees = tree.kind === "list" ? tree.items : itemsOf(tree, "skills");
  const profileTrees = itemsOf(tree, "profiles");
  const skills = skillTrees.flatMap((entry) => readSkill(entry) ?? []);
  const profiles = profileTrees.flatMap((entry) => readProfile(entry) ?? []);
  const hasLists =
    tree.kind === "list" || (isListOrAbsent(tree, "skills") && isListOrAbsent(tree, "profiles"));
  const isWhole = hasLists && skills.length + profiles.length === skillTrees.length + profileTrees.length;
  return { skills, profiles, isWhole };
}

/** The declarations of several files as one. */
export function joinDeclarations(parts: readonly Declarations[]): Declarations {
  return {
    skills: parts.flatMap((part) => part.skills),
    profiles: parts.flatMap((part) => part.profiles),
    isWhole: parts.every((part) => part.isWhole),
  };
}

function readSkill(tree: Tree): SkillDeclaration | undefined {
  const common = readCommon(tree);
  if (!common) return undefined;
  const exclusive = flagOf(tree, "exclusive");
  return {
    ...common,
    previously: readTexts(tree, "previously"),
    protected: flagOf(tree, "protected") ?? false,
    ...(exclusive !== undefined && { exclusive }),
    managed: flagOf(tree, "managed") ?? true,
    profiles: readMentions(tree, "assign_to_profiles", "profile"),
    groups: readMentions(tree, "assign_to_groups", "group"),
    users: readMentions(tree, "assign_to_users", "user").map(toLowerCase),
  };
}

function readProfile(tree: Tree): ProfileDeclaration | undefined {
  const common = readCommon(tree);
  if (!common) return undefined;
  const members = fieldOf(tree, "members") ?? tree;
  return {
    ...common,
    extends: readTexts(tree, "extends"),
    skills: readMentions(tree, "skills", "skill"),
    users: readTexts(members, "users").map(toLowerCase),
    groups: readTexts(members, "groups"),
  };
}

function readCommon(tree: Tree): Declaration | undefined {
  const name = textOf(tree, "name");
  if (!name) return undefined;
  const id = textOf(tree, "id");
  const explicitSlug = textOf(tree, "slug");
  const description = textOf(tree, "description")?.value;
  return {
    slug: explicitSlug?.value ?? slugOf(name.value),
    ...(explicitSlug && { explicitSlug }),
    name,
    ...(id && { id }),
    ...(description !== undefined && { description }),
    place: tree.place,
  };
}

function readMentions(tree: Tree, key: string, nameKey: string): Mention[] {
  return itemsOf(tree, key).flatMap((item) => {
    const name = asText(item) ?? textOf(item, nameKey);
    const proficiency = numberOf(item, "proficiency");
    return name ? [{ ...name, ...(proficiency !== undefined && { proficiency }) }] : [];
  });
}

function readTexts(tree: Tree, key: string): Located[] {
  return itemsOf(tree, key).flatMap((item) => asText(item) ?? []);
}

function toLowerCase<T extends Located>(located: T): T {
  return { ...located, value: located.value.toLowerCase() };
}

function isListOrAbsent(tree: Tree, key: string): boolean {
  return (fieldOf(tree, key)?.kind ?? "list") === "list";
}
