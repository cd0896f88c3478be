/** The facts about whatever a name means: the holders of a skill, the skills of a user or a profile, and why. */
import type { Dialect, Live, Place, RefusalCode } from "../../model.ts";
import { byText, nearest } from "../../text.ts";
import type { PlannedRows } from "../planned-rows.ts";
import type { ScheduleFact } from "../schedule-facts.ts";
import { scheduleFacts } from "../schedule-facts.ts";
import type { AssignmentCounts, AssignmentFact, UserFact } from "./assignment.ts";
import { absentFact, assignmentsOf, assignmentsOfAbsent, countAssignments, userFact } from "./assignment.ts";
import type { FactIndex } from "./fact-index.ts";
import { indexFacts } from "./fact-index.ts";
import type { ProfileExplanation } from "./profile.ts";
import { explainProfile, listProfiles } from "./profile.ts";
import type { SkillExplanation } from "./skill.ts";
import { explainSkill } from "./skill.ts";

export interface Explained {
  readonly version: 1;
  readonly name: string;
  readonly target: string;
  readonly organization: Live["organization"];
  readonly dialect: Dialect;
  /** False: nothing was ever applied, so nobody can tell our work from manual work. */
  readonly hasLedger: boolean;
  /** The proficiency of a new assignment where the YAML names no proficiency. */
  readonly defaultProficiency: number;
  /** Why the plan of this target is refused now, so that none of it is applied. */
  readonly refusals: readonly RefusalCode[];
  /** Lists that could not be read to their end, so that something may be missing here. */
  readonly incomplete: readonly { readonly list: string; readonly reason: string }[];
  /** Skills first, then users, then profiles; several of a kind where several have the name. */
  readonly matches: readonly Explanation[];
  /** Names that are nearly the same, where nothing matches. */
  readonly nearest: readonly NearName[];
}

export type Explanation = SkillExplanation | UserExplanation | ProfileExplanation;

interface NearName {
  readonly kind: Explanation["kind"];
  readonly name: string;
  /** False for a user whom neither the YAML nor the ledger names. */
  readonly named: boolean;
}

export interface UserExplanation {
  readonly kind: "user";
  readonly user: UserFact;
  /** Where the YAML names the user first. */
  readonly source?: Place;
  readonly counts: AssignmentCounts;
  /** Sorted by name of skill. */
  readonly assignments: readonly AssignmentFact[];
  /** True where the user is left out, because nobody names them and others may read this. */
  readonly isUnnamed: boolean;
  /** What the next 60 days bring for them, once the plan is applied. */
  readonly scheduled: readonly ScheduleFact[];
}

/** All that `name` means: a skill by name, slug or id, a user by e-mail or id, a profile by name, slug or id. */
export function explain(name: string, facts: PlannedRows): Explained {
  const { desired, live, plan } = facts;
  const index = indexFacts(facts);
  const subjects = listSubjects(index);
  const found = findSubjects(name, subjects);
  return {
    version: 1,
    name,
    target: desired.target,
    organization: live.organization,
    dialect: live.dialect,
    hasLedger: plan.hasLedger,
    defaultProficiency: desired.settings.defaultProficiency,
    refusals: plan.refusals.map(({ code }) => code),
    incomplete: plan.refusals.flatMap((refusal) =>
      refusal.code === "INCOMPLETE" ? [{ list: refusal.list, reason: refusal.reason }] : [],
    ),
    matches: found.map((one) => one.explain()),
    nearest: found.length > 0 ? [] : nearestNames(name, subjects),
  };
}

/** The same without users whom nobody names: they are only counted. For what others may read. */
export function countUnnamed(explained: Explained): Explained {
  return {
    ...explained,
    nearest: explained.nearest.filter(({ named }) => named),
    matches: explained.matches.map((match): Explanation => {
      switch (match.kind) {
        case "skill": {
          const assignments = match.assignments.filter(({ user }) => user.named);
          return { ...match, assignments, unnamed: match.assignments.length - assignments.length };
        }
        case "user":
          return match.user.named
            ? match
            : { ...match, user: SOMEBODY, assignments: [], isUnnamed: true, scheduled: [] };
        case "profile":
          return match;
      }
    }),
  };
}

