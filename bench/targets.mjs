/**
 * 50 targets that share the YAML of S, beside one: `validate`, `targets`, and plans of all of them in one process.
 * Every target has its own file, and all have the same organisation. Needs a build.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  inFolder,
  interleave,
  MAIN,
  printHead,
  printRow,
  runNode,
  startOrganisation,
  rounds,
} from "./measure.mjs";
import { makeOrganisation, range, sandboxSeed, writeFiles } from "./organisation.mjs";

const TARGETS = 50;
const ROUNDS = rounds(3);

async function main(folder) {
  printHead(["S"]);
  const organisation = makeOrganisation("S");
  const made = await startOrganisation(sandboxSeed(organisation));
  const env = {};
  for (const [variable, value] of Object.entries(made.env)) {
    for (const name of namesOf(TARGETS))
      env[`${variable}_${name.toUpperCase().replaceAll("-", "_")}`] = value;
  }
  const [one, many] = [1, TARGETS].map((count) =>
    writeTargets(join(folder, `of-${count}`), organisation, count),
  );
  const runIn = (cwd, ...words) => runNode([MAIN, ...words], { cwd, env, countsMemory: true });
  for (const words of [["validate", "--all-targets"], ["targets"]]) {
    const { figure, floor } = await interleave(ROUNDS, {
      floor: () => runIn(one, ...words).cpu,
      figure: () => runIn(many, ...words).cpu,
    });
    printRow({ name: `\`${words.join(" ")}\`, ${TARGETS} targets`, figure, floor, unit: "s", most: 1.5 });
  }
  const plan = ["plan", "--all-targets", "--no-ledger"];
  const measured = [];
  for (const folder of [one, many]) {
    await made.requests();
    const run = runIn(folder, ...plan);
    measured.push({ ...run, requests: (await made.requests()).length });
  }
  made.close();
  const [floor, figure] = measured;
  const name = `\`${plan.join(" ")}\`, ${TARGETS} targets`;
  printRow({ name: `${name}: CPU`, figure: figure.cpu, floor: floor.cpu, unit: "s", most: 12 });
  printRow({ name: `${name}: memory`, figure: figure.peak, floor: floor.peak, unit: "MB", most: 2 });
  const requests = { figure: figure.requests, floor: floor.requests * TARGETS };
  printRow({ name: `${name}: requests`, ...requests, unit: "requests", most: 1 });
}

function namesOf(count) {
  return range(count).map((number) => `site-${number}`);
}

function writeTargets(folder, organisation, count) {
  const dir = join(folder, "skills");
  writeFiles(dir, organisation);
  for (const name of namesOf(count)) {
    mkdirSync(join(dir, "targets", name), { recursive: true });
    writeFileSync(join(dir, "targets", name, "own.yaml"), `skills:\n  - name: Skill of ${name}\n`);
  }
  writeFileSync(join(dir, "settings.yaml"), "requests_per_minute: 10000\n");
  return folder;
}

await inFolder(main);
