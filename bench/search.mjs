/**
 * How fast `serve` answers, beside a bare node:http server that answers a constant of the same size in the same
 * run; and for how long a reading keeps the server from answering. Needs a build.
 * Exits with 1 where search manages less than half of what the bare server does.
 */
import { fork } from "node:child_process";
import { Agent, createServer, request } from "node:http";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { startKeeper } from "../dist/server/keeper.js";
import { respondFrom } from "../dist/server/question.js";
import { startServer } from "../dist/server/server.js";
import { openThread } from "../dist/server/thread.js";
import { prepareView } from "../dist/server/view.js";
import { makeWorlds, randomFrom, toSnapshot, WORDS } from "./organisation.mjs";

const SKILLS = 10_000;
const USERS = 20_000;
const ASSIGNMENTS = 300_000;
const CONNECTIONS = 16;
const REQUESTS = 20_000;

async function compare() {
  const worlds = makeWorlds(SKILLS, USERS, ASSIGNMENTS);
  const view = await prepareView(toSnapshot(worlds));
  console.log(`${SKILLS} skills, ${USERS} users, ${ASSIGNMENTS} assignments.\n`);
  const keeper = await keepReading(() => openInThread(new AbortController().signal));
  const served = await startServer({ keeper, host: "127.0.0.1", port: 0, onError: console.error });

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
  await timeReadings(worlds);
  await keeper.stop();
  await Promise.all([served.close(), bare.close()]);
  process.exitCode = share >= 0.5 ? 0 : 1;
}

/** A keeper that has read once. */
async function keepReading(refresh) {
  let keeper;
  await new Promise((resolve, reject) => {
    const onFailure = ({ error }) => reject(error);
    keeper = startKeeper({ refresh, refreshSeconds: 3600, onRead: resolve, onFailure });
  });
  return keeper;
}

function openInThread(signal) {
  return openThread({
    entry: new URL("./search-thread.mjs", import.meta.url),
    data: { skills: SKILLS, users: USERS, assignments: ASSIGNMENTS },
    env: process.env,
    onSaid: () => undefined,
    signal,
  });
}

/** For how long nothing else happens in this thread while the organisation is planned and indexed. */
async function timeReadings(worlds) {
  console.log(
    "\nWhile an organisation that has been read is planned and indexed, the server's loop stands still for",
  );
  const readings = {
    "in the server's thread": async () => respondFrom(await prepareView(toSnapshot(worlds))),
    "in a thread of its own": () => openInThread(new AbortController().signal),
  };
  for (const [name, read] of Object.entries(readings)) {
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const started = performance.now();
    const responder = await read();
    await new Promise((resolve) => setTimeout(resolve, 20));
    delay.disable();
    console.log(`  ${pad(name, 26)}${(delay.max / 1e6).toFixed(0).padStart(6)} ms of ${since(started)} ms`);
    await responder.close();
  }
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

// ── What is asked ────────────────────────────────────────────────────────────────────────────────────

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
