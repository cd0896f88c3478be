/** Steps 3 and 4 for users: collects each user's sources, and makes a row for each skill. */
import type {
  Desired,
  DesiredGroup,
  DesiredUser,
  GroupRef,
  Ledger,
  LedgerAssignment,
  LedgerUser,
  Live,
  LiveUser,
  Note,
  Refusal,
  SkillId,
  WriteRecord,
} from "../../model.ts";
import { byText } from "../../text.ts";
import type { MatchedGroups } from "../match/groups.ts";
import { matchGroups } from "../match/groups.ts";
import type { MatchedUsers } from "../match/users.ts";
import { matchUsers } from "../match/users.ts";
import type { AbsentSubject, CarriedSource, Row, SkillSubject, UserSubject } from "../rows.ts";
import { plainRow } from "../rows.ts";
import type { SourceLot } from "./resolve.ts";
import { resolve } from "./resolve.ts";
import type { SkillSubjects } from "./skills.ts";

export interface UserSubjects {
  /** Active users, sorted by e-mail, then id. */
  readonly active: readonly UserSubject[];
  /** Inactive users with skills; empty if they were not listed. */
  readonly inactive: readonly UserSubject[];
  /** The user with the rows of `alike`. */
  readonly complete: (user: UserSubject) => UserSubject;
  readonly absent: readonly AbsentSubject[];
  /** The users that the YAML names today, by id, each with every entry that means them. */
  readonly named: MatchedUsers["named"];
  /** The users whom a line with days names; absent where none does. */
  readonly dated?: MatchedUsers;
  /** The sources that each member of a group gets through it, by the user's id. */
  readonly groupLots: ReadonlyMap<string, readonly SourceLot[]>;
  /** Whether the YAML asks for the skill for the group's members; without a group, for those of any group. */
  readonly groupAsks: (skill: SkillId, group?: GroupRef) => boolean;
  /** The live group for each group reference in the YAML. */
  readonly groups: MatchedGroups["byRef"];
  readonly notes: readonly Note[];
  readonly refusals: readonly Refusal[];
}

interface UserInputs {
  readonly desired: Desired;
  readonly ledger: Ledger | null;
  readonly live: Live;
  readonly skills: SkillSubjects;
  /** Whether the YAML of the applied revision named the user. */
  readonly wasNamed: (userId: string) => boolean;
  /** Every assignment is to have its row: a policy concerns them all. */
  readonly needsAllRows: boolean;
}

interface UserContext extends UserInputs {
  readonly slots: SkillSlots;
  readonly lots: ReadonlyMap<string, SourceLot[]>;
  readonly items: ReadonlyMap<string, LedgerUser>;
  /** Whether a line with days names the user. */
  readonly isDated: (userId: string) => boolean;
}

export function userSubjects(inputs: UserInputs): UserSubjects {
  const { desired, ledger, live } = inputs;
  const matched = matchUsers(desired.users, ledger, live);
  const groups = matchGroups(desired.groups, ledger, live.groups, live.groupNames);
  const lots = groupLots(desired.groups, groups.byRef);
  const items = new Map((ledger?.users ?? []).map((user) => [user.id, user]));
  const dated = desired.dated && matchUsers(desired.dated.users, ledger, live);
  const isDated = (id: string): boolean => dated?.named.has(id) === true;
  const slots = new SkillSlots(inputs.skills);
  const context = { ...inputs, lots, items, isDated, slots };
  return {
    active: matched.users.map((user) => subjectOf(user, "active", matched, context)),
    inactive: inactiveSubjects(matched, context),
    complete: (user) => withAllRows(user, context),
    groupLots: lots,
    named: matched.named,
    ...(dated && { dated }),
    groupAsks: groupQuestion(desired.groups, groups.byRef, inputs),
    groups: groups.byRef,
    absent: matched.absent,
    notes: matched.notes,
    refusals: [...matched.refusals, ...groups.refusals],
  };
}

/** The sources of every group, by the id of each member. */
function groupLots(
  groups: readonly DesiredGroup[],
  byRef: ReturnType<typeof matchGroups>["byRef"],
): ReadonlyMap<string, SourceLot[]> {
  const lots = new Map<string, SourceLot[]>();
  for (const { group: ref, sources } of groups) {
    const live = byRef.get(ref);
    if (!live) continue;
    const group = { id: live.id, name: live.name };
    const lot = { sources: sources.map((source) => ({ ...source, group })) };
    for (const member of live.members) {
      const known = lots.get(member);
      if (known) known.push(lot);
      else lots.set(member, [lot]);
    }
  }
  return lots;
}

