/**
 * Who holds what manually, kept apart from the planner. An assignment that people gave and that no applied YAML can
 * have asked for since is surely manual; of one that the ledger may hold nobody knows better.
 */
import type { Ledger } from "../../../src/model.ts";
import type { Facts, Snapshot } from "./expected.ts";
import { isInLedger, sourcesOf } from "./expected.ts";

export interface Witness {
  /** Surely manual: `user skill`. */
  readonly manual: Set<string>;
  /** Ours, or unclear. */
  readonly unclear: Set<string>;
  /** New skills that people who were away are to have when they are back: `user skill`. */
  readonly pending: Set<string>;
}

export function newWitness({ users }: Snapshot): Witness {
  return { manual: new Set(pairsOf(users)), unclear: new Set(), pending: new Set() };
}

export function pairOf(user: string, skill: string): string {
  return `${user} ${skill}`;
}

export function pairsOf(users: Snapshot["users"]): string[] {
  return [...users.values()].flatMap(({ id, skills }) =>
    [...skills.keys()].map((skill) => pairOf(id, skill)),
  );
}

/** What people gave and took between two moments. */
export function seeManualWork(witness: Witness, before: Snapshot, after: Snapshot): void {
  const [held, holds] = [new Set(pairsOf(before.users)), new Set(pairsOf(after.users))];
  for (const pair of holds) if (!held.has(pair) && !witness.unclear.has(pair)) witness.manual.add(pair);
  for (const pair of held) if (!holds.has(pair)) witness.manual.delete(pair);
  forgetSkills(witness, after);
}

/** A skill that is gone never comes back under its id. */
function forgetSkills({ manual, unclear, pending }: Witness, { skills }: Snapshot): void {
  for (const set of [manual, unclear, pending]) {
    for (const pair of set) if (!skills.has(pair.split(" ")[1] ?? "")) set.delete(pair);
  }
}

export interface Seen {
  readonly facts: Facts;
  readonly ledger: Ledger;
  /** Nobody wrote down what came of it. */
  readonly isCrash: boolean;
  /** The assignments that a rename gave manually. */
  readonly givenManually: ReadonlySet<string>;
}

export function seeApply(witness: Witness, { facts, ledger, isCrash, givenManually }: Seen): void {
  const { manual, unclear } = witness;
  const { before, after } = facts;
  const held = new Set(pairsOf(before.users));
  for (const person of after.users.values()) {
    for (const skill of after.skills.keys()) {
      const pair = pairOf(person.id, skill);
      const holds = person.skills.has(skill);
      const isAsked = person.state === "active" && sourcesOf(person, skill, facts).length > 0;
      const isOpen = isInLedger(ledger, person.id, skill, after);
      if (!holds) manual.delete(pair);
      if (isAsked || (isCrash && (holds !== held.has(pair) || isOpen))) {
        manual.delete(pair);
        unclear.add(pair);
      } else if (givenManually.has(pair) && holds) {
        manual.add(pair);
        unclear.delete(pair);
      } else if (!isOpen && !isCrash && unclear.delete(pair) && holds) {
        manual.add(pair);
      }
    }
  }
  forgetSkills(witness, after);
}
