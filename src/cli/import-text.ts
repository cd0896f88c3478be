/** The result of an import as text: what was read and written, what was left out, and what to do next. */
import type { ImportDraft } from "../import/draft.ts";
import { leftOutWords, namesSomebody, sortLeftOut } from "../import/left-out.ts";
import type { ImportFile } from "../import/render.ts";
import type { Sheet } from "../import/sheet.ts";
import type { Desired, Live } from "../model.ts";
import { alignColumns } from "../report/words.ts";
import { count, printable } from "../text.ts";
import type { TargetOptions } from "./options.ts";
import type { Terminal } from "./terminal.ts";

/** The options of an import. */
export interface ImportOptions extends TargetOptions {
  /** A spreadsheet to read instead of the organisation. */
  readonly csv?: string;
  /** Divisions, departments, groups, e-mails or ids. Default: everybody. */
  readonly only?: readonly string[];
  /** False with `--no-profiles`. Default true. */
  readonly profiles?: boolean;
}

/** The folder for the files, and what it contains already. */
export interface Destination {
  /** Its YAML; empty if there is none. */
  readonly desired: Desired;
  /** As a user types it. */
  readonly folder: string;
  /** Whether it is the folder of a target, with the target's name in the credentials' variables. */
  readonly isNamed: boolean;
  /** The file with this folder's own settings, if any. */
  readonly settingsFile?: string;
  /** Files above the target's folder apply to it too. */
  readonly isShared: boolean;
  /** The path from the destination to the schemas; absent if there are none. */
  readonly schemas?: string;
}

export interface ImportSummary {
  readonly options: ImportOptions;
  readonly draft: ImportDraft;
  readonly files: readonly ImportFile[];
  /** Absent for a spreadsheet without credentials. */
  readonly live: Live | undefined;
  readonly destination: Destination;
  readonly sheet: Sheet | undefined;
}

export function importText(summary: ImportSummary, terminal: Pick<Terminal, "paint" | "isShared">): string {
  const { bold } = terminal.paint;
  const parts: [string, readonly string[]][] = [
    ["Written", writtenLines(summary)],
    ["Left out, so it stays as it is in Genesys Cloud", leftOutLines(summary, terminal)],
    ["Next", nextLines(summary)],
  ];
  const sections = parts
    .filter(([, lines]) => lines.length > 0)
    .map(([title, lines]) => [bold(title), ...lines.map((line) => `  ${line}`)].join("\n"));
  const end = summary.files.length > 0 ? [MANAGED_NOTE] : [];
  return `${[headline(summary), ...sections, ...end].join("\n\n")}\n`;
}

function headline({ options, draft, files, live, destination, sheet }: ImportSummary): string {
  const target = options.sandbox ? "sandbox" : destination.desired.target;
  const organisation =
    live && `${printable(live.organization.name || live.organization.id)} (${live.dialect} API)`;
  const assignments = draft.people.reduce((sum, { adds }) => sum + adds.size, 0);
  const added = [
    count(draft.skills.length, "skill"),
    count(draft.people.length, "user"),
    count(assignments, "assignment"),
  ];
  const isEmpty = draft.skills.length + draft.profiles.length + draft.people.length === 0;
  return [
    `Target ${target}: ${organisation ?? "checked against the YAML alone, without credentials"}`,
    isEmpty && files.length === 0
      ? `Nothing is missing: the YAML has everything in ${sheet ? "the spreadsheet" : "the organisation"}.`
      : `Added to the YAML: ${added.join(", ")}. Nothing was changed in the organisation.`,
    ...(live?.view === "limited" ? ["The credentials see only some divisions; the others are missing."] : []),
    ...(sheet && sheet.ignored.length > 0
      ? [`Columns that are not about skills: ${printable(sheet.ignored.join(", "))}.`]
      : []),
  ].join("\n");
}

function writtenLines({ draft, files, live, destination }: ImportSummary): string[] {
  const named = files.map(({ name, about }) => [printable(`${destination.folder}/${name}`), about]);
  const proposed = count(draft.profiles.length, "profile");
  const alone = draft.people.filter(({ profiles }) => profiles.length === 0).length;
  const about =
    live?.dialect === "profiles"
      ? `${proposed}: routing profiles. Genesys doesn't list their members, so users with all skills of one count as its members.`
      : `${proposed} proposed: at least three users hold exactly these skills.`;
  return [
    ...alignColumns(named).map((line) => line.trimEnd()),
    ...(draft.profiles.length > 0 ? [about] : []),
    ...(draft.profiles.length > 0 && alone > 0
      ? [`${count(alone, "user has", "users have")} no profile; each of their skills has its own line.`]
      : []),
  ];
}

const SHOWN = 10;

function leftOutLines({ draft, files }: ImportSummary, { isShared }: Pick<Terminal, "isShared">): string[] {
  const all = sortLeftOut(draft.leftOut);
  const shown = all.filter((left) => !isShared || !namesSomebody(left)).slice(0, SHOWN);
  const more = all.length - shown.length;
  const where = files.find(({ name }) => name.startsWith("skills"))?.name;
  const lines = shown.map((left) => `- ${leftOutWords(left)}`);
  return more > 0
    ? [...lines, `- ${more} more${where === undefined ? "" : `; ${where} names them`}.`]
    : lines;
}

function nextLines({ live, files, destination, draft, options, sheet }: ImportSummary): string[] {
  const { folder, desired, settingsFile, isShared } = destination;
  if (files.length === 0) return [];
  const proposes = live?.dialect === "cloud" && draft.profiles.length > 0;
  const steps = [
    ...(live && settingsFile !== undefined && desired.settings.organization === undefined
      ? [`Add to ${printable(settingsFile)}: organization: ${printable(live.organization.id)}`]
      : []),
    proposes ? "Read the files, and give the profiles your own names." : "Read the files.",
    isShared
      ? `${planCommand(options)}: the plan includes the files for all targets.`
      : sheet
        ? `${planCommand(options)}: it shows what the spreadsheet changes.`
        : `${planCommand(options)}: it shows no changes, and how much will be managed.`,
    `git add ${printable(folder)}, commit, and push or merge it: from the next apply on it is managed.`,
  ];
  return steps.map((step, at) => `${at + 1}. ${step}`);
}

function planCommand({ dir, target, sandbox }: ImportOptions): string {
  const words = [
    ...(dir === "skills" ? [] : ["--dir", printable(dir)]),
    ...(target === undefined ? [] : ["--target", target]),
    ...(sandbox ? ["--sandbox", ...(sandbox === "cloud" ? [] : [sandbox])] : []),
  ];
  return ["npx genesys-skills plan", ...words].join(" ");
}

const MANAGED_NOTE =
  "From the first apply on, everything in these files is managed: if you remove a line, the next apply removes the skill from its users.";
