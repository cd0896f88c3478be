/**
 * Writes values that are still as planned, and confirms writes with an unclear outcome: after a concurrent write or a
 * lost answer, the live value decides what is left to do. So nothing is done twice, and concurrent changes are kept.
 */
import { isBadRequest, isVersionMismatch } from "../genesys/error.ts";
import type { Writer } from "../genesys/writer.ts";
import type { ApiError } from "../http/error.ts";
import { isAmbiguous, isGone } from "../http/error.ts";
import type { Change, Value } from "../model.ts";
import type { ApplyContext, OperationContext } from "./context.ts";
import { isNotSent, liveIdOf, reasonOf, send } from "./context.ts";

/** The live values of some changes, and the request that writes them. */
export interface Current {
  /** When they were read, by the clock. */
  readonly readAt: number;
  /** Null: missing. */
  readonly valueOf: (change: Change) => Value | null;
  readonly write: (changes: readonly Change[], writer: Writer) => Promise<void>;
}

/** Reads the current values; null if they can't be read. `isFirst`: it is the first call for these changes. */
type ReadCurrent = (isFirst: boolean) => Promise<Current | null>;

export const SKILL_DELETED = "The skill was deleted after the plan was made.";

/**
 * Writes the changes until each has an outcome. If Genesys refuses the whole request for a skill that was deleted, the
 * other changes are written without it. `goneReason` is the reason if the subject itself was deleted.
 */
export async function writeChanges(
  changes: readonly Change[],
  read: ReadCurrent,
  goneReason: string,
  context: OperationContext,
): Promise<void> {
  const { log } = context;
  try {
    await writeAndConfirm(changes, read, context);
  } catch (error) {
    const reason = isGone(error) ? goneReason : reasonOf(error, context);
    if (await failDeletedSkills(log.open(changes), error, context))
      await writeChanges(log.open(changes), () => read(false), goneReason, context);
    else log.fail(changes, reason);
  }
}

/** The vendor's Terraform provider retries a version mismatch ten times, after half a second and more. */
const RETRIES = 5;
const DELAY_MS = 500;
/** Temporary errors; any other error of an unclear write is unlikely to go away. */
const RETRYABLE: readonly (number | undefined)[] = [undefined, 400, 408, 409, 502, 503, 504];

/**
 * Reads and writes until nothing is left to write or `RETRIES` are used up. Throws Stopped, the error of the first
 * read, and the error of a permanently refused write.
 */
async function writeAndConfirm(
  changes: readonly Change[],
  read: ReadCurrent,
  context: OperationContext,
): Promise<void> {
  const { log } = context;
  let last: ApiError | undefined;
  for (let round = 0; ; round++) {
    await context.waitUntilMayWrite();
    const current = await readAfter(last, () => read(round === 0), log.open(changes), context);
    if (!current) return;
    for (const change of log.open(changes)) recordUnlessOpen(change, current.valueOf(change), context);
    const open = log.open(changes);
    if (open.length === 0) return;
    if (last && round > retriesAfter(last)) {
      log.fail(open, reasonOf(last, context));
      return;
    }
    try {
      await send(open, (writer) => current.write(open, writer), context, current.readAt);
      log.done(open);
      return;
    } catch (error) {
      if (!isVersionMismatch(error) && !isAmbiguous(error) && !isNotSent(error)) throw error;
      last = error;
    }
    await context.pause(DELAY_MS * (round + 1));
  }
}

function retriesAfter({ status }: ApiError): number {
  return RETRYABLE.includes(status) ? RETRIES : 1;
}

/** Reads the values; the changes end if that is impossible. Throws the error of a read before the first write. */
async function readAfter(
  last: ApiError | undefined,
  read: () => Promise<Current | null>,
  changes: readonly Change[],
  context: OperationContext,
): Promise<Current | null> {
  const { log } = context;
  try {
    const current = await read();
    if (!current) log.skip(changes, { kind: "not-seen" });
    return current;
  } catch (error) {
    if (!last || isGone(error)) throw error;
    const unread = reasonOf(error, context);
    log.fail(changes, `${reasonOf(last, context)}; the result could not be read: ${unread}`);
    return null;
  }
}

/** Records the outcome of a change unless its value is still as the plan saw it. */
function recordUnlessOpen(change: Change, found: Value | null, { log }: OperationContext): void {
  if (found === change.before) return;
  if (found !== change.after) log.skip([change], { kind: "changed-since-plan", found });
  else log.done([change], log.wasSent(change) ? undefined : "already-applied");
}

/** Fails the changes that assign a deleted skill. Returns false if there is none or that is unknown. */
async function failDeletedSkills(
  changes: readonly Change[],
  error: unknown,
  context: OperationContext,
): Promise<boolean> {
  const given = changes.filter(({ field, after }) => field.kind === "skill" && after !== null);
  // Genesys refuses a deleted skill with 400, some deployments with 404.
  if (given.length === 0 || (!isGone(error) && !isBadRequest(error))) return false;
  const ids = await listSkillIds(context);
  const deleted = given.filter(({ field }) => {
    const id = field.kind === "skill" ? liveIdOf(field.id, context) : undefined;
    if (id === undefined || !ids || ids.has(id)) return false;
    context.deletedSkills.add(id);
    return true;
  });
  context.log.fail(deleted, SKILL_DELETED);
  return deleted.length > 0;
}

async function listSkillIds(context: ApplyContext): Promise<ReadonlySet<string> | null> {
  try {
    return await context.skillIds();
  } catch (error) {
    reasonOf(error, context);
    return null;
  }
}
