/**
 * Writes what is still as it was planned, and judges by looking: where someone else wrote in between, or where the
 * answer was lost and nobody knows whether the write happened, only what is there now says what is left to do. So
 * nothing is done twice, and what somebody changed meanwhile is left.
 */
import type { ApiError } from "../genesys/error.ts";
import { isAmbiguous, isGone, isVersionMismatch } from "../genesys/error.ts";
import type { ChangeOutcome } from "../model.ts";
import { Failure } from "../problem.ts";
import type { ApplyContext } from "./context.ts";
import { reasonOf } from "./context.ts";
import type { Check } from "./document.ts";
import { done, failed, skipped } from "./outcome.ts";

/** A change beside what was found of it. */
export interface Checked<C> {
  readonly change: C;
  readonly found: Check;
}

/** What is there now, and the request that writes all of it that is as it was planned. */
export interface Sight<C> {
  readonly checks: readonly Checked<C>[];
  readonly write: () => Promise<void>;
}

/** Source: the vendor's Terraform provider retries a version that moved ten times, after half a second and more. */
const RETRIES = 5;
const DELAY_MS = 500;
/** What says "not now": anything else that leaves a write open is unlikely to pass. */
const PASSING: readonly (number | undefined)[] = [undefined, 400, 408, 409, 502, 503, 504];

/**
 * Looks and writes until nothing is left to write or `RETRIES` are used up. `look` is told whether it is the first
 * time; what was sent before is added to `tried`. Throws what `look` and a write throw that is refused for good.
 */
export async function writeAndSettle<C extends { readonly fingerprint: string }>(
  look: (isFirst: boolean) => Promise<Sight<C>>,
  { isStopped, pause }: Pick<ApplyContext, "isStopped" | "pause">,
  tried = new Set<string>(),
): Promise<ChangeOutcome[]> {
  let unsettled: ApiError | undefined;
  for (let round = 0; ; round++) {
    const { checks, write } = await lookAfter(unsettled, () => look(round === 0));
    const judge = (open: (fingerprint: string) => ChangeOutcome) =>
      checks.map(({ change: { fingerprint }, found }) => judgeOne(fingerprint, found, tried, open));
    const open = checks.filter(({ found }) => found.kind === "as-planned");
    if (open.length === 0) return judge(done);
    if (isStopped()) return judge((fingerprint) => skipped(fingerprint, { kind: "stopped" }));
    if (unsettled && round > retriesAfter(unsettled)) {
      const reason = reasonOf(unsettled);
      return judge((fingerprint) => failed(fingerprint, reason));
    }
    for (const { change } of open) tried.add(change.fingerprint);
    try {
      await write();
      return judge(done);
    } catch (error) {
      if (!isVersionMismatch(error) && !isAmbiguous(error)) throw error;
      unsettled = error;
    }
    await pause(DELAY_MS * (round + 1));
  }
}

function retriesAfter({ status }: ApiError): number {
  return PASSING.includes(status) ? RETRIES : 1;
}

/** A look after a write whose fate is open: where it fails, nobody knows. */
async function lookAfter<T>(unsettled: ApiError | undefined, look: () => Promise<T>): Promise<T> {
  try {
    return await look();
  } catch (error) {
    if (!unsettled || isGone(error)) throw error;
    const message = `${reasonOf(unsettled)}; whether it was done could not be found out: ${reasonOf(error)}`;
    throw new Failure({ code: "ANSWER_LOST", message });
  }
}

function judgeOne(
  fingerprint: string,
  found: Check,
  tried: ReadonlySet<string>,
  open: (fingerprint: string) => ChangeOutcome,
): ChangeOutcome {
  switch (found.kind) {
    case "as-planned":
      return open(fingerprint);
    case "was-so":
      return tried.has(fingerprint) ? done(fingerprint) : done(fingerprint, "was-so");
    case "moved":
      return skipped(fingerprint, found);
  }
}
