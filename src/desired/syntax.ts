/** Explains the parser's errors to people who edit the file and don't know YAML's terms. */
import type { Document, ErrorCode, YAMLError } from "yaml";
import { TOO_DEEP } from "./build-tree.ts";
import { printable } from "../text.ts";
import { codePoint, describeCharacter } from "./characters.ts";
import type { ProblemText } from "./problems.ts";

/** One mistake in a text, with its offset. */
interface SyntaxFault extends ProblemText {
  readonly offset: number;
}

/**
 * Finds the mistakes in a text as YAML. After a syntax error the parser misreads the lines below it, so only the first
 * syntax error is reported.
 */
export function findFaults(document: Document.Parsed, text: string): SyntaxFault[] {
  const tooDeep = document.errors.find((error) => error.code === "RESOURCE_EXHAUSTION");
  const directives = findDirective(document, text);
  if (tooDeep) return [{ ...TOO_DEEP, offset: tooDeep.pos[0] }, ...directives];
  // The parser warns where it guesses, and a guess must not reach an organisation.
  const faults = [...document.errors, ...document.warnings].map((error) => describeFault(error, text));
  const inForm = faults.filter((fault) => fault.code === "YAML_SYNTAX");
  return [...(inForm.length > 0 ? [chooseFirst(inForm, text)] : faults), ...directives];
}

/** The mistake that causes the others. */
function chooseFirst(faults: readonly SyntaxFault[], text: string): SyntaxFault {
  const [first, ...others] = faults.toSorted((a, b) => a.offset - b.offset);
  if (!first) throw new Error("There is no fault to choose from.");
  const tab = faults.find((fault) => fault.message === TAB.message);
  const known =
    findConflict(text) ??
    tab ??
    findStrangeSpace(text, first.offset) ??
    findCommonMistake(text, first.offset);
  if (known) return known;
  return others.length === 0 ? first : { ...MISFIT, offset: first.offset };
}

function describeFault(error: YAMLError, text: string): SyntaxFault {
  const offset = startOf(error, text);
  const words =
    error.code === "BLOCK_AS_IMPLICIT_KEY" && !hasColon(text, offset) ? MISFIT : FAULTS[error.code];
  return { ...OTHER, ...words, offset: words === MISFIT ? nextLine(text, offset) : offset };
}

/** The offset where the parser stopped, or of the next character if that is white space. */
function startOf({ pos: [offset] }: YAMLError, text: string): number {
  const gap = /^[ \r\n]*/u.exec(text.slice(offset))?.[0].length ?? 0;
  return offset + gap < text.length ? offset + gap : offset;
}

function hasColon(text: string, offset: number): boolean {
  return /^[^\n]*?:(?:\s|$)/u.test(text.slice(offset));
}

/** The offset of the first character of the next line that isn't blank. */
function nextLine(text: string, offset: number): number {
  const skipped = /^[^\n]*\s*\n */u.exec(text.slice(offset))?.[0].length ?? 0;
  return offset + skipped < text.length ? offset + skipped : offset;
}

function findConflict(text: string): SyntaxFault | undefined {
  const offset = text.search(/^(?:<{7} |={7}\r?$|>{7} )/mu);
  return offset === -1 ? undefined : { ...CONFLICT, offset };
}

/** A line before the first mistake that is indented with unusual spaces, as copied text often is. */
function findStrangeSpace(text: string, before: number): SyntaxFault | undefined {
  const offset = text.search(/^ *[\u00a0\u2000-\u200b\u202f\u3000]/mu);
  if (offset === -1 || offset > before) return undefined;
  const [character = ""] = /[^ ]/u.exec(text.slice(offset)) ?? [];
  return {
    ...STRANGE_SPACE,
    offset,
    message: `The line begins with ${describeCharacter(character)}, which is not an ordinary space.`,
  };
}

/** A common slip in the line of the first mistake or the line above it: the parser notices some slips a line later. */
function findCommonMistake(text: string, offset: number): SyntaxFault | undefined {
  const lineStart = text.lastIndexOf("\n", offset - 1) + 1;
  const aboveEnd = text.slice(0, lineStart).trimEnd().length;
  const aboveStart = text.lastIndexOf("\n", aboveEnd - 1) + 1;
  const [line = "", below = ""] = text.slice(lineStart).split(/\r?\n/u, 2);
  const above = text.slice(aboveStart, aboveEnd);
  return (
    findMissingSpace(above, aboveStart) ??
    findMissingSpace(line, lineStart) ??
    findCurlyQuote(line, lineStart) ??
    findOddDash(line, lineStart) ??
    findOpenBracket(above, aboveStart, line) ??
    findMissingComma(line, lineStart) ??
    (columnOf(line) === columnOf(below) && !above.trimStart().startsWith("-")
      ? findShift(line, { line: above, start: aboveStart }, "below")
      : findShift(above, { line, start: lineStart }, "above"))
  );
}

