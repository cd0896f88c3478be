/** The schedule of a plan against the plans of the days to come, each applied when it comes. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { stringify } from "yaml";
import { loadDesired } from "../../src/desired/load.ts";
import type { Live, Plan } from "../../src/model.ts";
import { foldLedger } from "../../src/plan/delta.ts";
import { plan } from "../../src/plan/plan.ts";
import { addDays } from "../../src/text.ts";
import { liveOf } from "../report/organisations.ts";
import { applyInMemory, settlementOf } from "./apply-in-memory.ts";

const TODAY = "2026-11-27";
const LAST = 6;
const USERS = ["ann@b.c", "bob@b.c", "cleo@b.c"];
const SKILLS = ["Billing", "Returns"];

const level = fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined });
const day = fc.option(fc.integer({ min: -1, max: LAST }), { nil: undefined });

/** The days of a line, in order; undefined: the line is not there. */
const line = fc.option(
  fc.record({ from: day, until: day, proficiency: level }).map(({ from, until, proficiency }) => {
    const isOrdered = from === undefined || until === undefined || from <= until;
    const [first, last] = isOrdered ? [from, until] : [until, from];
    return {
      ...(first !== undefined && { from: addDays(TODAY, first) }),
      ...(last !== undefined && { until: addDays(TODAY, last) }),
      ...(proficiency !== undefined && { proficiency }),
    };
  }),
  { nil: undefined },
);

const world = fc.record({
  /** By skill, then user. */
  own: fc.array(fc.array(line, { minLength: 3, maxLength: 3 }), { minLength: 2, maxLength: 2 }),
  members: fc.array(line, { minLength: 3, maxLength: 3 }),
  inProfile: fc.array(level, { minLength: 2, maxLength: 2 }),
  group: fc.record({ members: fc.subarray(USERS), proficiency: level }),
  live: fc.array(fc.array(level, { minLength: 2, maxLength: 2 }), { minLength: 3, maxLength: 3 }),
});

type DatedWorld = typeof world extends fc.Arbitrary<infer T> ? T : never;

function yamlOf({ own, members, inProfile, group }: DatedWorld): string {
  const lines = (all: DatedWorld["members"], hasLevel = true): object[] =>
    all.flatMap((one, at) => {
      if (!one) return [];
      const { proficiency, ...days } = one;
      return [{ user: USERS[at], ...days, ...(hasLevel && proficiency !== undefined && { proficiency }) }];
    });
  return stringify({
    skills: SKILLS.map((name, at) => ({
      name,
      assign_to_users: lines(own[at] ?? []),
      ...(at === 0 && { assign_to_groups: [{ group: "Desk", ...withLevel(group.proficiency) }] }),
    })),
    profiles: [
      {
        name: "Season",
        skills: SKILLS.map((skill, at) => ({ skill, ...withLevel(inProfile[at]) })),
        members: { users: lines(members, false) },
      },
    ],
  });
}

function withLevel(proficiency: number | undefined): object {
  return proficiency === undefined ? {} : { proficiency };
}

function organisation({ live, group }: DatedWorld): Live {
  const people = USERS.map((user, at) => {
    const held = SKILLS.flatMap((skill, place) => {
      const proficiency = live[at]?.[place];
      return proficiency === undefined ? [] : [[skill, proficiency] as const];
    });
    return [user, Object.fromEntries(held)] as const;
  });
  const made = liveOf(Object.fromEntries(people), { skillNames: SKILLS });
  const members = group.members.map((user) => `user-${user}`);
  const desk = { id: "desk", name: "Desk", state: "active" as const, members };
  return { ...made, groups: { kind: "complete", entities: [desk] }, groupNames: ["Desk"] };
}

/** `ann@b.c Billing 3 → null`, sorted. */
function changesOfPlan({ stages, skills }: Plan): string[] {
  const lines = stages
    .flat()
    .flatMap(({ email = "", changes }) =>
      changes.flatMap(({ field, before, after }) =>
        field.kind === "skill"
          ? [`${email} ${skills[field.id]?.name ?? ""} ${String(before)} → ${String(after)}`]
          : [],
      ),
    );
  return lines.sort();
}

function changesOfDay({ scheduled, skills }: Plan, when: string): string[] {
  const changes = scheduled.filter((one) => one.day === when).flatMap((one) => one.changes);
  return changes
    .map(({ email, skill, before, after }) => `${email} ${skills[skill]?.name ?? ""} ${before} → ${after}`)
    .sort();
}

function held(live: Live): Set<string> {
  return new Set(live.users.entities.flatMap(({ skills }) => [...skills.keys()]));
}

test("each day brings what the schedule says, and nobody else is touched", async () => {
  await fc.assert(
    fc.asyncProperty(world, async (facts) => {
      const dir = mkdtempSync(join(tmpdir(), "schedule-"));
      try {
        writeFileSync(join(dir, "a.yaml"), yamlOf(facts));
        const planOn = async (when: string, live: Live, ledger: Parameters<typeof plan>[0]["ledger"]) => {
          const { desired } = await loadDesired({ dir, dayIn: () => when });
          return plan({ desired, live, ledger, allow: new Set(), requestsPerMinute: 300 });
        };
        let live = organisation(facts);
        const first = await planOn(TODAY, live, null);
        const applied = applyInMemory(first.plan, live);
        let ledger = foldLedger(first.delta, settlementOf(applied));
        live = applied.live;
        for (let ahead = 1; ahead <= LAST + 1; ahead++) {
          const when = addDays(TODAY, ahead);
          const made = await planOn(when, live, ledger);
          expect(changesOfPlan(made.plan), when).toStrictEqual(changesOfDay(first.plan, when));
          const before = held(live);
          const done = applyInMemory(made.plan, live);
          ledger = foldLedger(made.delta, settlementOf(done));
          live = done.live;
          const uncovered = first.plan.scheduled.find((one) => one.day === when)?.uncovered ?? [];
          expect(new Set(uncovered.map(({ skill }) => skill)), when).toStrictEqual(
            new Set([...before].filter((skill) => !held(live).has(skill))),
          );
        }
        expect(first.plan.scheduled.every(({ day: when }) => when <= addDays(TODAY, LAST + 1))).toBe(true);
      } finally {
        rmSync(dir, { recursive: true });
      }
    }),
    { numRuns: 60 },
  );
});
