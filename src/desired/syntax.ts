/** Explains the parser's errors to people who edit the file and don't know YAML's terms. */
import type { Document, ErrorCode, YAMLError } from "yaml";
import { TOO_DEEP } from "./build-tree.ts";
import { printable } from "../text.ts";
import { codePoint, describeCharacter } from "./characters.ts";
import type { ProblemText } from "./problems.ts";

/** One mistake in a text, with its offset. */
export interface SyntaxFault extends ProblemText {
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
  const line = /^[^\r\n]*/u.exec(text.slice(lineStart))?.[0] ?? "";
  const above = text.slice(aboveStart, aboveEnd);
  return (
    findMissingSpace(above, aboveStart) ??
    findMissingSpace(line, lineStart) ??
    findCurlyQuote(line, lineStart) ??
    findShift(above, line, lineStart)
  );
}

function findMissingSpace(line: string, start: number): SyntaxFault | undefined {
  const [, indent = "", sign = "", field = "", rest = ""] =
    /^( *(?:- +)?)(?:(-)(?=[a-z@]\S*)|([a-z_]+):(?=[^\s:/]))(.*)$/u.exec(line) ?? [];
  if (rest === "") return undefined;
  const after = sign === "" ? "colon" : "dash";
  return {
    code: "YAML_SYNTAX",
    message: `A space is missing after the ${after}.`,
    hint: `Write "${sign === "" ? `${field}:` : sign} ${printable(rest, 60)}".`,
    offset: start + indent.length,
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

/** A field that begins one column left or right of the field above. */
function findShift(above: string, line: string, start: number): SyntaxFault | undefined {
  const columnOf = (one: string): number | undefined => /^( *(?:- +)?)[\w$]+:/u.exec(one)?.[1]?.length;
  const [wanted, found] = [columnOf(above), columnOf(line)];
  if (wanted === undefined || found === undefined || Math.abs(found - wanted) !== 1) return undefined;
  return {
    code: "YAML_SYNTAX",
    message: `The indentation is wrong: one space too ${found < wanted ? "few" : "many"} before this field.`,
    hint: `Begin it in column ${wanted + 1}, like the field above.`,
    offset: start + found,
  };
}

/** With `%YAML 1.1`, `NO` would mean false, so no version directive is accepted. */
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
