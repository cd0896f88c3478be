/**
 * The CPU of `validate` beside that of a bare parse of the same files by `yaml`: medians of interleaved runs, each a
 * process of its own, at the sizes S, M and L. Needs a build. `node bench/validate.mjs [RUNS] [SEED]`.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { argv, execPath, version } from "node:process";
import { fileURLToPath } from "node:url";
import { SIZES, writeOrganisation } from "./generate.mjs";

const GOAL = 0.8;
const [runs, seed] = [Number(argv[2] ?? 5), Number(argv[3] ?? 1)];
const MAIN = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const FLOOR = `
import { readdirSync, readFileSync } from "node:fs";
import { parse } from "yaml";
for (const name of readdirSync(process.env.BENCH_DIR)) parse(readFileSync(process.env.BENCH_DIR + "/" + name, "utf8"));
`;

/** Seconds of CPU, user and system, of one run of Node. */
function cpuOf(args, dir) {
  const report =
    "process.on('exit',()=>{const{user,system}=process.cpuUsage();process.stderr.write('\\nCPU '+(user+system)/1e6)})";
  const { stderr, status } = spawnSync(
    execPath,
    ["--import", `data:text/javascript,${encodeURIComponent(report)}`, ...args],
    {
      env: { ...process.env, BENCH_DIR: dir },
      encoding: "utf8",
      cwd: fileURLToPath(new URL("..", import.meta.url)),
    },
  );
  if (status !== 0) throw new Error(stderr);
  return Number(/CPU ([\d.]+)$/.exec(stderr)[1]);
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

console.log(`${cpus().length} × ${cpus()[0].model}, Node ${version}, seed ${seed}, ${runs} runs`);
for (const size of Object.keys(SIZES)) {
  const dir = mkdtempSync(join(tmpdir(), "bench-"));
  writeOrganisation(dir, size, seed);
  const [figures, floors] = [[], []];
  for (let run = 0; run < runs; run++) {
    floors.push(cpuOf(["--input-type=module", "-e", FLOOR], dir));
    figures.push(cpuOf([MAIN, "validate", "--dir", dir], dir));
  }
  rmSync(dir, { recursive: true });
  const [figure, floor] = [median(figures), median(floors)];
  console.log(
    `validate ${size}: ${figure.toFixed(2)} s, bare parse ${floor.toFixed(2)} s, ratio ${(figure / floor).toFixed(2)} (goal ≤ ${GOAL})`,
  );
}
