/** The organisation of the demo and `--sandbox`: a contact centre that was managed manually. */
import data from "./seed.json" with { type: "json" };
import type { Seed } from "./seed-shape.ts";

export const exampleSeed = data as Seed;
