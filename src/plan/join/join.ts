/** Brings the three worlds together: policy and renames first, then skills, profiles and users, each paired by id, name and slug. */
import type { Desired, Ledger, Live } from "../../model.ts";
import type { JoinedProfiles } from "./profiles.ts";
import { joinProfiles } from "./profiles.ts";
import type { JoinedSkills } from "./skills.ts";
import { joinSkills } from "./skills.ts";
import type { JoinedUsers } from "./users.ts";
import { joinUsers } from "./users.ts";
import type { Governed } from "./policy.ts";
import { releaseUnmanaged } from "./policy.ts";
import type { Renames } from "./rename.ts";
import { findRenames } from "./rename.ts";

export interface Joined extends Governed {
  readonly renames: Renames;
  readonly skills: JoinedSkills;
  readonly profiles: JoinedProfiles;
  readonly users: JoinedUsers;
}

export function join(desired: Desired, ledger: Ledger | null, live: Live): Joined {
  const governed = releaseUnmanaged(desired, ledger);
  const renames = findRenames(governed.desired, governed.ledger, live);
  const entries = renames.ledger;
  const skills = joinSkills(governed.desired.skills, entries?.skills ?? [], live.skills.entities);
  return {
    ...governed,
    ledger: entries,
    renames,
    skills,
    profiles: joinProfiles(governed.desired.profiles, entries?.profiles ?? [], live, skills, renames),
    users: joinUsers(governed.desired, entries?.users ?? [], live, skills),
  };
}
