/** The CPU of reading an organisation beside that of bare HTTP and JSON.parse of the same answers. Needs a build. */
import { argv } from "node:process";
import { connect } from "../dist/genesys/connect.js";
import { readLive } from "../dist/live/read.js";
import {
  cpuOf,
  fetchBare,
  interleave,
  printHead,
  printRow,
  runJob,
  startOrganisation,
  rounds,
} from "./measure.mjs";
import { makeOrganisation, sandboxSeed, SIZES } from "./organisation.mjs";

const ROUNDS = rounds(5);

async function main() {
  printHead(Object.keys(SIZES));
  for (const size of Object.keys(SIZES)) {
    const made = await startOrganisation(sandboxSeed(makeOrganisation(size)));
    const job = (name, ...more) => runJob("live.mjs", name, size, JSON.stringify(made.credentials), ...more);
    job("read");
    const asked = (await made.requests()).filter(({ method }) => method === "GET").map(({ path }) => path);
    const { figure, floor } = await interleave(ROUNDS, {
      floor: () => job("bare", JSON.stringify(asked)),
      figure: () => job("read"),
    });
    made.close();
    printRow({ name: `reading live ${size}, ${asked.length} requests`, figure, floor, unit: "s", most: 1.5 });
  }
}

const JOBS = {
  /** Asks for no more than what a plan of the organisation's YAML asks for. */
  async read(size, credentials) {
    const { groups, users } = makeOrganisation(size);
    const connection = await connect({ credentials, requestsPerMinute: 1e6 });
    const wanted = {
      ...{ groups: groups.map(({ name }) => name), ledgerGroups: [] },
      ...{ users: users.map(({ email }) => email), ledgerUsers: [], ledgerSkills: [] },
    };
    return cpuOf(() => readLive(connection, wanted));
  },
  bare(_, credentials, paths) {
    const answers = [];
    return cpuOf(() => fetchBare(credentials, paths, (text) => answers.push(JSON.parse(text))));
  },
};

const [, , job, size, ...rest] = argv;
if (job === undefined) await main();
else {
  console.log(await JOBS[job](size, ...rest.map((text) => JSON.parse(text))));
  // Connections are kept open.
  process.exit();
}
