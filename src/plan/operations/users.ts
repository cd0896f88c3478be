/** Turns joined users into operations: one for each user who gains, changes or loses anything. */
import type {
  AssignmentChange,
  Cause,
  ChangeProficiency,
  GainSkill,
  LoseSkill,
  UpdateUser,
} from "../../model.ts";
import { byText } from "../../text.ts";
import { fingerprint } from "../fingerprint.ts";
import type { AssignmentCell, UserRow } from "../join/users.ts";
import type { Move } from "../join/moves.ts";
import { levelByHand, levelsByHand, movesOf } from "../join/moves.ts";
import { MAX_SKILLS_PER_USER, orderChanges } from "./order.ts";
import { patchOf } from "./patch.ts";
import type { OldSkill } from "../join/rename.ts";
import type { Tally, Terms } from "../judge/terms.ts";
import { judgeOrLeave, tableCell, tallyVerdict } from "../judge/terms.ts";

/** A user with what renames move for them. */
interface Moving extends UserRow {
  readonly moves: ReadonlyMap<string, Move>;
}

export function updateUser(row: UserRow, terms: Terms, tally: Tally): UpdateUser | null {
  const named = row.named || terms.former.named.has(row.user.id);
  const moving: Moving = { ...row, named, moves: movesOf(row.user, terms.renames) };
  const wanted = cellsOf(moving).flatMap((cell) => assignmentChange(cell, moving, terms, tally));
  const changes = fitRenames(wanted, moving, terms, tally);
  if (changes.length === 0) return null;
  const { id, name, email, skills } = row.user;
  return {
    kind: "update-user",
    id,
    name,
    email,
    named,
    changes: orderChanges(changes, skills.size),
  };
}

/** The user's cells and one for each skill that a rename brings them, sorted by slug. */
function cellsOf({ cells, moves }: Moving): readonly AssignmentCell[] {
  const known = new Set(cells.map(({ skill }) => skill));
  const brought = [...moves.keys()].filter((skill) => !known.has(skill)).map((skill) => ({ skill }));
  return brought.length === 0 ? cells : [...cells, ...brought].sort((a, b) => byText(a.skill, b.skill));
}

function assignmentChange(cell: AssignmentCell, row: Moving, terms: Terms, tally: Tally): AssignmentChange[] {
  switch (terms.fates.get(cell.skill)) {
    case "deleted":
      return [];
    case "replaced":
    case "replaced-later":
      return oldSkillChange(cell, row, terms);
    case undefined: {
      const move = row.moves.get(cell.skill);
      return (move && movedChange(cell, move, row, terms)) ?? judgedChange(cell, row, terms, tally);
    }
  }
}

// ── What the table says ──────────────────────────────────────────────────────────────────────────────

function judgedChange(cell: AssignmentCell, row: Moving, terms: Terms, tally: Tally): AssignmentChange[] {
  const { skill } = cell;
  const { id, email } = row.user;
  const move = row.moves.get(skill);
  const holder = { kind: "user", holder: email === "" ? id : email, named: row.named, skill } as const;
  const defaultProficiency = move?.proficiency ?? terms.defaultProficiency;
  const verdict = judgeOrLeave(tableCell(cell, { ...terms, defaultProficiency }), holder, terms, tally);
  switch (verdict.kind) {
    case "add": {
      const after = Number(verdict.after);
      const from = move && fromOf(move, terms);
      return [{ kind: "gain", after, ...from, ...about(cell, after, verdict.cause, row, terms) }];
    }
    case "update": {
      tallyVerdict(verdict, row, tally);
      const [before, after] = [Number(verdict.before), Number(verdict.after)];
      return [{ kind: "change", before, after, ...about(cell, after, verdict.cause, row, terms) }];
    }
    case "remove":
      if (terms.isUncertain(skill)) return [];
      return [lose(cell, Number(verdict.before), verdict.cause, row, terms)];
    case "nothing":
    case "unmanaged":
    case "already-gone":
      tallyVerdict(verdict, row, tally);
      return [];
  }
}

function lose(cell: AssignmentCell, before: number, cause: Cause, row: Moving, terms: Terms): LoseSkill {
  return { kind: "lose", before, ...about(cell, null, cause, row, terms) };
}

/** What every change of an assignment says. */
function about(cell: AssignmentCell, after: number | null, cause: Cause, { user }: Moving, terms: Terms) {
  const { skill } = cell;
  const origin = cell.desired?.origin ?? terms.former.originOf(user.id, skill);
  return {
    skill,
    patch: patchOf(["skills", skill], cell.live ?? null, after),
    cause: causeOf(cause, cell, terms),
    ...(origin && { origin }),
    fingerprint: fingerprint({
      ...{ target: terms.target, kind: "update-user" },
      ...{ holder: user.id, slug: skill, after },
    }),
  };
}

/** An edit that only a group's members explain is called membership. */
function causeOf(cause: Cause, { skill, ledger, desired, live }: AssignmentCell, terms: Terms): Cause {
  if (cause !== "edit") return cause;
  if (desired) return desired.group !== undefined && live === undefined ? "membership" : cause;
  const group = ledger?.group;
  return group !== undefined && terms.wishedByGroup(group, skill) ? "membership" : cause;
}

