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
  const what = field.kind === "skill" ? `skill ${keyOf(field.id)}` : field.kind;
  // A review of a replacement is no review of a plain delete, in which the holders lose the skill.
  const instead = replacedBy === undefined ? [] : [slugOf(replacedBy)];
  return shortHash(JSON.stringify([target, subject.kind, about, what, verb === "delete", after, ...instead]));
}

/** One hash of all changes, independent of their order. */
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
