/** What runs without an organisation. */
import type { Command } from "commander";
import { Option } from "commander";
import type { DemoOptions } from "../commands/demo.ts";
import type { SandboxCommandOptions } from "../commands/sandbox.ts";
import { wholeNumber } from "../options.ts";
import { examples } from "./examples.ts";
import type { Run } from "./run.ts";

/** Adds the commands under "Try". */
export function addTryCommands(program: Command, run: Run): void {
  program.commandsGroup("Try:");
  addDemo(program, run);
  addSandbox(program, run);
}

function addDemo(program: Command, run: Run): void {
  program
    .command("demo")
    .description("the whole story in one go, on a sandbox: validate, plan, apply, plan again")
    .addOption(new Option("--api <api>", "the kind of API").choices(["cloud", "profiles"]).default("cloud"))
    .addHelpText("after", examples("demo", "demo --api profiles"))
    .action((options: DemoOptions) => run(async () => (await import("../commands/demo.ts")).demo, options));
}

function addSandbox(program: Command, run: Run): void {
  program
    .command("sandbox")
    .description("serve a sandbox organisation over HTTP, to try things on")
    .addOption(new Option("--api <api>", "the kind of API").choices(["cloud", "profiles"]).default("cloud"))
    .option("--host <host>", "where to listen", "127.0.0.1")
    .addOption(
      new Option("--port <port>", "where to listen; 0 for any free port")
        .default(8080)
        .argParser(wholeNumber(0, 65_535)),
    )
    .option("--seed <file>", "a JSON file to fill the organisation with")
    .option("--state <file>", "keep the data in this file between runs")
    .option("--faults <list>", "what shall go wrong, as name=value,name=value")
    .addOption(
      new Option("--requests-per-minute <number>", "its rate limit; 0 for none").argParser(
        wholeNumber(0, 1_000_000),
      ),
    )
    .addHelpText("after", examples("sandbox", "sandbox --api profiles --port 9000 --state org.json"))
    .action((options: SandboxCommandOptions) =>
      run(async () => (await import("../commands/sandbox.ts")).sandboxCommand, options),
    );
}
