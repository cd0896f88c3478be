/**
 * How fast `serve` answers, beside a bare node:http server that answers a constant of the same size in the same
 * run; and how long the snapshot and the report take as the organisation grows. Needs a build.
 * Exits with 1 where search manages less than half of what the bare server does, or the report isn't linear.
 */
import { fork } from "node:child_process";
import { Agent, createServer, request } from "node:http";
import { fileURLToPath } from "node:url";
import { slugOf } from "../dist/desired/slug.js";
import { plan } from "../dist/plan/plan.js";
import { impactOf } from "../dist/report/impact/impact.js";
import { impactCsv } from "../dist/report/impact/csv.js";
import { startKeeper } from "../dist/server/keeper.js";
import { startServer } from "../dist/server/server.js";
import { prepareView } from "../dist/server/view.js";

const SKILLS = 10_000;
const USERS = 20_000;
const ASSIGNMENTS = 300_000;
const CONNECTIONS = 16;
const REQUESTS = 20_000;

async function compare() {
  const world = makeWorld(SKILLS, USERS, ASSIGNMENTS);
  const started = performance.now();
  const view = await prepareView(world);
  console.log(
    `${SKILLS} skills, ${USERS} users, ${ASSIGNMENTS} assignments: ready in ${since(started)} ms.\n`,
  );

  const keeper = startKeeper({ refresh: () => Promise.resolve(world), refreshSeconds: 3600 });
  while (!keeper.view()) await new Promise((resolve) => setTimeout(resolve, 50));
  const options = { keeper, host: "127.0.0.1", port: 0, onError: console.error };
  const served = await startServer(options);

  const size = JSON.stringify(view.search("billing", { page: 1, size: 25 })).length;
  const bare = await startBare(size);
  const few = queries(200);
  const distinct = queries(REQUESTS * 3);
  const rows = {
    "bare node:http": await measure(bare.url, few),
    "search, 200 queries": await measure(served.url, few),
    "search, every query new": await measure(served.url, distinct),
    "bare node:http again": await measure(bare.url, few),
  };
  console.log(
    `${pad("", 26)}${["requests/s", "p50 ms", "p99 ms"].map((title) => title.padStart(12)).join("")}`,
  );
  for (const [name, { rate, p50, p99 }] of Object.entries(rows))
    console.log(`${pad(name, 26)}${[rate.toFixed(0), p50, p99].map((cell) => cell.padStart(12)).join("")}`);
  const floor = Math.max(rows["bare node:http"].rate, rows["bare node:http again"].rate);
  const share = rows["search, 200 queries"].rate / floor;
  console.log(
    `\nSearch manages ${(share * 100).toFixed(0)} % of the bare server's requests (at least 50 % wanted).`,
  );
  timeSearch(view);
  const isLinear = timeReport();
  await keeper.stop();
  await Promise.all([served.close(), bare.close()]);
  process.exitCode = share >= 0.5 && isLinear ? 0 : 1;
}

/** The search itself, without HTTP. */
function timeSearch(view) {
  console.log("\nSearch without HTTP, per query:");
  for (const query of ["b", "billing", "bilign", "tier 4711", "night shift spanish", "zzzz"]) {
    const started = performance.now();
    let total = 0;
    for (let round = 0; round < 100; round++) total = view.search(query, { page: 1, size: 25 }).total;
    console.log(
      `  ${pad(JSON.stringify(query), 24)}${((performance.now() - started) / 100).toFixed(2)} ms, finds ${total}`,
    );
  }
}

/** Linear: three times the assignments take less than five times as long, however noisy the machine. */
function timeReport() {
  console.log("\nThe report, facts and CSV:");
  const times = [100_000, 300_000].map((assignments) => {
    const world = makeWorld(SKILLS, USERS, assignments);
    impactOf({ ...world, plan: null });
    const started = performance.now();
    impactCsv(impactOf({ ...world, plan: null }));
    const time = performance.now() - started;
    console.log(`  ${assignments} assignments: ${time.toFixed(0)} ms`);
    return time;
  });
  return times[1] < Math.max(5 * times[0], 500);
}

// ── Load ─────────────────────────────────────────────────────────────────────────────────────────────

/** From a process of its own, so that asking takes nothing away from answering. */
function measure(url, paths) {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(import.meta.url), ["load"]);
    child.once("error", reject);
    child.once("message", resolve);
    child.send({ url, paths });
  });
}

async function loadServer() {
  const { url, paths } = await new Promise((resolve) => process.once("message", resolve));
  const { hostname, port } = new URL(url);
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const latencies = [];
  let sent = 0;
  const worker = async (until) => {
    while (sent < until) {
      const path = paths[sent++ % paths.length];
      const begun = performance.now();
      await ask({ hostname, port, path, agent });
      latencies.push(performance.now() - begun);
    }
  };
  const round = (until) => Promise.all(Array.from({ length: CONNECTIONS }, () => worker(until)));
  await round(REQUESTS / 4);
  latencies.length = 0;
  const [from, started] = [sent, performance.now()];
  await round(sent + REQUESTS);
  const seconds = (performance.now() - started) / 1000;
  latencies.sort((a, b) => a - b);
  const at = (share) => latencies[Math.floor(latencies.length * share)].toFixed(2);
  process.send({ rate: (sent - from) / seconds, p50: at(0.5), p99: at(0.99) }, () => process.exit());
}

