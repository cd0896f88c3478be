/**
 * Text → Tree by way of the library that knows all of YAML: YAML 1.2 core with positions kept, JSON being a part of it.
 * A text with two meanings is a problem here, and so is a short text that expands into a very long one.
 */
import { LineCounter, parseDocument } from "yaml";
import type { Place } from "../model.ts";
import { buildTree } from "./build-tree.ts";
import type { OnProblem } from "./problems.ts";
import { findFaults } from "./syntax.ts";
import type { SourceText } from "./parse.ts";
import type { Parsed } from "./tree.ts";

/** Reads any text, and says what is wrong with it. */
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
