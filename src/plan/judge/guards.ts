/**
 * Reasons to refuse a plan: one rule, one function, one place in the list.
 * A rule sees the finished operations and says what must not happen without somebody allowing it.
 */
import type {
  Desired,
  Ledger,
  Listing,
  Live,
  Operation,
  OtherLedger,
  Refusal,
  RefusalCode,
  Slug,
} from "../../model.ts";
import { byText } from "../../text.ts";
import type { SkillRow } from "../join/skills.ts";
import type { UserRow } from "../join/users.ts";
import { MAX_SKILLS_PER_USER } from "../operations/order.ts";
import { summarize } from "../summary.ts";

/** The refusals that `--allow` lets through. The others are mended in the YAML or in the organisation. */
export const ALLOWABLE: readonly RefusalCode[] = [
  "NOTHING_DESIRED",
  "TOO_MANY_REMOVALS",
  "UNCOVERED",
  "MANY_GONE",
  "WRONG_ORG",
  "WRONG_DIALECT",
  "OTHER_LEDGER",
  "SHARED_ORG",
  "SKILL_DELETE",
  "SKILL_REPLACE",
  "IN_USE",
  "MAYBE_RENAME",
];

export interface Worlds {
  readonly desired: Desired;
  readonly ledger: Ledger | null;
  readonly live: Live;
  readonly otherLedgers: readonly OtherLedger[];
}

/** All that a rule may look at. */
export interface Draft extends Omit<Worlds, "otherLedgers"> {
  readonly operations: readonly Operation[];
  readonly skills: readonly SkillRow[];
  readonly users: readonly UserRow[];
}

type WorldRule = (worlds: Worlds) => readonly Refusal[];
type DraftRule = (draft: Draft) => readonly Refusal[];

// ── Before the table: is this the right organisation, and all of it? ─────────────────────────────────

const incomplete: WorldRule = ({ live }) => {
  const lists: [string, Listing<unknown>][] = [
    ["skills", live.skills],
    ["users", live.users],
    ["groups", live.groups],
    ["profiles", live.profiles],
  ];
  return lists.flatMap(([list, listing]) =>
    listing.kind === "incomplete" ? [{ code: "INCOMPLETE", list, reason: listing.reason } as const] : [],
  );
};

const wrongOrganization: WorldRule = ({ desired, ledger, live }) => {
  const found = live.organization.id;
  const refusals: Refusal[] = [];
  const { organization } = desired.settings;
  if (organization !== undefined && organization.toLowerCase() !== found.toLowerCase()) {
    refusals.push({ code: "WRONG_ORG", by: "settings", expected: organization, found });
  }
  if (ledger && ledger.organization !== found) {
    refusals.push({ code: "WRONG_ORG", by: "ledger", expected: ledger.organization, found });
  }
  return refusals;
};

const wrongDialect: WorldRule = ({ ledger, live }) =>
  ledger && ledger.dialect !== live.dialect
    ? [{ code: "WRONG_DIALECT", expected: ledger.dialect, found: live.dialect }]
    : [];

/** One organisation has one ledger: two would each take the other's work for work by hand. */
const otherLedger: WorldRule = ({ ledger, live, otherLedgers }) => {
  const others = otherLedgers.filter(({ organization }) => organization === live.organization.id);
  return others.map(({ target, renameCommand }) =>
    ledger ? { code: "SHARED_ORG", target } : { code: "OTHER_LEDGER", target, renameCommand },
  );
};

const MANY_GONE_AT_LEAST = 5;
const MANY_GONE_SHARE = 0.3;

/** A list may be complete and still be the wrong world: another tenant's, or one whose data is being moved. */
const manyGone: WorldRule = ({ ledger, live }) => {
  if (!ledger) return [];
  const users = [
    ...live.users.entities,
    ...live.absentUsers.flatMap((user) => ("user" in user ? [user.user] : [])),
  ];
  const lists = [
    { list: "skills", known: ledger.skills.flatMap(({ id }) => id ?? []), live: live.skills.entities },
    { list: "users", known: ledger.users.map(({ id }) => id), live: users },
    { list: "profiles", known: ledger.profiles.map(({ id }) => id), live: live.profiles.entities },
  ] as const;
  return lists.flatMap(({ list, known, live }) => {
    const ids = new Set<string>(live.map(({ id }) => id));
    const gone = known.filter((id) => !ids.has(id)).length;
    const isMany = gone >= MANY_GONE_AT_LEAST && gone / known.length > MANY_GONE_SHARE;
    return isMany ? [{ code: "MANY_GONE", list, gone, known: known.length } as const] : [];
  });
};

// ── After the table: does it do more than anybody meant? ─────────────────────────────────────────────

