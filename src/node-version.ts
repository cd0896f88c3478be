/** The version of Node.js that the program needs. Old versions must be able to run this file. */

/** The version in package.json's `engines`. */
const NEEDED_NODE = "20.19";

/** The sentence for a version that is too old, such as `18.19.0`; null for one that is new enough. */
export function explainOldNode(version: string): string | null {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [neededMajor = 0, neededMinor = 0] = NEEDED_NODE.split(".").map(Number);
  if (major > neededMajor || (major === neededMajor && minor >= neededMinor)) return null;
  return (
    "genesys-skills needs Node.js " +
    NEEDED_NODE +
    " or later, and this is " +
    version +
    ". Install a newer one from https://nodejs.org."
  );
}
