/**
 * Measures `history` of a ledger of 5,000 commits: of a skill and of a person. Needs a build.
 * Exits with 1 where a figure is not met.
 */
import { createHash } from "node:crypto";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, release, tmpdir } from "node:os";
import { join } from "node:path";
import { canonicalJson } from "../dist/ledger/content.js";
import { userPath } from "../dist/ledger/schema.js";
import { openLedgerStore } from "../dist/ledger/store.js";
import { historyEvents } from "../dist/cli/history-events.js";

const COMMITS = 5_000;
const SKILLS = 200;
const USERS = 1_000;
const CHANGED = 10;
const ROUNDS = 3;
const MAX_SECONDS = 2;

async function main() {
  const folder = mkdtempSync(join(tmpdir(), "history-bench-"));
  try {
    console.log(`${cpus()[0]?.model.trim()}, ${cpus().length} cores, ${release()}, Node ${process.version}`);
    writeHistory(folder);
    const skill = await time("a skill", folder, { skills: ["skill-1"] });
    const person = await time("a person", folder, { users: [userId(1)] });
    process.exitCode = Math.max(skill, person) <= MAX_SECONDS ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function time(what, cwd, query) {
  const times = [];
  let events = [];
  for (let round = 0; round < ROUNDS; round++) {
    const store = await openLedgerStore({ cwd, target: "default", remote: null });
    const started = performance.now();
    await store.read();
    const skills = query.skills && new Set(query.skills);
    events = historyEvents(await store.history(query), { ...(skills && { skills }) });
    times.push((performance.now() - started) / 1000);
  }
  const list = times.map((seconds) => seconds.toFixed(2)).join(", ");
  console.log(`The history of ${what}, ${events.length} changes in ${COMMITS} commits: ${list} s`);
  console.log(`  (at most ${MAX_SECONDS} wanted)`);
  return Math.max(...times);
}

/** Each commit moves ten users to another skill, and names another revision in ledger.json, as an apply does. */
function writeHistory(cwd) {
  const git = (args, input) => execFileSync("git", args, { cwd, input, maxBuffer: 2 ** 30 });
  git(["init", "--quiet"]);
  const parts = [];
  for (let number = 0; number < COMMITS; number++) {
    const changed =
      number === 0 ? range(USERS) : range(CHANGED).map((one) => (number * CHANGED + one) % USERS);
    const files = [["ledger.json", ledgerText(number)], ...changed.map((user) => userFile(user, number))];
    const message = `Apply: 10 to add, 0 to change, 10 to destroy\n\nTarget: default\nRevision: ${hash(number)}\nPull requests: ${number}\nCause: edit\n`;
    const date = `${1_700_000_000 + number * 3600} +0000`;
    parts.push(
      `commit refs/heads/ledger/default\nauthor Ann Lee <ann@example.com> ${date}\ncommitter Ann Lee <ann@example.com> ${date}\n`,
      data(message),
      ...files.map(([path, text]) => `M 100644 inline ${path}\n${data(text)}`),
    );
  }
  git(["fast-import", "--quiet", "--done", "--depth=0"], `${parts.join("")}done\n`);
}

function userFile(user, number) {
  const skill = (user + number) % SKILLS;
  const field = { kind: "skill", id: `skill-${skill}` };
  const record = {
    field,
    name: `Skill ${skill}`,
    before: null,
    wasOurs: false,
    values: [3],
    outcome: "done",
  };
  const id = userId(user);
  const assignments = new Map([0, 1, 2].map((one) => assignment((skill + one) % SKILLS)));
  return [
    userPath(id),
    canonicalJson({ id, email: `user-${user}@example.com`, assignments, records: [record] }),
  ];
}

/** As spread over the folders of the ledger as the ids of an organisation are. */
function userId(user) {
  return createHash("md5").update(`user ${user}`).digest("hex");
}

function assignment(skill) {
  return [`skill-${skill}`, { name: `Skill ${skill}`, proficiency: 3 }];
}

function ledgerText(number) {
  const revision = { revision: hash(number), day: "2026-11-27" };
  const skills = range(SKILLS)
    .map((one) => ({ id: `skill-${one}`, name: `Skill ${one}`, slug: `skill-${one}`, protected: false }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const facts = { version: 2, target: "default", organization: "org", dialect: "cloud" };
  const both = { applied: revision, attempted: revision };
  return canonicalJson({ ...facts, ...both, skills, profiles: [], replacements: [] });
}

function hash(number) {
  return number.toString(16).padStart(40, "0");
}

function data(text) {
  return `data ${Buffer.byteLength(text)}\n${text}\n`;
}

function range(length) {
  return Array.from({ length }, (_, index) => index);
}

await main();
