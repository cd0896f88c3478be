/** The table of commands: help texts, options and actions. The code of a command is loaded when it is called. */
import type { Command } from "commander";
import { Argument, Option } from "commander";
import { IMPACT_ENDINGS, IMPACT_FORMATS } from "../report/impact/formats.ts";
import type { ServeOptions } from "./commands/serve.ts";
import { atOption, parseDay } from "./day.ts";
import { sandboxHelp } from "./sandbox-help.ts";
import {
  ALL_TARGETS,
  ALLOW,
  collect,
  DETAILED_EXIT_CODE,
  dirOption,
  formatOption,
  NO_LEDGER,
  ORGANISATION,
  REMOTE,
  SANDBOX,
  TARGET,
  TARGETS,
  wholeNumber,
} from "./options.ts";
import type { Terminal } from "./terminal.ts";

/** Runs a command and returns the exit code. */
type Action<O> = (options: O, terminal: Terminal, context: ProgramContext) => Promise<number>;

/** The program, for a command that runs or describes other commands. */
export interface ProgramContext {
  readonly program: Command;
  /** Runs a command line, without the program's name, and returns its exit code. */
  readonly run: (words: readonly string[], terminal: Terminal) => Promise<number>;
}

export interface CommandSyntax {
  readonly name: string;
  readonly does: string;
  /** The action gets its value as an option with the argument's name. */
  readonly argument?: Argument;
  readonly options: readonly Option[];
  /** Text after the options in the help. */
  readonly help?: string;
  readonly examples: readonly string[];
  /** For a command that runs once for each of several targets: its kind of result. */
  readonly finds?: "changes" | "facts";
  /** The action's options must match `options`. */
  readonly load: () => Promise<Action<never>>;
}

const option = (flags: string, does: string): Option => new Option(flags, does);
const API = option("--api <api>", "the kind of API").choices(["cloud", "profiles"]).default("cloud");
const HOST = option("--host <host>", "where to listen").default("127.0.0.1");
const port = (number: number): Option =>
  option("--port <port>", "where to listen; 0 for any free port")
    .default(number)
    .argParser(wholeNumber(0, 65_535));

