/** What holds of every rename, whatever was there before, whatever people do by hand, and wherever a run ends. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Edit, Name, User, Wished, World, Yaml } from "./rename-worlds.ts";
import {
  beginnings,
  createByHand,
  dialects,
  editByHand,
  edits,
  endings,
  idOf,
  levelOf,
  NAMES,
  names,
  newOrganisation,
  pictureOf,
  planFor,
  run,
  settle,
  USERS,
  wished,
} from "./rename-worlds.ts";

/** The names that the line of business may have next: one of them now, all that came before as former ones. */
interface Renaming {
  readonly name: Name;
  readonly users: Wished;
  /** Whether the author names every former name, or only those of the YAML before. */
  readonly namesAll: boolean;
}

const renamings = fc.record<Renaming>({ name: names, users: wished, namesAll: fc.boolean() });

function toYaml({ name, users, namesAll }: Renaming, before: readonly Name[]): Yaml {
  const former = namesAll ? NAMES : before;
  return [{ name, previously: former.filter((one) => one !== name), users }];
}

const mergeYaml = (users: Wished): Yaml => [{ name: "both", previously: ["left", "right"], users }];

interface Held {
  readonly level: number;
  readonly isOurs: boolean;
}

/** What a user holds of the line of business. */
function heldBy({ live, ledger }: World, user: User): Held[] {
  const ours = ledger?.users.find(({ id }) => id === user)?.assignments ?? {};
  return NAMES.flatMap((name) => {
    const level = levelOf(live, user, name);
    const slug = ledger?.skills.find(({ id }) => id === idOf(live, name))?.slug ?? "";
    return level === undefined ? [] : [{ level, isOurs: ours[slug] !== undefined }];
  });
}

/** The proficiencies of that which is not theirs to lose. */
function kept(world: World, user: User, users: Wished): number[] {
  const held = heldBy(world, user).filter(({ isOurs }) => !isOurs || users[user] !== undefined);
  return held.map(({ level }) => level);
}

/** Holds one skill from us and another by hand, both at one level: after a crash nobody can tell them apart. */
function hasTwins(world: World, user: User): boolean {
  const held = heldBy(world, user);
  return held.some(({ isOurs, level }) => isOurs && held.some((one) => !one.isOurs && one.level === level));
}

/** Of one kind: they die, or they live and fail here and there. */
const brokenRuns = fc
  .tuple(fc.array(endings, { maxLength: 3 }), fc.boolean())
  .map(([all, crashes]) => all.map((ending) => ({ ...ending, crashes })));