function groupQuestion(
  groups: readonly DesiredGroup[],
  byRef: ReturnType<typeof matchGroups>["byRef"],
  inputs: UserInputs,
): UserSubjects["groupAsks"] {
  const asked = new Set<string>();
  for (const { group: ref, sources } of groups) {
    for (const { skill } of sources) {
      const id = idBySlug(skill, inputs);
      if (id === undefined) continue;
      asked.add(id).add(keyOf(id, byRef.get(ref) ?? { id: ref, name: ref }));
    }
  }
  return (skill, group) =>
    asked.has(group ? keyOf(skill, group) : skill) ||
    (group !== undefined && asked.has(`${skill}\n${group.name}`));
}

function keyOf(skill: SkillId, { id }: GroupRef): string {
  return `${skill}\n${id}`;
}

/** Inactive users with rows as if they were active. A user who is also listed as active counts as active. */
function inactiveSubjects(matched: MatchedUsers, inputs: UserContext): UserSubject[] {
  const active = new Set(matched.users.map(({ id }) => id));
  const listed = inputs.live.inactiveUsers?.entities ?? [];
  const users = listed.filter(({ id, skills }) => skills.size > 0 && !active.has(id));
  if (users.length === 0) return [];
  const again: Live = { ...inputs.live, users: { kind: "complete", entities: users }, absentUsers: [] };
  const named = matchUsers(inputs.desired.users, inputs.ledger, again);
  return named.users.map((user) => subjectOf(user, "inactive", named, inputs));
}

function subjectOf(
  user: LiveUser,
  state: UserSubject["state"],
  { named, otherPersons }: MatchedUsers,
  inputs: UserContext,
): UserSubject {
  const item = inputs.items.get(user.id);
  const entries = named.get(user.id) ?? [];
  const groups = inputs.lots.get(user.id);
  const lots = groups ? [...entries, ...groups] : entries;
  const alike: SkillId[] = [];
  const open: SkillSlot[] = [];
  // What is pending concerns skills that may be alike.
  const needsAll = inputs.needsAllRows || item?.migrations !== undefined;
  for (const slot of inputs.slots.read(user, item, lots)) {
    const { subject } = slot;
    if (!needsAll && isAlike(slot)) alike.push(subject.id);
    else if (subject.entry ?? subject.item ?? slot.item) open.push(slot);
  }
  return {
    user,
    ref: user.email === "" ? user.id : user.email,
    state,
    named:
      entries.length > 0 || item?.email !== undefined || inputs.isDated(user.id) || inputs.wasNamed(user.id),
    namedEmail: emailOf(user, entries),
    isOtherPerson: otherPersons.has(user.id),
    item,
    migrations: item?.migrations ?? {},
    lots,
    rows: open.sort(byPlace).map((slot) => rowOf(slot, inputs)),
    alike,
    ends: [],
  };
}

function withAllRows(subject: UserSubject, inputs: UserContext): UserSubject {
  const { user, item, lots, alike, rows } = subject;
  if (alike.length === 0) return subject;
  const { slots } = inputs;
  const isLeft = new Set(alike);
  const left = slots.read(user, item, lots).filter((slot) => isLeft.has(slot.subject.id));
  const all = [...rows, ...left.map((slot) => rowOf(slot, inputs))];
  return { ...subject, rows: all.sort((a, b) => slots.placeOf(a) - slots.placeOf(b)), alike: [] };
}

function idBySlug(slug: string, { skills }: UserInputs): SkillId | undefined {
  return skills.bySlug.get(slug)?.id;
}

/** The e-mail to record: a previous one if there are several, since only the ledger links it to the user. */
function emailOf({ email }: LiveUser, entries: readonly DesiredUser[]): string | undefined {
  const emails = entries.map(({ user }) => user).filter((ref) => ref.includes("@"));
  return emails.sort(byText).find((ref) => ref !== email) ?? emails[0];
}

// ── Rows ─────────────────────────────────────────────────────────────────────────────────────────────

/**
 * A skill, with what desired, ledger and live say of it for the user who is read. All users share these, since a map for
 * each user takes longer than all else of a plan.
 */
class SkillSlot {
  readonly subject: SkillSubject;
  readonly field: Row["field"];
  /** Its place in the order of rows. */
  readonly place: number;
  /** No policy concerns its assignments, unless an earlier write does. */
  readonly isPlain: boolean;
  /** The number of the reading that the rest is from. */
  reading = 0;
  source: CarriedSource | undefined = undefined;
  others: CarriedSource[] | undefined = undefined;
  item: LedgerAssignment | undefined = undefined;
  live: number | undefined = undefined;
  record: WriteRecord | undefined = undefined;

