/**
 * A season's team over two targets, on the days that the test sets: who is lent a skill until when, what a schedule
 * does about it, and what the history tells of it afterwards.
 */
import { beforeEach, afterEach, expect, test, vi } from "vitest";
import type { HistoryEvent } from "../../src/report/history/render.ts";
import type { Plan } from "../../src/model.ts";
import type { Sandbox } from "../../src/sandbox/sandbox.ts";
import { cleanEnv } from "../ledger/repositories.ts";
import type { CommandRun } from "../support/command.ts";
import type { Desk, Files } from "../support/desk.ts";
import { ledgerIn, newDesk, settings } from "../support/desk.ts";
import { environmentOf, startOrganisation, writesOf } from "../support/organisation.ts";

const [BILLING, RETURNS] = [{ Billing: 2 }, { Returns: 1 }];

/** Somebody has Returns all the year round. */
const people = [
  { name: "Ann Lee", email: "ann@example.com" },
  { name: "Bob Ray", email: "bob@example.com", skills: BILLING },
  { name: "Cleo Fox", email: "cleo@example.com" },
  { name: "Dora Kim", email: "dora@example.com", skills: RETURNS },
];

/** From 20 November until 27 December, and in the north until `lastDay`. */
function season(lastDay = "2026-12-27", edit = ""): Files {
  const team = (until: string): string => `
profiles:
  - name: Peak season
    skills: [{ skill: Returns, proficiency: 3 }]
    members:
      users:
        - { user: ann@example.com, from: 2026-11-20, until: ${until} }
        - { user: bob@example.com, from: 2026-11-20, until: ${until} }
`;
  return {
    ...settings(),
    "skills/a.yaml": `skills:\n  - name: Returns\n    assign_to_users: [dora@example.com]\n  - name: Billing\n${edit}${team("2026-12-27")}`,
    "skills/targets/north/settings.yaml": "",
    "skills/targets/north/season.yaml": team(lastDay),
    "skills/targets/south/settings.yaml": "",
  };
}

function day(date: string): void {
  vi.setSystemTime(Date.parse(`${date}T08:00:00Z`));
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.parse("2026-11-16T08:00:00Z") });
});
afterEach(() => {
  vi.useRealTimers();
});

interface World {
  readonly desk: Desk;
  readonly north: Sandbox;
  readonly south: Sandbox;
  /** Runs it and expects the exit code, which is 0 by default. */
  readonly run: (line: string, exitCode?: number) => Promise<CommandRun>;
  /** The targets in which something is due. */
  readonly due: () => Promise<string[]>;
}

async function start(files: Files = season()): Promise<World> {
  const organisation = (name: string): Promise<Sandbox> =>
    startOrganisation({
      seed: {
        users: people,
        skills: [{ name: "Billing" }, { name: "Returns" }],
        organization: { id: `id-of-${name}`, name },
      },
    });
  const [north, south] = [await organisation("North"), await organisation("South")];
  const variables = Object.entries({ NORTH: north, SOUTH: south }).flatMap(([suffix, sandbox]) =>
    Object.entries(environmentOf(sandbox)).map(([name, value]) => [`${name}_${suffix}`, value] as const),
  );
  const desk = newDesk(cleanEnv(Object.fromEntries(variables)), files);
  const run: World["run"] = async (line, exitCode = 0) => {
    const result = await desk.run(line);
    expect(result.exitCode, result.text).toBe(exitCode);
    return result;
  };
  const due = async (): Promise<string[]> => {
    const { out } = await run("targets --due --json");
    const { include } = JSON.parse(out) as { include: { target: string }[] };
    return include.map(({ target }) => target);
  };
  return { desk, north, south, run, due };
}

/** `ann 3`: who has the skill. */
function holders(sandbox: Sandbox, skill: string): string[] {
  return sandbox
    .snapshot()
    .users.flatMap(({ email, skills }) =>
      skills[skill] === undefined ? [] : [`${email.replace(/@.*/u, "")} ${skills[skill]}`],
    );
}

async function scheduled(world: World, targets = ["north", "south"]): Promise<void> {
  for (const target of targets) await world.run(`apply --scheduled --yes --target ${target}`);
}

function lines(run: CommandRun): string[] {
  const { events } = JSON.parse(run.out) as { events: HistoryEvent[] };
  return events
    .filter(({ written }) => written)
    .map(({ day, field, from, to, cause }) => `${day} ${field} ${from ?? "none"} → ${to ?? "none"} ${cause}`);
}

