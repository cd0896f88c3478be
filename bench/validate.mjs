/** The CPU of `validate` beside that of a bare parse of the same files by `yaml`. Needs a build. */
import { inFolder, interleave, MAIN, printHead, printRow, runNode, rounds } from "./measure.mjs";
import { makeOrganisation, SIZES, writeFiles } from "./organisation.mjs";

const ROUNDS = rounds(5);
const BARE = `
import { readdirSync, readFileSync } from "node:fs";
import { parse } from "yaml";
for (const name of readdirSync(process.env.BENCH_DIR)) parse(readFileSync(process.env.BENCH_DIR + "/" + name, "utf8"));
`;

printHead(Object.keys(SIZES));
for (const size of Object.keys(SIZES)) {
  await inFolder(async (folder) => {
    writeFiles(folder, makeOrganisation(size));
    const { figure, floor } = await interleave(ROUNDS, {
      floor: () => runNode(["--input-type=module", "-e", BARE], { env: { BENCH_DIR: folder } }).cpu,
      figure: () => runNode([MAIN, "validate", "--dir", folder]).cpu,
    });
    printRow({ name: `\`validate\` ${size}`, figure, floor, unit: "s", most: 0.8 });
  });
}
