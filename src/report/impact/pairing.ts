/** Which live skill the YAML and the plan mean by a slug. */
import type { DesiredSkill, LiveSkill, Slug } from "../../model.ts";
import { byText } from "../../text.ts";
import type { ImpactWorlds } from "./facts.ts";

/**
 * Ids of live skills by slug. The plan has paired them already, with the ledger's help; what the plan leaves out
 * goes by the id that the YAML names, then by exact name, then as the only one left of its slug.
 */
export function pairSkills({ desired, live, plan }: ImpactWorlds): Map<Slug, string> {
  const paired = new Map<Slug, string>();
  const free = new Map(live.skills.entities.map((skill) => [skill.id, skill]));
  const claim = (slug: Slug, id: string | null | undefined): void => {
    if (id !== null && id !== undefined && free.delete(id)) paired.set(slug, id);
  };
  const planned = new Map(Object.entries(plan?.skills ?? {}));
  for (const [slug, { id }] of planned) claim(slug, id);

  const left = desired.skills.filter(({ slug }) => !planned.has(slug));
  for (const { slug, id } of left) claim(slug, id);
  const rest = left.filter(({ slug, id }) => id === undefined && !paired.has(slug));
  claimEach(rest, claim, indexBy(free.values(), "name"), "name");
  const unnamed = rest.filter(({ slug }) => !paired.has(slug));
  claimEach(unnamed, claim, indexBy(free.values(), "slug"), "slug");
  return paired;
}

function claimEach(
  skills: readonly DesiredSkill[],
  claim: (slug: Slug, id: string) => void,
  candidates: ReadonlyMap<string, readonly LiveSkill[]>,
  key: "name" | "slug",
): void {
  for (const skill of skills) {
    const [only, ...others] = candidates.get(skill[key]) ?? [];
    if (only && others.length === 0) claim(skill.slug, only.id);
  }
}

function indexBy(skills: Iterable<LiveSkill>, key: "name" | "slug"): Map<string, LiveSkill[]> {
  const index = new Map<string, LiveSkill[]>();
  for (const skill of [...skills].sort((a, b) => byText(a.id, b.id))) {
    const same = index.get(skill[key]) ?? [];
    same.push(skill);
    index.set(skill[key], same);
  }
  return index;
}
