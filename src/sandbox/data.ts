/** What an organisation holds, as plain records that are never changed in place: a write makes a new `Data`. */
import { createHash } from "node:crypto";

export interface Data {
  readonly organization: { readonly id: string; readonly name: string };
  readonly divisions: readonly DivisionRecord[];
  readonly skills: readonly SkillRecord[];
  readonly users: readonly UserRecord[];
  readonly groups: readonly GroupRecord[];
  readonly profiles: readonly ProfileRecord[];
  readonly skillGroups: readonly SkillGroupRecord[];
  readonly flows: readonly FlowRecord[];
  /** How many things were made since the seed; keeps the ids of later ones distinct. */
  readonly made: number;
}

export type RecordState = "active" | "inactive" | "deleted";

export interface DivisionRecord {
  readonly id: string;
  readonly name: string;
  readonly home: boolean;
}

export interface SkillRecord {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  /** Absent: the skill belongs to no division, and every client sees it. */
  readonly divisionId?: string;
  readonly state: RecordState;
  readonly version: number;
  /** ISO 8601. */
  readonly modified: string;
}

export interface UserRecord {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly state: RecordState;
  readonly divisionId: string;
  readonly version: number;
  /** Proficiency by skill id. */
  readonly skills: Readonly<Record<string, number>>;
}

export interface GroupRecord {
  readonly id: string;
  readonly name: string;
  readonly state: "active" | "inactive";
  readonly version: number;
  readonly memberIds: readonly string[];
  readonly ownerIds: readonly string[];
}

export interface ProfileRecord {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly parentId?: string;
  readonly skillIds: readonly string[];
}

/** Refers to skills by name, as the vendor's own do: a rename breaks it. */
export interface SkillGroupRecord {
  readonly id: string;
  readonly name: string;
  readonly skillNames: readonly string[];
}

/** An Architect flow; its `skillIds` stay when a skill is deleted, and then dangle. */
export interface FlowRecord {
  readonly id: string;
  readonly name: string;
  readonly skillIds: readonly string[];
}

/** Remembers what was computed from a value for as long as the value lives; records never change in place. */
export function remembered<In extends object, Out>(compute: (from: In) => Out): (from: In) => Out {
  const known = new WeakMap<In, Out>();
  return (from) => {
    const old = known.get(from);
    if (old !== undefined) return old;
    const made = compute(from);
    known.set(from, made);
    return made;
  };
}

/** Skills by id. */
export const skillsById = remembered(
  (skills: readonly SkillRecord[]): ReadonlyMap<string, SkillRecord> =>
    new Map(skills.map((skill) => [skill.id, skill])),
);

/** A UUID made of a hash: the same words give the same id in every run. */
export function idOf(...words: readonly (string | number)[]): string {
  const hex = createHash("sha256").update(words.join("\n")).digest("hex");
  const variant = ((parseInt(hex.slice(16, 17), 16) & 3) | 8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}
