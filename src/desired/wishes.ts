/** What the declarations wish for users and for the members of groups, and through what. */
import type { DesiredGroup, DesiredUser, Place, Slug, Wish } from "../model.ts";
import { byText } from "../text.ts";
import type { Catalogue } from "./catalogue.ts";
import type { Mention, ProfileDeclaration, SkillDeclaration } from "./declarations.ts";
import { groupBy } from "./group-by.ts";
import type { Source } from "./inherit.ts";
import { byPlace } from "./problems.ts";
import type { Located } from "./tree.ts";

/** A user or group that something names, and what is wished for it there. */
interface Named {
  readonly name: Located;
  readonly wishes: readonly Wish[];
}

type Sources = ReadonlyMap<Slug, readonly Source[]>;

/** Every user that is named, sorted; one wish for each skill and source. */
export function collectUsers({ skills, profiles }: Catalogue, sources: Sources): DesiredUser[] {
  const named = [
    ...nameDirectly([...skills.bySlug.values()], (skill) => skill.users, { kind: "user", closeness: 0 }),
    ...nameByProfile([...profiles.bySlug.values()], (profile) => profile.users, sources),
  ];
  return gather(named).map(({ name, wishes, origin }) => ({ user: name, wishes, origin }));
}

/** Every group that is named, sorted; one wish for each skill and source. */
export function collectGroups({ skills, profiles }: Catalogue, sources: Sources): DesiredGroup[] {
  const named = [
    ...nameDirectly([...skills.bySlug.values()], (skill) => skill.groups, { kind: "group", closeness: 1 }),
    ...nameByProfile([...profiles.bySlug.values()], (profile) => profile.groups, sources),
  ];
  return gather(named).map(({ name, wishes, origin }) => ({ group: name, wishes, origin }));
}

function nameDirectly(
  skills: readonly SkillDeclaration[],
  listOf: (skill: SkillDeclaration) => readonly Mention[],
  via: Wish["via"],
): Named[] {
  return skills.flatMap((skill) =>
    listOf(skill).map((mention) => {
      const { place: origin, proficiency } = mention;
      return {
        name: mention,
        wishes: [{ skill: skill.slug, ...(proficiency !== undefined && { proficiency }), via, origin }],
      };
    }),
  );
}

function nameByProfile(
  profiles: readonly ProfileDeclaration[],
  listOf: (profile: ProfileDeclaration) => readonly Located[],
  sources: Sources,
): Named[] {
  return profiles.flatMap((profile) => {
    const wishes = (sources.get(profile.slug) ?? []).map((source) => wishThrough(profile.slug, source));
    return listOf(profile).map((name) => ({ name, wishes }));
  });
}

function wishThrough(profile: Slug, { skill, proficiency, from, distance, origin }: Source): Wish {
  return {
    skill,
    ...(proficiency !== undefined && { proficiency }),
    via: { kind: "profile", closeness: 2 + distance, profile, from },
    origin,
  };
}

/** All that is wished for one name, in a fixed order, and where that name stands first. */
function gather(named: readonly Named[]): { name: string; wishes: Wish[]; origin: Place }[] {
  const byName = groupBy(named, ({ name }) => name.value);
  const sorted = [...byName].sort(([a], [b]) => byText(a, b));
  return sorted.flatMap(([name, mentions]) => {
    const [first] = mentions.map((mention) => mention.name.place).sort(byPlace);
    const wishes = mentions.flatMap((mention) => mention.wishes).sort(byWish);
    return first ? [{ name, wishes, origin: first }] : [];
  });
}

function byWish(a: Wish, b: Wish): number {
  return (
    byText(a.skill, b.skill) ||
    a.via.closeness - b.via.closeness ||
    byText(profileOf(a), profileOf(b)) ||
    byPlace(a.origin, b.origin)
  );
}

function profileOf({ via }: Wish): string {
  return via.kind === "profile" ? `${via.profile}\n${via.from}` : "";
}
