/** What holds of every plan, whatever the YAML says, whatever was applied last and whatever live holds. */
import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Change, Ledger, Listing, Live, Operation, RefusalCode } from "../../src/model.ts";
import { changesOf } from "../../src/plan/changes.ts";
import { foldLedger, INTENT } from "../../src/plan/delta.ts";
import { driftOf } from "../../src/plan/drift.ts";
import { formatPlanFile } from "../../src/plan/file.ts";
import { ALLOWABLE } from "../../src/plan/guards/allowable.ts";
import type { Planned } from "../../src/plan/plan.ts";
import { plan } from "../../src/plan/plan.ts";
import { applyInMemory, settlementOf } from "./apply-in-memory.ts";
import { peopleOf, profileMeant, profileOutcome, skillsOf, userOutcome } from "./oracle.ts";
import { schemaErrors } from "./plan-schema.ts";
import type { World } from "./scenario.ts";
import { worlds as drawn, shuffle } from "./worlds.ts";

const RUNS = { numRuns: 60 };

type Drawn = typeof drawn extends fc.Arbitrary<infer T> ? T : never;

/** All properties draw from one seed, so they all see the same worlds: each world is drawn once for all of them. */
class SharedWorlds extends fc.Arbitrary<Drawn> {
  readonly #drawn = new Map<string, fc.Value<Drawn>>();

  generate(random: fc.Random, bias: number | undefined): fc.Value<Drawn> {
    const key = JSON.stringify([random.getState(), bias]);
    const value = this.#drawn.get(key) ?? drawn.generate(random.clone(), bias);
    this.#drawn.set(key, value);
    // What a property draws beside its world is another number, whether or not the world was drawn before.
    random.nextInt(0, 1);
    return value;
  }

  canShrinkWithoutContext(value: unknown): value is Drawn {
    return drawn.canShrinkWithoutContext(value);
  }

  shrink(value: Drawn, context: unknown): fc.Stream<fc.Value<Drawn>> {
    return drawn.shrink(value, context);
  }
}

const worlds = new SharedWorlds();

/** With everything allowed, by world. */
const plans = new WeakMap<World, Planned>();

/** The plan of a world; with everything allowed, one world is planned once. */
function planOf(world: World, allow: readonly string[] = ALLOWABLE): Planned {
  const known = allow === ALLOWABLE ? plans.get(world) : undefined;
  if (known) return known;
  const { desired, ledger, live } = world;
  const made = plan({ desired, ledger, live, allow: new Set(allow), requestsPerMinute: 300 });
  if (allow === ALLOWABLE) plans.set(world, made);
  return made;
}

/** The world after some operations of a plan, in this order; by default after all. */
function apply(world: World, { plan, delta }: Planned, operations?: readonly Operation[]): World {
  const applied = applyInMemory(plan, world.live, operations && [...operations]);
  return { ...world, live: applied.live, ledger: foldLedger(delta, settlementOf(applied)) };
}

/** A world in which every skill of the YAML is one of live's, or can be made. */
function isClear({ plan: { refusals } }: Planned): boolean {
  return refusals.every(({ code }) => code !== "AMBIGUOUS" && code !== "UNKNOWN_ID");
}

