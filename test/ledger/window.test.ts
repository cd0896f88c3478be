import { describe, expect, it } from "vitest";
import type { Window } from "../../src/ledger/clock.ts";
import { windowLeft } from "../../src/ledger/clock.ts";
import { HOUR, MINUTE, SECOND, START, newTime } from "./clocks.ts";

const window = (clockSkew: Window["clockSkew"] = 0): Window => ({ seconds: 60, clockSkew });

/** The rest of a minute for a reader whose wall clock is `ahead`, when `since` has passed since it saw the tip. */
async function leftAt({ ahead = 0, since = 0, committedAt = START, skew = 0 as number | null }) {
  const time = newTime();
  const clock = time.clock(ahead);
  const sighting = { firstSeen: clock.monotonic(), committedAt };
  await time.pass(since);
  return windowLeft(sighting, window(skew), clock);
}

describe("the window in which reads may be old", () => {
  it("is counted from the moment at which the reader first saw the tip", async () => {
    expect(await leftAt({})).toBe(MINUTE);
    expect(await leftAt({ since: 59 * SECOND })).toBe(SECOND);
    expect(await leftAt({ since: MINUTE })).toBe(0);
    expect(await leftAt({ since: HOUR })).toBe(0);
  });

  it("is none without a ledger", () => {
    expect(windowLeft(null, window(), newTime().clock())).toBe(0);
  });

  it("is over at once only where the commit lies further back than the window and an hour", async () => {
    expect(await leftAt({ committedAt: START - MINUTE - HOUR })).toBe(MINUTE);
    expect(await leftAt({ committedAt: START - MINUTE - HOUR - 1 })).toBe(0);
  });

  it.each([
    ["seven minutes ahead", 7 * MINUTE],
    ["an hour ahead", HOUR],
    ["an hour behind", -HOUR],
    ["a day behind", -24 * HOUR],
  ])("is never cut short by a reader's clock that is %s", async (_, ahead) => {
    expect(await leftAt({ ahead, skew: null })).toBe(MINUTE);
    expect(await leftAt({ ahead, skew: ahead })).toBe(MINUTE);
  });

  it("uses its full length if the clock is off by more than ten minutes, or by an unknown time", async () => {
    const committedAt = START - 24 * HOUR;
    for (const skew of [null, 10 * MINUTE + 1, -10 * MINUTE - 1]) {
      expect(await leftAt({ committedAt, skew })).toBe(MINUTE);
    }
    for (const skew of [0, 10 * MINUTE, -10 * MINUTE]) expect(await leftAt({ committedAt, skew })).toBe(0);
  });
});
