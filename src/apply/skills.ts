/** Creates skills, and puts names and descriptions right where the dialect can. */

import { slugOf } from "../desired/slug.ts";
import { isAmbiguous, isConflict, isGone } from "../genesys/error.ts";
import type { ChangeOutcome, CreateSkill, FieldChange, Listing, UpdateSkill } from "../model.ts";
import { Failure } from "../problem.ts";
import type { ApplyContext } from "./context.ts";
import { reasonOf } from "./context.ts";
import type { Document } from "./document.ts";
import { check } from "./document.ts";
import { giveName } from "./names.ts";
import { done, failed } from "./outcome.ts";
import type { Sight } from "./settle.ts";
import { writeAndSettle } from "./settle.ts";

/** Creates the skill, or adopts the one that has its name by now. */
export async function writeNewSkill(operation: CreateSkill, context: ApplyContext): Promise<ChangeOutcome[]> {
  const { skill, name, description, fingerprint } = operation;
  try {
    const created = await context.writer.createSkill({
      name,
      ...(description !== undefined && { description }),
    });
    context.skillIds.set(skill, created.id);
    return [done(fingerprint)];
  } catch (error) {
    if (!isNameTaken(error) && !isAmbiguous(error)) return [failed(fingerprint, reasonOf(error))];
    return [await settleByLooking(operation, error, context)];
  }
}

/** The name was taken, or the answer was lost: what counts is whether there is such a skill now. */
async function settleByLooking(
  { skill, name, fingerprint }: CreateSkill,
  error: unknown,
  context: ApplyContext,
): Promise<ChangeOutcome> {
  try {
    const id = await findByName(name, context);
    if (id === null) {
      return failed(fingerprint, `${reasonOf(error)}; no skill of that name was found afterwards.`);
    }
    context.skillIds.set(skill, id);
    return done(fingerprint, isAmbiguous(error) ? undefined : "adopted");
  } catch (unseen) {
    const why = `${reasonOf(error)}; whether the skill is there could not be found out: ${reasonOf(unseen)}`;
    return failed(fingerprint, why);
  }
}

/** A name that is taken is answered with 409, and by some deployments with 400. */
function isNameTaken(error: unknown): boolean {
  return isConflict(error) || (error instanceof Error && "status" in error && error.status === 400);
}

/** By exact name first, then by slug: uniqueness may ignore case and spacing. Throws where a list is incomplete. */
async function findByName(name: string, { reader }: ApplyContext): Promise<string | null> {
  const [exact] = wholeOf(await reader.skillsNamed(name));
  if (exact) return exact.id;
  const alike = wholeOf(await reader.listSkills()).filter((skill) => slugOf(skill.name) === slugOf(name));
  return alike.length === 1 ? (alike[0]?.id ?? null) : null;
}

function wholeOf<T>(listing: Listing<T>): readonly T[] {
  if (listing.kind === "incomplete") throw new Failure({ code: "INCOMPLETE", message: listing.reason });
  return listing.entities;
}

/** Reads, checks and writes; what the YAML leaves out is written back as it is. */
export async function writeSkillFields(
  operation: UpdateSkill,
  context: ApplyContext,
): Promise<ChangeOutcome[]> {
  try {
    return await writeAndSettle(() => mergeInto(operation, context), context);
  } catch (error) {
    const reason = isGone(error) ? "The skill was deleted after the plan was made." : reasonOf(error);
    return operation.changes.map(({ fingerprint }) => failed(fingerprint, reason));
  }
}

async function mergeInto(
  { id, changes }: UpdateSkill,
  { reader, writer }: ApplyContext,
): Promise<Sight<FieldChange>> {
  const live = await reader.skill(id);
  const document: Document = { name: live.name, description: live.description || null };
  const checks = changes.map((change) => ({ change, found: check(document, change.patch) }));
  const body = { name: live.name, description: live.description };
  for (const { change, found } of checks) if (found.kind === "as-planned") body[change.field] = change.after;
  const put = () => writer.updateSkill(id, body);
  return { checks, write: () => giveName({ id, name: body.name }, put, () => reader.listSkills()) };
}
