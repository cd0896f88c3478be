/** What holds of every plan, whatever the YAML says, whatever was applied last and whatever live holds. */
import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Change, Ledger, Listing, Live, Operation, Plan } from "../../src/model.ts";
import { driftOf } from "../../src/plan/drift.ts";
import { formatPlanFile } from "../../src/plan/file.ts";
import { fingerprintsOf } from "../../src/plan/fingerprint.ts";
import { ALLOWABLE } from "../../src/plan/judge/guards.ts";
import { ledgerAfter } from "../../src/plan/after/ledger-after.ts";
import { plan } from "../../src/plan/plan.ts";
import { applyInMemory } from "./apply-in-memory.ts";
import type { World } from "./oracle.ts";
import { peopleOf, profileMeant, profileOutcome, skillsOf, userOutcome } from "./oracle.ts";
import { schemaErrors } from "./plan-schema.ts";
import { shuffle, worlds } from "./worlds.ts";

const RUNS = { numRuns: 60 };

function planOf({ desired, ledger, live }: World, allow: readonly string[] = ALLOWABLE): Plan {
  return plan(desired, ledger, live, { allow: new Set(allow), requestsPerMinute: 300 });
}

/** The world after some operations of a plan, in this order; by default after all. */
function apply(world: World, made: Plan, operations?: readonly Operation[]): World {
  const { live, done, createdIds } = applyInMemory(made, world.live, operations && [...operations]);
  const isDone = (fingerprint: string): boolean => done.has(fingerprint);
  const ledger = ledgerAfter(made, world, { revision: null, isDone, createdIds });
  return { ...world, live, ledger };
}

/** A world in which every skill of the YAML is one of live's, or can be made. */
function isClear({ refusals }: Plan): boolean {
  return refusals.every(({ code }) => code !== "AMBIGUOUS" && code !== "UNKNOWN_ID");
}

