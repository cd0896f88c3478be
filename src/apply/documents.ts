/**
 * Writes skills' texts and routing profiles, which the API replaces as a whole: read, merge, PUT. Other fields are sent
 * back unchanged, so a read that is older than the plan must not be used: sending it back would undo newer changes.
 */
import fjp from "fast-json-patch";
import type { Writer } from "../genesys/writer.ts";
import { isConflict } from "../http/error.ts";
import type { Change, Listing, Operation, Subject, Value } from "../model.ts";
import { findDivision } from "../plan/match/divisions.ts";
import { Failure } from "../problem.ts";
import { foldName, printable } from "../text.ts";
import type { Current } from "./confirm.ts";
import { SKILL_DELETED, writeChanges } from "./confirm.ts";
import type { ApplyContext, OperationContext } from "./context.ts";
import { fieldKey, liveIdOf, reasonOf } from "./context.ts";

/** A skill or profile as it is read. */
interface Body {
  readonly id: string;
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
  /** The documents in the list that the plan was made from. */
  readonly listed: readonly Body[];
  /** Lists the documents again. */
  list(): Promise<Listing<Body>>;
  read(): Promise<Body>;
  write(document: Document, writer: Writer): Promise<unknown>;
}

/** Writes the texts of a skill, or the texts and entries of a profile. */
export async function writeDocument(operation: Operation, context: OperationContext): Promise<void> {
  const { subject, changes } = operation;
  for (const change of changes) {
    const { field } = change;
    if (field.kind === "skill" && liveIdOf(field.id, context) === undefined)
      context.log.skip([change], { kind: "dependency", on: field.id });
  }
  const open = context.log.open(changes);
  const goneReason =
    subject.kind === "skill" ? SKILL_DELETED : "The profile was deleted after the plan was made.";
  await writeChanges(open, () => readCurrent(subject, open, context), goneReason, context);
}

function storeOf(kind: Subject["kind"], id: string, context: ApplyContext): DocumentStore {
  const { reader, live, plan } = context;
  if (kind === "profile") {
    return {
      listed: live.profiles.entities,
      list: () => reader.listProfiles(),
      read: () => reader.profile(id),
      write: (document, writer) =>
        writer.putProfile(id, { ...textsOf(document), skills: skillsOf(document) }),
    };
  }
  return {
    listed: live.skills.entities,
    list: () => reader.listSkills(),
    async read() {
      const skill = await reader.skill(id);
      if (skill.state === "deleted") throw new Failure({ code: "SKILL_DELETED", message: SKILL_DELETED });
      return skill;
    },
    write: (document, writer) =>
      plan.dialect === "cloud"
        ? writer.moveSkill(id, divisionIdOf(String(document["division"]), context))
        : writer.updateSkill(id, textsOf(document)),
  };
}

// ── Reading ──────────────────────────────────────────────────────────────────────────────────────────

/** Reads the document. Null if a profile still lacks an entry that the list had, since a PUT would remove it. */
async function readCurrent(
  subject: Subject,
  changes: readonly Change[],
  context: OperationContext,
): Promise<Current | null> {
  const { clock, startedAt, staleSeconds, ownWrites } = context;
  const id = liveIdOf(subject.id, context) ?? subject.id;
  const store = storeOf(subject.kind, id, context);
  const before = store.listed.find((one) => one.id === id);
  const listed = before ? toDocument(before) : {};
  const planned = new Set(changes.map(({ field }) => fieldKey(field, context)));
  const read = async (): Promise<Document> => {
    const document = toDocument(await store.read());
    const keys = new Set([...Object.keys({ ...document, ...listed }), ...planned]);
    return Object.fromEntries(
      [...keys].map((key) => [key, ownWrites.correct(subject, key, document[key] ?? null)]),
    );
  };
  /** Fields that the plan leaves alone and that differ from the list, so that one of the reads is older. */
  const differing = (document: Document): string[] =>
    Object.keys(listed).filter((key) => !planned.has(key) && document[key] !== listed[key]);

  let document = await read();
  const newerAt = startedAt + staleSeconds * 1000;
  if (differing(document).length > 0 && clock.now() < newerAt) {
    await context.pause(newerAt - clock.now());
    document = await read();
  }
  if (differing(document).some((key) => key.startsWith(SKILL))) return null;
  return {
    readAt: clock.now(),
    valueOf: ({ field }) => document[fieldKey(field, context)] ?? null,
    async write(open, writer) {
      const next = patched(document, open, context);
      try {
        await store.write(next, writer);
      } catch (error) {
        const isNamed = open.some(({ field }) => field.kind === "name");
        if (isNamed && isConflict(error)) await refuseTakenName(id, String(next["name"]), store, context);
        throw error;
      }
    },
  };
}

// ── Documents ────────────────────────────────────────────────────────────────────────────────────────

const SKILL = "skill ";

function toDocument({ name, description, division, skills = [] }: Body): Document {
  const entries = Object.fromEntries(skills.map((id) => [`${SKILL}${id}`, true]));
  return { name, description: description || null, division: division ?? null, ...entries };
}

/** The document with these changes; checks the values before them again. */
function patched(document: Document, changes: readonly Change[], context: ApplyContext): Document {
  const patch = changes.flatMap(({ field, before, after }) => {
    const path = `/${fjp.escapePathComponent(fieldKey(field, context))}`;
    return [{ op: "test", path, value: before } as const, { op: "replace", path, value: after } as const];
  });
  return fjp.applyPatch(document, patch, true, false).newDocument;
}

function textsOf({ name, description }: Document): { name: string; description: string | null } {
  return { name: String(name), description: typeof description === "string" ? description : null };
}

function skillsOf(document: Document): string[] {
  const keys = Object.keys(document).filter((key) => key.startsWith(SKILL) && document[key] === true);
  return keys.map((key) => key.slice(SKILL.length));
}

/** Throws Failure UNKNOWN_DIVISION if the organisation has no division with this name any more. */
export function divisionIdOf(name: string, { live }: Pick<ApplyContext, "live">): string {
  const division = findDivision(name, live.divisions?.entities ?? []);
  if (division) return division.id;
  const message = `There is no division "${printable(name)}" in the organisation.`;
  throw new Failure({ code: "UNKNOWN_DIVISION", message });
}

// ── Names ────────────────────────────────────────────────────────────────────────────────────────────

/** Whether an organisation may treat the two names as the same. It may ignore more than the matcher, such as accents. */
export function areAlike(a: string, b: string): boolean {
  return looselyFolded(a) === looselyFolded(b);
}

/** Without accents, width, punctuation and white space, unless nothing else is left. */
function looselyFolded(name: string): string {
  const folded = foldName(name.normalize("NFKD").replace(/\p{M}/gu, ""));
  return folded.replace(/[^\p{L}\p{N}]/gu, "") || folded;
}

/** Throws Failure NAME_TAKEN if another object has the name. A 409 may also mean a version mismatch. */
async function refuseTakenName(
  id: string,
  name: string,
  store: DocumentStore,
  context: ApplyContext,
): Promise<void> {
  const listed = await store.list().catch((error: unknown) => {
    reasonOf(error, context);
    return null;
  });
  if (listed?.entities.some((other) => other.id !== id && areAlike(other.name, name)))
    throw new Failure({ code: "NAME_TAKEN", message: `The name "${printable(name)}" is taken.` });
}
