/** Giving a name to something that is there: a 409 then means that the name is taken, or that a version moved. */
import { slugOf } from "../desired/slug.ts";
import { isConflict } from "../genesys/error.ts";
import type { Listing } from "../model.ts";
import { Failure } from "../problem.ts";
import { printable } from "../text.ts";
import { reasonOf } from "./context.ts";

interface Named {
  readonly id: string;
  readonly name: string;
}

/** Runs `write`, which gives `named` its name. Throws Failure NAME_TAKEN where another of `list` has it. */
export async function giveName(
  named: Named,
  write: () => Promise<unknown>,
  list: () => Promise<Listing<Named>>,
): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (isConflict(error) && (await isTaken(named, list))) {
      const message = `The name "${printable(named.name)}" is taken by another.`;
      throw new Failure({ code: "NAME_TAKEN", message });
    }
    throw error;
  }
}

/** Uniqueness may ignore case and spacing. Where nobody can say, it isn't taken. */
async function isTaken({ id, name }: Named, list: () => Promise<Listing<Named>>): Promise<boolean> {
  try {
    const { entities } = await list();
    return entities.some((other) => other.id !== id && slugOf(other.name) === slugOf(name));
  } catch (unseen) {
    reasonOf(unseen);
    return false;
  }
}
