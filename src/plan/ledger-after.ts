/**
 * Step 6, the delta: for each row, what the ledger holds if its change is done and if it is not.
 *
 * The ledger holds whatever the YAML names and live has, whether an apply set it or found it. A change that is not done
 * leaves the ledger as it was: a failed add stays out, and the item of a failed removal stays in. Rows that a policy
 * marked also stay as they were.
 */
import type {
  Change,
  DesiredProfile,
  DesiredSkill,
  Ledger,
  LedgerAssignment,
  LedgerProfile,
  LedgerSkill,
  LedgerUser,
  Live,
  LiveProfile,
  LiveSkill,
  Operation,
  PendingMigration,
  Replacement,
  SkillId,
  TextField,
  Value,
  WriteRecord,
} from "../model.ts";
import { byText, foldName } from "../text.ts";
import type { FindChange } from "./changes.ts";
import { changesOf, indexChanges, isText } from "./changes.ts";
import type { ChangeDelta, Delta, LedgerEffect, Owner } from "./delta.ts";
import { isReadOld, shownBy } from "./policy/records.ts";
import { sortRecords } from "./delta.ts";
import { isGain } from "./to-change.ts";
import type { Renames } from "./rename/find.ts";
import type { AbsentSubject, ProfileSubject, Row, SkillSubject, UserSubject, SubjectRows } from "./rows.ts";

interface DeltaInputs {
  readonly subjects: SubjectRows;
  readonly operations: readonly Operation[];
  readonly absent: readonly AbsentSubject[];
  /** Previous names that must never act again, by slug. */
  readonly spent: Renames["spent"];
  readonly target: string;
  readonly ledger: Ledger | null;
  readonly live: Live;
  readonly skillById: ReadonlyMap<SkillId, SkillSubject>;
  readonly readsMayBeOld: boolean;
}

interface DeltaContext extends DeltaInputs {
  readonly changeOf: FindChange;
  /** Names of skills that will be replaced, by the replacing skill: these names still act. */
  readonly actingNames: ReadonlyMap<SkillId, ReadonlySet<string>>;
}

export function buildDelta(all: DeltaInputs): Delta {
  const inputs = withReviewedEmails(all);
  const { subjects, live } = inputs;
  const context: DeltaContext = {
    ...inputs,
    changeOf: indexChanges(inputs.operations),
    actingNames: indexActingNames(subjects.skills),
  };
  const changes = new Map<string, ChangeDelta>();
  const add = (change: Change | undefined, delta: () => ChangeDelta): void => {
    if (change) changes.set(change.id, delta());
  };
  for (const skill of subjects.skills) {
    for (const row of skill.rows) {
      const change = context.changeOf({ kind: "skill", id: skill.id }, row.field);
      add(change, () => skillDelta(change as Change, row, skill, context));
    }
  }
  for (const profile of subjects.profiles) {
    for (const row of profile.rows) {
      const change = context.changeOf({ kind: "profile", id: profile.id }, row.field);
      add(change, () => profileDelta(change as Change, row, profile, context));
    }
  }
  for (const user of subjects.users) {
    const subject = { kind: "user", id: user.user.id } as const;
    for (const row of user.rows) {
      const change = context.changeOf(subject, row.field);
      add(change, () => userDelta(change as Change, row, user, context));
    }
    for (const { field } of user.ends) {
      const change = context.changeOf(subject, field);
      add(change, () => endDelta(change as Change));
    }
  }
  for (const { user, rows } of subjects.inactive) {
    for (const { field } of rows) {
      // Inactive users only lose deleted skills, and with a skill the ledger forgets its holders.
      add(context.changeOf({ kind: "user", id: user.id }, field), () => ({ effects: [] }));
    }
  }
  for (const change of changesOf(inputs.operations)) {
    if (change.field.kind === "name" && !changes.has(change.id))
      changes.set(change.id, betweenDelta(change, context));
  }
  return {
    // In the order of execution: a skill is created before the names that it replaces are recorded.
    changes: new Map(
      changesOf(inputs.operations).flatMap(({ id }): [string, ChangeDelta][] => {
        const delta = changes.get(id);
        return delta ? [[id, delta]] : [];
      }),
    ),
    undone: {
      version: 2,
      target: inputs.target,
      organization: live.organization.id,
      dialect: live.dialect,
      applied: inputs.ledger?.applied ?? null,
      attempted: inputs.ledger?.attempted ?? null,
      skills: subjects.skills.flatMap((skill) => skillUndone(skill, context) ?? []).sort(byId),
      profiles: subjects.profiles.flatMap((profile) => profileUndone(profile, context) ?? []).sort(byId),
      users: usersUndone(context),
      replacements: replacementsUndone(context),
      ...(inputs.ledger?.carriedOut && { carriedOut: inputs.ledger.carriedOut }),
    },
  };
}

