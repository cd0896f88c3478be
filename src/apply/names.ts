/** Checks whether a name is taken. An organisation may ignore more than the matcher does, such as accents. */
import { isConflict } from "../http/error.ts";
import type { Listing } from "../model.ts";
import { Failure } from "../problem.ts";
import { foldName, printable } from "../text.ts";
import type { ApplyContext } from "./context.ts";
import { reasonOf } from "./context.ts";

interface NamedObject {
  readonly id: string;
  readonly name: string;
}

/** Whether an organisation may treat the two names as the same. */
export function areAlike(a: string, b: string): boolean {
  return looselyFolded(a) === looselyFolded(b);
}

/** Without accents, width, punctuation and white space, unless nothing else is left. */
function looselyFolded(name: string): string {
  const folded = foldName(name.normalize("NFKD").replace(/\p{M}/gu, ""));
  return folded.replace(/[^\p{L}\p{N}]/gu, "") || folded;
}

/** Runs `write`, which gives `named` its name. Throws Failure NAME_TAKEN if another object in `list` has it. */
export async function giveName(
  named: NamedObject,
  write: () => Promise<unknown>,
  list: () => Promise<Listing<NamedObject>>,
  context: ApplyContext,
): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (!isConflict(error) || !(await isTaken(named, list, context))) throw error;
    throw nameTaken(named.name);
  }
}

function nameTaken(name: string): Failure {
  return new Failure({ code: "NAME_TAKEN", message: `The name "${printable(name)}" is taken.` });
}

/** Whether the name is taken; a 409 may also mean a version mismatch. False if the list can't be read. */
async function isTaken(
  { id, name }: NamedObject,
  list: () => Promise<Listing<NamedObject>>,
  context: ApplyContext,
): Promise<boolean> {
  try {
    const { entities } = await list();
    return entities.some((other) => other.id !== id && areAlike(other.name, name));
  } catch (error) {
    reasonOf(error, context);
    return false;
  }
}