/** A dash or colon without the ordinary space that belongs after it; a name as a key has a proficiency after its colon. */
function findMissingSpace(line: string, start: number): SyntaxFault | undefined {
  const [, indent = "", sign = "", odd = "", rest = ""] =
    /^( *(?:- +)?)(-|[a-z_]+:|[^\s"'#:][^"'#:]*:(?=[^\S \t]*(?:[\d.]+|\{.*\})\s*(?:#.*)?$))([^\S \t]*)([^\s:/-].*)$/u.exec(
      line,
    ) ?? [];
  if (rest === "" || (sign === "-" && odd === "" && !/^[a-z@]/u.test(rest))) return undefined;
  const after = sign === "-" ? "dash" : "colon";
  const hint = `Write "${sign} ${printable(rest, 60)}".`;
  const offset = start + indent.length;
  if (odd === "")
    return { code: "YAML_SYNTAX", message: `A space is missing after the ${after}.`, hint, offset };
  return {
    code: "STRANGE_SPACE",
    message: `After the ${after} stands ${describeCharacter(odd.charAt(0))}, which is not an ordinary space.`,
    hint: `${hint.slice(0, -1)}, with a space that is typed anew: such characters come along with copied text.`,
    offset: offset + sign.length,
  };
}

function findCurlyQuote(line: string, start: number): SyntaxFault | undefined {
  const { index, 0: quote = "" } = /[\u2018-\u201f]/u.exec(line) ?? {};
  if (index === undefined) return undefined;
  return {
    code: "YAML_SYNTAX",
    message: `This is a curly quote (${codePoint(quote)}), which YAML treats as an ordinary letter.`,
    hint: "Type straight quotes around the value: \" or '.",
    offset: start + index,
  };
}

/** A bullet or a long dash, as word processors make them of a hyphen. */
function findOddDash(line: string, start: number): SyntaxFault | undefined {
  const [, indent = "", sign = ""] =
    /^(\s*)([\u2010-\u2015\u2022\u2023\u2043\u2212\u00b7\u25aa\u25cf])\s/u.exec(line) ?? [];
  if (sign === "") return undefined;
  return {
    code: "YAML_SYNTAX",
    message: `The line begins with "${sign}" (${codePoint(sign)}), and an entry begins with a hyphen.`,
    hint: "Type - and a space in its place.",
    offset: start + indent.length,
  };
}

/** A bracket that is opened in a line, where the next line begins anew. */
function findOpenBracket(line: string, start: number, next: string): SyntaxFault | undefined {
  if (/,\s*(?:#.*)?$/u.test(line) || !/^\s*(?:- |[^,[\]{}"'#]+:\s)/u.test(next)) return undefined;
  const open: number[] = [];
  for (const { 0: sign, index } of line.matchAll(/"[^"]*"|'[^']*'|\s#.*|[[\]{}]/gu)) {
    if (sign === "[" || sign === "{") open.push(index);
    else if (sign === "]" || sign === "}") open.pop();
  }
  const [first, last = first] = [open[0], open.at(-1)];
  // Elsewhere in a text a bracket is a letter like any other.
  if (last === undefined || !/(?:^|[:-])\s+$/u.test(line.slice(0, first))) return undefined;
  const [bracket, closing] = line[last] === "[" ? ["[", "]"] : ["{", "}"];
  return {
    code: "YAML_SYNTAX",
    message: `The bracket ${bracket} is opened here and never closed.`,
    hint: `Write ${closing} at the end of what belongs to it.`,
    offset: start + last,
  };
}

function findMissingComma(line: string, start: number): SyntaxFault | undefined {
  const [before, field = ""] = /\{(?:[^{}]*[^{},\s])?(?=\s+([a-z_]+):\s)/u.exec(line) ?? [];
  if (before === undefined || !before.includes(":")) return undefined;
  return {
    code: "YAML_SYNTAX",
    message: `A comma is missing before ${field}.`,
    hint: "In braces a comma stands between two fields: { user: ann@example.com, proficiency: 4 }.",
    offset: start + line.indexOf(before) + before.length,
  };
}

/** A field that begins one column beside the one that stands `where`, which is right. */
function findShift(
  right: string,
  { line, start }: { readonly line: string; readonly start: number },
  where: "above" | "below",
): SyntaxFault | undefined {
  const [wanted, found] = [columnOf(right), columnOf(line)];
  if (wanted === undefined || found === undefined || Math.abs(found - wanted) !== 1) return undefined;
  return {
    code: "YAML_SYNTAX",
    message: `The indentation is wrong: one space too ${found < wanted ? "few" : "many"} before this field.`,
    hint: `Let it begin in column ${wanted + 1}, as the field ${where} does.`,
    offset: start + found,
  };
}

/** How many characters stand before the name of the line's field; undefined where it has none. */
function columnOf(line: string): number | undefined {
  return /^( *(?:- +)?)(?:"[^"]*"|'[^']*'|[^\s"'#[\]{}-][^"'#:]*):(?:\s|$)/u.exec(line)?.[1]?.length;
}

/** `%YAML 1.1` would make `NO` mean false, so no version is accepted, not even the right one. */
function findDirective(document: Document.Parsed, text: string): SyntaxFault[] {
  if (document.directives.yaml.explicit !== true) return [];
  return [
    {
      code: "YAML_DIRECTIVE",
      message: "The file chooses a version of YAML; it is always read as YAML 1.2.",
      hint: "Remove the line that begins with %YAML.",
      offset: Math.max(0, text.search(/^%YAML/mu)),
    },
  ];
}

const OTHER: ProblemText = {
  code: "YAML_SYNTAX",
  message: "This can't be read as YAML.",
  hint: "Look at this line and the one above: indentation, colons, quotes and brackets.",
};

const MISFIT: ProblemText = {
  code: "YAML_SYNTAX",
  message: "The indentation is wrong: this line and the one above don't fit together.",
  hint: "The fields of an entry begin in the same column; each item of a list begins with a dash and a space; a field's name ends with a colon and a space; every bracket and quote is closed.",
};

const TAB: ProblemText = {
  code: "YAML_SYNTAX",
  message: "The line is indented with a tab; YAML allows only spaces.",
  hint: "Replace the tab with spaces.",
};

const CONFLICT: ProblemText = {
  code: "CONFLICT_MARKER",
  message: "These lines are an unresolved merge conflict.",
  hint: "Keep the right one of the two versions, and remove the lines that begin with <<<<<<<, ======= and >>>>>>>.",
};

const STRANGE_SPACE = {
  code: "STRANGE_SPACE",
  hint: "Delete everything before the first word and type the spaces again: such characters come from copied text.",
};

/** Plain words for the parser's most frequent codes. */
const FAULTS: Partial<Record<ErrorCode, ProblemText>> = {
  DUPLICATE_KEY: {
    code: "DUPLICATE_FIELD",
    message: "This field is written twice, so one of its values would be lost.",
    hint: "Keep one of the two, or merge them. A new entry begins with a dash.",
  },
  MULTIPLE_DOCS: {
    code: "SEVERAL_DOCUMENTS",
    message: "A second document begins here; a file may hold only one.",
    hint: "Remove the line ---, or move what follows to another file.",
  },
  TAG_RESOLVE_FAILED: {
    code: "UNKNOWN_TAG",
    message: "A value has a tag, which is not supported here.",
    hint: "Remove the word that begins with !, or put the value in quotes.",
  },
  NON_STRING_KEY: {
    code: "COMPLEX_KEY",
    message: "Expected the name of a field, but found a list, mapping or alias.",
    hint: "Write a plain name before the colon.",
  },
  MISSING_CHAR: {
    code: "YAML_SYNTAX",
    message: "A quote, bracket, comma or colon is missing.",
    hint: "Look for a quote or bracket that isn't closed, here or further up.",
  },
  BAD_INDENT: {
    ...MISFIT,
    message:
      "The indentation is wrong: this line begins in another column than the lines it belongs to, or a bracket before it isn't closed.",
  },
  MULTILINE_IMPLICIT_KEY: MISFIT,
  BAD_SCALAR_START: {
    code: "YAML_SYNTAX",
    message: "The value begins with a character that has a special meaning in YAML.",
    hint: "Put the value in quotes.",
  },
  TAB_AS_INDENT: TAB,
  BLOCK_AS_IMPLICIT_KEY: {
    code: "YAML_SYNTAX",
    message: "This line has a second colon where a value is expected.",
    hint: 'Put a value that holds ": " in quotes, or begin a new line.',
  },
};
