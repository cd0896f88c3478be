/** What holds of every rename, whatever was there before, whatever people do manually, and wherever a run ends. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { changesOf } from "../../src/plan/changes.ts";
import type { Asked, Edit, Name, State, User, Yaml } from "./rename-worlds.ts";
import {
  beginnings,
  createManually,
  dialects,
  editManually,
  edits,
  endings,
  finish,
  idOf,
  isOwned,
  levelOf,
  NAMES,
  names,
  newOrganisation,
  pictureOf,
  planFor,
  run,
  USERS,
  asked,
} from "./rename-worlds.ts";

/** The name that the line of business has next, and what came before as previous names. */
interface Renaming {
  readonly name: Name;
  readonly users: Asked;
  /** Whether the author names every previous name, or only those of the YAML before. */
  readonly namesAll: boolean;
}

const renamings = fc.record<Renaming>({ name: names, users: asked, namesAll: fc.boolean() });

function toYaml({ name, users, namesAll }: Renaming, before: readonly Name[]): Yaml {
  const previous = namesAll ? NAMES : before;
  return [{ name, previously: previous.filter((one) => one !== name), users }];
}

const mergeYaml = (users: Asked): Yaml => [{ name: "both", previously: ["left", "right"], users }];

interface Held {
  readonly level: number;
  readonly isOurs: boolean;
}

/** What a user holds of the line of business. */
function heldBy({ live, ledger }: State, user: User): Held[] {
  return NAMES.flatMap((name) => {
    const level = levelOf(live, user, name);
    return level === undefined ? [] : [{ level, isOurs: isOwned(live, ledger, user, name) }];
  });
}

/** The proficiencies of that which is not theirs to lose. */
function kept(state: State, user: User, users: Asked): number[] {
  const held = heldBy(state, user).filter(({ isOurs }) => !isOurs || users[user] !== undefined);
  return held.map(({ level }) => level);
}

/** Holds one skill from us and another manually, both at one level: after a crash nobody can tell them apart. */
function hasTwins(state: State, user: User): boolean {
  const held = heldBy(state, user);
  return held.some(({ isOurs, level }) => isOurs && held.some((one) => !one.isOurs && one.level === level));
}

/** Names that never act again as previous names of this skill. */
function replacedBy({ ledger }: State, name: Name): string[] {
  const skill = ledger?.skills.find((one) => one.name === name);
  return [...new Set(skill?.renamedFrom?.map((old) => old.name))].sort();
}

/** Of one kind: they die, or they live and fail here and there. */
const brokenRuns = fc
  .tuple(fc.array(endings, { maxLength: 3 }), fc.boolean())
  .map(([all, crashes]) => all.map((ending) => ({ ...ending, crashes })));

