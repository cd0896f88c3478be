/**
 * Writes skills' texts and routing profiles, which the API replaces as a whole: read, merge, PUT. Other fields are sent
 * back unchanged, so a read that is older than the plan must not be used: sending it back would undo newer changes.
 */
import fjp from "fast-json-patch";
import type { Writer } from "../genesys/writer.ts";
import { isGone } from "../http/error.ts";
import type { Change, Field, Operation, Value } from "../model.ts";
import { findDivision } from "../plan/match/divisions.ts";
import { Failure } from "../problem.ts";
import { printable } from "../text.ts";
import type { Sight } from "./confirm.ts";
import { writeAndConfirm } from "./confirm.ts";
import type { ApplyContext } from "./context.ts";
import { liveIdOf, reasonOf } from "./context.ts";
import { failDeletedSkills, SKILL_DELETED } from "./deleted-skills.ts";
import { giveName } from "./names.ts";
import type { OutcomeLog } from "./outcome.ts";

/** A skill or profile as it is read. */
interface Body {
  readonly name: string;
  readonly description?: string | null;
  /** Only of skills. */
  readonly division?: string;
  /** Ids of the skills in it. */
  readonly skills?: readonly string[];
}

/** The same by field: `name`, `description`, `division`, or `skill` with an id. Null: missing. */
type Document = Readonly<Record<string, Value | null>>;

/** Reads and writes one document. */
interface DocumentStore {
  /** The document in the list that the plan was made from. */
  readonly listed: Body | undefined;
  read(): Promise<Body>;
  write(document: Document, writer: Writer): Promise<unknown>;
}

/** Writes the texts of a skill, or the texts and entries of a profile. */
export async function writeDocument(
  operation: Operation,
  log: OutcomeLog,
  context: ApplyContext,
): Promise<void> {
  for (const change of operation.changes) {
    const { field } = change;
    if (field.kind === "skill" && liveIdOf(field.id, context) === undefined)
      log.skip(change, { kind: "dependency", on: field.id });
  }
  await writeOpen(operation, log, context);
}

async function writeOpen(operation: Operation, log: OutcomeLog, context: ApplyContext): Promise<void> {
  const changes = log.open(operation.changes);
  const place = placeOf(operation, context);
  try {
    await writeAndConfirm(changes, () => look(operation, changes, place, context), log, context);
  } catch (error) {
    const isOneDeleted = !isGone(error) && (await failDeletedSkills(log.open(changes), error, log, context));
    if (isOneDeleted) return writeOpen(operation, log, context);
    const reason = isGone(error) ? goneReason(operation) : reasonOf(error, context);
    for (const change of log.open(changes)) log.fail(change, reason);
  }
}

function goneReason({ subject }: Operation): string {
  return subject.kind === "skill" ? SKILL_DELETED : "The profile was deleted after the plan was made.";
}

function placeOf({ subject }: Operation, context: ApplyContext): DocumentStore {
  const { reader, live } = context;
  const id = liveIdOf(subject.id, context) ?? subject.id;
  const isThis = (one: { readonly id: string }): boolean => one.id === id;
  if (subject.kind === "profile") {
    return {
      listed: live.profiles.entities.find(isThis),
      read: () => reader.profile(id),
      write(document, writer) {
        const put = () => writer.putProfile(id, { ...textsOf(document), skills: skillsOf(document) });
        return giveName({ id, ...textsOf(document) }, put, () => reader.listProfiles(), context);
      },
    };
  }
  return {
    listed: live.skills.entities.find(isThis),
    async read() {
      const skill = await reader.skill(id);
      if (skill.state === "deleted") throw new Failure({ code: "SKILL_DELETED", message: SKILL_DELETED });
      return skill;
    },
    write(document, writer) {
      const { division } = document;
      if (context.plan.dialect === "cloud")
        return writer.moveSkill(id, divisionIdOf(String(division), context));
      const put = () => writer.updateSkill(id, textsOf(document));
      return giveName({ id, ...textsOf(document) }, put, () => reader.listSkills(), context);
    },
  };
}

// ── The look ─────────────────────────────────────────────────────────────────────────────────────────

