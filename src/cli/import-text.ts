/** What an import has done, for people: what was read and written, what wasn't, and what to do next. */
import type { ImportDraft } from "../import/draft.ts";
import { leftOutWords, namesSomebody, sortLeftOut } from "../import/left-out.ts";
import type { ImportFile } from "../import/render.ts";
import type { Sheet } from "../import/sheet.ts";
import type { Desired, Live } from "../model.ts";
import { alignColumns } from "../report/words.ts";
import { count, printable } from "../text.ts";
import type { TargetOptions } from "./options.ts";
import type { Terminal } from "./terminal.ts";

/** Where to write, from what, and for whom. */
export interface ImportOptions extends TargetOptions {
  /** A spreadsheet to read in place of the organisation. */
  readonly csv?: string;
  /** Divisions, departments, groups, e-mails or ids. Default: everybody. */
  readonly only?: readonly string[];
  /** False with `--no-profiles`. Default true. */
  readonly profiles?: boolean;
}

/** Where the files go, and what is there already. */
export interface Destination {
  /** The YAML that counts there; empty where there is none. */
  readonly desired: Desired;
  /** As people type it. */
  readonly folder: string;
  /** It is the folder of a target, whose name the credentials carry. */
  readonly isNamed: boolean;
  /** The file of this folder's own settings, where there is one. */
  readonly settingsFile?: string;
  /** Files above the target's folder apply to it too. */
  readonly isShared: boolean;
  /** The folder of the schemas as seen from the destination; absent where there is none. */
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
    ["Left out, and so left as it is in Genesys Cloud", leftOutLines(summary, terminal)],
    ["Next", nextLines(summary)],
  ];
  const sections = parts
    .filter(([, lines]) => lines.length > 0)
    .map(([title, lines]) => [bold(title), ...lines.map((line) => `  ${line}`)].join("\n"));
  const end = summary.files.length > 0 ? [OURS] : [];
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
      ? `Nothing is missing: the YAML says all that ${sheet ? "the spreadsheet" : "the organisation"} holds.`
      : `Written down: ${added.join(", ")}. Nothing was changed in the organisation.`,
    ...(live?.view === "limited" ? ["The credentials see only some divisions; the others are missing."] : []),
    ...(sheet && sheet.ignored.length > 0
      ? [`Columns that say nothing of skills: ${printable(sheet.ignored.join(", "))}.`]
      : []),
  ].join("\n");
}

function writtenLines({ draft, files, live, destination }: ImportSummary): string[] {
  const named = files.map(({ name, about }) => [printable(`${destination.folder}/${name}`), about]);
  const proposed = count(draft.profiles.length, "profile");
  const alone = draft.people.filter(({ profiles }) => profiles.length === 0).length;
  const about =
    live?.dialect === "profiles"
      ? `${proposed}: routing profiles. Genesys doesn't say who has one: whoever holds all of its skills was taken for a member.`
      : `${proposed} proposed: at least three users hold exactly these skills.`;
  return [
    ...alignColumns(named).map((line) => line.trimEnd()),
    ...(draft.profiles.length > 0 ? [about] : []),
    ...(draft.profiles.length > 0 && alone > 0
      ? [`${count(alone, "user has", "users have")} no profile; all their skills are lines of their own.`]
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
    proposes ? "Read the files, and give the profiles the names that you use." : "Read the files.",
    isShared
      ? `${planCommand(options)}: what the files for all targets ask for beyond this is planned too.`
      : sheet
        ? `${planCommand(options)}: it shows what the spreadsheet changes.`
        : `${planCommand(options)}: it shows no changes, and how much becomes ours.`,
    `git add ${printable(folder)}, commit, and push or merge it: the next apply takes it over.`,
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

const OURS =
  "From the first apply on, all that these files name is ours: taking a line out of them then takes the skill away from people.";