const nothingDesired: DraftRule = ({ desired, ledger }) => {
  const isEmpty = desired.skills.length === 0 && desired.profiles.length === 0;
  const assignments = countAssignments(ledger);
  const holds = ledger !== null && (ledger.skills.length > 0 || assignments > 0);
  return isEmpty && holds ? [{ code: "NOTHING_DESIRED", assignments }] : [];
};

const TOO_MANY_AT_LEAST = 5;

const tooManyRemovals: DraftRule = ({ desired, ledger, operations }) => {
  const { maxRemovals, maxUsersLosing } = desired.settings.guard;
  const removals = operations.reduce((sum, operation) => sum + removalsOf(operation), 0);
  const { usersLosing } = summarize(operations);
  const known = countAssignments(ledger);
  // Divided, because 100 * 0.29 is less than 29 and the exact share has to pass.
  const isTooMuch = removals >= TOO_MANY_AT_LEAST && removals / known > maxRemovals;
  return isTooMuch || usersLosing > maxUsersLosing
    ? [{ code: "TOO_MANY_REMOVALS", removals, known, usersLosing, maxRemovals, maxUsersLosing }]
    : [];
};

function removalsOf(operation: Operation): number {
  switch (operation.kind) {
    case "update-user":
      return operation.changes.filter((change) => change.kind === "lose" && change.to === undefined).length;
    case "delete-skill":
      return operation.replacedBy === undefined ? operation.holders.length - operation.byHand : 0;
    case "update-profile":
      return operation.entries.filter(({ kind }) => kind === "lose").length;
    case "create-skill":
    case "update-skill":
      return 0;
  }
}

/** Assignments of users and entries of profiles. */
function countAssignments(ledger: Ledger | null): number {
  if (!ledger) return 0;
  const held = ledger.users.reduce((sum, { assignments }) => sum + Object.keys(assignments).length, 0);
  return held + ledger.profiles.reduce((sum, { skills }) => sum + skills.length, 0);
}

const uncovered: DraftRule = ({ desired, skills, users, operations }) => {
  if (desired.settings.guard.uncovered === "warn") return [];
  return uncoveredSkills({ skills, users, operations });
};

/** Skills that stay and go from some holders to none. */
export function uncoveredSkills({
  skills,
  users,
  operations,
}: Pick<Draft, "skills" | "users" | "operations">): Extract<Refusal, { code: "UNCOVERED" }>[] {
  const before = tallyBy(users.flatMap(({ cells }) => cells.filter((cell) => cell.live !== undefined)));
  const changes = operations.flatMap((operation) =>
    operation.kind === "update-user" ? operation.changes : [],
  );
  const gained = tallyBy(changes.filter(({ kind }) => kind === "gain"));
  const lost = tallyBy(changes.filter(({ kind }) => kind === "lose"));
  return skills
    .filter(({ desired }) => desired !== undefined)
    .map(({ slug }) => ({ slug, held: before.get(slug) ?? 0 }))
    .filter(({ slug, held }) => held > 0 && held + (gained.get(slug) ?? 0) - (lost.get(slug) ?? 0) === 0)
    .map(({ slug, held }) => ({ code: "UNCOVERED", skill: slug, before: held }));
}

function tallyBy(items: readonly { readonly skill: Slug }[]): Map<Slug, number> {
  const tally = new Map<Slug, number>();
  for (const { skill } of items) tally.set(skill, (tally.get(skill) ?? 0) + 1);
  return tally;
}

const tooManySkills: DraftRule = ({ users, operations }) => {
  const rows = new Map(users.map((row) => [row.user.id, row]));
  return operations.flatMap((operation) => {
    if (operation.kind !== "update-user") return [];
    const gains = operation.changes.filter(({ kind }) => kind === "gain").length;
    const losses = operation.changes.filter(({ kind }) => kind === "lose").length;
    const count = (rows.get(operation.id)?.user.skills.size ?? 0) + gains - losses;
    if (gains === 0 || count <= MAX_SKILLS_PER_USER) return [];
    return [
      {
        code: "TOO_MANY_SKILLS",
        user: operation.email || operation.id,
        named: operation.named,
        count,
      } as const,
    ];
  });
};

// ── The lists ────────────────────────────────────────────────────────────────────────────────────────

const WORLD_RULES: readonly WorldRule[] = [
  incomplete,
  wrongOrganization,
  wrongDialect,
  otherLedger,
  manyGone,
];
const DRAFT_RULES: readonly DraftRule[] = [nothingDesired, tooManyRemovals, uncovered, tooManySkills];

export function refuseWorlds(worlds: Worlds): Refusal[] {
  return WORLD_RULES.flatMap((rule) => rule(worlds));
}

export function refuseDraft(draft: Draft): Refusal[] {
  return DRAFT_RULES.flatMap((rule) => rule(draft)).sort((a, b) => byText(a.code, b.code));
}
