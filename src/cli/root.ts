/** Finds the root of the repository, also from a subfolder. */
import { existsSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

/**
 * The nearest folder with `skills/`, from here up to the root of the git repository, as the start of a relative path:
 * `""` or `../../`. This folder, if there is no such folder or no repository.
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

/** The path of a folder from the root of its git repository, independent of the working directory. */
export function pathInRepository(dir: string): string {
  const folder = resolve(dir);
  for (let top = folder; top !== dirname(top); top = dirname(top)) {
    if (existsSync(join(top, ".git"))) return relative(top, folder).replaceAll("\\", "/") || ".";
  }
  return dir;
}

/** False also for a folder that may not be read; the command reports that itself. */
function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
