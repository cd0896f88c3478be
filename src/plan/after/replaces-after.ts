/**
 * The renames that stand in the ledger after an apply: each until its old skill is gone and everybody has the new
 * one; a stranger's, until everybody has the new one.
 */
import type {
  AssignmentChange,
  ChangeProficiency,
  GainSkill,
  LedgerReplace,
  PendingHolder,
  Slug,
} from "../../model.ts";
import { byText } from "../../text.ts";
import type { Joined } from "../join/join.ts";
import type { UserRow } from "../join/users.ts";
import type { Move } from "../join/moves.ts";
import { levelByHand, movesOf } from "../join/moves.ts";
import { exclusiveSkills } from "../join/policy.ts";
import type { Rename, Renames } from "../join/rename.ts";

/** What the plan does for one user and skill, and whether it is done. */
export interface Progress {
  readonly changeOf: (userId: string, skill: Slug) => AssignmentChange | undefined;
  readonly isDone: (fingerprint: string) => boolean;
  /** Whether a user who isn't there was deleted, so that nothing is owed to them. */
  readonly isDeleted: (userId: string) => boolean;
}

/** Sorted by old id; `known` are the slugs that the ledger has after the apply. */
export function replacesAfter(joined: Joined, known: ReadonlySet<Slug>, progress: Progress): LedgerReplace[] {
  const pending = new Map<string, PendingHolder[]>();
  const owed = [...owedHere(joined, progress), ...owedToInactive(joined), ...owedToAbsent(joined, progress)];
  for (const { oldId, holder } of owed) {
    const known = pending.get(oldId);
    if (known) known.push(holder);
    else pending.set(oldId, [holder]);
  }
  return [...joined.renames.byNew.values()]
    .flatMap((rename) => recordsOf(rename).map((record) => ({ ...record, to: rename.to })))
    .map(({ slug, ...record }) => ({ slug, replace: { ...record, pending: pending.get(record.id) ?? [] } }))
    .filter(({ slug, replace: { ours, pending } }) => pending.length > 0 || (ours && known.has(slug ?? "")))
    .map(({ replace }) => replace)
    .sort((a, b) => byText(a.id, b.id));
}

type Record = Omit<LedgerReplace, "to" | "pending"> & { readonly slug?: Slug };

/** The old skills that are live, and those that an earlier run began with and that are gone. */
function recordsOf({ olds, begun }: Rename): Record[] {
  const live = new Set(olds.map(({ id }) => id));
  return [
    ...olds.map(({ id, name, ours, slug }) => ({ id, name, ours, slug })),
    ...begun.filter(({ id }) => !live.has(id)).map(({ id, name, ours }) => ({ id, name, ours })),
  ];
}

/** Someone to whom a new skill is owed, and the old skill that it is owed for. */
interface Owed {
  readonly oldId: string;
  readonly holder: PendingHolder;
}

function owedHere(joined: Joined, progress: Progress): Owed[] {
  const { desired, ledger, renames, users } = joined;
  const exclusive = exclusiveSkills(desired, ledger);
  return users.rows.flatMap((row) =>
    [...movesOf(row.user, renames).values()].flatMap((move) => {
      const proficiency = owedLevel(move, row, levelByHand(move, row, renames, exclusive), progress);
      const oldId = move.from[0]?.id ?? firstRecord(move.to, renames);
      if (proficiency === undefined || oldId === undefined) return [];
      return [{ oldId, holder: { id: row.user.id, proficiency } }];
    }),
  );
}

/** `byHand`: what the user is to hold by hand. */
function owedLevel(
  move: Move,
  row: UserRow,
  byHand: number | undefined,
  { changeOf, isDone }: Progress,
): number | undefined {
  const change = changeOf(row.user.id, move.to);
  if (change) return isMove(change, row) && !isDone(change.fingerprint) ? change.after : undefined;
  const cell = row.cells.find(({ skill }) => skill === move.to);
  if (move.from.length === 0 || cell?.live !== undefined) return undefined;
  // There is no room for it before the old one goes.
  return cell?.desired ? move.proficiency : byHand;
}

function firstRecord(to: Slug, { byNew }: Renames): string | undefined {
  const rename = byNew.get(to);
  return rename && recordsOf(rename)[0]?.id;
}

/** Nothing is written to inactive users: they are owed what they would be given now until they come back. */
function owedToInactive({ desired, ledger, renames, users }: Joined): Owed[] {
  const exclusive = exclusiveSkills(desired, ledger);
  return users.inactive.flatMap((row) =>
    [...movesOf(row.user, renames).values()].flatMap((move) => {
      const cell = row.cells.find(({ skill }) => skill === move.to);
      const oldId = move.from[0]?.id ?? firstRecord(move.to, renames);
      if (oldId === undefined || cell?.live !== undefined) return [];
      const level = cell?.desired ? move.proficiency : levelByHand(move, row, renames, exclusive);
      return level === undefined ? [] : [{ oldId, holder: { id: row.user.id, proficiency: level } }];
    }),
  );
}

/** Who isn't in a list now may come back, unless they were deleted. */
function owedToAbsent({ renames, users }: Joined, { isDeleted }: Progress): Owed[] {
  const here = new Set([...users.rows, ...users.inactive].map(({ user }) => user.id));
  const records = [...renames.byNew.values()].flatMap(({ begun }) => begun);
  return records.flatMap(({ id, pending }) =>
    pending
      .filter((holder) => !here.has(holder.id) && !isDeleted(holder.id))
      .map((holder) => ({ oldId: id, holder })),
  );
}

/** A gain, or a higher proficiency that no line of the YAML names. */
function isMove(change: AssignmentChange, { cells }: UserRow): change is GainSkill | ChangeProficiency {
  if (change.kind !== "change") return change.kind === "gain";
  return cells.find(({ skill }) => skill === change.skill)?.desired?.proficiency === undefined;
}
