/** The groups that somebody named, with their members. */
import pLimit from "p-limit";
import type { Existing, GroupBody } from "../genesys/bodies.ts";
import type { Reader } from "../genesys/reader.ts";
import type { Listing, Live, LiveGroup } from "../model.ts";
import { foldName } from "../text.ts";

const SIDE_BY_SIDE = 8;

/**
 * Every group of one of these names or ids with its individuals, and the names of all groups. A name means
 * all groups that have it, folded: which of them counts is for the planner to judge. One that can't be read
 * is left out. Asks for nothing where nothing is wanted.
 */
export async function readGroups(
  reader: Reader,
  wanted: readonly string[],
  ledgerIds: readonly string[],
): Promise<Pick<Live, "groups" | "groupNames">> {
  const ids = new Set([...wanted, ...ledgerIds]);
  if (ids.size === 0) return { groups: { kind: "complete", entities: [] }, groupNames: [] };
  const names = new Set(wanted.map(foldName));
  const listing = await reader.listGroups();
  const named = listing.entities.filter(({ id, name }) => ids.has(id) || names.has(foldName(name)));
  const limit = pLimit(SIDE_BY_SIDE);
  const read = await Promise.all(named.map((group) => limit(() => readGroup(reader, group))));
  const groups = read.filter((group) => group !== undefined);
  const entities = groups.flatMap((group) => group.entities);
  const broken = [listing, ...groups].find((part) => part.kind === "incomplete");
  return {
    groups: broken ? { ...broken, entities } : { kind: "complete", entities },
    groupNames: listing.entities.map(({ name }) => name),
  };
}

/** A listing of the one group, or undefined where it can't be read. */
async function readGroup(
  reader: Reader,
  { id, name, state }: Existing<GroupBody>,
): Promise<Listing<LiveGroup> | undefined> {
  const individuals = await reader.groupIndividuals(id);
  if (!individuals) return undefined;
  if (individuals.kind === "incomplete") return { ...individuals, entities: [] };
  const members = individuals.entities.map((user) => user.id);
  return { ...individuals, entities: [{ id, name, state, members }] };
}