/** Reads the document. Null if a profile still lacks an entry that the list had, since a PUT would remove it. */
async function look(
  { subject }: Operation,
  changes: readonly Change[],
  place: DocumentStore,
  context: ApplyContext,
): Promise<Sight | null> {
  const planned = new Set(changes.map(({ field }) => keyOfField(field, context)));
  const documentOf = (body: Body): Document => toDocument(subject, changes, body, place.listed, context);
  let document = documentOf(await place.read());
  const newerAt = context.startedAt + context.staleSeconds * 1000;
  if (differsFromList(document, place.listed, planned) && context.clock.now() < newerAt) {
    await context.pause(newerAt - context.clock.now());
    document = documentOf(await place.read());
  }
  if (missingFrom(document, place.listed, planned).length > 0) return null;
  return {
    seenAt: context.clock.now(),
    valueOf: ({ field }) => document[keyOfField(field, context)] ?? null,
    async write(open, writer) {
      await place.write(patched(document, open, context), writer);
    },
  };
}

function toDocument(
  subject: Operation["subject"],
  changes: readonly Change[],
  read: Body,
  listed: Body | undefined,
  context: ApplyContext,
): Document {
  const held = new Set(read.skills);
  const planned = changes.flatMap(({ field }) =>
    field.kind === "skill" ? (liveIdOf(field.id, context) ?? []) : [],
  );
  const texts = [
    [{ kind: "name" }, read.name],
    [{ kind: "description" }, read.description || null],
    [{ kind: "division" }, read.division ?? null],
  ] as const;
  const entries = [...new Set([...held, ...(listed?.skills ?? []), ...planned])].map(
    (id) => [{ kind: "skill", id }, held.has(id) || null] as const,
  );
  const fields: readonly (readonly [Field, Value | null])[] = [...texts, ...entries];
  return Object.fromEntries(
    fields.map(([field, value]) => [
      keyOfField(field, context),
      context.ownWrites.see(subject, field, value),
    ]),
  );
}

/** Whether a field that the plan leaves alone differs from the list, so that one of the reads is older. */
function differsFromList(
  document: Document,
  listed: Body | undefined,
  planned: ReadonlySet<string>,
): boolean {
  if (!listed) return false;
  const texts = {
    name: listed.name,
    description: listed.description || null,
    division: listed.division ?? null,
  };
  const isChanged = Object.entries(texts).some(
    ([key, value]) => !planned.has(key) && document[key] !== value,
  );
  return isChanged || missingFrom(document, listed, planned).length > 0;
}

function missingFrom(document: Document, listed: Body | undefined, planned: ReadonlySet<string>): string[] {
  const keys = (listed?.skills ?? []).map((id) => `skill ${id}`);
  return keys.filter((key) => !planned.has(key) && document[key] !== true);
}

// ── Documents ────────────────────────────────────────────────────────────────────────────────────────

/** The document with these changes; checks the values before them again. */
function patched(document: Document, changes: readonly Change[], context: ApplyContext): Document {
  const patch = changes.flatMap(({ field, before, after }) => {
    const path = `/${fjp.escapePathComponent(keyOfField(field, context))}`;
    return [{ op: "test", path, value: before } as const, { op: "replace", path, value: after } as const];
  });
  return fjp.applyPatch(document, patch, true, false).newDocument;
}

function keyOfField(field: Field, context: ApplyContext): string {
  return field.kind === "skill" ? `skill ${liveIdOf(field.id, context) ?? field.id}` : field.kind;
}

function textsOf({ name, description }: Document): { name: string; description: string | null } {
  return { name: String(name), description: typeof description === "string" ? description : null };
}

/** Throws Failure UNKNOWN_DIVISION if the organisation has no division with this name any more. */
export function divisionIdOf(name: string, { live }: Pick<ApplyContext, "live">): string {
  const division = findDivision(name, live.divisions?.entities ?? []);
  if (division) return division.id;
  const message = `There is no division "${printable(name)}" in the organisation.`;
  throw new Failure({ code: "UNKNOWN_DIVISION", message });
}

function skillsOf(document: Document): string[] {
  const keys = Object.keys(document).filter((key) => key.startsWith("skill ") && document[key] === true);
  return keys.map((key) => key.slice("skill ".length));
}
