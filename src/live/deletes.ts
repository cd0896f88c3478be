/** Looks for all that would lose a skill which is about to go, and for what would miss it. */
import type { Reader } from "../genesys/reader.ts";
import type { Listing, Live, LiveUser, References } from "../model.ts";
import type { SoughtSkill } from "./references.ts";
import { readReferences } from "./references.ts";
import { completeUsers } from "./users.ts";

export type BeforeDeletes = Pick<Live, "references" | "inactiveUsers">;

/**
 * What refers to these skills, and the inactive users, who may hold them too; asks for nothing where no skill is
 * to go. Where the inactive users can't be listed, nobody knows whether the skills are in use.
 */
export async function readBeforeDeletes(
  reader: Reader,
  skills: readonly SoughtSkill[],
): Promise<BeforeDeletes> {
  if (skills.length === 0) return { references: new Map() };
  const [references, inactiveUsers] = await Promise.all([
    readReferences(reader, skills),
    readInactiveUsers(reader),
  ]);
  if (inactiveUsers.kind === "complete") return { references, inactiveUsers };
  const reason = inactiveUsers.reason.replace(/\.$/u, "");
  const unknown = ({ id }: SoughtSkill) => [id, addReason(references.get(id), reason)] as const;
  return { references: new Map(skills.map(unknown)), inactiveUsers };
}

/** The inactive users with their skills. */
export async function readInactiveUsers(reader: Reader): Promise<Listing<LiveUser>> {
  return completeUsers(reader, await reader.listInactiveUsers());
}

function addReason(references: References | undefined, reason: string): References {
  const reasons = references?.kind === "unknown" ? [references.reason, reason] : [reason];
  return { kind: "unknown", reason: reasons.join("; ") };
}
