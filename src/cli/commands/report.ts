/** `report`: each skill with its profiles and holders, before or after a plan. */
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { reportPage } from "../../page/page.ts";
import { Failure } from "../../problem.ts";
import type { Impact } from "../../report/impact/facts.ts";
import type { ImpactFormat } from "../../report/impact/formats.ts";
import { formatOfFile, IMPACT_ENDINGS } from "../../report/impact/formats.ts";
import { impactOf } from "../../report/impact/impact.ts";
import { renderImpact } from "../../report/impact/render.ts";
import { namedPeople } from "../../report/impact/words.ts";
import { skillMatrix } from "../../report/matrix.ts";
import type { Paint } from "../../report/paint.ts";
import { PLAIN } from "../../report/paint.ts";
import type { PlannedRows } from "../../report/planned-rows.ts";
import { count } from "../../text.ts";
import { isPast } from "../day.ts";
import { orCannotWrite } from "../failures.ts";
import type { TargetOptions } from "../options.ts";
import { planOnce } from "../snapshot.ts";
import type { Terminal } from "../terminal.ts";
import { showPast } from "./history.ts";

interface ReportOptions extends TargetOptions {
  /** Default: by the ending of `out`, else text. */
  readonly format?: ImpactFormat;
  readonly out?: string;
  /** With csv: a row for each user and a column for each skill. Default false. */
  readonly matrix?: boolean;
}

/** The current organisation. Exit code 1 if a list could not be read completely, after printing the rest. */
export async function reportCommand(options: ReportOptions, terminal: Terminal): Promise<number> {
  const { at: day, out, matrix = false } = options;
  if (day !== undefined && isPast(day)) {
    if (out === undefined && !matrix) return showPast({ ...options, day }, terminal);
    throw new Failure({
      code: "NOT_OF_THE_PAST",
      message: "A report of a day in the past has no --out and no --matrix.",
      hint: "Use --format csv or json, and redirect it into a file.",
    });
  }
  const usual = matrix ? "csv" : "text";
  const format = options.format ?? (out === undefined ? usual : formatFor(out, "--format"));
  if (matrix && format !== "csv") {
    throw new Failure({
      code: "UNKNOWN_FORMAT",
      message: `A matrix is written as csv, not as ${format}.`,
      hint: "Add --format csv, or leave out --matrix.",
    });
  }
  // A matrix needs no YAML, so that a new user can start with a spreadsheet.
  const isMatrixAlone = matrix && !existsSync(options.dir);
  const own = isMatrixAlone ? { ...options, mayBeNew: true, ledger: false } : options;
  const { plan, rows, inputs } = await planOnce(own, terminal);
  const planned = { plan, rows, desired: inputs.desired, live: inputs.live };
  const impact = impactOf(planned, { withPlan: false });
  const report = matrix
    ? skillMatrix(planned)
    : render(impact, format, out === undefined ? terminal.paint : PLAIN);
  if (out !== undefined) {
    const holders = rows.users.filter(({ user }) => user.skills.size > 0).length;
    await writeReport(report, out, matrix ? holders : namedPeople(impact), terminal);
  } else if (format === "text") terminal.show(report);
  else terminal.out(report);
  if (impact.incomplete.length === 0) return 0;
  terminal.err(`Not read completely, so the report may count too little: ${impact.incomplete.join(", ")}.\n`);
  return 1;
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
  await writeReport(render(impact, formatFor(file, "--impact"), PLAIN), file, namedPeople(impact), terminal);
}

function formatFor(file: string, option: "--impact" | "--format"): ImpactFormat {
  const format = formatOfFile(file);
  if (format) return format;
  const orAdd = option === "--format" ? ", or add --format" : "";
  throw new Failure({
    code: "UNKNOWN_FORMAT",
    message: `The name ${file} has no ending of a format for the report.`,
    hint: `End it with ${IMPACT_ENDINGS}${orAdd}.`,
  });
}

/** `people` are named in it. */
async function writeReport(text: string, file: string, people: number, terminal: Terminal): Promise<void> {
  const hint = "Give it a file in a folder that exists and that you may write to.";
  await orCannotWrite(writeFile(file, text), `The report could not be written to ${file}`, hint);
  const names = count(people, "person", "people");
  const note = people > 0 ? ` It names ${names}: share it only with readers who may see their names.` : "";
  terminal.err(`Report written to ${file}.${note}\n`);
}

function render(impact: Impact, format: ImpactFormat, paint: Paint): string {
  return format === "html" ? reportPage(impact, new Date()) : renderImpact(impact, format, paint);
}
