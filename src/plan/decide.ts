/**
 * Step 5, the decision table: decides from ledger, desired and live what to do with one row. It has no exceptions,
 * because policies have rewritten their rows before.
 */
import type { Cause, Value } from "../model.ts";
import type { AnyValue, Row } from "./rows.ts";

export type Decision =
  /** Live is as desired. `adopted`: the ledger lacked the value, and takes it over. */
  | { readonly kind: "nothing"; readonly adopted: boolean }
  | { readonly kind: "add"; readonly after: Value; readonly cause: Cause }
  | {
      readonly kind: "update";
      readonly before: Value;
      readonly after: Value;
      readonly cause: Cause;
      /** The live value differs from the ledger's. */
      readonly overwrites: boolean;
    }
  | { readonly kind: "remove"; readonly before: Value; readonly cause: Cause }
  /** Live, and named by no YAML and no ledger. */
  | { readonly kind: "unmanaged" }
  /** Only in the ledger. */
  | { readonly kind: "already-gone" };

export type DecidedRow = Pick<Row, "ledger" | "desired" | "live" | "exclusive">;

/** Decides one row. The cause `membership` is set later, where the source is known. */
export function decide({ ledger, desired, live, exclusive }: DecidedRow): Decision {
  if (desired === undefined) return decideUndesired(ledger, live, exclusive);
  if (live === undefined) {
    const cause = ledger === undefined ? "edit" : agrees(desired, ledger) ? "drift" : "conflict";
    return { kind: "add", after: valueOf(desired), cause };
  }
  if (agrees(desired, live)) return { kind: "nothing", adopted: ledger === undefined };
  return {
    kind: "update",
    before: live,
    after: valueOf(desired),
    cause: causeOfUpdate(ledger, desired, live),
    overwrites: live !== ledger,
  };
}

function decideUndesired(
  ledger: Value | undefined,
  live: Value | undefined,
  exclusive: Row["exclusive"],
): Decision {
  if (live === undefined)
    return ledger === undefined ? { kind: "nothing", adopted: false } : { kind: "already-gone" };
  if (exclusive === "deletion") return { kind: "remove", before: live, cause: "edit" };
  if (ledger !== undefined)
    return { kind: "remove", before: live, cause: live === ledger ? "edit" : "conflict" };
  return exclusive === "setting" ? { kind: "remove", before: live, cause: "drift" } : { kind: "unmanaged" };
}

function causeOfUpdate(ledger: Value | undefined, desired: Value | AnyValue, live: Value): Cause {
  if (ledger === undefined) return "conflict";
  if (live === ledger) return "edit";
  return agrees(desired, ledger) ? "drift" : "conflict";
}

function agrees(desired: Value | AnyValue, value: Value): boolean {
  return typeof desired === "object" || desired === value;
}

function valueOf(desired: Value | AnyValue): Value {
  return typeof desired === "object" ? desired.fresh : desired;
}
