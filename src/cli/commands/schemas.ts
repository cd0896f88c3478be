/** `schemas`: writes the JSON Schemas of the program into a repository. */
import { copyFile, mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { packageFile } from "../../package-files.ts";
import { Failure } from "../../problem.ts";
import type { Terminal } from "../terminal.ts";

interface SchemasOptions {
  /** The folder to write them to; created if missing. */
  readonly out: string;
}

/** Replaces the schemas that an earlier version wrote. Throws Failure CANNOT_WRITE. */
export async function schemasCommand({ out }: SchemasOptions, terminal: Terminal): Promise<number> {
  const names = (await readdir(packageFile("schemas")))
    .filter((name) => name.endsWith(".schema.json"))
    .sort();
  try {
    await mkdir(out, { recursive: true });
    for (const name of names) await copyFile(packageFile(`schemas/${name}`), join(out, name));
  } catch (error) {
    throw new Failure({
      code: "CANNOT_WRITE",
      message: `The schemas could not be written to ${out}: ${error instanceof Error ? error.message : String(error)}`,
      hint: "Give --out a folder that you may write to.",
    });
  }
  terminal.show(`Written to ${out}: ${names.join(", ")}.\n`);
  return 0;
}
