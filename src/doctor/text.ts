/** Findings as lines for a terminal, and as JSON. */
import type { Paint } from "../report/paint.ts";
import { count, printable } from "../text.ts";
import type { Section } from "./doctor.ts";
import type { Finding, Status } from "./finding.ts";
import { CHECKS } from "./finding.ts";

/** Whether anything is wrong; warnings are not. */
export function isAnythingWrong(sections: readonly Section[]): boolean {
  return findingsOf(sections).some(({ status }) => status === "wrong");
}

/** Sections with a line for each finding, below it what to do; at the end a sentence with the numbers. */
export function doctorText(sections: readonly Section[], paint: Paint): string {
  const parts = sections.map(({ title, findings }) =>
    [paint.bold(title), ...gather(findings).flatMap((line) => lineText(line, paint)), ""].join("\n"),
  );
  return `${parts.join("\n")}\n${closing(findingsOf(sections))}\n`;
}

/** The findings with the names of their sections, for tools. */
export function doctorJson(sections: readonly Section[]): string {
  const findings = sections.flatMap(({ title, findings: some }) =>
    some.map((finding) => ({ section: title, ...finding })),
  );
  return `${JSON.stringify({ ok: !isAnythingWrong(sections), findings }, null, 2)}\n`;
}

function findingsOf(sections: readonly Section[]): readonly Finding[] {
  return sections.flatMap(({ findings }) => findings);
}

// ── Lines ────────────────────────────────────────────────────────────────────────────────────────────

interface Line extends Omit<Finding, "check"> {
  readonly titles: readonly string[];
}

/** What nobody could look at for one and the same reason is one line. */
function gather(findings: readonly Finding[]): Line[] {
  const lines: Line[] = [];
  for (const { check, ...said } of findings) {
    const last = lines.at(-1);
    const isSame =
      last?.status === "unchecked" && said.status === "unchecked" && last.message === said.message;
    if (isSame) lines.splice(-1, 1, { ...last, titles: [...last.titles, CHECKS[check]] });
    else lines.push({ ...said, titles: [CHECKS[check]] });
  }
  return lines;
}

const WORDS: Readonly<Record<Status, string>> = {
  ok: "ok",
  warning: "warning",
  wrong: "wrong",
  unchecked: "not checked",
};

const WIDTH = Math.max(...Object.values(WORDS).map((word) => word.length));
const MAX = 2000;

function lineText({ titles, status, code, message, hint }: Line, paint: Paint): string[] {
  const word = colourOf(status, paint)(WORDS[status].padEnd(WIDTH));
  const suffix = code === undefined ? "" : paint.dim(` (${code})`);
  const line = `  ${word}  ${titles.join(", ")}: ${printable(message, MAX)}${suffix}`;
  return hint === undefined ? [line] : [line, `  ${" ".repeat(WIDTH)}  → ${printable(hint, MAX)}`];
}

function colourOf(status: Status, paint: Paint): (text: string) => string {
  switch (status) {
    case "ok":
      return paint.green;
    case "warning":
      return paint.yellow;
    case "wrong":
      return paint.red;
    case "unchecked":
      return paint.dim;
  }
}

function closing(findings: readonly Finding[]): string {
  const numberOf = (status: Status): number => findings.filter((finding) => finding.status === status).length;
  const [wrong, warnings, unchecked] = [numberOf("wrong"), numberOf("warning"), numberOf("unchecked")];
  const numbers = `${wrong} wrong, ${count(warnings, "warning")}, ${numberOf("ok")} ok, ${unchecked} not checked.`;
  if (wrong > 0) return `${numbers} Begin with the first that is wrong, then run doctor again.`;
  return warnings > 0
    ? `${numbers} Nothing keeps you from working; the warnings say what would be safer or is missing.`
    : numbers;
}
