/** Which skills are ours after a run that died, and what follows for those who hold them. */
import type { Ledger, LedgerSkill, Live, LiveSkill, Slug } from "../model.ts";
import type { Intent, Unfinished, Why } from "./intent.ts";

export type SkillsBySlug = ReadonlyMap<Slug, LedgerSkill>;
/** The ids in the organisation, by slug. */
export type LiveIds = ReadonlyMap<Slug, string>;

/** The skills that are ours; adds to `unfinished` what the run left. */
export function resolveSkills(
  old: Ledger,
  intent: Intent,
  live: Live,
  unfinished: Unfinished[],
): SkillsBySlug {
  const skills = new Map(old.skills.map((skill) => [skill.slug, skill]));
  for (const slug of intent.removes.skills) {
    const held = skills.get(slug);
    if (held === undefined) continue;
    const stays = live.skills.kind === "incomplete" || findSkill(live, held) !== undefined;
    if (stays) unfinished.push({ kind: "skill", skill: slug, why: reachable(live) });
    else skills.delete(slug);
  }
  for (const meant of intent.sets.skills) {
    const { ours, why } = judgeSkill(meant, skills.get(meant.slug), live);
    if (ours !== undefined) skills.set(meant.slug, ours);
    if (why !== undefined) unfinished.push({ kind: "skill", skill: meant.slug, why });
  }
  return skills;
}

/** As the run meant it; or, with `why`, as the old ledger has it. */
interface Verdict {
  readonly ours: LedgerSkill | undefined;
  readonly why?: Why;
}

function judgeSkill(meant: LedgerSkill, held: LedgerSkill | undefined, live: Live): Verdict {
  // A run creates a skill only where the ledger's own is gone, so the one that still stands is the one.
  const standing = held?.id == null ? undefined : findSkill(live, held);
  const found = standing ?? findSkill(live, meant);
  if (found === undefined) return { ours: held, why: reachable(live) };
  return {
    ours: {
      slug: meant.slug,
      id: found.id,
      ...resolveTexts(meant, held, found),
      // Live does not show the flag; while in doubt the skill stays protected.
      protected: meant.protected || (held?.protected ?? false),
    },
  };
}

interface Texts {
  readonly name: string;
  readonly description?: string | null;
}

/** The name and description that the ledger should hold: the meant ones where live has them, else the old ones. */
export function resolveTexts(meant: Texts, held: Texts | undefined, found: Texts) {
  const name = found.name === meant.name ? meant.name : (held?.name ?? found.name);
  const reached = meant.description != null && found.description === meant.description;
  const description = reached ? meant.description : held?.description;
  return description == null ? { name } : { name, description };
}

/** By id; one whose id nobody learned, by its exact name, where only one skill has that. */
function findSkill(live: Live, skill: LedgerSkill): LiveSkill | undefined {
  const { entities } = live.skills;
  if (skill.id !== null) return entities.find((entity) => entity.id === skill.id);
  const named = entities.filter((entity) => entity.name === skill.name);
  return named.length === 1 ? named[0] : undefined;
}

function reachable(live: Live): Why {
  return live.skills.kind === "complete" ? "not-reached" : "unknown";
}

/** The old ledger without what it said of skills that are gone: another one may have the slug by now. */
export function dropLostSkills(old: Ledger, skills: SkillsBySlug): Ledger {
  const lost = new Set(
    old.skills.filter((skill) => isLost(skill, skills.get(skill.slug))).map(({ slug }) => slug),
  );
  if (lost.size === 0) return old;
  return {
    ...old,
    profiles: old.profiles.map((profile) => ({
      ...profile,
      skills: profile.skills.filter((slug) => !lost.has(slug)),
    })),
    users: old.users.map((user) => ({
      ...user,
      assignments: Object.fromEntries(Object.entries(user.assignments).filter(([slug]) => !lost.has(slug))),
    })),
  };
}

function isLost(before: LedgerSkill, after: LedgerSkill | undefined): boolean {
  return after === undefined || (before.id !== null && after.id !== before.id);
}

/** The live id of each of the ledger's skills, by slug; those that live lacks are missing. */
export function idsBySlug(skills: SkillsBySlug, live: Live): LiveIds {
  const ids = [...skills.values()].map(
    (skill) => [skill.slug, skill.id ?? findSkill(live, skill)?.id] as const,
  );
  return new Map(ids.flatMap(([slug, id]) => (id === undefined ? [] : [[slug, id] as const])));
}
