/** What holds of every plan, before anything is done. Each check answers what is wrong. */
import type { Desired, Ledger, Listing, Live } from "../../../src/model.ts";
import { changesOf } from "../../../src/plan/changes.ts";
import { foldLedger, INTENT } from "../../../src/plan/delta.ts";
import type { Planned, PlanInputs } from "../../../src/plan/plan.ts";
import { plan } from "../../../src/plan/plan.ts";
import { byText } from "../../../src/text.ts";
import type { Snapshot } from "./expected.ts";
import { isInLedger } from "./expected.ts";
import { toJson } from "./idle.ts";
import type { Random } from "./random.ts";

export function checkPlan(planned: Planned, inputs: PlanInputs, before: Snapshot, random: Random): string[] {
  return [
    ...checkOrder(planned, inputs, random),
    ...checkDelta(planned),
    ...checkNames(planned, before),
    ...checkNothingDone(planned, inputs, before),
  ];
}

/**
 * The order of what the API lists never matters. What desired lists comes sorted, so that its order only says in
 * which order notes and refusals stand.
 */
export function checkOrder(planned: Planned, inputs: PlanInputs, random: Random): string[] {
  const { desired, live } = inputs;
  const listed = plan({ ...inputs, live: shuffleLive(live, random) });
  const written = plan({ ...inputs, desired: shuffleDesired(desired, random) });
  return [
    ...difference(bytesOf(planned), bytesOf(listed)).map((text) => `another order in live: ${text}`),
    ...difference(bytesOf(sorted(planned)), bytesOf(sorted(written))).map((text) => {
      return `another order in desired: ${text}`;
    }),
  ];
}

function difference(one: string, two: string): string[] {
  if (one === two) return [];
  let at = 0;
  while (one[at] === two[at]) at++;
  const around = (text: string): string => text.slice(Math.max(0, at - 200), at + 200);
  return [`${around(one)}\n  or ${around(two)}`];
}

function sorted(planned: Planned): Planned {
  const byJson = <T>(list: readonly T[]): T[] => list.toSorted((a, b) => byText(toJson(a), toJson(b)));
  const { notes, refusals, allowed } = planned.plan;
  const lists = { notes: byJson(notes), refusals: byJson(refusals), allowed: byJson(allowed) };
  return { ...planned, plan: { ...planned.plan, ...lists } };
}

function bytesOf({ plan: made, delta }: Planned): string {
  return `${JSON.stringify(made)}${toJson([delta.undone, [...delta.changes]])}`;
}

function shuffleDesired(desired: Desired, random: Random): Desired {
  return {
    ...desired,
    skills: random.shuffle(desired.skills),
    profiles: random.shuffle(desired.profiles),
    users: random.shuffle(desired.users).map((user) => ({ ...user, sources: random.shuffle(user.sources) })),
    groups: random.shuffle(desired.groups).map((one) => ({ ...one, sources: random.shuffle(one.sources) })),
  };
}

function shuffleLive(live: Live, random: Random): Live {
  const shuffle = <T>(listing: Listing<T>): Listing<T> => {
    return { ...listing, entities: random.shuffle(listing.entities) };
  };
  const users = (listing: Live["users"]): Live["users"] => {
    const { entities, ...rest } = shuffle(listing);
    return {
      ...rest,
      entities: entities.map((user) => ({ ...user, skills: new Map(random.shuffle(user.skills)) })),
    };
  };
  return {
    ...live,
    skills: shuffle(live.skills),
    users: users(live.users),
    ...(live.inactiveUsers && { inactiveUsers: users(live.inactiveUsers) }),
    groups: {
      ...live.groups,
      entities: shuffle(live.groups).entities.map((one) => ({
        ...one,
        members: random.shuffle(one.members),
      })),
    },
    profiles: {
      ...live.profiles,
      entities: shuffle(live.profiles).entities.map((one) => ({
        ...one,
        skills: random.shuffle(one.skills),
      })),
    },
    absentUsers: random.shuffle(live.absentUsers),
  };
}

/** The ledger knows of every change, once, and of nothing else. */
function checkDelta({ plan: made, delta }: Planned): string[] {
  const changes = changesOf(made);
  const ids = changes.map(({ id }) => id);
  const repeated = ids.filter((id, at) => ids.indexOf(id) !== at);
  const unknown = changes.filter(({ id }) => !delta.changes.has(id));
  const extra = [...delta.changes.keys()].filter((id) => !ids.includes(id));
  return [
    ...repeated.map((id) => `two changes have the id ${id}`),
    ...unknown.map((change) => `the delta lacks the change ${JSON.stringify(change)}`),
    ...extra.map((id) => `the delta holds ${id}, which no change has`),
  ];
}

/** No skill takes a name while another has it. */
function checkNames({ plan: made }: Planned, { skills, dialect }: Snapshot): string[] {
  const names = new Map([...skills.values()].map(({ id, name }) => [id, name]));
  const operations = made.refusals.length > 0 ? [] : made.stages.flat();
  return operations.flatMap(({ subject, changes }) =>
    changes.flatMap(({ field, verb, after }) => {
      if (subject.kind !== "skill" || typeof after !== "string") return [];
      if (verb !== "create" && field.kind !== "name") return [];
      const other = [...names].find(([id, name]) => name === after && id !== subject.id);
      names.set(subject.id, after);
      if (verb !== "create" && dialect === "cloud") return [`this API can't call a skill ${after}`];
      return other ? [`${subject.id} takes the name ${after}, which ${other[0]} has`] : [];
    }),
  );
}

/** What is not done, or not known to be done, makes nothing ours that live lacks. */
function checkNothingDone({ delta }: Planned, { ledger }: PlanInputs, before: Snapshot): string[] {
  const nothing = foldLedger(delta, { outcomeOf: () => "not-done", createdIds: new Map() });
  return [
    ...checkGrowth(ledger, nothing, before).map((text) => `${text} (nothing done)`),
    ...checkGrowth(ledger, foldLedger(delta, INTENT), before).map((text) => `${text} (intent)`),
  ];
}

/** Every assignment that the ledger holds now and didn't before is held in the organisation, at that proficiency. */
export function checkGrowth(earlier: Ledger | null, ledger: Ledger, snapshot: Snapshot): string[] {
  return ledger.users.flatMap(({ id, assignments }) =>
    Object.entries(assignments).flatMap(([skill, { proficiency }]) => {
      const person = snapshot.users.get(id);
      const held = person?.skills.get(skill);
      const isNew = !isInLedger(earlier, id, skill, snapshot);
      const wasLevel = earlier?.users.find((user) => user.id === id)?.assignments[skill]?.proficiency;
      if (isNew && (held === undefined || person?.state !== "active"))
        return [`the ledger holds ${skill} of ${id}, which live lacks`];
      return held !== undefined && held !== proficiency && wasLevel !== proficiency
        ? [`the ledger holds ${skill} of ${id} at ${proficiency}, and live at ${held}`]
        : [];
    }),
  );
}
