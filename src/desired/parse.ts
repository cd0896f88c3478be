/**
 * Text → Tree: YAML 1.2 core with positions kept, JSON being a part of it.
 * A text with two meanings is a problem here, and so is a short text that expands into a very long one.
 */
import { LineCounter, parseDocument } from "yaml";
import type { Place } from "../model.ts";
import { buildTree } from "./build-tree.ts";
import type { OnProblem } from "./problems.ts";
import { findFaults } from "./syntax.ts";
import { parseQuickly } from "./quick-parse.ts";
import type { Parsed } from "./tree.ts";

export interface SourceText {
  readonly file: string;
  readonly text: string;
}

/** Reads one file's text; a text that can't be read as exactly one thing is reported. */
export function parseText(source: SourceText, onProblem: OnProblem): Parsed {
  const tree = parseQuickly(source.text, source.file);
  return tree ? { kind: "tree", tree } : parseByYaml(source, onProblem);
}

/** The same by way of the library that knows all of YAML and says what is wrong with a text. */
export function parseByYaml(source: SourceText, onProblem: OnProblem): Parsed {
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
  const faults = findFaults(document, source.text);
  for (const { offset, ...fault } of faults) onProblem({ ...fault, place: placeOf(offset) });
  return faults.length > 0 ? { kind: "bad" } : buildTree(document, placeOf, onProblem);
}