function ask(options) {
  return new Promise((resolve, reject) => {
    request(options, (answer) => {
      if (answer.statusCode !== 200) reject(new Error(`${options.path} answers ${answer.statusCode}.`));
      answer.resume();
      answer.on("end", resolve);
    })
      .on("error", reject)
      .end();
  });
}

/** Answers with as many bytes as a page of search results has, and does nothing else. */
async function startBare(size) {
  const body = JSON.stringify({ entities: "x".repeat(size - 15) });
  const headers = { "Content-Type": "application/json; charset=utf-8", "Content-Length": body.length };
  const server = createServer((_, answer) => answer.writeHead(200, headers).end(body));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => new Promise((resolve) => server.close(resolve).closeAllConnections());
  return { url: `http://127.0.0.1:${server.address().port}`, close };
}

// ── The organisation ─────────────────────────────────────────────────────────────────────────────────

const WORDS =
  "Billing Refunds Sales Support Night Shift Spanish French Urdu Fibre Router Visits Complaints Meter Solar Tariff Moves Retention".split(
    " ",
  );

/** A generator of its own, so that every run has the same organisation. */
function randomFrom(seed) {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function makeWorld(skillCount, userCount, assignmentCount) {
  const random = randomFrom(1);
  const word = () => WORDS[random(WORDS.length)];
  const origin = { file: "skills/a.yaml", line: 1, column: 1 };
  const skills = Array.from({ length: skillCount }, (_, number) => {
    const name = `${word()} ${word()} Tier ${number}`;
    return { id: `skill-${number}`, name, slug: slugOf(name) };
  });
  const users = Array.from({ length: userCount }, (_, number) => {
    const held = new Map();
    const share = Math.round(assignmentCount / userCount);
    while (held.size < share) held.set(skills[random(skillCount)].id, random(6));
    return { id: `user-${number}`, name: `User ${number}`, email: `user${number}@example.com`, skills: held };
  });
  const desiredSkills = skills.map(({ name, slug }) => ({
    ...{ slug, name, description: `${word()} and ${word()} for ${word()}`, previously: [] },
    ...{ protected: false, exclusive: false, managed: true, origin },
  }));
  const complete = (entities) => ({ kind: "complete", entities });
  const settings = {
    api: "auto",
    defaultProficiency: 1,
    staleSeconds: 60,
    exclusive: false,
    drift: "restore",
  };
  const desired = {
    target: "default",
    settings: { ...settings, guard: { maxRemovals: 0.3, maxUsersLosing: 25, uncovered: "refuse" } },
    skills: desiredSkills.toSorted((a, b) => (a.slug < b.slug ? -1 : 1)),
    profiles: makeProfiles(skills, random, origin),
    users: [],
    groups: [],
  };
  const live = {
    organization: { id: "organization", name: "Contact Centre" },
    ...{ dialect: "cloud", view: "whole", skills: complete(skills), users: complete(users) },
    ...{ groups: complete([]), groupNames: [], profiles: complete([]), absentUsers: [] },
    ...{ references: new Map(), requests: 0 },
  };
  const planned = plan(desired, null, live, { allow: new Set(), requestsPerMinute: 300 });
  return { desired, ledger: null, live, plan: planned, readAt: new Date() };
}

function makeProfiles(skills, random, origin) {
  return Array.from({ length: 200 }, (_, number) => {
    const name = `Profile ${String(number).padStart(3, "0")}`;
    const slugs = new Set(Array.from({ length: 40 }, () => skills[random(skills.length)].slug));
    const entries = [...slugs].sort().map((skill) => ({ skill, from: slugOf(name), distance: 0, origin }));
    return {
      slug: slugOf(name),
      name,
      declared: true,
      extends: [],
      entries,
      members: { users: [], groups: [] },
      origin,
    };
  });
}

/** What people type, a letter at a time. */
function queries(number) {
  const random = randomFrom(2);
  return Array.from({ length: number }, () => {
    const text = `${WORDS[random(WORDS.length)]} ${WORDS[random(WORDS.length)]} ${random(SKILLS)}`;
    const typed = number > 1000 ? text : text.slice(0, 2 + random(14));
    return `/api/skills/search?q=${encodeURIComponent(typed)}`;
  });
}

function since(started) {
  return (performance.now() - started).toFixed(0);
}

function pad(text, width) {
  return text.padEnd(width);
}

if (process.argv[2] === "load") await loadServer();
else await compare();