/**
 * While a change is withheld for people who gained or lost an e-mail, the ledger keeps the e-mail's previous owner.
 * Otherwise the next plan would not notice the change of person, and would need no review.
 */
function withReviewedEmails(inputs: DeltaInputs): DeltaInputs {
  const { users } = inputs.subjects;
  const isWithheld = users.some(
    ({ isOtherPerson, rows }) => isOtherPerson && rows.some(({ mark }) => mark === "withheld"),
  );
  if (!isWithheld) return inputs;
  const known = users.map((user) => (user.isOtherPerson ? { ...user, namedEmail: user.item?.email } : user));
  return { ...inputs, subjects: { ...inputs.subjects, users: known } };
}

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return byText(a.id, b.id);
}

// ── Skills ───────────────────────────────────────────────────────────────────────────────────────────

/** Null if the ledger holds nothing of it. A skill that left the YAML stays in the ledger until it is deleted. */
function skillUndone(skill: SkillSubject, context: DeltaContext): LedgerSkill | null {
  const { entry, item, live, state, isReleased } = skill;
  if (isReleased || state === "new" || state === "dead") return null;
  if (!entry || !live || state !== "live") return item ?? null;
  const name = nameUndone(entry.name, skill, context);
  const description =
    context.live.dialect === "profiles"
      ? textUndone("description", entry.description, item?.description, skill, context)
      : undefined;
  const division = divisionUndone(skill, context);
  // The skill was renamed manually to its new name, so the previous name has acted.
  const given = item && foldName(item.name) !== foldName(name) ? previousNames(skill) : [];
  return {
    id: live.id,
    ...{ name, slug: entry.slug, ...(entry.slugWritten && { slugWritten: true as const }) },
    ...(description !== undefined && { description }),
    ...(division !== undefined && { division }),
    protected: entry.protected,
    ...recordsLeft(item, skill.rows, live, context),
    ...renamedFrom(skill, context, given),
  };
}

/** An unknown division has no row: then the applied one stays. */
function divisionUndone({ id, entry, item, rows }: SkillSubject, context: DeltaContext): string | undefined {
  if (entry?.division === undefined) return undefined;
  const desired = rows.find(({ field }) => field.kind === "division")?.desired;
  const known = typeof desired === "string" ? desired : item?.division;
  return textUndone("division", known, item?.division, { id, rows }, context);
}

/** Adds spent previous names, since each acts once. Names of skills that will still be replaced are not spent. */
function renamedFrom(
  { id, slug, item }: SkillSubject,
  { spent, actingNames }: DeltaContext,
  given: readonly string[] = [],
): Pick<LedgerSkill, "renamedFrom"> {
  const isActing = (name: string): boolean => actingNames.get(id)?.has(name) === true;
  const all = (item?.renamedFrom ?? []).filter(({ name }) => !isActing(name));
  for (const from of [...(spent.get(slug) ?? []), ...given.map((name) => ({ name, id }))]) {
    if (!isActing(from.name) && !all.some((one) => one.name === from.name))
      all.push({ name: from.name, id: from.id || id });
  }
  return all.length > 0 ? { renamedFrom: all } : {};
}

function indexActingNames(skills: readonly SkillSubject[]): DeltaContext["actingNames"] {
  const byReplacement = new Map<SkillId, Set<string>>();
  for (const skill of skills) {
    if (skill.replacedBy === undefined) continue;
    const names = byReplacement.get(skill.replacedBy) ?? new Set();
    byReplacement.set(skill.replacedBy, names);
    for (const name of namesOf(skill)) names.add(name);
  }
  return byReplacement;
}

/** Records that stay: those with an open outcome, those that live doesn't show yet, and those of withheld rows. */
function recordsLeft(
  item: LedgerSkill | LedgerProfile | undefined,
  rows: readonly Row[],
  live: LiveSkill | LiveProfile,
  { readsMayBeOld }: DeltaContext,
): { readonly records?: readonly WriteRecord[] } {
  if (item?.records === undefined) return {};
  const withheld = new Set(rows.flatMap((row) => (row.record && isWithheld(row) ? [row.record] : [])));
  const records = item.records.filter((record) => {
    if (record.outcome === undefined || withheld.has(record)) return true;
    // A creation record stands in for a list that lacks the skill, so the list can't tell whether it is visible.
    if (record.field.kind === "existence") return readsMayBeOld;
    return isReadOld({ record }, shownBy(live, record.field), readsMayBeOld);
  });
  return records.length > 0 ? { records } : {};
}

