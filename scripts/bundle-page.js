/** Bundles src/page/client into bundle.js, beside the module that reads it: in src/ for tests, and in dist/. */
import { mkdir, rename, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** Writes bundle.js into each folder; at once, so that who reads it meanwhile finds a whole file. */
export async function bundlePage(folders) {
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
  const module = `export const SCRIPT = ${JSON.stringify(script)};\nexport const STYLE = ${JSON.stringify(style)};\n`;
  for (const folder of folders) {
    const file = `${ROOT}${folder}/bundle.js`;
    await mkdir(`${ROOT}${folder}`, { recursive: true });
    await writeFile(`${file}.${process.pid}`, module);
    await rename(`${file}.${process.pid}`, file);
  }
}

/** For vitest: tests need no build. */
export default async function setup() {
  await bundlePage(["src/page"]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundlePage(["src/page", "dist/page"]);
