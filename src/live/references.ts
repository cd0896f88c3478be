/** Looks for references to skills before they are deleted; reports what can't be found out, without failing. */
import pLimit from "p-limit";
import { ApiError } from "../http/error.ts";
import type { ConsumerBody, DependencyIndex, ReferenceReader } from "../genesys/references.ts";
import type { References } from "../model.ts";
import { byText, count, printable } from "../text.ts";

/** A skill to look for. */
export interface SkillToSearch {
  readonly id: string;
  /** The name in live. */
  readonly name: string;
}

/** The result of a search; `reason` is a clause without a full stop. */
type ReferenceAnswer<T> =
  { readonly kind: "known"; readonly value: T } | { readonly kind: "unknown"; readonly reason: string };

/** A skill group, and the names of the skills in its conditions. */
interface GroupWithConditions {
  readonly name: string;
  readonly skills: ReadonlySet<string>;
}

/** A place to search for references, and the permission that the search needs. */
interface SearchPlace {
  readonly what: string;
  readonly permission: string;
}

const FLOWS: SearchPlace = { what: "dependency tracking", permission: "architect:dependencyTracking:view" };
const SKILL_GROUPS: SearchPlace = { what: "skill groups", permission: "routing:skillGroup:view" };
const SIDE_BY_SIDE = 8;

/**
 * Reads the references to each skill, by id. Sends one request for the state of the index, one for each skill, and one
 * for each page of skill groups and each group; none without skills. Never throws for an error of Genesys or the
 * network: the references are then unknown, and the reason names the missing permission or the error.
 */
export async function readReferences(
  reader: ReferenceReader,
  skills: readonly SkillToSearch[],
): Promise<ReadonlyMap<string, References>> {
  if (skills.length === 0) return new Map();
  const limit = pLimit(SIDE_BY_SIDE);
  const [index, groups] = await Promise.all([askIndex(reader), searchSkillGroups(reader)]);
  const found = skills.map(async (skill) => {
    const consumers = () => reader.consumersOf(skill.id);
    const flows = index.kind === "unknown" ? index : await limit(() => search(FLOWS, consumers));
    return [skill.id, combine(skill, flows, groups)] as const;
  });
  return new Map(await Promise.all(found));
}

/** Checks that the index is complete: an object that it lacks could refer to any skill. */
async function askIndex(reader: ReferenceReader): Promise<ReferenceAnswer<DependencyIndex>> {
  const index = await search(FLOWS, () => reader.dependencyIndex());
  if (index.kind === "unknown") return index;
  const { status, failed } = index.value;
  if (status.toUpperCase() !== "OPERATIONAL") {
    return unknown(FLOWS, `its index is still being built (${printable(status, 50)})`);
  }
  if (failed.length === 0) return index;
  const names = failed.slice(0, 3).map((name) => `"${printable(name)}"`);
  return unknown(FLOWS, `its index lacks ${count(failed.length, "object")}, such as ${names.join(", ")}`);
}

async function searchSkillGroups(
  reader: ReferenceReader,
): Promise<ReferenceAnswer<readonly GroupWithConditions[]>> {
  const limit = pLimit(SIDE_BY_SIDE);
  return search(SKILL_GROUPS, async () => {
    const groups = await reader.listSkillGroups();
    const readOne = async ({ id, name }: { id: string; name: string }): Promise<GroupWithConditions> => {
      return { name, skills: new Set((await reader.skillGroupSkills(id)).map(ignoringCase)) };
    };
    return Promise.all(groups.map((group) => limit(() => readOne(group))));
  });
}

function combine(
  skill: SkillToSearch,
  flows: ReferenceAnswer<readonly ConsumerBody[]>,
  groups: ReferenceAnswer<readonly GroupWithConditions[]>,
): References {
  if (flows.kind === "known" && groups.kind === "known") {
    const asking = groups.value.filter(({ skills }) => skills.has(ignoringCase(skill.name)));
    return { kind: "known", flows: namesOf(flows.value), skillGroups: namesOf(asking) };
  }
  const reasons = [flows, groups].flatMap((found) => (found.kind === "unknown" ? [found.reason] : []));
  return { kind: "unknown", reason: reasons.join("; ") };
}

function namesOf(entities: readonly { readonly name: string }[]): string[] {
  return [...new Set(entities.map(({ name }) => name))].sort(byText);
}

/** It isn't documented whether skill groups find their skills by the exact name, so case is ignored. */
function ignoringCase(name: string): string {
  return name.trim().toLowerCase();
}

async function search<T>(place: SearchPlace, work: () => Promise<T>): Promise<ReferenceAnswer<T>> {
  try {
    return { kind: "known", value: await work() };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const why =
      error.status === 403
        ? `the client lacks the permission ${place.permission}`
        : error.message.replace(/\.$/, "");
    return unknown(place, why);
  }
}

function unknown({ what }: SearchPlace, why: string): { readonly kind: "unknown"; readonly reason: string } {
  return { kind: "unknown", reason: `${what} can't be searched: ${why}` };
}
