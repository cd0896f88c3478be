/**
 * Orders changes of names. The API accepts a name only if nothing else has it, so an operation waits for the one that
 * frees its name. In a cycle of names, one subject gets a temporary name first.
 */
import type { Change, Operation } from "../model.ts";
import { shortHash } from "./fingerprint.ts";

/** A subject with another name than the desired one. */
export interface Misnamed {
  readonly id: string;
  readonly name: string;
  readonly desired: string;
}

/** The ids in `misnamed` that can't be renamed, because another object keeps the desired name. */
export function withoutFreeName(
  misnamed: readonly Misnamed[],
  live: readonly { readonly id: string; readonly name: string }[],
): ReadonlySet<string> {
  const holders = new Map<string, string[]>();
  for (const { id, name } of live) holders.set(name, [...(holders.get(name) ?? []), id]);
  const leaving = new Set(misnamed.map(({ id }) => id));
  const isStuck = ({ id, desired }: Misnamed): boolean =>
    leaving.has(id) && (holders.get(desired) ?? []).some((other) => other !== id && !leaving.has(other));
  // A subject that isn't renamed blocks its own name, so repeat until nothing changes.
  for (let stuck = misnamed.filter(isStuck); stuck.length > 0; stuck = misnamed.filter(isStuck)) {
    for (const { id } of stuck) leaving.delete(id);
  }
  return new Set(misnamed.flatMap(({ id }) => (leaving.has(id) ? [] : [id])));
}

/** Orders the operations in stages: each after the one whose name it takes. */
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
    // One operation of a cycle gets a temporary name first, and its new name when that is free.
    const [away, back] = throughNameBetween(operation);
    place(away, 0);
    place(back, freed + 1);
  }
  return stages;
}

/** One more than the stage of the operation that frees the name; 0 without one, and for one operation of each cycle. */
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

/** The temporary name on the way to `name`. */
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
  // The temporary name isn't reviewed separately: it only serves the change that gives the final name.
  const first = { ...change, id: shortHash(`${change.id} in between`), after: between, takesAway: false };
  return [
    { ...operation, changes: [first] },
    {
      ...operation,
      changes: operation.changes.map((one) => (one === change ? { ...one, before: between } : one)),
    },
  ];
}
