/** `schemas`: writes the JSON Schemas of the program into a repository. */
import { copyFile, mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { packageFile } from "../../package-files.ts";
import { orCannotWrite } from "../failures.ts";
import type { Terminal } from "../terminal.ts";

/** Replaces the schemas in the folder `out`, which is created if missing. Throws Failure CANNOT_WRITE. */
export async function schemasCommand({ out }: { readonly out: string }, terminal: Terminal): Promise<number> {
  const names = (await readdir(packageFile("schemas")))
    .filter((name) => name.endsWith(".schema.json"))
    .sort();
  const copies = mkdir(out, { recursive: true }).then(() =>
    Promise.all(names.map((name) => copyFile(packageFile(`schemas/${name}`), join(out, name)))),
  );
  const hint = "Give --out a folder that you may write to.";
  await orCannotWrite(copies, `The schemas could not be written to ${out}`, hint);
  terminal.show(`Written to ${out}: ${names.join(", ")}.\n`);
  return 0;
}
