/** A graph of profiles and their own skills, small enough to be readable. */
import type { Impact, ProfileImpact, ProfileLink, SkillImpact } from "./facts.ts";
import { isTouched } from "./words.ts";

export interface ImpactGraph {
  /** `changing` if all skills would be too many. */
  readonly scope: "all" | "changing";
  readonly profiles: readonly ProfileImpact[];
  /** Those that some profile names. */
  readonly skills: readonly SkillImpact[];
  /** From a profile to a skill that it names itself. */
  readonly edges: readonly GraphEdge[];
  /** From a profile to one that it extends, by place in `profiles`. */
  readonly extensions: readonly { readonly profile: number; readonly ancestor: number }[];
}

/** By place in `profiles` and in `skills`. */
export interface GraphEdge {
  readonly profile: number;
  readonly skill: number;
  readonly outcome: ProfileLink["outcome"];
}

/** A larger picture is unreadable. */
interface GraphLimits {
  readonly nodes: number;
  readonly edges: number;
}

/** All skills of profiles if they fit the limits, else only changed ones, else null. */
export function graphOf(impact: Impact, limits: GraphLimits): ImpactGraph | null {
  const { profiles } = impact;
  const skills = impact.skills.filter((skill) => ownLinks(skill).length > 0);
  const whole = connect("all", profiles, skills);
  if (fits(whole, limits)) return whole;
  const touched = skills.filter(isTouched);
  const near = new Set(touched.flatMap((skill) => ownLinks(skill).map(({ id }) => id)));
  const part = connect(
    "changing",
    profiles.filter(({ id }) => near.has(id)),
    touched,
  );
  return fits(part, limits) ? part : null;
}

function fits({ profiles, skills, edges, extensions }: ImpactGraph, limits: GraphLimits): boolean {
  const nodes = profiles.length + skills.length;
  return skills.length > 0 && nodes <= limits.nodes && edges.length + extensions.length <= limits.edges;
}

function connect(
  scope: ImpactGraph["scope"],
  profiles: readonly ProfileImpact[],
  skills: readonly SkillImpact[],
): ImpactGraph {
  const placeOf = new Map(profiles.map(({ id }, place) => [id, place]));
  const edges = skills.flatMap((entry, skill) =>
    ownLinks(entry).flatMap(({ id, outcome }) => {
      const profile = placeOf.get(id);
      return profile === undefined ? [] : [{ profile, skill, outcome }];
    }),
  );
  const extensions = profiles.flatMap((entry, profile) =>
    entry.extends.flatMap((id) => {
      const ancestor = placeOf.get(id);
      return ancestor === undefined ? [] : [{ profile, ancestor }];
    }),
  );
  return { scope, profiles, skills, edges, extensions };
}

function ownLinks({ profiles }: SkillImpact): ProfileLink[] {
  return profiles.filter(({ inherited }) => !inherited);
}
