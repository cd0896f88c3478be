/**
 * The CPU of `--help`, `--version` and `validate` of the example beside that of `node -e 0`: medians of interleaved
 * runs, each a process of its own. Needs a build. `node bench/start.mjs [RUNS]`.
 */
import { spawnSync } from "node:child_process";
import { cpus } from "node:os";
import { argv, execPath, version } from "node:process";
import { fileURLToPath } from "node:url";

const runs = Number(argv[2] ?? 15);
const ROOT = fileURLToPath(new URL("..", import.meta.url));
const MEASURED = [
  { name: "--help", words: ["--help"], goal: 1.8 },
  { name: "--version", words: ["--version"], goal: 1.8 },
  { name: "validate of the example", words: ["validate"], goal: 3.0 },
];
const FLOOR = ["-e", "0"];

/** Milliseconds of CPU, user and system, of a process from its start to its end, as the system counts them. */
function cpuOf(args) {
  const { stdout, stderr, status } = spawnSync(
    "bash",
    ["-c", 'TIMEFORMAT="CPU %3U %3S"; time "$@" >/dev/null', "bash", execPath, ...args],
    { cwd: ROOT, encoding: "utf8" },
  );
  if (status !== 0) throw new Error(stdout + stderr);
  const [, user, system] = /CPU ([\d.]+) ([\d.]+)\s*$/.exec(stderr);
  return (Number(user) + Number(system)) * 1000;
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

console.log(`${cpus().length} × ${cpus()[0].model}, Node ${version}, ${runs} runs`);
const floors = [];
const figures = MEASURED.map(() => []);
for (let run = 0; run < runs; run++) {
  floors.push(cpuOf(FLOOR));
  for (const [index, { words }] of MEASURED.entries())
    figures[index].push(cpuOf(["dist/cli/main.js", ...words]));
}
const floor = median(floors);
for (const [index, { name, goal }] of MEASURED.entries()) {
  const figure = median(figures[index]);
  console.log(
    `${name}: ${figure.toFixed(0)} ms, node -e 0 ${floor.toFixed(0)} ms, ratio ${(figure / floor).toFixed(2)} (goal ≤ ${goal})`,
  );
}
