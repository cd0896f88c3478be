/** How many requests each command sends to an organisation of 200 skills and 1,000 users: what it needs, and no more. */
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Organisation } from "../../bench/organisation.mjs";
import { makeFiles, makeOrganisation, sandboxSeed, SIZES, without } from "../../bench/organisation.mjs";
import { readSnapshot } from "../../src/cli/snapshot.ts";
import type { Sandbox } from "../../src/sandbox/sandbox.ts";
import type { Desk, Files } from "../support/desk.ts";
import { newDesk, settings } from "../support/desk.ts";
import { captureTerminal } from "../support/terminal.ts";
import { startOrganisation, writesOf } from "../support/organisation.ts";

const ORGANISATION = makeOrganisation("S");
const PAGES = Math.ceil(SIZES.S.users / 500);
/** The token, whose it is, and which kind of API answers. */
const OPENING = 3;
/** A page of skills, the pages of users, a page of groups, and the members of each group. */
const READING = 1 + PAGES + 1 + SIZES.S.groups;
const USERS_PER_LOOK = 50;
/** A doctor asks both hosts first, without the credentials. */
const HOSTS = 2;
/** Then what the client may, the lists and the search of a plan, and the two reads before a delete. */
const TRIALS = 1 + 4 + 2;

interface World {
  readonly sandbox: Sandbox;
  readonly desk: Desk;
}

/** A repository that asks for the whole organisation, and one that holds that much of it. */
async function openWorld(held: Organisation): Promise<World> {
  const sandbox = await startOrganisation({ seed: sandboxSeed(held) });
  return { sandbox, desk: newDesk(sandbox, filesOf(ORGANISATION)) };
}

function filesOf(organisation: Organisation): Files {
  const files = [...makeFiles(organisation)].map(([name, text]) => [`skills/${name}`, text] as const);
  return { ...settings(), ...Object.fromEntries(files) };
}

/** Runs a line, which must succeed; answers how many requests it sent, and how many of them may have changed something. */
async function countOf(
  line: string,
  { sandbox, desk }: World,
): Promise<{ readonly sent: number; readonly writes: number }> {
  const [sent, writes] = [sandbox.requests.length, writesOf(sandbox).length];
  const run = await desk.run(line);
  expect(run.exitCode, run.text).toBe(0);
  return { sent: sandbox.requests.length - sent, writes: writesOf(sandbox).length - writes };
}

/** Whose every user needs one write. */
function requestsOfApply(users: number): number {
  const lots = Math.ceil(users / USERS_PER_LOOK);
  return OPENING + READING + users + lots + Math.min(PAGES, lots);
}

test("a command that reads asks for every list once, and one that is offline for nothing", async () => {
  const world = await openWorld(ORGANISATION);
  const counts: Record<string, number> = {
    plan: OPENING + READING,
    drift: OPENING + READING,
    "report --format csv": OPENING + READING,
    "search billing": OPENING + READING,
    "explain user1@example.com": OPENING + READING,
    // It writes everybody's skills person by person, and needs no group.
    "import --dir imported": OPENING + 1 + PAGES,
    doctor: OPENING + HOSTS + TRIALS,
    "plan --offline": 0,
    validate: 0,
    targets: 0,
    "fmt --check": 0,
  };
  const found: Record<string, number> = {};
  for (const line of Object.keys(counts)) found[line] = (await countOf(line, world)).sent;
  expect(found).toStrictEqual(counts);
});

test("each snapshot of serve asks as a plan does", async () => {
  const { sandbox, desk } = await openWorld(ORGANISATION);
  const { terminal } = captureTerminal({ env: desk.env });
  const counts = [];
  for (let round = 0; round < 2; round++) {
    const before = sandbox.requests.length;
    await readSnapshot({ dir: join(desk.folder, "skills") }, terminal);
    counts.push(sandbox.requests.length - before);
  }
  expect(counts).toStrictEqual([OPENING + READING, OPENING + READING]);
});

test("an apply sends its writes, a look for each lot of users, and one round of reading back", async () => {
  const [missing, changed] = [120, 10];
  const world = await openWorld(without(ORGANISATION, missing));
  expect(await countOf("apply --yes", world)).toStrictEqual({
    sent: requestsOfApply(missing),
    writes: missing,
  });
  expect(await countOf("history user1@example.com", world)).toStrictEqual({ sent: 0, writes: 0 });
  world.desk.commit(filesOf(without(ORGANISATION, changed)));
  expect(await countOf("apply --yes --allow UNCOVERED", world)).toStrictEqual({
    sent: requestsOfApply(changed),
    writes: changed,
  });
});
