/** Where the YAML of the ledger's revision asked for what a plan now takes away. */
import type { Desired, LedgerUser, Live, Place, Slug } from "../../model.ts";
import type { JoinedSkills } from "../join/skills.ts";
import { joinUsers } from "../join/users.ts";

/**
 * The line that used to give `skill` to the holder, a user's id or a profile's slug, or with an empty holder the
 * line of the skill itself; undefined where none is known.
 */
export type FormerOrigin = (holder: string, skill: Slug) => Place | undefined;

/** What the YAML of before says of what goes. */
export interface Former {
  readonly originOf: FormerOrigin;
  /** Ids of the users whom it named: whoever takes a line out may read in the plan whose it was. */
  readonly named: ReadonlySet<string>;
}

/** Reads `former`, the YAML of the ledger's revision, by today's skills and users; empty where git no longer has it. */
export function readFormer(
  former: Desired | undefined,
  ledger: readonly LedgerUser[],
  live: Live,
  skills: JoinedSkills,
): Former {
  if (!former) return { originOf: () => undefined, named: new Set() };
  const { rows } = joinUsers(former, [], live, skills);
  const users = rows.flatMap(({ user, cells }) =>
    cells.flatMap(({ skill, desired }) => (desired ? [[key(user.id, skill), desired.origin] as const] : [])),
  );
  const profiles = former.profiles.flatMap(({ slug, entries }) =>
    entries.map(({ skill, origin }) => [key(slug, skill), origin] as const),
  );
  const own = former.skills.map(({ slug, origin }) => [key("", slug), origin] as const);
  const origins = new Map([...groupOrigins(former, ledger, skills), ...users, ...profiles, ...own]);
  return {
    originOf: (holder, skill) => origins.get(key(holder, skill)),
    named: new Set(rows.filter(({ named }) => named).map(({ user }) => user.id)),
  };
}

/** Of who is no longer in the group, or whose group the YAML no longer names, the ledger alone knows through which. */
function groupOrigins(
  former: Desired,
  ledger: readonly LedgerUser[],
  { slugOfEntry }: JoinedSkills,
): [string, Place][] {
  const wished = new Map(
    former.groups.flatMap(({ group, wishes }) =>
      wishes.map(({ skill, origin }) => [key(group, skill), origin] as const),
    ),
  );
  return ledger.flatMap(({ id, assignments }) =>
    Object.entries(assignments).flatMap(([written, { group }]): [string, Place][] => {
      const origin = group === undefined ? undefined : wished.get(key(group, written));
      const slug = slugOfEntry(written);
      return origin && slug !== undefined ? [[key(id, slug), origin]] : [];
    }),
  );
}

function key(holder: string, skill: Slug): string {
  return JSON.stringify([holder, skill]);
}
