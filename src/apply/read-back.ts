/**
 * Reads again what was touched. Reads can lag behind writes by up to a minute (the vendor's Terraform provider
 * waits for them), so what doesn't show yet is looked at again for a while, and then said, not failed.
 */
import type { NotVisible, Operation, OperationOutcome, Slug, UpdateProfile, UpdateSkill } from "../model.ts";
import { USERS_PER_LOOKUP } from "../plan/cost.ts";
import type { ApplyContext } from "./context.ts";
import { reasonOf } from "./context.ts";

type Value = string | number | true | null;

/** One written value that live should show; null for gone. */
interface Expectation {
  readonly operation: Operation;
  readonly fingerprint: string;
  /** Id of the skill, profile or user that was written. */
  readonly holder: string;
  /** `name`, `description`, or the id of a skill that the holder has. */
  readonly key: string;
  readonly value: Value;
}

/** What live says of each holder by key; a holder that could not be read is missing. */
type Sightings = ReadonlyMap<string, ReadonlyMap<string, Value>>;

const FIRST_WAIT_SECONDS = 2;

/** `patience` in seconds. An error while looking is no reason to fail an apply that is done. */
export async function findNotVisible(
  outcomes: readonly OperationOutcome[],
  context: ApplyContext,
  { patience, stop }: { readonly patience: number; readonly stop?: AbortSignal },
): Promise<NotVisible[]> {
  let waiting = outcomes.flatMap((outcome) => writtenBy(outcome, context.skillIds));
  for (let waited = 0, wait = FIRST_WAIT_SECONDS; waiting.length > 0; waited += wait, wait *= 2) {
    const seen = await look(waiting, context);
    waiting = waiting.filter(({ holder, key, value }) => (seen.get(holder)?.get(key) ?? null) !== value);
    if (waited + wait > patience || stop?.aborted) break;
    if (waiting.length > 0) await context.pause(wait * 1000);
  }
  return waiting.map(({ operation, fingerprint }) => ({ operation, fingerprint }));
}

/** Only what this run wrote itself: what was so already has been read. */
function writtenBy({ operation, changes }: OperationOutcome, ids: ReadonlyMap<Slug, string>): Expectation[] {
  const written = new Set(
    changes.flatMap((change) => (change.result === "done" && !change.how ? change.fingerprint : [])),
  );
  return expectationsOf(operation, ids).filter(({ fingerprint }) => written.has(fingerprint));
}

function expectationsOf(operation: Operation, ids: ReadonlyMap<Slug, string>): Expectation[] {
  const idOf = (skill: Slug): string => ids.get(skill) ?? "";
  switch (operation.kind) {
    case "create-skill": {
      const { fingerprint, skill, name } = operation;
      return [{ operation, fingerprint, holder: idOf(skill), key: "name", value: name }];
    }
    case "update-skill":
      return fieldsOf(operation);
    case "delete-skill":
      return [
        { operation, fingerprint: operation.fingerprint, holder: operation.id, key: "name", value: null },
      ];
    case "update-profile":
      return [
        ...fieldsOf(operation),
        ...operation.entries.map(({ fingerprint, kind, skill }) => {
          const value = kind === "gain" ? true : null;
          return { operation, fingerprint, holder: operation.id, key: idOf(skill), value } as const;
        }),
      ];
    case "update-user":
      return operation.changes.map((change) => {
        const value = change.kind === "lose" ? null : change.after;
        return {
          operation,
          fingerprint: change.fingerprint,
          holder: operation.id,
          key: idOf(change.skill),
          value,
        };
      });
  }
}

function fieldsOf(operation: UpdateSkill | UpdateProfile): Expectation[] {
  return operation.changes.map(({ fingerprint, field, after }) => {
    return { operation, fingerprint, holder: operation.id, key: field, value: after };
  });
}

// ── Looking ──────────────────────────────────────────────────────────────────────────────────────────

async function look(waiting: readonly Expectation[], context: ApplyContext): Promise<Sightings> {
  const holdersOf = (...kinds: readonly Operation["kind"][]): string[] => [
    ...new Set(waiting.filter(({ operation }) => kinds.includes(operation.kind)).map(({ holder }) => holder)),
  ];
  const sightings = await Promise.all([
    lookAtSkills(holdersOf("create-skill", "update-skill", "delete-skill"), context),
    lookAtProfiles(holdersOf("update-profile"), context),
    lookAtUsers(holdersOf("update-user"), context),
  ]);
  return new Map(sightings.flat());
}

type Sighting = readonly [holder: string, values: ReadonlyMap<string, Value>];

async function lookAtSkills(ids: readonly string[], { reader }: ApplyContext): Promise<Sighting[]> {
  if (ids.length === 0) return [];
  const skills = await orNothing(reader.listSkills().then(({ entities }) => entities));
  return skills.map((skill) => [skill.id, new Map(Object.entries(textsOf(skill)))]);
}

async function lookAtProfiles(ids: readonly string[], { reader }: ApplyContext): Promise<Sighting[]> {
  const profiles = await Promise.all(
    ids.map((id) => orNothing(reader.profile(id).then((profile) => [profile]))),
  );
  return profiles.flat().map((profile) => {
    const skills = profile.skills.map((id) => [id, true] as const);
    return [profile.id, new Map<string, Value>([...Object.entries(textsOf(profile)), ...skills])];
  });
}

async function lookAtUsers(ids: readonly string[], { reader }: ApplyContext): Promise<Sighting[]> {
  const lots = Array.from({ length: Math.ceil(ids.length / USERS_PER_LOOKUP) }, (_, lot) =>
    ids.slice(lot * USERS_PER_LOOKUP, (lot + 1) * USERS_PER_LOOKUP),
  );
  const users = await Promise.all(
    lots.map((lot) => orNothing(reader.usersById(lot).then(({ entities }) => entities))),
  );
  return users.flat().flatMap(({ id, skills }) => {
    const values = skills?.map((skill) => [skill.id, skill.proficiency] as const);
    return values ? [[id, new Map(values)] as const] : [];
  });
}

function textsOf({ name, description }: { readonly name: string; readonly description?: string | null }) {
  return { name, description: description ?? null };
}

async function orNothing<T>(looking: Promise<readonly T[]>): Promise<readonly T[]> {
  try {
    return await looking;
  } catch (error) {
    reasonOf(error);
    return [];
  }
}
