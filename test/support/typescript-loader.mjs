// Lets Node itself run the source, for a thread that vitest doesn't start: `--import` this file.
import { register } from "node:module";

const HOOKS = `
import { readFile } from "node:fs/promises";
import ts from ${JSON.stringify(import.meta.resolve("typescript"))};

export async function load(url, context, next) {
  if (!url.endsWith(".ts")) return next(url, context);
  const { outputText } = ts.transpileModule(await readFile(new URL(url), "utf8"), {
    compilerOptions: { module: "esnext", target: "es2023", verbatimModuleSyntax: true },
  });
  return { format: "module", shortCircuit: true, source: outputText };
}
`;
register(`data:text/javascript,${encodeURIComponent(HOOKS)}`);
