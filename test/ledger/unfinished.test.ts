import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sortLedger } from "../../src/ledger/file.ts";
import type { Intent, IntentRemovals, IntentSets } from "../../src/ledger/intent.ts";
import { resolveUnfinished } from "../../src/ledger/unfinished.ts";
import type {
  Ledger,
  LedgerReplace,
  LedgerSkill,
  Live,
  LiveProfile,
  LiveSkill,
  LiveUser,
} from "../../src/model.ts";
import { intents, ledgers, proficiency, SLUGS } from "./arbitraries.ts";
import { BILLING, ledgerOf } from "./repositories.ts";

const NONE: { sets: IntentSets; removes: IntentRemovals } = {
  sets: { skills: [], profiles: [], users: [] },
  removes: { skills: [], profiles: [], users: [] },
};

function intentOf(sets: Partial<IntentSets>, removes: Partial<IntentRemovals> = {}): Intent {
  return {
    run: { id: "run", startedAt: "2026-01-31T08:00:00Z", renewedAt: "2026-01-31T08:00:00Z" },
    revision: null,
    sets: { ...NONE.sets, ...sets },
    removes: { ...NONE.removes, ...removes },
    done: [],
  };
}

interface World {
  skills?: readonly LiveSkill[];
  users?: readonly LiveUser[];
  profiles?: readonly LiveProfile[];
}

function liveOf({ skills = [], users = [], profiles = [] }: World): Live {
  return {
    organization: { id: "org-1", name: "Org" },
    dialect: "cloud",
    view: "whole",
    skills: { kind: "complete", entities: skills },
    users: { kind: "complete", entities: users },
    groups: { kind: "complete", entities: [] },
    groupNames: [],
    profiles: { kind: "complete", entities: profiles },
    absentUsers: [],
    references: new Map(),
    requests: 0,
  };
}

const LIVE_BILLING: LiveSkill = { id: "s-1", name: "Billing", slug: "billing" };

function userHolding(skills: Readonly<Record<string, number>>): LiveUser {
  return { id: "u-1", name: "Ann", email: "ann@example.com", skills: new Map(Object.entries(skills)) };
}

/** The ledger in which u-1 holds billing at `level`, or nothing. */
function holding(level: number | null, skills: readonly LedgerSkill[] = [BILLING]): Ledger {
  return ledgerOf({
    skills,
    users: level === null ? [] : [{ id: "u-1", assignments: { billing: { proficiency: level } } }],
  });
}

function setBilling(level: number, before: number | null): Intent {
  return intentOf({ users: [{ id: "u-1", assignments: { billing: { proficiency: level, before } } }] });
}

function removeBilling(before: number | null): Intent {
  return intentOf({}, { users: [{ id: "u-1", assignments: { billing: { before } } }] });
}

