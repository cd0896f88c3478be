#!/usr/bin/env node
import { run } from "./run.ts";
import { openTerminal } from "./terminal.ts";

const terminal = openTerminal(process);
process.exitCode = await run(process.argv.slice(2), terminal);
const lost = await terminal.lostOutput();
if (lost !== null) {
  terminal.err(`The output could not be written to its end: ${lost}.\n`);
  process.exitCode ||= 1;
}