test("a season is lent, prolonged and taken back on its days, and told by the history", async () => {
  const world = await start();
  const { desk, north, south, run, due } = world;
  for (const target of ["north", "south"]) await run(`apply --yes --target ${target}`);
  expect(holders(north, "Returns")).toEqual(["dora 1"]);
  expect(await due()).toEqual([]);

  // What is planned for a later day is what is planned on that day.
  const planOf = async (line: string): Promise<Plan> => JSON.parse((await run(line)).out) as Plan;
  const foreseen = await planOf("plan --target south --format json --at 2026-11-20");
  day("2026-11-20");
  expect(await planOf("plan --target south --format json")).toEqual(foreseen);

  // An edit that nobody has applied yet waits for its own apply, and so does drift.
  desk.commit(season("2026-12-27", "    assign_to_users: [cleo@example.com]\n"));
  south.manualEdits.unassign("dora@example.com", "Returns");
  expect(await due()).toEqual(["north", "south"]);
  await scheduled(world);
  expect(holders(north, "Returns")).toEqual(["ann 3", "bob 3", "dora 1"]);
  expect(holders(south, "Returns")).toEqual(["ann 3", "bob 3"]);
  expect(holders(south, "Billing")).toEqual(["bob 2"]);
  const ledger = ledgerIn(desk.folder, "south");
  expect(ledger.applied).toMatchObject({ day: "2026-11-16" });
  expect(ledger.attempted).toMatchObject({ day: "2026-11-20", revision: ledger.applied?.revision });
  expect(await due()).toEqual([]);
  south.manualEdits.assign("dora@example.com", "Returns", 1);

  // A manual gift stays whatever the days say, though others get the skill by them.
  north.manualEdits.assign("cleo@example.com", "Returns", 5);

  // In the north the season gets longer. In the south an end is brought forward, which takes away.
  day("2026-12-10");
  desk.commit(season("2027-01-03", "    assign_to_users: [cleo@example.com]\n"));
  const longer = await run("plan --target north");
  expect(longer.out).toContain("Returns, until 3 January 2027 (was until 27 December 2026)");
  for (const target of ["north", "south"]) await run(`apply --yes --target ${target}`);
  expect(holders(north, "Billing")).toEqual(["bob 2", "cleo 1"]);
  const requests = north.requests.length + south.requests.length;
  await scheduled(world);
  expect(north.requests.length + south.requests.length).toBe(requests);

  // In the south the season is over. The organisation fails at one of two, and the next run does what is left.
  day("2026-12-28");
  expect(await due()).toEqual(["south"]);
  south.faults.set({ serverError: { every: 1, times: 1, on: "DELETE" }, serverErrorStatus: 422 });
  await run("apply --scheduled --yes --target south", 1);
  expect(holders(south, "Returns")).toHaveLength(2);
  expect(await due()).toEqual(["south"]);
  const writes = writesOf(south).length;
  await scheduled(world);
  expect(writesOf(south)).toHaveLength(writes + 1);
  expect(holders(south, "Returns")).toEqual(["dora 1"]);
  expect(holders(north, "Returns")).toEqual(["ann 3", "bob 3", "cleo 5", "dora 1"]);

  // Ten days late, nobody has looked: all that is due is done.
  day("2027-01-14");
  expect(await due()).toEqual(["north"]);
  await scheduled(world);
  expect(holders(north, "Returns")).toEqual(["cleo 5", "dora 1"]);
  expect(await due()).toEqual([]);

  expect(lines(await run("history ann@example.com --target north --format json"))).toEqual([
    "2027-01-14 assignment 3 → none schedule",
    "2026-12-10 until 2026-12-27 → 2027-01-03 edit",
    "2026-11-20 assignment none → 3 schedule",
    "2026-11-20 until none → 2026-12-27 schedule",
  ]);
  const text = await run("history ann@example.com --target north");
  expect(text.out).toMatch(/lost, had 3 +a day in the YAML/u);
  expect(text.out).toContain("until 3 January 2027 (was until 27 December 2026)");
});

test("an end is written to the ledger alone", async () => {
  const world = await start();
  const { desk, north, run } = world;
  day("2026-11-20");
  await run("apply --yes --target north");
  desk.commit(season("2026-12-31"));
  const [writes, looks] = [writesOf(north).length, north.requests.length];
  const planned = await run("plan --target north");
  expect(planned.out).toContain("Plan: 0 to add, 2 to change, 0 to destroy.");
  const reads = north.requests.length - looks;
  await run("apply --yes --target north");
  expect(writesOf(north)).toHaveLength(writes);
  // Nobody is looked at again either.
  expect(north.requests).toHaveLength(looks + 2 * reads);
  const ends = ledgerIn(desk.folder, "north").users.flatMap(({ assignments }) =>
    Object.values(assignments).flatMap(({ until }) => until ?? []),
  );
  expect(ends).toEqual(["2026-12-31", "2026-12-31"]);
  expect((await run("plan --target north")).out).toContain("No changes.");
});

test("nothing due asks the organisation for nothing, and says so", async () => {
  const world = await start();
  const { south, run } = world;
  expect((await run("apply --scheduled --yes --target south")).err).toContain("Nothing is due by a date.");
  await run("apply --yes --target south");
  const requests = south.requests.length;
  day("2026-11-19");
  expect((await run("apply --scheduled --yes --target south")).err).toContain("Nothing is due by a date.");
  expect((await run("targets --due")).out).toBe("");
  expect(south.requests).toHaveLength(requests);
  expect((await run("apply --scheduled --yes", 1)).err).toContain("TARGET_NEEDED");
  const withFile = await run("apply plan.json --scheduled --yes --target south", 1);
  expect(withFile.err).toContain("SCHEDULED_FILE");
});

test("a day is recorded with what was done by it, though an ordinary apply did it", async () => {
  const world = await start();
  const { desk, south, run, due } = world;
  await run("apply --yes --target south");
  day("2026-11-21");
  const planned = await run("plan --target south");
  expect(planned.out).toMatch(/Returns at 3, until 27 December 2026 +on its day/u);
  await run("apply --yes --target south");
  expect(holders(south, "Returns")).toEqual(["ann 3", "bob 3", "dora 1"]);
  expect(ledgerIn(desk.folder, "south").attempted).toMatchObject({ day: "2026-11-21" });
  expect(await due()).not.toContain("south");
});
