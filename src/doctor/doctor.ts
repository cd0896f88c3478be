/** Checks everything that a plan and an apply need, and changes nothing; prints the findings as text or JSON. */
import type { Paint } from "../report/paint.ts";
import { count, printable } from "../text.ts";
import type { DoctorOptions, Examined, Facts, Finding, Status } from "./check.ts";
import { runChecks } from "./check.ts";
import { FILES } from "./files.ts";
import { GENESYS } from "./genesys.ts";
import { GIT } from "./git.ts";
import { GITHUB } from "./github.ts";

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

/** Whether anything is wrong; warnings don't count. */
export function isAnythingWrong(sections: readonly Examined[]): boolean {
  return sections.some(({ findings }) => findings.some(({ status }) => status === "wrong"));
}

/** Sections with a line for each finding and its remedy, and a closing sentence with the numbers. */
export function doctorText(sections: readonly Examined[], paint: Paint): string {
  const parts = sections.map(({ title, findings }) =>
    [paint.bold(title), ...gather(findings).flatMap((line) => lineText(line, paint)), ""].join("\n"),
  );
  return `${parts.join("\n")}\n${summaryLine(sections.flatMap(({ findings }) => findings))}\n`;
}

/** The findings with the names of their sections, for tools. */
export function doctorJson(sections: readonly Examined[]): string {
  const findings = sections.flatMap(({ title: section, findings: some }) =>
    some.map(({ title: _, ...finding }) => ({ section, ...finding })),
  );
  return `${JSON.stringify({ ok: !isAnythingWrong(sections), findings }, null, 2)}\n`;
}

/** Joins neighbouring unchecked findings with the same reason to one line. */
function gather(findings: readonly Finding[]): Finding[] {
  const lines: Finding[] = [];
  for (const finding of findings) {
    const last = lines.at(-1);
    const isSame =
      finding.status === "unchecked" && last?.status === "unchecked" && last.message === finding.message;
    if (isSame) lines.splice(-1, 1, { ...last, title: `${last.title}, ${finding.title}` });
    else lines.push(finding);
  }
  return lines;
}

const WORDS = {
  ok: ["ok", "green"],
  warning: ["warning", "yellow"],
  wrong: ["wrong", "red"],
  unchecked: ["not checked", "dim"],
} as const satisfies Record<Status, readonly [string, keyof Paint]>;

const WIDTH = Math.max(...Object.values(WORDS).map(([word]) => word.length));
const MAX = 2000;

function lineText({ title, status, code, message, hint }: Finding, paint: Paint): string[] {
  const [word, colour] = WORDS[status];
  const suffix = code === undefined ? "" : paint.dim(` (${code})`);
  const line = `  ${paint[colour](word.padEnd(WIDTH))}  ${title}: ${printable(message, MAX)}${suffix}`;
  return hint === undefined ? [line] : [line, `  ${" ".repeat(WIDTH)}  → ${printable(hint, MAX)}`];
}

function summaryLine(findings: readonly Finding[]): string {
  const numberOf = (status: Status): number => findings.filter((finding) => finding.status === status).length;
  const [wrong, warnings, unchecked] = [numberOf("wrong"), numberOf("warning"), numberOf("unchecked")];
  const numbers = `${wrong} wrong, ${count(warnings, "warning")}, ${numberOf("ok")} ok, ${unchecked} not checked.`;
  if (wrong > 0) return `${numbers} Begin with the first that is wrong, then run doctor again.`;
  return warnings > 0 ? `${numbers} You can work; the warnings show what is missing or unsafe.` : numbers;
}
