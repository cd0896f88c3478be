/**
 * The holders of each skill, as one bit for each user: nearly every user of a large organisation may hold a set of
 * skills of their own, each of these sets is asked about everybody, and so 32 users are looked at in one step.
 */
import type { ImportedUser } from "./people.ts";

/** People by skill, some of whom are taken one after the other. */
export interface HolderBits {
  /** How many hold the skill, taken or not. */
  readonly numberOf: (skill: string) => number;
  /** The places among the people of those who hold all of the skills and aren't taken. Quickest with the rarest first. */
  readonly holdersOfAll: (skills: readonly string[]) => number[];
  readonly take: (places: readonly number[]) => void;
}

const BITS = 32;

export function indexHolders(people: readonly ImportedUser[]): HolderBits {
  const words = Math.ceil(people.length / BITS);
  const free = new Uint32Array(words);
  const numbers = new Map<string, number>();
  const holders = new Map<string, Uint32Array>();
  for (const [place, { held }] of people.entries()) {
    flip(free, place);
    for (const skill of held.keys()) {
      const bits = holders.get(skill) ?? new Uint32Array(words);
      flip(bits, place);
      holders.set(skill, bits);
      numbers.set(skill, (numbers.get(skill) ?? 0) + 1);
    }
  }
  return {
    numberOf: (skill) => numbers.get(skill) ?? 0,
    holdersOfAll(skills) {
      const sets = skills.map((skill) => holders.get(skill) ?? new Uint32Array(words));
      return placesIn(free, sets);
    },
    take(places) {
      for (const place of places) flip(free, place);
    },
  };
}

function flip(bits: Uint32Array, place: number): void {
  const word = Math.floor(place / BITS);
  bits[word] = (bits[word] ?? 0) ^ (1 << (place % BITS));
}

/** The places whose bit is set in `free` and in each of the sets. */
function placesIn(free: Uint32Array, sets: readonly Uint32Array[]): number[] {
  const places: number[] = [];
  for (let word = 0; word < free.length; word++) {
    let left = free[word] ?? 0;
    for (let at = 0; left !== 0 && at < sets.length; at++) left &= sets[at]?.[word] ?? 0;
    for (let bit = 0; left !== 0; bit++, left >>>= 1) if (left & 1) places.push(word * BITS + bit);
  }
  return places;
}
