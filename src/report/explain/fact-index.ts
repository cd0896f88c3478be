/** The planner's rows, indexed by skill, user and profile. */
import type { DesiredProfile, SkillId, Slug } from "../../model.ts";
import type { FindChange } from "../../plan/changes.ts";
import { indexChanges } from "../../plan/changes.ts";
import type { SkillSubject, UserSubject } from "../../plan/rows.ts";
import { byText } from "../../text.ts";
import { groupBy } from "../../group-by.ts";
import { memberFinder } from "../planned-rows.ts";
import type { PlannedRows } from "../planned-rows.ts";
import type { SkillFact } from "./assignment.ts";

export interface FactIndex extends PlannedRows {
  readonly findChange: FindChange;
  /** Active users with a row for the skill, or with the skill, sorted by e-mail. */
  readonly usersOf: ReadonlyMap<SkillId, readonly UserSubject[]>;
  /** The entries of the YAML's profiles that name a skill, by its slug; profiles in the order of `desired`. */
  readonly profileEntries: ReadonlyMap<Slug, readonly ProfileEntryOf[]>;
  /** Replaced skills, by the id of the replacing skill. */
  readonly replacedBy: ReadonlyMap<SkillId, readonly SkillSubject[]>;
  readonly findMembers: ReturnType<typeof memberFinder>;
  readonly profileName: (profile: Slug) => string;
}

/** An entry of a profile, with the profile. */
interface ProfileEntryOf {
  readonly profile: DesiredProfile;
  readonly entry: DesiredProfile["entries"][number];
}

export function indexFacts(facts: PlannedRows): FactIndex {
  const { rows, plan, desired } = facts;
  const usersOf = new Map<SkillId, UserSubject[]>();
  for (const user of rows.users) {
    const own = user.rows.flatMap(({ field }) => (field.kind === "skill" ? field.id : []));
    for (const skill of new Set([...own, ...user.user.skills.keys()])) {
      const users = usersOf.get(skill);
      if (users) users.push(user);
      else usersOf.set(skill, [user]);
    }
  }
  const profileNames = new Map(desired.profiles.map(({ slug, name }) => [slug, name]));
  return {
    ...facts,
    findChange: indexChanges(plan),
    usersOf,
    profileEntries: groupBy(
      desired.profiles.flatMap((profile) => profile.entries.map((entry) => ({ profile, entry }))),
      ({ entry }) => entry.skill,
    ),
    replacedBy: groupBy(rows.skills, (skill) => skill.replacedBy),
    findMembers: memberFinder(facts),
    profileName: (profile) => profileNames.get(profile) ?? profile,
  };
}

/** Orders skills by name, ignoring case. */
export function bySkillName(a: SkillFact, b: SkillFact): number {
  return (
    byText(a.name.toLowerCase(), b.name.toLowerCase()) ||
    byText(a.slug, b.slug) ||
    byText(a.id ?? "", b.id ?? "")
  );
}
