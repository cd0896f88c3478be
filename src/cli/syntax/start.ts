/** What sets a repository up. */
import type { Command } from "commander";
import { Option } from "commander";
import { DOCTOR_FORMATS } from "../commands/doctor-formats.ts";
import type { DoctorCommandOptions } from "../commands/doctor.ts";
import type { TargetsOptions } from "../commands/targets.ts";
import type { ValidateOptions } from "../commands/validate.ts";
import type { ImportOptions } from "../import-text.ts";
import { dirOption, remoteOption, sandboxOption, targetOption } from "../options.ts";
import { examples } from "./examples.ts";
import type { Run } from "./run.ts";

/** Adds the commands under "Start". */
export function addStartCommands(program: Command, run: Run): void {
  program.commandsGroup("Start:");
  addDoctor(program, run);
  addImport(program, run);
  addValidate(program, run);
  addTargets(program, run);
}

function addDoctor(program: Command, run: Run): void {
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
      run(async () => (await import("../commands/doctor.ts")).doctorCommand, options),
    );
}

function addImport(program: Command, run: Run): void {
  program
    .command("import")
    .description("write YAML for an organisation as it is, and change nothing there")
    .addOption(dirOption())
    .addOption(targetOption())
    .addOption(sandboxOption())
    .addHelpText("after", IMPORT_HELP)
    .addHelpText("after", examples("import", "import --dir adopted --sandbox", "import --target production"))
    .action((options: ImportOptions) =>
      run(async () => (await import("../commands/import.ts")).importCommand, options),
    );
}

function addValidate(program: Command, run: Run): void {
  program
    .command("validate")
    .description("check the YAML, offline")
    .addOption(dirOption())
    .addOption(targetOption())
    .addHelpText("after", examples("validate", "validate --dir config/skills"))
    .action((options: ValidateOptions) =>
      run(async () => (await import("../commands/validate.ts")).validate, options),
    );
}

function addTargets(program: Command, run: Run): void {
  program
    .command("targets")
    .description("list the targets, offline")
    .addOption(dirOption())
    .option("--json", "as a GitHub workflow's matrix")
    .addHelpText("after", examples("targets", "targets --json"))
    .action((options: TargetsOptions) =>
      run(async () => (await import("../commands/targets.ts")).targetsCommand, options),
    );
}

const IMPORT_HELP = `
It writes into an empty folder, with --target into that target's, and never over a file. Planning what it wrote
shows no changes. Users who hold the same skills share a profile: two who hold exactly the same, or three (in a
large organisation a hundredth of all) who hold the same and more. All else stands with each skill, by e-mail.`;
