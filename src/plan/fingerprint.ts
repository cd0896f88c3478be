/** Short hashes by which a change is recognised again: in the plan file, in a review, and while applying. */
import { createHash } from "node:crypto";
import type { Operation } from "../model.ts";
import { byText } from "../text.ts";

/** What a change is about; cause, origin, cost and the value before are left out on purpose. */
export interface FingerprintParts {
  readonly target: string;
  /** Operation kind, with the field for a field of one: `update-skill/description`. */
  readonly kind: string;
  /** Id of the user or profile, where the change is theirs. */
  readonly holder?: string;
  /** Slug of the skill, or of the profile for a profile's own fields. */
  readonly slug: string;
  /** Null: gone. */
  readonly after: string | number | true | null;
}

/** 16 hexadecimal characters. */
export function fingerprint({ target, kind, holder = "", slug, after }: FingerprintParts): string {
  return shortHash(JSON.stringify([target, kind, holder, slug, after]));
}

/** The fingerprints of all that an operation changes. */
export function fingerprintsOf(operation: Operation): string[] {
  switch (operation.kind) {
    case "create-skill":
    case "delete-skill":
      return [operation.fingerprint];
    case "update-skill":
    case "update-user":
      return operation.changes.map((change) => change.fingerprint);
    case "update-profile":
      return [...operation.changes, ...operation.entries].map((change) => change.fingerprint);
  }
}

/** One hash over all changes, whatever their order. */
export function planFingerprint(operations: readonly Operation[]): string {
  return shortHash(operations.flatMap(fingerprintsOf).sort(byText).join("\n"));
}

function shortHash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
