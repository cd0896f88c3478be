/**
 * What every benchmark needs: processes whose CPU and memory are counted, an organisation in a process of its own,
 * and lines that say what was measured.
 */
import { execFileSync, fork, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { cpus, loadavg, release, tmpdir } from "node:os";
import { join } from "node:path";
import { execPath, version } from "node:process";
import { fileURLToPath } from "node:url";
import { SEED, SIZES } from "./organisation.mjs";

export const ROOT = fileURLToPath(new URL("..", import.meta.url));
/** The program. */
export const MAIN = join(ROOT, "dist/cli/main.js");

// ── What is printed ──────────────────────────────────────────────────────────────────────────────────

/** The machine and the sizes, and the head of the table. */
export function printHead(sizes = []) {
  const load = loadavg()[0].toFixed(1);
  console.log(
    `${cpus().length} × ${cpus()[0].model.trim()}, ${process.platform} ${release()}, Node ${version}, load ${load}`,
  );
  for (const name of sizes) {
    const { skills, users, skillsPerUser, profiles, groups } = SIZES[name];
    console.log(
      `${name}: ${skills} skills, ${users} users with ${skillsPerUser} each, ${profiles} profiles, ${groups} groups, seed ${SEED}`,
    );
  }
  console.log("\n| measure | figure | floor | ratio | goal | |\n| --- | --- | --- | --- | --- | --- |");
}

/**
 * One line of the table. The goal is for the ratio where there is a floor, else for the figure; without a goal the
 * line only tells. A goal that is not met makes the exit code 1.
 */
export function printRow({ name, figure, floor, unit, most, least }) {
  const value = floor === undefined ? figure : figure / floor;
  const isMet = value <= (most ?? Infinity) && value >= (least ?? 0);
  if (!isMet) process.exitCode = 1;
  const of = floor === undefined ? ` ${unit}` : "";
  const goal = most !== undefined ? `≤ ${most}${of}` : least !== undefined ? `≥ ${least}${of}` : "";
  const cells = [
    name,
    `${digits(figure)} ${unit}`,
    floor === undefined ? "" : `${digits(floor)} ${unit}`,
    floor === undefined ? "" : value.toFixed(2),
    goal,
    goal === "" ? "" : isMet ? "met" : "not met",
  ];
  console.log(`| ${cells.join(" | ")} |`);
}

function digits(value) {
  return value >= 100 || Number.isInteger(value) ? value.toFixed(0) : value.toFixed(2);
}

/** How often something is measured: so often, or as the variable BENCH_ROUNDS says. */
export function rounds(usual) {
  return Number(process.env.BENCH_ROUNDS ?? usual);
}

export function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

/** Runs each of the functions in turn, so often; answers the median of each one's numbers by its name. */
export async function interleave(rounds, functions) {
  const found = Object.fromEntries(Object.keys(functions).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, act] of Object.entries(functions)) found[name].push(await act());
  }
  return Object.fromEntries(Object.entries(found).map(([name, values]) => [name, median(values)]));
}

// ── Processes ────────────────────────────────────────────────────────────────────────────────────────

const PEAK = `import { writeSync } from "node:fs";
import { isMainThread } from "node:worker_threads";
if (isMainThread) process.on("exit", () => writeSync(3, String(process.resourceUsage().maxRSS / 1024)));`;

/**
 * Runs Node to its end. `cpu`: seconds of user and system, of its children too; `peak`: the most memory that the
 * process itself had, in MB, where `countsMemory`. Throws where its exit code is not among `expected`.
 */
