/**
 * Random lives: organisations, edits, manual work, renames and applies that end in every way, on both APIs. Nobody
 * loses what they were given manually. `LIVES=2000 SEED=random npx vitest run test/plan/lives.test.ts` lives more; a
 * life that goes wrong is shortened and told, with the seed that repeats it.
 */
import { randomInt } from "node:crypto";
import { expect, test } from "vitest";
import type { Life } from "./lives/life.ts";
import { drawLife, live } from "./lives/life.ts";

const { LIVES = "50", SEED = "20261127" } = process.env;
const FIRST = SEED === "random" ? randomInt(2 ** 31) : Number(SEED);

test(`${LIVES} lives from seed ${FIRST} pass without a loss`, { timeout: 3_600_000 }, () => {
  const counts = new Map<string, number>();
  for (let seed = FIRST; seed < FIRST + Number(LIVES); seed++) {
    const life = drawLife(seed);
    const lived = live(life);
    if (lived.problem !== undefined) expect.fail(report(seed, shorten(life)));
    for (const [what, number] of Object.entries(lived.counts))
      counts.set(what, (counts.get(what) ?? 0) + number);
  }
  // Lives that do nothing lose nothing either.
  if (Number(LIVES) >= 50) {
    for (const what of ["whole", "part", "crash", "withheld", "refused", "cloud", "profiles"])
      expect(counts.get(what), what).toBeGreaterThan(10);
    expect(counts.get("changes")).toBeGreaterThan(10 * Number(LIVES));
  }
});

/** Without every step that the problem doesn't need. */
function shorten(life: Life): Life {
  let shortest = life;
  for (let at = life.steps.length - 1; at >= 0; at--) {
    const shorter = { ...shortest, steps: shortest.steps.filter((_, index) => index !== at) };
    if (live(shorter).problem !== undefined) shortest = shorter;
  }
  return shortest.steps.length < life.steps.length ? shorten(shortest) : life;
}

function report(seed: number, life: Life): string {
  const { problem, story } = live(life, true);
  return [`LIVES=1 SEED=${seed}`, ...story, "", problem].join("\n");
}
