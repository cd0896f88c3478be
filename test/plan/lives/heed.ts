/** What an author does about a refusal, so that a life goes on. Each remedy is one that the refusal names. */
import type { Refusal } from "../../../src/model.ts";
import { foldName } from "../../../src/text.ts";
import type { Author, Entry } from "./author.ts";
import { newEntry, slugOfEntry } from "./author.ts";
import type { Organisation } from "./organisation.ts";
import { newId, removeSkill } from "./organisation.ts";
import type { Random } from "./random.ts";

/** Answers what was done, or undefined where the refusal stays. */
export function heed(
  refusal: Refusal,
  author: Author,
  organisation: Organisation,
  random: Random,
): string | undefined {
  const { entries } = author;
  switch (refusal.code) {
    case "AMBIGUOUS":
      return heedAmbiguous(refusal, author, organisation, random);
    case "PREVIOUS_PRESENT":
      for (const entry of entries)
        entry.previously = entry.previously.filter((name) => foldName(name) !== foldName(refusal.name));
      return `no previously ${refusal.name}`;
    case "PREVIOUS_UNMANAGED":
      for (const entry of entries)
        entry.previously = entry.previously.filter((name) => name !== refusal.name);
      return `no previously ${refusal.name}`;
    case "UNKNOWN_USER":
    case "UNKNOWN_GROUP":
      forgetRef(refusal.name, author);
      return `${refusal.name} is named nowhere`;
    case "UNKNOWN_DIVISION":
      return undefined;
    case "UNKNOWN_ID":
      for (const entry of entries) if (entry.id === refusal.id) entry.id = undefined;
      return `no id ${refusal.id}`;
    case "PROTECTED": {
      const name = organisation.skills.get(refusal.skill)?.name;
      if (name === undefined || entries.some((entry) => foldName(entry.name) === foldName(name)))
        return undefined;
      for (const entry of entries) entry.previously = entry.previously.filter((one) => one !== name);
      const entry: Entry = { ...newEntry(name), id: refusal.skill };
      if (entries.some((one) => slugOfEntry(one) === slugOfEntry(entry)))
        entry.slug = `again-${entries.length}`;
      entries.push(entry);
      return `${name} is there again, no longer protected`;
    }
    case "IN_USE":
    case "INCOMPLETE":
    case "MANY_GONE":
    case "MAYBE_RENAME":
    case "NOTHING_DESIRED":
    case "ODD_NAME":
    case "OTHER_LEDGER":
    case "SHARED_ORG":
    case "SIMILAR_NAME":
    case "SKILL_DELETE":
    case "SKILL_REPLACE":
    case "TOO_MANY_REMOVALS":
    case "TOO_MANY_SKILLS":
    case "UNCOVERED":
    case "UNKNOWN_PROFILE":
    case "WRONG_DIALECT":
    case "WRONG_ORG":
      return undefined;
  }
}

function heedAmbiguous(
  { what, name, candidates }: Extract<Refusal, { code: "AMBIGUOUS" }>,
  author: Author,
  organisation: Organisation,
  random: Random,
): string | undefined {
  const id = random.pick(candidates)?.id ?? "";
  switch (what) {
    case "skill": {
      const entry = author.entries.find((one) => one.name === name && one.id === undefined);
      const isFree = !author.entries.some((one) => one.id === id);
      if (entry && isFree && random.chance(0.6)) {
        entry.id = id;
        return `${name}: id ${id}`;
      }
      removeSkill(organisation, id);
      return `somebody deletes ${id} ${name}`;
    }
    case "user": {
      const person = organisation.users.get(id);
      if (!person) return undefined;
      organisation.users.set(id, { ...person, email: `${newId("own", organisation)}@example.com` });
      return `${id} gets an e-mail of their own`;
    }
    case "group":
      organisation.groups.delete(id);
      return `somebody deletes the group ${id} ${name}`;
    case "profile":
      return undefined;
  }
}

function forgetRef(name: string, { entries, bundles }: Author): void {
  for (const { users, groups } of [...entries, ...bundles]) {
    users.delete(name);
    groups.delete(name);
  }
}