describe("a plan", () => {
  test("does what the table says for each user, and nothing to others", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const made = planOf(world);
        fc.pre(isClear(made));
        const { live } = apply(world, made);
        const skills = skillsOf(world, live);
        for (const user of peopleOf(world.live)) {
          const after = peopleOf(live).find(({ id }) => id === user.id);
          expect(sorted(after?.skills)).toStrictEqual(sorted(userOutcome(user, world, skills).held));
        }
        for (const profile of world.live.profiles.entities) {
          const meant = world.desired.profiles.find((one) => profileMeant(one, world)?.id === profile.id);
          const after = live.profiles.entities.find(({ id }) => id === profile.id);
          expect([...(after?.skills ?? [])].sort()).toStrictEqual(
            [...profileOutcome(profile, meant, world, skills).held.keys()].sort(),
          );
        }
      }),
      { numRuns: 100 },
    );
  });

  test("leaves a ledger that says of users and profiles what is ours and nothing else", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const made = planOf(world);
        fc.pre(isClear(made));
        const { live, ledger } = apply(world, made);
        const skills = skillsOf(world, live);
        for (const user of peopleOf(world.live)) {
          const item = ledger?.users.find(({ id }) => id === user.id);
          expect(item?.assignments ?? {}).toEqual(Object.fromEntries(userOutcome(user, world, skills).ours));
          const open = (item?.records ?? []).filter(({ field, outcome }) => {
            return outcome === "over" && !(field.kind === "skill" && skills.unseen.has(field.id));
          });
          expect(open).toStrictEqual([]);
        }
        for (const profile of world.live.profiles.entities) {
          const meant = world.desired.profiles.find((one) => profileMeant(one, world)?.id === profile.id);
          const item = ledger?.profiles.find(({ id }) => id === profile.id);
          expect(item?.skills.map(({ id }) => id) ?? []).toStrictEqual(
            [...profileOutcome(profile, meant, world, skills).ours.keys()].sort(),
          );
        }
        const present = new Set(peopleOf(world.live).map(({ id }) => id));
        for (const item of world.ledger?.users ?? []) {
          if (present.has(item.id)) continue;
          const isDeleted = world.live.absentUsers.some(
            ({ state, ...one }) => state === "deleted" && "id" in one && one.id === item.id,
          );
          expect(ledger?.users.some(({ id }) => id === item.id)).toBe(!isDeleted);
        }
      }),
      RUNS,
    );
  });

  test("leaves nothing to do once it is applied", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const made = planOf(world);
        fc.pre(isClear(made));
        // Without a ledger nothing is removed, so what is exclusive goes with the second plan.
        const first = apply(world, made);
        const settled = world.ledger ? first : apply(first, planOf(first));
        expect(planOf(settled).plan.stages).toStrictEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  test("comes to the same end when only some of it is done, in any order within a stage", () => {
    fc.assert(
      fc.property(
        worlds,
        fc.nat(),
        fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
        (world, seed, bits) => {
          const made = planOf(world);
          fc.pre(isClear(made));
          const whole = settle(apply(world, made));
          const some = made.plan.stages
            .flatMap((stage) => shuffle(stage, seed))
            .filter((_, index) => bits[index % 8]);
          const mended = settle(apply(world, made, some));
          // The ledger knows an earlier e-mail only while something is held through it; then the plan is refused.
          fc.pre(unknownUsers(mended) <= unknownUsers(world));
          expect(picture(mended.live)).toStrictEqual(picture(whole.live));
        },
      ),
      { numRuns: 100 },
    );
  });

  test("removes nothing before the first apply", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const { plan: made } = planOf({ ...world, ledger: null });
        const verbs = changesOf(made).map(({ verb }) => verb);
        expect(verbs.filter((verb) => verb === "delete" || verb === "remove")).toStrictEqual([]);
        expect([made.hasLedger, made.summary.destroy]).toStrictEqual([false, 0]);
      }),
      RUNS,
    );
  });

  test("does nothing with an incomplete list, for any allowed codes", () => {
    const lists = fc.constantFrom("skills", "users", "groups", "profiles");
    const everything = [...ALLOWABLE, "INCOMPLETE"];
    fc.assert(
      fc.property(worlds, lists, (world, list) => {
        const broken = { ...world.live[list], kind: "incomplete", reason: "page 2 of 3" };
        const { plan: made } = planOf({ ...world, live: { ...world.live, [list]: broken } }, everything);
        expect(made.stages).toStrictEqual([]);
        expect(made.refusals).toContainEqual({ code: "INCOMPLETE", list, reason: "page 2 of 3" });
      }),
      RUNS,
    );
  });

  test("is the same to the byte for any order of files, lists and keys", () => {
    fc.assert(
      fc.property(worlds, fc.nat(), (world, seed) => {
        const mixed: World = {
          desired: world.reread,
          ledger: world.ledger && mixLedger(world.ledger, seed),
          live: mixLive(world.live, seed),
        };
        const [one, other] = [planOf(world), planOf(mixed)];
        expect(formatPlanFile(other.plan)).toBe(formatPlanFile(one.plan));
        expect(foldLedger(other.delta, INTENT)).toStrictEqual(foldLedger(one.delta, INTENT));
      }),
      RUNS,
    );
  });

  test("has one operation for each subject, and one change for each field of it", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const { plan: made } = planOf(world);
        const operations = made.stages.flat().filter((operation) => !isToNameBetween(operation));
        const subjects = operations.map(({ subject }) => `${subject.kind} ${subject.id}`);
        expect(unique(subjects)).toStrictEqual(subjects);
        const fields = changesOf(operations).map(({ subject, field }) => JSON.stringify([subject, field]));
        expect(unique(fields)).toStrictEqual(fields);
      }),
      RUNS,
    );
  });

  test("creates no skill with a live name, and never matches two skills of the YAML to one live skill", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const made = planOf(world);
        fc.pre(isClear(made));
        const changes = changesOf(made.plan);
        const freed = changes.flatMap(({ field, before }) => (field.kind === "name" ? [before] : []));
        const live = new Set(world.live.skills.entities.map(({ name }) => name));
        const created = changes.flatMap(({ verb, after }) => (verb === "create" ? [String(after)] : []));
        expect(created.filter((name) => live.has(name) && !freed.includes(name))).toStrictEqual([]);
        const ids = [...made.rows.skillBySlug.values()].map(({ id }) => id);
        expect(unique(ids)).toStrictEqual(ids);
      }),
      RUNS,
    );
  });

  test("deletes only skills of ours that no YAML names", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const { plan: made } = planOf(world);
        const named = new Set(world.desired.skills.map(({ name }) => name));
        for (const { subject, deletion, changes } of made.stages.flat()) {
          expect(changes.some(({ verb }) => verb === "delete")).toBe(deletion !== undefined);
          if (!deletion) continue;
          const item = world.ledger?.skills.find(({ id }) => id === subject.id);
          expect(item).toBeDefined();
          expect(named.has(item?.name ?? "")).toBe(false);
          expect(made.allowed).toContainEqual(
            expect.objectContaining({ code: "SKILL_DELETE", skill: subject.id }),
          );
        }
      }),
      RUNS,
    );
  });

  test("shows with a delete every holder as a loss, manual ones included", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const { plan: made } = planOf(world);
        for (const { subject, deletion, changes } of made.stages.flat()) {
          if (!deletion) continue;
          const holders = peopleOf(world.live).filter(({ skills }) => skills.has(subject.id));
          const ids = holders.map(({ id }) => id).sort();
          expect(deletion.holders.map(({ id }) => id)).toStrictEqual(ids);
          const losing = changes.filter(({ verb }) => verb === "remove").map((change) => change.subject.id);
          expect(losing.sort()).toStrictEqual(ids);
        }
      }),
      RUNS,
    );
  });

  test("gives every change an id of its own, over what is changed and the value after", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const { plan: made } = planOf(world);
        const operations = made.stages.flat();
        const ids = changesOf(operations).map(({ id }) => id);
        expect(unique(ids)).toStrictEqual(ids);
        const printed = changesOf(operations.filter((operation) => !isToNameBetween(operation)));
        expect(printed.map(({ id }) => id)).toStrictEqual(
          printed.map((change) => reprint(change, made.skills)),
        );
        expect(made.fingerprint).toBe(hash(ids.sort().join("\n")));
      }),
      RUNS,
    );
  });

  test("counts what it holds", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const { plan: made } = planOf(world);
        const words = made.stages.flat().flatMap(countedAs);
        const count = (word: string): number => words.filter((one) => one === word).length;
        const { add, change, destroy, move } = made.summary;
        expect({ add, change, destroy, move }).toStrictEqual({
          ...{ add: count("add"), change: count("change"), destroy: count("destroy"), move: 0 },
        });
      }),
      RUNS,
    );
  });

  test("has a drift that is all that it puts back, and all else that an apply withholds without a failure", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const { plan: made } = planOf(world);
        const drift = driftOf(made, 300, true);
        expect(changesOf(drift)).toStrictEqual(
          changesOf(made).filter(
            ({ cause, takesAway, rename }) =>
              cause === "drift" || (takesAway && cause !== "edit" && rename === undefined),
          ),
        );
        expect(drift.stages.flat().filter(({ changes }) => changes.length === 0)).toStrictEqual([]);
      }),
      RUNS,
    );
  });

  test("says that it takes away of all that removes, deletes or overwrites, and of nothing else", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const made = planOf(world);
        const operations = made.plan.stages.flat().filter((operation) => !isToNameBetween(operation));
        for (const { field, verb, before, cause, takesAway } of changesOf(operations)) {
          const isLoss = verb === "remove" || verb === "delete";
          const isManualWork = cause === "drift" || cause === "conflict";
          // Another spelling of a name that we never wrote is an edit, and still not ours.
          if (field.kind === "name" && cause === "edit") continue;
          expect(takesAway, `${verb} ${field.kind} ${cause}`).toBe(
            isLoss || (verb === "update" && before !== null && isManualWork),
          );
        }
      }),
      RUNS,
    );
  });

  test("fits the schema of plan files", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        expect(schemaErrors(JSON.parse(formatPlanFile(planOf(world).plan)))).toStrictEqual([]);
      }),
      RUNS,
    );
  });

  test("is refused by what it is refused for, or allowed it, and is otherwise the same", () => {
    fc.assert(
      fc.property(worlds, fc.subarray([...ALLOWABLE]), (world, allow) => {
        const { plan: strict } = planOf(world, [...NOT_COMPARED]);
        const { plan: made } = planOf(world, [...allow, ...NOT_COMPARED]);
        const isAllowed = (code: RefusalCode): boolean => allow.includes(code) || NOT_COMPARED.includes(code);
        expect(made.allowed.every(({ code }) => isAllowed(code))).toBe(true);
        expect(made.refusals.some(({ code }) => isAllowed(code))).toBe(false);
        expect({ ...made, refusals: [], allowed: [] }).toStrictEqual({
          ...strict,
          refusals: [],
          allowed: [],
        });
        expect(sortedTexts([...made.refusals, ...made.allowed])).toStrictEqual(
          sortedTexts([...strict.refusals, ...strict.allowed]),
        );
      }),
      RUNS,
    );
  });
});

