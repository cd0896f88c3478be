/** The impact report as CSV for spreadsheets (RFC 4180), safe against formula injection. */
import type { Impact, People, SkillImpact } from "./facts.ts";
import { profilesAfter, referenceWords, spreadWords } from "./words.ts";

/** A string may contain foreign text; a number is written as a number. */
type CsvCell = string | number;

interface CsvColumn {
  readonly title: string;
  readonly cell: (skill: SkillImpact) => CsvCell;
}

/** Other programs read the first four by these titles. */
const COLUMNS: readonly CsvColumn[] = [
  { title: "Skill ID", cell: ({ id }) => id ?? "" },
  { title: "Skill Name", cell: ({ name }) => name },
  { title: "Assigned Profile Count", cell: (skill) => profilesAfter(skill).length },
  { title: "Sample Profile IDs", cell: (skill) => sample(profilesAfter(skill).map(({ id }) => id)) },
  { title: "Holders Now", cell: ({ now }) => now.total },
  { title: "Holders After", cell: ({ after }) => after.total },
  { title: "Gaining", cell: ({ gains }) => gains.total },
  { title: "Losing", cell: ({ losses }) => losses.total },
  { title: "References", cell: (skill) => referenceWords(skill)?.join("; ") ?? "" },
  { title: "Changing Proficiency", cell: ({ changes }) => changes.total },
  { title: "Moving", cell: ({ moves }) => moves.total },
  { title: "Outcome", cell: ({ outcome }) => outcome },
  { title: "Replaced By", cell: ({ replacedBy = "" }) => replacedBy },
  { title: "Previous Name", cell: ({ previousName = "" }) => previousName },
  { title: "Coverage", cell: ({ coverage }) => coverage },
  { title: "Proficiencies Now", cell: ({ now }) => spreadWords(now) },
  { title: "Proficiencies After", cell: ({ after }) => spreadWords(after) },
  { title: "Users Gaining", cell: ({ gains }) => users(gains) },
  { title: "Users Losing", cell: ({ losses }) => users(losses) },
  { title: "Users Changing", cell: ({ changes }) => users(changes) },
  { title: "Users Moving", cell: ({ moves }) => users(moves) },
];

/** One line for each skill. */
export function impactCsv({ skills }: Impact): string {
  return csvTable([
    COLUMNS.map(({ title }) => title),
    ...skills.map((skill) => COLUMNS.map(({ cell }) => cell(skill))),
  ]);
}

/** Every line, the last too, ends with CRLF. */
export function csvTable(rows: readonly (readonly CsvCell[])[]): string {
  return rows.map((cells) => `${cells.map(csvCell).join(",")}\r\n`).join("");
}

const SAMPLES = 5;

function sample(ids: readonly string[]): string {
  return [...ids.slice(0, SAMPLES), ...(ids.length > SAMPLES ? ["..."] : [])].join("; ");
}

/** Below the limit of 32,767 characters in a spreadsheet's cell. */
const CELL_LIMIT = 30_000;

function users({ named, others }: People): string {
  const all = named.map(({ user }) => user);
  let [shown, length] = [0, 0];
  while (shown < all.length && length + (all[shown] ?? "").length < CELL_LIMIT) {
    length += (all[shown] ?? "").length + 2;
    shown++;
  }
  return [
    ...all.slice(0, shown),
    ...(shown < all.length ? ["..."] : []),
    ...(others > 0 ? [`${others} not named by the YAML`] : []),
  ].join("; ");
}

/** A cell according to RFC 4180, safe against formula injection. */
export function csvCell(cell: CsvCell): string {
  if (typeof cell === "number") return String(cell);
  const text = disarm(cell);
  return /[",\r\n;\t]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * The positions where a spreadsheet would start a formula: before `=`, `+`, `-` or `@`, including full-width and small
 * forms and the minus sign, at the start of a cell or after invisible characters; and before a leading tab or line
 * break. In many countries semicolons or tabs separate cells, so a cell may begin after each of them.
 */
const FORMULA =
  /^(?=[\t\r\n])|(?<=^|[;\t\r\n])(?=[\0-\x08\v\f\x0e-\x20\x7f-\x9f\p{Z}\p{Cf}]*[=+\-@\uff1d\uff0b\uff0d\uff20\u2212\ufe62\ufe63\ufe66\ufe6b])/gu;

/** `text` with an apostrophe before each possible formula, so that a spreadsheet shows it as text. */
function disarm(text: string): string {
  return text.replace(FORMULA, "'");
}
