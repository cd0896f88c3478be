/** Files that come with the program: schemas and the example. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/**
 * The path of a file of this package, such as `schemas/plan.schema.json`. The program runs from `dist/`, from `src/`
 * and as one bundle in `action/`, so the package is the nearest parent folder with a package.json.
 */
export function packageFile(name: string): string {
  let folder = new URL("./", import.meta.url);
  while (!existsSync(new URL("package.json", folder))) folder = new URL("../", folder);
  return fileURLToPath(new URL(name, folder));
}
