/** The YAML as it stood in the ledger's revisions: which line used to ask for something, and what is due by a date. */
import { join } from "node:path";
import type { FilesRead, ReadFiles } from "../desired/load.ts";
import { readCommitted, resolveFiles } from "../desired/load.ts";
import { readFiles } from "../ledger/revision.ts";
import type { Desired, Ledger, Place } from "../model.ts";
import type { AttemptedYaml } from "../plan/dates.ts";
import { Failure } from "../problem.ts";
import { dayOf } from "./day.ts";
import type { TargetOptions } from "./options.ts";

/** Where the YAML of a commit is, and what was read of other versions of its files. */
type Reading = Pick<TargetOptions, "dir" | "target" | "filesRead">;
type DayIn = (timeZone: string) => string;

/** Undefined if git lacks the revision or its YAML is invalid for this version. */
export async function loadPrevious(
  options: TargetOptions,
  revision: string,
  env: NodeJS.ProcessEnv,
): Promise<Desired | undefined> {
  return (await readPrevious(options, revision, env))();
}

/** The same, resolved when it is first asked for. */
export async function readPrevious(
  { at, ...reading }: TargetOptions,
  revision: string,
  env: NodeJS.ProcessEnv,
): Promise<() => Desired | undefined> {
  const files = await readRevision(reading, revision, env);
  return once(() => resolveAt(files, revision, [dayOf({ ...(at !== undefined && { at }) })])?.[0]);
}

/**
 * The YAML that an apply began with last, for its own day and for `day`, resolved when it is first asked for; undefined
 * where that is the same day, where no line has a day, and where git does not have what was applied.
 */
export async function attemptedYaml(
  ledger: Ledger | null,
  { day, ...reading }: TargetOptions & { readonly day: string },
  env: NodeJS.ProcessEnv,
): Promise<(() => AttemptedYaml | undefined) | undefined> {
  if ((ledger?.attempted?.day ?? day) >= day) return undefined;
  const read = await readAttempted(ledger, reading, env);
  return read && mayBeDated(read.files) ? once(() => read.resolve(() => day)) : undefined;
}

/** The same whatever the day, and also where no line has a day. */
export async function loadAttempted(
  ledger: Ledger | null,
  { dayIn, ...reading }: Reading & { readonly dayIn: DayIn },
  env: NodeJS.ProcessEnv,
): Promise<AttemptedYaml | undefined> {
  return (await readAttempted(ledger, reading, env))?.resolve(dayIn);
}

async function readAttempted(ledger: Ledger | null, reading: Reading, env: NodeJS.ProcessEnv) {
  const { revision = null, day: was = "", uncommitted = false } = ledger?.attempted ?? {};
  if (revision === null || uncommitted) return undefined;
  const files = await readRevision(reading, revision, env);
  const resolve = (dayIn: DayIn): AttemptedYaml | undefined => {
    const [then, now] = resolveAt(files, revision, [() => was, dayIn]) ?? [];
    return then && now && { then, now };
  };
  return { files, resolve };
}

/** Files that were read before, and have the same text in the revision, are neither read nor parsed again. */
async function readRevision(
  { dir, target, filesRead = new Map() }: Reading & { readonly filesRead?: FilesRead },
  revision: string,
  env: NodeJS.ProcessEnv,
): Promise<ReadFiles> {
  const known = (path: string): string | undefined => filesRead.get(join(dir, path))?.text;
  const texts = await readFiles(dir, revision, known, env).catch((error: unknown) => {
    if (error instanceof Failure) return [];
    throw error;
  });
  const files = new Map([...texts].map(([path, text]) => [join(dir, path), text]));
  return readCommitted(files, { dir, filesRead, ...(target !== undefined && { target }) });
}

function mayBeDated({ shared, own }: ReadFiles): boolean {
  return [shared, own].some(({ texts }) =>
    [...texts.values()].some((text) => /\b(?:from|until)\b/u.test(text)),
  );
}

/** For each of the days; undefined if the files are invalid for this version. */
function resolveAt(files: ReadFiles, revision: string, days: readonly DayIn[]): Desired[] | undefined {
  try {
    return days.map((dayIn) => stamp(resolveFiles(files, dayIn).desired, revision));
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

/** Puts the revision into every place, in what holds it: the places themselves belong to other versions too. */
function stamp(desired: Desired, revision: string): Desired {
  const { skills, profiles, users, groups, dated } = desired;
  const holders: { source: Place }[] = [
    ...[...skills, ...profiles, ...users, ...groups, ...(dated?.users ?? [])],
    ...profiles.flatMap(({ entries }) => entries),
  ];
  for (const holder of holders) holder.source = { ...holder.source, revision };
  for (const { sources } of [...users, ...groups, ...(dated?.users ?? [])])
    for (const line of sources)
      if (line.source.revision === undefined) Object.assign(line, { source: { ...line.source, revision } });
  return desired;
}

function once<T>(compute: () => T): () => T {
  let known: { readonly value: T } | undefined;
  return () => (known ??= { value: compute() }).value;
}
