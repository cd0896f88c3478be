/** Who has a skill, who is to have it, and which profiles give it. */
import type { Place } from "../../model.ts";
import { byText } from "../../text.ts";
import { holdingsOfAbsentee, holdingsOfRow } from "./holdings.ts";
import type { Index, KnownSkill } from "./worlds-index.ts";
import type { ProfileFact } from "./profile.ts";
import type { Counts, Holding, SkillFact } from "./holding.ts";
import { countHoldings } from "./holding.ts";

export interface SkillExplanation {
  readonly kind: "skill";
  readonly skill: SkillFact;
  readonly description: string | null;
  /** `dropped`: only the ledger names it; `by-hand`: nothing but the organisation does. */
  readonly standing: "yaml" | "let-go" | "dropped" | "by-hand";
  readonly origin?: Place;
  readonly protected: boolean;
  readonly exclusive: boolean;
  /** What the organisation calls it, where that is another name. */
  readonly liveName?: string;
  /** Live skills that could each be meant, where nobody can tell which; nothing is created until the YAML says. */
  readonly couldBe: readonly string[];
  /** The skills of the organisation whose place it takes. */
  readonly renames: readonly SkillFact[];
  /** The skill that takes its place. */
  readonly renamedTo?: SkillFact;
  /** Whether it stays beside that one, because it was made by hand. */
  readonly isCopied: boolean;
  /** Sorted by name of profile. */
  readonly profiles: readonly ProfileUse[];
  readonly counts: Counts;
  /** Sorted by e-mail; users who aren't active last. */
  readonly holdings: readonly Holding[];
  /** Users who are left out of `holdings`, because the YAML doesn't name them and others may read this. */
  readonly unnamed: number;
}

/** A profile that gives a skill. */
export interface ProfileUse {
  readonly profile: Pick<ProfileFact, "slug" | "name">;
  /** Name of the ancestor that names the skill; absent where the profile does so itself. */
  readonly from?: string;
  readonly proficiency?: number;
  readonly origin: Place;
}

export function explainSkill(skill: KnownSkill, index: Index): SkillExplanation {
  const { fact, desired, ledger, live } = skill;
  const holdings = holdingsOfSkill(skill, index);
  const renamed = index.joined.renames.byOldId.get(live?.id ?? "");
  const renamedTo = renamed && index.skillBySlug.get(renamed.rename.to)?.fact;
  return {
    kind: "skill",
    skill: fact,
    description: desired?.description ?? live?.description ?? ledger?.description ?? null,
    standing: standingOf(skill),
    ...(desired && { origin: desired.origin }),
    protected: desired?.protected ?? ledger?.protected ?? false,
    exclusive: desired?.exclusive ?? false,
    ...(live && live.name !== fact.name && { liveName: live.name }),
    couldBe: index.joined.skills.refusals.flatMap((refusal) =>
      refusal.code === "AMBIGUOUS" && refusal.skill === fact.slug && !live ? refusal.names : [],
    ),
    renames: predecessorsOf(skill, index),
    ...(renamedTo && { renamedTo }),
    isCopied: renamed?.old.ours === false,
    profiles: profilesWith(skill, index),
    counts: countHoldings(holdings),
    holdings,
    unnamed: 0,
  };
}

function standingOf({ desired, ledger }: KnownSkill): SkillExplanation["standing"] {
  if (desired) return desired.managed ? "yaml" : "let-go";
  return ledger ? "dropped" : "by-hand";
}

function holdingsOfSkill(skill: KnownSkill, index: Index): Holding[] {
  return [
    ...index.joined.users.rows.flatMap((row) => holdingsOfRow(row, index, skill)),
    ...index.absentees.flatMap((absentee) =>
      holdingsOfAbsentee(absentee, index).filter((one) => one.skill === skill.fact && one.wanted !== null),
    ),
  ];
}

function predecessorsOf({ slug, desired }: KnownSkill, { joined }: Index): SkillFact[] {
  const olds = (desired && joined.renames.byNew.get(slug)?.olds) ?? [];
  return olds.map(({ slug: old, name, id }) => ({ slug: old, name, id }));
}

function profilesWith({ desired, slug }: KnownSkill, { worlds, profileName }: Index): ProfileUse[] {
  if (!desired) return [];
  return worlds.desired.profiles
    .flatMap((profile) =>
      profile.entries
        .filter((entry) => entry.skill === slug)
        .map(({ from, distance, proficiency, origin }) => ({
          profile: { slug: profile.slug, name: profile.name },
          ...(distance > 0 && { from: profileName(from) }),
          ...(proficiency !== undefined && { proficiency }),
          origin,
        })),
    )
    .sort((a, b) => byText(a.profile.name, b.profile.name));
}
