/**
 * After a crash: which ledger counts, given the old one, what the dead run meant to do, and live.
 *
 * The premise: of each thing that the run meant to touch we know three values, the one that the ledger held,
 * the one that live had when the run was planned, and the meant one. Live has the meant one: the run got
 * there, and it is ours. Live has one of the other two: the run did not get there, and the old ledger still
 * holds for it, be it an entry or none. Live has anything else: someone set that since, and it is theirs.
 * What the run did not mean to touch stays as the old ledger has it.
 */
import type { Ledger, Live } from "../model.ts";
import { sortLedger } from "./file.ts";
import type { Intent, Unfinished } from "./intent.ts";
import { relabel } from "./relabel.ts";
import { resolveProfiles } from "./resolve-profiles.ts";
import { resolveReplaces } from "./resolve-replaces.ts";
import { dropLostSkills, idsBySlug, resolveSkills } from "./resolve-skills.ts";
import { resolveUsers } from "./resolve-users.ts";

/** The ledger that counts after a run that died, and what it left. */
export interface Resolution {
  readonly ledger: Ledger;
  readonly unfinished: readonly Unfinished[];
}

/** The ledger that counts: pure, and the same whenever it is asked. Its revision is the old one's. */
export function resolveUnfinished(before: Ledger, meant: Intent, live: Live): Resolution {
  const { old, intent } = relabel(before, meant);
  const unfinished: Unfinished[] = [];
  const skills = resolveSkills(old, intent, live, unfinished);
  const kept = dropLostSkills(old, skills);
  const ids = idsBySlug(skills, live);
  const profiles = resolveProfiles(kept, intent, live, ids, unfinished);
  const users = resolveUsers(kept, intent, live, ids, unfinished);
  const replaces = resolveReplaces(old, intent, live, ids);
  const ledger = sortLedger({ ...kept, skills: [...skills.values()], profiles, users, replaces });
  return { ledger, unfinished };
}
