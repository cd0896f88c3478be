/** What rows are judged by, and what is counted beside the operations. */
import type { Note, Slug } from "../../model.ts";
import type { Former } from "./former.ts";
import type { AssignmentCell, UserRow } from "../join/users.ts";
import { leaveDrift } from "../join/policy.ts";
import type { Renames } from "../join/rename.ts";
import type { AnyValue, Cell, Value, Verdict } from "./verdict.ts";
import { judge } from "./verdict.ts";

/** What rows are judged by. */
export interface Terms {
  readonly target: string;
  readonly defaultProficiency: number;
  readonly drift: "restore" | "report";
  readonly exclusive: ReadonlySet<Slug>;
  /** Whether the YAML still wants the skill for the group's members. */
  readonly wishedByGroup: (group: string, skill: Slug) => boolean;
  /** Whether nobody can say that a holder is to lose the skill. */
  readonly isUncertain: (skill: Slug) => boolean;
  readonly former: Former;
  readonly renames: Renames;
  /** What becomes of skills that the YAML no longer names, by slug. */
  readonly fates: ReadonlyMap<Slug, Fate>;
}

/**
 * `deleted`: it goes, and its holders lose it with it. `replaced`: it goes once everybody holds another skill;
 * `replaced-later`: so too, but something still refers to it.
 */
export type Fate = "deleted" | "replaced" | "replaced-later";

/** What was found beside operations; counted here, made into notes at the end. */
export interface Tally {
  adoptedSkills: number;
  adoptedAssignments: number;
  unmanagedAssignments: number;
  unmanagedUsers: Set<string>;
  goneSkills: number;
  goneAssignments: number;
  /** Users at the limit of skills who wait for an old skill to go, by that skill's slug. */
  waiting: Map<Slug, number>;
  notes: Note[];
}

export function newTally(): Tally {
  return {
    adoptedSkills: 0,
    adoptedAssignments: 0,
    unmanagedAssignments: 0,
    unmanagedUsers: new Set(),
    goneSkills: 0,
    goneAssignments: 0,
    waiting: new Map(),
    notes: [],
  };
}

/** The assignment as the table judges it. */
export function tableCell(
  { skill, ledger, desired, live }: AssignmentCell,
  terms: Pick<Terms, "defaultProficiency" | "exclusive">,
): Cell {
  const wanted: number | AnyValue | undefined =
    desired && (desired.proficiency ?? { any: true, fresh: terms.defaultProficiency });
  return {
    ...(ledger !== undefined && { ledger: ledger.proficiency }),
    ...(wanted !== undefined && { desired: wanted }),
    ...(live !== undefined && { live }),
    exclusive: terms.exclusive.has(skill),
  };
}

interface Holder {
  readonly kind: "user" | "profile";
  readonly holder: string;
  readonly named: boolean;
  readonly skill: Slug;
}

export function judgeOrLeave(cell: Cell, holder: Holder, terms: Terms, tally: Tally): Verdict {
  const left = leaveDrift(cell, terms.drift);
  if (!left) return judge(cell);
  tally.notes.push({
    code: "DRIFT_LEFT",
    ...holder,
    applied: level(left.applied),
    live: level(cell.live ?? null),
  });
  return judge(left.cell);
}

function level(value: Value): number | true;
function level(value: Value | null): number | true | null;
function level(value: Value | null): number | true | null {
  return typeof value === "string" ? Number(value) : value;
}

/** `row` is null for profiles, whose unmanaged entries are nobody's assignments. */
export function tallyVerdict(verdict: Verdict, row: UserRow | null, tally: Tally): void {
  switch (verdict.kind) {
    case "nothing":
    case "update":
      if (verdict.adopted) tally.adoptedAssignments++;
      break;
    case "unmanaged":
      if (!row) break;
      tally.unmanagedAssignments++;
      tally.unmanagedUsers.add(row.user.id);
      break;
    case "already-gone":
      tally.goneAssignments++;
      break;
    case "add":
    case "remove":
      break;
  }
}