/** The commands by the heading in the help. Created for each command line, because the default of `--dir` depends on the working directory. */
export function listCommands(): Readonly<Record<string, readonly CommandSyntax[]>> {
  const DIR = dirOption();
  return {
    "Start:": [
      {
        name: "doctor",
        does: "check what plan and apply need, and say how to fix it; change nothing",
        options: [DIR, TARGET, ...ORGANISATION, REMOTE, formatOption("text", "json")],
        examples: ["doctor", "doctor --target production", "doctor --sandbox"],
        load: async () => (await import("./commands/doctor.ts")).doctorCommand,
      },
      {
        name: "init",
        does: "set up a repository: files for the YAML, workflows and an editor",
        options: [
          option("--dir <folder>", "the folder for the YAML").default("skills"),
          option("--example", "write the example instead of starter files"),
          option("--action <owner/name@commit>", "the action that the workflows run"),
          option("--ghes", "leave out what GitHub Enterprise Server does not support"),
        ],
        help: "\nRun it at the root of a repository. It creates files and never changes an existing one.",
        examples: ["init", "init --example", "init --dir config/skills"],
        load: async () => (await import("./commands/init.ts")).initCommand,
      },
      {
        name: "import",
        does: "write YAML for an organisation or a spreadsheet, and change nothing there",
        options: [
          ...[DIR, TARGET, ...ORGANISATION, REMOTE],
          option(
            "--only <name...>",
            "only the users of a division, department or group, or these users",
          ).conflicts("csv"),
          option("--no-profiles", "propose no profiles: write every skill as a line of its user"),
          option("--csv <file>", "read a spreadsheet instead of the organisation"),
        ],
        help: `
It writes what the YAML lacks into new files and never changes a file; a second
run adds only what is missing by then. A plan of the written files shows no
changes. Three or more users with exactly the same skills become a profile.

A spreadsheet has a column email, and either a column for each skill with
proficiencies or a column skills with values such as Billing:4,Web Chat:3.
Without credentials it is checked only against the YAML.`,
        examples: ["import", "import --only Billing", "import --csv agents.csv"],
        load: async () => (await import("./commands/import.ts")).importCommand,
      },
      {
        name: "validate",
        does: "check the YAML, offline",
        options: [DIR, TARGETS, ALL_TARGETS, atOption("to come"), formatOption("text", "json", "github")],
        examples: ["validate", "validate --dir config/skills", "validate --format json"],
        load: async () => (await import("./commands/validate.ts")).validateCommand,
      },
      {
        name: "fmt",
        does: "put the YAML into one order and style; comments stay",
        options: [DIR, option("--check", "write nothing; fail if a file would change")],
        examples: ["fmt", "fmt --check"],
        load: async () => (await import("./commands/fmt.ts")).fmtCommand,
      },
      {
        name: "targets",
        does: "list the targets; ask no organisation",
        options: [
          ...[DIR, REMOTE, option("--json", "as a GitHub workflow's matrix")],
          option(
            "--due",
            "list only targets with a change that is due by a date, from the YAML and the ledger",
          ),
        ],
        examples: ["targets", "targets --json", "targets --due --json"],
        load: async () => (await import("./commands/targets.ts")).targetsCommand,
      },
      {
        name: "schemas",
        does: "write the JSON Schemas, so that an editor completes and explains the YAML",
        options: [option("--out <folder>", "where to write them").default("schemas")],
        examples: ["schemas", "schemas --out config/schemas"],
        load: async () => (await import("./commands/schemas.ts")).schemasCommand,
      },
      {
        name: "completion",
        does: "print a script that completes commands and options in a shell",
        argument: new Argument("<shell>", "the shell").choices(["bash", "zsh", "fish"]),
        options: [],
        help: `
bash:  genesys-skills completion bash > ~/.local/share/bash-completion/completions/genesys-skills
zsh:   source <(genesys-skills completion zsh), in ~/.zshrc after compinit
fish:  genesys-skills completion fish > ~/.config/fish/completions/genesys-skills.fish`,
        examples: ["completion bash"],
        load: async () => (await import("./commands/completion.ts")).completionCommand,
      },
    ],
    "Change:": [
      {
        name: "plan",
        does: "show what an apply would change, and change nothing",
        options: [
          ...[DIR, TARGETS, ALL_TARGETS, ...ORGANISATION],
          option("--offline", "estimate from the ledger, without credentials or network"),
          ...[
            atOption("to come").conflicts(["out", "comment"]),
            NO_LEDGER,
            REMOTE,
            formatOption("text", "markdown", "json"),
          ],
          option("--only <name...>", "show only changes for these skills or users").conflicts("out"),
          option("--quiet", "show changes and refusals, and only count the notes"),
          option("--out <file>", "also write the plan to a file that apply takes"),
          option(
            "--impact <file>",
            `also write its impact on each skill, as ${IMPACT_ENDINGS}; may be given several times`,
          ).argParser(collect),
          option("--name-everyone", "in that report, also name users who are not in the YAML"),
          ...[ALLOW, DETAILED_EXIT_CODE],
          option("--comment", "show it in a comment on the pull request of this run"),
        ],
        examples: ["plan --sandbox", "plan --out plan.json", 'plan --only "Billing Tier 1"'],
        finds: "changes",
        load: async () => (await import("./commands/plan.ts")).planCommand,
      },
      {
        name: "apply",
        does: "apply a plan: the one in FILE, or a fresh one that is shown first",
        argument: new Argument("[file]", "a plan file; only its changes are applied"),
        options: [
          ...[DIR, TARGET, ...ORGANISATION],
          option("--yes", "apply without asking"),
          option("--reviewed", "apply only removals and overwrites that a merged pull request's plan showed"),
          option("--comment", "write the result to the pull requests that were merged"),
          option(
            "--scheduled",
            "apply only changes that are due by a date in the YAML that was applied last; no review or guard is asked",
          ).conflicts(["reviewed", "comment", "file", "ledger", "allow"]),
          option(
            "--take-over",
            "replace another apply, after fifteen seconds; the outcome of its requests stays unknown",
          ),
          option("--no-wait", "refuse if another apply is running, instead of waiting for it"),
          ...[NO_LEDGER, REMOTE, ALLOW],
        ],
        examples: ["apply --sandbox", "apply plan.json --yes"],
        load: async () => (await import("./commands/apply.ts")).applyCommand,
      },
      {
        name: "drift",
        does: "show what was changed manually since the last apply",
        options: [
          ...[DIR, TARGETS, ALL_TARGETS, ...ORGANISATION, REMOTE, DETAILED_EXIT_CODE],
          option("--issue", "keep a GitHub issue about it up to date"),
        ],
        examples: ["drift", "drift --target production --detailed-exitcode"],
        finds: "changes",
        load: async () => (await import("./commands/drift.ts")).driftCommand,
      },
    ],
    "Look:": [
      {
        name: "explain",
        does: "show who has a skill, or what a user has, and why",
        argument: new Argument("<name>", "a skill, a user's e-mail, or a profile"),
        options: [DIR, TARGET, ...ORGANISATION, REMOTE, atOption("any"), formatOption("text", "json")],
        examples: ["explain Refunds", "explain ann@example.com", "explain Refunds --at 2026-10-03"],
        load: async () => (await import("./commands/explain.ts")).explainCommand,
      },
      {
        name: "history",
        does: "show what a skill or a user gained and lost, when, why and by which commit; read only the ledger",
        argument: new Argument("<name>", "a skill, or a user's e-mail, id or name"),
        options: [
          ...[DIR, TARGET, SANDBOX, REMOTE],
          option("--since <day>", "the first day to show, such as 2026-11-27").argParser(parseDay),
          formatOption("text", "json", "csv"),
        ],
        examples: ["history Refunds", "history ann@example.com --since 2026-10-01 --format csv"],
        load: async () => (await import("./commands/history.ts")).historyCommand,
      },
      {
        name: "search",
        does: "find skills by name, profile or description, with how many users hold each",
        argument: new Argument("<query>", "what to look for; case, accents and one typo make no difference"),
        options: [
          ...[DIR, TARGET, ...ORGANISATION, REMOTE],
          option("--page <number>", "the page").default(1).argParser(wholeNumber(1, 1_000_000)),
          option("--size <number>", "skills on a page").default(25).argParser(wholeNumber(1, 100)),
          formatOption("text", "json"),
        ],
        examples: ["search billing", "search spanish --format json"],
        load: async () => (await import("./commands/search.ts")).searchCommand,
      },
      {
        name: "report",
        does: "show each skill with its profiles and how many users hold it",
        options: [
          ...[DIR, TARGETS, ALL_TARGETS, ...ORGANISATION, atOption("any")],
          option("--format <format>", "how to print it").choices(IMPACT_FORMATS),
          option("--out <file>", "write it to a file; the ending chooses the format"),
          option(
            "--matrix",
            "as csv with a row for each user and a column for each skill; import --csv reads it",
          ),
        ],
        examples: ["report", "report --out skills.html", "report --matrix --out skills.csv"],
        finds: "facts",
        load: async () => (await import("./commands/report.ts")).reportCommand,
      },
      {
        name: "serve",
        does: "serve a page and an API to look up skills, holders and coverage",
        options: [
          ...[DIR, TARGET, ...ORGANISATION, REMOTE, HOST, port(8000)],
          option("--refresh <seconds>", "how long to wait before reading the organisation again")
            .default(300)
            .argParser(wholeNumber(60, 86_400)),
          option(
            "--token <token>",
            "require this bearer token; to hide it from other users of this machine, set GENESYS_SKILLS_TOKEN instead",
          ),
        ],
        examples: ["serve --sandbox", "serve --port 9000 --refresh 900"],
        load: async () => {
          const { serveCommand } = await import("./commands/serve.ts");
          return (options: ServeOptions, terminal) => serveCommand(options, terminal);
        },
      },
    ],
    "Try:": [
      {
        name: "demo",
        does: "run validate, plan, apply and drift on a sandbox, with an example",
        options: [API],
        examples: ["demo", "demo --api profiles"],
        load: async () => (await import("./commands/demo.ts")).demo,
      },
      {
        name: "sandbox",
        does: "serve a sandbox organisation over HTTP, for experiments",
        options: [
          ...[API, HOST, port(8080)],
          option("--seed <file>", "a JSON file to fill the organisation with"),
          option("--state <file>", "keep the data in this file between runs"),
          option("--faults <list>", "faults to simulate, as name=value,name=value; see the list below"),
          option("--requests-per-minute <number>", "its rate limit; 0 for none").argParser(
            wholeNumber(0, 1_000_000),
          ),
        ],
        help: sandboxHelp(),
        examples: ["sandbox", "sandbox --api profiles --port 9000 --state org.json"],
        load: async () => (await import("./commands/sandbox.ts")).sandboxCommand,
      },
    ],
  };
}
