/**
 * The planner: desired, ledger and live in, a Plan out. No clock, file, network or environment, and the same
 * input gives the same bytes. The premise: only positive evidence changes anything. What desired doesn't name
 * is removed where the ledger says that it was ours, and a list that may be short says nothing at all.
 */
import type {
  Desired,
  Ledger,
  Live,
  Note,
  Operation,
  Plan,
  PlannedSkill,
  Refusal,
  Slug,
  Summary,
} from "../model.ts";
import { costOf } from "./cost.ts";
import { planFingerprint } from "./fingerprint.ts";
import { ALLOWABLE, refuseDraft, refuseWorlds } from "./guards.ts";
import type { JoinedProfiles } from "./join-profiles.ts";
import { joinProfiles } from "./join-profiles.ts";
import type { JoinedSkills } from "./join-skills.ts";
import { joinSkills } from "./join-skills.ts";
import type { JoinedUsers } from "./join-users.ts";
import { joinUsers } from "./join-users.ts";
import type { Tally, Terms } from "./operation.ts";
import { createSkill, newTally, updateProfile, updateSkill, updateUser } from "./operation.ts";
import { toStages } from "./order.ts";
import { exclusiveSkills, releaseUnmanaged } from "./policy.ts";

export interface PlanOptions {
  /** Codes of refusals that somebody allows on purpose. */
  readonly allow: ReadonlySet<string>;
  /** The rate limit, for the cost. */
  readonly requestsPerMinute: number;
}

/** Compares the three worlds. `ledger` is null where nothing was ever applied: then nothing can be removed. */
export function plan(desired: Desired, ledger: Ledger | null, live: Live, options: PlanOptions): Plan {
  const worldRefusals = refuseWorlds({ desired, ledger, live });
  if (worldRefusals.some(({ code }) => !isAllowed(code, options))) {
    return toPlan({
      desired,
      ledger,
      live,
      options,
      operations: [],
      notes: [],
      refusals: worldRefusals,
      skills: {},
    });
  }
  const governed = releaseUnmanaged(desired, ledger);
  const joined = join(governed.desired, governed.ledger, live);
  const tally = newTally();
  const operations = operate(joined, termsOf(governed.desired, governed.ledger), live, tally);
  const refusals = [
    ...worldRefusals,
    ...joined.skills.refusals,
    ...joined.profiles.refusals,
    ...joined.users.refusals,
    ...refuseDraft({ ...governed, live, operations, skills: joined.skills.rows, users: joined.users.rows }),
  ];
  const notes = noteAll(joined, governed.released, live, tally);
  return toPlan({
    desired,
    ledger,
    live,
    options,
    operations,
    notes,
    refusals,
    skills: indexSkills(joined.skills),
  });
}

function isAllowed(code: Refusal["code"], { allow }: PlanOptions): boolean {
  return allow.has(code) && ALLOWABLE.includes(code);
}

// ── Join ─────────────────────────────────────────────────────────────────────────────────────────────

interface Joined {
  readonly skills: JoinedSkills;
  readonly profiles: JoinedProfiles;
  readonly users: JoinedUsers;
}

function join(desired: Desired, ledger: Ledger | null, live: Live): Joined {
  const skills = joinSkills(desired.skills, ledger?.skills ?? [], live.skills.entities);
  return {
    skills,
    profiles: joinProfiles(desired.profiles, ledger?.profiles ?? [], live, skills),
    users: joinUsers(desired, ledger?.users ?? [], live, skills),
  };
}

function termsOf(desired: Desired, ledger: Ledger | null): Terms {
  const wished = new Set(
    desired.groups.flatMap(({ group, wishes }) => wishes.map(({ skill }) => JSON.stringify([group, skill]))),
  );
  return {
    target: desired.target,
    defaultProficiency: desired.settings.defaultProficiency,
    drift: desired.settings.drift,
    exclusive: exclusiveSkills(desired, ledger),
    wishedByGroup: (group, skill) => wished.has(JSON.stringify([group, skill])),
  };
}

// ── Operate ──────────────────────────────────────────────────────────────────────────────────────────

function operate({ skills, profiles, users }: Joined, terms: Terms, live: Live, tally: Tally): Operation[] {
  // A skill that could be either of two is created by nobody.
  const unclear = new Set(skills.refusals.flatMap((refusal) => ("skill" in refusal ? [refusal.skill] : [])));
  const rows = skills.rows.filter(({ slug, desired }) => !unclear.has(slug) && desired !== undefined);
  tally.adoptedSkills = rows.filter(({ ledger, live }) => !ledger && live).length;
  tally.goneSkills = skills.rows.filter(({ desired, live }) => !desired && !live).length;
  return [
    ...rows.map((row) => createSkill(row, terms)),
    ...(live.dialect === "profiles" ? rows.map((row) => updateSkill(row, terms)) : []),
    ...profiles.rows.map((row) => updateProfile(row, terms, tally)),
    ...users.rows.map((row) => updateUser(row, terms, tally)),
  ].filter((operation) => operation !== null);
}