describe("an assignment", () => {
  it.each<readonly [string, number | null, Intent, number | null, number | null, string | undefined]>([
    // what, old ledger, intent, live now, ours then, why
    ["meant to be added and there", null, setBilling(4, null), 4, 4, undefined],
    ["meant to be added and absent", null, setBilling(4, null), null, null, "not-reached"],
    ["meant to be added and there otherwise", null, setBilling(4, null), 2, null, "by-hand"],
    ["found as the YAML names it", null, setBilling(4, 4), 4, 4, undefined],
    ["by hand that was to be overwritten, and was not", null, setBilling(4, 2), 2, null, "not-reached"],
    ["changed", 3, setBilling(4, 3), 4, 4, undefined],
    ["meant to be changed and not reached", 3, setBilling(4, 3), 3, 3, "not-reached"],
    ["meant to be changed and changed by hand since", 3, setBilling(4, 3), 1, null, "by-hand"],
    ["meant to be changed and taken away by hand since", 3, setBilling(4, 3), null, null, "by-hand"],
    ["drifted, to be put back and not reached", 3, setBilling(3, 5), 5, 3, "not-reached"],
    ["drifted away, to be put back and not reached", 3, setBilling(3, null), null, 3, "not-reached"],
    ["put back", 3, setBilling(3, 5), 3, 3, undefined],
    ["removed", 3, removeBilling(3), null, null, undefined],
    ["meant to be removed and still there", 3, removeBilling(3), 3, 3, "not-reached"],
    ["drifted, meant to be removed and still there", 3, removeBilling(5), 5, 3, "not-reached"],
    ["meant to be removed and set by hand since", 3, removeBilling(3), 1, null, "by-hand"],
    ["gone before the run, and given again at the old value", 3, removeBilling(null), 3, null, undefined],
    ["gone before the run, and still so", 3, removeBilling(null), null, null, undefined],
    ["that the run did not mean to touch, drifted", 3, intentOf({}), 5, 3, undefined],
  ])("%s", (_, old, intent, now, ours, why) => {
    const users = [userHolding(now === null ? {} : { "s-1": now })];
    const resolution = resolveUnfinished(holding(old), intent, liveOf({ skills: [LIVE_BILLING], users }));
    expect(resolution.ledger).toEqual(holding(ours));
    expect(resolution.unfinished.map((one) => one.why)).toEqual(why === undefined ? [] : [why]);
  });

  it("of a user that live does not show stays as the old ledger has it", () => {
    const live = liveOf({ skills: [LIVE_BILLING] });
    expect(resolveUnfinished(holding(3), removeBilling(3), live).ledger).toEqual(holding(3));
    expect(resolveUnfinished(holding(null), setBilling(4, null), live)).toEqual({
      ledger: holding(null),
      unfinished: [{ kind: "assignment", user: "u-1", skill: "billing", why: "unknown" }],
    });
  });

  it("of an active user whom only a look-up found counts like any other", () => {
    const live = liveOf({ skills: [LIVE_BILLING] });
    const user = userHolding({ "s-1": 4 });
    const found: Live = { ...live, absentUsers: [{ ref: "u-1", state: "active", user }] };
    expect(resolveUnfinished(holding(null), setBilling(4, null), found).ledger).toEqual(holding(4));
  });

  it("keeps the group that it came from", () => {
    const assignments = { billing: { proficiency: 4, group: "Desk", before: null } };
    const live = liveOf({ skills: [LIVE_BILLING], users: [userHolding({ "s-1": 4 })] });
    const { ledger } = resolveUnfinished(
      holding(null),
      intentOf({ users: [{ id: "u-1", assignments }] }),
      live,
    );
    expect(ledger.users[0]?.assignments).toEqual({ billing: { proficiency: 4, group: "Desk" } });
  });
});

