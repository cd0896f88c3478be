/**
 * The table: what three values of one field (ledger, desired, live) say is to be done with it.
 * Every skill field, profile entry and assignment is judged here and nowhere else, without exceptions:
 * policy has already been turned into data (policy.ts). README.md beside this file shows it as a table.
 */
import type { Cause } from "../../model.ts";

/** A proficiency, a name or description, or `true` for "is there". */
export type Value = number | string | true;

/** One field as the three worlds know it; absent means that the world doesn't have it. */
export interface Cell {
  readonly ledger?: Value;
  /** `{ any: … }` where the YAML asks for the field but not for a value; `fresh` is what a new one gets. */
  readonly desired?: Value | AnyValue;
  readonly live?: Value;
  /** Only the repository may say who has this: what nobody asked for is removed. */
  readonly exclusive?: boolean;
}

/** "There, at whatever value": equal to every value, and to none that is missing. */
export interface AnyValue {
  readonly any: true;
  readonly fresh: Value;
}

export type Verdict =
  | { readonly kind: "nothing"; readonly adopted: boolean }
  | { readonly kind: "add"; readonly after: Value; readonly cause: Cause }
  | {
      readonly kind: "update";
      readonly before: Value;
      readonly after: Value;
      readonly cause: Cause;
      readonly adopted: boolean;
    }
  | { readonly kind: "remove"; readonly before: Value; readonly cause: Cause }
  | { readonly kind: "unmanaged" }
  | { readonly kind: "already-gone" };

/** Judges one field. `membership` is decided by the caller, who knows where a wish came from. */
export function judge({ ledger, desired, live, exclusive = false }: Cell): Verdict {
  if (desired === undefined) return judgeUnwanted(ledger, live, exclusive);
  if (live === undefined) return { kind: "add", after: fresh(desired), cause: causeOfAdd(ledger, desired) };
  const adopted = ledger === undefined;
  if (agrees(desired, live)) return { kind: "nothing", adopted };
  return {
    kind: "update",
    before: live,
    after: fresh(desired),
    cause: causeOfUpdate(ledger, desired, live),
    adopted,
  };
}

function judgeUnwanted(ledger: Value | undefined, live: Value | undefined, exclusive: boolean): Verdict {
  if (live === undefined)
    return ledger === undefined ? { kind: "nothing", adopted: false } : { kind: "already-gone" };
  if (ledger !== undefined)
    return { kind: "remove", before: live, cause: live === ledger ? "edit" : "conflict" };
  return exclusive ? { kind: "remove", before: live, cause: "drift" } : { kind: "unmanaged" };
}

function causeOfAdd(ledger: Value | undefined, desired: Value | AnyValue): Cause {
  if (ledger === undefined) return "edit";
  return agrees(desired, ledger) ? "drift" : "conflict";
}

function causeOfUpdate(ledger: Value | undefined, desired: Value | AnyValue, live: Value): Cause {
  if (ledger === undefined) return "conflict";
  if (live === ledger) return "edit";
  return agrees(desired, ledger) ? "drift" : "conflict";
}

function agrees(desired: Value | AnyValue, value: Value): boolean {
  return isAny(desired) || desired === value;
}

function fresh(desired: Value | AnyValue): Value {
  return isAny(desired) ? desired.fresh : desired;
}

function isAny(desired: Value | AnyValue): desired is AnyValue {
  return typeof desired === "object";
}
