#!/usr/bin/env node
// An old Node.js must be able to read this file and what it imports at the top: all else is loaded later.
import { explainOldNode } from "../node-version.ts";

const words = explainOldNode(process.versions.node);
if (words === null) {
  void import("./start.ts").then(({ start }) => start());
} else {
  process.stderr.write(words + "\n");
  process.exitCode = 1;
}
// What an interrupted run was waiting for, a child of git say, may take minutes.
if (process.exitCode === 130 || process.exitCode === 143) process.exit();
