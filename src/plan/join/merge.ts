/** Merges all that the YAML wishes for one user into one wanted level per skill. */
import type { Place, Slug, Wish } from "../../model.ts";
import { byText } from "../../text.ts";

/** A wish together with the group that carried it to the user, if one did. */
export interface CarriedWish {
  readonly wish: Wish;
  readonly group?: string;
}

/** What the YAML wants of one user and one skill. */
export interface Want {
  readonly skill: Slug;
  /** Absent: any proficiency will do. */
  readonly proficiency?: number;
  /** The line that decided. */
  readonly origin: Place;
  /** The group through which it came, where it came through groups alone; the first by name. */
  readonly group?: string;
}

/** One want per skill, by slug. */
export function mergeWishes(carried: readonly CarriedWish[]): Map<Slug, Want> {
  const bySkill = new Map<Slug, CarriedWish[]>();
  for (const one of carried) {
    const wishes = bySkill.get(one.wish.skill);
    if (wishes) wishes.push(one);
    else bySkill.set(one.wish.skill, [one]);
  }
  return new Map([...bySkill].map(([skill, wishes]) => [skill, strongest(wishes)]));
}

/** The closest source that names a proficiency decides; of equally close ones the highest. */
function strongest(carried: readonly CarriedWish[]): Want {
  const { wish } = carried.reduce((best, next) => (byStrength(next, best) < 0 ? next : best));
  const groups = carried.flatMap(({ group }) => group ?? []);
  const group = groups.length === carried.length ? groups.sort(byText)[0] : undefined;
  return {
    skill: wish.skill,
    origin: wish.origin,
    ...(wish.proficiency !== undefined && { proficiency: wish.proficiency }),
    ...(group !== undefined && { group }),
  };
}

/** Sources that name a proficiency first, then the closest, then the highest; places break ties for good. */
export function byStrength({ wish: a }: CarriedWish, { wish: b }: CarriedWish): number {
  const named = Number(b.proficiency !== undefined) - Number(a.proficiency !== undefined);
  return (
    named ||
    a.via.closeness - b.via.closeness ||
    (b.proficiency ?? 0) - (a.proficiency ?? 0) ||
    byText(a.origin.file, b.origin.file) ||
    a.origin.line - b.origin.line ||
    a.origin.column - b.origin.column
  );
}
