/** Plans and what became of them, written out, with one name in every place where a name can stand. */
import type {
  ApplyReport,
  Change,
  Field,
  Holder,
  Note,
  Operation,
  Place,
  Plan,
  References,
  Refusal,
  Subject,
} from "../../src/model.ts";

/** Somebody whom the YAML doesn't name and who loses nothing; none of this may stand in what others read. */
export const UNNAMED = { name: "Una Mentioned", email: "una.mentioned@example.com", id: "unnamed-id" };

/** Somebody whom the YAML doesn't name and who loses a skill. */
export const LOSER = { name: "Lou Sing", email: "lou.sing@example.com", id: "loser-id" };

const SKILLS = ["id-old", "new:new", "id-other", "id-gone"];

/** What a change is about besides its subject, without the parts that are the same everywhere. */
type ChangeParts = Pick<Change, "field" | "verb" | "before" | "after"> & Partial<Change>;

/** Makes changes with an id of their own each. */
export function changeMaker(source?: Place): (subject: Subject, parts: ChangeParts) => Change {
  let next = 0;
  return (subject, parts) => ({
    id: (next++).toString(16).padStart(16, "0"),
    subject,
    cause: "edit",
    takesAway: parts.verb === "remove" || parts.verb === "delete",
    ...(source && { source }),
    ...parts,
  });
}

export function skillField(id: string): Field {
  return { kind: "skill", id };
}

/** A plan with every kind of operation, note and refusal. */
export function planNamed(name: string): Plan {
  const operations = operationsNamed(name);
  return {
    version: 2,
    target: "default",
    organization: { id: "org", name },
    dialect: "profiles",
    hasLedger: true,
    isEstimate: false,
    skills: Object.fromEntries(
      SKILLS.map((id) => [id, { name, slug: id.slice(3), isLive: id !== "new:new" }]),
    ),
    stages: [operations.slice(0, -2), operations.slice(-2)],
    withheld: [],
    scheduled: scheduledNamed(name),
    notes: notesNamed(name),
    refusals: refusalsNamed(name),
    allowed: refusalsNamed(name),
    summary: { add: 1, change: 1, destroy: 1, move: 1, usersGaining: 1, usersLosing: 1 },
    cost: { requests: 9, seconds: 9 },
    fingerprint: "0123456789abcdef",
  };
}

function scheduledNamed(name: string): Plan["scheduled"] {
  const about = { user: "u1", name, email: `${name}@example.com`, source: placeNamed(name) };
  const changes = [
    { ...about, skill: "id-old", before: null, after: 3 },
    { ...about, user: null, email: "", skill: "new:new", before: null, after: 1 },
    { ...about, skill: "id-other", before: 2, after: 4 },
    { ...about, skill: "id-gone", before: 3, after: null },
  ];
  return [{ day: "2027-01-07", changes, uncovered: [{ skill: "id-gone", before: 1 }] }];
}

function placeNamed(name: string): Place {
  return { file: `skills/${name}.yaml`, line: 3, column: 5 };
}

