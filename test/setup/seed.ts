/** Properties draw the same cases at every run, so that a run that passed passes again; SEED=… or SEED=random draws others. */
import fc from "fast-check";

const { SEED = "20261124" } = process.env;
const seed = SEED === "random" ? Math.trunc(Math.random() * 2 ** 31) : Number(SEED);
if (!Number.isInteger(seed)) throw new Error(`SEED is a whole number or "random", not "${SEED}".`);

fc.configureGlobal({ seed });