export function runNode(args, { cwd = ROOT, env = {}, expected = [0], countsMemory = false } = {}) {
  const preload = countsMemory ? ["--import", `data:text/javascript,${encodeURIComponent(PEAK)}`] : [];
  const { status, output } = spawnSync(
    "bash",
    ["-c", 'TIMEFORMAT="CPU %3U %3S"; time "$@"', "bash", execPath, ...preload, ...args],
    {
      cwd,
      env: { ...process.env, ...env },
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe", "pipe"],
      maxBuffer: 2 ** 30,
    },
  );
  const [, out, err, peak] = output;
  if (!expected.includes(status)) throw new Error(`${args.join(" ")} ended with ${status}:\n${out}${err}`);
  const [, user, system] = /CPU ([\d.]+) ([\d.]+)\s*$/.exec(err);
  return { out, err, cpu: Number(user) + Number(system), peak: Number(peak) };
}

/** Runs a module of this folder as a process of its own; answers what it prints, as JSON. */
export function runJob(module, ...args) {
  const { out } = runNode([join(ROOT, "bench", module), ...args]);
  return JSON.parse(out);
}

/** Seconds of CPU that the function takes of this process. */
export async function cpuOf(act) {
  const begun = process.cpuUsage();
  await act();
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / 1e6;
}

// ── Places ───────────────────────────────────────────────────────────────────────────────────────────

/** Gives the function a folder that is removed afterwards. */
export async function inFolder(act) {
  const folder = mkdtempSync(join(tmpdir(), "genesys-skills-bench-"));
  try {
    return await act(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export function git(cwd, ...args) {
  const identity = ["-c", "user.name=Bench", "-c", "user.email=bench@example.com"];
  return execFileSync("git", [...identity, ...args], { cwd, encoding: "utf8", stdio: "pipe" }).trim();
}

/** Makes a commit of what is in the folder, which becomes a repository. */
export function commitAll(folder) {
  git(folder, "init", "--quiet", "--initial-branch=main");
  git(folder, "add", "--all");
  git(folder, "commit", "--quiet", "--message=The YAML");
  return git(folder, "rev-parse", "HEAD");
}

/**
 * Starts a sandbox of that seed in a process of its own, without a rate limit. `env`: the variables that point the
 * program at it; `requests()`: what it has been asked since it was last asked for that.
 */
export async function startOrganisation(seed) {
  const child = fork(join(ROOT, "bench/sandbox.mjs"), { serialization: "advanced" });
  const answer = () =>
    new Promise((resolve, reject) => {
      child.once("message", resolve);
      child.once("exit", () => reject(new Error("The sandbox ended.")));
    });
  child.send(seed);
  const { url, clientId, clientSecret } = await answer();
  return {
    credentials: { clientId, clientSecret, apiUrl: url, loginUrl: url },
    env: {
      ...{ GENESYS_API_URL: url, GENESYS_LOGIN_URL: url },
      ...{ GENESYS_CLIENT_ID: clientId, GENESYS_CLIENT_SECRET: clientSecret },
    },
    requests: () => {
      child.send("requests");
      return answer();
    },
    close: () => {
      child.removeAllListeners("exit");
      child.kill();
    },
  };
}

const CONNECTIONS = 8;

/** Asks for these paths with bare node:http; `each` is given every answer's text. */
export async function fetchBare({ apiUrl, clientId, clientSecret }, paths, each) {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const ask = (path, options, body) =>
    new Promise((resolve, reject) => {
      request(`${apiUrl}${path}`, { agent, ...options }, (answer) => {
        const chunks = [];
        answer.on("data", (chunk) => chunks.push(chunk));
        answer.on("end", () => resolve(Buffer.concat(chunks).toString()));
      })
        .on("error", reject)
        .end(body);
    });
  const authorization = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}`;
  const form = { authorization, "content-type": "application/x-www-form-urlencoded" };
  const login = await ask("/oauth/token", { method: "POST", headers: form }, "grant_type=client_credentials");
  const headers = { authorization: `Bearer ${JSON.parse(login).access_token}` };
  let next = 0;
  const worker = async () => {
    while (next < paths.length) each(await ask(paths[next++], { headers }));
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, worker));
  agent.destroy();
}