function operationsNamed(name: string): Operation[] {
  const make = changeMaker(placeNamed(name));
  const conflict = (subject: Subject, parts: ChangeParts): Change =>
    make(subject, { cause: "conflict", takesAway: true, ...parts });
  const texts = (subject: Subject): Change[] =>
    (["name", "description"] as const).map((kind) =>
      conflict(subject, { field: { kind }, verb: "update", before: `${name} before`, after: name }),
    );
  const given = (subject: Subject): Change[] => [
    conflict(subject, { field: skillField("id-gone"), verb: "add", before: null, after: 1 }),
    conflict(subject, {
      ...{ field: skillField("new:new"), verb: "add", before: null, after: 1 },
      ...{ rename: { from: "id-old" }, manual: true },
    }),
    conflict(subject, { field: skillField("id-other"), verb: "update", before: 1, after: 2 }),
    conflict(subject, {
      ...{ field: skillField("id-old"), verb: "remove", before: 1, after: null },
      rename: { to: "new:new" },
    }),
  ];
  const [old, fresh, other, gone] = SKILLS.map((id): Subject => ({ kind: "skill", id }));
  const user = (id: string): Subject => ({ kind: "user", id });
  const support: Subject = { kind: "profile", id: "id-support" };
  if (!old || !fresh || !other || !gone) throw new Error("There are four skills.");
  return [
    {
      ...{ subject: fresh, name },
      changes: [
        make(fresh, { field: { kind: "existence" }, verb: "create", before: null, after: name }),
        make(fresh, { field: { kind: "description" }, verb: "add", before: null, after: name }),
      ],
    },
    { subject: other, name, changes: texts(other) },
    {
      ...{ subject: support, name },
      changes: [
        ...texts(support),
        make(support, { field: skillField("new:new"), verb: "add", before: null, after: true }),
        make(support, { field: skillField("id-other"), verb: "remove", before: true, after: null }),
      ],
    },
    {
      ...{ subject: user("u1"), name, email: name, named: true },
      changes: [...given(user("u1")), make(user("u1"), lossOf("id-other"))],
    },
    {
      ...{ subject: user(UNNAMED.id), name: UNNAMED.name, email: UNNAMED.email, named: false },
      changes: given(user(UNNAMED.id)),
    },
    {
      ...{ subject: old, name },
      changes: [make(old, { ...deleteOf(name), rename: { to: "new:new" } })],
      deletion: { replacedBy: "new:new", holders: [], inactiveListed: true },
    },
    {
      ...{ subject: gone, name },
      changes: [make(gone, deleteOf(name)), make(user(LOSER.id), lossOf("id-gone"))],
      deletion: { holders: [holderNamed()], inactiveListed: false },
    },
  ];
}

function lossOf(skill: string): ChangeParts {
  return { field: skillField(skill), verb: "remove", before: 1, after: null };
}

function deleteOf(name: string): ChangeParts {
  return { field: { kind: "existence" }, verb: "delete", before: name, after: null };
}

function holderNamed(): Holder {
  return { ...LOSER, named: false, manual: true, inactive: false };
}

function referencesNamed(name: string): References {
  return { kind: "known", flows: [name], skillGroups: [name, name] };
}

function notesNamed(name: string): Note[] {
  const source = placeNamed(name);
  const left = { code: "DRIFT_LEFT", skill: "id-other", applied: 1, live: 2 } as const;
  return [
    { code: "ADOPTED", skills: 1, assignments: 1 },
    { code: "UNMANAGED_SKILLS", names: [name, name] },
    {
      ...{ code: "UNMANAGED_ASSIGNMENTS", count: 2, users: 1 },
      first: [{ user: UNNAMED.email, named: false, skill: "id-other", proficiency: 2 }],
    },
    { code: "ALREADY_GONE", skills: 1, assignments: 0 },
    { code: "SCHEDULED", days: 1 },
    { ...left, subject: { kind: "profile", id: "p" }, holder: name, named: true },
    { ...left, subject: { kind: "user", id: UNNAMED.id }, holder: UNNAMED.email, named: false },
    { code: "RECREATED", what: "skill", name },
    { code: "NAME_DIFFERS", skill: "id-other", desired: name, live: name },
    { code: "INACTIVE_SKILL", skill: "id-other", source },
    { code: "EMAIL_CHANGED", from: name, to: name, source },
    { code: "EMAIL_REUSED", email: name, before: name, now: name, source },
    { code: "LEFT_ORG", user: name, state: "deleted", sources: [source, source] },
    { code: "KEPT_BY_GROUP", user: name, groups: [name], skills: ["id-other"] },
    { code: "LEFT_ORG", user: UNNAMED.email, state: "deleted", sources: [] },
    { code: "PREVIOUSLY_DONE", skill: "new:new", previously: [name] },
    { code: "NAME_NOT_FREE", skill: "id-other", name },
    {
      ...{ code: "STILL_USED", skill: "id-old", replacedBy: "new:new", waiting: 1 },
      references: referencesNamed(name),
    },
    { code: "PREVIOUS_LEFT", skill: "new:new", name },
    { code: "NOT_SEARCHED", skills: ["id-old", "id-gone"] },
    { code: "NOW_UNCOVERED", skill: "id-other", before: 2 },
    { code: "UNSETTLED", count: 1 },
    { code: "LIMITED_VIEW" },
  ];
}

