#!/usr/bin/env node
// An old Node.js must be able to read this file and its imports: everything else is loaded later.
import { explainOldNode } from "../node-version.ts";

const words = explainOldNode(process.versions.node);
if (words === null) {
  void import("./start.ts").then(({ start }) => start());
} else {
  process.stderr.write(words + "\n");
  process.exitCode = 1;
}
// An interrupted run may still wait, for example minutes for a git process.
if (process.exitCode === 130 || process.exitCode === 143) process.exit();
