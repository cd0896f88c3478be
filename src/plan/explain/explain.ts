/** Who has a skill, what a user has, what a profile gives, and why: the facts about whatever a name means. */
import type { Dialect, Live, Place, RefusalCode } from "../../model.ts";
import { byText, nearest } from "../../text.ts";
import { holdingsOfAbsentee, holdingsOfRow } from "./holdings.ts";
import type { Absentee, Index, KnownSkill, Worlds } from "./worlds-index.ts";
import { indexWorlds, userFact } from "./worlds-index.ts";
import type { KnownProfile, ProfileExplanation } from "./profile.ts";
import { explainProfile, knowProfiles } from "./profile.ts";
import type { SkillExplanation } from "./skill.ts";
import { explainSkill } from "./skill.ts";
import type { Counts, Holding, UserFact } from "./holding.ts";
import { countHoldings } from "./holding.ts";
import type { UserRow } from "../join/users.ts";

export interface Explained {
  readonly version: 1;
  readonly name: string;
  readonly target: string;
  readonly organization: Live["organization"];
  readonly dialect: Dialect;
  /** False: nothing was ever applied, so nobody can tell our work from work by hand. */
  readonly hasLedger: boolean;
  /** What a new assignment gets where the YAML names no proficiency. */
  readonly defaultProficiency: number;
  /** Why the plan of this target is refused now, so that none of it is applied. */
  readonly refusals: readonly RefusalCode[];
  /** Lists that could not be read to their end, so that something may be missing here. */
  readonly incomplete: readonly { readonly list: string; readonly reason: string }[];
  /** Skills first, then users, then profiles. */
  readonly matches: readonly Explanation[];
  /** What is called nearly so, where nothing matches. */
  readonly nearest: readonly NearName[];
}

export type Explanation = SkillExplanation | UserExplanation | ProfileExplanation;

export interface NearName {
  readonly kind: Explanation["kind"];
  readonly name: string;
  /** False for a user whom the YAML doesn't name. */
  readonly named: boolean;
}

export interface UserExplanation {
  readonly kind: "user";
  readonly user: UserFact;
  /** Where the YAML names the user first. */
  readonly origin?: Place;
  readonly counts: Counts;
  /** Sorted by name of skill. */
  readonly holdings: readonly Holding[];
  /** True where the user is left out, because the YAML doesn't name them and others may read this. */
  readonly isUnnamed: boolean;
}

/** All that `name` means: a skill by name, slug or id, a user by e-mail or id, a profile by name, slug or id. */
export function explain(name: string, worlds: Worlds): Explained {
  const { desired, ledger, live, plan } = worlds;
  const index = indexWorlds(worlds);
  const known = knowAll(index);
  const found = findMatches(name, known);
  return {
    version: 1,
    name,
    target: desired.target,
    organization: live.organization,
    dialect: live.dialect,
    hasLedger: ledger !== null,
    defaultProficiency: desired.settings.defaultProficiency,
    refusals: plan.refusals.map(({ code }) => code),
    incomplete: plan.refusals
      .flatMap((refusal) => (refusal.code === "INCOMPLETE" ? [refusal] : []))
      .map(({ list, reason }) => ({ list, reason })),
    matches: found.map((one) => one.explain()),
    nearest: found.length > 0 ? [] : nearestNames(name, known),
  };
}

/** The same without users whom the YAML doesn't name: they are only counted. For what others may read. */
export function countUnnamed(explained: Explained): Explained {
  return {
    ...explained,
    nearest: explained.nearest.filter(({ named }) => named),
    matches: explained.matches.map((match): Explanation => {
      switch (match.kind) {
        case "skill": {
          const holdings = match.holdings.filter(({ user }) => user.named);
          return { ...match, holdings, unnamed: match.holdings.length - holdings.length };
        }
        case "user":
          return match.user.named ? match : { ...match, user: SOMEBODY, holdings: [], isUnnamed: true };
        case "profile":
          return match;
      }
    }),
  };
}

const SOMEBODY: UserFact = { ref: "", id: null, name: null, named: false, state: "active" };

