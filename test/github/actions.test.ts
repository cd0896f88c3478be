import { readFileSync } from "node:fs";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { Annotation } from "../../src/github/annotations.ts";
import { annotate, problemAnnotations } from "../../src/github/annotations.ts";
import { disarm } from "../../src/github/log.ts";
import { grouped, planAnnotations, setOutputs, writeSummary } from "../../src/github/actions.ts";
import { HOSTILE } from "../report/impact-hostile.ts";
import { planNamed, UNNAMED } from "../report/plan-named.ts";
import { outputFile, outputsIn, summaryFile } from "./step-files.ts";

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

function linesOf(commands: string): string[] {
  return commands.split("\n").filter((line) => line !== "");
}

describe("annotations", () => {
  test("stand at the lines of what is wrong", () => {
    const place = { file: "skills/a.yaml", line: 3, column: 5 };
    const problem = { code: "UNKNOWN_SKILL", message: "There is none.", hint: "Add it.", place };
    expect(annotate(problemAnnotations([problem]))).toBe(
      "::error title=UNKNOWN_SKILL,file=skills/a.yaml,line=3,col=5::There is none. Add it.\n",
    );
  });

  test("tell refusals as errors and removals as warnings, once for each line", () => {
    const all = planAnnotations(planNamed("Billing"));
    const codes = all.filter(({ level }) => level === "error").map(({ title }) => title);
    expect(codes).toEqual(planNamed("Billing").refusals.map(({ code }) => code));
    const warnings = all.filter(({ level }) => level === "warning");
    expect(warnings.map(({ title }) => title)).toEqual(["2 removals", "Removal", "2 removals"]);
    for (const { place } of warnings)
      expect(place).toEqual({ file: "skills/Billing.yaml", line: 3, column: 5 });
  });

  test("are no more than GitHub shows of each level, errors first", () => {
    const many = (level: Annotation["level"]) =>
      Array.from({ length: 14 }, (_, at): Annotation => ({ level, title: `t${at}`, message: "m" }));
    const levels = linesOf(annotate([...many("warning"), ...many("error")])).map(
      (line) => line.split(" ")[0],
    );
    expect(levels).toEqual([...Array<string>(10).fill("::error"), ...Array<string>(10).fill("::warning")]);
  });

  test.each([...HOSTILE, "a::error::b", "x\n::stop-commands::y", "%0A::error::x"])(
    "are one command each, whatever a name contains: %j",
    (name) => {
      const lines = linesOf(annotate(planAnnotations(planNamed(name))));
      expect(lines.length).toBeLessThanOrEqual(20);
      for (const line of lines) expect(line).toMatch(/^::(error|warning) title=[^:]*::/);
    },
  );

  test("name only people of the YAML", () => {
    const text = annotate(planAnnotations(planNamed("Billing")));
    for (const word of Object.values(UNNAMED)) expect(text).not.toContain(word);
  });
});

describe("outputs", () => {
  test("are set with both kinds of names", async () => {
    const file = outputFile();
    const plan = planNamed("Billing");
    await setOutputs({ plan, planPath: "plan.json", failureReason: "refused" }, { GITHUB_OUTPUT: file });
    const [counts, dashed] = [
      { changes: "true", to_add: "1", to_change: "1", to_destroy: "1", to_move: "1", plan_path: "plan.json" },
      { "to-add": "1", "to-change": "1", "to-destroy": "1", "to-move": "1", "plan-path": "plan.json" },
    ];
    expect(outputsIn(file)).toEqual({
      ...{ ...counts, ...dashed, fingerprint: plan.fingerprint },
      ...{ failure_reason: "refused", "failure-reason": "refused" },
    });
  });

  test("say of a plan without changes that there are none, and of no failure nothing", async () => {
    const file = outputFile();
    await setOutputs({ plan: { ...planNamed("Billing"), stages: [] } }, { GITHUB_OUTPUT: file });
    expect(outputsIn(file)).toMatchObject({ changes: "false", failure_reason: "" });
    expect(outputsIn(file)).not.toHaveProperty("plan_path");
  });

  test("are not printed where GitHub gave no file for them", async () => {
    vi.stubEnv("GITHUB_OUTPUT", undefined);
    const said = vi.spyOn(process.stdout, "write").mockReturnValue(true);
    await setOutputs({ plan: planNamed("Billing") }, {});
    expect(said).not.toHaveBeenCalled();
  });
});

describe("the job's summary", () => {
  test("gets the Markdown, and is cut at the end of a line where it is too long", async () => {
    const file = summaryFile();
    await writeSummary("## Words\n", { GITHUB_STEP_SUMMARY: file });
    expect(readFileSync(file, "utf8").trim()).toBe("## Words");
    await writeSummary("é€ line\n".repeat(200_000), { GITHUB_STEP_SUMMARY: file });
    const text = readFileSync(file, "utf8");
    expect(Buffer.byteLength(text)).toBeLessThan(1_048_576);
    const lines = new Set(text.split("\n"));
    expect(lines).toEqual(new Set(["## Words", "é€ line", "", expect.stringContaining("cut here")]));
  });

  test("is left where GitHub gave no file for it", async () => {
    await expect(writeSummary("## Words\n", {})).resolves.toBeUndefined();
  });
});

describe("the log", () => {
  test.each([
    "::error::x",
    "  ::set-output name=a::b",
    "a\n::stop-commands::x\n",
    "a ##[error]x",
    "a\r::b::",
  ])("obeys nothing in %j", (text) => {
    expect(disarm(text)).not.toMatch(/^\s*::|##\[/m);
    expect(disarm(text).replaceAll(": :", "::").replaceAll("# #", "##")).toBe(text);
  });

  test("stays unchanged without a runner", () => {
    expect(disarm("skills/a.yaml::3\nBilling :: x\n")).toBe("skills/a.yaml::3\nBilling :: x\n");
  });

  test("has groups whose titles end nowhere but at their end", () => {
    expect(grouped("50% of\n::error::x", "text")).toMatch(/^::group::50%25 of[^\n]*\ntext\n::endgroup::\n$/);
  });
});
