/** `report`: each skill with its profiles and holders, before or after a plan. */
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { reportPage } from "../../page/page.ts";
import { Failure } from "../../problem.ts";
import type { Impact } from "../../report/impact/facts.ts";
import { impactOf } from "../../report/impact/impact.ts";
import type { ImpactFormat } from "../../report/impact/formats.ts";
import { formatOfFile, IMPACT_ENDINGS } from "../../report/impact/formats.ts";
import { renderImpact } from "../../report/impact/render.ts";
import { namedPeople } from "../../report/impact/words.ts";
import { skillMatrix } from "../../report/matrix.ts";
import type { Paint } from "../../report/paint.ts";
import type { PlannedRows } from "../../report/planned-rows.ts";
import { count } from "../../text.ts";
import type { TargetOptions } from "../options.ts";
import { openTarget, planTarget } from "../target.ts";
import { isPast } from "../day.ts";
import { showPast } from "../past.ts";
import type { Terminal } from "../terminal.ts";

interface ReportOptions extends TargetOptions {
  /** Default: by the ending of `out`, else text. */
  readonly format?: ImpactFormat;
  readonly out?: string;
  /** With csv: a row for each user and a column for each skill. Default false. */
  readonly matrix?: boolean;
  /** A day in the future uses the YAML, a day in the past the ledger. Default: today. */
  readonly at?: string;
}

/** The current organisation. Exit code 1 if a list could not be read completely, after printing the rest. */
export async function reportCommand(options: ReportOptions, terminal: Terminal): Promise<number> {
  if (options.at !== undefined && isPast(options.at)) return reportPast(options, options.at, terminal);
  const format = options.format ?? formatBy(options);
  if (options.matrix && format !== "csv") {
    throw new Failure({
      code: "UNKNOWN_FORMAT",
      message: `A matrix is written as csv, not as ${format}.`,
      hint: "Add --format csv, or leave out --matrix.",
    });
  }
  const planned = await planLive(options, terminal);
  const impact = impactOf(planned, { withPlan: false });
  if (options.matrix) {
    const matrix = skillMatrix(planned);
    if (options.out === undefined) terminal.out(matrix);
    else
      await writeReport(
        matrix,
        options.out,
        planned.rows.users.filter(({ user }) => user.skills.size > 0).length,
        terminal,
      );
  } else if (options.out === undefined) {
    const report = render(impact, format, terminal.paint);
    if (format === "text") terminal.show(report);
    else terminal.out(report);
  } else await writeImpact(impact, { file: options.out, format }, terminal);
  if (impact.incomplete.length === 0) return 0;
  terminal.err(`Not read completely, so the report may count too little: ${impact.incomplete.join(", ")}.\n`);
  return 1;
}

function reportPast(options: ReportOptions, day: string, terminal: Terminal): Promise<number> {
  if (options.out === undefined && !options.matrix) return showPast({ ...options, day }, terminal);
  throw new Failure({
    code: "NOT_OF_THE_PAST",
    message: "A report of a day in the past has no --out and no --matrix.",
    hint: "Use --format csv or json, and redirect it into a file.",
  });
}

function formatBy({ out, matrix }: ReportOptions): ImpactFormat {
  if (out !== undefined) return formatFor(out, "--format");
  return matrix ? "csv" : "text";
}

async function planLive(options: ReportOptions, terminal: Terminal): Promise<PlannedRows> {
  // A matrix needs no YAML, so that a new user can start with a spreadsheet.
  const isMatrixAlone = options.matrix === true && !existsSync(options.dir);
  const own = isMatrixAlone ? { ...options, mayBeNew: true, ledger: false } : options;
  const target = await openTarget(own, terminal);
  try {
    const planned = await planTarget(target, { ...own, allow: new Set() }, terminal);
    const { plan, rows, inputs } = planned;
    return { plan, rows, desired: inputs.desired, live: inputs.live };
  } finally {
    await target.close();
  }
}

/** An option `plan --impact`. */
interface ImpactFile {
  readonly file: string;
  readonly nameEveryone: boolean;
}

/** Checks the file's ending before anything is read. Throws Failure UNKNOWN_FORMAT. */
export function checkImpactFile(file: string): void {
  formatFor(file, "--impact");
}

/** Writes a plan's impact; the file's ending chooses the format. Throws Failure CANNOT_WRITE. */
export async function writeImpactFile(
  planned: PlannedRows,
  { file, nameEveryone }: ImpactFile,
  terminal: Terminal,
): Promise<void> {
  const impact = impactOf(planned, { withPlan: true, nameEveryone });
  await writeImpact(impact, { file, format: formatFor(file, "--impact") }, terminal);
}

function formatFor(file: string, option: "--impact" | "--format"): ImpactFormat {
  const format = formatOfFile(file);
  if (format) return format;
  throw new Failure({
    code: "UNKNOWN_FORMAT",
    message: `The name ${file} has no ending of a format for the report.`,
    hint:
      option === "--format"
        ? `End it with ${IMPACT_ENDINGS}, or add --format.`
        : `End it with ${IMPACT_ENDINGS}.`,
  });
}

function writeImpact(
  impact: Impact,
  { file, format }: { readonly file: string; readonly format: ImpactFormat },
  terminal: Terminal,
): Promise<void> {
  return writeReport(render(impact, format), file, namedPeople(impact), terminal);
}

/** `people` are named in it. */
async function writeReport(text: string, file: string, people: number, terminal: Terminal): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (error) {
    throw new Failure({
      code: "CANNOT_WRITE",
      message: `The report could not be written to ${file}: ${error instanceof Error ? error.message : String(error)}`,
      hint: "Give it a file in a folder that exists and that you may write to.",
    });
  }
  const note =
    people > 0
      ? ` It names ${count(people, "person", "people")}: share it only with readers who may see their names.`
      : "";
  terminal.err(`Report written to ${file}.${note}\n`);
}

function render(impact: Impact, format: ImpactFormat, paint?: Paint): string {
  return format === "html" ? reportPage(impact, new Date()) : renderImpact(impact, format, paint);
}