const SOMEBODY: UserFact = { ref: "", id: null, name: null, named: false, state: "active" };

// ── Finding ──────────────────────────────────────────────────────────────────────────────────────────

/** Something that can be explained, with what it may be called and what it may be mistaken for. */
interface Explainable extends Omit<NearName, "name"> {
  readonly names: readonly (string | null | undefined)[];
  /** The name to suggest. */
  readonly title: string;
  /** The display name, where that is another. */
  readonly nickname?: string;
  explain(): Explanation;
}

function listSubjects(index: FactIndex): Explainable[] {
  const { skills, users, absent } = index.rows;
  return [
    ...skills.map((skill): Explainable => {
      const { slug, name, entry, live, item } = skill;
      const names = [slug, entry?.name, entry?.id, live?.name, live?.id, item?.name];
      return { kind: "skill", named: true, title: name, names, explain: () => explainSkill(skill, index) };
    }),
    ...users.map((subject): Explainable => {
      const { user, ref, named, namedEmail } = subject;
      const names = [user.id, user.email, namedEmail];
      const explain = () => explainUser(userFact(subject), assignmentsOf(subject, index), index);
      return { kind: "user", named, title: ref, nickname: user.name, names, explain };
    }),
    ...absent.map((subject): Explainable => {
      const { ref, id, email, named } = subject;
      const explain = () => explainUser(absentFact(subject), assignmentsOfAbsent(subject, index), index);
      return { kind: "user", named, title: ref, names: [ref, id, email], explain };
    }),
    ...listProfiles(index).map((profile): Explainable => {
      const { slug, entry, live } = profile;
      const names = [slug, entry?.name, entry?.id, live?.name, live?.id];
      const title = entry?.name ?? live?.name ?? slug;
      return { kind: "profile", named: true, title, names, explain: () => explainProfile(profile, index) };
    }),
  ];
}

/** Those that are called exactly so; where there are none, those that are but for upper and lower case. */
function findSubjects(name: string, subjects: readonly Explainable[]): Explainable[] {
  if (name === "") return [];
  const exact = subjects.filter(({ names }) => names.includes(name));
  if (exact.length > 0) return exact;
  const lower = name.toLowerCase();
  return subjects.filter(({ names }) => names.some((one) => one?.toLowerCase() === lower));
}

/** The nearest of each kind, or else the first that has the word in its name. */
function nearestNames(name: string, subjects: readonly Explainable[]): NearName[] {
  return (["skill", "user", "profile"] as const).flatMap((kind) => {
    const candidates = subjects
      .filter((one) => one.kind === kind)
      .sort((a, b) => byText(a.title, b.title) || byText(a.names[0] ?? "", b.names[0] ?? ""));
    const title = nearest(
      name,
      candidates.map((one) => one.title),
    );
    const found =
      candidates.find((one) => one.title === title) ?? candidates.find((one) => hasWord(one, name));
    return found ? [{ kind, name: found.title, named: found.named }] : [];
  });
}

const SHORTEST_WORD = 3;

function hasWord({ title, nickname = "" }: Explainable, word: string): boolean {
  const lower = word.toLowerCase();
  return word.length >= SHORTEST_WORD && [title, nickname].some((text) => text.toLowerCase().includes(lower));
}

// ── Explaining ───────────────────────────────────────────────────────────────────────────────────────

function explainUser(
  user: UserFact,
  assignments: readonly AssignmentFact[],
  { desired, plan }: FactIndex,
): UserExplanation {
  const refs = new Set([user.ref, user.id, user.previousEmail].map((ref) => ref?.toLowerCase()));
  const lines = [...desired.users, ...(desired.dated?.users ?? [])];
  const named = lines.find((one) => refs.has(one.user));
  return {
    kind: "user",
    user,
    ...(named && { source: named.source }),
    counts: countAssignments(assignments),
    assignments,
    isUnnamed: false,
    scheduled: user.id === null ? [] : scheduleFacts(plan, { user: user.id }),
  };
}
