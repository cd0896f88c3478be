/** The tree shows the flow: who may import whom, and what no file may be. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";
import type { Import, SourceFile } from "./source-files.ts";
import { readSource, walk } from "./source-files.ts";

/** A folder may import only what stands above it. */
const ORDER: readonly string[] = [
  "model",
  "text",
  "problem",
  "group-by",
  "package-files",
  "node-version",
  "desired",
  "http",
  "genesys",
  "live",
  "ledger",
  "plan",
  "apply",
  "import",
  "report",
  "page",
  "github",
  "server",
  "doctor",
  "sandbox",
  "cli",
];

/** What depends on nothing but values, and each folder's own files. */
const LEAVES: readonly string[] = ["model", "text", "problem", "group-by", "package-files", "node-version"];

/** Made by scripts/generate.js. */
const GENERATED: readonly string[] = ["page/bundle.js", "desired/validators.js"];

const files = readSource();

test("Every folder of src/ has its place in the order.", () => {
  expect(files.map(placeOf).filter((place) => !ORDER.includes(place))).toStrictEqual([]);
});

test("A folder imports only what stands above it, types too.", () => {
  expect(wrong(({ from, to }) => ORDER.indexOf(to) <= ORDER.indexOf(from))).toStrictEqual([]);
});

test("The shared shapes import nothing but one another.", () => {
  expect(wrong(({ from, to }) => !LEAVES.includes(from) || LEAVES.includes(to))).toStrictEqual([]);
});

test("The planner imports only the shared shapes, the reports those and the planner.", () => {
  const allowed = new Map([
    ["plan", LEAVES],
    ["report", [...LEAVES, "plan"]],
  ]);
  expect(wrong(({ from, to }) => [from, ...(allowed.get(from) ?? [to])].includes(to))).toStrictEqual([]);
});

test("The sandbox shares no code with the client, not even a helper.", () => {
  expect(wrong(({ from, to }) => from !== "sandbox" || to === "sandbox")).toStrictEqual([]);
});

test("No file loads itself by way of others.", () => {
  expect(findCycles()).toStrictEqual([]);
});

test("Every import leads to a file that exists, by its full name.", () => {
  const paths = new Set(files.map(({ path }) => path));
  const lost = files.flatMap(({ path, imports }) =>
    imports.flatMap(({ target, specifier }) =>
      target === undefined || target.endsWith(".json") || paths.has(target) || GENERATED.includes(target)
        ? []
        : [`${path}: ${specifier}`],
    ),
  );
  expect(lost).toStrictEqual([]);
});

test("One thing has one name: nothing is exported as default.", () => {
  expect(files.filter(hasDefaultExport).map(({ path }) => path)).toStrictEqual([]);
});

test("A type name exists once.", () => {
  const names = files.flatMap(({ tree }) =>
    tree.statements.flatMap((node) =>
      ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node) ? [node.name.text] : [],
    ),
  );
  expect(names.length).toBeGreaterThan(100);
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toStrictEqual([]);
});

test("No file only passes on what others export.", () => {
  const barrels = files.filter(({ tree }) => tree.statements.every(ts.isExportDeclaration));
  expect(barrels.map(({ path }) => path)).toStrictEqual([]);
});

// ── Imports between places ───────────────────────────────────────────────────────────────────────────

interface Edge {
  readonly from: string;
  readonly to: string;
}

/** `plan/cost.ts → apply/apply.ts` for every import of the project that `isRight` doesn't let through. */
function wrong(isRight: (edge: Edge) => boolean): string[] {
  return files.flatMap((file) =>
    file.imports.flatMap((imported) => {
      const edge = edgeOf(file, imported);
      return !edge || isRight(edge) ? [] : [`${file.path} → ${imported.target ?? ""}`];
    }),
  );
}

function edgeOf(file: SourceFile, { target }: Import): Edge | null {
  if (target === undefined) return null;
  return { from: placeOf(file), to: placeOf({ path: target }) };
}

/** The folder of `src/`, or the name of a file right in it. */
function placeOf({ path }: { readonly path: string }): string {
  return (path.split("/")[0] ?? "").replace(/\.ts$/u, "");
}

/** Every loop of imports once: `a.ts → b.ts → a.ts`, those that are made later included. Types load nothing. */
function findCycles(): string[] {
  const targets = new Map(
    files.map(({ path, imports }) => {
      const loaded = imports.filter(({ isTypeOnly }) => !isTypeOnly);
      return [path, loaded.flatMap(({ target }) => target ?? [])];
    }),
  );
  const finished = new Set<string>();
  const cycles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start !== -1) cycles.push([...trail.slice(start), path].join(" → "));
    if (start !== -1 || finished.has(path)) return;
    for (const target of targets.get(path) ?? []) visit(target, [...trail, path]);
    finished.add(path);
  };
  for (const { path } of files) visit(path, []);
  return cycles;
}

function hasDefaultExport({ tree }: SourceFile): boolean {
  let found = false;
  walk(tree, (node) => {
    if (ts.isExportAssignment(node) || node.kind === ts.SyntaxKind.DefaultKeyword) {
      found ||= ts.isExportAssignment(node) || isModifier(node);
    }
    if (ts.isExportSpecifier(node) && node.name.text === "default") found = true;
  });
  return found;
}

/** `default` as in `export default`, not as in a `switch`. */
function isModifier(node: ts.Node): boolean {
  return ts.isFunctionDeclaration(node.parent) || ts.isClassDeclaration(node.parent);
}

test("The benchmarks import only what the program exports.", () => {
  const imports = readdirSync("bench").flatMap((file) => {
    const text = readFileSync(join("bench", file), "utf8");
    return [...text.matchAll(/import \{([^}]*)\} from "\.\.\/dist\/([^"]+)\.js"/g)];
  });
  expect(imports.length).toBeGreaterThan(10);
  for (const [, names = "", path = ""] of imports) {
    const source = readFileSync(`src/${path}.ts`, "utf8");
    for (const [name = ""] of names.split(",").map((one) => one.trim().split(" "))) {
      if (name !== "") expect(source).toMatch(new RegExp(`^export .*\\b${name}\\b`, "m"));
    }
  }
});
