import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { Annotation } from "../../src/github/actions.ts";
import {
  annotate,
  disarm,
  grouped,
  maskSecret,
  planAnnotations,
  problemAnnotations,
  setOutputs,
  writeSummary,
} from "../../src/github/actions.ts";
import type { Plan } from "../../src/model.ts";
import { HOSTILE } from "../report/impact-hostile.ts";
import { planNamed, STRANGER } from "../report/plan-named.ts";

/** What the runner of a step is told while `speak` runs. */
function heard(speak: () => void): string[] {
  const lines: string[] = [];
  const spy = vi.spyOn(process.stdout, "write").mockImplementation((text) => lines.push(String(text)) > 0);
  try {
    speak();
  } finally {
    spy.mockRestore();
  }
  return lines
    .join("")
    .split("\n")
    .filter((line) => line !== "");
}

/** A file that GitHub gives to a step by the variable `name`. */
function stepFile(name: string): { readonly env: NodeJS.ProcessEnv; readonly text: () => string } {
  const folder = mkdtempSync(join(tmpdir(), "genesys-skills-step-"));
  const file = join(folder, "file");
  writeFileSync(file, "");
  vi.stubEnv(name, file);
  onTestFinished(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true, force: true });
  });
  return { env: { [name]: file }, text: () => readFileSync(file, "utf8") };
}

/** Names and values of an output file, whose values stand between random delimiters. */
function outputsOf(text: string): Record<string, string> {
  const entries = [...text.matchAll(/^([\w-]+)<<(\S+)\n([\s\S]*?)\n\2$/gm)];
  return Object.fromEntries(entries.map(([, name = "", , value = ""]) => [name, value]));
}

describe("annotations", () => {
  const many = (level: Annotation["level"]): Annotation[] =>
    Array.from({ length: 12 }, (_, at) => ({ level, title: "CODE", message: `${level} ${at}` }));

  test("show errors first, no more of each level than GitHub shows, and count the rest", () => {
    let left = 0;
    const lines = heard(() => {
      left = annotate([...many("warning"), ...many("error")]);
    });
    expect(lines.map((line) => /^::(\w+)/.exec(line)?.[1])).toEqual([
      ...Array<string>(10).fill("error"),
      ...Array<string>(10).fill("warning"),
    ]);
    expect(left).toBe(4);
  });

  test("stand at the line of the file", () => {
    const place = { file: "skills/a.yaml", line: 3, column: 5 };
    const problems = [{ code: "UNKNOWN_SKILL", message: "No skill.", hint: "Add it.", place }];
    expect(heard(() => annotate(problemAnnotations(problems)))).toEqual([
      "::error title=UNKNOWN_SKILL,file=skills/a.yaml,line=3,col=5::No skill. Add it.",
    ]);
  });

  test("of a plan are its refusals and, once for each line, what is taken away", () => {
    const origin = { file: "skills/a.yaml", line: 3, column: 5 };
    const lose = { kind: "lose", skill: "other", before: 1, patch: [], cause: "edit", origin } as const;
    const users = ["u1", "u2"].map((id) => ({
      ...({ kind: "update-user", id, name: id, email: `${id}@example.com`, named: true } as const),
      changes: [{ ...lose, fingerprint: id }],
    }));
    const plan: Plan = { ...planNamed("Billing"), stages: [users] };
    const annotations = planAnnotations(plan);
    expect(annotations.filter(({ level }) => level === "error").map(({ title }) => title)).toEqual(
      plan.refusals.map(({ code }) => code),
    );
    expect(annotations.filter(({ level }) => level === "warning")).toEqual([
      { level: "warning", title: "2 removals", message: "Billing is taken away.", place: origin },
    ]);
  });

  test.each(HOSTILE)("are one command each, whatever a name says: %j", (name) => {
    const annotations = planAnnotations(planNamed(name));
    const lines = heard(() => annotate(annotations));
    expect(lines).toHaveLength(
      Math.min(10, planNamed(name).refusals.length) + lines.filter(isWarning).length,
    );
    for (const line of lines) expect(line).toMatch(/^::(error|warning) title=[^:]*::/);
    expect(lines.join("\n")).not.toContain(STRANGER.email);
  });
});

function isWarning(line: string): boolean {
  return line.startsWith("::warning");
}

describe("outputs", () => {
  test("are set in both spellings, and nothing else gets in", () => {
    const { env, text } = stepFile("GITHUB_OUTPUT");
    const planPath = "a\nchanges<<x\nfalse\nx";
    setOutputs({ plan: planNamed("Billing"), planPath, failureReason: "plan-changed" }, env);
    expect(outputsOf(text())).toEqual({
      ...{ changes: "true", fingerprint: "0123456789abcdef" },
      ...{ to_add: "1", "to-add": "1", to_change: "1", "to-change": "1", to_destroy: "1", "to-destroy": "1" },
      ...{ plan_path: planPath, "plan-path": planPath },
      ...{ failure_reason: "plan-changed", "failure-reason": "plan-changed" },
    });
  });

  test("are not set outside a step", () => {
    expect(heard(() => setOutputs({ plan: planNamed("Billing") }, {}))).toEqual([]);
  });
});

describe("the summary", () => {
  // In one test, because @actions/core asks for the file only once in a process.
  test("is added to what is there, and cut at a line where GitHub would refuse it", async () => {
    const { env, text } = stepFile("GITHUB_STEP_SUMMARY");
    await writeSummary("# One", env);
    await writeSummary("# Two", env);
    expect(text()).toBe("# One\n# Two\n");
    const line = "é".repeat(50);
    await writeSummary(`${line}\n`.repeat(20_000), env);
    expect(Buffer.byteLength(text())).toBeLessThan(1024 * 1024);
    expect(new Set(text().split("\n").slice(2, 9000))).toEqual(new Set([line]));
    expect(text()).toContain("cut here");
  });

  test("is not written outside a step", async () => {
    await expect(writeSummary("# One", {})).resolves.toBeUndefined();
  });
});

describe("the log", () => {
  test.each(["::error::forged", "fine\n  ::add-mask::x", "name ##[error]forged"])(
    "obeys nothing in somebody's text: %j",
    (text) => {
      const lines = disarm(text, "token").split("\n");
      expect(lines[0]).toBe("::stop-commands::token");
      expect(lines.slice(-2)).toEqual(["::token::", ""]);
      expect(lines.slice(1, -2).join("\n")).toBe(text);
    },
  );

  test("is left as it is where nothing could be obeyed", () => {
    expect(disarm("a::b\nplain\n")).toBe("a::b\nplain\n");
  });

  test("stops commands by a word that nobody can guess", () => {
    expect(disarm("::x")).not.toBe(disarm("::x"));
  });

  test("can be folded, and the fold always ends", () => {
    expect(grouped("A\n::x", "text")).toBe("::group::A\\u{a}::x\ntext\n::endgroup::\n");
    expect(grouped("A", "::endgroup::\n").split("\n").at(-2)).toBe("::endgroup::");
  });

  test("has secrets masked, but no word so short that it would blank out half of it", () => {
    expect(heard(() => maskSecret("s3cret-value"))).toEqual(["::add-mask::s3cret-value"]);
    expect(heard(() => maskSecret("ab"))).toEqual([]);
  });
});
