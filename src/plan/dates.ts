/** Changes whose only reason is that a day has come. */
import type { Cause, Desired, AssignmentEnd, Assigned, Ledger, Live, SkillId, Value } from "../model.ts";
import { findItems } from "./match/match.ts";
import { matchUsers } from "./match/users.ts";
import { idsOf } from "./previous.ts";
import type { ResolvedAssignment } from "./rows.ts";
import { resolveSources } from "./subjects/resolve.ts";
import type { SkillSubjects } from "./subjects/skills.ts";

/** Stands for no last day; later than every day. */
export const FOREVER = "forever";

/** The YAML of the revision that an apply began with last: for the day recorded with it, and for the day of the plan. */
export interface AttemptedYaml {
  readonly then: Desired;
  readonly now: Desired;
}

/**
 * Whether anything may be due by a date, as far as ledger and YAML say: a line has begun or ended since the day that
 * the ledger recorded, or an end that the ledger holds has passed and no line asks for the skill any more.
 */
export function mayBeDue(ledger: Ledger, { then, now }: AttemptedYaml, day: string): boolean {
  const linesOf = ({ users }: Desired): string =>
    JSON.stringify(users.map(({ user, sources }) => [user, sources.map(({ source: _, ...line }) => line)]));
  if (linesOf(then) !== linesOf(now)) return true;
  const asked = new Map(
    now.users.map(({ user, sources }) => [user, new Set(sources.map(({ skill }) => skill))]),
  );
  const items = findItems(now.skills, ledger.skills);
  const slugs = new Map([...items].map(([slug, { id }]) => [id, slug]));
  return ledger.users.some(({ id: user, email = "", absent, assignments }) => {
    const own = [asked.get(user), asked.get(email)];
    return Object.entries(assignments).some(([id, { until = day }]) => {
      return !absent && until < day && !own.some((skills) => skills?.has(slugs.get(id) ?? ""));
    });
  });
}

export interface Dates {
  /** Whether an end that the ledger holds lies before the day of the plan. */
  readonly isOver: (until: string | undefined) => boolean;
  /** Whether the YAML that was attempted asks for this value by its days alone, and did not on its own day. */
  readonly explain: (user: string, field: Assigned | AssignmentEnd, after: Value | null) => boolean;
  readonly causeOfEnd: (user: string, skill: SkillId, after: Value | null) => Cause;
}

interface DateInputs {
  readonly day: string | undefined;
  readonly attempted: (() => AttemptedYaml | undefined) | undefined;
  /** The YAML of the applied revision, for the day of the plan. */
  readonly applied: (() => Desired | undefined) | undefined;
  /** Nobody has edited the YAML since. */
  readonly isUnedited: boolean;
  readonly desired: Desired;
  readonly ledger: Ledger | null;
  readonly live: Live;
  readonly skills: SkillSubjects;
}

export function readDates(inputs: DateInputs): Dates {
  const { day, attempted, applied, desired } = inputs;
  const isOver: Dates["isOver"] = (until) => until !== undefined && day !== undefined && until < day;
  const [then, now] = [
    assignmentsIn(() => attempted?.()?.then, inputs),
    assignmentsIn(() => attempted?.()?.now, inputs),
  ];
  const [before, after] = [assignmentsIn(() => applied?.(), inputs), assignmentsIn(() => desired, inputs)];
  const explain: Dates["explain"] = (user, { kind, id }, value) => {
    const [was, is] = [then(user, id), now(user, id)];
    if (!is) return false;
    if (kind === "until") return was?.until !== is.until && (is.until ?? null) === value;
    const isAsked = is.proficiency === undefined || is.proficiency === value;
    return isAsked && (!was || was.proficiency !== is.proficiency);
  };
  return {
    isOver,
    explain,
    causeOfEnd(user, skill, value) {
      if (explain(user, { kind: "until", id: skill }, value)) return "schedule";
      // The lines that name the user end when they did: only a group that gives it too has come or gone.
      const [was, is] = [before(user, skill), after(user, skill)];
      return inputs.isUnedited || (was && is && was.until === is.until) ? "membership" : "edit";
    },
  };
}

type FindAssignment = (user: string, skill: SkillId) => ResolvedAssignment | undefined;

/** The assignments of the lines that name a user, by today's ids; resolved when first asked for. */
function assignmentsIn(
  yamlOf: () => Desired | undefined,
  { ledger, live, skills }: DateInputs,
): FindAssignment {
  let known: ReadonlyMap<string, ReadonlyMap<SkillId, ResolvedAssignment>> | undefined;
  const read = (): NonNullable<typeof known> => {
    const yaml = yamlOf();
    if (!yaml) return new Map();
    const idOf = idsOf(yaml, ledger, skills);
    const { named } = matchUsers(yaml.users, ledger, live);
    return new Map([...named].map(([user, entries]) => [user, resolveSources(entries, idOf)]));
  };
  return (user, skill) => (known ??= read()).get(user)?.get(skill);
}
