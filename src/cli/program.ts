/** Every command with its options, in one place; what a command does is loaded when it is called. */
import { readFileSync } from "node:fs";
import { Command, Option } from "commander";
import { IMPACT_ENDINGS, IMPACT_FORMATS } from "../report/impact/formats.ts";
import type { ApplyCommandOptions } from "./commands/apply.ts";
import type { DemoOptions } from "./commands/demo.ts";
import type { DoctorCommandOptions } from "./commands/doctor.ts";
import { DOCTOR_FORMATS } from "./commands/doctor-formats.ts";
import type { DriftOptions } from "./commands/drift.ts";
import type { ExplainCommandOptions } from "./commands/explain.ts";
import { EXPLAIN_FORMATS } from "./commands/explain-formats.ts";
import type { ImportOptions } from "./import-text.ts";
import type { PlanCommandOptions } from "./commands/plan.ts";
import { PLAN_FORMATS } from "./commands/plan-formats.ts";
import type { ReportOptions } from "./commands/report.ts";
import type { SandboxCommandOptions } from "./commands/sandbox.ts";
import type { SearchCommandOptions } from "./commands/search.ts";
import { SEARCH_FORMATS } from "./commands/search-formats.ts";
import type { ServeOptions } from "./commands/serve.ts";
import type { TargetsOptions } from "./commands/targets.ts";
import type { ValidateOptions } from "./commands/validate.ts";
import {
  allowOption,
  detailedExitCodeOption,
  dirOption,
  noLedgerOption,
  remoteOption,
  sandboxOption,
  targetOption,
  wholeNumber,
} from "./options.ts";
import type { Terminal } from "./terminal.ts";

const { version: VERSION } = JSON.parse(
  readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
) as { readonly version: string };

type Action<O> = (options: O, terminal: Terminal) => Promise<number>;

