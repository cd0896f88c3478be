/** The three worlds, indexed so that one skill or user can be followed through them without searching twice. */
import type {
  AssignmentChange,
  Desired,
  DesiredUser,
  Ledger,
  LedgerAssignment,
  LedgerUser,
  Live,
  LiveSkill,
  Note,
  Plan,
  Refusal,
  Slug,
  Wish,
} from "../../model.ts";
import { byText } from "../../text.ts";
import type { Planned, SkillFact, UserFact } from "./holding.ts";
import { openDirectory } from "../join/directory.ts";
import type { Joined } from "../join/join.ts";
import { join } from "../join/join.ts";
import type { SkillRow } from "../join/skills.ts";
import { joinSkills } from "../join/skills.ts";
import type { AssignmentCell, UserRow } from "../join/users.ts";
import { carryToMembers, carryToNamedUsers } from "../join/users.ts";
import type { CarriedWish } from "../join/merge.ts";

export interface Worlds {
  readonly desired: Desired;
  /** Null where nothing was ever applied. */
  readonly ledger: Ledger | null;
  readonly live: Live;
  /** Made of these three. */
  readonly plan: Plan;
}

/** A skill that any of the three worlds knows; without `desired` and `ledger` it is a stranger to the YAML. */
export interface KnownSkill extends SkillRow {
  readonly fact: SkillFact;
}

/** A user outside the list of active users, whom the YAML or the ledger names. */
export interface Absentee {
  readonly user: UserFact;
  /** Ids and e-mails, in lower case. */
  readonly refs: readonly string[];
  readonly wishes: readonly Wish[];
  readonly assignments: Readonly<Record<Slug, LedgerAssignment>>;
}

export interface Index {
  readonly worlds: Worlds;
  readonly joined: Joined;
  readonly plannedFor: (user: UserRow, cell: AssignmentCell) => Planned;
  /** What the plan gives or takes each user, by user id and slug. */
  readonly changes: Changes;
  /** Sorted by name. */
  readonly skills: readonly KnownSkill[];
  readonly skillByLiveId: ReadonlyMap<string, KnownSkill>;
  /** The skills that the YAML or the ledger names. */
  readonly skillBySlug: ReadonlyMap<Slug, KnownSkill>;
  /** By user id. */
  readonly wishes: ReadonlyMap<string, readonly CarriedWish[]>;
  readonly absentees: readonly Absentee[];
  readonly profileName: (profile: Slug) => string;
}

export function indexWorlds(worlds: Worlds): Index {
  const { desired, ledger, live } = worlds;
  const joined = join(desired, ledger, live);
  const skills = knowSkills(worlds, joined);
  const skillBySlug = new Map(
    skills.flatMap((skill) => (skill.desired || skill.ledger ? [[skill.slug, skill]] : [])),
  );
  const profileNames = new Map(
    [...(ledger?.profiles ?? []), ...desired.profiles].map(({ slug, name }) => [slug, name]),
  );
  return {
    worlds,
    joined,
    ...indexPlan(worlds, joined, (slug) => skillBySlug.get(slug)?.fact.name ?? slug),
    skills,
    skillByLiveId: new Map(skills.flatMap((skill) => (skill.live ? [[skill.live.id, skill]] : []))),
    skillBySlug,
    wishes: carryAll(joined, live),
    absentees: findAbsentees(worlds, joined),
    profileName: (profile) => profileNames.get(profile) ?? profile,
  };
}

type Changes = ReadonlyMap<string, ReadonlyMap<Slug, AssignmentChange>>;

/** The plan by whom and what it is about. */
function indexPlan(
  { plan }: Worlds,
  { desired, renames, skills }: Joined,
  skillName: (skill: Slug) => string,
): Pick<Index, "plannedFor" | "changes"> {
  const operations = plan.stages.flat();
  const changes: Changes = new Map(
    operations.flatMap((operation) =>
      operation.kind === "update-user"
        ? [[operation.id, new Map(operation.changes.map((change) => [change.skill, change]))]]
        : [],
    ),
  );
  const deletes = new Map(
    operations.flatMap((operation) =>
      operation.kind === "delete-skill" ? [[operation.skill, operation]] : [],
    ),
  );
  const left = new Set(
    plan.notes.flatMap((note) =>
      note.code === "DRIFT_LEFT" && note.kind === "user" ? [keyOf(note.holder, note.skill)] : [],
    ),
  );
  const wished = new Set(
    desired.groups.flatMap(({ group, wishes }) => wishes.map(({ skill }) => keyOf(group, skill))),
  );
  return {
    changes,
    plannedFor({ user }, { skill, ledger, live }) {
      const change = changes.get(user.id)?.get(skill);
      const deleted = live === undefined ? undefined : deletes.get(skill);
      const replacedBy = renames.byOldId.get(skills.bySlug.get(skill)?.live?.id ?? "")?.rename.to;
      return {
        ...(change && { change }),
        ...(deleted && { deleted }),
        ...(replacedBy !== undefined && { replacedBy }),
        isLeft: left.has(keyOf(user.email === "" ? user.id : user.email, skill)),
        isGroupWished: ledger?.group !== undefined && wished.has(keyOf(ledger.group, skill)),
        skillName,
      };
    },
  };
}

