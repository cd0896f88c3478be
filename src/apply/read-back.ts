/**
 * Reads written values again. Reads can lag up to a minute behind writes (the vendor's Terraform provider waits too), so
 * a value that isn't visible yet is read again for a while, and then reported, which is no failure.
 */
import type { ProfileBody, SkillBody } from "../genesys/bodies.ts";
import { DIALECTS } from "../genesys/dialect.ts";
import type { Change, NotVisible, Operation, OperationOutcome, Value } from "../model.ts";
import type { ApplyContext } from "./context.ts";
import { liveIdOf, reasonOf, wholeOf } from "./context.ts";
import { USERS_PER_READ } from "./fresh-reads.ts";
import { isWritten } from "../plan/changes.ts";

/** One written value that live should show. */
interface Expectation extends NotVisible {
  readonly kind: Operation["subject"]["kind"];
  /** Live id of the written subject. */
  readonly holder: string;
  /** `name`, `description`, `division`, or the id of a skill that the holder has. */
  readonly key: string;
  /** Null: gone. */
  readonly value: Value | null;
}

/** The live values of each holder by key; empty for a deleted holder. Unreadable holders are missing. */
type LiveValues = ReadonlyMap<string, ReadonlyMap<string, Value | null>>;

const FIRST_WAIT_SECONDS = 2;

/** The changes that aren't visible after `staleSeconds`. A read error doesn't fail an apply that is done. */
export async function findNotVisible(
  outcomes: readonly OperationOutcome[],
  context: ApplyContext,
): Promise<NotVisible[]> {
  const { staleSeconds, isStopped, pause } = context;
  let waiting = outcomes.flatMap((outcome) => writtenBy(outcome, context));
  for (let waited = 0, wait = FIRST_WAIT_SECONDS; waiting.length > 0 && !isStopped(); wait *= 2) {
    const live = await readValues(waiting, context);
    waiting = waiting.filter(
      ({ holder, key, value }) => (live.get(holder)?.get(key) ?? null) !== value || !live.has(holder),
    );
    wait = Math.min(wait, staleSeconds - waited);
    if (wait <= 0 || waiting.length === 0) break;
    await pause(wait * 1000);
    waited += wait;
  }
  return waiting.map(({ operation, change }) => ({ operation, change }));
}

/** The values that this run wrote itself; other values were read already. A delete also covers its holders. */
function writtenBy({ operation, changes }: OperationOutcome, context: ApplyContext): Expectation[] {
  const written = new Set(changes.flatMap((one) => (one.result === "done" && !one.how ? one.change : [])));
  const { subject } = operation;
  return operation.changes
    .filter((change) => written.has(change.id) && isWritten(change) && change.subject.kind === subject.kind)
    .map((change) => ({
      operation,
      change: change.id,
      kind: subject.kind,
      holder: subject.kind === "skill" ? (liveIdOf(subject.id, context) ?? subject.id) : subject.id,
      key: keyOf(change, context),
      value: change.after,
    }));
}

function keyOf({ field }: Change, context: ApplyContext): string {
  if (field.kind === "skill") return liveIdOf(field.id, context) ?? field.id;
  return field.kind === "existence" ? "name" : field.kind;
}

// ── Reading ──────────────────────────────────────────────────────────────────────────────────────────

type HolderValues = readonly [holder: string, values: ReadonlyMap<string, Value | null>];

const GONE: ReadonlyMap<string, Value | null> = new Map();

/** Reads the values; leaves out what can't be read. Throws bugs. */
async function readValues(waiting: readonly Expectation[], context: ApplyContext): Promise<LiveValues> {
  const reads = READS.map(async ([kind, read]) => {
    const holders = waiting.flatMap((one) => (one.kind === kind ? one.holder : []));
    try {
      return holders.length === 0 ? [] : await read([...new Set(holders)], context);
    } catch (error) {
      if (!context.isStopped()) reasonOf(error, context);
      return [];
    }
  });
  return new Map((await Promise.all(reads)).flat());
}

type ReadHolders = (ids: readonly string[], context: ApplyContext) => Promise<readonly HolderValues[]>;

/** Each reads by id or reads the whole list, whichever takes fewer requests. */
const READS: readonly (readonly [Expectation["kind"], ReadHolders])[] = [
  ["skill", readSkills],
  ["profile", readProfiles],
  ["user", readUsers],
];

async function readSkills(ids: readonly string[], context: ApplyContext): Promise<HolderValues[]> {
  const { reader, live } = context;
  if (ids.length <= pagesOf(live.skills.entities, context)) {
    const found = await reader.skillsById(ids);
    return ids.flatMap((id): HolderValues[] => {
      const skill = found.get(id);
      return skill === "unreadable" ? [] : [[id, skill ? valuesOf(skill) : GONE]];
    });
  }
  const listed = new Map(wholeOf(await reader.listSkills()).map((skill) => [skill.id, valuesOf(skill)]));
  return ids.map((id) => [id, listed.get(id) ?? GONE]);
}

async function readProfiles(ids: readonly string[], context: ApplyContext): Promise<HolderValues[]> {
  const { reader, live } = context;
  const isListShorter = pagesOf(live.profiles.entities, context) < ids.length;
  const profiles = isListShorter
    ? wholeOf(await reader.listProfiles())
    : await Promise.all(ids.map((id) => reader.profile(id)));
  return profiles.map((profile) => [profile.id, valuesOf(profile)]);
}

async function readUsers(ids: readonly string[], context: ApplyContext): Promise<HolderValues[]> {
  const { reader, live } = context;
  const isListShorter = pagesOf(live.users.entities, context) < Math.ceil(ids.length / USERS_PER_READ);
  const users = isListShorter
    ? wholeOf(await reader.listUsers())
    : [...(await reader.usersById(ids, "any")).values()];
  return users.flatMap(({ id, skills }) => (skills ? [[id, skills] as const] : []));
}

/** How many requests a list of these entities takes. */
function pagesOf(entities: readonly unknown[], { plan }: ApplyContext): number {
  return Math.max(1, Math.ceil(entities.length / DIALECTS[plan.dialect].pageSize));
}

function valuesOf(body: SkillBody | ProfileBody): ReadonlyMap<string, Value | null> {
  if ("state" in body && body.state === "deleted") return GONE;
  const skills = "skills" in body ? body.skills.map((id) => [id, true] as const) : [];
  return new Map<string, Value | null>([
    ["name", body.name],
    ["description", body.description || null],
    ["division", ("division" in body && body.division) || null],
    ...skills,
  ]);
}
