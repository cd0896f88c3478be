/** The files by which GitHub runs this program, and by which it asks the right people. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Finding } from "./finding.ts";
import { ok, warning } from "./finding.ts";

const WORKFLOWS = ["plan", "apply", "drift"] as const;
const FOLDER = ".github/workflows";

/** `top` is the folder at the repository's top, `dir` the one of the YAML as seen from there. */
export async function examineWorkflows(top: string, dir: string): Promise<readonly Finding[]> {
  return [describeWorkflows(await readWorkflows(top)), describeOwners(await readOwners(top), dir)];
}

async function readWorkflows(top: string): Promise<ReadonlyMap<string, string>> {
  const folder = join(top, FOLDER);
  const names = await readdir(folder).catch(() => []);
  const files = names.filter((name) => /\.ya?ml$/.test(name));
  return new Map(
    await Promise.all(
      files.map(async (name) => [name, await readFile(join(folder, name), "utf8").catch(() => "")] as const),
    ),
  );
}

/** A workflow is there under its own name, or where another one calls it from another repository. */
function describeWorkflows(files: ReadonlyMap<string, string>): Finding {
  const isThere = (name: string): boolean =>
    [...files].some(
      ([file, text]) =>
        (file.replace(/\.ya?ml$/, "") === name && text.includes("genesys-skills")) ||
        new RegExp(`/${name}\\.ya?ml@`).test(text),
    );
  const missing = WORKFLOWS.filter((name) => !isThere(name));
  if (missing.length === 0) return ok("workflows", "plan, apply and drift are there.");
  return warning("workflows", {
    code: "NO_WORKFLOW",
    message: `No workflow runs ${missing.join(", ")}.`,
    hint: `Put ${missing.map((name) => `${FOLDER}/${name}.yml`).join(", ")} there, as the README shows.`,
  });
}

async function readOwners(top: string): Promise<string | null> {
  for (const folder of [".github", ".", "docs"]) {
    const text = await readFile(join(top, folder, "CODEOWNERS"), "utf8").catch(() => null);
    if (text !== null) return text;
  }
  return null;
}

function describeOwners(text: string | null, dir: string): Finding {
  const lines = (text ?? "").split("\n").map((line) => line.replace(/#.*/, "").trim());
  const rules = lines.filter((line) => line !== "").map((line) => line.split(/\s+/));
  const missing = [".github", dir].filter((folder) => !hasOwners(folder, rules)).map(asPattern);
  if (missing.length > 0) {
    const folders = missing.join(" and ");
    return warning("codeowners", {
      code: "NO_CODEOWNERS",
      message: `Nobody in particular has to look at changes of ${folders}.`,
      hint: `Name who has to in .github/CODEOWNERS: a line such as \`${missing[0] ?? ""} @your-organisation/your-team\` for each.`,
    });
  }
  if (rules.flat().some((word) => word.startsWith("@your-organisation/"))) {
    return warning("codeowners", {
      code: "EXAMPLE_OWNERS",
      message: "CODEOWNERS still names the teams of the example.",
      hint: "Replace @your-organisation/… by teams or people of yours.",
    });
  }
  return ok("codeowners", `${asPattern(".github")} and ${asPattern(dir)} have owners.`);
}

/** The last rule for a folder counts, and one that names nobody takes the owners away. */
function hasOwners(folder: string, rules: readonly (readonly string[])[]): boolean {
  const rule = rules.findLast(([pattern = ""]) => covers(pattern, folder));
  return rule !== undefined && rule.length > 1;
}

/** The folder as CODEOWNERS has it; `*` for the repository's top. */
function asPattern(folder: string): string {
  return folder === "" ? "*" : `/${folder}/`;
}

/** As far as the usual patterns go: everything, the folder, or one that it is in. */
function covers(pattern: string, folder: string): boolean {
  const bare = pattern.replace(/^\//, "").replace(/\/?\*{0,2}$/, "");
  return bare === "" || folder === bare || folder.startsWith(`${bare}/`);
}
