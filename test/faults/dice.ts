/** Chance that repeats: the same seed throws the same dice. */

export interface Dice {
  /** From 0 up to, but not, 1. */
  next(): number;
  /** A whole number from `from` to `to`, both included. */
  number(from: number, to: number): number;
  chance(share: number): boolean;
  one<T>(of: readonly T[]): T;
  /** So many of them, in their order. */
  some<T>(of: readonly T[], count: number): T[];
}

/** Mulberry32. */
export function throwDice(seed: number): Dice {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const number = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1));
  const one = <T>(of: readonly T[]): T => {
    const chosen = of[number(0, of.length - 1)];
    if (chosen === undefined) throw new RangeError("There is nothing to choose from.");
    return chosen;
  };
  return {
    next,
    number,
    chance: (share) => next() < share,
    one,
    some(of, count) {
      const ranked = of.map((thing, at) => ({ thing, at, rank: next() })).sort((a, b) => a.rank - b.rank);
      return ranked
        .slice(0, count)
        .sort((a, b) => a.at - b.at)
        .map(({ thing }) => thing);
    },
  };
}
