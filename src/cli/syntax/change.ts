/** What compares a repository with its organisation, and carries it over. */
import type { Command } from "commander";
import { Option } from "commander";
import { IMPACT_ENDINGS } from "../../report/impact/formats.ts";
import type { ApplyCommandOptions } from "../commands/apply.ts";
import type { DriftOptions } from "../commands/drift.ts";
import { PLAN_FORMATS } from "../commands/plan-formats.ts";
import type { PlanCommandOptions } from "../commands/plan.ts";
import {
  allowOption,
  detailedExitCodeOption,
  dirOption,
  noLedgerOption,
  remoteOption,
  sandboxOption,
  targetOption,
} from "../options.ts";
import { examples } from "./examples.ts";
import type { Run } from "./run.ts";

/** Adds the commands under "Change". */
export function addChangeCommands(program: Command, run: Run): void {
  program.commandsGroup("Change:");
  addPlan(program, run);
  addApply(program, run);
  addDrift(program, run);
}

function addPlan(program: Command, run: Run): void {
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
      run(async () => (await import("../commands/plan.ts")).planCommand, options),
    );
}

function addApply(program: Command, run: Run): void {
  program
    .command("apply")
    .description("carry a plan out: the one in FILE, or a fresh one that is shown first")
    .argument("[file]", "a plan file; only what it holds is applied")
    .addOption(dirOption())
    .addOption(targetOption())
    .addOption(sandboxOption())
    .option("--yes", "apply without asking")
    .option("--reviewed", "apply only removals and overwrites that a merged pull request's plan showed")
    .option("--comment", "write the result to the pull requests that were merged")
    .option("--take-over", "go on at once in the place of another apply; what that one sent stays unsettled")
    .option("--no-wait", "refuse where another apply is running, rather than wait for it")
    .addOption(noLedgerOption())
    .addOption(remoteOption())
    .addOption(allowOption())
    .addHelpText("after", examples("apply --sandbox", "apply plan.json --yes"))
    .action((file: string | undefined, options: ApplyCommandOptions) =>
      run(async () => (await import("../commands/apply.ts")).applyCommand, {
        ...options,
        ...(file && { file }),
      }),
    );
}

function addDrift(program: Command, run: Run): void {
  program
    .command("drift")
    .description("show what somebody changed manually since the last apply")
    .addOption(dirOption())
    .addOption(targetOption())
    .addOption(sandboxOption())
    .addOption(remoteOption())
    .addOption(detailedExitCodeOption())
    .option("--issue", "keep an issue on GitHub about it")
    .addHelpText("after", examples("drift", "drift --target production --detailed-exitcode"))
    .action((options: DriftOptions) =>
      run(async () => (await import("../commands/drift.ts")).driftCommand, options),
    );
}
