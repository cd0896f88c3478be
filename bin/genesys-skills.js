#!/usr/bin/env node
// A clone has no dist/ before it is built. npx keeps a link to this file, so it has to be there from the beginning.
import { existsSync } from "node:fs";

const main = new URL("../dist/cli/main.js", import.meta.url);
if (existsSync(main)) {
  void import(main.href);
} else {
  process.stderr.write("This clone is not built yet. Run: npm ci && npm run build\n");
  process.exitCode = 1;
}
