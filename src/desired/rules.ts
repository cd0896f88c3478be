/** The rules for declarations beyond their shape; here those about references, and how many skills a user has. */
import type { Desired, Slug } from "../model.ts";
import { formatPlace } from "../problem.ts";
import { slugOf } from "../text.ts";
import type { Catalogue, DeclarationIndex } from "./catalogue.ts";
import { findAll, findOnly, suggest } from "./catalogue.ts";
import { checkDays } from "./days.ts";
import type { Declaration, Mention, ProfileDeclaration } from "./declarations.ts";
import { findDistances, MAX_STEPS } from "./inherit.ts";
import {
  checkCharacters,
  checkPreviousNames,
  checkReleases,
  checkRepeats,
  checkUniqueIds,
  checkUniqueNames,
} from "./name-rules.ts";
import { remarkOnOddName } from "./names.ts";
import type { OnProblem } from "./problems.ts";
import { byPlace } from "./problems.ts";
import type { Located } from "./tree.ts";

type Rule = (catalogue: Catalogue, onProblem: OnProblem) => void;

const RULES: readonly Rule[] = [
  checkCharacters,
  checkUniqueNames,
  checkUniqueIds,
  checkPreviousNames,
  checkReleases,
  checkRepeats,
  checkSkillReferences,
  checkProfileReferences,
  checkExtendsCycles,
  checkExtendsDepth,
  checkAssignedProfiles,
  checkDays,
];

/** Applies every rule. */
export function checkRules(catalogue: Catalogue, onProblem: OnProblem): void {
  for (const rule of RULES) rule(catalogue, onProblem);
}

function checkSkillReferences(catalogue: Catalogue, onProblem: OnProblem): void {
  const renamed = new Map(
    [...catalogue.skills.bySlug.values()].flatMap(({ previously, name }) =>
      previously.map((previous) => [previous.value, name.value] as const),
    ),
  );
  for (const profile of catalogue.profiles.bySlug.values()) {
    for (const skill of profile.skills) {
      checkReference(skill, catalogue.skills, "skill", catalogue.isWhole, onProblem, renamed);
    }
  }
  for (const { skills } of catalogue.users) {
    for (const skill of skills)
      checkReference(skill, catalogue.skills, "skill", catalogue.isWhole, onProblem, renamed);
  }
}

/** Reports undeclared profiles that others extend or that users have: their skills would be unknown. */
function checkProfileReferences(catalogue: Catalogue, onProblem: OnProblem): void {
  const extended = [...catalogue.profiles.bySlug.values()].flatMap((profile) => profile.extends);
  const carried = catalogue.users.flatMap((user) => user.profiles);
  for (const profile of [...extended, ...carried])
    checkReference(profile, catalogue.profiles, "profile", catalogue.isWhole, onProblem);
}

function checkReference(
  reference: Located,
  index: DeclarationIndex<Declaration>,
  noun: "skill" | "profile",
  isWhole: boolean,
  onProblem: OnProblem,
  renamed?: ReadonlyMap<string, string>,
): void {
  if (findOnly(index, reference.value)) return;
  const found = findAll(index, reference.value);
  if (found.length > 1) reportAmbiguous(reference, found, onProblem);
  // A file that could not be read may declare it.
  if (found.length > 0 || !isWhole) return;
  const newName = renamed?.get(reference.value);
  onProblem({
    code: noun === "skill" ? "UNKNOWN_SKILL" : "UNKNOWN_PROFILE",
    message: `No ${noun} is called "${reference.value}".`,
    place: reference.place,
    hint: () =>
      newName === undefined
        ? remedyFor(noun, suggest(index, reference.value), remarkOnOddName(reference.value))
        : `It is called "${newName}" now: write that name here too.`,
  });
}

/** An odd name is a slip; another may be one, or the name of what is gone or not there yet. */
function remedyFor(noun: string, suggestion: string | undefined, remark: string): string {
  if (suggestion === undefined) return `Declare it under ${noun}s:, or remove it here.${remark}`;
  return `${suggestion}${remark || ` If not, declare it under ${noun}s:, or remove it here.`}`;
}

function reportAmbiguous(reference: Located, found: readonly Declaration[], onProblem: OnProblem): void {
  const places = found.map((one) => `"${one.name.value}" at ${formatPlace(one.place)}`).join(" and ");
  onProblem({
    code: "AMBIGUOUS_REFERENCE",
    message: `"${reference.value}" may mean ${places}.`,
    place: reference.place,
    hint: "Write a name, slug or id that only one of them has.",
  });
}

