/**
 * Makes the modules that no TypeScript is the source of: page/bundle.js from src/page/client, and
 * desired/validators.js from schemas/. Each stands beside the module that reads it: in src/ for tests, and in dist/.
 */
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import standalone from "ajv/dist/standalone/index.js";
import { build } from "esbuild";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** Writes the modules below each folder; each at once, so that who reads it meanwhile finds a whole file. */
export async function generate(folders) {
  const modules = { "page/bundle.js": await bundlePage(), "desired/validators.js": await compileSchemas() };
  for (const folder of folders) {
    for (const [name, text] of Object.entries(modules)) {
      const file = `${ROOT}${folder}/${name}`;
      await mkdir(dirname(file), { recursive: true });
      await writeFile(`${file}.${process.pid}`, text);
      await rename(`${file}.${process.pid}`, file);
    }
  }
}

async function bundlePage() {
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: ["src/page/client/main.ts", "src/page/client/style.css"],
    outdir: "bundle",
    bundle: true,
    write: false,
    minify: true,
    format: "iife",
    target: ["es2022", "chrome109", "firefox115", "safari16"],
    legalComments: "none",
    charset: "utf8",
  });
  const textOf = (ending) => outputFiles.find(({ path }) => path.endsWith(ending)).text.trim();
  const [script, style] = [textOf(".js"), textOf(".css")];
  if (/<\/(script|style)/i.test(script + style)) throw new Error("The bundle would end its own element.");
  return `export const SCRIPT = ${JSON.stringify(script)};\nexport const STYLE = ${JSON.stringify(style)};\n`;
}

/** The validators of the YAML as code: to compile them at each run was a large part of what `validate` took. */
async function compileSchemas() {
  const code = { source: true, esm: true };
  const ajv = new Ajv2020({ allErrors: true, verbose: true, strict: true, strictRequired: true, code });
  // What editors show in place of the pattern or the type.
  for (const keyword of ["patternErrorMessage", "errorMessage"])
    ajv.addKeyword({ keyword, schemaType: "string" });
  for (const name of ["skills", "settings"])
    ajv.addSchema(JSON.parse(await readFile(`${ROOT}schemas/${name}.schema.json`, "utf8")), name);
  const contents = standalone.default(ajv, { skills: "skills", settings: "settings" });
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: ROOT },
    bundle: true,
    write: false,
    minify: true,
    format: "esm",
    platform: "node",
    target: "node20",
    legalComments: "none",
    charset: "utf8",
  });
  return outputFiles[0].text;
}

/** For vitest: tests need no build. */
export default async function setup() {
  await generate(["src"]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await generate(["src", "dist"]);
