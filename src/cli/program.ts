/** Builds the command line from the table of commands. */
import { readFileSync } from "node:fs";
import { Command } from "commander";
import { packageFile } from "../package-files.ts";
import type { CommandSyntax, ProgramContext } from "./syntax.ts";
import { listCommands } from "./syntax.ts";
import type { Terminal } from "./terminal.ts";

const { version: VERSION } = JSON.parse(readFileSync(packageFile("package.json"), "utf8")) as {
  readonly version: string;
};

/** The commands; each calls `done` with its exit code. `run` is for a command that runs others. */
export function createProgram(
  terminal: Terminal,
  done: (exitCode: number) => void,
  run: ProgramContext["run"],
): Command {
  const program = new Command("genesys-skills")
    .description("Keeps the routing skills of Genesys Cloud organisations in git.")
    .version(VERSION)
    .helpCommand(false)
    .showHelpAfterError("Run with --help for the commands and options.")
    .configureOutput({
      writeOut: (text) => {
        terminal.show(text);
      },
      writeErr: (text) => {
        terminal.err(text);
      },
      getOutHelpWidth: () => terminal.width ?? 80,
      getErrHelpWidth: () => terminal.width ?? 80,
    })
    .exitOverride()
    .addHelpText("after", ENVIRONMENT);
  for (const [group, commands] of Object.entries(listCommands())) {
    program.commandsGroup(group);
    for (const syntax of commands) addCommand({ program, run }, syntax, terminal, done);
  }
  return program;
}

function addCommand(
  context: ProgramContext,
  syntax: CommandSyntax,
  terminal: Terminal,
  done: (exitCode: number) => void,
): void {
  const { name, does, argument, help, examples, finds } = syntax;
  const lines = examples.map((line) => `  $ genesys-skills ${line}`);
  const command = context.program.command(name).description(does);
  if (argument) command.addArgument(argument);
  for (const option of syntax.options) command.addOption(option);
  if (help !== undefined) command.addHelpText("after", help);
  command.addHelpText("after", `\nExamples:\n${lines.join("\n")}\n`);
  command.action(async () => {
    const value: unknown = command.processedArgs[0];
    const options = {
      ...command.opts(),
      ...(argument && value !== undefined && { [argument.name()]: value }),
    };
    const action = await syntax.load();
    const stopTracing =
      options["debug"] === true ? (await import("./debug.ts")).traceRequests(terminal) : undefined;
    try {
      const act = (one: object): Promise<number> => action(one as never, terminal, context);
      const each = finds && (await import("./each-target.ts")).forEachTarget;
      done(await (each ? each(options, act, { terminal, finds }) : act(options)));
    } finally {
      stopTracing?.();
    }
  });
}

const ENVIRONMENT = `
Environment, also read from a file .env:
  GENESYS_CLIENT_ID       the OAuth client, with the grant client credentials,
  GENESYS_CLIENT_SECRET   and its secret
  GENESYS_ENV             the region's domain, by default mypurecloud.com
  GENESYS_API_URL         other hosts instead of the region's
  GENESYS_LOGIN_URL
  GENESYS_SKILLS_TOKEN    the bearer token that serve asks for
  HTTPS_PROXY, NO_PROXY   as usual; NO_COLOR too

Exit codes:
  0 success; 1 failure; 2 there are changes (with --detailed-exitcode)
  3 refused by a guard; 4 not what was reviewed; 130 and 143 stopped

Examples:
  $ genesys-skills demo
  $ genesys-skills plan --sandbox
  $ genesys-skills apply plan.json
`;
