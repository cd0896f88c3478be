/** What shows an organisation, and changes nothing. */
import type { Command } from "commander";
import { Option } from "commander";
import { IMPACT_FORMATS } from "../../report/impact/formats.ts";
import { EXPLAIN_FORMATS } from "../commands/explain-formats.ts";
import type { ExplainCommandOptions } from "../commands/explain.ts";
import type { ReportOptions } from "../commands/report.ts";
import { SEARCH_FORMATS } from "../commands/search-formats.ts";
import type { SearchCommandOptions } from "../commands/search.ts";
import type { ServeOptions } from "../commands/serve.ts";
import { dirOption, remoteOption, sandboxOption, targetOption, wholeNumber } from "../options.ts";
import { examples } from "./examples.ts";
import type { Run } from "./run.ts";

/** Adds the commands under "Look". */
export function addLookCommands(program: Command, run: Run): void {
  program.commandsGroup("Look:");
  addExplain(program, run);
  addSearch(program, run);
  addReport(program, run);
  addServe(program, run);
}

function addExplain(program: Command, run: Run): void {
  program
    .command("explain")
    .description("say who has a skill, or what a user has, and why")
    .argument("<name>", "a skill, a user's e-mail, or a profile")
    .addOption(dirOption())
    .addOption(targetOption())
    .addOption(sandboxOption())
    .addOption(remoteOption())
    .addOption(new Option("--format <format>", "how to print it").choices(EXPLAIN_FORMATS).default("text"))
    .addHelpText("after", examples("explain Refunds", "explain ann@example.com"))
    .action((name: string, options: ExplainCommandOptions) =>
      run(async () => (await import("../commands/explain.ts")).explainCommand, { ...options, name }),
    );
}

function addSearch(program: Command, run: Run): void {
  program
    .command("search")
    .description("find skills by name, profile or description, with how many users hold each")
    .argument("<query>", "what to look for; case, accents and one typo make no difference")
    .addOption(dirOption())
    .addOption(targetOption())
    .addOption(sandboxOption())
    .addOption(remoteOption())
    .addOption(new Option("--page <number>", "the page").default(1).argParser(wholeNumber(1, 1_000_000)))
    .addOption(new Option("--size <number>", "skills on a page").default(25).argParser(wholeNumber(1, 100)))
    .addOption(new Option("--format <format>", "how to print it").choices(SEARCH_FORMATS).default("text"))
    .addHelpText("after", examples("search billing", "search spanish --format json"))
    .action((query: string, options: SearchCommandOptions) =>
      run(async () => (await import("../commands/search.ts")).searchCommand, { ...options, query }),
    );
}

function addReport(program: Command, run: Run): void {
  program
    .command("report")
    .description("show each skill with its profiles and how many users hold it")
    .addOption(dirOption())
    .addOption(targetOption())
    .addOption(sandboxOption())
    .addOption(new Option("--format <format>", "how to print it").choices(IMPACT_FORMATS))
    .option("--out <file>", "write it to a file, in the format that its name asks for")
    .addHelpText("after", examples("report", "report --out skills.html", "report --format csv"))
    .action((options: ReportOptions) =>
      run(async () => (await import("../commands/report.ts")).reportCommand, options),
    );
}

function addServe(program: Command, run: Run): void {
  program
    .command("serve")
    .description("serve a page and an API to look up skills, holders and coverage")
    .addOption(dirOption())
    .addOption(targetOption())
    .addOption(sandboxOption())
    .addOption(remoteOption())
    .option("--host <host>", "where to listen", "127.0.0.1")
    .addOption(
      new Option("--port <port>", "where to listen; 0 for any free port")
        .default(8000)
        .argParser(wholeNumber(0, 65_535)),
    )
    .addOption(
      new Option("--refresh <seconds>", "how long to wait before reading the organisation again")
        .default(300)
        .argParser(wholeNumber(60, 86_400)),
    )
    .option(
      "--token <token>",
      "ask every request for this bearer token; others on this machine can read it here, and not in GENESYS_SKILLS_TOKEN",
    )
    .addHelpText("after", examples("serve --sandbox", "serve --port 9000 --refresh 900"))
    .action((options: ServeOptions) =>
      run(async () => (await import("../commands/serve.ts")).serveCommand, options),
    );
}