describe("a plan", () => {
  test("does to everybody what the table says, and nothing to anybody else", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const made = planOf(world);
        fc.pre(isClear(made));
        const { live } = apply(world, made);
        const skills = skillsOf(world, made, live);
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

  test("leaves a ledger that says of users what is ours and nothing else", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const made = planOf(world);
        fc.pre(isClear(made));
        const { live, ledger } = apply(world, made);
        const skills = skillsOf(world, made, live);
        for (const user of peopleOf(world.live)) {
          const entry = ledger?.users.find(({ id }) => id === user.id);
          expect(entry?.assignments ?? {}).toEqual(Object.fromEntries(userOutcome(user, world, skills).ours));
        }
        const present = new Set(peopleOf(world.live).map(({ id }) => id));
        for (const entry of world.ledger?.users ?? []) {
          if (present.has(entry.id)) continue;
          const isDeleted = world.live.absentUsers.some(
            ({ state, ...one }) => state === "deleted" && "id" in one && one.id === entry.id,
          );
          expect(ledger?.users.some(({ id }) => id === entry.id)).toBe(!isDeleted);
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
        expect(planOf(settled).stages).toStrictEqual([]);
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
          const some = made.stages
            .flatMap((stage) => shuffle(stage, seed))
            .filter((_, index) => bits[index % 8]);
          const mended = settle(apply(world, made, some));
          // The ledger knows a former e-mail only while something is held through it; then the plan is refused.
          fc.pre(unknownUsers(mended) <= unknownUsers(world));
          expect(picture(mended.live)).toStrictEqual(picture(whole.live));
        },
      ),
      { numRuns: 100 },
    );
  });

  test("takes nothing away where nothing was ever applied", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const made = planOf({ ...world, ledger: null });
        const operations = made.stages.flat();
        expect(operations.filter(({ kind }) => kind === "delete-skill")).toStrictEqual([]);
        expect(operations.flatMap(lossesOf)).toStrictEqual([]);
        expect([made.hasLedger, made.summary.destroy]).toStrictEqual([false, 0]);
      }),
      RUNS,
    );
  });

  test("does nothing while any list is not whole, whatever is allowed", () => {
    const lists = fc.constantFrom("skills", "users", "groups", "profiles");
    const everything = [...ALLOWABLE, "INCOMPLETE"];
    fc.assert(
      fc.property(worlds, lists, (world, list) => {
        const broken = { ...world.live[list], kind: "incomplete", reason: "page 2 of 3" };
        const made = planOf({ ...world, live: { ...world.live, [list]: broken } }, everything);
        expect(made.stages).toStrictEqual([]);
        expect(made.refusals).toContainEqual({ code: "INCOMPLETE", list, reason: "page 2 of 3" });
      }),
      RUNS,
    );
  });

  test("is the same to the byte whatever the order of files, lists and keys", () => {
    fc.assert(
      fc.property(worlds, fc.nat(), (world, seed) => {
        const mixed: World = {
          desired: world.reread,
          ledger: world.ledger && mixLedger(world.ledger, seed),
          live: mixLive(world.live, seed),
        };
        expect(formatPlanFile(planOf(mixed, []))).toBe(formatPlanFile(planOf(world, [])));
      }),
      RUNS,
    );
  });

  test("has one operation for each thing, and one change for each skill of it", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const made = planOf(world);
        const operations = made.stages.flat();
        const things = operations.map((one) => `${one.kind} ${"id" in one ? one.id : one.name}`);
        expect(unique(things)).toStrictEqual(things);
        for (const operation of operations) {
          const skills = skillsChangedBy(operation).map((skill) => made.skills[skill]?.id ?? skill);
          expect(unique(skills)).toStrictEqual(skills);
        }
      }),
      RUNS,
    );
  });

  test("creates no skill whose name or key is live, and lets no two of the YAML's be one of live's", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const made = planOf(world);
        const live = new Set(world.live.skills.entities.map(({ name }) => name));
        const created = made.stages.flat().flatMap((one) => (one.kind === "create-skill" ? one.name : []));
        expect(created.filter((name) => live.has(name))).toStrictEqual([]);
        const ids = Object.values(made.skills).flatMap(({ id }) => id ?? []);
        expect(unique(ids)).toStrictEqual(ids);
      }),
      RUNS,
    );
  });

  test("deletes only skills of ours that no YAML names", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const made = planOf(world);
        const named = new Set(world.desired.skills.map(({ slug }) => slug));
        for (const operation of made.stages.flat()) {
          if (operation.kind !== "delete-skill") continue;
          expect(named.has(operation.skill)).toBe(false);
          expect(world.ledger?.skills.map(({ slug }) => slug)).toContain(operation.skill);
          expect(made.allowed).toContainEqual(
            expect.objectContaining({ code: "SKILL_DELETE", skill: operation.skill }),
          );
        }
      }),
      RUNS,
    );
  });

  test("gives every change a fingerprint of its own, over what is changed and the value after", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const made = planOf(world);
        const prints = made.stages.flat().flatMap(fingerprintsOf);
        expect(unique(prints)).toStrictEqual(prints);
        expect(prints).toStrictEqual(made.stages.flat().flatMap(reprint));
        expect(made.fingerprint).toBe(hash(prints.sort().join("\n")));
      }),
      RUNS,
    );
  });

  test("counts what it holds", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const made = planOf(world);
        const lines = made.stages.flat().flatMap(countedBy);
        const count = (kind: string): number => lines.filter((line) => line === kind).length;
        const { add, change, destroy } = made.summary;
        expect({ add, change, destroy }).toStrictEqual({
          ...{ add: count("add"), change: count("change"), destroy: count("destroy") },
        });
      }),
      RUNS,
    );
  });

  test("has a drift that is all that it puts back, and nothing else", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const made = planOf(world);
        const drift = driftOf(made, 300);
        const wanted = made.stages.flat().flatMap(changesOf);
        expect(drift.stages.flat().flatMap(changesOf)).toStrictEqual(
          wanted.filter(({ cause }) => cause === "drift"),
        );
        expect(drift.stages.flat().filter((one) => changesOf(one).length === 0)).toStrictEqual([]);
      }),
      RUNS,
    );
  });

  test("fits the schema of plan files", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        expect(schemaErrors(JSON.parse(formatPlanFile(planOf(world, []))))).toStrictEqual([]);
      }),
      RUNS,
    );
  });

  test("is refused by what it is refused for, or allowed it, and is otherwise the same", () => {
    fc.assert(
      fc.property(worlds, fc.subarray([...ALLOWABLE]), (world, allow) => {
        const strict = planOf(world, []);
        const made = planOf(world, allow);
        fc.pre(!allow.includes("IN_USE"));
        expect(made.allowed.every(({ code }) => allow.includes(code))).toBe(true);
        expect(made.refusals.some(({ code }) => allow.includes(code))).toBe(false);
        expect({ ...made, refusals: [], allowed: [] }).toStrictEqual({
          ...strict,
          refusals: [],
          allowed: [],
        });
        expect(sortedTexts([...made.refusals, ...made.allowed])).toStrictEqual(sortedTexts(strict.refusals));
      }),
      RUNS,
    );
  });
});

