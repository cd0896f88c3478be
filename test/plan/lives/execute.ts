/** Ways in which an apply can end, on the organisation of a life. */
import type { Change, Ledger, Live, Operation, WriteRecord } from "../../../src/model.ts";
import { keepChanges } from "../../../src/plan/changes.ts";
import type { Outcomes } from "../../../src/plan/delta.ts";
import { foldLedger, INTENT } from "../../../src/plan/delta.ts";
import type { Planned } from "../../../src/plan/plan.ts";
import type { Applied } from "../apply-in-memory.ts";
import { applyInMemory, settlementOf } from "../apply-in-memory.ts";
import type { Organisation } from "./organisation.ts";
import { newId, writeLive } from "./organisation.ts";
import type { Random } from "./random.ts";

/**
 * `whole`: every operation. `part`: the first few, the others not done. `crash`: the first few and some of what was
 * under way, and nobody writes down what came of it.
 */
export type Ending = "whole" | "part" | "crash";

export interface Executed {
  readonly ledger: Ledger;
  readonly done: ReadonlySet<string>;
  /** What became of it; the ledger after a crash doesn't know. */
  readonly settlement: Outcomes;
}

export function execute(
  { plan, delta }: Planned,
  live: Live,
  organisation: Organisation,
  ending: Ending,
  random: Random,
): Executed {
  const operations = plan.stages.flat();
  const count = ending === "whole" ? operations.length : random.below(operations.length + 1);
  const underWay = ending === "crash" ? operations.slice(count, count + 3) : [];
  const sent = [...operations.slice(0, count), ...underWay.flatMap((one) => someWrites(one, random) ?? [])];
  const applied = withOwnIds(applyInMemory(plan, live, sent), organisation);
  writeLive(organisation, applied.live);
  const settlement = settlementOf(applied);
  return {
    done: applied.done,
    settlement,
    ledger: foldLedger(delta, ending === "crash" ? INTENT : settlement),
  };
}

/** What reached the organisation of one operation: gains go together, each loss alone, all else is one write. */
function someWrites(operation: Operation, random: Random): Operation | null {
  const isSent = random.chance(0.5);
  const sent = new Set(operation.changes.filter(() => random.chance(0.5)));
  const isKept = (change: Change): boolean =>
    operation.subject.kind === "user" && change.verb === "remove" ? sent.has(change) : isSent;
  return keepChanges(operation, isKept);
}

/** The skills that were made get ids that no skill ever had. */
function withOwnIds(applied: Applied, organisation: Organisation): Applied {
  const ids = new Map(
    [...applied.createdIds.values()]
      .filter((id) => !organisation.skills.has(id))
      .map((id) => [id, newId("s", organisation)]),
  );
  if (ids.size === 0) return applied;
  const idOf = (id: string): string => ids.get(id) ?? id;
  const { live } = applied;
  return {
    ...applied,
    createdIds: new Map([...applied.createdIds].map(([key, id]) => [key, idOf(id)])),
    live: {
      ...live,
      skills: { ...live.skills, entities: live.skills.entities.map((one) => ({ ...one, id: idOf(one.id) })) },
      users: {
        ...live.users,
        entities: live.users.entities.map((user) => {
          return { ...user, skills: new Map([...user.skills].map(([id, level]) => [idOf(id), level])) };
        }),
      },
      profiles: {
        ...live.profiles,
        entities: live.profiles.entities.map((one) => ({ ...one, skills: one.skills.map(idOf) })),
      },
    },
  };
}

/** The next run finds that this one is over. */
export function markOver(ledger: Ledger): Ledger {
  const mark = <T extends { readonly records?: readonly WriteRecord[] }>(item: T): T =>
    item.records === undefined
      ? item
      : { ...item, records: item.records.map((record) => ({ outcome: "over" as const, ...record })) };
  return {
    ...ledger,
    skills: ledger.skills.map(mark),
    profiles: ledger.profiles.map(mark),
    users: ledger.users.map(mark),
  };
}
