/** Checks everything that a plan and an apply need, and changes nothing. */
import type { DoctorOptions, Facts } from "./check.ts";
import { runChecks } from "./check.ts";
import { FILES } from "./files.ts";
import { GENESYS } from "./genesys.ts";
import { GIT } from "./git.ts";
import { GITHUB } from "./github.ts";
import type { Examined } from "./text.ts";

/** Runs all checks, also after failures. */
export async function examine(options: DoctorOptions): Promise<readonly Examined[]> {
  options.remember(options.env["GITHUB_TOKEN"] ?? "");
  const facts: Facts = { options, reasons: new Map() };
  const examined: Examined[] = [];
  try {
    for (const section of [FILES, GENESYS, GIT, GITHUB]) {
      options.onStep?.(section.step);
      examined.push({ title: section.title, findings: await runChecks(section, facts) });
    }
    return examined;
  } finally {
    facts.transport?.close();
  }
}
