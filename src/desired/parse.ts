/**
 * Text → Tree: YAML 1.2 core with positions kept, JSON being a part of it.
 * What makes one text mean two things, or little text mean very much, is a problem here.
 */
import type { Document, ErrorCode, YAMLError } from "yaml";
import { LineCounter, parseDocument } from "yaml";
import type { Place } from "../model.ts";
import { buildTree, TOO_DEEP } from "./build-tree.ts";
import type { OnProblem } from "./problems.ts";
import type { Parsed } from "./tree.ts";

export interface SourceText {
  readonly file: string;
  readonly text: string;
}

/** Reads one file's text; a text that can't be read as exactly one thing is reported. */
export function parseText(source: SourceText, onProblem: OnProblem): Parsed {
  const counter = new LineCounter();
  const placeOf = (offset: number): Place => {
    const { line, col } = counter.linePos(offset);
    return { file: source.file, line, column: col };
  };
  const document = parseDocument(source.text, {
    schema: "core",
    version: "1.2",
    merge: false,
    resolveKnownTags: false,
    stringKeys: true,
    uniqueKeys: true,
    strict: true,
    prettyErrors: false,
    // Below "error" the parser drops the second of two documents without a word.
    logLevel: "error",
    lineCounter: counter,
  });
  const faults = [...findFaults(document), ...findDirective(document, source.text)];
  for (const { offset, ...fault } of faults) onProblem({ ...fault, place: placeOf(offset) });
  return faults.length > 0 ? { kind: "bad" } : buildTree(document, placeOf, onProblem);
}

interface Fault {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly offset: number;
}

function findFaults(document: Document.Parsed): Fault[] {
  const tooDeep = document.errors.find((error) => error.code === "RESOURCE_EXHAUSTION");
  if (tooDeep) return [{ ...TOO_DEEP, offset: tooDeep.pos[0] }];
  // A warning is something the parser would guess about; a guess must not reach an organisation.
  return [...document.errors, ...document.warnings].map(describeFault);
}

function describeFault(error: YAMLError): Fault {
  const known = FAULTS[error.code];
  return {
    code: "YAML_SYNTAX",
    message: `This can't be read as YAML: ${error.message}.`,
    hint: "Look at this line and the one above: indentation, colons, quotes and brackets.",
    ...known,
    offset: error.pos[0],
  };
}

/** The parser's codes that people meet most, in plain words. */
const FAULTS: Partial<Record<ErrorCode, Omit<Fault, "offset">>> = {
  DUPLICATE_KEY: {
    code: "DUPLICATE_FIELD",
    message: "This field stands here a second time, so one of its values would be lost.",
    hint: "Keep one of the two; put both lists into one where both are meant.",
  },
  MULTIPLE_DOCS: {
    code: "SEVERAL_DOCUMENTS",
    message: "A second document begins here; a file holds one.",
    hint: "Remove the line ---, or move what follows to a file of its own.",
  },
  TAG_RESOLVE_FAILED: {
    code: "UNKNOWN_TAG",
    message: "A value is marked with a tag that has no meaning here.",
    hint: "Remove the word that begins with !, or put the value in quotes.",
  },
  NON_STRING_KEY: {
    code: "COMPLEX_KEY",
    message: "A list, mapping or alias stands where the name of a field is expected.",
    hint: "Write a plain name before the colon.",
  },
  MISSING_CHAR: {
    code: "YAML_SYNTAX",
    message: "A quote, bracket or comma is missing.",
    hint: "Look for a quote or bracket that is opened, here or further up, and never closed.",
  },
  TAB_AS_INDENT: {
    code: "YAML_SYNTAX",
    message: "The line is indented with a tab; YAML allows only spaces.",
    hint: "Replace the tab by spaces.",
  },
  BLOCK_AS_IMPLICIT_KEY: {
    code: "YAML_SYNTAX",
    message: "A second colon stands on this line, where a value is expected.",
    hint: 'Put a value that holds ": " in quotes, or begin a new line.',
  },
};

/** `%YAML 1.1` would make `NO` mean false, so no version is accepted, not even the right one. */
function findDirective(document: Document.Parsed, text: string): Fault[] {
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
