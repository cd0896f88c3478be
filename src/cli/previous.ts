/** The YAML as it stood in the ledger's revisions: which line used to ask for something, and what is due by a date. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { loadDesired } from "../desired/load.ts";
import { listFiles, showFile } from "../ledger/revision.ts";
import type { Desired, Ledger } from "../model.ts";
import type { AttemptedYaml } from "../plan/dates.ts";
import { Failure } from "../problem.ts";
import { dayOf } from "./day.ts";
import type { TargetOptions } from "./options.ts";

/** Undefined if git lacks the revision or its YAML is invalid for this version; it is only for explanations. */
export async function loadPrevious(
  { dir, target, at }: TargetOptions,
  revision: string,
  env: NodeJS.ProcessEnv,
): Promise<Desired | undefined> {
  const dayIn = dayOf({ ...(at !== undefined && { at }) });
  return (await loadRevision({ dir, target, days: [dayIn] }, revision, env))?.[0];
}

/**
 * The YAML that an apply began with last, for its own day and for `day`; undefined where that is the same day, where
 * no line has a day, and where git does not have what was applied.
 */
export async function attemptedYaml(
  ledger: Ledger | null,
  { dir, target, day }: TargetOptions & { readonly day: string },
  env: NodeJS.ProcessEnv,
): Promise<AttemptedYaml | undefined> {
  const isSameDay = (ledger?.attempted?.day ?? day) >= day;
  return isSameDay ? undefined : loadAttempted(ledger, { dir, target, dayIn: () => day, isDated: true }, env);
}

/** The same whatever the day, and unless `isDated` also where no line has a day. */
export async function loadAttempted(
  ledger: Ledger | null,
  reading: Pick<RevisionReading, "dir" | "target" | "isDated"> & { readonly dayIn: (zone: string) => string },
  env: NodeJS.ProcessEnv,
): Promise<AttemptedYaml | undefined> {
  const { revision = null, day: was = "", uncommitted = false } = ledger?.attempted ?? {};
  if (revision === null || uncommitted) return undefined;
  const days = [(): string => was, reading.dayIn];
  const [then, now] = (await loadRevision({ ...reading, days }, revision, env)) ?? [];
  return then && now && { then, now };
}

interface RevisionReading {
  readonly dir: string;
  readonly target: string | undefined;
  /** The files are read once for each. */
  readonly days: readonly ((timeZone: string) => string)[];
  /** Only files in which some line may have a day are worth reading. Default false. */
  readonly isDated?: boolean;
}

async function loadRevision(
  { dir, target, days, isDated = false }: RevisionReading,
  revision: string,
  env: NodeJS.ProcessEnv,
): Promise<Desired[] | undefined> {
  const folder = await mkdtemp(join(tmpdir(), "genesys-skills-"));
  let mayBeDated = false;
  try {
    for (const path of await listFiles(dir, revision, ".", env)) {
      const text = await showFile(dir, revision, path, env);
      const file = join(folder, path);
      // A path in a commit is untrusted: it must stay inside the folder.
      if (text === null || relative(folder, file).startsWith("..")) continue;
      mayBeDated ||= /\b(?:from|until)\b/u.test(text);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
    }
    if (isDated && !mayBeDated) return undefined;
    const read: Desired[] = [];
    for (const dayIn of days) {
      const { desired } = await loadDesired({ dir: folder, ...(target !== undefined && { target }), dayIn });
      read.push(relocate(desired, (file) => ({ file: join(dir, relative(folder, file)), revision })));
    }
    return read;
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Replaces the file of every place in the value, in place: nothing else refers to the value yet, and copying a large
 * repository takes longer than reading it.
 */
function relocate<T>(value: T, place: (file: string) => { file: string; revision: string }): T {
  const files = new Map<string, { file: string; revision: string }>();
  const seen = new Set<unknown>();
  const visit = (inner: unknown): void => {
    if (typeof inner !== "object" || inner === null || seen.has(inner)) return;
    seen.add(inner);
    for (const one of Object.values(inner)) visit(one);
    if (!("source" in inner) || !isPlace(inner.source)) return;
    const { file } = inner.source;
    const there = files.get(file) ?? place(file);
    files.set(file, there);
    inner.source = { ...inner.source, ...there };
  };
  visit(value);
  return value;
}

function isPlace(value: unknown): value is { readonly file: string } {
  return typeof value === "object" && value !== null && "file" in value && typeof value.file === "string";
}
