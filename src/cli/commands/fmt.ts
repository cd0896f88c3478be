/** `fmt`: puts the YAML into one order and style, with the same meaning and comments. */
import { writeFile } from "node:fs/promises";
import { findFiles, openDirectory, readText, shownPath } from "../../desired/files.ts";
import { formatYaml } from "../../desired/format.ts";
import { parseText } from "../../desired/parse.ts";
import type { ProblemDraft } from "../../desired/problems.ts";
import { finishProblems } from "../../desired/problems.ts";
import { Failure } from "../../problem.ts";
import { count } from "../../text.ts";
import type { Terminal } from "../terminal.ts";

interface FmtOptions {
  readonly dir: string;
  /** Writes nothing. */
  readonly check?: boolean;
}

/** Exit code 1 with `--check` if a file would change. Throws Failure for invalid YAML; then nothing is written. */
export async function fmtCommand({ dir, check = false }: FmtOptions, terminal: Terminal): Promise<number> {
  const files = await readFiles(dir);
  const changed = files.flatMap(({ path, text }) => {
    const formatted = formatYaml(text);
    return formatted === text ? [] : [{ path, formatted }];
  });
  for (const { path, formatted } of changed) {
    if (!check) await writeFile(path, formatted);
    terminal.show(`${check ? "Not formatted" : "Formatted"}: ${shownPath(path)}\n`);
  }
  if (check && changed.length > 0) {
    terminal.err(
      `${count(changed.length, "file")} of ${files.length} would change. Run genesys-skills fmt.\n`,
    );
    return 1;
  }
  if (changed.length === 0) terminal.show(`${count(files.length, "file")}, all formatted.\n`);
  return 0;
}

/** Every YAML file under the folder; JSON stays as it is. */
async function readFiles(dir: string) {
  const drafts: ProblemDraft[] = [];
  const texts = new Map<string, string>();
  const files = [];
  for (const { path } of await findFiles(await openDirectory(dir), (draft) => drafts.push(draft))) {
    if (!/\.ya?ml$/i.test(path)) continue;
    const file = shownPath(path);
    const text = await readText(path, (draft) => drafts.push(draft));
    if (text === undefined) continue;
    texts.set(file, text);
    await parseText({ file, text }, (draft) => drafts.push(draft));
    files.push({ path, text });
  }
  if (drafts.length > 0) throw new Failure(finishProblems(drafts, texts));
  return files;
}
