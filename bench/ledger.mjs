/**
 * Measures the ledger of a large organisation: a commit that changes ten users, in time and in bytes pushed, and
 * reading it in another clone, beside JSON.parse of the same data. Needs a build.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { changedFiles } from "../dist/ledger/content.js";
import { openLedgerStore } from "../dist/ledger/store.js";
import { slugOf } from "../dist/text.js";
import { git, inFolder, median, printHead, printRow, runJob, rounds } from "./measure.mjs";
import { ledgerOf, makeOrganisation, range } from "./organisation.mjs";

const CHANGED = 10;
const ROUNDS = rounds(5);

async function main(folder) {
  printHead(["L"]);
  const [ann, bob] = makeClones(folder);
  const writer = await open(ann);
  const ledger = ledgerOf(makeOrganisation("L"), { target: "production", slugOf });
  const begun = performance.now();
  await record(writer, ledger);
  printRow({ name: "the first commit of a ledger at L", figure: secondsSince(begun), unit: "s" });
  await timeReading(folder, bob, ledger);
  await timeCommits(writer, ann, ledger);
}

async function timeCommits(writer, clone, first) {
  const times = [];
  let [ledger, bytes] = [first, 0];
  for (let round = 0; round < ROUNDS; round++) {
    ledger = change(ledger, round);
    const { tip: before } = await writer.read();
    const started = performance.now();
    const after = await record(writer, ledger);
    times.push(secondsSince(started));
    bytes = Math.max(bytes, packedBytes(clone, before, after));
  }
  const what = `a commit of ${CHANGED} users at L, pushed`;
  printRow({ name: `${what}: time`, figure: median(times), unit: "s", most: 1 });
  printRow({ name: `${what}: size`, figure: bytes / 1000, unit: "kB", most: 1000 });
}

function makeClones(folder) {
  git(folder, "init", "--quiet", "--bare", "remote.git");
  return ["ann", "bob"].map((name) => {
    git(folder, "clone", "--quiet", `file://${join(folder, "remote.git")}`, name);
    return join(folder, name);
  });
}

function open(cwd) {
  return openLedgerStore({
    cwd,
    target: "production",
    author: { name: "Bench", email: "bench@example.com" },
  });
}

async function record(store, ledger) {
  const counts = { add: 0, change: CHANGED, destroy: 0, move: 0 };
  return store.record(await store.read(), ledger, { revision: null, counts });
}

/** Each in a process of its own, which reads once, as a command does. */
async function timeReading(folder, clone, ledger) {
  const files = changedFiles("production", null, { ledger, lease: null });
  const file = join(folder, "texts.json");
  writeFileSync(file, JSON.stringify(files.map(({ text }) => text)));
  await (await open(clone)).read();
  const found = range(ROUNDS).map(() => [
    runJob("ledger.mjs", "parse", file),
    runJob("ledger.mjs", "read", clone),
  ]);
  const floor = median(found.map(([parse]) => parse.own));
  const figures = {
    "the ledger": ({ own }) => own,
    "the ledger, with git": ({ own, children }) => own + children,
  };
  for (const [what, cpu] of Object.entries(figures)) {
    const figure = median(found.map(([, read]) => cpu(read)));
    const goal = what === "the ledger" ? { most: 2 } : {};
    printRow({ name: `reading ${what} at L`, figure, floor, unit: "ms", ...goal });
  }
}

const JOBS = {
  parse(file) {
    const texts = JSON.parse(readFileSync(file, "utf8"));
    return () => texts.map((text) => JSON.parse(text));
  },
  async read(clone) {
    const store = await open(clone);
    return () => store.read();
  },
};

async function printCpu(name, argument) {
  const job = await JOBS[name](argument);
  const [own, children] = [process.cpuUsage(), childrenCpu()];
  await job();
  const { user, system } = process.cpuUsage(own);
  console.log(JSON.stringify({ own: (user + system) / 1000, children: childrenCpu() - children }));
}

/** CPU milliseconds of the children that have ended; 0 where the system doesn't say. */
function childrenCpu() {
  try {
    const fields = readFileSync("/proc/self/stat", "utf8").split(") ")[1].split(" ");
    return (Number(fields[13]) + Number(fields[14])) * 10;
  } catch {
    return 0;
  }
}

function packedBytes(cwd, before, after) {
  const input = `${after}\n^${before}\n`;
  return execFileSync("git", ["pack-objects", "--revs", "--thin", "--stdout", "--quiet"], { cwd, input })
    .length;
}

function secondsSince(begun) {
  return (performance.now() - begun) / 1000;
}

// ── The ledger ───────────────────────────────────────────────────────────────────────────────────────

/** Ten users, far from one another, hold every skill of theirs at another proficiency. */
function change(ledger, round) {
  const users = ledger.users.map((user, index) => {
    if (index % (ledger.users.length / CHANGED) !== round) return user;
    const raised = Object.entries(user.assignments).map(([id, item]) => [
      id,
      { ...item, proficiency: (item.proficiency + 1) % 6 },
    ]);
    return { ...user, assignments: Object.fromEntries(raised) };
  });
  return { ...ledger, users };
}

const [job, argument] = process.argv.slice(2);
if (job === undefined) await inFolder(main);
else await printCpu(job, argument);