function isWithheld({ mark, record }: Row): boolean {
  return mark === "withheld" && record?.outcome === "over";
}

/** The text in the ledger: unchanged until it is written, and if a policy left it alone. */
function textUndone(
  kind: TextField,
  desired: string | undefined,
  ledger: string | undefined,
  { id, rows }: Pick<SkillSubject | ProfileSubject, "id" | "rows">,
  { changeOf }: DeltaContext,
): string | undefined {
  const row = rows.find(({ field }) => field.kind === kind);
  const isOpen =
    row &&
    (row.mark ?? changeOf({ kind: "skill", id }, { kind }) ?? changeOf({ kind: "profile", id }, { kind }));
  return isOpen ? ledger : desired;
}

/**
 * The name in the ledger until another is written. A skill found under another name has no ledger name yet: if the
 * change is withheld, it gets the YAML's name, because live's would adopt the manual name without a review.
 */
function nameUndone(desired: string, subject: SkillSubject | ProfileSubject, context: DeltaContext): string {
  const { item, live, rows } = subject;
  const isLeft = rows.some(({ field, mark }) => field.kind === "name" && mark !== undefined);
  const found = isLeft ? desired : live?.name;
  return textUndone("name", desired, item?.name ?? found, subject, context) ?? desired;
}

function skillDelta(change: Change, row: Row, skill: SkillSubject, context: DeltaContext): ChangeDelta {
  const { id, entry, live, item } = skill;
  const owner: Owner = { kind: "skill", item: item ?? madeItem(skill, context) };
  const record = { owner, write: recordOf(change, row, skill.name) };
  switch (change.verb) {
    case "create":
      return { effects: entry ? [{ kind: "skill", item: madeItem(skill, context) }] : [], record };
    case "delete":
      return { ...deleteDelta(skill, context), record };
    case "add":
    case "update":
    case "remove": {
      const field = isText(row.field) ? row.field.kind : "name";
      const text: LedgerEffect = { kind: "text", of: "skill", id, field, text: String(change.after) };
      const names = live && field === "name" ? previousNames(skill) : [];
      const from = names.map((name): LedgerEffect => ({ kind: "renamed-from", id, from: { name, id } }));
      // A new skill is created with its description in one request.
      return { effects: [text, ...from], ...(live && { record }) };
    }
  }
}

/** The delta of a temporary name: it frees the old name, which must not belong to two skills in the ledger. */
function betweenDelta({ subject, after }: Change, { skillById }: DeltaContext): ChangeDelta {
  const { id } = subject;
  const skill = skillById.get(id);
  if (subject.kind !== "skill" || !skill)
    return { effects: [{ kind: "text", of: "profile", id, field: "name", text: String(after) }] };
  const from = previousNames(skill).map((name): LedgerEffect => ({
    kind: "renamed-from",
    id,
    from: { name, id },
  }));
  return { effects: [{ kind: "text", of: "skill", id, field: "name", text: String(after) }, ...from] };
}

/** The previous names of a skill that is renamed in place, as written in the entry. */
function previousNames(skill: SkillSubject): string[] {
  return skill.item && skill.entry ? writtenNames(skill, skill.entry) : [];
}

/** The names in `previously` that mean the skill; case and accents may differ. */
function writtenNames(skill: SkillSubject, { previously }: DesiredSkill): string[] {
  const names = new Set(namesOf(skill).map(foldName));
  return previously.filter((name) => names.has(foldName(name)));
}

/** The skill's names in the ledger and in live; `previously` may use either. */
function namesOf({ item, live, name }: Pick<SkillSubject, "item" | "live" | "name">): string[] {
  return [...new Set([item?.name ?? name, live?.name ?? name])];
}

/** The item of a skill to create. A description is added when it is written; an empty one at once. */
function madeItem(skill: SkillSubject, context: DeltaContext): LedgerSkill {
  const { id, name, slug, entry } = skill;
  const isEmpty = entry?.description === "" && context.live.dialect === "profiles";
  return {
    ...{ id, name, slug },
    ...(entry?.slugWritten && { slugWritten: true as const }),
    ...(isEmpty && { description: "" }),
    protected: entry?.protected === true,
    ...renamedFrom(skill, context),
  };
}