describe("a skill", () => {
  const CREATED = { ...BILLING, id: null };

  it("that was created is found by its exact name, and its id is learned", () => {
    const intent = intentOf({
      skills: [CREATED],
      users: [{ id: "u-1", assignments: { billing: { proficiency: 4, before: null } } }],
    });
    const live = liveOf({ skills: [LIVE_BILLING], users: [userHolding({ "s-1": 4 })] });
    expect(resolveUnfinished(ledgerOf(), intent, live)).toEqual({ ledger: holding(4), unfinished: [] });
  });

  it("that was never created is not ours, and neither is one that only has its slug or shares its name", () => {
    const other = { ...LIVE_BILLING, name: "BILLING" };
    for (const skills of [[], [other], [LIVE_BILLING, { ...LIVE_BILLING, id: "s-2" }]])
      expect(resolveUnfinished(ledgerOf(), intentOf({ skills: [CREATED] }), liveOf({ skills }))).toEqual({
        ledger: ledgerOf(),
        unfinished: [{ kind: "skill", skill: "billing", why: "not-reached" }],
      });
  });

  it("that was deleted goes with all that the ledger says of it; one still there stays", () => {
    const intent = intentOf({}, { skills: ["billing"] });
    const users = [userHolding({ "s-1": 3 })];
    expect(resolveUnfinished(holding(3), intent, liveOf({ users })).ledger).toEqual(ledgerOf());
    const still = resolveUnfinished(holding(3), intent, liveOf({ users, skills: [LIVE_BILLING] }));
    expect(still.ledger).toEqual(holding(3));
    expect(still.unfinished).toEqual([{ kind: "skill", skill: "billing", why: "not-reached" }]);
  });

  it("is not taken for deleted because a listing fell short", () => {
    const live: Live = { ...liveOf({}), skills: { kind: "incomplete", entities: [], reason: "page 2" } };
    const { ledger, unfinished } = resolveUnfinished(holding(3), intentOf({}, { skills: ["billing"] }), live);
    expect(ledger).toEqual(holding(3));
    expect(unfinished).toEqual([{ kind: "skill", skill: "billing", why: "unknown" }]);
  });

  it("made anew by hand under the same slug does not inherit the old one's holders", () => {
    const anew = { ...LIVE_BILLING, id: "s-2" };
    const live = liveOf({ skills: [anew], users: [userHolding({ "s-2": 3 })] });
    const { ledger } = resolveUnfinished(holding(3), intentOf({ skills: [{ ...BILLING, id: "s-2" }] }), live);
    expect(ledger).toEqual(holding(null, [{ ...BILLING, id: "s-2" }]));
  });

  it("has the name that live has, and stays protected while in doubt", () => {
    const renamed = { ...BILLING, name: "Invoices" };
    const intent = intentOf({ skills: [renamed] });
    const old = holding(null, [{ ...BILLING, protected: true }]);
    const resolve = (name: string) =>
      resolveUnfinished(old, intent, liveOf({ skills: [{ ...LIVE_BILLING, name }] })).ledger.skills;
    expect(resolve("Billing")).toEqual([{ ...BILLING, protected: true }]);
    expect(resolve("Invoices")).toEqual([{ ...renamed, protected: true }]);
  });

  it("has the description that the run meant only where live has it", () => {
    const intent = intentOf({ skills: [{ ...BILLING, description: "new" }] });
    const old = holding(null, [{ ...BILLING, description: "old" }]);
    const resolve = (description: string, from: Ledger) =>
      resolveUnfinished(from, intent, liveOf({ skills: [{ ...LIVE_BILLING, description }] })).ledger.skills;
    expect(resolve("new", old)).toEqual([{ ...BILLING, description: "new" }]);
    expect(resolve("old", old)).toEqual([{ ...BILLING, description: "old" }]);
    expect(resolve("by hand", ledgerOf())).toEqual([BILLING]);
  });

  it("whose id nobody learned yet still counts by its name", () => {
    const old = holding(3, [CREATED]);
    const live = liveOf({ skills: [LIVE_BILLING], users: [userHolding({ "s-1": 3 })] });
    expect(resolveUnfinished(old, removeBilling(3), live).ledger).toEqual(old);
  });
});

describe("a profile", () => {
  const SUPPORT = { slug: "support", id: "p-1", name: "Support" };
  const EMAIL = { slug: "email", id: "s-2", name: "Email", protected: false };
  const old = ledgerOf({ skills: [BILLING, EMAIL], profiles: [{ ...SUPPORT, skills: ["billing"] }] });
  const intent = intentOf(
    { profiles: [{ ...SUPPORT, skills: ["email"] }] },
    { profiles: [{ slug: "support", skills: ["billing"] }] },
  );
  const skills = [LIVE_BILLING, { id: "s-2", name: "Email", slug: "email" }];

  it.each<readonly [string, readonly string[], readonly string[], number]>([
    ["before the write", ["s-1"], ["billing"], 2],
    ["after the write", ["s-2"], ["email"], 0],
    ["with both", ["s-1", "s-2"], ["billing", "email"], 1],
  ])("%s", (_, held, ours, left) => {
    const profiles = [{ ...SUPPORT, description: null, skills: held }];
    const { ledger, unfinished } = resolveUnfinished(old, intent, liveOf({ skills, profiles }));
    expect(ledger.profiles).toEqual([{ ...SUPPORT, skills: ours }]);
    expect(unfinished).toHaveLength(left);
  });

  it("has no claim to what was gone before the run, though it is there again", () => {
    const again = { ...SUPPORT, description: null, skills: ["s-1"] };
    const live = liveOf({ skills, profiles: [again] });
    const gone = { slug: "support", skills: ["billing"], gone: ["billing"] };
    const { ledger, unfinished } = resolveUnfinished(old, intentOf({}, { profiles: [gone] }), live);
    expect(ledger.profiles).toEqual([{ ...SUPPORT, skills: [] }]);
    expect(unfinished).toEqual([]);
  });

  it("that live does not show stays as it was, and a new one is not ours", () => {
    expect(resolveUnfinished(old, intent, liveOf({ skills })).ledger).toEqual(old);
    expect(resolveUnfinished({ ...old, profiles: [] }, intent, liveOf({ skills })).ledger.profiles).toEqual(
      [],
    );
  });
});

