/** Short hashes that identify a change in the plan file, in a review and while applying. */
import { createHash } from "node:crypto";
import type { Change, Field, SkillId, Subject, Value, Verb } from "../model.ts";
import { byText } from "../text.ts";

/** The hashed parts of a change; cause, source, cost and the value before are left out on purpose. */
interface FingerprintParts {
  readonly target: string;
  readonly subject: Subject;
  readonly field: Field;
  readonly verb: Verb;
  readonly after: Value | null;
  readonly takesAway: boolean;
  /** The new skill, if the old one of a rename is deleted. */
  readonly replacedBy?: SkillId;
}

/**
 * 16 hexadecimal characters. Users and profiles are identified by id; a skill by its live id if the change takes away
 * or overwrites, otherwise by its entry's slug, which is the same before and after the skill is created.
 */
export function fingerprint(parts: FingerprintParts, slugOf: (skill: SkillId) => string): string {
  const { target, subject, field, verb, after, takesAway, replacedBy } = parts;
  const keyOf = (skill: SkillId): string => (takesAway ? skill : `slug:${slugOf(skill)}`);
  const about = subject.kind === "skill" ? keyOf(subject.id) : subject.id;
  const what = "id" in field ? `${field.kind} ${keyOf(field.id)}` : field.kind;
  // That a skill is replaced was reviewed doesn't mean that its holders may lose it.
  const instead = replacedBy === undefined ? [] : [slugOf(replacedBy)];
  return shortHash(JSON.stringify([target, subject.kind, about, what, verb === "delete", after, ...instead]));
}

/** The id of the change that ends what a user holds on this day, or earlier than it was to end. */
export function endFingerprint(target: string, subject: Subject, id: SkillId, day: string): string {
  const field = { kind: "until", id } as const;
  return fingerprint({ target, subject, field, verb: "update", after: day, takesAway: true }, () => "");
}

/** One hash over all changes, whatever their order. */
export function planFingerprint(changes: readonly Change[]): string {
  return shortHash(
    changes
      .map(({ id }) => id)
      .sort(byText)
      .join("\n"),
  );
}

/** 16 hexadecimal characters of a text's SHA-256. */
export function shortHash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
