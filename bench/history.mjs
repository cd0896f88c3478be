/**
 * Measures `history` of a ledger of 5,000 commits, each of which changes ten users at S: of a skill and of a person.
 * Needs a build.
 */
import { execFileSync } from "node:child_process";
import { canonicalJson } from "../dist/ledger/content.js";
import { userPath } from "../dist/ledger/schema.js";
import { openLedgerStore } from "../dist/ledger/store.js";
import { historyEvents } from "../dist/cli/history-events.js";
import { slugOf } from "../dist/text.js";
import { inFolder, median, printHead, printRow, rounds } from "./measure.mjs";
import { ledgerOf, makeOrganisation, range } from "./organisation.mjs";

const COMMITS = 5_000;
const CHANGED = 10;
const ROUNDS = rounds(3);

async function main(folder) {
  printHead(["S"]);
  const ledger = ledgerOf(makeOrganisation("S"), { target: "default", slugOf });
  writeHistory(folder, ledger);
  await time("a skill", folder, { skills: [ledger.skills[0].id] });
  await time("a person", folder, { users: [ledger.users[0].id] });
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
  const name = `\`history\` of ${what}: ${events.length} changes in ${COMMITS} commits`;
  printRow({ name, figure: median(times), unit: "s", most: 2 });
}

/** Each commit moves ten users to another skill, and names another revision in ledger.json, as an apply does. */
function writeHistory(cwd, ledger) {
  const git = (args, input) => execFileSync("git", args, { cwd, input, maxBuffer: 2 ** 30 });
  git(["init", "--quiet"]);
  const parts = [];
  for (let number = 0; number < COMMITS; number++) {
    const changed =
      number === 0
        ? ledger.users
        : range(CHANGED).map((one) => ledger.users[(number * CHANGED + one) % ledger.users.length]);
    const files = [
      ["ledger.json", ledgerText(ledger, number)],
      ...changed.map((user) => userFile(user, ledger.skills, number)),
    ];
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

/** One skill of the user's is another, with the record of that write. */
function userFile(user, skills, number) {
  const { id, name } = skills[number % skills.length];
  const assignments = { ...user.assignments, [id]: { name, proficiency: 3 } };
  const write = { before: null, wasOurs: false, values: [3], outcome: "done" };
  const records = [{ field: { kind: "skill", id }, name, ...write }];
  return [userPath(user.id), canonicalJson({ ...user, assignments, records })];
}

function ledgerText({ users: _, ...ledger }, number) {
  const revision = { revision: hash(number), day: "2026-11-27" };
  return canonicalJson({ ...ledger, applied: revision, attempted: revision });
}

function hash(number) {
  return number.toString(16).padStart(40, "0");
}

function data(text) {
  return `data ${Buffer.byteLength(text)}\n${text}\n`;
}

await inFolder(main);
