/** The planner is a pure function: nothing under src/plan can reach a clock, a file, the network or chance. */
import ts from "typescript";
import { expect, test } from "vitest";
import type { SourceFile } from "../source-files.ts";
import { readSource, walk } from "../source-files.ts";

/** The only things from outside, and of each only what is pure. */
const PURE: Readonly<Record<string, readonly string[]>> = {
  "node:crypto": ["createHash"],
  ajv: ["AnySchemaObject", "ValidateFunction"],
  "ajv/dist/2020.js": ["Ajv2020"],
};

/** Names by which a module reaches the world without importing anything, or depends on where it runs. */
const IMPURE: readonly string[] = [
  ...["Date", "performance", "setTimeout", "setInterval", "setImmediate", "queueMicrotask"],
  ...["process", "globalThis", "global", "require", "console", "fetch", "navigator", "crypto", "Temporal"],
  ...["Intl", "localeCompare", "toLocaleString", "toLocaleLowerCase", "toLocaleUpperCase"],
  ...["eval", "Function", "WeakRef", "FinalizationRegistry", "random"],
];

const files = readSource("plan");

test("The planner has files to look at.", () => {
  expect(files.map(({ path }) => path)).toContain("plan/plan.ts");
});

test("The planner imports nothing that could make two plans of one input differ.", () => {
  const outside = files.flatMap(({ path, imports }) =>
    imports.flatMap(({ specifier, target, names }) => {
      if (target !== undefined) return [];
      const impure = names.filter((name) => !PURE[specifier]?.includes(name));
      return names.length === 0 || impure.length > 0 ? [`${path}: ${specifier} ${impure.join(", ")}`] : [];
    }),
  );
  expect(outside).toStrictEqual([]);
});

test("The planner names no clock, chance, environment or locale.", () => {
  expect(files.flatMap(impureNames)).toStrictEqual([]);
});

test("The planner waits for nothing.", () => {
  expect(files.flatMap(waits)).toStrictEqual([]);
});

function impureNames({ path, tree }: SourceFile): string[] {
  const found: string[] = [];
  walk(tree, (node) => {
    if (ts.isIdentifier(node) && IMPURE.includes(node.text)) found.push(`${path}: ${node.text}`);
  });
  return found;
}

function waits({ path, tree }: SourceFile): string[] {
  const found: string[] = [];
  walk(tree, (node) => {
    if (node.kind === ts.SyntaxKind.AsyncKeyword || ts.isAwaitExpression(node)) found.push(path);
    if (ts.isIdentifier(node) && node.text === "Promise") found.push(path);
  });
  return found;
}
