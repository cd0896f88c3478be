/** The thread that reads in `search.mjs`; what it reads is made up. */
import { parentPort, workerData } from "node:worker_threads";
import { answerInThread } from "../dist/server/thread-side.js";
import { makeWorlds, toSnapshot } from "./organisation.mjs";

const { skills, users, assignments } = workerData;
await answerInThread(parentPort, () => Promise.resolve(toSnapshot(makeWorlds(skills, users, assignments))));
