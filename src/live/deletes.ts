/** Reads what a skill deletion affects: inactive holders and references. */
import type { Reader } from "../genesys/reader.ts";
import type { Listing, Live, LiveUser, References } from "../model.ts";
import type { SkillToSearch } from "./references.ts";
import { readReferences } from "./references.ts";
import { completeUsers } from "./users.ts";

type BeforeDeletes = Pick<Live, "references" | "inactiveUsers">;

/**
 * Reads the references to these skills, and the inactive users, who may be holders too; sends no request without
 * skills. If the inactive users can't be listed, all references are unknown.
 */
export async function readBeforeDeletes(
  reader: Reader,
  skills: readonly SkillToSearch[],
): Promise<BeforeDeletes> {
  if (skills.length === 0) return { references: new Map() };
  const [references, inactiveUsers] = await Promise.all([
    readReferences(reader, skills),
    readInactiveUsers(reader),
  ]);
  if (inactiveUsers.kind === "complete") return { references, inactiveUsers };
  const reason = inactiveUsers.reason.replace(/\.$/u, "");
  const unknown = ({ id }: SkillToSearch) => [id, addReason(references.get(id), reason)] as const;
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
