import { fileURLToPath } from "node:url";
import type { Metafile } from "esbuild";
import { build } from "esbuild";
import { describe, expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** What the command line as a whole is made of, whatever its words are. */
const START = ["src/cli/main.ts", "src/cli/start.ts"];

describe("at the start", () => {
  test("`--help` loads 40 files at most", async () => {
    const loaded = await loadedWith(START);
    expect(loaded).toContain("src/cli/program.ts");
    expect(loaded.length).toBeLessThanOrEqual(40);
  });

  test("`validate` needs no client for HTTP, nothing of GitHub's toolkit, and compiles no schema", async () => {
    const loaded = await loadedWith([...START, "src/cli/commands/validate.ts", "src/cli/failures.ts"]);
    expect(loaded).toContain("src/desired/load.ts");
    expect(loaded.filter((file) => /axios|undici|@actions|ajv/.test(file))).toEqual([]);
  });

  test("`validate` of sound YAML loads nothing about plans, and of two parsers the quick one", async () => {
    const loaded = await loadedWith([...START, "src/cli/commands/validate.ts"]);
    const known = ["src/report/impact/formats.ts", "src/plan/guards/allowable.ts"];
    const others = loaded.filter((file) => /src\/(plan|report)\/|node_modules\/yaml\//.test(file));
    expect(others).toEqual(known);
  });
});

/** The files that are loaded together with these: all but what is imported later. */
async function loadedWith(entries: readonly string[]): Promise<string[]> {
  const { metafile } = await build({
    ...{ absWorkingDir: ROOT, entryPoints: [...entries], outdir: "unwritten", write: false, metafile: true },
    ...{ bundle: true, splitting: true, format: "esm", platform: "node", logLevel: "silent" },
  });
  const found = new Set<string>();
  for (const entry of entries) addImports(entry, metafile, found);
  return [...found];
}

function addImports(file: string, metafile: Metafile, found: Set<string>): void {
  if (found.has(file)) return;
  found.add(file);
  for (const { path, kind, external } of metafile.inputs[file]?.imports ?? []) {
    if (kind !== "dynamic-import" && external !== true) addImports(path, metafile, found);
  }
}
