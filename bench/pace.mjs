/**
 * How well an apply uses a rate limit, and its requests beside those that it needs: 3,000 operations over real HTTP
 * against the sandbox, with its own limit of 300 a minute. The clocks of both run 8 times faster, so that it takes
 * less than a minute and a half. Needs a build.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { applyPlan } from "../dist/apply/apply.js";
import { loadDesired } from "../dist/desired/load.js";
import { connect } from "../dist/genesys/connect.js";
import { readLive } from "../dist/live/read.js";
import { plan as makePlan } from "../dist/plan/plan.js";
import { startSandbox } from "../dist/sandbox/sandbox.js";
import { inFolder, printHead, printRow } from "./measure.mjs";

const OPERATIONS = 3000;
/** Of them so many change a proficiency, which takes two requests: one reads, one writes. */
const CHANGES = 100;
const LIMIT = 300;
const SPEED = 8;
const USERS_PER_LOOK = 50;
const USERS_PER_PAGE = 500;

const started = performance.now();
const clock = {
  now: () => (performance.now() - started) * SPEED,
  sleep: (milliseconds, signal) => sleep(milliseconds / SPEED, undefined, { signal }),
  timeout: (milliseconds) => AbortSignal.timeout(milliseconds),
};

async function measure() {
  const people = Array.from({ length: OPERATIONS }, (_, number) => `agent${number}@example.com`);
  const sandbox = await startSandbox({
    dialect: "cloud",
    requestsPerMinute: LIMIT,
    clock: clock.now,
    seed: { skills: [{ name: "Billing" }], users: people.map(userOf) },
  });
  const { url, clientId, clientSecret, requests } = sandbox;
  const credentials = { clientId, clientSecret, apiUrl: url, loginUrl: url };
  const connection = await connect({ credentials, requestsPerMinute: LIMIT, clock });
  const desired = await desireOf(people);
  const none = { groups: [], ledgerGroups: [], ledgerUsers: [], ledgerSkills: [] };
  const live = await readLive(connection, { ...none, users: people });
  const { plan } = makePlan({ desired, ledger: null, live, allow: new Set(), requestsPerMinute: LIMIT });

  const before = requests.length;
  const begun = clock.now();
  const { outcomes } = await applyPlan(plan, connection, { live, clock });
  const minutes = (clock.now() - begun) / 60_000;
  const sent = requests.length - before;
  const refused = requests.filter(({ status }) => status === 429).length;
  const done = outcomes.filter(({ changes }) => changes.every(({ result }) => result === "done")).length;
  connection.close();
  await sandbox.close();
  report({ done, sent, refused, minutes });
}

function report({ done, sent, refused, minutes }) {
  if (done < OPERATIONS) throw new Error(`${done} of ${OPERATIONS} operations are done.`);
  const users = OPERATIONS;
  const needed = users + Math.ceil(users / USERS_PER_LOOK) + Math.ceil(users / USERS_PER_PAGE);
  const about = `an apply to ${users} users`;
  printRow({ name: `${about}: requests`, figure: sent, floor: needed, unit: "requests", most: 1 });
  printRow({
    name: `${about}: beside the limit`,
    figure: minutes,
    floor: sent / LIMIT,
    unit: "min",
    most: 1.04,
  });
  printRow({ name: `${about}: answers with 429`, figure: refused, unit: "answers", most: 0 });
}

function userOf(email, number) {
  return { name: email, email, skills: number < CHANGES ? { Billing: 1 } : {} };
}

function desireOf(people) {
  return inFolder(async (dir) => {
    const holders = people.map((user) => `\n    - { user: ${user}, proficiency: 3 }`).join("");
    writeFileSync(join(dir, "skills.yaml"), `- name: Billing\n  assign_to_users:${holders}\n`);
    return (await loadDesired({ dir })).desired;
  });
}

printHead();
await measure();
