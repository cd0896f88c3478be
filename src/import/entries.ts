/** One entry of a file as YAML: whatever a name holds, it is data. */
import type { Node } from "yaml";
import { Document, Scalar } from "yaml";
import { printable } from "../text.ts";
import type { DraftProfile, DraftSkill, DraftUser } from "./draft.ts";
import type { NamedEntry } from "./names.ts";

/** Lines of `skills:` or `profiles:` with one entry, the key itself left out. */
export function skillText({ named, users }: DraftSkill): string {
  return entryText({
    ...identity(named),
    ...(users.length > 0 && { assign_to_users: users.map(userNode) }),
  });
}

export function profileText({ named, extends: parent, skills, members }: DraftProfile): string {
  return entryText({
    ...identity(named),
    ...(parent !== undefined && { extends: [parent] }),
    ...(skills.length > 0 && {
      skills: skills.map((entry) => (entry.proficiency === undefined ? entry.skill : flow(entry))),
    }),
    ...(members.length > 0 && { members: { users: members.map(userNode) } }),
  });
}

function identity({ name, spelled, id, slug, hasOwnSlug, description }: NamedEntry): Record<string, unknown> {
  const comment = spelled === undefined ? undefined : `in Genesys Cloud "${printable(spelled, 100)}"`;
  return {
    name: scalar(name, comment),
    ...(id !== undefined && { id }),
    ...(hasOwnSlug && { slug }),
    ...(description !== undefined && { description }),
  };
}

function userNode({ ref, name, proficiency }: DraftUser): Node {
  if (proficiency === undefined) return scalar(ref, name);
  const node = flow({ user: ref, proficiency });
  if (name !== undefined) node.comment = ` ${name}`;
  return node;
}

function scalar(value: string, comment?: string): Scalar {
  const node = new Scalar(value);
  if (comment !== undefined) node.comment = ` ${comment}`;
  return node;
}

/** A document costs far more than a line, and there is a line for each assignment. */
const MAKER = new Document();

function flow(value: unknown): Node {
  return MAKER.createNode(value, { flow: true });
}

/** Every text on one line: what a name holds can't begin another. */
function entryText(entry: Readonly<Record<string, unknown>>): string {
  const text = new Document({ entries: [entry] }, { aliasDuplicateObjects: false }).toString({
    lineWidth: 0,
    blockQuote: false,
    doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER,
  });
  return text.slice("entries:\n".length);
}
