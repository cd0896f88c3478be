/** Rules about references: each leads to one thing, and `extends` never leads back. */
import type { Slug } from "../model.ts";
import { formatPlace } from "../problem.ts";
import type { Catalogue, Index } from "./catalogue.ts";
import { findAll, findOnly, suggest } from "./catalogue.ts";
import type { Declaration, Mention, ProfileDeclaration } from "./declarations.ts";
import type { OnProblem } from "./problems.ts";
import { byPlace } from "./problems.ts";
import { slugOf } from "./slug.ts";
import type { Located } from "./tree.ts";

export function skillsOfProfilesAreKnown(catalogue: Catalogue, onProblem: OnProblem): void {
  for (const profile of catalogue.profiles.bySlug.values()) {
    for (const skill of profile.skills) {
      checkReference(skill, catalogue.skills, "skill", catalogue.isWhole, onProblem);
    }
  }
}

export function extendedProfilesAreKnown(catalogue: Catalogue, onProblem: OnProblem): void {
  for (const profile of catalogue.profiles.bySlug.values()) {
    for (const other of profile.extends) {
      checkReference(other, catalogue.profiles, "profile", catalogue.isWhole, onProblem);
    }
  }
}

function checkReference(
  reference: Located,
  index: Index<Declaration>,
  noun: "skill" | "profile",
  isWhole: boolean,
  onProblem: OnProblem,
): void {
  const found = findAll(index, reference.value);
  if (found.length > 1) reportAmbiguous(reference, found, onProblem);
  // What could not be read may hold what is missing here; a wrong suggestion would only distract.
  if (found.length > 0 || !isWhole) return;
  onProblem({
    code: noun === "skill" ? "UNKNOWN_SKILL" : "UNKNOWN_PROFILE",
    message: `No ${noun} is called "${reference.value}".`,
    place: reference.place,
    hint: () => suggest(index, reference.value) ?? `Declare it under ${noun}s:, or remove it here.`,
  });
}

function reportAmbiguous(reference: Located, found: readonly Declaration[], onProblem: OnProblem): void {
  const places = found.map((one) => `"${one.name.value}" at ${formatPlace(one.place)}`).join(" and ");
  onProblem({
    code: "AMBIGUOUS_REFERENCE",
    message: `"${reference.value}" may mean ${places}.`,
    place: reference.place,
    hint: "Write something that only one of them is called: its name, its slug or its id.",
  });
}

/**
 * A profile that no file declares is looked up in the organisation, so it may have any name; but not one that is
 * as good as a declared one's, nor one that another undeclared name would be mistaken for.
 */
export function assignedProfilesAreClear({ skills, profiles }: Catalogue, onProblem: OnProblem): void {
  const mentions = [...skills.bySlug.values()].flatMap((skill) => skill.profiles);
  const firstBySlug = new Map<Slug, Mention>();
  for (const mention of mentions.toSorted((a, b) => byPlace(a.place, b.place))) {
    const found = findAll(profiles, mention.value);
    if (found.length > 1) reportAmbiguous(mention, found, onProblem);
    if (found.length > 0) continue;
    const slug = slugOf(mention.value);
    const likeIt = profiles.bySlug.get(slug)?.name ?? firstBySlug.get(slug);
    if (slug === "") reportNameless(mention, onProblem);
    else if (likeIt && likeIt.value !== mention.value) reportOtherSpelling(mention, likeIt, onProblem);
    else firstBySlug.set(slug, mention);
  }
}

function reportNameless(mention: Located, onProblem: OnProblem): void {
  onProblem({
    code: "EMPTY_SLUG",
    message: `No slug can be made from the name "${mention.value}".`,
    place: mention.place,
    hint: "Declare this profile under profiles: with a slug of its own.",
  });
}

function reportOtherSpelling(mention: Located, likeIt: Located, onProblem: OnProblem): void {
  onProblem({
    code: "UNCLEAR_PROFILE",
    message: `"${mention.value}" may be the profile "${likeIt.value}" at ${formatPlace(likeIt.place)}, or another one.`,
    place: mention.place,
    hint: `Write "${likeIt.value}" if it is meant; otherwise declare this one under profiles: with a slug of its own.`,
  });
}

/** Of profiles that extend each other in a circle, none would ever be complete. */
export function extendsHasNoCycle({ profiles }: Catalogue, onProblem: OnProblem): void {
  const left = withoutLoose(profiles);
  const visited = new Set<ProfileDeclaration>();
  for (const start of left) {
    const path: ProfileDeclaration[] = [];
    let at: ProfileDeclaration | undefined = start;
    while (at && !visited.has(at)) {
      visited.add(at);
      path.push(at);
      at = parentsOf(at, profiles).find((parent) => left.has(parent));
    }
    const cycle = at ? path.slice(path.indexOf(at)) : [];
    if (at && path.includes(at)) reportCycle(cycle, profiles, onProblem);
  }
}

/** The profiles that are in a cycle, or extend one that is: all others fall away, those without parents first. */
function withoutLoose(profiles: Index<ProfileDeclaration>): Set<ProfileDeclaration> {
  const children = new Map<ProfileDeclaration, ProfileDeclaration[]>();
  const openParents = new Map<ProfileDeclaration, number>();
  for (const profile of profiles.bySlug.values()) {
    const parents = parentsOf(profile, profiles);
    openParents.set(profile, parents.length);
    for (const parent of parents) children.set(parent, [...(children.get(parent) ?? []), profile]);
  }
  const loose = [...openParents].filter(([, count]) => count === 0).map(([profile]) => profile);
  const left = new Set(profiles.bySlug.values());
  for (let profile = loose.pop(); profile; profile = loose.pop()) {
    left.delete(profile);
    for (const child of children.get(profile) ?? []) {
      const count = (openParents.get(child) ?? 0) - 1;
      openParents.set(child, count);
      if (count === 0) loose.push(child);
    }
  }
  return left;
}

function parentsOf(profile: ProfileDeclaration, profiles: Index<ProfileDeclaration>): ProfileDeclaration[] {
  return profile.extends.flatMap((reference) => findOnly(profiles, reference.value) ?? []);
}

function reportCycle(
  cycle: readonly ProfileDeclaration[],
  profiles: Index<ProfileDeclaration>,
  onProblem: OnProblem,
): void {
  const [first] = cycle;
  const next = cycle[1] ?? first;
  const link = first?.extends.find((reference) => findOnly(profiles, reference.value) === next);
  onProblem({
    code: "EXTENDS_CYCLE",
    message: `Profiles extend each other in a circle: ${[...cycle, first].map((profile) => profile?.name.value).join(" → ")}.`,
    place: link?.place,
    hint: "Remove one of these profiles from the extends of another.",
  });
}