describe("a rename", () => {
  test("gives everybody the highest proficiency that they had of the old skills, but where the YAML names one", () => {
    fc.assert(
      fc.property(beginnings, asked, (state, users) => {
        const yaml = mergeYaml(users);
        expect(planFor(state, yaml).refusals).toEqual([]);
        const { live } = finish(state, yaml);
        for (const user of USERS) {
          const asked = users[user];
          const levels = kept(state, user, users);
          const fallback = asked === undefined ? undefined : 1;
          const highest = levels.length > 0 ? Math.max(...levels) : fallback;
          expect([user, levelOf(live, user, "both")]).toEqual([
            user,
            typeof asked === "number" ? asked : highest,
          ]);
        }
        expect([idOf(live, "left"), idOf(live, "right")]).toEqual([undefined, undefined]);
      }),
    );
  });

  test("makes nothing ours that was given manually, and forgets nothing that the YAML names", () => {
    fc.assert(
      fc.property(beginnings, asked, (state, users) => {
        const { live, ledger } = finish(state, mergeYaml(users));
        for (const line of pictureOf(live, ledger)) {
          const [user = ""] = line.split(" ");
          expect(line).toMatch(user in users ? /, ours$/ : /, manual$/);
        }
        expect(ledger?.replacements).toEqual([]);
      }),
    );
  });

  test("leaves nothing to do once it is applied, or only to wait for what refers to the old skill", () => {
    fc.assert(
      fc.property(beginnings, asked, fc.subarray(["left", "right"] as Name[]), (state, users, inUse) => {
        const yaml = mergeYaml(users);
        const once = run(state, yaml, { inUse });
        const again = planFor(once, yaml, { inUse });
        expect({ stages: again.stages, refusals: again.refusals }).toEqual({ stages: [], refusals: [] });
      }),
    );
  });

  test("has the same result wherever a run ends, recorded or not", () => {
    fc.assert(
      fc.property(beginnings, asked, brokenRuns, (state, users, all) => {
        fc.pre(!USERS.some((user) => hasTwins(state, user)));
        const yaml = mergeYaml(users);
        const wanted = finish(state, yaml);
        const broken = all.reduce((one, ending) => run(one, yaml, { ending }), state);
        expect(planFor(broken, yaml).refusals).toEqual([]);
        const mended = finish(broken, yaml);
        expect(pictureOf(mended.live, mended.ledger)).toEqual(pictureOf(wanted.live, wanted.ledger));
        expect(mended.ledger?.replacements).toEqual([]);
        expect(replacedBy(mended, "both")).toEqual(["left", "right"]);
        expect(replacedBy(wanted, "both")).toEqual(["left", "right"]);
      }),
      { numRuns: 100 },
    );
  });

  test.each(["cloud", "profiles"] as const)(
    "with %s keeps manual assignments manual, even if we once assigned the skill that becomes the new one",
    (dialect) => {
      const before: Yaml = [
        { name: "left", previously: [], users: {} },
        { name: "right", previously: [], users: { bob: 1 } },
      ];
      const first = run({ live: newOrganisation(dialect), ledger: null }, before);
      const manual: Edit[] = [
        { user: "bob", name: "right", level: null },
        { user: "bob", name: "left", level: 1 },
      ];
      const state = { ...first, live: editManually(first.live, manual) };
      const yaml = mergeYaml({});
      for (const crashes of [true, false]) {
        for (const last of [-1, 0, 1, 2, 3]) {
          const ending = { isReached: (index: number) => index <= last, crashes };
          const { live, ledger } = finish(run(state, yaml, { ending }), yaml);
          expect([crashes, last, pictureOf(live, ledger)]).toEqual([crashes, last, ["bob both 1, manual"]]);
        }
      }
    },
  );

  test("that could not give manually what we once gave leaves no claim to it", () => {
    const before: Yaml = [{ name: "left", previously: [], users: {} }];
    const then: Yaml = [...before, { name: "right", previously: [], users: { bob: 1 } }];
    const first = run({ live: newOrganisation("profiles"), ledger: null }, then);
    const manual: Edit[] = [
      { user: "bob", name: "right", level: null },
      { user: "bob", name: "left", level: 1 },
    ];
    const state = { ...first, live: editManually(first.live, manual) };
    const ending = { isReached: (index: number) => index === 0, crashes: false };
    const failed = run(state, mergeYaml({}), { ending });
    expect(failed.ledger?.users.map(({ assignments }) => assignments)).toEqual([{}]);
  });

  test("that could not be written in place is planned again as the edit that it is", () => {
    const first: Yaml = [{ name: "left", previously: [], users: {} }];
    const state = run({ live: newOrganisation("profiles"), ledger: null }, first);
    const yaml: Yaml = [{ name: "both", previously: ["left"], users: {} }];
    const failed = run(state, yaml, { ending: { isReached: () => false, crashes: false } });
    const changes = changesOf(planFor(failed, yaml));
    expect(changes).toMatchObject([
      { field: { kind: "name" }, before: "left", after: "both", cause: "edit" },
    ]);
  });

  test("loses no holder in any chain of renames, back and forth, with manual edits before, between and after", () => {
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
        let state = beginning;
        let before: readonly Name[] = ["left", "right"];
        let yaml: Yaml = [];
        for (const step of all) {
          const { inUse, ending } = step;
          state = { ...state, live: editManually(state.live, step.before) };
          const next = toYaml(step.renaming, before);
          const refused = planFor(state, next, { inUse }).refusals.map(({ code }) => code);
          expect(refused.filter((code) => !NO_RENAME.includes(code))).toEqual([]);
          if (refused.length > 0) continue;
          yaml = next;
          const between = step.between.filter((edit) => isNew(edit, state));
          const after = run(state, yaml, { inUse, between, ...(ending && { ending }) });
          expectKept(state, after, yaml);
          state = after;
          before = [step.renaming.name];
        }
        if (yaml.length === 0) return;
        const end = finish(state, yaml);
        expectKept(state, end, yaml);
        expect(planFor(end, yaml).stages).toEqual([]);
        expect(end.ledger?.replacements).toEqual([]);
        for (const name of NAMES.filter((one) => one !== yaml[0]?.name)) {
          expect(idOf(end.live, name)).toBeUndefined();
        }
      }),
      { numRuns: 150 },
    );
  });

  test("keeps the old skill if the new one is withheld, and has the same result without", () => {
    const bits = fc.array(fc.boolean(), { minLength: 20, maxLength: 20 });
    fc.assert(
      fc.property(beginnings, asked, bits, (state, users, held) => {
        const yaml = mergeYaml(users);
        const isWithheld = (index: number): boolean => held[index % held.length] ?? false;
        const once = run(state, yaml, { isWithheld });
        expectKept(state, once, yaml);
        const [wanted, end] = [finish(state, yaml), finish(once, yaml)];
        expect(pictureOf(end.live, end.ledger)).toEqual(pictureOf(wanted.live, wanted.ledger));
      }),
      { numRuns: 100 },
    );
  });

  test("never changes or deletes an unmanaged skill with the old name, or its holders", () => {
    fc.assert(
      fc.property(
        dialects,
        asked,
        edits,
        fc.array(endings, { maxLength: 2 }),
        (dialect, users, held, all) => {
          const unmanaged = createManually(newOrganisation(dialect), "left");
          const live = editManually(unmanaged, held);
          const nothing = run({ live, ledger: null }, []);
          const yaml: Yaml = [{ name: "both", previously: ["left"], users }];
          const broken = all.reduce((one, ending) => run(one, yaml, { ending }), nothing);
          const end = finish(broken, yaml);
          expect(end.live.skills.entities[0]).toEqual(live.skills.entities[0]);
          for (const user of USERS) {
            expect(levelOf(end.live, user, "left")).toBe(levelOf(live, user, "left"));
            if (users[user] === undefined) expect(levelOf(end.live, user, "both")).toBeUndefined();
          }
          expect(pictureOf(end.live, end.ledger).filter((line) => line.includes(" left "))).toEqual(
            pictureOf(live, null).filter((line) => line.includes(" left ")),
          );
        },
      ),
    );
  });
});

