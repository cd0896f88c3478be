/** What an import has done, for people: what was read and written, what wasn't, and what to do next. */
import type { Destination } from "../import/destination.ts";
import type { ImportDraft } from "../import/draft.ts";
import { leftOutWords, namesSomebody } from "../import/left-out.ts";
import type { Rendered } from "../import/render.ts";
import type { Live } from "../model.ts";
import { alignColumns } from "../report/explain/why.ts";
import { count, printable } from "../text.ts";
import type { TargetOptions } from "./options.ts";
import type { Terminal } from "./terminal.ts";

/** Where to write, and from which organisation. */
export type ImportOptions = Pick<TargetOptions, "dir" | "target" | "sandbox">;

export interface ImportFacts {
  readonly options: ImportOptions;
  readonly draft: ImportDraft;
  readonly rendered: Rendered;
  readonly live: Live;
  readonly destination: Destination;
}

export function importText(facts: ImportFacts, terminal: Pick<Terminal, "paint" | "isShared">): string {
  const { bold } = terminal.paint;
  const parts: [string, readonly string[]][] = [
    ["Written", writtenLines(facts)],
    ["Left out, and so left as it is in Genesys Cloud", leftOutLines(facts, terminal)],
    ["Next", nextLines(facts)],
  ];
  const sections = parts
    .filter(([, lines]) => lines.length > 0)
    .map(([title, lines]) => [bold(title), ...lines.map((line) => `  ${line}`)].join("\n"));
  return `${[headline(facts), ...sections, OURS].join("\n\n")}\n`;
}

function headline({ options, draft, live, destination }: ImportFacts): string {
  const { name, id } = live.organization;
  const read = [
    count(live.skills.entities.length, "skill"),
    count(draft.users, "user"),
    count(draft.assignments, "assignment"),
  ];
  const lines = [
    `Target ${options.sandbox ? "sandbox" : destination.target}: ${printable(name || id)} (${live.dialect} API)`,
    `${read.join(", ")}. Nothing was changed there.`,
  ];
  if (live.view === "limited") lines.push("The credentials see only some divisions; the others are missing.");
  return lines.join("\n");
}

function writtenLines({ draft, rendered, live, destination }: ImportFacts): string[] {
  const files = rendered.files.map(({ name, about }) => [printable(`${destination.folder}/${name}`), about]);
  const found =
    live.dialect === "cloud"
      ? "Profiles were found: users who hold the same skills share one; import --help says when."
      : "The routing profiles were taken over; whoever holds all skills of one was taken for a member.";
  const alone = `${count(draft.withoutProfile, "user has", "users have")} no profile; all their skills are lines of their own.`;
  return [...alignColumns(files).map((line) => line.trimEnd()), ...(draft.users > 0 ? [found, alone] : [])];
}

const SHOWN = 10;

function leftOutLines({ rendered }: ImportFacts, { isShared }: Pick<Terminal, "isShared">): string[] {
  const shown = rendered.leftOut.filter((left) => !isShared || !namesSomebody(left)).slice(0, SHOWN);
  const more = rendered.leftOut.length - shown.length;
  const lines = shown.map((left) => `- ${leftOutWords(left)}`);
  return more > 0 ? [...lines, `- ${more} more; the first file of the skills names them.`] : lines;
}

function nextLines({ live, destination, draft, options }: ImportFacts): string[] {
  const { folder, settings, settingsFile, isShared } = destination;
  const steps = [
    ...(settingsFile !== undefined && settings.organization === undefined
      ? [`Add to ${printable(settingsFile)}: organization: ${printable(live.organization.id)}`]
      : []),
    ...(live.dialect === "cloud" && draft.profiles.length > 0
      ? ["Read the files, and give the profiles the names that you use."]
      : ["Read the files."]),
    isShared
      ? `${planCommand(options)}: what the files for all targets ask for beyond this is planned too.`
      : `${planCommand(options)}: it shows no changes, and how much becomes ours.`,
    `git add ${printable(folder)}, commit, and open a pull request; merging it applies it.`,
  ];
  return steps.map((step, at) => `${at + 1}. ${step}`);
}

function planCommand({ dir, target, sandbox }: ImportOptions): string {
  const words = [
    ...(dir === "skills" ? [] : ["--dir", printable(dir)]),
    ...(target === undefined ? [] : ["--target", target]),
    ...(sandbox ? ["--sandbox", ...(sandbox === "cloud" ? [] : [sandbox])] : []),
  ];
  return ["genesys-skills plan", ...words].join(" ");
}

const OURS =
  "From the first apply on, all that these files name is ours: taking a line out of them then takes the skill away from people.";