describe("a rename", () => {
  test("gives everybody the highest proficiency that they had of the old skills, but where the YAML names one", () => {
    fc.assert(
      fc.property(beginnings, wished, (world, users) => {
        const yaml = mergeYaml(users);
        expect(planFor(world, yaml).refusals).toEqual([]);
        const { live } = settle(world, yaml);
        for (const user of USERS) {
          const wish = users[user];
          const levels = kept(world, user, users);
          const fallback = wish === undefined ? undefined : 1;
          const highest = levels.length > 0 ? Math.max(...levels) : fallback;
          expect([user, levelOf(live, user, "both")]).toEqual([
            user,
            typeof wish === "number" ? wish : highest,
          ]);
        }
        expect([idOf(live, "left"), idOf(live, "right")]).toEqual([undefined, undefined]);
      }),
    );
  });

  test("makes nothing ours that was given by hand, and forgets nothing that the YAML names", () => {
    fc.assert(
      fc.property(beginnings, wished, (world, users) => {
        const { live, ledger } = settle(world, mergeYaml(users));
        for (const line of pictureOf(live, ledger)) {
          const [user = ""] = line.split(" ");
          expect(line).toMatch(user in users ? /, ours$/ : /, by hand$/);
        }
        expect(ledger?.replaces).toBeUndefined();
      }),
    );
  });

  test("leaves nothing to do once it is applied, or only to wait for what refers to the old skill", () => {
    fc.assert(
      fc.property(beginnings, wished, fc.subarray(["left", "right"] as Name[]), (world, users, inUse) => {
        const yaml = mergeYaml(users);
        const once = run(world, yaml, { inUse });
        const again = planFor(once, yaml, inUse);
        expect({ stages: again.stages, refusals: again.refusals }).toEqual({ stages: [], refusals: [] });
      }),
    );
  });

  test("comes to the same end wherever a run of it ends, written down or not", () => {
    fc.assert(
      fc.property(beginnings, wished, brokenRuns, (world, users, all) => {
        fc.pre(!USERS.some((user) => hasTwins(world, user)));
        const yaml = mergeYaml(users);
        const wanted = settle(world, yaml);
        const broken = all.reduce((one, ending) => run(one, yaml, { ending }), world);
        expect(planFor(broken, yaml).refusals).toEqual([]);
        const mended = settle(broken, yaml);
        expect(pictureOf(mended.live, mended.ledger)).toEqual(pictureOf(wanted.live, wanted.ledger));
        expect(mended.ledger?.replaces).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });

  test.each(["cloud", "profiles"] as const)(
    "with %s gives by hand what was so, though we once gave the skill that becomes the new one",
    (dialect) => {
      const before: Yaml = [
        { name: "left", previously: [], users: {} },
        { name: "right", previously: [], users: { bob: 1 } },
      ];
      const first = run({ live: newOrganisation(dialect), ledger: null }, before);
      const byHand: Edit[] = [
        { user: "bob", name: "right", level: null },
        { user: "bob", name: "left", level: 1 },
      ];
      const world = { ...first, live: editByHand(first.live, byHand) };
      const yaml = mergeYaml({});
      for (const crashes of [true, false]) {
        for (const last of [-1, 0, 1, 2, 3]) {
          const ending = { isReached: (index: number) => index <= last, crashes };
          const { live, ledger } = settle(run(world, yaml, { ending }), yaml);
          expect([crashes, last, pictureOf(live, ledger)]).toEqual([crashes, last, ["bob both 1, by hand"]]);
        }
      }
    },
  );

  test("that could not give by hand what we once gave leaves no claim to it", () => {
    const before: Yaml = [{ name: "left", previously: [], users: {} }];
    const then: Yaml = [...before, { name: "right", previously: [], users: { bob: 1 } }];
    const first = run({ live: newOrganisation("profiles"), ledger: null }, then);
    const byHand: Edit[] = [
      { user: "bob", name: "right", level: null },
      { user: "bob", name: "left", level: 1 },
    ];
    const world = { ...first, live: editByHand(first.live, byHand) };
    const ending = { isReached: (index: number) => index === 0, crashes: false };
    const failed = run(world, mergeYaml({}), { ending });
    expect(failed.ledger?.users).toEqual([]);
  });

  test("that could not be written in place is planned again as the edit that it is", () => {
    const first: Yaml = [{ name: "left", previously: [], users: {} }];
    const world = run({ live: newOrganisation("profiles"), ledger: null }, first);
    const yaml: Yaml = [{ name: "both", previously: ["left"], users: {} }];
    const failed = run(world, yaml, { ending: { isReached: () => false, crashes: false } });
    const changes = planFor(failed, yaml)
      .stages.flat()
      .flatMap((operation) => (operation.kind === "update-skill" ? operation.changes : []));
    expect(changes).toMatchObject([{ field: "name", before: "left", after: "both", cause: "edit" }]);
  });

  test("loses nobody in any chain of renames, back and forth, with hands before, between and after", () => {
    const steps = fc.array(
      fc.record({
        renaming: renamings,
        before: edits,
        between: edits,
        inUse: fc.subarray([...NAMES]),
        ending: fc.option(endings, { freq: 2 }),
      }),
      { minLength: 1, maxLength: 5 },
    );
    fc.assert(
      fc.property(beginnings, steps, (beginning, all) => {
        let world = beginning;
        let before: readonly Name[] = ["left", "right"];
        let yaml: Yaml = [];
        for (const step of all) {
          const { inUse, ending } = step;
          world = { ...world, live: editByHand(world.live, step.before) };
          const next = toYaml(step.renaming, before);
          // A name that is live already is no rename, and what it would delete is refused.
          const refused = planFor(world, next, inUse).refusals.map(({ code }) => code);
          expect(refused.filter((code) => !NO_RENAME.includes(code))).toEqual([]);
          if (refused.length > 0) continue;
          yaml = next;
          const between = step.between.filter((edit) => isNew(edit, world));
          const after = run(world, yaml, { inUse, between, ...(ending && { ending }) });
          expectKept(world, after, yaml);
          world = after;
          before = [step.renaming.name];
        }
        if (yaml.length === 0) return;
        const settled = settle(world, yaml);
        expectKept(world, settled, yaml);
        expect(planFor(settled, yaml).stages).toEqual([]);
        expect(settled.ledger?.replaces).toBeUndefined();
        for (const name of NAMES.filter((one) => one !== yaml[0]?.name)) {
          expect(idOf(settled.live, name)).toBeUndefined();
        }
      }),
      { numRuns: 500 },
    );
  });

  test("never changes or deletes a stranger's skill that bears an old name, nor who holds it", () => {
    fc.assert(
      fc.property(
        dialects,
        wished,
        edits,
        fc.array(endings, { maxLength: 2 }),
        (dialect, users, held, all) => {
          const strangers = createByHand(newOrganisation(dialect), "left");
          const live = editByHand(strangers, held);
          const nothing = run({ live, ledger: null }, []);
          const yaml: Yaml = [{ name: "both", previously: ["left"], users }];
          const broken = all.reduce((one, ending) => run(one, yaml, { ending }), nothing);
          const end = settle(broken, yaml);
          expect(end.live.skills.entities[0]).toEqual(live.skills.entities[0]);
          for (const user of USERS) {
            expect(levelOf(end.live, user, "left")).toBe(levelOf(live, user, "left"));
            if (users[user] === undefined) {
              expect(levelOf(end.live, user, "both")).toBe(levelOf(live, user, "left"));
            }
          }
          expect(pictureOf(end.live, end.ledger).filter((line) => line.includes(" left "))).toEqual(
            pictureOf(live, null).filter((line) => line.includes(" left ")),
          );
        },
      ),
    );
  });
});

/** What a plan is refused for where the new name is live already: then nobody is moved. */
const NO_RENAME: readonly string[] = ["SKILL_DELETE", "IN_USE", "TOO_MANY_SKILLS"];

/** A holding that somebody gets while a run is under way. */
function isNew({ user, name, level }: Edit, { live }: World): boolean {
  return level !== null && levelOf(live, user, name) === undefined;
}

/** Everybody who held something that was not theirs to lose holds something, at one of their proficiencies or the YAML's. */
function expectKept(before: World, after: World, yaml: Yaml): void {
  const users = yaml[0]?.users ?? {};
  for (const user of USERS) {
    const levels = hasTwins(before, user) ? [] : kept(before, user, users);
    const now = NAMES.flatMap((name) => levelOf(after.live, user, name) ?? []);
    const owed = (after.ledger?.replaces ?? []).flatMap(({ pending }) =>
      pending.filter(({ id }) => id === user).map(({ proficiency }) => proficiency),
    );
    const wish = users[user];
    if (levels.length > 0) expect([user, levels, now.length + owed.length > 0]).toEqual([user, levels, true]);
    if (levels.length > 0 && wish === undefined) {
      expect(Math.max(...now, ...owed)).toBeGreaterThanOrEqual(Math.min(...levels));
    }
  }
}
