/** One user and one skill, now and after the next apply, with every reason why. */
import type { AssignmentChange, Cause, DeleteSkill, Place, Slug } from "../../model.ts";
import type { AssignmentCell } from "../join/users.ts";
import type { CarriedWish } from "../join/merge.ts";
import { byStrength } from "../join/merge.ts";

export interface SkillFact {
  readonly slug: Slug;
  readonly name: string;
  /** Null where the organisation doesn't have the skill. */
  readonly id: string | null;
}

export interface UserFact {
  /** E-mail, or the id of a user who has none; where the user isn't found, what the YAML calls them. */
  readonly ref: string;
  readonly id: string | null;
  /** Null where the user isn't in the list of active users. */
  readonly name: string | null;
  /** Whether the YAML names the user, and not only a group of theirs. */
  readonly named: boolean;
  /** `left`: known to the ledger and found nowhere; `unknown`: never known. Of all but `active` only this is read. */
  readonly state: "active" | "inactive" | "deleted" | "left" | "unknown";
  /** The e-mail by which the YAML still names the user, where it is a former one. */
  readonly formerEmail?: string;
}

export interface Holding {
  readonly user: UserFact;
  readonly skill: SkillFact;
  /** Proficiency; null where the user doesn't hold the skill. */
  readonly now: number | null;
  /** `any` where the YAML wants the skill at whatever proficiency; null where it doesn't want it. */
  readonly wanted: number | "any" | null;
  /** What was applied last; null where the ledger doesn't have it. */
  readonly applied: number | null;
  /** What the next apply makes of it; null for not held. */
  readonly after: number | null;
  readonly why: Why;
  /** Name of the skill that this one is renamed from or to, where `why` is `renamed`. */
  readonly other?: string;
  /** What becomes of a change that somebody made by hand to what the YAML wants. */
  readonly byHand?: "put-back" | "overwritten" | "left";
  /** Every wish of the YAML, the one that decides first. */
  readonly wishes: readonly Reason[];
  /** Where the YAML of the last apply asked for what it no longer wants. */
  readonly formerOrigin?: Place;
}

/**
 * - `yaml`: the YAML wants it.
 * - `by-hand`: no YAML wants it, so it stays.
 * - `exclusive`: no YAML wants it, and only the YAML says who has this skill, so it goes.
 * - `dropped`: it is ours until the next apply, and the YAML no longer wants it.
 * - `former-member`: likewise, because the user is no longer in the group that the YAML gives it to.
 * - `renamed`: it comes or goes with the rename of a skill.
 * - `deleted`: it goes with the skill.
 * - `let-go`: `managed: false`, so it stays.
 */
export type Why =
  "yaml" | "by-hand" | "exclusive" | "dropped" | "former-member" | "renamed" | "deleted" | "let-go";

/** One line of the YAML that wants a user to hold a skill. */
export interface Reason {
  readonly via: "user" | "group" | "profile";
  /** The group that carried it to the user, to whom the line or the profile belongs. */
  readonly group?: string;
  /** Name of the profile whose member the user is. */
  readonly profile?: string;
  /** Name of the profile that names the skill, where it is an ancestor. */
  readonly from?: string;
  /** Absent: any proficiency will do. */
  readonly proficiency?: number;
  readonly origin: Place;
}

/** What a plan does about one user and one skill. */
export interface Planned {
  readonly change?: AssignmentChange;
  /** The delete of the skill, where the user holds it. */
  readonly deleted?: DeleteSkill;
  /** The skill that takes this one's place, now or once nothing refers to this one. */
  readonly replacedBy?: Slug;
  /** Whether somebody changed it by hand and settings leave it so. */
  readonly isLeft: boolean;
  /** Whether the YAML still wants the skill for the members of the group that the ledger names. */
  readonly isGroupWished: boolean;
  readonly skillName: (skill: Slug) => string;
}

/** The holding as the worlds have it and as the plan makes it; null where nobody has it nor is to have it. */
export function toHolding(
  { ledger, desired, live }: AssignmentCell,
  planned: Planned,
  about: Pick<Holding, "user" | "skill" | "wishes">,
): Holding | null {
  const { change, isLeft, skillName } = planned;
  if (!desired && !change && live === undefined) return null;
  const other = otherOf(planned);
  const byHand = isLeft ? "left" : desired && change && fateOf(change.cause);
  return {
    ...about,
    now: live ?? null,
    wanted: desired ? (desired.proficiency ?? "any") : null,
    applied: ledger?.proficiency ?? null,
    after: afterOf(planned, live),
    why: desired ? "yaml" : whyUnwanted(planned, ledger !== undefined),
    ...(!desired && other !== undefined && { other: skillName(other) }),
    ...(byHand && { byHand }),
    ...(change?.kind === "lose" && change.origin && { formerOrigin: change.origin }),
  };
}

function afterOf({ change, deleted }: Planned, live: number | undefined): number | null {
  if (deleted || change?.kind === "lose") return null;
  return change?.after ?? live ?? null;
}

function whyUnwanted(planned: Planned, isOurs: boolean): Why {
  const { change, deleted, isGroupWished } = planned;
  // What no YAML wants is gained by renames only.
  if (change?.kind === "gain" || otherOf(planned) !== undefined) return "renamed";
  if (deleted && !change) return "deleted";
  if (!isOurs) return change ? "exclusive" : "by-hand";
  return isGroupWished ? "former-member" : "dropped";
}

/** Who loses an old skill without getting the new one has no part in the rename. */
function otherOf({ change, replacedBy }: Planned): Slug | undefined {
  switch (change?.kind) {
    case "gain":
      return change.from;
    case "lose":
      return change.to;
    case "change":
    case undefined:
      return replacedBy;
  }
}

function fateOf(cause: Cause): Holding["byHand"] {
  switch (cause) {
    case "drift":
      return "put-back";
    case "conflict":
      return "overwritten";
    case "edit":
    case "membership":
      return undefined;
  }
}

/** The wishes for one user and one skill as reasons, the one that decides first. */
export function reasonsOf(carried: readonly CarriedWish[], profileName: (profile: Slug) => string): Reason[] {
  return carried.toSorted(byStrength).map(({ wish, group }) => {
    const { via, proficiency, origin } = wish;
    const isInherited = via.kind === "profile" && via.from !== via.profile;
    return {
      via: via.kind,
      ...(group !== undefined && { group }),
      ...(via.kind === "profile" && { profile: profileName(via.profile) }),
      ...(isInherited && { from: profileName(via.from) }),
      ...(proficiency !== undefined && { proficiency }),
      origin,
    };
  });
}

/** Holdings by what the next apply makes of them. */
export interface Counts {
  readonly now: number;
  readonly gaining: number;
  readonly losing: number;
  readonly changing: number;
  /** Held now by hand, or let go of; those that stay. */
  readonly byHand: number;
}

const BY_HAND: readonly Why[] = ["by-hand", "let-go"];

export function countHoldings(holdings: readonly Holding[]): Counts {
  const count = (is: (one: Holding) => boolean): number => holdings.filter(is).length;
  return {
    now: count(({ now }) => now !== null),
    gaining: count(({ now, after }) => now === null && after !== null),
    losing: count(({ now, after }) => now !== null && after === null),
    changing: count(({ now, after }) => now !== null && after !== null && now !== after),
    byHand: count(({ now, after, why }) => now !== null && after !== null && BY_HAND.includes(why)),
  };
}
