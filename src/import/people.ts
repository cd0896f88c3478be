/** The users who hold something that a file can say, and what a file calls them. */
import { MAX_SKILLS_PER_USER } from "../desired/skill-counts.ts";
import type { LiveUser } from "../model.ts";
import { byText, printable } from "../text.ts";
import type { LeftOut } from "./left-out.ts";

export interface ImportedUser {
  /** E-mail, or the id where no e-mail says who it is. */
  readonly ref: string;
  /** The name to write beside an id; absent beside an e-mail. */
  readonly name?: string;
  /** Proficiency by id of the skill. */
  readonly held: ReadonlyMap<string, number>;
}

export interface ReadPeople {
  /** Sorted by `ref`. */
  readonly people: readonly ImportedUser[];
  readonly leftOut: readonly LeftOut[];
}

/** `written` are the skills that the files name, `known` are all, by id. Users who hold none of those written are left aside. */
export function readPeople(
  users: readonly LiveUser[],
  written: ReadonlySet<string>,
  known: ReadonlyMap<string, { readonly name: string }>,
): ReadPeople {
  const emails = countEmails(users);
  const leftOut: LeftOut[] = [];
  const people: ImportedUser[] = [];
  let unlisted = 0;
  for (const user of users.toSorted((a, b) => byText(a.email, b.email) || byText(a.id, b.id))) {
    const isAlone = emails.get(user.email) === 1;
    const ref = isAlone && isEmail(user.email) ? user.email : user.id;
    unlisted += [...user.skills.keys()].filter((id) => !known.has(id)).length;
    const held = new Map<string, number>();
    const odd: LeftOut[] = [];
    for (const [id, proficiency] of user.skills) {
      if (!written.has(id)) continue;
      if (proficiency >= 0 && proficiency <= 5) held.set(id, proficiency);
      else odd.push({ code: "PROFICIENCY", user: ref, skill: known.get(id)?.name ?? id, proficiency });
    }
    if (!isReference(ref)) {
      if (held.size + odd.length > 0)
        leftOut.push({ code: "USER", user: user.name || user.email || user.id });
    } else if (held.size > MAX_SKILLS_PER_USER) {
      leftOut.push({ code: "TOO_MANY_SKILLS", user: ref, skills: held.size });
    } else {
      leftOut.push(...odd);
      const name = ref === user.email ? "" : printable(user.name, 60);
      if (held.size > 0) people.push({ ref, held, ...(name !== "" && { name }) });
    }
  }
  if (unlisted > 0) leftOut.push({ code: "UNKNOWN_SKILLS", count: unlisted });
  return { people: people.sort((a, b) => byText(a.ref, b.ref)), leftOut };
}

function countEmails(users: readonly LiveUser[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { email } of users) counts.set(email, (counts.get(email) ?? 0) + 1);
  return counts;
}

/** Whether a file can hold it and everybody reads the same in it. */
function isEmail(email: string): boolean {
  return /^[^\s@]+@[^\s@]+$/u.test(email) && isReference(email);
}

function isReference(ref: string): boolean {
  return /^[^\s@]+(@[^\s@]+)?$/u.test(ref) && ref.length <= 500 && printable(ref, 500) === ref;
}