/**
 * Reports undeclared profiles whose name is too similar to another profile's. They are looked up in the organisation,
 * so any other name is allowed.
 */
function checkAssignedProfiles({ skills, profiles }: Catalogue, onProblem: OnProblem): void {
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
    message: `No slug can be computed from the name "${mention.value}".`,
    place: mention.place,
    hint: "Declare this profile under profiles: with its own slug.",
  });
}

function reportOtherSpelling(mention: Located, likeIt: Located, onProblem: OnProblem): void {
  onProblem({
    code: "UNCLEAR_PROFILE",
    message: `"${mention.value}" may be the profile "${likeIt.value}" at ${formatPlace(likeIt.place)}, or another one.`,
    place: mention.place,
    hint: `Write "${likeIt.value}" if you mean that profile; otherwise declare this one under profiles: with its own slug.`,
  });
}

/** Reports profiles that extend each other in a cycle. */
function checkExtendsCycles({ profiles }: Catalogue, onProblem: OnProblem): void {
  const done = new Set<ProfileDeclaration>();
  for (const start of profiles.bySlug.values()) {
    // The open steps of a depth-first walk. Without recursion, since a chain may be longer than the call stack.
    const path: CycleStep[] = done.has(start) ? [] : [{ profile: start, next: 0 }];
    for (let step = path.at(-1); step; step = path.at(-1)) {
      const link = step.profile.extends[step.next++];
      if (!link) {
        done.add(step.profile);
        path.pop();
        continue;
      }
      const parent = findOnly(profiles, link.value);
      if (!parent || done.has(parent)) continue;
      const begin = path.findIndex((open) => open.profile === parent);
      if (begin === -1) path.push({ profile: parent, next: 0 });
      else reportCycle([...path.slice(begin).map((open) => open.profile), parent], link, onProblem);
    }
  }
}

/** A profile, and the next position in its `extends` to follow. */
interface CycleStep {
  readonly profile: ProfileDeclaration;
  next: number;
}

function reportCycle(cycle: readonly ProfileDeclaration[], link: Located, onProblem: OnProblem): void {
  onProblem({
    code: "EXTENDS_CYCLE",
    message: `Profiles extend each other in a cycle: ${cycle.map((profile) => profile.name.value).join(" → ")}.`,
    place: link.place,
    hint: "Remove one of these profiles from the extends of another.",
  });
}

/** Reports profiles with an ancestor more than `MAX_STEPS` steps away. */
function checkExtendsDepth({ profiles }: Catalogue, onProblem: OnProblem): void {
  const parentsOf = (slug: Slug): Slug[] =>
    (profiles.bySlug.get(slug)?.extends ?? []).flatMap((link) => findOnly(profiles, link.value)?.slug ?? []);
  for (const profile of profiles.bySlug.values()) {
    const farthest = Math.max(...findDistances(profile.slug, parentsOf).values());
    if (farthest <= MAX_STEPS) continue;
    onProblem({
      code: "EXTENDS_TOO_DEEP",
      message: `"${profile.name.value}" extends a profile that extends another, and so on for more than ${MAX_STEPS} steps.`,
      place: profile.name.place,
      hint: "Let profiles extend the ones that they need directly.",
    });
  }
}

/** The maximum number of skills of a user. */
export const MAX_SKILLS_PER_USER = 50;

/** Reports each user with too many skills in the YAML, without counting groups and manual skills. */
export function checkSkillCounts(desired: Desired, onProblem: OnProblem): void {
  const managed = new Set(desired.skills.filter((skill) => skill.managed).map((skill) => skill.slug));
  for (const { user, sources, source } of desired.users) {
    if (sources.length <= MAX_SKILLS_PER_USER) continue;
    const skills = new Set(sources.map(({ skill }) => skill).filter((skill) => managed.has(skill)));
    if (skills.size <= MAX_SKILLS_PER_USER) continue;
    const profiles = new Set(sources.flatMap(({ via }) => (via.kind === "profile" ? [via.profile] : [])));
    const through = profiles.size > 0 ? ` Some skills come from profiles: ${[...profiles].join(", ")}.` : "";
    onProblem({
      code: "TOO_MANY_SKILLS",
      message: `${user} would have ${skills.size} skills; a user can hold ${MAX_SKILLS_PER_USER}.`,
      place: source,
      hint: `Remove the user from some lists.${through}`,
    });
  }
}
