/** The organisation with which the demo and `--sandbox` begin: a contact centre as somebody left it. */
import data from "./seed.json" with { type: "json" };
import type { Seed } from "./seed-shape.ts";

export const exampleSeed = data as Seed;
