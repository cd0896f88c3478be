/** The command line as a whole; what a command does is loaded when it is called. */
import { readFileSync } from "node:fs";
import { Command } from "commander";
import { addChangeCommands } from "./syntax/change.ts";
import { addLookCommands } from "./syntax/look.ts";
import type { Run } from "./syntax/run.ts";
import { addStartCommands } from "./syntax/start.ts";
import { addTryCommands } from "./syntax/try.ts";
import type { Terminal } from "./terminal.ts";

const { version: VERSION } = JSON.parse(
  readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
) as { readonly version: string };

/** The commands; each calls `done` with its exit code. */
export function createProgram(terminal: Terminal, done: (exitCode: number) => void): Command {
  const run: Run = async (load, options) => {
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

  addStartCommands(program, run);
  addChangeCommands(program, run);
  addLookCommands(program, run);
  addTryCommands(program, run);
  return program;
}

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
