/** The data of an organisation as immutable records: a write creates a new `Data`. */
import { createHash } from "node:crypto";

export interface Data {
  readonly organization: NamedRecord & { readonly country: string; readonly language: string };
  readonly divisions: readonly DivisionRecord[];
  readonly skills: readonly SkillRecord[];
  readonly users: readonly UserRecord[];
  readonly groups: readonly GroupRecord[];
  readonly profiles: readonly ProfileRecord[];
  readonly skillGroups: readonly SkillGroupRecord[];
  readonly flows: readonly FlowRecord[];
  /** How many records were created since the start, which keeps new ids unique. */
  readonly made: number;
}

/** The lists that change after the start. */
export type RecordKind = "skills" | "users" | "groups" | "profiles" | "flows";

export interface NamedRecord {
  readonly id: string;
  readonly name: string;
}

/** @title active, inactive or deleted */
export type RecordState = "active" | "inactive" | "deleted";

export interface DivisionRecord extends NamedRecord {
  readonly home: boolean;
}

export interface SkillRecord extends NamedRecord {
  readonly description: string | null;
  /** Absent: the skill belongs to no division, and every client sees it. */
  readonly divisionId?: string;
  readonly state: RecordState;
  readonly version: number;
  /** ISO 8601. */
  readonly modified: string;
}

export interface UserRecord extends NamedRecord {
  readonly email: string;
  readonly state: RecordState;
  readonly divisionId: string;
  readonly version: number;
  /** Fields that are stored and returned unchanged, such as `department`. */
  readonly details: Readonly<Record<string, unknown>>;
  /** Proficiency by skill id. */
  readonly skills: Readonly<Record<string, number>>;
}

export interface GroupRecord extends NamedRecord {
  readonly state: "active" | "inactive";
  readonly version: number;
  readonly memberIds: readonly string[];
  readonly ownerIds: readonly string[];
}

export interface ProfileRecord extends NamedRecord {
  readonly description: string | null;
  readonly parentId?: string;
  readonly skillIds: readonly string[];
}

/** Refers to skills by name, as in Genesys Cloud: a rename breaks it. */
export interface SkillGroupRecord extends NamedRecord {
  readonly skillNames: readonly string[];
}

/** An Architect flow; its `skillIds` keep ids of deleted skills. */
export interface FlowRecord extends NamedRecord {
  readonly skillIds: readonly string[];
}

/** Caches the result of `compute` for each argument, which is safe because records are immutable. */
function memoize<In extends object, Out>(compute: (from: In) => Out): (from: In) => Out {
  const known = new WeakMap<In, { readonly value: Out }>();
  return (from) => {
    const entry = known.get(from) ?? { value: compute(from) };
    known.set(from, entry);
    return entry.value;
  };
}

/** Records by id. */
export const byId = memoize(
  (records: readonly NamedRecord[]) => new Map(records.map((one) => [one.id, one])),
) as <T extends NamedRecord>(records: readonly T[]) => ReadonlyMap<string, T>;

/** Records by name, then by id; the same on every machine. */
export const inOrder = memoize((records: readonly NamedRecord[]) => [...records].sort(byName)) as <
  T extends NamedRecord,
>(
  records: readonly T[],
) => readonly T[];

function byName(a: NamedRecord, b: NamedRecord): number {
  const [before, after] = a.name === b.name ? [a.id, b.id] : [a.name, b.name];
  return before < after ? -1 : before > after ? 1 : 0;
}

/** The list with the record of this id replaced. */
export function replaced<T extends { readonly id: string }>(list: readonly T[], record: T): T[] {
  return list.map((one) => (one.id === record.id ? record : one));
}

/** A UUID from a hash: the same words give the same id in every run. */
export function idOf(...words: readonly (string | number)[]): string {
  const hex = createHash("sha256").update(words.join("\n")).digest("hex");
  const variant = ((parseInt(hex.slice(16, 17), 16) & 3) | 8).toString(16);
  const part = (from: number, to: number): string => hex.slice(from, to);
  return `${part(0, 8)}-${part(8, 12)}-4${part(13, 16)}-${variant}${part(17, 20)}-${part(20, 32)}`;
}
