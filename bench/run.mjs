/** Runs the benchmarks that are named, or all: `node bench/run.mjs [NAME…]`. Needs a build. */
import { spawnSync } from "node:child_process";
import { argv, execPath } from "node:process";
import { fileURLToPath } from "node:url";

const ALL = "start validate live plan large pace serve targets ledger history".split(" ");

const chosen = argv.slice(2);
for (const name of chosen.length > 0 ? chosen : ALL) {
  if (!ALL.includes(name)) throw new Error(`There is no benchmark ${name}; there are ${ALL.join(", ")}.`);
  console.log(`\n${name}`);
  const { status } = spawnSync(execPath, [fileURLToPath(new URL(`${name}.mjs`, import.meta.url))], {
    stdio: "inherit",
  });
  if (status !== 0) process.exitCode = 1;
}
