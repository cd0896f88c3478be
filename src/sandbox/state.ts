/** The data of a sandbox over time: now, before recent writes, between runs in a file, and as plain JSON. */
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import type { SandboxDialect } from "./api.ts";
import type { Data, RecordKind } from "./data.ts";
import { byId, replaced } from "./data.ts";

interface StoreOptions {
  readonly clock: () => number;
  /** How long a write stays hidden from reads, in ms and in number of reads. */
  readonly staleness: () => { readonly ms: number; readonly reads: number };
  /** Called after each write, before it is answered. */
  readonly onWrite: (data: Data) => void;
}

export type Store = ReturnType<typeof createStore>;

/** Holds the current data; a write replaces it completely. */
export function createStore(first: Data, { clock, staleness, onWrite }: StoreOptions) {
  let data = first;
  /** The data before each write that is still hidden. */
  let past: { readonly before: Data; readonly at: number; reads: number }[] = [];
  function write(changes: Partial<Data>): void {
    const { ms, reads } = staleness();
    if (ms > 0 || reads > 0) past.push({ before: data, at: clock(), reads: 0 });
    data = { ...data, ...changes };
    onWrite(data);
  }
  return {
    /** The current data, for writes. */
    get data(): Data {
      return data;
    },

    /** Replaces these parts of the data. */
    write,

    /** Adds a record. */
    add<K extends RecordKind>(kind: K, record: Data[K][number]): void {
      write({ made: data.made + 1, [kind]: [...data[kind], record] });
    },

    /** Replaces the record with the same id. */
    replace<K extends RecordKind>(kind: K, record: Data[K][number]): void {
      write({ [kind]: replaced<Data[K][number]>(data[kind], record) });
    },

    /** The data for a read: the data before the oldest hidden write, if any. Counts as one read. */
    read(): Data {
      const { ms, reads } = staleness();
      for (const one of past) one.reads += 1;
      past = past.filter((one) => clock() < one.at + ms || one.reads <= reads);
      return past[0]?.before ?? data;
    },
  };
}

// ── The file ─────────────────────────────────────────────────────────────────────────────────────────

const VERSION = 2;

/** A state file that can't be used. */
export class StateError extends Error {
  override readonly name = "StateError";
}

/** The data in the file, or undefined if there is no file yet; throws `StateError` for an unusable file. */
export function loadState(file: string, dialect: SandboxDialect): Data | undefined {
  if (!existsSync(file)) return undefined;
  let state: { sandbox?: unknown; dialect?: SandboxDialect; data?: Data } | null;
  try {
    state = JSON.parse(readFileSync(file, "utf8")) as typeof state;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw new StateError(`${file} can't be read: ${String(error)}`);
    throw new StateError(`${file} is not JSON; delete it to start again.`);
  }
  const { sandbox, dialect: kept, data } = state ?? {};
  if (typeof sandbox !== "number" || data === undefined)
    throw new StateError(`${file} is not the state of a sandbox; name another file.`);
  if (sandbox !== VERSION)
    throw new StateError(`${file} is from another version of the sandbox; delete it to start again.`);
  if (kept !== dialect)
    throw new StateError(`${file} holds a sandbox of the dialect ${String(kept)}, not ${dialect}.`);
  return data;
}

/** Writes the file atomically: to a temporary file first, then renamed. Throws `StateError`. */
export function saveState(file: string, dialect: SandboxDialect, data: Data): void {
  const beside = `${file}.${process.pid}.tmp`;
  try {
    writeFileSync(beside, `${JSON.stringify({ sandbox: VERSION, dialect, data }, null, 2)}\n`);
    renameSync(beside, file);
  } catch (error) {
    throw new StateError(`${file} can't be written: ${String(error)}`);
  }
}

// ── The snapshot ─────────────────────────────────────────────────────────────────────────────────────

/** Skills that aren't deleted, users of all states with their proficiency by name of skill, groups and profiles. */
export type SandboxSnapshot = ReturnType<typeof takeSnapshot>;

/** A snapshot of the data; lists are sorted by name or e-mail. References to deleted skills show their id. */
export function takeSnapshot({ organization, skills, users, groups, profiles }: Data) {
  const present = skills.filter((skill) => skill.state !== "deleted");
  const skillName = (id: string) => byId(present).get(id)?.name ?? id;
  const emailOf = (id: string) => byId(users).get(id)?.email ?? id;
  return {
    organization: { id: organization.id, name: organization.name },
    skills: sorted(present, ({ name }) => name).map(({ id, name, description, state }) => ({
      ...{ id, name, ...(description !== null && { description }) },
      ...(state === "inactive" && { state }),
    })),
    users: sorted(users, ({ email }) => email).map(({ id, name, email, state, skills: held }) => {
      const levels = Object.entries(held).map(([skill, level]) => [skillName(skill), level] as const);
      const named: Record<string, number> = Object.fromEntries(sorted(levels, ([skill]) => skill));
      return { id, name, email, state, skills: named };
    }),
    groups: sorted(groups, ({ name }) => name).map(({ name, memberIds }) => {
      return { name, members: memberIds.map(emailOf).sort() };
    }),
    profiles: sorted(profiles, ({ name }) => name).map(({ id, name, description, parentId, skillIds }) => ({
      ...{ id, name, ...(description !== null && { description }) },
      ...(parentId !== undefined && { parent: byId(profiles).get(parentId)?.name ?? parentId }),
      skills: skillIds.map(skillName).sort(),
    })),
  };
}

function sorted<T>(list: readonly T[], keyOf: (one: T) => string): T[] {
  return [...list].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0));
}
