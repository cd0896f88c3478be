/** Brings the three worlds together: policy first, then skills, profiles and users, each paired by id, name and slug. */
import type { Desired, Ledger, Live } from "../model.ts";
import type { JoinedProfiles } from "./join-profiles.ts";
import { joinProfiles } from "./join-profiles.ts";
import type { JoinedSkills } from "./join-skills.ts";
import { joinSkills } from "./join-skills.ts";
import type { JoinedUsers } from "./join-users.ts";
import { joinUsers } from "./join-users.ts";
import type { Governed } from "./policy.ts";
import { releaseUnmanaged } from "./policy.ts";

export interface Joined extends Governed {
  readonly skills: JoinedSkills;
  readonly profiles: JoinedProfiles;
  readonly users: JoinedUsers;
}

export function join(desired: Desired, ledger: Ledger | null, live: Live): Joined {
  const governed = releaseUnmanaged(desired, ledger);
  const skills = joinSkills(governed.desired.skills, governed.ledger?.skills ?? [], live.skills.entities);
  return {
    ...governed,
    skills,
    profiles: joinProfiles(governed.desired.profiles, governed.ledger?.profiles ?? [], live, skills),
    users: joinUsers(governed.desired, governed.ledger?.users ?? [], live, skills),
  };
}
