/**
 * The CPU and the memory of whole commands at L, each a process of its own: with a ledger in git, and an organisation
 * that is as the YAML says. CPU is also that of git. `node bench/large.mjs plan drift` measures only these; needs a
 * build.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { argv } from "node:process";
import { openLedgerStore } from "../dist/ledger/store.js";
import { slugOf } from "../dist/text.js";
import {
  commitAll,
  git,
  inFolder,
  MAIN,
  median,
  printHead,
  printRow,
  runNode,
  startOrganisation,
  rounds,
} from "./measure.mjs";
import { ledgerOf, makeOrganisation, range, sandboxSeed, writeFiles } from "./organisation.mjs";

const ROUNDS = rounds(3);

async function main(folder) {
  const organisation = makeOrganisation("L");
  writeFiles(join(folder, "skills"), organisation);
  writeFileSync(join(folder, "skills", "settings.yaml"), "requests_per_minute: 10000\n");
  await recordLedger(folder, organisation);
  const made = await startOrganisation(sandboxSeed(organisation));
  const { name } = organisation.skills[0];
  const measured = [
    { words: ["plan"], most: 500, seconds: 4.5 },
    { words: ["drift"] },
    { words: ["import", "--dir", join(folder, "imported")] },
    { words: ["explain", name] },
    { words: ["search", "billing"] },
    ...["html", "csv", "markdown", "json"].map((format) => ({
      words: ["report", "--format", format, "--out", join(folder, `impact.${format}`)],
    })),
    { words: ["plan", "--impact", join(folder, "impact.html")] },
  ];
  printHead(["L"]);
  const chosen = argv.slice(2);
  const measure = ({ words, most = 600, seconds, after = "" }) => {
    const command = words.join(" ").replaceAll(`${folder}/`, "");
    if (chosen.length > 0 && !chosen.includes(words[0]) && !chosen.includes(command + after)) return;
    const runs = range(words.length === 1 ? ROUNDS : 1).map(() =>
      runNode([MAIN, ...words], { cwd: folder, env: made.env, countsMemory: true }),
    );
    const shown = `\`${command}\` at L${after}`;
    const [cpu, peak] = ["cpu", "peak"].map((one) => median(runs.map((run) => run[one])));
    printRow({ name: `${shown}: CPU`, figure: cpu, unit: "s", ...(seconds && { most: seconds }) });
    printRow({ name: `${shown}: memory`, figure: peak, unit: "MB", most });
  };
  measured.forEach(measure);
  // As on a pull request: the ledger's revision is not the one that is checked out.
  const file = join(folder, "skills", "users-1.yaml");
  const text = readFileSync(file, "utf8");
  const given = `      ${organisation.skills.at(-1).name}: 3\n`;
  const edits = {
    ", a commit that adds": text.replace("    skills:\n", (line) => line + given),
    ", a commit that takes away": text.replace(/^ {6}\S.*\n/m, ""),
  };
  for (const [after, edited] of Object.entries(edits)) {
    writeFileSync(file, edited);
    git(folder, "commit", "--all", "--quiet", "--message=Edit");
    measure({ words: ["plan"], after });
  }
  made.close();
}

async function recordLedger(folder, organisation) {
  const revision = commitAll(folder);
  const author = { name: "Bench", email: "bench@example.com" };
  const store = await openLedgerStore({ cwd: folder, target: "default", remote: null, author });
  const ledger = ledgerOf(organisation, { target: "default", slugOf, revision });
  await store.record(await store.read(), ledger, {
    revision,
    counts: { add: 0, change: 0, destroy: 0, move: 0 },
  });
}

await inFolder(main);
