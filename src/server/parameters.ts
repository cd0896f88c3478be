/** Reads a query string, and says what is wrong with it. */
import type { PageRequest } from "./search.ts";

/** Ends a request that asks for something impossible; the answer names the parameter. */
export class ParameterError extends Error {
  override readonly name = "ParameterError";
  readonly code: ParameterCode;
  readonly parameter: string;

  constructor(code: ParameterCode, parameter: string, message: string) {
    super(message);
    this.code = code;
    this.parameter = parameter;
  }
}

export type ParameterCode = "MISSING" | "TOO_LONG" | "OUT_OF_RANGE" | "GIVEN_TWICE" | "BAD_ESCAPE";

export type Parameters = ReadonlyMap<string, string>;

/** The parameters of a URL. Throws ParameterError for one that is given twice or can't be decoded. */
export function readParameters(url: string): Parameters {
  const parameters = new Map<string, string>();
  const [, query = ""] = /\?([^#]*)/.exec(url) ?? [];
  for (const pair of query.split("&")) {
    if (pair === "") continue;
    const [, rawName = "", rawValue = ""] = /^([^=]*)=?(.*)$/s.exec(pair) ?? [];
    const name = unescape(rawName, "query");
    if (parameters.has(name)) throw new ParameterError("GIVEN_TWICE", name, "It may be given only once.");
    parameters.set(name, unescape(rawValue, name));
  }
  return parameters;
}

/** Throws ParameterError where a `%` isn't followed by what makes UTF-8. */
export function unescape(text: string, parameter: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    throw new ParameterError(
      "BAD_ESCAPE",
      parameter,
      "A % in it is not followed by the code of a character.",
    );
  }
}

export const QUERY_LENGTH = 200;

/** The text to search for: 1 to 200 characters that aren't all white space. */
export function readQuery(parameters: Parameters): string {
  const query = parameters.get("q") ?? "";
  if (query.trim() === "") throw new ParameterError("MISSING", "q", "It needs at least one character.");
  if (query.length > QUERY_LENGTH && Array.from(query).length > QUERY_LENGTH) {
    throw new ParameterError("TOO_LONG", "q", `It may have at most ${QUERY_LENGTH} characters.`);
  }
  return query;
}

export const PAGE_SIZE = 25;
export const LARGEST_PAGE = 100;
const LAST_PAGE = 1_000_000;

export function readPage(parameters: Parameters): PageRequest {
  return {
    page: readWholeNumber(parameters, "page", { from: 1, to: LAST_PAGE, otherwise: 1 }),
    size: readWholeNumber(parameters, "size", { from: 1, to: LARGEST_PAGE, otherwise: PAGE_SIZE }),
  };
}

function readWholeNumber(
  parameters: Parameters,
  name: string,
  { from, to, otherwise }: { readonly from: number; readonly to: number; readonly otherwise: number },
): number {
  const text = parameters.get(name);
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (/^\d{1,15}$/.test(text) && value >= from && value <= to) return value;
  throw new ParameterError("OUT_OF_RANGE", name, `It must be a whole number from ${from} to ${to}.`);
}
