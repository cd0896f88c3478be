/** Plans and what became of them, made by hand, with one name in every place where a name can stand. */
import type {
  ApplyReport,
  AssignmentChange,
  Change,
  Note,
  Operation,
  Place,
  Plan,
  References,
  Refusal,
} from "../../src/model.ts";
import { fingerprintsOf } from "../../src/plan/fingerprint.ts";

/** Somebody whom the YAML doesn't name; neither may stand in anything that others read. */
export const STRANGER = { name: "Una Mentioned", email: "una.mentioned@example.com", id: "stranger-id" };

/** A plan with every kind of operation, note and refusal. */
export function planNamed(name: string): Plan {
  const fingerprints = Array.from({ length: 99 }, (_, at) => at.toString(16).padStart(16, "0"));
  const change = (): Change => ({
    cause: "conflict",
    origin: placeNamed(name),
    fingerprint: fingerprints.pop() ?? "",
  });
  return {
    version: 1,
    target: "default",
    organization: { id: "org", name },
    dialect: "profiles",
    hasLedger: true,
    isEstimate: false,
    skills: Object.fromEntries(["old", "new", "other"].map((slug) => [slug, { name, id: `id-${slug}` }])),
    stages: [operationsNamed(name, change)],
    notes: notesNamed(name),
    refusals: refusalsNamed(name),
    allowed: refusalsNamed(name),
    summary: { add: 1, change: 1, destroy: 1, usersGaining: 1, usersLosing: 1 },
    cost: { requests: 9, seconds: 9 },
    fingerprint: "0123456789abcdef",
  };
}

function placeNamed(name: string): Place {
  return { file: `skills/${name}.yaml`, line: 3, column: 5 };
}

function operationsNamed(name: string, change: () => Change): Operation[] {
  const fields = (["name", "description"] as const).map((field) => ({
    ...change(),
    ...{ field, before: name, after: name, patch: [] },
  }));
  const assignments = (): AssignmentChange[] => [
    { kind: "gain", skill: "new", after: 1, patch: [], ...change() },
    { kind: "gain", skill: "new", after: 1, from: "old", byHand: true, patch: [], ...change() },
    { kind: "change", skill: "other", before: 1, after: 2, patch: [], ...change() },
    { kind: "lose", skill: "other", before: 1, patch: [], ...change() },
    { kind: "lose", skill: "old", before: 1, to: "new", patch: [], ...change() },
  ];
  return [
    { kind: "create-skill", skill: "new", name, description: name, ...change() },
    { kind: "update-skill", skill: "other", id: "id-other", changes: fields },
    {
      ...{ kind: "update-profile", profile: "support", id: "id-support", name, changes: fields },
      entries: [
        { kind: "gain", skill: "new", patch: [], ...change() },
        { kind: "lose", skill: "other", patch: [], ...change() },
      ],
    },
    { kind: "update-user", id: "u1", name, email: name, named: true, changes: assignments() },
    { kind: "update-user", ...STRANGER, named: false, changes: assignments() },
    {
      ...{ kind: "delete-skill", skill: "old", id: "id-old", name, replacedBy: "new", byHand: 1 },
      ...{ holders: [STRANGER.id], ...change() },
    },
    {
      kind: "delete-skill",
      skill: "other",
      id: "id-other",
      name,
      holders: [STRANGER.id],
      byHand: 1,
      ...change(),
    },
  ];
}

function referencesNamed(name: string): References {
  return { kind: "known", flows: [name], skillGroups: [name, name] };
}

function notesNamed(name: string): Note[] {
  const origin = placeNamed(name);
  const left = { code: "DRIFT_LEFT", skill: "other", applied: 1, live: 2 } as const;
  return [
    { code: "ADOPTED", skills: 1, assignments: 1 },
    { code: "UNMANAGED_SKILLS", names: [name, name] },
    { ...left, kind: "profile", holder: name, named: true },
    { ...left, kind: "user", holder: STRANGER.email, named: false },
    { code: "RECREATED", what: "skill", name },
    { code: "NAME_DIFFERS", skill: "other", desired: name, live: name },
    { code: "EMAIL_CHANGED", from: name, to: name, origin },
    { code: "LEFT_ORG", user: name, state: "deleted", origin },
    { code: "LEFT_ORG", user: STRANGER.email, state: "deleted" },
    { code: "PREVIOUSLY_DONE", skill: "new", previously: [name] },
    { code: "STILL_USED", skill: "old", replacedBy: "new", references: referencesNamed(name), waiting: 1 },
    { code: "COPIED", name, to: "new", holders: 1 },
    { code: "NOT_SEARCHED", skills: ["old"] },
    { code: "UNFINISHED", run: name, count: 1 },
  ];
}

function refusalsNamed(name: string): Refusal[] {
  const origin = placeNamed(name);
  return [
    { code: "INCOMPLETE", list: "users", reason: name },
    { code: "WRONG_ORG", by: "settings", expected: name, found: name },
    { code: "AMBIGUOUS", skill: "other", names: [name, name], origin },
    { code: "UNKNOWN_ID", what: "skill", id: name, origin },
    { code: "OTHER_ID", what: "profile", name, id: name, known: name, origin },
    { code: "UNKNOWN_USER", name, nearest: STRANGER.email, origin },
    { code: "UNKNOWN_GROUP", name, origin },
    { code: "TOO_MANY_SKILLS", user: name, named: true, count: 51 },
    { code: "TOO_MANY_SKILLS", user: STRANGER.email, named: false, count: 51 },
    { code: "OTHER_LEDGER", target: name, renameCommand: name },
    { code: "SKILL_DELETE", skill: "other", holders: 1, byHand: 1 },
    { code: "SKILL_REPLACE", skill: "old", replacedBy: "new", holders: 1 },
    { code: "IN_USE", skill: "other", references: referencesNamed(name) },
    { code: "IN_USE", skill: "old", references: { kind: "unknown", reason: name } },
    { code: "MAYBE_RENAME", old: "old", oldName: name, skill: "new", origin },
    { code: "UNCOVERED", skill: "other", before: 1 },
  ];
}

/** An apply of the plan in which everything went wrong in turn. */
export function reportNamed(plan: Plan, name: string): ApplyReport {
  const outcomes = plan.stages.flat().map((operation, at) => ({
    operation,
    changes: fingerprintsOf(operation).map((fingerprint, change) => {
      switch ((at + change) % 4) {
        case 0:
          return { result: "failed", fingerprint, reason: name } as const;
        case 1:
          return { result: "skipped", fingerprint, why: { kind: "moved", found: name } } as const;
        case 2:
          return { result: "skipped", fingerprint, why: { kind: "dependency", on: "new" } } as const;
        default:
          return { result: "done", fingerprint, how: "adopted" } as const;
      }
    }),
  }));
  return { outcomes, notVisible: [], stopped: false, createdIds: new Map() };
}
