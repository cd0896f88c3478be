/**
 * How well an apply uses a rate limit: 3,000 operations over real HTTP against the sandbox, with its own limit of 300
 * a minute. The clocks of both run 8 times faster, so that it takes less than a minute and a half. Needs a build.
 * Exits with 1 where it takes more than 1.05 of the time that the limit alone would take, or meets a 429.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { applyPlan } from "../dist/apply/apply.js";
import { loadDesired } from "../dist/desired/load.js";
import { connect } from "../dist/genesys/connect.js";
import { readLive } from "../dist/live/read.js";
import { plan as makePlan } from "../dist/plan/plan.js";
import { startSandbox } from "../dist/sandbox/sandbox.js";

const OPERATIONS = 3000;
/** Of them so many change a proficiency, which takes two requests: one to look, one to write. */
const CHANGES = 100;
const LIMIT = 300;
const SPEED = 8;
const MOST = 1.05;

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
  judge({ done, sent, refused, minutes });
}

function judge({ done, sent, refused, minutes }) {
  const ratio = minutes / (sent / LIMIT);
  console.log(
    [
      `${done} of ${OPERATIONS} operations done, at ${LIMIT} requests a minute:`,
      `  requests          ${sent}`,
      `  429               ${refused}`,
      `  time              ${minutes.toFixed(2)} min (measured on clocks ${SPEED} times faster)`,
      `  the limit alone   ${(sent / LIMIT).toFixed(2)} min`,
      `  ratio             ${ratio.toFixed(3)} (at most ${MOST} wanted)`,
    ].join("\n"),
  );
  process.exitCode = done === OPERATIONS && refused === 0 && ratio <= MOST ? 0 : 1;
}

function userOf(email, number) {
  return { name: email, email, skills: number < CHANGES ? { Billing: 1 } : {} };
}

async function desireOf(people) {
  const dir = await mkdtemp(join(tmpdir(), "genesys-skills-pace-"));
  const holders = people.map((user) => `\n    - { user: ${user}, proficiency: 3 }`).join("");
  try {
    await writeFile(join(dir, "skills.yaml"), `- name: Billing\n  assign_to_users:${holders}\n`);
    return (await loadDesired({ dir })).desired;
  } finally {
    await rm(dir, { recursive: true });
  }
}

await measure();
