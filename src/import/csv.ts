/** Reads CSV files of spreadsheets: RFC 4180, with their usual encodings and separators. */
import { readFile } from "node:fs/promises";
import { Failure, messageOf } from "../problem.ts";
import { printable } from "../text.ts";

export interface CsvTable {
  /** The first row is the header. Cells are trimmed; rows may have different lengths. */
  readonly rows: readonly (readonly string[])[];
  readonly separator: string;
}

/** Throws Failure CANNOT_READ, EMPTY_SHEET, NOT_A_TABLE or BAD_QUOTE. */
export async function readTable(file: string): Promise<CsvTable> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw failure(file, "CANNOT_READ", `can't be read: ${messageOf(error)}`);
  });
  const text = decode(bytes, file);
  if (text.trim() === "")
    throw failure(file, "EMPTY_SHEET", "is empty: it needs a column email, and a column for each skill.");
  const unquoted = text.replace(/"(?:[^"]|"")*"/gu, "").trimStart();
  const [header = ""] = unquoted.split(/[\r\n]/u);
  const cells = (separator: string): number => header.split(separator).length;
  const separator = [",", ";", "\t"].reduce((best, next) => (cells(next) > cells(best) ? next : best));
  return { rows: parseCsv(text, separator, file), separator };
}

function decode(bytes: Buffer, file: string): string {
  const mark = bytes.subarray(0, 2).toString("hex");
  const encoding = mark === "fffe" ? "utf-16le" : mark === "feff" ? "utf-16be" : "utf-8";
  let text = new TextDecoder(encoding).decode(bytes);
  // Undecodable bytes have become U+FFFD, which a correctly saved text doesn't contain.
  const odd = text.search(/[\0-\x08\x0e-\x1f\x7f\ufffd]/u);
  if (odd === -1) return text;
  text = text.slice(0, odd);
  const [row, column] = [text.split("\n").length, text.length - text.lastIndexOf("\n")];
  const message = `is not a text table: character ${column} of row ${row} can't be read.`;
  throw failure(file, "NOT_A_TABLE", message, 'Save the sheet as "CSV UTF-8" and import that file.');
}

function parseCsv(text: string, separator: string, file: string): string[][] {
  const rows: string[][] = [[]];
  // A cell with or without quotes, and its end; in quotes, two quotes mean one.
  const cell = new RegExp(
    `[ ]*"((?:[^"]|"")*)"[ ]*(${separator}|\\r\\n?|\\n|$)|([^\\r\\n${separator}]*)(${separator}|\\r\\n?|\\n|$)`,
    "uy",
  );
  for (;;) {
    const row = rows.at(-1) ?? [];
    const match = cell.exec(text);
    const [, quoted, quotedEnd, plain = "", plainEnd] = match ?? [];
    if (quoted === undefined && plain.trimStart().startsWith('"')) {
      const [line, column] = [rows.length, row.length + 1];
      throw new Failure({
        code: "BAD_QUOTE",
        message: `Row ${line}, column ${columnName(column)}: the quote that begins here is not closed before the next cell.`,
        place: { file, line, column },
        hint: "Write a quote inside a cell twice, or remove it.",
      });
    }
    row.push((quoted?.replaceAll('""', '"') ?? plain).trim());
    const end = quotedEnd ?? plainEnd ?? "";
    if (end === "") return rows;
    if (end !== separator) rows.push([]);
  }
}

/** The letters of a column, counted from 1: `A`, `AA`. */
export function columnName(column: number): string {
  const rest = Math.floor((column - 1) / 26);
  return (rest > 0 ? columnName(rest) : "") + String.fromCharCode(65 + ((column - 1) % 26));
}

function failure(file: string, code: string, message: string, hint = "Nothing was written."): Failure {
  return new Failure({ code, message: `The file "${printable(file)}" ${message}`, hint });
}
