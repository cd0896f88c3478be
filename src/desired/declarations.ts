/**
 * Tree → declarations: the skills, profiles and users of a file as they are written, references still by name.
 * Values of the wrong shape are skipped here; the schema check reports them.
 */
import type { Place, Slug } from "../model.ts";
import { normalizeName } from "./names.ts";
import type { Located, Tree, TreeField } from "./tree.ts";
import { asNumber, asText, fieldOf, flagOf, itemsOf, numberOf, textOf } from "./tree.ts";
import { slugOf } from "../text.ts";

/** The fields that skills and profiles have in common. */
export interface Declaration {
  /** As written, or computed from the name; may be empty. */
  readonly slug: Slug;
  readonly writtenSlug?: Located;
  readonly name: Located;
  /** The id for the target that is read. */
  readonly id?: Located;
  /** The names of the targets that have an id. */
  readonly idTargets: readonly Located[];
  readonly description?: string;
  /** Where the entry begins. */
  readonly place: Place;
}

export interface SkillDeclaration extends Declaration {
  readonly division?: string;
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
  readonly users: readonly Dated[];
  readonly groups: readonly Located[];
}

/** A user with profiles and skills, as written under `users:`. */
export interface UserDeclaration {
  /** In lower case. */
  readonly user: Located;
  readonly profiles: readonly Dated[];
  /** Each with the place of its name. */
  readonly skills: readonly Mention[];
}

/** A name in a list, with optional first and last days. */
export interface Dated extends Located {
  /** The first day, as written: `YYYY-MM-DD`. */
  readonly from?: Located;
  /** The last day. */
  readonly until?: Located;
}

/** A name in a list, with an optional proficiency. */
export interface Mention extends Dated {
  readonly proficiency?: number;
}

export interface Declarations {
  readonly skills: readonly SkillDeclaration[];
  readonly profiles: readonly ProfileDeclaration[];
  readonly users: readonly UserDeclaration[];
  /** False if an entry has no readable name: references to it must not be reported as unknown. */
  readonly isWhole: boolean;
}

/**
 * Reads the declarations of a skills file; a bare list is a list of skills. Where ids are written per target,
 * reads the id of `target`; without a target, reads only ids that apply to every target.
 */
export function readDeclarations(tree: Tree, target?: string): Declarations {
  const skillTrees = tree.kind === "list" ? tree.items : itemsOf(tree, "skills");
  const profileTrees = itemsOf(tree, "profiles");
  const skills = skillTrees.flatMap((entry) => readSkill(entry, target) ?? []);
  const profiles = profileTrees.flatMap((entry) => readProfile(entry, target) ?? []);
  const users = itemsOf(tree, "users").flatMap((entry) => readUser(entry) ?? []);
  const hasLists =
    tree.kind === "list" || (isListOrAbsent(tree, "skills") && isListOrAbsent(tree, "profiles"));
  const isWhole = hasLists && skills.length + profiles.length === skillTrees.length + profileTrees.length;
  return { skills, profiles, users, isWhole };
}

/** Joins the declarations of several files. */
export function joinDeclarations(parts: readonly Declarations[]): Declarations {
  return {
    skills: parts.flatMap((part) => part.skills),
    profiles: parts.flatMap((part) => part.profiles),
    users: parts.flatMap((part) => part.users),
    isWhole: parts.every((part) => part.isWhole),
  };
}

function readSkill(tree: Tree, target: string | undefined): SkillDeclaration | undefined {
  const common = readCommon(tree, target);
  if (!common) return undefined;
  const exclusive = flagOf(tree, "exclusive");
  const division = textOf(tree, "division");
  return {
    ...common,
    ...(division && { division: toName(division).value }),
    previously: readNames(tree, "previously"),
    protected: flagOf(tree, "protected") ?? false,
    ...(exclusive !== undefined && { exclusive }),
    managed: flagOf(tree, "managed") ?? true,
    profiles: readMentions(tree, "assign_to_profiles", "profile"),
    groups: readMentions(tree, "assign_to_groups", "group"),
    users: readMentions(tree, "assign_to_users", "user").map(toLowerCase),
  };
}

function readProfile(tree: Tree, target: string | undefined): ProfileDeclaration | undefined {
  const common = readCommon(tree, target);
  if (!common) return undefined;
  const members = fieldOf(tree, "members") ?? tree;
  return {
    ...common,
    extends: readNames(tree, "extends"),
    skills: readMentions(tree, "skills", "skill"),
    users: readMentions(members, "users", "user").map(toLowerCase),
    groups: readNames(members, "groups"),
  };
}

function readUser(tree: Tree): UserDeclaration | undefined {
  const user = textOf(tree, "user");
  if (!user) return undefined;
  const skills = fieldOf(tree, "skills");
  return {
    user: toLowerCase(toName(user)),
    profiles: readMentions(tree, "profiles", "profile"),
    skills: skills?.kind === "mapping" ? [...skills.fields].map(readProficiency) : [],
  };
}

/** A field such as `Billing Tier 1: 4`, `Web Chat:` or `Returns: { proficiency: 3, until: 2027-01-06 }`. */
function readProficiency([name, { place, value }]: readonly [string, TreeField]): Mention {
  const proficiency = value.kind === "scalar" ? asNumber(value) : numberOf(value, "proficiency");
  const named = { value: normalizeName(name), place, ...(proficiency !== undefined && { proficiency }) };
  return value.kind === "scalar" ? named : { ...named, ...readDays(value) };
}

function readCommon(tree: Tree, target: string | undefined): Declaration | undefined {
  const text = textOf(tree, "name");
  if (!text) return undefined;
  const name = toName(text);
  const ids = fieldOf(tree, "id");
  const id = ids && (asText(ids) ?? (target === undefined ? undefined : textOf(ids, target)));
  const writtenSlug = textOf(tree, "slug");
  const description = textOf(tree, "description")?.value;
  return {
    slug: writtenSlug?.value ?? slugOf(name.value),
    ...(writtenSlug && { writtenSlug }),
    name,
    ...(id && { id }),
    idTargets: ids?.kind === "mapping" ? [...ids.fields].map(([value, { place }]) => ({ value, place })) : [],
    ...(description !== undefined && { description }),
    place: tree.place,
  };
}

function readMentions(tree: Tree, key: string, nameKey: string): Mention[] {
  return itemsOf(tree, key).flatMap((item) => {
    const name = asText(item) ?? textOf(item, nameKey);
    const proficiency = numberOf(item, "proficiency");
    if (!name) return [];
    return [{ ...toName(name), ...(proficiency !== undefined && { proficiency }), ...readDays(item) }];
  });
}

function readDays(tree: Tree): Pick<Dated, "from" | "until"> {
  const [from, until] = [textOf(tree, "from"), textOf(tree, "until")];
  return { ...(from && { from }), ...(until && { until }) };
}

function readNames(tree: Tree, key: string): Located[] {
  return itemsOf(tree, key)
    .flatMap((item) => asText(item) ?? [])
    .map(toName);
}

function toName(text: Located): Located {
  return { ...text, value: normalizeName(text.value) };
}

function toLowerCase<T extends Located>(located: T): T {
  return { ...located, value: located.value.toLowerCase() };
}

function isListOrAbsent(tree: Tree, key: string): boolean {
  return (fieldOf(tree, key)?.kind ?? "list") === "list";
}