/** What a plan is refused for where nothing replaces the old skill after all, or where somebody would hold too many. */
const NO_RENAME: readonly string[] = ["SKILL_DELETE", "IN_USE", "TOO_MANY_SKILLS"];

/** A holding that somebody gets while a run is under way. */
function isNew({ user, name, level }: Edit, { live }: State): boolean {
  return level !== null && levelOf(live, user, name) === undefined;
}

/** Everybody who held something that was not theirs to lose holds something, at one of their proficiencies or the YAML's. */
function expectKept(before: State, after: State, yaml: Yaml): void {
  const users = yaml[0]?.users ?? {};
  for (const user of USERS) {
    const levels = hasTwins(before, user) ? [] : kept(before, user, users);
    const now = NAMES.flatMap((name) => levelOf(after.live, user, name) ?? []);
    const migrations = after.ledger?.users.find(({ id }) => id === user)?.migrations ?? {};
    const pending = Object.values(migrations).map(({ proficiency }) => proficiency);
    const asked = users[user];
    if (levels.length > 0)
      expect([user, levels, now.length + pending.length > 0]).toEqual([user, levels, true]);
    if (levels.length > 0 && asked === undefined) {
      expect(Math.max(...now, ...pending)).toBeGreaterThanOrEqual(Math.min(...levels));
    }
  }
}