describe("a skill that the run keeps under another slug", () => {
  const old = ledgerOf({
    skills: [{ ...BILLING, slug: "bills", name: "Bills" }],
    profiles: [{ slug: "support", id: "p-1", name: "Support", skills: ["bills"] }],
    users: ["u-1", "u-2"].map((id) => ({ id, assignments: { bills: { proficiency: 3 } } })),
  });
  /** Renames Bills to Billing, for u-1 at 4 instead of 3, and takes it from u-2. */
  const intent = intentOf(
    {
      skills: [BILLING],
      profiles: [{ slug: "support", id: "p-1", name: "Support", skills: ["billing"] }],
      users: [{ id: "u-1", assignments: { billing: { proficiency: 4, before: 3 } } }],
    },
    {
      skills: ["bills"],
      profiles: [{ slug: "support", skills: ["bills"] }],
      users: ["u-1", "u-2"].map((id) => ({ id, assignments: { bills: { before: 3 } } })),
    },
  );
  const after = (name: string, first: number, second: number | null): Ledger =>
    ledgerOf({
      skills: [{ ...BILLING, name }],
      profiles: [{ slug: "support", id: "p-1", name: "Support", skills: ["billing"] }],
      users: [
        { id: "u-1", assignments: { billing: { proficiency: first } } },
        ...(second === null ? [] : [{ id: "u-2", assignments: { billing: { proficiency: second } } }]),
      ],
    });
  const liveAt = (name: string, first: number, second: number | null): Live =>
    liveOf({
      skills: [{ ...LIVE_BILLING, name }],
      profiles: [{ slug: "support", id: "p-1", name: "Support", description: null, skills: ["s-1"] }],
      users: [
        userHolding({ "s-1": first }),
        { ...userHolding(second === null ? {} : { "s-1": second }), id: "u-2" },
      ],
    });

  it.each<readonly [string, Parameters<typeof liveAt>, number]>([
    ["before its first write", ["Bills", 3, 3], 2],
    ["after the rename", ["Billing", 3, 3], 2],
    ["after a change", ["Billing", 4, 3], 1],
    ["at its end", ["Billing", 4, null], 0],
  ])("is ours once, under the new slug, with what live has %s", (_, now, left) => {
    const { ledger, unfinished } = resolveUnfinished(old, intent, liveAt(...now));
    expect(ledger).toEqual(after(...now));
    expect(unfinished).toHaveLength(left);
  });

  it("takes along who was waiting for it in a rename", () => {
    const waiting = { id: "s-0", name: "B", to: "bills", ours: true, pending: [] };
    const live = liveOf({ skills: [LIVE_BILLING, { id: "s-0", name: "B", slug: "b" }] });
    const { ledger } = resolveUnfinished({ ...old, replaces: [waiting] }, intent, live);
    expect(ledger.replaces).toEqual([{ ...waiting, to: "billing" }]);
  });

  it("is no other skill that came under a slug of its own", () => {
    const other = intentOf({ skills: [{ ...BILLING, id: "s-2" }] }, { skills: ["bills"] });
    const { ledger } = resolveUnfinished(old, other, liveAt("Bills", 3, 3));
    expect(ledger).toEqual(old);
  });
});

