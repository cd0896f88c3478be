/** Steps 3 and 4 for users: collects each user's sources, and makes a row for each skill. */
import type {
  Desired,
  DesiredGroup,
  DesiredUser,
  GroupRef,
  Ledger,
  LedgerUser,
  Live,
  LiveUser,
  Note,
  Refusal,
  SkillId,
} from "../../model.ts";
import { byText } from "../../text.ts";
import type { MatchedGroups } from "../match/groups.ts";
import { matchGroups } from "../match/groups.ts";
import type { MatchedUsers } from "../match/users.ts";
import { matchUsers } from "../match/users.ts";
import type { AbsentSubject, ResolvedAssignment, Row, SkillSubject, UserSubject } from "../rows.ts";
import { plainRow } from "../rows.ts";
import type { SourceLot } from "./resolve.ts";
import { resolveSources } from "./resolve.ts";
import type { SkillSubjects } from "./skills.ts";

export interface UserSubjects {
  /** Active users, sorted by e-mail, then id. */
  readonly active: readonly UserSubject[];
  /** Inactive users with skills; empty if they were not listed. */
  readonly inactive: readonly UserSubject[];
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
}

interface UserContext extends UserInputs {
  /** The skills that rows may be about, by id. */
  readonly places: ReadonlyMap<SkillId, SkillPlace>;
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
  const context = { ...inputs, lots, items, isDated, places: placesOf(inputs.skills) };
  return {
    active: matched.users.map((user) => subjectOf(user, "active", matched, context)),
    inactive: inactiveSubjects(matched, context),
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
    const lot = { sources, group: { id: live.id, name: live.name } };
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
  const lots = [...entries, ...(inputs.lots.get(user.id) ?? [])];
  const resolved = resolveSources(lots, (slug) => idBySlug(slug, inputs));
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
    rows: rowsOf(user, item, resolved, inputs),
    ends: [],
  };
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

/** A skill with what every row about it shares, and its place in the order of rows. */
interface SkillPlace {
  readonly subject: SkillSubject;
  readonly field: Row["field"];
  readonly place: number;
}

/** What was held of a skill that is made anew is not gone: it is given again. */
function placesOf({ all, isLost }: SkillSubjects): ReadonlyMap<SkillId, SkillPlace> {
  return new Map(
    all.flatMap((subject, place) => {
      const { id, isReleased } = subject;
      if (isReleased || isLost(id)) return [];
      return [[id, { subject, place, field: { kind: "skill", id } as const }] as const];
    }),
  );
}

/** One row for each skill that the YAML or the ledger knows and that the user has, is to have, or had from us. */
function rowsOf(
  user: LiveUser,
  item: LedgerUser | undefined,
  resolved: ReadonlyMap<SkillId, ResolvedAssignment>,
  { places, desired }: UserContext,
): Row[] {
  const owned = item?.assignments ?? {};
  const records = new Map(
    (item?.records ?? []).flatMap((record) =>
      record.field.kind === "skill" ? [[record.field.id, record] as const] : [],
    ),
  );
  const ids = new Set(resolved.keys());
  for (const more of [Object.keys(owned), user.skills.keys(), records.keys()])
    for (const id of more) ids.add(id);
  const rows: { readonly row: Row; readonly place: number }[] = [];
  for (const id of ids) {
    const known = places.get(id);
    if (!known) continue;
    const { subject, field, place } = known;
    const [asked, live] = [resolved.get(id), user.skills.get(id)];
    const held = Object.hasOwn(owned, id) ? owned[id] : undefined;
    if (!(subject.entry ?? subject.item ?? held)) continue;
    const isJudged = subject.state === "live" || subject.state === "new" || subject.state === "dead";
    const wanted =
      asked && (asked.proficiency ?? { any: true as const, fresh: desired.settings.defaultProficiency });
    const row = plainRow({
      field,
      ledger: held?.proficiency,
      desired: isJudged ? wanted : live,
      live,
      mark: isJudged ? undefined : "unseen",
      source: asked?.sources[0]?.source,
      assignment: asked,
      item: held,
      record: records.get(id),
    });
    rows.push({ row, place });
  }
  return rows.sort((a, b) => a.place - b.place).map(({ row }) => row);
}