// ── Renames ──────────────────────────────────────────────────────────────────────────────────────────

/** Who is not to have the new skill loses the old one, if it was ours to give; all others keep it until it goes. */
function oldSkillChange(cell: AssignmentCell, row: Moving, terms: Terms): AssignmentChange[] {
  const to = terms.renames.byOldSlug.get(cell.skill)?.to ?? "";
  if (cell.live === undefined || isWanted(to, row)) return [];
  if (cell.ledger) return [lose(cell, cell.live, "edit", row, terms)];
  return terms.exclusive.has(to) ? [lose(cell, cell.live, "drift", row, terms)] : [];
}

function isWanted(slug: string, row: Moving): boolean {
  return row.cells.some(({ skill, desired }) => skill === slug && desired !== undefined);
}

/** What a rename alone makes of the new skill; null where the table has its say. */
function movedChange(cell: AssignmentCell, move: Move, row: Moving, terms: Terms): AssignmentChange[] | null {
  const { ledger, live } = cell;
  const byHand = levelByHand(move, row, terms.renames, terms.exclusive);
  if (live === undefined) {
    if (byHand === undefined) return null;
    return [
      {
        kind: "gain",
        after: byHand,
        ...fromOf(move, terms),
        byHand: true,
        ...edit(cell, byHand, row, terms),
      },
    ];
  }
  // It was ours and is theirs from now on, because they had an old one by hand as well.
  if (ledger && byHand !== undefined) return changeTo(byHand, live, cell, row, terms);
  const raised = raisedLevel(cell, move, row, terms);
  return raised > live ? changeTo(raised, live, cell, row, terms) : null;
}

function changeTo(
  after: number,
  before: number,
  cell: AssignmentCell,
  row: Moving,
  terms: Terms,
): ChangeProficiency[] {
  return after === before ? [] : [{ kind: "change", before, after, ...edit(cell, after, row, terms) }];
}

function edit(cell: AssignmentCell, after: number, row: Moving, terms: Terms) {
  return about(cell, after, "edit", row, terms);
}

/**
 * Of skills that become one the highest proficiency counts, also for who holds the one that stays. Only once, when
 * it begins or while it is owed: what somebody sets by hand afterwards is theirs.
 */
function raisedLevel({ desired, ledger }: AssignmentCell, move: Move, row: Moving, terms: Terms): number {
  const isLost = !desired && (ledger !== undefined || terms.exclusive.has(move.to));
  if (desired?.proficiency !== undefined || isLost) return 0;
  const fresh = move.from.filter(({ isBegun }) => !isBegun || move.owed !== undefined);
  const levels = desired ? fresh.map(({ id }) => row.user.skills.get(id) ?? 0) : levelsByHand(fresh, row);
  return Math.max(move.owed ?? 0, ...levels);
}

function fromOf(move: Move, terms: Terms): { from?: string } {
  const from = move.from[0]?.slug ?? terms.renames.byNew.get(move.to)?.olds[0]?.slug;
  return from === undefined ? {} : { from };
}

/**
 * A user at the limit can't hold both skills: they lose the old one with the gain. Where the old one is still
 * referred to, calls may yet ask for it, so they keep it and wait.
 */
function fitRenames(
  changes: AssignmentChange[],
  row: Moving,
  terms: Terms,
  tally: Tally,
): AssignmentChange[] {
  let fitted = changes;
  for (const gain of changes.filter((change) => change.kind === "gain")) {
    if (heldAfter(fitted, row) <= MAX_SKILLS_PER_USER) break;
    const old = row.moves.get(gain.skill)?.from.find(({ slug }) => isStillHeld(slug, fitted, terms));
    if (!old) continue;
    if (terms.fates.get(old.slug) === "replaced") {
      fitted = [...fitted, swapOut(old, gain, row, terms)];
    } else {
      tally.waiting.set(old.slug, (tally.waiting.get(old.slug) ?? 0) + 1);
      fitted = fitted.filter((change) => change !== gain);
    }
  }
  return fitted;
}

function heldAfter(changes: readonly AssignmentChange[], { user }: Moving): number {
  const count = (kind: AssignmentChange["kind"]): number =>
    changes.filter((change) => change.kind === kind).length;
  return user.skills.size + count("gain") - count("lose");
}

function isStillHeld(slug: string, changes: readonly AssignmentChange[], { fates }: Terms): boolean {
  const isOurs = fates.get(slug) === "replaced" || fates.get(slug) === "replaced-later";
  return isOurs && !changes.some(({ kind, skill }) => kind === "lose" && skill === slug);
}

function swapOut(old: OldSkill, gain: GainSkill, row: Moving, terms: Terms): LoseSkill {
  const before = row.user.skills.get(old.id) ?? 0;
  const cell: AssignmentCell = { skill: old.slug, live: before };
  return { ...lose(cell, before, "edit", row, terms), to: gain.skill };
}