describe("a rename", () => {
  const OLD: LiveSkill = { id: "s-0", name: "Bills", slug: "bills" };
  const REPLACE: LedgerReplace = {
    id: "s-0",
    name: "Bills",
    to: "billing",
    ours: true,
    pending: [{ id: "u-1", proficiency: 3 }],
  };
  const CREATED = { ...BILLING, id: null };
  const before = ledgerOf({ skills: [{ ...BILLING, id: "s-0", slug: "bills", name: "Bills" }] });
  const after = ledgerOf({ skills: [BILLING] });
  const begun: Intent = { ...intentOf({ skills: [CREATED] }), replaces: [REPLACE] };

  function replacesAfter(old: Ledger, intent: Intent, live: Live): readonly LedgerReplace[] | undefined {
    return resolveUnfinished(old, intent, live).ledger.replaces;
  }

  it("that the dead run began stands in the ledger, with everybody who was to be given the new skill", () => {
    const holds = (skills: Record<string, number>) => [userHolding(skills)];
    for (const live of [
      liveOf({ skills: [OLD], users: holds({ "s-0": 3 }) }),
      liveOf({ skills: [OLD, LIVE_BILLING], users: holds({ "s-0": 3 }) }),
      liveOf({ skills: [OLD, LIVE_BILLING], users: holds({ "s-0": 3, "s-1": 3 }) }),
    ])
      expect(replacesAfter(before, begun, live)).toEqual([REPLACE]);
  });

  it("that an earlier run began goes on as it was where the dead one says nothing of renames", () => {
    const live = liveOf({ skills: [OLD, LIVE_BILLING] });
    const old = { ...after, replaces: [REPLACE] };
    expect(replacesAfter(old, intentOf({}), live)).toEqual([REPLACE]);
    expect(replacesAfter(after, intentOf({}), live)).toBeUndefined();
  });

  it("that the dead run found is as that run had it, and not as the old ledger has it", () => {
    const old = { ...after, replaces: [{ ...REPLACE, pending: [] }] };
    const live = liveOf({ skills: [OLD, LIVE_BILLING] });
    expect(replacesAfter(old, begun, live)).toEqual([REPLACE]);
  });

  it("whose old skill is gone goes on for those who lack the new one, and has ended once nobody does", () => {
    const resolve = (skills: Record<string, number>, replace = REPLACE) =>
      replacesAfter(
        after,
        { ...begun, replaces: [replace] },
        liveOf({ skills: [LIVE_BILLING], users: [userHolding(skills)] }),
      );
    expect(resolve({})).toEqual([REPLACE]);
    expect(resolve({ "s-1": 3 })).toBeUndefined();
    expect(resolve({ "s-1": 5 })).toBeUndefined();
    expect(resolve({ "s-1": 2 })).toEqual([REPLACE]);
    expect(resolve({}, { ...REPLACE, pending: [] })).toBeUndefined();
    const two = { ...REPLACE, pending: [...REPLACE.pending, { id: "u-2", proficiency: 1 }] };
    expect(resolve({ "s-1": 1 }, two)).toEqual([two]);
  });

  it("whose old skill and new one are both gone goes on", () => {
    expect(replacesAfter(before, begun, liveOf({ users: [userHolding({})] }))).toEqual([REPLACE]);
  });

  it("with nobody left to wait stands as long as its old skill may be there", () => {
    const empty = { ...REPLACE, pending: [] };
    const intent = { ...begun, replaces: [empty] };
    const short: Live = { ...liveOf({}), skills: { kind: "incomplete", entities: [], reason: "page 2" } };
    for (const live of [liveOf({ skills: [OLD] }), short])
      expect(replacesAfter(before, intent, live)).toEqual([empty]);
  });

  it("makes nobody's assignment ours, however many are pending", () => {
    const live = liveOf({ skills: [OLD, LIVE_BILLING], users: [userHolding({ "s-0": 3, "s-1": 3 })] });
    expect(resolveUnfinished(before, begun, live).ledger.users).toEqual([]);
    fc.assert(
      fc.property(ledgers, intents, (old, { replaces = [], ...intent }) => {
        const { replaces: _, ...plain } = resolveUnfinished(old, intent, live).ledger;
        const { replaces: __, ...renaming } = resolveUnfinished(old, { ...intent, replaces }, live).ledger;
        expect(renaming).toEqual(plain);
      }),
    );
  });
});

// ── Any crash ────────────────────────────────────────────────────────────────────────────────────────

const USERS = ["u-0", "u-1", "u-2"];
const level = fc.option(proficiency);

/** One assignment's story: what the ledger held, what live had, what was meant, and what came of it. */
const story = fc.record({
  user: fc.constantFrom(...USERS),
  slug: fc.constantFrom(...SLUGS),
  held: level,
  before: level,
  meant: fc.oneof(
    fc.constant({ kind: "nothing" as const }),
    fc.constant({ kind: "remove" as const }),
    proficiency.map((to) => ({ kind: "set" as const, to })),
  ),
  reached: fc.boolean(),
  byHand: fc.option(fc.record({ value: level })),
});
type Story = typeof story extends fc.Arbitrary<infer T> ? T : never;

