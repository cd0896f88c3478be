/**
 * The ledger after a plan, for any outcome. For each change the planner says what the ledger holds if the change is done
 * and if it is not. The intent before the first write, a normal end, an interruption and the recovery after a crash are
 * all computed by one fold over these deltas.
 */
import type {
  Field,
  Ledger,
  LedgerAssignment,
  LedgerProfile,
  LedgerSkill,
  LedgerUser,
  PendingMigration,
  Replacement,
  SkillId,
  TextField,
  WriteRecord,
} from "../model.ts";
import { byText } from "../text.ts";

export interface Delta {
  /** The ledger if no change of the plan is done. */
  readonly undone: Ledger;
  /** By the id of the change. */
  readonly changes: ReadonlyMap<string, ChangeDelta>;
}

export interface ChangeDelta {
  /** The effects on the ledger if the change is done. */
  readonly effects: readonly LedgerEffect[];
  /** The effects that already apply while the outcome is unknown. Default: none. */
  readonly meanwhile?: readonly LedgerEffect[];
  /** The write record; absent if another change's write carries out this change. */
  readonly record?: { readonly owner: Owner; readonly write: WriteRecord };
}

/** The subject whose file contains a record. */
export type Owner =
  | { readonly kind: "skill"; readonly item: LedgerSkill }
  | { readonly kind: "profile"; readonly id: string }
  | { readonly kind: "user"; readonly id: string; readonly email?: string };

export type LedgerEffect =
  | { readonly kind: "skill"; readonly item: LedgerSkill }
  /** Also removes all its assignments and entries. */
  | { readonly kind: "skill-gone"; readonly id: SkillId }
  | TextEffect
  | { readonly kind: "renamed-from"; readonly id: SkillId; readonly from: { name: string; id: string } }
  | {
      readonly kind: "entry";
      readonly profile: string;
      readonly skill: SkillId;
      readonly name: string;
      readonly held: boolean;
    }
  | {
      readonly kind: "assignment";
      readonly user: string;
      readonly email?: string;
      readonly skill: SkillId;
      readonly item: LedgerAssignment | null;
    }
  /** Null: without an end. Nothing where the user was not given it after all. */
  | {
      readonly kind: "until";
      readonly user: string;
      readonly skill: SkillId;
      readonly until: string | null;
    }
  | {
      readonly kind: "migration";
      readonly user: string;
      readonly skill: SkillId;
      readonly item: PendingMigration | null;
    }
  | { readonly kind: "replacement-done"; readonly id: string };

interface TextEffect {
  readonly kind: "text";
  readonly of: "skill" | "profile";
  readonly id: string;
  readonly field: TextField;
  readonly text: string;
}

/** The known outcome of a change when the ledger is written. */
export type FoldedOutcome = "done" | "not-done" | "unsettled";

/** The outcomes of a plan's changes. */
export interface Outcomes {
  readonly outcomeOf: (change: string) => FoldedOutcome;
  /** Live ids of the skills that were created or adopted, by `new:<slug>`. */
  readonly createdIds: ReadonlyMap<SkillId, string>;
}

/** The intent of an apply: no outcome is known yet. */
export const INTENT: Outcomes = { outcomeOf: () => "unsettled", createdIds: new Map() };

/** The ledger to write; sorted, and without users for whom it holds nothing. */
export function foldLedger({ undone, changes }: Delta, { outcomeOf, createdIds }: Outcomes): Ledger {
  const draft = openDraft(undone);
  for (const [id, { effects, meanwhile = [], record }] of changes) {
    const outcome = outcomeOf(id);
    if (outcome === "not-done") continue;
    for (const effect of outcome === "done" ? effects : meanwhile) applyEffect(effect, draft);
    if (record)
      addRecord(record.owner, outcome === "done" ? { ...record.write, outcome } : record.write, draft);
  }
  return renumber(closeDraft(draft, undone), createdIds);
}

// ── The draft ────────────────────────────────────────────────────────────────────────────────────────

interface LedgerDraft {
  readonly skills: Map<SkillId, LedgerSkill>;
  readonly profiles: Map<string, LedgerProfile>;
  readonly users: Map<string, LedgerUser>;
  readonly replacements: Map<string, Replacement>;
  readonly gone: Set<SkillId>;
}

function openDraft(ledger: Ledger): LedgerDraft {
  return {
    skills: new Map(ledger.skills.map((skill) => [skill.id, skill])),
    profiles: new Map(ledger.profiles.map((profile) => [profile.id, profile])),
    users: new Map(ledger.users.map((user) => [user.id, user])),
    replacements: new Map(ledger.replacements.map((replacement) => [replacement.id, replacement])),
    gone: new Set(),
  };
}

