/**
 * How fast `serve` answers searches of which every one is new, beside a bare node:http server that answers as many
 * bytes; and how much memory it takes at L while it reads the organisation again. Needs a build.
 */
import { fork, spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { Agent, createServer, request } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { inFolder, interleave, MAIN, printHead, printRow, startOrganisation, rounds } from "./measure.mjs";
import {
  makeOrganisation,
  randomFrom,
  range,
  sandboxSeed,
  SIZES,
  WORDS,
  writeFiles,
} from "./organisation.mjs";

const CONNECTIONS = 16;
const REQUESTS = 20_000;
const ROUNDS = rounds(3);

async function main(folder) {
  printHead(["L"]);
  const organisation = makeOrganisation("L");
  writeFiles(join(folder, "skills"), organisation);
  writeFileSync(join(folder, "skills", "settings.yaml"), "requests_per_minute: 10000\n");
  const made = await startOrganisation(sandboxSeed(organisation));
  await measureMemory(folder, made.env);
  await measureRate(folder, made.env);
  made.close();
}

/** The most that the process has had once it has read the organisation a second time, as Linux counts it. */
async function measureMemory(folder, env) {
  const served = await startServing(folder, env, 60);
  const seen = new Set();
  while (seen.size < 2) {
    await sleep(200);
    seen.add(await readAt(served.url));
  }
  const [, peak] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${served.pid}/status`, "utf8"));
  served.close();
  printRow({ name: "`serve` at L: memory at a refresh", figure: Number(peak) / 1024, unit: "MB", most: 700 });
}

async function measureRate(folder, env) {
  const served = await startServing(folder, env, 3600);
  await readAt(served.url);
  const page = await fetch(`${served.url}/api/skills/search?q=billing`);
  const bare = await startBare((await page.text()).length);
  const paths = queries(REQUESTS * 3, SIZES.L.skills);
  let round = 0;
  const { figure, floor } = await interleave(ROUNDS, {
    floor: () => measure(bare.url, paths),
    figure: () =>
      measure(
        served.url,
        paths.map((path, at) => `${path}%20${round}${at % 7}`),
        round++,
      ),
  });
  printRow({ name: "`serve` at L, every query new", figure, floor, unit: "requests/s", least: 0.3 });
  served.close();
  await bare.close();
}

/** `serve` as a process of its own. */
async function startServing(cwd, env, refresh) {
  const words = ["serve", "--port", "0", "--refresh", String(refresh)];
  const child = spawn(process.execPath, [MAIN, ...words], { cwd, env: { ...process.env, ...env } });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (said += text));
  let url;
  while (url === undefined) {
    if (child.exitCode !== null) throw new Error(said);
    await sleep(50);
    [, url] = /Serving on (\S+)\. /.exec(said) ?? [];
  }
  return { url, pid: child.pid, close: () => child.kill("SIGKILL") };
}

/** When the organisation that is served was read; waits for the first time. */
async function readAt(url) {
  for (;;) {
    const health = await (await fetch(`${url}/healthz`)).json();
    if (health.failure) throw new Error(JSON.stringify(health));
    if (health.readAt) return health.readAt;
    await sleep(200);
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

if (process.argv[2] === "load") await load();
else await inFolder(main);
