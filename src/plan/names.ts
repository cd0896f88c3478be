/**
 * Names that change places. The API takes a name only while nothing else has it, so an operation waits for the one
 * that frees its name, and of names that go round in a circle one goes through a name in between.
 */
import type { Change, Operation } from "../model.ts";
import { shortHash } from "./fingerprint.ts";

/** What is called otherwise than it should be. */
export interface Misnamed {
  readonly id: string;
  readonly name: string;
  readonly desired: string;
}

/** Those of `misnamed` whose name stays as it is: what has the name that they should have keeps it. */
export function withoutFreeName(
  misnamed: readonly Misnamed[],
  live: readonly { readonly id: string; readonly name: string }[],
): ReadonlySet<string> {
  const holders = new Map<string, string[]>();
  for (const { id, name } of live) holders.set(name, [...(holders.get(name) ?? []), id]);
  const leaving = new Set(misnamed.map(({ id }) => id));
  const isStuck = ({ id, desired }: Misnamed): boolean =>
    leaving.has(id) && (holders.get(desired) ?? []).some((other) => other !== id && !leaving.has(other));
  // One that stays keeps its own name from the next, so look until nothing changes.
  for (let stuck = misnamed.filter(isStuck); stuck.length > 0; stuck = misnamed.filter(isStuck)) {
    for (const { id } of stuck) leaving.delete(id);
  }
  return new Set(misnamed.flatMap(({ id }) => (leaving.has(id) ? [] : [id])));
}

/** The operations in stages: each after the one whose name it takes. */
export function freeNames(operations: readonly Operation[]): Operation[][] {
  const byOldName = new Map(
    operations.flatMap((operation): [string, Operation][] => {
      const before = nameChange(operation)?.before;
      return typeof before === "string" ? [[before, operation]] : [];
    }),
  );
  const freerOf = (operation: Operation): Operation | undefined => {
    const freer = byOldName.get(takenName(operation) ?? "");
    return freer === operation ? undefined : freer;
  };
  const stageOf = stagesOf(operations, freerOf);
  const stages: Operation[][] = [];
  const place = (operation: Operation, stage: number): void => {
    while (stages.length <= stage) stages.push([]);
    stages[stage]?.push(operation);
  };
  for (const operation of operations) {
    const stage = stageOf.get(operation) ?? 0;
    const freer = freerOf(operation);
    const freed = freer ? (stageOf.get(freer) ?? 0) : -1;
    if (freed < stage) {
      place(operation, stage);
      continue;
    }
    // The one that closes a circle leaves its name first, and takes the new one once that is free.
    const [away, back] = throughNameBetween(operation);
    place(away, 0);
    place(back, freed + 1);
  }
  return stages;
}

/** One more than the stage of whatever frees the name; 0 for what needs none, and for one of each circle. */
function stagesOf(
  operations: readonly Operation[],
  freerOf: (operation: Operation) => Operation | undefined,
): ReadonlyMap<Operation, number> {
  const stages = new Map<Operation, number>();
  const visit = (operation: Operation, path: readonly Operation[]): number => {
    const known = stages.get(operation);
    if (known !== undefined) return known;
    const freer = freerOf(operation);
    const stage = !freer || path.includes(freer) ? 0 : visit(freer, [...path, operation]) + 1;
    stages.set(operation, stage);
    return stage;
  };
  for (const operation of operations) visit(operation, [operation]);
  return stages;
}

/** What is called so on the way to `name`. */
export function nameBetween(name: string): string {
  return `${name} (renaming)`;
}

function nameChange({ changes }: Operation): Change | undefined {
  return changes.find(({ field, verb }) => field.kind === "name" && verb === "update");
}

/** The name that the operation gives its subject. */
function takenName(operation: Operation): string | undefined {
  const created = operation.changes.find(({ verb }) => verb === "create");
  const after = (created ?? nameChange(operation))?.after;
  return typeof after === "string" ? after : undefined;
}

function throughNameBetween(operation: Operation): [Operation, Operation] {
  const change = nameChange(operation);
  if (!change) return [{ ...operation, changes: [] }, operation];
  const between = nameBetween(String(change.after));
  // Nobody reviews it by itself: it is done only for the sake of the change that gives the name.
  const first = { ...change, id: shortHash(`${change.id} in between`), after: between, takesAway: false };
  return [
    { ...operation, changes: [first] },
    {
      ...operation,
      changes: operation.changes.map((one) => (one === change ? { ...one, before: between } : one)),
    },
  ];
}
