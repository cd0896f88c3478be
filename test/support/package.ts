/** The packed program, and shells in which `npx` runs it. */
import { execFile, execFileSync } from "node:child_process";
import { chmodSync, cpSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { temporaryDirectory } from "../ledger/repositories.ts";
import { builtProgram } from "./program.ts";

const ROOT = join(import.meta.dirname, "../..");

let unpacked: Promise<string> | undefined;

/**
 * The package as `npm pack` makes it, unpacked beside the packages that it needs, once for all tests of a worker;
 * answers its folder.
 */
function unpackedPackage(): Promise<string> {
  return (unpacked ??= unpackPackage());
}

async function unpackPackage(): Promise<string> {
  const main = await builtProgram();
  const [source, folder] = [temporaryDirectory(), mkdtempSync(join(tmpdir(), "package-"))];
  const { files } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { files: string[] };
  cpSync(dirname(dirname(main)), join(source, "dist"), { recursive: true });
  writeFileSync(join(source, "dist/commit.txt"), `${"0123456789".repeat(4)}\n`);
  for (const name of ["package.json", "README.md", "LICENSE", ...files.filter((name) => name !== "dist")])
    cpSync(join(ROOT, name), join(source, name), { recursive: true });
  const pack = ["pack", "--ignore-scripts", "--silent", "--pack-destination", folder];
  const tarball = execFileSync("npm", pack, { cwd: source, encoding: "utf8" }).trim();
  execFileSync("tar", ["-xzf", tarball], { cwd: folder });
  symlinkSync(join(ROOT, "node_modules"), join(folder, "package/node_modules"));
  return join(folder, "package");
}

/** A folder of programs that holds `npx`, which runs the packed program whatever its version in the registry. */
export async function installNpx(): Promise<string> {
  const main = join(await unpackedPackage(), "bin/genesys-skills.js");
  const bin = temporaryDirectory();
  writeFileSync(
    join(bin, "npx"),
    `#!/bin/sh\n[ "$1" = genesys-skills ] || exit 127\nshift\nexec "${process.execPath}" "${main}" "$@"\n`,
  );
  chmodSync(join(bin, "npx"), 0o755);
  return bin;
}

export interface Shell {
  readonly folder: () => string;
  /** What the line printed. Rejects, with what it printed, where it fails. */
  readonly run: (line: string) => Promise<string>;
}

/** One shell after the other; each begins in the folder in which the one before ended. */
export function openShell(start: string, env: NodeJS.ProcessEnv): Shell {
  let folder = start;
  const note = join(temporaryDirectory(), "folder");
  return {
    folder: () => folder,
    async run(line) {
      const script = `${line}\nstatus=$?; pwd > "${note}"; exit $status`;
      const { stdout, stderr } = await promisify(execFile)("sh", ["-c", script], { cwd: folder, env });
      folder = readFileSync(note, "utf8").trim();
      return stdout + stderr;
    },
  };
}
