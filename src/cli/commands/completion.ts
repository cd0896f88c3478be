/** `completion`: a completion script for a shell, made from the table of commands. */
import type { Command, Option } from "commander";
import { ALLOW_CODES } from "../options.ts";
import type { ProgramContext } from "../syntax.ts";
import type { Terminal } from "../terminal.ts";

interface CompletionOptions {
  readonly shell: "bash" | "zsh" | "fish";
}

export function completionCommand(
  { shell }: CompletionOptions,
  terminal: Terminal,
  { program }: ProgramContext,
): Promise<number> {
  terminal.out(`${SCRIPTS[shell](program.commands).join("\n")}\n`);
  return Promise.resolve(0);
}

type Script = (commands: readonly Command[]) => string[];

const SCRIPTS: Readonly<Record<CompletionOptions["shell"], Script>> = {
  bash: bashScript,
  // zsh runs bash completions with bashcompinit.
  zsh: (commands) => ["autoload -U +X bashcompinit && bashcompinit", ...bashScript(commands)],
  fish: fishScript,
};

/** Every option has a long name. */
function flagOf({ long }: Option): string {
  return long ?? "";
}

/** The values of an option with a closed list; else empty. */
function choicesOf(option: Option): readonly string[] {
  return option.argChoices ?? (flagOf(option) === "--allow" ? ALLOW_CODES : []);
}

function optionsOf(command: Command): readonly Option[] {
  return command.createHelp().visibleOptions(command);
}

function argumentChoices(command: Command): readonly string[] {
  return command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []);
}

// ── bash ─────────────────────────────────────────────────────────────────────────────────────────────

function bashScript(commands: readonly Command[]): string[] {
  const values = commands.flatMap((command) =>
    optionsOf(command)
      .filter(({ required }) => required)
      .map((option) => {
        const choices = choicesOf(option);
        // A value without choices may be a file.
        const from = choices.length > 0 ? `-W "${choices.join(" ")}"` : "-f";
        return `    "${command.name()} ${flagOf(option)}") COMPREPLY=($(compgen ${from} -- "$current")); return ;;`;
      }),
  );
  const words = commands.map((command) => {
    const flags = [...optionsOf(command).map(flagOf), ...argumentChoices(command)];
    return `    ${command.name()}) words="${flags.join(" ")}" ;;`;
  });
  return [
    "# bash completion of genesys-skills",
    "_genesys_skills() {",
    '  local current="${COMP_WORDS[COMP_CWORD]}" command="${COMP_WORDS[1]}" words',
    '  case "$command ${COMP_WORDS[COMP_CWORD-1]}" in',
    ...values,
    "  esac",
    '  [ "$COMP_CWORD" -eq 1 ] && command=""',
    '  case "$command" in',
    `    "") words="${commands.map((command) => command.name()).join(" ")} --help --version" ;;`,
    ...words,
    "  esac",
    '  COMPREPLY=($(compgen -W "$words" -- "$current"))',
    '  [ "$command" = apply ] && COMPREPLY+=($(compgen -f -- "$current"))',
    "}",
    "complete -o filenames -F _genesys_skills genesys-skills",
  ];
}

// ── fish ─────────────────────────────────────────────────────────────────────────────────────────────

function fishScript(commands: readonly Command[]): string[] {
  const complete = "complete -c genesys-skills";
  const names = commands.map((command) => command.name()).join(" ");
  return [
    "# fish completion of genesys-skills",
    `${complete} -f`,
    ...commands.map(
      (command) =>
        `${complete} -n ${quote(`not __fish_seen_subcommand_from ${names}`)} -a ${command.name()} -d ${quote(command.description())}`,
    ),
    ...commands.flatMap((command) => {
      const after = `${complete} -n ${quote(`__fish_seen_subcommand_from ${command.name()}`)}`;
      const choices = argumentChoices(command);
      return [
        ...optionsOf(command).map((option) => `${after} ${fishOption(option)}`),
        ...(choices.length > 0 ? [`${after} -a ${quote(choices.join(" "))}`] : []),
        ...(command.name() === "apply" ? [`${after} -F`] : []),
      ];
    }),
  ];
}

function fishOption(option: Option): string {
  const choices = choicesOf(option);
  const value = !option.required ? "" : choices.length > 0 ? ` -x -a ${quote(choices.join(" "))}` : " -r -F";
  return `-l ${flagOf(option).slice(2)} -d ${quote(option.description.replace(/\. .*/, ""))}${value}`;
}

/** Quotes for a shell. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