  constructor(subject: SkillSubject, field: Row["field"], place: number, isPlain: boolean) {
    this.subject = subject;
    this.field = field;
    this.place = place;
    this.isPlain = isPlain;
  }
}

class SkillSlots {
  readonly #byId: ReadonlyMap<SkillId, SkillSlot>;
  readonly #bySlug: ReadonlyMap<string, SkillSlot>;
  readonly #found: SkillSlot[] = [];
  #reading = 0;

  /** What was held of a skill that is made anew is not gone: it is given again. */
  constructor({ all, bySlug, isLost }: SkillSubjects) {
    const targets = new Set(all.flatMap(({ replacedBy }) => replacedBy ?? []));
    this.#byId = new Map(
      all.flatMap((subject, place) => {
        const { id, state, entry, replacedBy, isReleased } = subject;
        if (isReleased || isLost(id)) return [];
        const isKept = state === "live" && entry !== undefined && !entry.exclusive;
        const isPlain = isKept && replacedBy === undefined && !targets.has(id);
        const field = { kind: "skill", id } as const;
        return [[id, new SkillSlot(subject, field, place, isPlain)]];
      }),
    );
    this.#bySlug = new Map(
      [...bySlug].flatMap(([slug, { id }]) => {
        const slot = this.#byId.get(id);
        return slot ? [[slug, slot]] : [];
      }),
    );
  }

  /**
   * Those of the skills that the user has, is to have, or had from us. They hold until the next user is read.
   */
  read(user: LiveUser, item: LedgerUser | undefined, lots: readonly SourceLot[]): SkillSlot[] {
    this.#reading++;
    const found = this.#found;
    found.length = 0;
    for (const { sources } of lots) {
      for (const source of sources) {
        const slot = this.#open(this.#bySlug.get(source.skill));
        if (!slot) continue;
        if (slot.source) (slot.others ??= []).push(source);
        else slot.source = source;
      }
    }
    for (const [id, assignment] of Object.entries(item?.assignments ?? {})) {
      const slot = this.#open(this.#byId.get(id));
      if (slot) slot.item = assignment;
    }
    for (const record of item?.records ?? []) {
      const slot = record.field.kind === "skill" ? this.#open(this.#byId.get(record.field.id)) : undefined;
      if (slot) slot.record = record;
    }
    for (const [id, proficiency] of user.skills) {
      const slot = this.#open(this.#byId.get(id));
      if (slot) slot.live = proficiency;
    }
    return found;
  }

  placeOf({ field }: Row): number {
    return (field.kind === "skill" && this.#byId.get(field.id)?.place) || 0;
  }

  #open(slot: SkillSlot | undefined): SkillSlot | undefined {
    if (!slot || slot.reading === this.#reading) return slot;
    slot.reading = this.#reading;
    slot.source = slot.others = slot.item = slot.live = slot.record = undefined;
    this.#found.push(slot);
    return slot;
  }
}

function byPlace(a: SkillSlot, b: SkillSlot): number {
  return a.place - b.place;
}

/** Whether desired, ledger and live agree, so that nothing is to be done, noted or recorded. */
function isAlike({ subject, isPlain, source, others, item, live, record }: SkillSlot): boolean {
  if (!isPlain || !item || !source || record || item.proficiency !== live) return false;
  const { proficiency = live, group, until } = others ? resolve([source, ...others]) : source;
  return (
    proficiency === live &&
    (until ?? item.until ?? item.reviewed) === undefined &&
    item.name === subject.name &&
    item.group?.id === group?.id &&
    item.group?.name === group?.name
  );
}

function rowOf(slot: SkillSlot, { desired }: UserContext): Row {
  const { subject, field, source, others = [], item, live, record } = slot;
  const asked = source && resolve([source, ...others]);
  const isJudged = subject.state === "live" || subject.state === "new" || subject.state === "dead";
  const wanted =
    asked && (asked.proficiency ?? { any: true as const, fresh: desired.settings.defaultProficiency });
  return plainRow({
    field,
    ledger: item?.proficiency,
    desired: isJudged ? wanted : live,
    live,
    mark: isJudged ? undefined : "unseen",
    source: asked?.sources[0]?.source,
    assignment: asked,
    item,
    record,
  });
}