/**
 * The delta of a delete. It also ends the replacement, and records what inactive holders get when they return. That is
 * recorded before the outcome is known, because after the delete their assignments can't be read.
 */
function deleteDelta(skill: SkillSubject, context: DeltaContext): Pick<ChangeDelta, "effects" | "meanwhile"> {
  const { id, replacedBy } = skill;
  const gone: LedgerEffect = { kind: "skill-gone", id };
  if (replacedBy === undefined) return { effects: [gone] };
  const meanwhile = context.subjects.inactive.flatMap((user): LedgerEffect[] => {
    const item = pendingOf(user, id, replacedBy, context);
    return item ? [{ kind: "migration", user: user.user.id, skill: replacedBy, item }] : [];
  });
  const entry = context.skillById.get(replacedBy)?.entry;
  const names = namesOf(skill);
  const isOthers = (name: string): boolean =>
    context.subjects.skills.some((one) => one.item && one.id !== id && namesOf(one).includes(name));
  const written = entry ? writtenNames(skill, entry) : [];
  const more = new Set(written.filter((name) => !names.includes(name) && !isOthers(name)));
  const own = [...names, ...more].map((name) => ({ name, id }));
  const from = [...(skill.item?.renamedFrom ?? []), ...own].map((one): LedgerEffect => ({
    kind: "renamed-from",
    id: replacedBy,
    from: one,
  }));
  return { effects: [gone, { kind: "replacement-done", id }, ...from, ...meanwhile], meanwhile };
}

function pendingOf(
  { user, rows }: UserSubject,
  old: SkillId,
  to: SkillId,
  { skillById }: DeltaContext,
): PendingMigration | null {
  const proficiency = user.skills.get(old);
  if (proficiency === undefined) return null;
  const name = skillById.get(to)?.name ?? to;
  const row = rows.find(({ field }) => field.kind === "skill" && field.id === to);
  if (row?.assignment) return { name, proficiency, manual: false };
  return row?.migration?.kind === "new" ? { name, proficiency, manual: true } : null;
}

// ── Profiles ─────────────────────────────────────────────────────────────────────────────────────────

function profileUndone(profile: ProfileSubject, context: DeltaContext): LedgerProfile | null {
  const { entry, item, live, id } = profile;
  const held = profile.rows.filter((row) => isEntryOurs(row, profile, context));
  const skills = held.flatMap(({ field }) =>
    field.kind === "skill" ? [{ id: field.id, name: nameOf(field.id, context) }] : [],
  );
  const records = recordsLeft(item, profile.rows, live, context);
  if (!entry && skills.length === 0 && records.records === undefined) return null;
  return {
    id,
    ...profileTexts(entry, profile, context),
    ...{ name: entry?.declared ? nameUndone(entry.name, profile, context) : live.name },
    skills: skills.sort(byId),
    ...records,
  };
}

function profileTexts(
  entry: DesiredProfile | undefined,
  profile: ProfileSubject,
  context: DeltaContext,
): Pick<LedgerProfile, "slug" | "slugWritten" | "description"> {
  const { item, slug } = profile;
  const description =
    entry && textUndone("description", entry.description, item?.description, profile, context);
  return {
    slug,
    ...(entry?.slugWritten && { slugWritten: true as const }),
    ...(description !== undefined && { description }),
  };
}

function isEntryOurs(row: Row, { id }: ProfileSubject, { changeOf }: DeltaContext): boolean {
  if (row.field.kind !== "skill") return false;
  const isOpen = row.mark ?? changeOf({ kind: "profile", id }, row.field);
  if (isOpen) return row.ledger !== undefined;
  return row.desired !== undefined && !(row.migration?.kind === "new" && row.migration.manual);
}

function profileDelta(
  change: Change,
  row: Row,
  { id, item }: ProfileSubject,
  context: DeltaContext,
): ChangeDelta {
  const name = row.field.kind === "skill" ? nameOf(row.field.id, context) : (item?.name ?? "");
  const record = { owner: { kind: "profile", id } as const, write: recordOf(change, row, name) };
  if (isText(row.field)) {
    const field = row.field.kind;
    return { effects: [{ kind: "text", of: "profile", id, field, text: String(change.after) }], record };
  }
  const skill = row.field.kind === "skill" ? row.field.id : "";
  const held = change.after !== null && !change.manual;
  return { effects: [{ kind: "entry", profile: id, skill, name, held }], record };
}

