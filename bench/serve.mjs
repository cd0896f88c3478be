/**
 * How fast `serve` answers searches of which every one is new, beside a bare node:http server that answers as many
 * bytes; and how much memory a snapshot of a large organisation takes. Needs a build.
 *
 *     node bench/serve.mjs [skills] [users] [assignments of a user]
 */
import { fork } from "node:child_process";
import { Agent, createServer, request } from "node:http";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { randomFrom, WORDS } from "./generate.mjs";
import { planOrganisation } from "./organisation.mjs";

const SEED = 1;
const CONNECTIONS = 16;
const REQUESTS = 20_000;

async function inThread() {
  const { takeSnapshot } = await import("../dist/server/snapshot.js");
  const planned = await planOrganisation({ ...workerData, seed: SEED });
  const started = performance.now();
  const snapshot = takeSnapshot(planned);
  parentPort.postMessage({ snapshot, milliseconds: performance.now() - started }, [snapshot.details.buffer]);
}

function takeInThread(size) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: size });
    let taken;
    worker.on("message", (message) => (taken = message));
    worker.on("error", reject);
    worker.on("exit", () => resolve(taken));
  });
}

async function compare(size) {
  const { startKeeper } = await import("../dist/server/keeper.js");
  const { startServer } = await import("../dist/server/server.js");
  const { viewOf } = await import("../dist/server/snapshot.js");
  const peaks = [];
  const timer = setInterval(() => peaks.push(process.memoryUsage.rss()), 50);
  let view;
  let took;
  // The second reading is a refresh: the first snapshot is still served.
  for (const round of [1, 2]) {
    peaks.length = 0;
    const { snapshot, milliseconds } = await takeInThread(size);
    view = viewOf(snapshot);
    took = milliseconds;
    if (round === 2) clearInterval(timer);
  }
  const peak = Math.max(...peaks);
  const keeper = startKeeper({ refresh: () => Promise.resolve(view), refreshSeconds: 3600 });
  const served = await startServer({ keeper, host: "127.0.0.1", port: 0, onError: console.error });
  const bytes = JSON.stringify(view.search("billing", { page: 1, size: 25 })).length;
  const bare = await startBare(bytes);
  const paths = queries(REQUESTS * 3, size.skills);
  const rates = { bare: [], search: [] };
  for (let round = 0; round < 3; round++) {
    rates.bare.push(await measure(bare.url, paths));
    rates.search.push(
      await measure(
        served.url,
        paths.map((path, at) => `${path}%20${round}${at % 7}`),
      ),
    );
  }
  const [floor, rate] = [median(rates.bare), median(rates.search)];
  console.log(`${cpus().length} × ${cpus()[0].model}, Node ${process.version}, seed ${SEED}`);
  console.log(`${size.skills} skills, ${size.users} users, ${size.users * size.held} assignments`);
  console.log(`bare node:http            ${floor.toFixed(0).padStart(7)} requests/s`);
  console.log(
    `search, every query new   ${rate.toFixed(0).padStart(7)} requests/s, ratio ${(rate / floor).toFixed(2)} (at least 0.3)`,
  );
  console.log(`snapshot from the plan    ${took.toFixed(0).padStart(7)} ms`);
  console.log(`memory at a refresh       ${(peak / 2 ** 20).toFixed(0).padStart(7)} MB (at most 700)`);
  timeSearch(view);
  await keeper.stop();
  await Promise.all([served.close(), bare.close()]);
  process.exitCode = rate >= 0.3 * floor && rate >= 2000 ? 0 : 1;
}

/** The search itself, without HTTP; each query twice, since words are remembered. */
function timeSearch(view) {
  console.log("\nsearch without HTTP, first and again:");
  for (const query of ["b", "billing", "bilign", "tier 4711", "night shift spanish", "zzzz"]) {
    const times = [0, 1].map(() => {
      const started = performance.now();
      view.search(query, { page: 1, size: 25 });
      return (performance.now() - started).toFixed(2);
    });
    const { total } = view.search(query, { page: 1, size: 25 });
    console.log(`  ${JSON.stringify(query).padEnd(24)}${times.join(" ms, ")} ms, finds ${total}`);
  }
}

/** From a process of its own, so that asking takes nothing away from answering. */
function measure(url, paths) {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(import.meta.url), ["load"]);
    child.once("error", reject);
    child.once("message", resolve);
    child.send({ url, paths });
  });
}

async function load() {
  const { url, paths } = await new Promise((resolve) => process.once("message", resolve));
  const { hostname, port } = new URL(url);
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  let sent = 0;
  const worker = async (until) => {
    while (sent < until) await ask({ hostname, port, path: paths[sent++ % paths.length], agent });
  };
  const round = (until) => Promise.all(Array.from({ length: CONNECTIONS }, () => worker(until)));
  await round(REQUESTS / 4);
  const [from, started] = [sent, performance.now()];
  await round(sent + REQUESTS);
  process.send((sent - from) / ((performance.now() - started) / 1000), () => process.exit());
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

/** Two words and a number, as somebody types them who knows what they look for; or one word and its beginning. */
function queries(number, skills) {
  const random = randomFrom(2);
  return Array.from({ length: number }, (_, place) => {
    const [one, two] = [WORDS[random(WORDS.length)], WORDS[random(WORDS.length)]];
    const text = place % 2 === 0 ? `${one} ${two} ${random(skills)}` : `${one} ${two.slice(0, 3)}`;
    return `/api/skills/search?q=${encodeURIComponent(text)}`;
  });
}

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
}

if (!isMainThread) await inThread();
else if (process.argv[2] === "load") await load();
else {
  const [skills = 10_000, users = 20_000, held = 15] = process.argv.slice(2).map(Number);
  await compare({ skills, users, held });
}
