/** Who is to hold a new skill because they hold an old one, or were to be given it by a run that died. */
import type { LiveUser, Slug } from "../../model.ts";
import type { ProfileRow } from "./profiles.ts";
import type { UserRow } from "./users.ts";
import type { OldSkill, Renames } from "./rename.ts";

/** What one user brings along for one new skill. */
export interface Move {
  readonly to: Slug;
  /** The highest of the old skills' proficiencies. */
  readonly proficiency: number;
  /** The old skills that the user holds; empty where only an earlier run owed them the new one. */
  readonly from: readonly OldSkill[];
  /** The proficiency that an earlier run still owed them. */
  readonly owed?: number;
}

/** By new slug; the user's skills are looked at once. */
export function movesOf(user: LiveUser, { byNew, byOldId }: Renames): Map<Slug, Move> {
  const moves = new Map<Slug, Move>();
  for (const [id, proficiency] of user.skills) {
    const found = byOldId.get(id);
    if (!found) continue;
    const { rename, old } = found;
    const known = moves.get(rename.to);
    const highest = Math.max(proficiency, known?.proficiency ?? 0);
    moves.set(rename.to, { to: rename.to, proficiency: highest, from: [...(known?.from ?? []), old] });
  }
  for (const { to, pending } of byNew.values()) {
    const owed = pending.get(user.id);
    if (owed !== undefined)
      moves.set(to, { ...(moves.get(to) ?? { to, proficiency: owed, from: [] }), owed });
  }
  return moves;
}

/**
 * The proficiency at which a user whom the YAML doesn't name for the new skill is to hold it by hand; undefined where
 * they aren't: who had every old skill from us and left the YAML, and everybody where only the YAML says who has it.
 */
export function levelByHand(
  { to, from, owed }: Move,
  row: UserRow,
  { byNew }: Renames,
  exclusive: ReadonlySet<Slug>,
): number | undefined {
  if (exclusive.has(to) || row.cells.some(({ skill, desired }) => skill === to && desired)) return undefined;
  const levels = levelsByHand(from, row);
  if (levels.length > 0) return Math.max(...levels);
  const isDropped = (byNew.get(to)?.olds ?? []).some((old) => isOurs(old, row));
  return isDropped ? undefined : owed;
}

/** The proficiencies of those old skills that the user was given by hand. */
export function levelsByHand(olds: readonly OldSkill[], row: UserRow): number[] {
  return olds.filter((old) => !isOurs(old, row)).map(({ id }) => row.user.skills.get(id) ?? 0);
}

/** The new skills that a routing profile is to have by hand, because it has an old one by hand. */
export function entriesByHand({ live, cells }: ProfileRow, { byOldId }: Renames): ReadonlySet<Slug> {
  const isSettled = (old: Slug, to: Slug): boolean =>
    cells.some(({ skill, ledger, desired }) => (skill === old && ledger) || (skill === to && desired));
  return new Set(
    live.skills.flatMap((id) => {
      const found = byOldId.get(id);
      return found && !isSettled(found.old.slug, found.rename.to) ? found.rename.to : [];
    }),
  );
}

function isOurs({ slug }: OldSkill, { cells }: UserRow): boolean {
  return cells.some(({ skill, ledger }) => skill === slug && ledger !== undefined);
}
