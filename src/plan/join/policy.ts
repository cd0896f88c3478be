/** Turns the policies of the YAML into data before the table sees it, so that the table needs no exceptions. */
import type { Desired, DesiredGroup, DesiredUser, Ledger, Slug } from "../../model.ts";
import type { Cell, Value } from "../judge/verdict.ts";

export interface Governed {
  readonly desired: Desired;
  readonly ledger: Ledger | null;
  /** Skills that the YAML lets go: forgotten, and left as they are. */
  readonly released: ReadonlySet<Slug>;
}

/** `managed: false`: takes the skill and its holders out of desired and ledger alike. */
export function releaseUnmanaged(desired: Desired, ledger: Ledger | null): Governed {
  const released = new Set(desired.skills.filter(({ managed }) => !managed).map(({ slug }) => slug));
  if (released.size === 0) return { desired, ledger, released };
  const stays = ({ skill }: { readonly skill: Slug }): boolean => !released.has(skill);
  const unwish = <T extends DesiredUser | DesiredGroup>(subject: T): T => ({
    ...subject,
    wishes: subject.wishes.filter(stays),
  });
  return {
    released,
    ledger: ledger && forget(ledger, released),
    desired: {
      ...desired,
      skills: desired.skills.filter(({ slug }) => !released.has(slug)),
      profiles: desired.profiles.map((profile) => ({ ...profile, entries: profile.entries.filter(stays) })),
      users: desired.users.map(unwish),
      groups: desired.groups.map(unwish),
    },
  };
}

function forget(ledger: Ledger, released: ReadonlySet<Slug>): Ledger {
  return {
    ...ledger,
    skills: ledger.skills.filter(({ slug }) => !released.has(slug)),
    profiles: ledger.profiles.map((profile) => ({
      ...profile,
      skills: profile.skills.filter((slug) => !released.has(slug)),
    })),
    users: ledger.users.map((user) => ({
      ...user,
      assignments: Object.fromEntries(
        Object.entries(user.assignments).filter(([slug]) => !released.has(slug)),
      ),
    })),
  };
}

/** Skills that only the repository says who holds; with no ledger nothing is removed, so there are none. */
export function exclusiveSkills(desired: Desired, ledger: Ledger | null): ReadonlySet<Slug> {
  const exclusive = ledger ? desired.skills.filter((skill) => skill.exclusive) : [];
  return new Set(exclusive.map(({ slug }) => slug));
}

/**
 * `drift: report`: where ledger and desired agree and someone changed live, all three say what live says.
 * Returns null where there is nothing to leave.
 */
export function leaveDrift(cell: Cell, drift: "restore" | "report"): { cell: Cell; applied: Value } | null {
  const { ledger, desired, live } = cell;
  if (drift === "restore" || ledger === undefined || desired === undefined || live === ledger) return null;
  const asksForValue = typeof desired !== "object";
  if (asksForValue && desired !== ledger) return null;
  if (!asksForValue && live !== undefined) return null;
  return { applied: ledger, cell: live === undefined ? {} : { ledger: live, desired: live, live } };
}