// ── Finding ──────────────────────────────────────────────────────────────────────────────────────────

/** Something that can be explained, with what it may be called and what it may be mistaken for. */
interface Known extends Omit<NearName, "name"> {
  readonly names: readonly string[];
  /** What to suggest it by. */
  readonly title: string;
  /** What people call it, where that is something else. */
  readonly nickname?: string;
  explain(): Explanation;
}

function knowAll(index: Index): Known[] {
  const { skills, joined, absentees } = index;
  return [
    ...skills.map((skill) => knownSkill(skill, index)),
    ...joined.users.rows.map((row) => knownRow(row, index)),
    ...absentees.map((absentee) => knownAbsentee(absentee, index)),
    ...knowProfiles(index).map((profile) => knownProfile(profile, index)),
  ];
}

function knownSkill(skill: KnownSkill, index: Index): Known {
  const { desired, ledger, live, fact } = skill;
  const names = [fact.slug, desired?.name, desired?.id, live?.name, live?.id, ledger?.name];
  return {
    kind: "skill",
    named: true,
    title: fact.name,
    names: names.filter((name) => name !== undefined),
    explain: () => explainSkill(skill, index),
  };
}

function knownRow(row: UserRow, index: Index): Known {
  const { id, name, email } = row.user;
  return {
    kind: "user",
    named: row.named,
    title: userFact(row).ref,
    nickname: name,
    names: [id, email, row.formerEmail ?? ""],
    explain: () => explainUser(userFact(row), holdingsOfRow(row, index), index),
  };
}

function knownAbsentee(absentee: Absentee, index: Index): Known {
  const { user, refs } = absentee;
  return {
    kind: "user",
    named: user.named,
    title: user.ref,
    names: refs,
    explain: () => explainUser(user, holdingsOfAbsentee(absentee, index), index),
  };
}

function knownProfile(profile: KnownProfile, index: Index): Known {
  const title = profile.desired?.name ?? profile.live?.name ?? profile.slug;
  return {
    kind: "profile",
    named: true,
    title,
    names: profile.names,
    explain: () => explainProfile(profile, index),
  };
}

/** Those that are called exactly so; where there are none, those that are but for upper and lower case. */
function findMatches(name: string, known: readonly Known[]): Known[] {
  if (name === "") return [];
  const exact = known.filter(({ names }) => names.includes(name));
  if (exact.length > 0) return exact;
  const lower = name.toLowerCase();
  return known.filter(({ names }) => names.some((one) => one.toLowerCase() === lower));
}

/** The nearest of each kind, or else the first that has the word in its name. */
function nearestNames(name: string, known: readonly Known[]): NearName[] {
  return (["skill", "user", "profile"] as const).flatMap((kind) => {
    const candidates = known
      .filter((one) => one.kind === kind)
      .sort((a, b) => byText(a.title, b.title) || byText(a.names[0] ?? "", b.names[0] ?? ""));
    const title = nearest(
      name,
      candidates.map((one) => one.title),
    );
    const found = candidates.find((one) => one.title === title) ?? candidates.find((one) => holds(one, name));
    return found ? [{ kind, name: found.title, named: found.named }] : [];
  });
}

const SHORTEST_WORD = 3;

function holds({ title, nickname = "" }: Known, word: string): boolean {
  const lower = word.toLowerCase();
  return word.length >= SHORTEST_WORD && [title, nickname].some((text) => text.toLowerCase().includes(lower));
}

// ── Explaining ───────────────────────────────────────────────────────────────────────────────────────

function explainUser(user: UserFact, holdings: readonly Holding[], { worlds }: Index): UserExplanation {
  const refs = new Set([user.ref, user.id, user.formerEmail].map((ref) => ref?.toLowerCase()));
  const named = worlds.desired.users.find((one) => refs.has(one.user));
  return {
    kind: "user",
    user,
    ...(named && { origin: named.origin }),
    counts: countHoldings(holdings),
    holdings,
    isUnnamed: false,
  };
}
