/**
 * Bundles the GitHub action into action/index.js, or into the file that the first argument names. With `--check`
 * nothing is written, and a bundle that is not fresh is an error.
 */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { generate } from "./generate.js";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const [given = "action/index.js"] = process.argv.slice(2);
const isCheck = given === "--check";
const OUT = resolve(ROOT, isCheck ? "action/index.js" : given);

// Some packages are CommonJS and call require for Node's own modules.
const REQUIRE = `import { createRequire } from "node:module";\nconst require = createRequire(import.meta.url);`;

/** @actions/core asks for tokens of GitHub's OIDC provider with a client of 400 kB that nothing here uses. */
function withoutHttpClient() {
  return {
    name: "without-http-client",
    setup(build) {
      build.onResolve({ filter: /^@actions\/http-client/ }, ({ path }) => ({ path, namespace: "left-out" }));
      build.onLoad({ filter: /.*/, namespace: "left-out" }, () => ({
        contents: "export class HttpClient {}\nexport class BearerCredentialHandler {}\n",
      }));
    },
  };
}

await generate(["src"]);
const { outputFiles } = await build({
  absWorkingDir: ROOT,
  entryPoints: ["src/cli/action-main.ts"],
  outfile: OUT,
  bundle: true,
  write: !isCheck,
  platform: "node",
  target: "node24",
  format: "esm",
  banner: { js: REQUIRE },
  // Names stay, for the stack in the report of a bug.
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: "none",
  charset: "utf8",
  plugins: [withoutHttpClient()],
});

if (outputFiles && readFileSync(OUT, "utf8") !== outputFiles[0]?.text) {
  console.error("action/index.js is not what src/ makes. Run `npm run bundle` and commit it.");
  process.exitCode = 1;
}
