/** One story for every fault: an organisation in which everything that a plan can do is to be done, next to work by hand. */
import { expect } from "vitest";
import { loadDesired } from "../../src/desired/load.ts";
import type { Desired, Dialect } from "../../src/model.ts";
import { Failure } from "../../src/problem.ts";
import { outcomeLines } from "../support/outcomes.ts";
import { makeRepository } from "../support/repository.ts";
import type { RunOptions } from "../support/run-once.ts";
import { runOnce } from "../support/run-once.ts";
import type { Fake, Meddled, Twist } from "./fake.ts";
import { startFake } from "./fake.ts";
import type { MemoryLedger } from "../support/memory-ledger.ts";
import { newMemoryLedger } from "../support/memory-ledger.ts";

const SKILLS = ["Billing", "Refunds", "Sales", "Night", "Chat", "French"];

/** Eight users on three pages. */
const USERS = {
  "ann@example.com": { Sales: 1 },
  "bob@example.com": {},
  "cleo@example.com": { Chat: 2 },
  "dora@example.com": { Sales: 4 },
  "emma@example.com": { Billing: 2 },
  "finn@example.com": { French: 5 },
  "gus@example.com": {},
  "hana@example.com": { Chat: 3 },
};

const BY_HAND = Object.entries(USERS).flatMap(([email, held]) =>
  Object.entries(held).map(([skill, proficiency]) => `${email} ${skill} ${proficiency}`),
);

export const BEFORE = `
skills:
  - name: Billing
    assign_to_users: [{ user: ann@example.com, proficiency: 3 }, bob@example.com]
  - { name: Refunds, assign_to_users: [cleo@example.com] }
  - { name: Night, assign_to_users: [gus@example.com] }
profiles:
  - { name: Support, skills: [Billing] }
`;

/** Ann changes, Cleo, Dora, Emma and Finn gain, Bob and Gus lose; a skill comes and one goes; the profile gains and loses. */
export const AFTER = `
skills:
  - name: Billing
    assign_to_users: [{ user: ann@example.com, proficiency: 4 }, cleo@example.com]
  - name: Refunds
    assign_to_users: [cleo@example.com, { user: dora@example.com, proficiency: 2 }]
  - { name: Praise, assign_to_users: [emma@example.com, finn@example.com] }
profiles:
  - { name: Support, skills: [Refunds] }
`;

const END = [
  ...BY_HAND,
  "ann@example.com Billing 4",
  "cleo@example.com Billing 1",
  "cleo@example.com Refunds 1",
  "dora@example.com Refunds 2",
  "emma@example.com Praise 1",
  "finn@example.com Praise 1",
].sort();

export interface Story {
  readonly fake: Fake;
  readonly store: MemoryLedger;
}

/** The organisation with nothing but work by hand. */
export function startStoryFake(dialect: Dialect): Promise<Fake> {
  return startFake(dialect, SKILLS, USERS);
}

/** The organisation after `BEFORE` was applied: what `AFTER` is to change is ours. */
export async function startStory(dialect: Dialect): Promise<Story> {
  const fake = await startStoryFake(dialect);
  const store = newMemoryLedger();
  await runOnce({ sandbox: fake, store }, await desiredOf(BEFORE));
  fake.asked.length = 0;
  return { fake, store };
}

/** How a run ended: refused or failed with these codes, or with what became of each change. */
export interface Ended {
  readonly codes: readonly string[];
  /** Null where no plan came about. */
  readonly fingerprint: string | null;
  /** Sorted; none where nothing was applied. */
  readonly lines: readonly string[];
}

/** Plans and applies `AFTER` while somebody meddles, and stops meddling. */
export async function applyUnderFire(
  { fake, store }: Story,
  meddle: (asked: Meddled) => Twist | undefined,
  options: RunOptions = {},
): Promise<Ended> {
  fake.meddle(meddle);
  try {
    const desired = await desiredOf(AFTER);
    const { plan, report } = await runOnce({ sandbox: fake, store }, desired, {
      allow: ["SKILL_DELETE"],
      ...options,
    });
    return {
      codes: plan.refusals.map(({ code }) => code),
      fingerprint: plan.refusals.length > 0 ? null : plan.fingerprint,
      lines: report ? outcomeLines(report, plan) : [],
    };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { codes: error.problems.map(({ code }) => code), fingerprint: null, lines: [] };
  } finally {
    fake.calm();
  }
}

/** Checks that no work by hand is lost. */
export function expectHandKept({ fake }: Story, about: string): void {
  expect(fake.assignments(), about).toEqual(expect.arrayContaining(BY_HAND));
}

/** Applies in peace until nothing is left to do, and checks that everything is as it must be, and nothing else. */
export async function expectRightEnd(story: Story, about: string): Promise<void> {
  const last = await finish(story, about);
  expect(last.lines, about).toEqual([]);
  const { fake, store } = story;
  expect(fake.assignments(), about).toEqual(END);
  expect(fake.data.skills.map(({ name }) => name).sort(), about).toEqual([
    "Billing",
    "Chat",
    "French",
    "Praise",
    "Refunds",
    "Sales",
  ]);
  if (fake.dialect === "profiles") expect(profileOf(story), about).toEqual(["Refunds", "Sales"]);
  expect(oursIn(story), about).toEqual(END.filter((line) => !BY_HAND.includes(line)));
  expect((await store.read()).lease, about).toBeNull();
}

async function finish(story: Story, about: string): Promise<Ended> {
  let ended: Ended = { codes: [], fingerprint: null, lines: ["none yet"] };
  for (let run = 0; run < 3 && ended.lines.length > 0; run++) {
    ended = await applyUnderFire(story, () => undefined);
    expect(ended.codes, about).toEqual([]);
  }
  return ended;
}

function profileOf({ fake: { data } }: Story): string[] {
  const { skills = [] } = data.profiles[0] ?? {};
  return skills.map((id) => data.skills.find((skill) => skill.id === id)?.name ?? id).sort();
}

/** What the ledger calls ours: `ann@example.com Billing 4`. */
function oursIn({ fake: { data }, store }: Story): string[] {
  return (store.ledger?.users ?? [])
    .flatMap(({ id, assignments }) => {
      const email = data.users.find((user) => user.id === id)?.email ?? id;
      return Object.values(assignments).map(({ name, proficiency }) => `${email} ${name} ${proficiency}`);
    })
    .sort();
}

const known = new Map<string, Promise<Desired>>();

/** The YAML as the program reads it; read once, for it is the same every time. */
function desiredOf(yaml: string): Promise<Desired> {
  const desired = known.get(yaml) ?? read(yaml);
  known.set(yaml, desired);
  return desired;
}

async function read(yaml: string): Promise<Desired> {
  const { dir } = await makeRepository({ "a.yaml": yaml });
  return (await loadDesired({ dir })).desired;
}
