/** The source of the project as TypeScript's own parser sees it, for tests of its structure. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix, relative } from "node:path";
import ts from "typescript";

const ROOT = join(import.meta.dirname, "../src");

export interface SourceFile {
  /** From `src/`, with forward slashes: `plan/plan.ts`. */
  readonly path: string;
  readonly lines: number;
  readonly imports: readonly Import[];
  readonly tree: ts.SourceFile;
}

export interface Import {
  /** As written: `node:fs` or `./plan.ts`. */
  readonly specifier: string;
  /** From `src/`, of a file of the project: `plan/plan.ts`. */
  readonly target?: string;
  /** Nothing of it is left when the program runs. */
  readonly isTypeOnly: boolean;
  /** `import()`: loaded when it is come by. */
  readonly isLater: boolean;
  readonly names: readonly string[];
}

/** Every TypeScript file under `src/`, or under one of its folders, sorted. */
export function readSource(folder = ""): SourceFile[] {
  const root = join(ROOT, folder);
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => readFile(join(root, name)))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

function readFile(file: string): SourceFile {
  const text = readFileSync(file, "utf8");
  const path = relative(ROOT, file).replaceAll("\\", "/");
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true);
  return { path, lines: text.trimEnd().split("\n").length, imports: findImports(tree, path), tree };
}

/** Those at the top, `export … from`, `import()` and `import("…")` in types, wherever they stand. */
function findImports(tree: ts.SourceFile, path: string): Import[] {
  const found: Import[] = [];
  walk(tree, (node) => {
    const add = (specifier: ts.Node, about: Partial<Import>): number =>
      found.push(toImport(specifier, path, about));
    if (ts.isImportDeclaration(node)) {
      add(node.moduleSpecifier, { isTypeOnly: isTypeImport(node.importClause), names: namesOf(node) });
    } else if (ts.isExportDeclaration(node) && node.moduleSpecifier) {
      add(node.moduleSpecifier, { isTypeOnly: node.isTypeOnly });
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      if (node.arguments[0]) add(node.arguments[0], { isLater: true });
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      add(node.argument.literal, { isTypeOnly: true });
    }
  });
  return found;
}

function isTypeImport(clause: ts.ImportClause | undefined): boolean {
  return clause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
}

function toImport(specifier: ts.Node, from: string, about: Partial<Import>): Import {
  const text = ts.isStringLiteral(specifier) ? specifier.text : specifier.getText();
  const target = text.startsWith(".") ? posix.normalize(posix.join(dirname(from), text)) : undefined;
  const found = { specifier: text, ...(target !== undefined && { target }) };
  return { ...found, isTypeOnly: false, isLater: false, names: [], ...about };
}

function namesOf({ importClause }: ts.ImportDeclaration): string[] {
  const bindings = importClause?.namedBindings;
  const own = importClause?.name ? [importClause.name.text] : [];
  if (!bindings) return own;
  if (ts.isNamespaceImport(bindings)) return [...own, bindings.name.text];
  return [...own, ...bindings.elements.map(({ name, propertyName }) => (propertyName ?? name).text)];
}

/** Calls `visit` for every node under `node`. */
export function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
}
