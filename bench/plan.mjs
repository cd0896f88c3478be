/**
 * The CPU of `plan()` beside that of JSON.parse of the organisation's answers: where nothing changes, and where every
 * user is to get skills, 50,000 assignments at L. Needs a build.
 */
import { writeFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { argv } from "node:process";
import { loadDesired } from "../dist/desired/load.js";
import { connect } from "../dist/genesys/connect.js";
import { readLive } from "../dist/live/read.js";
import { plan } from "../dist/plan/plan.js";
import { slugOf } from "../dist/text.js";
import {
  cpuOf,
  fetchBare,
  inFolder,
  median,
  printHead,
  printRow,
  runJob,
  startOrganisation,
  rounds,
} from "./measure.mjs";
import {
  ledgerOf,
  makeOrganisation,
  range,
  sandboxSeed,
  SIZES,
  without,
  writeFiles,
} from "./organisation.mjs";

const ROUNDS = rounds(3);
/** One assignment of so many: at L that is 50,000. */
const ONE_IN = 6;

async function main() {
  printHead(Object.keys(SIZES));
  const seconds = {};
  for (const size of Object.keys(SIZES)) {
    const { users, skillsPerUser } = SIZES[size];
    for (const changes of [0, Math.round((users * skillsPerUser) / ONE_IN)]) {
      const { figure, floor } = await inFolder((folder) => measure(folder, size, changes));
      printRow({ name: `\`plan()\` ${size}, ${changes} changes`, figure, floor, unit: "s", most: 3 });
      (seconds[changes > 0] ??= []).push((figure / users / skillsPerUser) * 1e6);
    }
  }
  for (const [isChanged, [, floor, figure]] of Object.entries(seconds)) {
    const name = `\`plan()\`, CPU for each assignment, L beside M${isChanged === "true" ? ", with changes" : ""}`;
    printRow({ name, figure, floor, unit: "µs", most: 1.5 });
  }
}

async function measure(folder, size, changes) {
  const whole = makeOrganisation(size);
  const held = without(whole, changes);
  writeFiles(join(folder, "skills"), whole);
  writeFileSync(join(folder, "ledger.json"), JSON.stringify(ledgerOf(held, { target: "default", slugOf })));
  const made = await startOrganisation(sandboxSeed(held));
  const job = () => runJob("plan.mjs", folder, JSON.stringify(made.credentials));
  writeFileSync(join(folder, "answers.json"), "[]");
  job();
  const asked = (await made.requests()).filter(({ method }) => method === "GET").map(({ path }) => path);
  const texts = [];
  await fetchBare(made.credentials, asked, (text) => texts.push(text));
  writeFileSync(join(folder, "answers.json"), JSON.stringify(texts));
  const found = range(ROUNDS).map(job);
  made.close();
  if (found[0].changes !== changes) throw new Error(`The plan has ${found[0].changes} changes.`);
  return { figure: median(found.map((one) => one.figure)), floor: median(found.map((one) => one.floor)) };
}

/** A plan in a process of its own, as a command makes one: nothing is compiled before. */
async function planOnce(folder, credentials) {
  const { desired } = await loadDesired({ dir: join(folder, "skills") });
  const ledger = JSON.parse(readFileSync(join(folder, "ledger.json"), "utf8"));
  const connection = await connect({ credentials, requestsPerMinute: 1e6 });
  const live = await readLive(connection, {
    ...{ groups: desired.groups.map(({ group }) => group), ledgerGroups: [] },
    ...{ users: desired.users.map(({ user }) => user), ledgerUsers: ledger.users, ledgerSkills: [] },
  });
  connection.close();
  const texts = JSON.parse(readFileSync(join(folder, "answers.json"), "utf8"));
  const floor = await cpuOf(() => texts.map((text) => JSON.parse(text)));
  let planned;
  const figure = await cpuOf(() => {
    planned = plan({ desired, ledger, live, allow: new Set(), requestsPerMinute: 300 });
  });
  const { summary, refusals } = planned.plan;
  if (refusals.length > 0) throw new Error(JSON.stringify(refusals));
  return { figure, floor, changes: summary.add + summary.change + summary.destroy };
}

const [, , folder, credentials] = argv;
if (folder === undefined) await main();
else console.log(JSON.stringify(await planOnce(folder, JSON.parse(credentials))));
