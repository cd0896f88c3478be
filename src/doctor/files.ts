/** Node.js, and the YAML of the target. */
import { dayAt } from "../desired/calendar.ts";
import { loadDesired } from "../desired/load.ts";
import { DEFAULT_TARGET, listTargets } from "../desired/targets.ts";
import type { Desired } from "../model.ts";
import { explainOldNode } from "../node-version.ts";
import type { Problem } from "../problem.ts";
import { catchFailure, Failure, formatPlace } from "../problem.ts";
import { count, printable } from "../text.ts";
import type { CheckResult, DoctorOptions, Section } from "./check.ts";
import { check, ok, unchecked, warning, wrong } from "./check.ts";

const NODE = check("node", "Node.js", [], ({ options: { nodeVersion } }) => {
  const message = explainOldNode(nodeVersion);
  if (message === null) return ok(`${nodeVersion}.`);
  return wrong({ code: "OLD_NODE", message, hint: "Install a newer one from https://nodejs.org." });
});

/** Loads the YAML and checks the target. Problems with the folder are reported by the check of the YAML. */
const TARGET = check("target", "Target", [], async (facts) => {
  const { dir, target: asked, sandbox } = facts.options;
  const names = await catchFailure(listTargets(dir));
  const dayIn = (zone: string): string => dayAt(Date.now(), zone);
  const loaded = await catchFailure(
    loadDesired({ dir, ...(asked !== undefined && { target: asked }), dayIn }),
  );
  facts.loaded = loaded;
  const problem = loaded instanceof Failure ? loaded.problems.find(isAboutTarget) : undefined;
  const [first = DEFAULT_TARGET, ...others] = names instanceof Failure ? [] : names;
  if (!problem) facts.suffix = others.length === 0 && first === DEFAULT_TARGET ? "" : (asked ?? first);
  if (sandbox) facts.target = "sandbox";
  else if (!problem) facts.target = asked ?? first;
  return problem ? wrong(problem) : ok(`${facts.target ?? ""}.`);
});

function isAboutTarget({ code }: Problem): boolean {
  return code === "TARGET_NEEDED" || code === "UNKNOWN_TARGET";
}

const YAML = check("yaml", "YAML", ["target", "loaded"], (facts) => {
  const { options, loaded } = facts;
  if (loaded instanceof Failure) {
    const problems = loaded.problems.filter((problem) => !isAboutTarget(problem));
    return sumUp(problems, options);
  }
  const { desired, files, warnings } = loaded;
  facts.desired = options.sandbox ? withoutPolicy(desired) : desired;
  const { skills, profiles, users } = desired;
  const parts = [
    count(skills.length, "skill"),
    count(profiles.length, "profile"),
    count(users.length, "user"),
  ];
  const found = `${parts.join(", ")} in ${count(files.length, "file")} of ${printable(options.dir)}.`;
  const [first] = warnings;
  if (!first) return ok(found);
  return warning({ ...first, message: `${found} ${first.message}`, hint: validateHint(options) });
});

/** Removes settings that don't apply to a sandbox. */
function withoutPolicy(desired: Desired): Desired {
  const { organization: _, ...settings } = desired.settings;
  return { ...desired, settings: { ...settings, api: "auto" } };
}

/** Sums all problems up in one line; `validate` shows each of them. */
function sumUp([first, ...others]: readonly Problem[], options: DoctorOptions): CheckResult {
  if (!first) return unchecked({ why: "the target is unknown" });
  if (first.place === undefined) return wrong(first);
  const where = `${formatPlace(first.place)}: ${first.message}`;
  const message =
    others.length === 0
      ? `One problem: ${where}`
      : `${count(others.length + 1, "problem")}; the first is ${where}`;
  return wrong({ code: "INVALID_YAML", message, hint: validateHint(options) });
}

function validateHint({ dir }: DoctorOptions): string {
  const flag = /^(\.\.\/)*skills$/.test(dir) ? "" : ` --dir ${printable(dir)}`;
  return `Run \`genesys-skills validate${flag}\`, which shows each problem with its line and a remedy.`;
}

export const FILES: Section = {
  title: "Files",
  step: "Looking at the files…",
  checks: [NODE, TARGET, YAML],
};
