/** The names of variables in a file `.env`. */
import { nearest } from "../text.ts";

const NAMES = [
  "GENESYS_CLIENT_ID",
  "GENESYS_CLIENT_SECRET",
  "GENESYS_ENV",
  "GENESYS_API_URL",
  "GENESYS_LOGIN_URL",
  "GENESYS_SKILLS_TOKEN",
];

/**
 * A sentence for each of `names` that begins with GENESYS and that the program does not read, with the nearest name.
 * The variables of the vendor's Terraform provider begin with GENESYSCLOUD_.
 */
export function unknownVariables(file: string, names: readonly string[]): string[] {
  const isKnown = (name: string): boolean =>
    NAMES.some((known) => name === known || name.startsWith(`${known}_`));
  const unknown = names.filter((name) => /^GENESYS(?!CLOUD_)/iu.test(name) && !isKnown(name));
  return unknown.map((name) => {
    const meant = nearestKnown(name);
    const hint = meant === undefined ? `The names are ${NAMES.join(", ")}.` : `Did you mean ${meant}?`;
    return `${file}: ${name} is not a variable of this program. ${hint}`;
  });
}

/** Compares the first parts of the name, first with names of as many parts; the rest is the name of a target. */
function nearestKnown(name: string): string | undefined {
  const parts = name.split("_");
  for (const isAlike of [true, false]) {
    for (const end of [3, 2]) {
      const known = NAMES.filter((one) => !isAlike || one.split("_").length === end);
      const meant = nearest(parts.slice(0, end).join("_"), known);
      if (meant !== undefined) return [meant, ...parts.slice(end)].join("_");
    }
  }
  return undefined;
}
