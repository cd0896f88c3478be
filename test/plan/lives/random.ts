/** Chance that a seed decides: the same seed draws the same numbers on every machine. */

export interface Random {
  /** A whole number from 0 to `below` - 1. */
  readonly below: (below: number) => number;
  /** True with this probability. */
  readonly chance: (probability: number) => boolean;
  /** One of them; undefined where there are none. */
  readonly pick: <T>(list: Iterable<T>) => T | undefined;
  readonly shuffle: <T>(list: Iterable<T>) => T[];
}

/** A generator of its own for this seed (mulberry32, public domain). */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    below,
    chance: (probability) => next() < probability,
    pick: (list) => {
      const all = [...list];
      return all[below(all.length)];
    },
    shuffle: (list) => {
      const all = [...list];
      return all.map((_, at) => {
        const other = at + below(all.length - at);
        const [one, two] = [all[at], all[other]] as [(typeof all)[number], (typeof all)[number]];
        [all[at], all[other]] = [two, one];
        return two;
      });
    },
  };
}

/** Proficiencies: whole and half steps, so that two of them are often the same. */
export function drawLevel(random: Random): number {
  return random.pick([0, 1, 2, 2.5, 3, 4, 5]) ?? 0;
}

/** What a line of YAML names: a proficiency, or undefined for any. */
export function drawNamedLevel(random: Random): number | undefined {
  return random.chance(0.4) ? undefined : drawLevel(random);
}
