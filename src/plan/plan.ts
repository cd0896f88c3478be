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
  OtherLedger,
  Plan,
  PlannedSkill,
  Refusal,
  Slug,
} from "../model.ts";
import { costOf } from "./cost.ts";
import { decideFates, doomedSkills } from "./judge/deletes.ts";
import { planFingerprint } from "./fingerprint.ts";
import { readFormer } from "./judge/former.ts";
import { ALLOWABLE, refuseDraft, refuseWorlds } from "./judge/guards.ts";
import type { Joined } from "./join/join.ts";
import { join } from "./join/join.ts";
import type { SkillRow } from "./join/skills.ts";
import { findMaybeRenames } from "./judge/likeness.ts";
import type { Unfinished } from "./notes.ts";
import { noteAll } from "./notes.ts";
import { createSkill, updateProfile, updateSkill } from "./operations/skills-and-profiles.ts";
import { updateUser } from "./operations/users.ts";
import { toStages } from "./operations/order.ts";
import { exclusiveSkills } from "./join/policy.ts";
import { summarize } from "./summary.ts";
import type { Tally, Terms } from "./judge/terms.ts";
import { newTally } from "./judge/terms.ts";

export interface PlanOptions {
  /** Codes of refusals that somebody allows on purpose. */
  readonly allow: ReadonlySet<string>;
  /** The rate limit, for the cost. */
  readonly requestsPerMinute: number;
  /** The organisations of the repository's other targets. Default: none. */
  readonly otherLedgers?: readonly OtherLedger[];
  /** The YAML of the ledger's revision, so that a removal can point at the line that used to ask. */
  readonly former?: Desired;
  /** `live` is made up from the ledger: what the ledger doesn't hold is unknown, not absent. Default false. */
  readonly isEstimate?: boolean;
  /** What a run that died left undone, for the note. */
  readonly unfinished?: Unfinished;
}

/** Compares the three worlds. `ledger` is null where nothing was ever applied: then nothing can be removed. */
export function plan(desired: Desired, ledger: Ledger | null, live: Live, options: PlanOptions): Plan {
  const worldRefusals = refuseWorlds({ desired, ledger, live, otherLedgers: options.otherLedgers ?? [] });
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
  const joined = join(desired, ledger, live);
  const tally = newTally();
  const former = readFormer(options.former, joined.ledger?.users ?? [], live, joined.skills);
  const deletes = decideFates(joined, live, {
    target: desired.target,
    isAllowed: (code) => isAllowed(code, options),
    formerOrigin: former.originOf,
  });
  const terms: Terms = { ...termsOf(joined, options), former, fates: deletes.fates };
  const operations = [...operate(joined, terms, live, tally), ...deletes.operations];
  const refusals = [
    ...worldRefusals,
    ...joined.skills.refusals,
    ...joined.profiles.refusals,
    ...joined.users.refusals,
    ...deletes.refusals,
    ...findMaybeRenames(doomedSkills(joined, live), createdRows(joined, operations), joined.users.rows),
    ...refuseDraft({
      ...{ desired: joined.desired, ledger: joined.ledger, live, operations },
      ...{ skills: joined.skills.rows, users: joined.users.rows },
    }),
  ];
  const notes = noteAll(joined, operations, live, tally, { ...options, deletes });
  return toPlan({
    desired,
    ledger,
    live,
    options,
    operations,
    notes,
    refusals,
    skills: indexSkills(joined),
  });
}

function isAllowed(code: Refusal["code"], { allow }: PlanOptions): boolean {
  return allow.has(code) && ALLOWABLE.includes(code);
}

// ── Operate ──────────────────────────────────────────────────────────────────────────────────────────

function createdRows({ skills }: Joined, operations: readonly Operation[]): SkillRow[] {
  const created = new Set(operations.flatMap((one) => (one.kind === "create-skill" ? one.skill : [])));
  return skills.rows.filter(({ slug }) => created.has(slug));
}

function termsOf(
  { desired, ledger, renames }: Joined,
  options: PlanOptions,
): Omit<Terms, "former" | "fates"> {
  const wished = new Set(
    desired.groups.flatMap(({ group, wishes }) => wishes.map(({ skill }) => JSON.stringify([group, skill]))),
  );
  const groupSkills = new Set(desired.groups.flatMap(({ wishes }) => wishes.map(({ skill }) => skill)));
  return {
    target: desired.target,
    defaultProficiency: desired.settings.defaultProficiency,
    drift: desired.settings.drift,
    exclusive: exclusiveSkills(desired, ledger),
    wishedByGroup: (group, skill) => wished.has(JSON.stringify([group, skill])),
    // An estimate doesn't know who is in a group, so nobody loses what some group may give them.
    isUncertain: (skill) => options.isEstimate === true && groupSkills.has(skill),
    renames,
  };
}

function operate({ skills, profiles, users }: Joined, terms: Terms, live: Live, tally: Tally): Operation[] {
  // A skill that could be either of two is created by nobody, nor is one that the YAML knows by its id.
  const unclear = new Set(skills.refusals.flatMap((refusal) => ("skill" in refusal ? [refusal.skill] : [])));
  const rows = skills.rows.filter(
    ({ slug, desired, live }) =>
      desired !== undefined && !unclear.has(slug) && (live !== undefined || desired.id === undefined),
  );
  tally.adoptedSkills = rows.filter(({ ledger, live }) => !ledger && live).length;
  tally.goneSkills = skills.rows.filter(({ desired, live }) => !desired && !live).length;
  return [
    ...rows.map((row) => createSkill(row, terms)),
    ...(live.dialect === "profiles" ? rows.map((row) => updateSkill(row, terms)) : []),
    ...profiles.rows.map((row) => updateProfile(row, terms, tally)),
    ...users.rows.map((row) => updateUser(row, terms, tally)),
  ].filter((operation) => operation !== null);
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
    isEstimate: options.isEstimate === true,
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

/** Every skill that a change may speak of; the old ones of renames too, ours or not. */
function indexSkills({ skills: { rows }, renames }: Joined): Record<Slug, PlannedSkill> {
  const olds = [...renames.byOldId.values()].map(
    ({ old: { slug, name, id } }) => [slug, { name, id }] as const,
  );
  const known = rows.map(({ slug, desired, ledger, live }) => {
    const name = desired?.name ?? live?.name ?? ledger?.name ?? slug;
    return [slug, { name, id: live?.id ?? null }] as const;
  });
  return Object.fromEntries([...olds, ...known]);
}