function refusalsNamed(name: string): Refusal[] {
  const source = placeNamed(name);
  const candidates = [
    { id: name, name },
    { id: "id-2", name },
  ];
  return [
    { code: "INCOMPLETE", list: "users", reason: name },
    { code: "WRONG_ORG", by: "settings", expected: name, found: name },
    { code: "WRONG_DIALECT", expected: "cloud", found: "profiles" },
    { code: "AMBIGUOUS", what: "skill", name, candidates, source },
    { code: "AMBIGUOUS", what: "group", name, candidates, source },
    { code: "SIMILAR_NAME", skill: "new:new", name, live: { id: name, name }, source },
    { code: "ODD_NAME", skill: "new:new", name, reason: name, source },
    { code: "UNKNOWN_ID", what: "skill", id: name, source },
    { code: "UNKNOWN_USER", name, nearest: UNNAMED.email, source },
    { code: "UNKNOWN_GROUP", name, source },
    { code: "UNKNOWN_PROFILE", name, source },
    { code: "UNKNOWN_DIVISION", skill: "new:new", name, nearest: name, seen: "all", source },
    { code: "TOO_MANY_SKILLS", user: name, named: true, count: 51 },
    { code: "TOO_MANY_SKILLS", user: UNNAMED.email, named: false, count: 51 },
    { code: "OTHER_LEDGER", target: name },
    { code: "SHARED_ORG", target: name },
    { code: "MANY_GONE", list: "users", gone: 5, known: 9 },
    { code: "NOTHING_DESIRED", assignments: 3 },
    {
      ...{ code: "TOO_MANY_REMOVALS", removals: 9, known: 10, usersLosing: 9 },
      ...{ maxRemovals: 0.3, maxUsersLosing: 25 },
    },
    { code: "SKILL_DELETE", skill: "id-gone", holders: 1, manual: 1 },
    { code: "SKILL_REPLACE", skill: "id-old", replacedBy: "new:new", holders: 1, manual: 0, merge: false },
    { code: "SKILL_REPLACE", skill: "id-old", replacedBy: "new:new", holders: 2, manual: 1, merge: true },
    { code: "PROTECTED", skill: "id-old" },
    { code: "IN_USE", skill: "id-other", references: referencesNamed(name) },
    { code: "IN_USE", skill: "id-old", references: { kind: "unknown", reason: name } },
    { code: "PREVIOUS_UNMANAGED", skill: "new:new", name, source },
    { code: "PREVIOUS_PRESENT", skill: "new:new", name, isSwap: true, source },
    { code: "PREVIOUS_PRESENT", skill: "new:new", name, isSwap: false, source },
    { code: "MAYBE_RENAME", old: "id-old", oldName: name, skill: "new:new", source },
    { code: "UNCOVERED", skill: "id-other", before: 1 },
  ];
}

/** An apply of the plan in which everything went wrong in turn. */
export function reportNamed(plan: Plan, name: string): ApplyReport {
  const outcomes = plan.stages.flat().map((operation, at) => ({
    operation,
    changes: operation.changes.map(({ id }, change) => {
      switch ((at + change) % 5) {
        case 0:
          return { result: "failed", change: id, reason: name } as const;
        case 1:
          return { result: "skipped", change: id, why: { kind: "changed-since-plan", found: name } } as const;
        case 2:
          return { result: "skipped", change: id, why: { kind: "dependency", on: "new:new" } } as const;
        case 3:
          return { result: "unsettled", change: id, reason: name } as const;
        default:
          return { result: "done", change: id, how: "adopted" } as const;
      }
    }),
  }));
  return { outcomes, notVisible: [], stopped: false, createdIds: new Map(), bugs: [] };
}
