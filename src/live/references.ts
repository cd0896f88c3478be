/** Looks for what refers to skills that are about to go; what can't be found out is said, and ends nothing. */
import pLimit from "p-limit";
import { ApiError } from "../http/error.ts";
import type { ConsumerBody, DependencyIndex, ReferenceReader } from "../genesys/references.ts";
import type { References } from "../model.ts";
import { byText, count, printable } from "../text.ts";

/** A skill to look for. */
export interface SoughtSkill {
  readonly id: string;
  /** As the organisation spells it. */
  readonly name: string;
}

/** What a search brought; `reason` is a clause without a full stop. */
type ReferenceAnswer<T> =
  { readonly kind: "known"; readonly value: T } | { readonly kind: "unknown"; readonly reason: string };

/** A skill group, and what it calls the skills that it asks for. */
interface AskingGroup {
  readonly name: string;
  readonly skills: ReadonlySet<string>;
}

/** Where references are looked for, and the permission that it takes. */
interface Searched {
  readonly what: string;
  readonly permission: string;
}

const FLOWS: Searched = { what: "dependency tracking", permission: "architect:dependencyTracking:view" };
const SKILL_GROUPS: Searched = { what: "skill groups", permission: "routing:skillGroup:view" };
const SIDE_BY_SIDE = 8;

/**
 * What refers to each of the skills, by its id. One request for the state of the index, one for each skill,
 * and for all skills together one for each page of skill groups and for each group; none where no skill is
 * asked for. Never throws for what Genesys or the network answers: then the references are unknown, and the
 * reason names the permission that is missing, or what failed.
 */
export async function readReferences(
  reader: ReferenceReader,
  skills: readonly SoughtSkill[],
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

/** Whether the index can be trusted: what it lacks could refer to any skill. */
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

async function searchSkillGroups(reader: ReferenceReader): Promise<ReferenceAnswer<readonly AskingGroup[]>> {
  const limit = pLimit(SIDE_BY_SIDE);
  return search(SKILL_GROUPS, async () => {
    const groups = await reader.listSkillGroups();
    const readOne = async ({ id, name }: { id: string; name: string }): Promise<AskingGroup> => {
      return { name, skills: new Set((await reader.skillGroupSkills(id)).map(ignoringCase)) };
    };
    return Promise.all(groups.map((group) => limit(() => readOne(group))));
  });
}

function combine(
  skill: SoughtSkill,
  flows: ReferenceAnswer<readonly ConsumerBody[]>,
  groups: ReferenceAnswer<readonly AskingGroup[]>,
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

/** Nobody documents whether skill groups find their skills by the exact name. */
function ignoringCase(name: string): string {
  return name.trim().toLowerCase();
}

async function search<T>(place: Searched, work: () => Promise<T>): Promise<ReferenceAnswer<T>> {
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

function unknown({ what }: Searched, why: string): { readonly kind: "unknown"; readonly reason: string } {
  return { kind: "unknown", reason: `${what} can't be searched: ${why}` };
}
