/**
 * Measures the ledger of a large organisation: a commit that changes ten users, in time and in bytes pushed, and
 * reading it in another clone, beside JSON.parse of the same data. Needs a build.
 * Exits with 1 where a figure is not met.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, release, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { changedFiles } from "../dist/ledger/content.js";
import { openLedgerStore } from "../dist/ledger/store.js";
import { randomFrom, WORDS } from "./generate.mjs";

const USERS = 20_000;
const ASSIGNMENTS = 300_000;
const SKILLS = 2_000;
const CHANGED = 10;
const ROUNDS = 5;
const MAX_SECONDS = 1;
const MAX_BYTES = 1_000_000;
const MAX_RATIO = 2;

async function main() {
  const folder = mkdtempSync(join(tmpdir(), "ledger-bench-"));
  try {
    process.exitCode = (await measure(folder)) ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(folder) {
  describeMachine();
  const [ann, bob] = makeClones(folder);
  const writer = await open(ann);
  const ledger = makeLedger();
  const begun = performance.now();
  await record(writer, ledger);
  console.log(`The first commit, of all of it, takes ${seconds(begun)} s.\n`);
  const ratio = await timeReading(folder, bob, ledger);
  const { slowest, bytes } = await timeCommits(writer, ann, ledger);
  return ratio <= MAX_RATIO && slowest <= MAX_SECONDS && bytes <= MAX_BYTES;
}

async function timeCommits(writer, clone, first) {
  const times = [];
  let [ledger, bytes] = [first, 0];
  for (let round = 0; round < ROUNDS; round++) {
    ledger = change(ledger, round);
    const { tip: before } = await writer.read();
    const started = performance.now();
    const after = await record(writer, ledger);
    times.push((performance.now() - started) / 1000);
    bytes = Math.max(bytes, packedBytes(clone, before, after));
  }
  const list = times.map((time) => time.toFixed(2)).join(", ");
  console.log(`A commit that changes ${CHANGED} users, read, written and pushed: ${list} s`);
  console.log(
    `  (at most ${MAX_SECONDS} wanted); its pack has ${bytes} bytes (at most ${MAX_BYTES} wanted).`,
  );
  return { slowest: Math.max(...times), bytes };
}

function describeMachine() {
  const [cpu] = cpus();
  const git = execFileSync("git", ["version"], { encoding: "utf8" }).trim();
  console.log(
    `${cpus().length} × ${cpu?.model ?? "?"}, ${process.platform} ${release()}, Node ${process.version}, ${git}`,
  );
  console.log(`${USERS} users, ${ASSIGNMENTS} assignments of ${SKILLS} skills.\n`);
}

function makeClones(folder) {
  git(folder, "init", "--quiet", "--bare", "remote.git");
  return ["ann", "bob"].map((name) => {
    git(folder, "clone", "--quiet", `file://${join(folder, "remote.git")}`, name);
    return join(folder, name);
  });
}

async function open(cwd) {
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

/** Each in a process of its own, which reads once, as a command does. Answers the ratio in the middle, without git. */
async function timeReading(folder, clone, ledger) {
  const files = changedFiles("production", null, { ledger, lease: null });
  const texts = files.map(({ text }) => text);
  const size = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  const file = join(folder, "texts.json");
  writeFileSync(file, JSON.stringify(texts));
  await (await open(clone)).read();
  console.log(`Reading ${texts.length} files of ${size} bytes together, in CPU milliseconds:`);
  const [ratios, withGit] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    const [parse, read] = [cpuOf("parse", file), cpuOf("read", clone)];
    ratios.push(read.own / parse.own);
    withGit.push((read.own + read.children) / parse.own);
    console.log(
      `  JSON.parse of each ${parse.own.toFixed(0)}; reading ${read.own.toFixed(0)}, and git's own ${read.children}`,
    );
  }
  const [ratio, all] = [ratios, withGit].map((list) => list.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)]);
  console.log(`  in the middle ${ratio.toFixed(2)} times JSON.parse (at most ${MAX_RATIO} wanted),`);
  console.log(
    `  ${all.toFixed(2)} times with git, which inflates the files before anything can parse them.\n`,
  );
  return ratio;
}

function cpuOf(...args) {
  return JSON.parse(
    execFileSync(process.execPath, [fileURLToPath(import.meta.url), ...args], { encoding: "utf8" }),
  );
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

// ── The ledger ───────────────────────────────────────────────────────────────────────────────────────

function makeLedger() {
  const random = randomFrom(1);
  const word = () => WORDS[random(WORDS.length)];
  const skills = Array.from({ length: SKILLS }, (_, number) => {
    const name = `${word()} ${word()} Tier ${number}`;
    return { id: uuid(random), name, slug: name.toLowerCase().replaceAll(" ", "-"), protected: false };
  });
  const users = Array.from({ length: USERS }, (_, number) => {
    const assignments = {};
    while (Object.keys(assignments).length < ASSIGNMENTS / USERS) {
      const { id, name } = skills[random(SKILLS)];
      assignments[id] = { name, proficiency: random(6) };
    }
    return { id: uuid(random), email: `user${number}@example.com`, assignments };
  });
  const about = { version: 2, target: "production", organization: uuid(random), dialect: "cloud" };
  return { ...about, applied: null, attempted: null, profiles: [], replacements: [], skills, users };
}

/** Ten users, far from one another, hold every skill of theirs at another proficiency. */
function change(ledger, round) {
  const users = ledger.users.map((user, index) => {
    if (index % (USERS / CHANGED) !== round) return user;
    const entries = Object.entries(user.assignments);
    const raised = entries.map(([id, { name, proficiency }]) => [
      id,
      { name, proficiency: (proficiency + 1) % 6 },
    ]);
    return { ...user, assignments: Object.fromEntries(raised) };
  });
  return { ...ledger, users };
}

function uuid(random) {
  const hex = Array.from({ length: 32 }, () => random(16).toString(16)).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

function git(cwd, ...args) {
  execFileSync("git", args, { cwd, stdio: "pipe" });
}

function seconds(since) {
  return ((performance.now() - since) / 1000).toFixed(2);
}

const [job, argument] = process.argv.slice(2);
if (job === undefined) await main();
else await printCpu(job, argument);
