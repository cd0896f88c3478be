/** Steps 3 and 4 for people: every user gets the sources that ask for them, and a row for each skill. */
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
import type { AbsentSubject, ResolvedAssignment, Row, UserSubject } from "../rows.ts";
import { plainRow } from "../rows.ts";
import type { SourceLot } from "./resolve.ts";
import { resolveSources } from "./resolve.ts";
import type { SkillSubjects } from "./skills.ts";

export interface UserSubjects {
  /** Active users, sorted by e-mail, then id. */
  readonly active: readonly UserSubject[];
  /** Inactive users who hold anything; empty where nobody listed them. */
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
  /** The live group of each that the YAML names, by the name or id that it writes. */
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
  const context = { ...inputs, lots, items, isDated: (id: string) => dated?.named.has(id) === true };
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

/** Inactive users as they would be judged if they came back; who is in the list of active users counts as active. */
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
      entries.length > 0 || item?.email !== undefined || inputs.wasNamed(user.id) || inputs.isDated(user.id),
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

/** Of several e-mails one that the user no longer has: only the ledger says that it means them. */
function emailOf({ email }: LiveUser, entries: readonly DesiredUser[]): string | undefined {
  const emails = entries.map(({ user }) => user).filter((ref) => ref.includes("@"));
  return emails.sort(byText).find((ref) => ref !== email) ?? emails[0];
}

// ── Rows ─────────────────────────────────────────────────────────────────────────────────────────────

/** One row for each skill that the YAML or the ledger knows and that the user has, is to have, or had from us. */
function rowsOf(
  user: LiveUser,
  item: LedgerUser | undefined,
  resolved: ReadonlyMap<SkillId, ResolvedAssignment>,
  { skills, desired }: UserInputs,
): Row[] {
  const owned = new Map(Object.entries(item?.assignments ?? {}));
  const records = new Map(
    (item?.records ?? []).flatMap((record) =>
      record.field.kind === "skill" ? [[record.field.id, record] as const] : [],
    ),
  );
  const ids = new Set([...resolved.keys(), ...owned.keys(), ...user.skills.keys(), ...records.keys()]);
  const rows: { readonly row: Row; readonly name: string; readonly id: string }[] = [];
  for (const id of ids) {
    const subject = skills.byId.get(id);
    if (!subject || subject.isReleased || !(subject.entry ?? subject.item ?? owned.get(id))) continue;
    // What was held of a skill that is made anew is not gone: it is given again.
    if (skills.isLost(id)) continue;
    const [asked, held, live] = [resolved.get(id), owned.get(id), user.skills.get(id)];
    const isJudged = subject.state === "live" || subject.state === "new" || subject.state === "dead";
    const wanted =
      asked && (asked.proficiency ?? { any: true as const, fresh: desired.settings.defaultProficiency });
    const row = plainRow({
      field: { kind: "skill", id },
      ledger: held?.proficiency,
      desired: isJudged ? wanted : live,
      live,
      mark: isJudged ? undefined : "unseen",
      source: asked?.sources[0]?.source,
      assignment: asked,
      item: held,
      record: records.get(id),
    });
    rows.push({ row, name: subject.name, id });
  }
  return rows.sort((a, b) => byText(a.name, b.name) || byText(a.id, b.id)).map(({ row }) => row);
}