function keyOf(holder: string, skill: Slug): string {
  return JSON.stringify([holder, skill]);
}

// ── Skills ───────────────────────────────────────────────────────────────────────────────────────────

/** The skills that were joined, those that the YAML lets go, and the strangers. */
function knowSkills({ desired, ledger }: Worlds, { skills, released }: Joined): KnownSkill[] {
  const letGo = joinSkills(
    desired.skills.filter(({ slug }) => released.has(slug)),
    (ledger?.skills ?? []).filter(({ slug }) => released.has(slug)),
    skills.strangers,
  );
  const strangers = letGo.strangers.map((live: LiveSkill): SkillRow => ({ slug: live.slug, live }));
  return [...skills.rows, ...letGo.rows, ...strangers]
    .map((row) => ({ ...row, fact: factOf(row) }))
    .sort((a, b) => byText(a.fact.name.toLowerCase(), b.fact.name.toLowerCase()) || byText(a.slug, b.slug));
}

function factOf({ slug, desired, ledger, live }: SkillRow): SkillFact {
  return { slug, name: desired?.name ?? live?.name ?? ledger?.name ?? slug, id: live?.id ?? null };
}

// ── Users ────────────────────────────────────────────────────────────────────────────────────────────

function carryAll({ desired, ledger }: Joined, live: Live): Map<string, CarriedWish[]> {
  const directory = openDirectory(live, ledger?.users ?? []);
  const sources = [
    carryToNamedUsers(desired.users, directory).wishes,
    carryToMembers(desired.groups, live, directory).wishes,
  ];
  const ids = new Set(sources.flatMap((source) => [...source.keys()]));
  return new Map([...ids].map((id) => [id, sources.flatMap((source) => source.get(id) ?? [])]));
}

export function userFact({ user, named, formerEmail }: UserRow): UserFact {
  const { id, name, email } = user;
  return {
    ref: email === "" ? id : email,
    id,
    name,
    named,
    state: "active",
    ...(formerEmail !== undefined && { formerEmail }),
  };
}

/** Those of whom the join could only say that they aren't there. */
function findAbsentees({ live }: Worlds, { desired, ledger, users }: Joined): Absentee[] {
  const named = new Map(desired.users.map((user) => [user.user, user]));
  const entries = new Map(
    (ledger?.users ?? []).flatMap((user) =>
      [user.id, user.email ?? user.id].map((ref) => [ref.toLowerCase(), user] as const),
    ),
  );
  const found = new Map(live.absentUsers.map((absent) => [absent.ref.toLowerCase(), absent]));
  return [...users.notes, ...users.refusals].flatMap((said) => {
    const absence = absenceOf(said);
    if (!absence) return [];
    const key = absence.ref.toLowerCase();
    const entry = entries.get(key);
    const absent = found.get(key) ?? (entry && found.get(entry.id.toLowerCase()));
    const known = absent && "id" in absent ? absent : entry;
    return [toAbsentee(absence, named.get(absence.ref), entry, known)];
  });
}

interface Absence {
  readonly ref: string;
  readonly state: UserFact["state"];
}

function absenceOf(said: Note | Refusal): Absence | null {
  if (said.code === "UNKNOWN_USER") return { ref: said.name, state: "unknown" };
  if (said.code !== "LEFT_ORG") return null;
  return { ref: said.user, state: said.state === "unknown" ? "left" : said.state };
}

function toAbsentee(
  { ref, state }: Absence,
  named: DesiredUser | undefined,
  entry: LedgerUser | undefined,
  known: { readonly id: string; readonly email?: string } | undefined,
): Absentee {
  const refs = [ref, known?.id, known?.email].filter((one) => one !== undefined && one !== "");
  return {
    user: { ref, id: known?.id ?? null, name: null, named: named !== undefined, state },
    refs: refs.map((one) => String(one).toLowerCase()),
    wishes: named?.wishes ?? [],
    assignments: entry?.assignments ?? {},
  };
}
