/** What scripts/generate.js makes of the schemas of the YAML: a function for each that says whether a value fits. */
import type { ValidateFunction } from "ajv/dist/2020.js";

export const skills: ValidateFunction;
export const settings: ValidateFunction;