// ── Users ────────────────────────────────────────────────────────────────────────────────────────────

function usersUndone(context: DeltaContext): LedgerUser[] {
  const active = context.subjects.users.flatMap((user) => userUndone(user, context) ?? []);
  const away = context.absent.flatMap(({ item, state }) => (item && state !== "deleted" ? [item] : []));
  const known = new Set(active.map(({ id }) => id));
  const kept = [...new Map(away.map((item) => [item.id, item])).values()].filter(({ id }) => !known.has(id));
  const emails = new Set(context.subjects.users.flatMap(({ namedEmail }) => namedEmail ?? []));
  return [...active, ...kept.map((item) => absentItem(item, emails))].sort(byId);
}

/** The item of an absent user, who may return: everything stays, except an e-mail that another user has now. */
function absentItem({ email, ...item }: LedgerUser, taken: ReadonlySet<string>): LedgerUser {
  const isTheirs = email !== undefined && !taken.has(email);
  return { ...item, ...(isTheirs && { email }), absent: true };
}

function userUndone(subject: UserSubject, context: DeltaContext): LedgerUser | null {
  const { user, item, namedEmail, rows, alike } = subject;
  const left: [SkillId, LedgerAssignment][] = [];
  const records: WriteRecord[] = [];
  let isNew = false;
  for (const row of rows) {
    if (row.field.kind !== "skill") continue;
    const { id } = row.field;
    const assignment = assignmentUndone(row, subject, context);
    if (assignment) left.push([id, assignment]);
    isNew ||= assignment !== row.item;
    const isKept =
      row.record?.outcome === undefined ||
      isWithheld(row) ||
      isReadOld(row, user.skills.get(id) ?? null, context.readsMayBeOld);
    if (row.record && isKept) records.push(row.record);
  }
  const migrations = migrationsUndone(subject, context);
  const held = left.length + alike.length;
  const isEmpty = held === 0 && Object.keys(migrations).length === 0 && records.length === 0;
  const isKnownByOther = namedEmail !== undefined && namedEmail !== user.email;
  if (isEmpty && !isKnownByOther) return null;
  const isMore = Object.keys(migrations).length > 0 || records.length > 0;
  // Nothing is gained by a new object that says the same.
  if (item && !isNew && !isMore && isAll(item, namedEmail, held)) return item;
  for (const id of alike) if (item?.assignments[id]) left.push([id, item.assignments[id]]);
  return {
    id: user.id,
    ...(namedEmail !== undefined && { email: namedEmail }),
    assignments: Object.fromEntries(left),
    ...(Object.keys(migrations).length > 0 && { migrations }),
    ...(records.length > 0 && { records: sortRecords(records) }),
  };
}

/** Whether the ledger holds nothing of the user but that e-mail and so many assignments. */
function isAll(
  { email, absent, assignments, migrations, records }: LedgerUser,
  named: string | undefined,
  held: number,
): boolean {
  const isMore = absent !== undefined || migrations !== undefined || records !== undefined;
  return !isMore && email === named && Object.keys(assignments).length === held;
}

function assignmentUndone(
  row: Row,
  subject: UserSubject,
  context: DeltaContext,
): LedgerAssignment | undefined {
  const { user } = subject;
  const { field, item, live, desired, mark, migration } = row;
  const isManual = migration?.kind === "new" && migration.manual;
  if (mark ?? context.changeOf({ kind: "user", id: user.id }, field)) {
    // An assignment that was removed manually and isn't asked for leaves the ledger, whatever a rename gives.
    return isManual && live === undefined ? undefined : item;
  }
  if (live === undefined || desired === undefined || isManual) return undefined;
  const left = assignmentOf(row, live, subject, context);
  return item && isSame(item, left) ? item : left;
}

function isSame(a: LedgerAssignment, b: LedgerAssignment): boolean {
  return (
    a.name === b.name &&
    a.proficiency === b.proficiency &&
    a.group?.id === b.group?.id &&
    a.group?.name === b.group?.name &&
    a.until === b.until &&
    a.reviewed === b.reviewed
  );
}

function assignmentOf(row: Row, value: Value, subject: UserSubject, context: DeltaContext): LedgerAssignment {
  const { field, assignment } = row;
  const name = nameOf(field.kind === "skill" ? field.id : "", context);
  const until = endOf(row, subject);
  return {
    ...{ name, proficiency: Number(value) },
    ...(assignment?.group && { group: assignment.group }),
    ...(until !== undefined && { until }),
  };
}