const stories = fc.uniqueArray(story, { selector: ({ user, slug }) => `${user} ${slug}`, maxLength: 15 });

function liveNow({ before, meant, reached, byHand }: Story): number | null {
  if (byHand !== null) return byHand.value;
  if (!reached || meant.kind === "nothing") return before;
  return meant.kind === "set" ? meant.to : null;
}

function byUser<T>(list: readonly Story[], pick: (one: Story) => T | null) {
  return USERS.map((id) => {
    const entries = list.filter((one) => one.user === id).flatMap((one) => entryOf(one.slug, pick(one)));
    return { id, assignments: Object.fromEntries(entries) };
  });
}

function entryOf<T>(key: string, value: T | null): (readonly [string, T])[] {
  return value === null ? [] : [[key, value]];
}

/** What the ledger says after a run with these stories died. */
function resolve(list: readonly Story[]): ReadonlyMap<string, number> {
  const skills = SLUGS.map((slug) => ({ slug, id: `id ${slug}`, name: slug, protected: false }));
  const old = ledgerOf({
    skills,
    users: byUser(list, ({ held }) => (held === null ? null : { proficiency: held })),
  });
  const sets = byUser(list, ({ meant, before }) =>
    meant.kind === "set" ? { proficiency: meant.to, before } : null,
  );
  const removes = byUser(list, ({ meant, before }) => (meant.kind === "remove" ? { before } : null));
  const users = USERS.map((id) => {
    const held = list.filter(({ user }) => user === id);
    const values = held.flatMap((one) => entryOf(`id ${one.slug}`, liveNow(one)));
    return {
      id,
      name: id,
      email: "",
      skills: new Map(values),
    };
  });
  const { ledger } = resolveUnfinished(
    old,
    intentOf({ users: sets }, { users: removes }),
    liveOf({ skills, users }),
  );
  expect(ledger).toEqual(sortLedger(ledger));
  const flat = ledger.users.flatMap(({ id, assignments }) =>
    Object.entries(assignments).map(([slug, one]) => [`${id} ${slug}`, one.proficiency] as const),
  );
  return new Map(flat);
}

describe("after a crash at any point", () => {
  it("with no work by hand since, each assignment is as before the run or as it meant it", () => {
    fc.assert(
      fc.property(stories, (list) => {
        const quiet = list.map((one) => ({ ...one, byHand: null }));
        const ours = resolve(quiet);
        for (const one of quiet) {
          const { meant, held } = one;
          const asMeant =
            meant.kind !== "nothing" && liveNow(one) === (meant.kind === "set" ? meant.to : null);
          const expected = asMeant ? (meant.kind === "set" ? meant.to : undefined) : (held ?? undefined);
          expect(ours.get(`${one.user} ${one.slug}`)).toBe(expected);
        }
      }),
    );
  });

  it("nothing is claimed that was neither ours before nor has the very value that the run meant", () => {
    fc.assert(
      fc.property(stories, (list) => {
        const stillOurs = new Map(list.map((one) => [`${one.user} ${one.slug}`, one]));
        for (const [key, claimed] of resolve(list)) {
          const one = stillOurs.get(key);
          const wasOurs = one?.held === claimed;
          const wasMeant = one?.meant.kind === "set" && one.meant.to === claimed && liveNow(one) === claimed;
          expect(wasOurs || wasMeant).toBe(true);
        }
      }),
    );
  });

  it("what someone set by hand to a value of their own is theirs, wherever the run meant to write", () => {
    fc.assert(
      fc.property(stories, (list) => {
        const ours = resolve(list);
        for (const one of list) {
          const now = liveNow(one);
          const known = [one.held, one.before, one.meant.kind === "set" ? one.meant.to : null];
          if (one.meant.kind !== "nothing" && !known.includes(now))
            expect(ours.has(`${one.user} ${one.slug}`)).toBe(false);
        }
      }),
    );
  });
});
