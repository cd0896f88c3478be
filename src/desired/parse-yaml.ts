/**
 * Text → Tree with the `yaml` library: the core schema of YAML 1.2, which includes JSON, with positions. Ambiguous
 * text and short text that expands into very much are problems.
 */
import { LineCounter, parseDocument } from "yaml";
import type { Place } from "../model.ts";
import { buildTree } from "./build-tree.ts";
import type { OnProblem } from "./problems.ts";
import { findFaults } from "./syntax.ts";
import type { SourceText } from "./parse.ts";
import type { Parsed } from "./tree.ts";

/** Parses any text and reports its problems. */
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
    // Below "error" the parser silently drops the second of two documents.
    logLevel: "error",
    lineCounter: counter,
  });
  const faults = findFaults(document, source.text);
  for (const { offset, ...fault } of faults) onProblem({ ...fault, place: placeOf(offset) });
  return faults.length > 0 ? { kind: "bad" } : buildTree(document, placeOf, onProblem);
}