/** Refusals of these worlds that leave a plan empty until they are allowed. */
const NOT_COMPARED: readonly RefusalCode[] = ["MANY_GONE"];

// ── Ends ─────────────────────────────────────────────────────────────────────────────────────────────

/** Applies until nothing is left to do, and no more than four times. */
function settle(world: World): World {
  let settled = world;
  for (let round = 0; round < 4; round++) {
    const made = planOf(settled);
    if (made.plan.stages.length === 0) return settled;
    settled = apply(settled, made);
  }
  throw new Error("The plans come to no end.");
}

function unknownUsers(world: World): number {
  return planOf(world).plan.refusals.filter(({ code }) => code === "UNKNOWN_USER").length;
}

/** What an organisation holds, in no order. */
function picture(live: Live): unknown {
  return {
    skills: sortedTexts(live.skills.entities),
    users: peopleOf(live).map(({ id, skills }) => [id, sorted(skills)]),
    profiles: live.profiles.entities.map(({ skills, ...one }) => ({ ...one, skills: [...skills].sort() })),
  };
}

function sorted<V>(map: ReadonlyMap<string, V> | undefined): [string, V][] {
  return [...(map ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
}

function sortedTexts(values: readonly unknown[]): string[] {
  return values.map((value) => JSON.stringify(value)).sort();
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}

// ── Orders ───────────────────────────────────────────────────────────────────────────────────────────

function mixLive(live: Live, seed: number): Live {
  const mix = <T>(listing: Listing<T>): Listing<T> => ({
    ...listing,
    entities: shuffle(listing.entities, seed),
  });
  const mixSkills = <T extends { readonly skills: ReadonlyMap<string, number> }>(user: T): T => {
    return { ...user, skills: new Map(shuffle([...user.skills], seed)) };
  };
  const [users, groups, profiles] = [mix(live.users), mix(live.groups), mix(live.profiles)];
  return {
    ...live,
    skills: mix(live.skills),
    users: { ...users, entities: users.entities.map(mixSkills) },
    groups: {
      ...groups,
      entities: groups.entities.map((group) => ({ ...group, members: shuffle(group.members, seed) })),
    },
    profiles: {
      ...profiles,
      entities: profiles.entities.map((profile) => ({ ...profile, skills: shuffle(profile.skills, seed) })),
    },
    groupNames: shuffle(live.groupNames, seed),
    absentUsers: shuffle(live.absentUsers, seed),
  };
}

/** Only the keys: the lists of a ledger are sorted by contract. */
function mixLedger(ledger: Ledger, seed: number): Ledger {
  const users = ledger.users.map((user) => {
    const entries = Object.entries(user.assignments);
    return { ...user, assignments: Object.fromEntries(shuffle(entries, seed)) };
  });
  return { ...ledger, users };
}

// ── Changes ──────────────────────────────────────────────────────────────────────────────────────────

/** Of names that go round in a circle, the first of two operations of one subject. */
function isToNameBetween({ changes }: Operation): boolean {
  return changes.every(({ field, after }) => field.kind === "name" && String(after).endsWith(" (renaming)"));
}

/** What each change of the operation counts as; the texts of one subject are one change, those of a new skill none. */
function countedAs(operation: Operation): string[] {
  if (isToNameBetween(operation)) return [];
  const isText = ({ field }: Change): boolean => field.kind === "name" || field.kind === "description";
  const words = { create: "add", add: "add", update: "change", remove: "destroy", delete: "destroy" };
  const { changes } = operation;
  const isNew = changes.some(({ verb }) => verb === "create");
  return [
    ...(changes.some(isText) && !isNew ? ["change"] : []),
    ...changes.filter((change) => !isText(change)).map(({ verb }) => words[verb]),
  ];
}

/** The id of a change, made anew from what it is to be made of. */
function reprint(change: Change, skills: Readonly<Record<string, { readonly slug: string }>>): string {
  const { subject, field, verb, after, takesAway } = change;
  const keyOf = (id: string): string => (takesAway ? id : `slug:${skills[id]?.slug ?? id}`);
  const about = subject.kind === "skill" ? keyOf(subject.id) : subject.id;
  const what = field.kind === "skill" ? `skill ${keyOf(field.id)}` : field.kind;
  return hash(JSON.stringify(["default", subject.kind, about, what, verb === "delete", after]));
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