function closeDraft({ skills, profiles, users, replacements, gone }: LedgerDraft, undone: Ledger): Ledger {
  const byId = (a: { readonly id: string }, b: { readonly id: string }): number => byText(a.id, b.id);
  const ledger: Ledger = {
    ...undone,
    skills: [...skills.values()].sort(byId),
    profiles: [...profiles.values()].sort(byId),
    users: [...users.values()].filter(isWorthKeeping).sort(byId),
    replacements: [...replacements.values()].sort(byId),
  };
  return gone.size === 0 ? ledger : forgetSkills(ledger, gone);
}

/** Keeps users with an e-mail too: a previous e-mail is known only from the ledger. */
function isWorthKeeping({ assignments, migrations, records, email }: LedgerUser): boolean {
  return (
    email !== undefined ||
    Object.keys(assignments).length > 0 ||
    Object.keys(migrations ?? {}).length > 0 ||
    (records ?? []).length > 0
  );
}

// ── Effects ──────────────────────────────────────────────────────────────────────────────────────────

function applyEffect(effect: LedgerEffect, draft: LedgerDraft): void {
  switch (effect.kind) {
    case "skill":
      draft.skills.set(effect.item.id, { ...draft.skills.get(effect.item.id), ...effect.item });
      break;
    case "skill-gone":
      draft.skills.delete(effect.id);
      draft.gone.add(effect.id);
      break;
    case "text":
      if (effect.of === "skill") setText(effect, draft.skills);
      else setText(effect, draft.profiles);
      break;
    case "renamed-from": {
      const skill = draft.skills.get(effect.id);
      const earlier = skill?.renamedFrom?.filter(({ name }) => name !== effect.from.name) ?? [];
      if (skill) draft.skills.set(effect.id, { ...skill, renamedFrom: [...earlier, effect.from] });
      break;
    }
    case "entry": {
      const profile = draft.profiles.get(effect.profile);
      const others = profile?.skills.filter(({ id }) => id !== effect.skill) ?? [];
      const entries = effect.held ? [...others, { id: effect.skill, name: effect.name }] : others;
      if (profile)
        draft.profiles.set(profile.id, { ...profile, skills: entries.sort((a, b) => byText(a.id, b.id)) });
      break;
    }
    case "assignment": {
      const user = userOf(effect.user, effect.email, draft);
      const { [effect.skill]: _, ...others } = user.assignments;
      const assignments = effect.item ? { ...others, [effect.skill]: effect.item } : others;
      draft.users.set(user.id, { ...user, assignments });
      break;
    }
    case "until": {
      const user = draft.users.get(effect.user);
      const item = user?.assignments[effect.skill];
      if (!user || !item) break;
      const { until: _, ...endless } = item;
      const ending = effect.until === null ? endless : { ...endless, until: effect.until };
      draft.users.set(user.id, { ...user, assignments: { ...user.assignments, [effect.skill]: ending } });
      break;
    }
    case "migration": {
      const user = userOf(effect.user, undefined, draft);
      const { [effect.skill]: _, ...others } = user.migrations ?? {};
      const left = effect.item ? { ...others, [effect.skill]: effect.item } : others;
      const { migrations: __, ...rest } = user;
      draft.users.set(user.id, {
        ...rest,
        // Only absent users are given something later.
        ...(effect.item && { absent: true }),
        ...(Object.keys(left).length > 0 && { migrations: left }),
      });
      break;
    }
    case "replacement-done":
      draft.replacements.delete(effect.id);
      break;
  }
}

function setText<T extends LedgerSkill | LedgerProfile>(
  { id, field, text }: TextEffect,
  items: Map<string, T>,
): void {
  const item = items.get(id);
  if (item) items.set(id, { ...item, [field]: text });
}

function userOf(id: string, email: string | undefined, { users }: LedgerDraft): LedgerUser {
  const known = users.get(id);
  if (known) return known;
  return { id, ...(email !== undefined && { email }), assignments: {} };
}

// ── Records ──────────────────────────────────────────────────────────────────────────────────────────

