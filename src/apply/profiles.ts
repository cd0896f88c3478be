/** Writes routing profiles: read, merge, PUT. The API replaces the whole list, so what is not ours is sent back. */
import { isGone } from "../genesys/error.ts";
import type { ChangeOutcome, EntryChange, FieldChange, UpdateProfile } from "../model.ts";
import type { ApplyContext } from "./context.ts";
import { reasonOf } from "./context.ts";
import { SKILL_DELETED, withoutDeleted } from "./deleted-skills.ts";
import type { Document } from "./document.ts";
import { check } from "./document.ts";
import { giveName } from "./names.ts";
import { failed, skipped } from "./outcome.ts";
import type { Sight } from "./settle.ts";
import { writeAndSettle } from "./settle.ts";

export async function writeProfile(
  operation: UpdateProfile,
  context: ApplyContext,
): Promise<ChangeOutcome[]> {
  const { entries } = operation;
  const ready = entries.filter(({ skill }) => context.skillIds.has(skill));
  const waiting = entries.filter(({ skill }) => !context.skillIds.has(skill));
  const missing = waiting.map(({ fingerprint, skill }) =>
    skipped(fingerprint, { kind: "dependency", on: skill }),
  );
  return [...(await writeReady({ ...operation, entries: ready }, context)), ...missing];
}

async function writeReady(operation: UpdateProfile, context: ApplyContext): Promise<ChangeOutcome[]> {
  const { changes, entries } = operation;
  try {
    return await writeAndSettle(() => mergeInto(operation, context), context);
  } catch (error) {
    const rest = isGone(error) ? entries : await withoutDeleted(entries, error, context);
    if (rest.length === entries.length) {
      const reason = isGone(error) ? "The profile was deleted after the plan was made." : reasonOf(error);
      return [...changes, ...entries].map(({ fingerprint }) => failed(fingerprint, reason));
    }
    const deleted = entries.filter((entry) => !rest.includes(entry));
    return [
      ...deleted.map(({ fingerprint }) => failed(fingerprint, SKILL_DELETED)),
      ...(await writeReady({ ...operation, entries: rest }, context)),
    ];
  }
}

async function mergeInto(
  operation: UpdateProfile,
  context: ApplyContext,
): Promise<Sight<FieldChange | EntryChange>> {
  const live = await context.reader.profile(operation.id);
  const held = new Set(live.skills);
  const idOf = (skill: string): string => context.skillIds.get(skill) ?? "";
  const document: Document = {
    name: live.name,
    description: live.description || null,
    skills: Object.fromEntries(operation.entries.map(({ skill }) => [skill, held.has(idOf(skill)) || null])),
  };
  const fields = operation.changes.map((change) => ({ change, found: check(document, change.patch) }));
  const entries = operation.entries.map((change) => ({ change, found: check(document, change.patch) }));

  const body = { name: live.name, description: live.description };
  for (const { change, found } of fields) if (found.kind === "as-planned") body[change.field] = change.after;
  for (const { change, found } of entries) {
    if (found.kind !== "as-planned") continue;
    if (change.kind === "gain") held.add(idOf(change.skill));
    else held.delete(idOf(change.skill));
  }
  const { id } = operation;
  const put = () => context.writer.putProfile(id, { ...body, skills: [...held] });
  const write = () => giveName({ id, name: body.name }, put, () => context.reader.listProfiles());
  return { checks: [...fields, ...entries], write };
}