// ── Ends ─────────────────────────────────────────────────────────────────────────────────────────────

/** Applies until nothing is left to do, and no more than four times. */
function settle(world: World): World {
  let settled = world;
  for (let round = 0; round < 4; round++) {
    const made = planOf(settled);
    if (made.stages.length === 0) return settled;
    settled = apply(settled, made);
  }
  throw new Error("The plans come to no end.");
}

function unknownUsers(world: World): number {
  return planOf(world).refusals.filter(({ code }) => code === "UNKNOWN_USER").length;
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

function changesOf(operation: Operation): Change[] {
  switch (operation.kind) {
    case "create-skill":
    case "delete-skill":
      return [operation];
    case "update-skill":
    case "update-user":
      return [...operation.changes];
    case "update-profile":
      return [...operation.changes, ...operation.entries];
  }
}

function lossesOf(operation: Operation): unknown[] {
  switch (operation.kind) {
    case "update-user":
      return operation.changes.filter(({ kind }) => kind === "lose");
    case "update-profile":
      return operation.entries.filter(({ kind }) => kind === "lose");
    case "create-skill":
    case "update-skill":
    case "delete-skill":
      return [];
  }
}

function skillsChangedBy(operation: Operation): string[] {
  switch (operation.kind) {
    case "update-user":
      return operation.changes.map(({ skill }) => skill);
    case "update-profile":
      return operation.entries.map(({ skill }) => skill);
    case "create-skill":
    case "update-skill":
    case "delete-skill":
      return [operation.skill];
  }
}

/** What each change of the operation counts as. */
function countedBy(operation: Operation): string[] {
  const word = { gain: "add", change: "change", lose: "destroy" };
  switch (operation.kind) {
    case "create-skill":
      return ["add"];
    case "update-skill":
      return ["change"];
    case "update-profile":
      return [
        ...(operation.changes.length > 0 ? ["change"] : []),
        ...operation.entries.map(({ kind }) => word[kind]),
      ];
    case "update-user":
      return operation.changes.map(({ kind }) => word[kind]);
    case "delete-skill":
      return ["destroy", ...operation.holders.map(() => "destroy")];
  }
}

/** The fingerprints of an operation, made anew from what they are to be made of. */
function reprint(operation: Operation): string[] {
  const print = (kind: string, holder: string, slug: string, after: unknown): string =>
    hash(JSON.stringify(["default", kind, holder, slug, after]));
  const { kind } = operation;
  switch (kind) {
    case "create-skill":
      return [print(kind, "", operation.skill, operation.name)];
    case "delete-skill":
      return [print(kind, "", operation.skill, operation.replacedBy ?? null)];
    case "update-skill":
      return operation.changes.map((change) =>
        print(`${kind}/${change.field}`, operation.id, operation.skill, change.after),
      );
    case "update-profile":
      return [
        ...operation.changes.map((change) =>
          print(`${kind}/${change.field}`, operation.id, operation.profile, change.after),
        ),
        ...operation.entries.map((entry) =>
          print(kind, operation.id, entry.skill, entry.kind === "gain" ? true : null),
        ),
      ];
    case "update-user":
      return operation.changes.map((change) =>
        print(kind, operation.id, change.skill, change.kind === "lose" ? null : change.after),
      );
  }
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
