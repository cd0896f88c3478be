/** Turns joined rows into operations: one for each skill, profile and user that has something to change. */
import type {
  AssignmentChange,
  Cause,
  CreateSkill,
  EntryChange,
  FieldChange,
  Note,
  Place,
  Slug,
  UpdateProfile,
  UpdateSkill,
  UpdateUser,
} from "../model.ts";
import { fingerprint } from "./fingerprint.ts";
import type { FormerOrigin } from "./former.ts";
import type { EntryCell, ProfileRow } from "./join-profiles.ts";
import type { SkillRow } from "./join-skills.ts";
import type { AssignmentCell, UserRow } from "./join-users.ts";
import { orderChanges } from "./order.ts";
import { patchOf } from "./patch.ts";
import { leaveDrift } from "./policy.ts";
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
  readonly formerOrigin: FormerOrigin;
}

/** What was found beside operations; counted here, made into notes at the end. */
export interface Tally {
  adoptedSkills: number;
  adoptedAssignments: number;
  unmanagedAssignments: number;
  unmanagedUsers: Set<string>;
  goneSkills: number;
  goneAssignments: number;
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
    notes: [],
  };
}

// ── Skills ───────────────────────────────────────────────────────────────────────────────────────────

/** A skill that the YAML names and live lacks. */
export function createSkill({ slug, desired, ledger, live }: SkillRow, terms: Terms): CreateSkill | null {
  if (!desired || live) return null;
  const { name, description } = desired;
  return {
    kind: "create-skill",
    skill: slug,
    name,
    ...(description !== undefined && { description }),
    cause: ledger ? "drift" : "edit",
    origin: desired.origin,
    fingerprint: fingerprint({ target: terms.target, kind: "create-skill", slug, after: name }),
  };
}

/** A skill whose name or description differs; asked only where the dialect can change them. */
export function updateSkill({ slug, desired, ledger, live }: SkillRow, terms: Terms): UpdateSkill | null {
  if (!desired || !live) return null;
  const about = { target: terms.target, kind: "update-skill", holder: live.id, slug, origin: desired.origin };
  const changes = [
    ...fieldChange("name", { ledger: ledger?.name, desired: desired.name, live: live.name }, about),
    ...fieldChange(
      "description",
      { ledger: ledger?.description, desired: desired.description, live: live.description ?? undefined },
      about,
    ),
  ];
  return changes.length > 0 ? { kind: "update-skill", skill: slug, id: live.id, changes } : null;
}

interface About {
  readonly target: string;
  readonly kind: string;
  readonly holder: string;
  readonly slug: Slug;
  readonly origin: Place;
}

interface TextCell {
  readonly ledger: string | undefined;
  readonly desired: string | undefined;
  readonly live: string | undefined;
}

/** Of a text, "not there" and empty are the same, and the YAML leaving it out is never a difference. */
function fieldChange(field: "name" | "description", cell: TextCell, about: About): FieldChange[] {
  const { ledger, desired, live = "" } = cell;
  if (desired === undefined) return [];
  const verdict = judge({ desired, live, ...(ledger !== undefined && { ledger }) });
  if (verdict.kind !== "update") return [];
  const before = live === "" ? null : live;
  return [
    {
      field,
      before,
      after: desired,
      patch: patchOf([field], before, desired),
      // Nothing was written by hand where there was nothing, and a spelling is no one's work to lose.
      cause: ledger === undefined && (before === null || field === "name") ? "edit" : verdict.cause,
      origin: about.origin,
      fingerprint: fingerprint({ ...about, kind: `${about.kind}/${field}`, after: desired }),
    },
  ];
}

// ── Profiles ─────────────────────────────────────────────────────────────────────────────────────────

export function updateProfile(row: ProfileRow, terms: Terms, tally: Tally): UpdateProfile | null {
  const { slug, live, desired, ledger } = row;
  const origin = desired?.origin;
  const about = origin && { target: terms.target, kind: "update-profile", holder: live.id, slug, origin };
  const declared = about && desired.declared ? desired : undefined;
  const changes =
    about && declared
      ? [
          ...fieldChange("name", { ledger: ledger?.name, desired: declared.name, live: live.name }, about),
          ...fieldChange(
            "description",
            {
              ledger: ledger?.description,
              desired: declared.description,
              live: live.description ?? undefined,
            },
            about,
          ),
        ]
      : [];
  const entries = row.cells.flatMap((cell) => entryChange(cell, row, terms, tally));
  if (changes.length === 0 && entries.length === 0) return null;
  return {
    kind: "update-profile",
    profile: slug,
    id: live.id,
    name: live.name,
    changes,
    entries: orderChanges(entries, 0),
  };
}