/** The commands; each calls `done` with its exit code. */
export function createProgram(terminal: Terminal, done: (exitCode: number) => void): Command {
  /** Runs an action with the options that commander has checked. */
  const run = async <O>(load: () => Promise<Action<O>>, options: O): Promise<void> => {
    const action = await load();
    done(await action(options, terminal));
  };

  const program = new Command("genesys-skills")
    .description("Keeps the routing skills of Genesys Cloud organisations in git.")
    .version(VERSION)
    .helpCommand(false)
    .showHelpAfterError("Run with --help for what there is.")
    .configureOutput({
      writeOut: (text) => {
        terminal.out(text);
      },
      writeErr: (text) => {
        terminal.err(text);
      },
    })
    .exitOverride()
    .addHelpText("after", ENVIRONMENT);

  program
    .command("validate")
    .description("check the YAML, offline")
    .addOption(dirOption())
    .addOption(targetOption())
    .addHelpText("after", examples("validate", "validate --dir config/skills"))
    .action((options: ValidateOptions) =>
      run(async () => (await import("./commands/validate.ts")).validate, options),
    );

  program
    .command("plan")
    .description("show what an apply would change, and change nothing")
    .addOption(dirOption())
    .addOption(targetOption())
    .addOption(sandboxOption())
    .option("--offline", "estimate from the ledger, without credentials or network")
    .addOption(noLedgerOption())
    .addOption(remoteOption())
    .addOption(new Option("--format <format>", "how to print it").choices(PLAN_FORMATS).default("text"))
    .option("--out <file>", "also write the plan to a file that apply takes")
    .option(
      "--impact <file>",
      `also write what it means for each skill, as ${IMPACT_ENDINGS}; may be given several times`,
      (file: string, files: readonly string[] | undefined) => [...(files ?? []), file],
    )
    .option("--name-everyone", "in that report, also name users that the YAML doesn't name")
    .addOption(allowOption())
    .addOption(detailedExitCodeOption())
    .option("--comment", "show it in a comment on the pull request of this run")
    .addHelpText("after", examples("plan --sandbox", "plan --out plan.json", "plan --format markdown"))
    .action((options: PlanCommandOptions) =>
      run(async () => (await import("./commands/plan.ts")).planCommand, options),
    );

  program
    .command("apply")
    .description("carry a plan out: the one in FILE, or a fresh one that is shown first")
    .argument("[file]", "a plan file; only what it holds is applied")
    .addOption(dirOption())
    .addOption(targetOption())
    .addOption(sandboxOption())
    .option("--yes", "apply without asking")
    .option("--reviewed", "hold back what takes away or overwrites and is in no merged pull request's plan")
    .option("--comment", "write the result to the pull requests that were merged")
    .option("--take-over", "go on though another apply seems to be at work")
    .addOption(noLedgerOption())
    .addOption(remoteOption())
    .addOption(allowOption())
    .addHelpText("after", examples("apply --sandbox", "apply plan.json --yes"))
    .action((file: string | undefined, options: ApplyCommandOptions) =>
      run(async () => (await import("./commands/apply.ts")).applyCommand, {
        ...options,
        ...(file && { file }),
      }),
    );

  program
    .command("drift")
    .description("show what someone changed by hand since the last apply")
    .addOption(dirOption())
    .addOption(targetOption())
    .addOption(sandboxOption())
    .addOption(remoteOption())
    .addOption(detailedExitCodeOption())
    .option("--issue", "keep an issue on GitHub about it")
    .addHelpText("after", examples("drift", "drift --target production --detailed-exitcode"))
    .action((options: DriftOptions) =>
      run(async () => (await import("./commands/drift.ts")).driftCommand, options),
    );

  program
    .command("import")
    .description("write YAML for an organisation as it is, and change nothing there")
    .addOption(dirOption())
    .addOption(targetOption())
    .addOption(sandboxOption())
    .addHelpText("after", IMPORT_HELP)
    .addHelpText("after", examples("import", "import --dir adopted --sandbox", "import --target production"))
    .action((options: ImportOptions) =>
      run(async () => (await import("./commands/import.ts")).importCommand, options),
    );

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
      run(async () => (await import("./commands/explain.ts")).explainCommand, { ...options, name }),
    );

  program
    .command("doctor")
    .description("say what is missing for plan and apply to work and be safe, and what to do; change nothing")
    .addOption(dirOption())
    .addOption(targetOption())
    .addOption(sandboxOption())
    .addOption(remoteOption())
    .addOption(new Option("--format <format>", "how to print it").choices(DOCTOR_FORMATS).default("text"))
    .addHelpText("after", examples("doctor", "doctor --target production", "doctor --sandbox"))
    .action((options: DoctorCommandOptions) =>
      run(async () => (await import("./commands/doctor.ts")).doctorCommand, options),
    );

  program
    .command("targets")
    .description("list the targets, offline")
    .addOption(dirOption())
    .option("--json", "as a GitHub workflow's matrix")
    .addHelpText("after", examples("targets", "targets --json"))
    .action((options: TargetsOptions) =>
      run(async () => (await import("./commands/targets.ts")).targetsCommand, options),
    );

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
      run(async () => (await import("./commands/report.ts")).reportCommand, options),
    );

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
      run(async () => (await import("./commands/search.ts")).searchCommand, { ...options, query }),
    );

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
      run(async () => (await import("./commands/serve.ts")).serveCommand, options),
    );

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
      run(async () => (await import("./commands/sandbox.ts")).sandboxCommand, options),
    );

  program
    .command("demo")
    .description("the whole story in one go, on a sandbox: validate, plan, apply, plan again")
    .addOption(new Option("--api <api>", "the kind of API").choices(["cloud", "profiles"]).default("cloud"))
    .addHelpText("after", examples("demo", "demo --api profiles"))
    .action((options: DemoOptions) => run(async () => (await import("./commands/demo.ts")).demo, options));

  return program;
}

function examples(...commands: readonly string[]): string {
  const lines = commands.map((command) => `  $ genesys-skills ${command}`);
  return `\nExamples:\n${lines.join("\n")}\n`;
}

const IMPORT_HELP = `
It writes into an empty folder, with --target into that target's, and never over a file. Planning what it wrote
shows no changes. Users who hold the same skills share a profile: two who hold exactly the same, or three (in a
large organisation a hundredth of all) who hold the same and more. All else stands with each skill, by e-mail.
`;

const ENVIRONMENT = `
Environment:
  GENESYS_CLIENT_ID, GENESYS_CLIENT_SECRET  the OAuth client (grant: client credentials)
  GENESYS_ENV                               the region's domain, by default mypurecloud.com
  GENESYS_API_URL, GENESYS_LOGIN_URL        other hosts in place of the region's
  GENESYS_SKILLS_TOKEN                      the bearer token that serve asks for
  HTTPS_PROXY, NO_PROXY, NO_COLOR           as usual

Exit codes: 0 success, 1 failure, 2 there are changes (with --detailed-exitcode),
            3 refused by a guard, 4 not what was reviewed

Examples:
  $ genesys-skills demo
  $ genesys-skills plan --sandbox
  $ genesys-skills apply plan.json
`;