function noteAll(joined: Joined, released: ReadonlySet<Slug>, live: Live, tally: Tally): Note[] {
  const { skills, profiles, users } = joined;
  const strangers = skills.strangers.filter(({ slug }) => !released.has(slug)).map(({ name }) => name);
  const notes: Note[] = [...skills.notes, ...profiles.notes, ...users.notes, ...tally.notes];
  if (live.dialect === "cloud") notes.push(...spelledOtherwise(skills));
  if (tally.adoptedSkills + tally.adoptedAssignments > 0) {
    notes.push({ code: "ADOPTED", skills: tally.adoptedSkills, assignments: tally.adoptedAssignments });
  }
  if (tally.goneSkills + tally.goneAssignments > 0) {
    notes.push({ code: "ALREADY_GONE", skills: tally.goneSkills, assignments: tally.goneAssignments });
  }
  if (strangers.length > 0) notes.push({ code: "UNMANAGED_SKILLS", names: strangers.sort() });
  if (tally.unmanagedAssignments > 0) {
    notes.push({
      code: "UNMANAGED_ASSIGNMENTS",
      count: tally.unmanagedAssignments,
      users: tally.unmanagedUsers.size,
    });
  }
  if (live.view === "limited") notes.push({ code: "LIMITED_VIEW" });
  return notes;
}

/** The `cloud` API can't rename, so there another spelling is only said. */
function spelledOtherwise({ rows }: JoinedSkills): Note[] {
  return rows.flatMap(({ slug, desired, live }) =>
    desired && live && desired.name !== live.name
      ? [{ code: "NAME_DIFFERS", skill: slug, desired: desired.name, live: live.name } as const]
      : [],
  );
}

// ── The value ────────────────────────────────────────────────────────────────────────────────────────

interface Parts {
  readonly desired: Desired;
  readonly ledger: Ledger | null;
  readonly live: Live;
  readonly options: PlanOptions;
  readonly operations: readonly Operation[];
  readonly notes: readonly Note[];
  readonly refusals: readonly Refusal[];
  readonly skills: Readonly<Record<Slug, PlannedSkill>>;
}

function toPlan({ desired, ledger, live, options, operations, notes, refusals, skills }: Parts): Plan {
  return {
    version: 1,
    target: desired.target,
    organization: live.organization,
    dialect: live.dialect,
    hasLedger: ledger !== null,
    skills,
    stages: toStages(operations),
    notes,
    refusals: refusals.filter(({ code }) => !isAllowed(code, options)),
    allowed: refusals.filter(({ code }) => isAllowed(code, options)),
    summary: summarize(operations),
    cost: costOf(operations, options.requestsPerMinute),
    fingerprint: planFingerprint(operations),
  };
}

function indexSkills({ rows }: JoinedSkills): Record<Slug, PlannedSkill> {
  return Object.fromEntries(
    rows.map(({ slug, desired, ledger, live }) => {
      const name = desired?.name ?? live?.name ?? ledger?.name ?? slug;
      return [slug, { name, id: live?.id ?? null }];
    }),
  );
}

function summarize(operations: readonly Operation[]): Summary {
  const summary = { add: 0, change: 0, destroy: 0, usersGaining: 0, usersLosing: 0 };
  for (const operation of operations) {
    switch (operation.kind) {
      case "create-skill":
        summary.add++;
        break;
      case "update-skill":
        summary.change++;
        break;
      case "update-profile":
        if (operation.changes.length > 0) summary.change++;
        summary.add += countKind(operation.entries, "gain");
        summary.destroy += countKind(operation.entries, "lose");
        break;
      case "update-user":
        summary.add += countKind(operation.changes, "gain");
        summary.change += countKind(operation.changes, "change");
        summary.destroy += countKind(operation.changes, "lose");
        summary.usersGaining += Number(countKind(operation.changes, "gain") > 0);
        summary.usersLosing += Number(countKind(operation.changes, "lose") > 0);
        break;
    }
  }
  return summary;
}

function countKind(changes: readonly { readonly kind: string }[], kind: string): number {
  return changes.filter((change) => change.kind === kind).length;
}
