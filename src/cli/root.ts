/** The folder of the repository in which a command runs, found also from a folder below it. */
import { existsSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

/**
 * The nearest folder that holds `skills/`, from here up to the top of the git repository, as what a path begins with
 * that leads there from here: `""` or `../../`. It is this folder where there is no such folder, or no repository.
 */
export function findRoot(cwd = process.cwd()): string {
  let nearest: string | null = null;
  for (let folder = cwd; ; folder = dirname(folder)) {
    if (nearest === null && isFolder(join(folder, "skills"))) nearest = folder;
    const isTop = existsSync(join(folder, ".git"));
    if (isTop) break;
    if (folder === dirname(folder)) return "";
  }
  const path = relative(cwd, nearest ?? cwd);
  return path === "" ? "" : `${path.replaceAll("\\", "/")}/`;
}

/** A folder as seen from the top of its git repository, whatever folder the command runs in. */
export function pathInRepository(dir: string): string {
  const folder = resolve(dir);
  for (let top = folder; top !== dirname(top); top = dirname(top)) {
    if (existsSync(join(top, ".git"))) return relative(top, folder).replaceAll("\\", "/") || ".";
  }
  return dir;
}

/** Not where it may not be looked at, either: the command then says so in its own words. */
function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
