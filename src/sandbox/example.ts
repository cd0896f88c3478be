/** The organisation that the demo and `--sandbox` begin with: a contact centre as somebody left it. */

import data from "./seed.json" with { type: "json" };
import type { Seed } from "./seed.ts";
import { validateSeed } from "./seed.ts";

export const exampleSeed: Seed = validateSeed(data);