/** Adds a record to its subject, replacing an older one of the same field. */
function addRecord(owner: Owner, record: WriteRecord, draft: LedgerDraft): void {
  switch (owner.kind) {
    case "skill": {
      const item = draft.skills.get(owner.item.id) ?? owner.item;
      if (!draft.gone.has(item.id)) draft.skills.set(item.id, withRecord(item, record));
      break;
    }
    case "profile": {
      const item = draft.profiles.get(owner.id);
      if (item) draft.profiles.set(item.id, withRecord(item, record));
      break;
    }
    case "user": {
      const item = userOf(owner.id, owner.email, draft);
      draft.users.set(item.id, withRecord(item, record));
      break;
    }
  }
}

function withRecord<T extends { readonly records?: readonly WriteRecord[] }>(
  item: T,
  record: WriteRecord,
): T {
  const others = (item.records ?? []).filter(({ field }) => keyOf(field) !== keyOf(record.field));
  return { ...item, records: sortRecords([...others, record]) };
}

/** Sorts records by field, as in a ledger file. */
export function sortRecords(records: readonly WriteRecord[]): WriteRecord[] {
  return records.toSorted((a, b) => byText(keyOf(a.field), keyOf(b.field)));
}

function keyOf(field: Field): string {
  return field.kind === "skill" ? `skill ${field.id}` : field.kind;
}

// ── Ids of skills that were made ─────────────────────────────────────────────────────────────────────

/** The ledger with live ids instead of `new:<slug>`. */
export function renumber(ledger: Ledger, ids: ReadonlyMap<SkillId, string>): Ledger {
  if (ids.size === 0) return ledger;
  const idOf = (id: SkillId): SkillId => ids.get(id) ?? id;
  const isNew = (id: SkillId): boolean => ids.has(id);
  const fieldOf = (field: Field): Field =>
    field.kind === "skill" ? { ...field, id: idOf(field.id) } : field;
  const recordsOf = <T extends { readonly records?: readonly WriteRecord[] }>(item: T): T => {
    const { records = [] } = item;
    if (!records.some(({ field }) => field.kind === "skill" && isNew(field.id))) return item;
    const renumbered = records.map((record) => ({ ...record, field: fieldOf(record.field) }));
    return { ...item, records: sortRecords(renumbered) };
  };
  const keysOf = <T>(record: Readonly<Record<SkillId, T>>): Readonly<Record<SkillId, T>> =>
    Object.keys(record).some(isNew)
      ? Object.fromEntries(Object.entries(record).map(([id, value]) => [idOf(id), value]))
      : record;
  return {
    ...ledger,
    skills: ledger.skills
      .map((skill) => ({
        ...{ ...skill, id: idOf(skill.id) },
        ...(skill.renamedFrom && {
          renamedFrom: skill.renamedFrom.map((from) => ({ ...from, id: idOf(from.id) })),
        }),
      }))
      .sort((a, b) => byText(a.id, b.id)),
    profiles: ledger.profiles.map((profile) => ({
      ...recordsOf(profile),
      skills: profile.skills.map((one) => ({ ...one, id: idOf(one.id) })).sort((a, b) => byText(a.id, b.id)),
    })),
    users: ledger.users.map((user) => ({
      ...recordsOf(user),
      assignments: keysOf(user.assignments),
      ...(user.migrations && { migrations: keysOf(user.migrations) }),
    })),
    replacements: ledger.replacements.map((one) => ({ ...one, to: idOf(one.to) })),
  };
}

/** The ledger without these skills, their holders and their records. */
export function forgetSkills(ledger: Ledger, ids: ReadonlySet<SkillId>): Ledger {
  const recordsLeft = (
    records: readonly WriteRecord[] = [],
  ): { readonly records?: readonly WriteRecord[] } => {
    const left = records.filter(({ field }) => field.kind !== "skill" || !ids.has(field.id));
    return left.length > 0 ? { records: left } : {};
  };
  return {
    ...ledger,
    skills: ledger.skills.filter(({ id }) => !ids.has(id)),
    profiles: ledger.profiles.map(({ records, ...profile }) => ({
      ...profile,
      skills: profile.skills.filter(({ id }) => !ids.has(id)),
      ...recordsLeft(records),
    })),
    users: ledger.users.map(({ migrations = {}, records, ...user }) => {
      const pending = withoutKeys(migrations, ids);
      return {
        ...user,
        assignments: withoutKeys(user.assignments, ids),
        ...(Object.keys(pending).length > 0 && { migrations: pending }),
        ...recordsLeft(records),
      };
    }),
    replacements: ledger.replacements.filter(({ id, to }) => !ids.has(id) && !ids.has(to)),
  };
}

function withoutKeys<T>(record: Readonly<Record<string, T>>, keys: ReadonlySet<string>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([key]) => !keys.has(key)));
}