/** A gain comes with its end. All else keeps the end that the ledger has, until the change of the end is done. */
function endOf(row: Row, { ends }: UserSubject): string | undefined {
  if (isGain(row)) return row.assignment?.until;
  const id = row.field.kind === "skill" ? row.field.id : "";
  const end = ends.find(({ field }) => field.kind === "until" && field.id === id);
  return typeof end?.ledger === "string" ? end.ledger : undefined;
}

function endDelta({ subject, field, after }: Change): ChangeDelta {
  if (field.kind !== "until") return { effects: [] };
  return { effects: [{ kind: "until", user: subject.id, skill: field.id, until: after as string | null }] };
}

/**
 * Pending migrations stay until they are done. What a rename gives is pending until it is done: a user who gives up the
 * old skill for the new one must not end up without both, and a proficiency raised meanwhile is kept.
 */
function migrationsUndone(
  { user, migrations, rows }: UserSubject,
  context: DeltaContext,
): Record<SkillId, PendingMigration> {
  const isWaiting = (id: SkillId): boolean =>
    ["waiting", "unseen", "unclear"].includes(context.skillById.get(id)?.state ?? "");
  // Skills that this plan can't decide about stay pending.
  const left: Record<SkillId, PendingMigration> = Object.fromEntries(
    Object.entries(migrations).filter(([id]) => isWaiting(id)),
  );
  for (const { field, mark, migration } of rows) {
    if (field.kind !== "skill") continue;
    const pending = migrations[field.id];
    if (!pending && migration?.kind !== "new") continue;
    const change = context.changeOf({ kind: "user", id: user.id }, field);
    if (pending && (mark !== undefined || (change && change.after !== null))) left[field.id] = pending;
    else if (change && migration?.kind === "new") {
      const { manual } = migration;
      left[field.id] = { name: nameOf(field.id, context), proficiency: Number(change.after), manual };
    }
  }
  return left;
}

function userDelta(change: Change, row: Row, subject: UserSubject, context: DeltaContext): ChangeDelta {
  const { user, namedEmail } = subject;
  const skill = row.field.kind === "skill" ? row.field.id : "";
  const isOurs = change.after !== null && !change.manual;
  const item = isOurs ? assignmentOf(row, change.after, subject, context) : null;
  const who = { user: user.id, ...(namedEmail !== undefined && { email: namedEmail }) };
  const effects: LedgerEffect[] = [{ kind: "assignment", ...who, skill, item }];
  if (change.verb !== "remove") effects.push({ kind: "migration", user: user.id, skill, item: null });
  // The delete of the skill removes the assignment without a write to the user.
  if (row.exclusive === "deletion" && row.migration === undefined) return { effects };
  const owner: Owner = { kind: "user", id: user.id, ...(namedEmail !== undefined && { email: namedEmail }) };
  return { effects, record: { owner, write: recordOf(change, row, nameOf(skill, context)) } };
}

function recordOf(change: Change, row: Row, name: string): WriteRecord {
  const { field, record, ledger, assignment } = row;
  const earlier = record && record.outcome !== "done" ? record.values : [];
  const after = field.kind === "existence" ? (change.after === null ? null : true) : change.after;
  const before = field.kind === "existence" ? (change.before === null ? null : true) : change.before;
  return {
    ...{ field, name, before, wasOurs: ledger !== undefined },
    values: [...earlier.filter((value) => value !== after), after],
    ...(assignment?.group && { group: assignment.group }),
    ...(change.until !== undefined && { until: change.until }),
  };
}

function nameOf(skill: SkillId, { skillById }: DeltaContext): string {
  return skillById.get(skill)?.name ?? skill;
}

// ── Replacements ─────────────────────────────────────────────────────────────────────────────────────

/** The renames in progress, including those that this plan begins. */
function replacementsUndone({ subjects, ledger }: DeltaContext): Replacement[] {
  const known = new Map(ledger?.replacements.map((replacement) => [replacement.id, replacement]));
  return subjects.skills
    .flatMap(({ id, name, replacedBy, state, rows: [existence] }): Replacement[] => {
      const before = known.get(id);
      if (replacedBy === undefined) return before && state !== "live" && state !== "dead" ? [before] : [];
      if (existence?.mark === "withheld" && !before) return [];
      const isKept = existence?.mark === "migrating";
      return [{ id, name, to: replacedBy, state: isKept ? "in-use" : "migrating" }];
    })
    .sort(byId);
}