function entryChange(cell: EntryCell, row: ProfileRow, terms: Terms, tally: Tally): EntryChange[] {
  const { skill } = cell;
  const verdict = judgeOrLeave(
    {
      ...(cell.ledger && { ledger: true }),
      ...(cell.desired && { desired: true }),
      ...(cell.live && { live: true }),
    },
    { kind: "profile", holder: row.live.name, named: true, skill },
    terms,
    tally,
  );
  if (verdict.kind !== "add" && verdict.kind !== "remove") {
    tallyVerdict(verdict, null, tally);
    return [];
  }
  const after = verdict.kind === "add" ? true : null;
  const origin = cell.desired ?? terms.formerOrigin(row.slug, skill);
  return [
    {
      kind: after ? "gain" : "lose",
      skill,
      patch: patchOf(["skills", skill], after ? null : true, after),
      cause: verdict.cause,
      ...(origin && { origin }),
      fingerprint: fingerprint({
        target: terms.target,
        kind: "update-profile",
        holder: row.live.id,
        slug: skill,
        after,
      }),
    },
  ];
}

// ── Users ────────────────────────────────────────────────────────────────────────────────────────────

export function updateUser({ user, named, cells }: UserRow, terms: Terms, tally: Tally): UpdateUser | null {
  const changes = cells.flatMap((cell) => assignmentChange(cell, { user, named, cells }, terms, tally));
  if (changes.length === 0) return null;
  const { id, name, email } = user;
  return { kind: "update-user", id, name, email, named, changes: orderChanges(changes, user.skills.size) };
}

function assignmentChange(
  cell: AssignmentCell,
  row: UserRow,
  terms: Terms,
  tally: Tally,
): AssignmentChange[] {
  const { skill } = cell;
  const { id, email } = row.user;
  const verdict = judgeOrLeave(
    tableCell(cell, terms),
    { kind: "user", holder: email === "" ? id : email, named: row.named, skill },
    terms,
    tally,
  );
  const before = cell.live ?? null;
  const origin = cell.desired?.origin ?? terms.formerOrigin(id, skill);
  const about = (after: number | null, cause: Cause) => ({
    skill,
    patch: patchOf(["skills", skill], before, after),
    cause: causeOf(cause, cell, terms),
    ...(origin && { origin }),
    fingerprint: fingerprint({ target: terms.target, kind: "update-user", holder: id, slug: skill, after }),
  });
  switch (verdict.kind) {
    case "add": {
      const after = Number(verdict.after);
      return [{ kind: "gain", after, ...about(after, verdict.cause) }];
    }
    case "update": {
      tallyVerdict(verdict, row, tally);
      const after = Number(verdict.after);
      return [{ kind: "change", before: Number(verdict.before), after, ...about(after, verdict.cause) }];
    }
    case "remove":
      if (terms.isUncertain(skill)) return [];
      return [{ kind: "lose", before: Number(verdict.before), ...about(null, verdict.cause) }];
    case "nothing":
    case "unmanaged":
    case "already-gone":
      tallyVerdict(verdict, row, tally);
      return [];
  }
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

/** An edit that only a group's members explain is called membership. */
function causeOf(cause: Cause, { skill, ledger, desired, live }: AssignmentCell, terms: Terms): Cause {
  if (cause !== "edit") return cause;
  if (desired) return desired.group !== undefined && live === undefined ? "membership" : cause;
  const group = ledger?.group;
  return group !== undefined && terms.wishedByGroup(group, skill) ? "membership" : cause;
}

// ── What is left alone ───────────────────────────────────────────────────────────────────────────────

interface Holder {
  readonly kind: "user" | "profile";
  readonly holder: string;
  readonly named: boolean;
  readonly skill: Slug;
}

function judgeOrLeave(cell: Cell, holder: Holder, terms: Terms, tally: Tally): Verdict {
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
function tallyVerdict(verdict: Verdict, row: UserRow | null, tally: Tally): void {
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
