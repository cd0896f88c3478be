/** Runs a command for one target or for several, one after the other, each with its own connection and ledger. */
import type { FilesRead } from "../desired/load.ts";
import { listTargets } from "../desired/targets.ts";
import { Failure } from "../problem.ts";
import { count } from "../text.ts";
import { reportFailure } from "./failures.ts";
import type { Terminal } from "./terminal.ts";

interface ChosenTargets {
  readonly dir?: string;
  readonly target?: readonly string[];
  readonly allTargets?: boolean;
  readonly detailedExitcode?: boolean;
  readonly format?: string;
  readonly out?: string;
  readonly impact?: readonly string[];
}

/** Exit codes, the most important first. */
const BY_SEVERITY = [1, 3, 4, 2, 0];

/**
 * Calls `act` with one name as `target`, for all targets, also after one fails. Throws Failure ONE_TARGET for several
 * targets with an option that can hold only one result.
 */
export async function forEachTarget(
  options: ChosenTargets,
  act: (options: object) => Promise<number>,
  { terminal, finds }: { readonly terminal: Terminal; readonly finds: "changes" | "facts" },
): Promise<number> {
  const { target, allTargets = false, ...rest } = options;
  const named = [...new Set(target)];
  const targets = allTargets ? await listTargets(options.dir ?? "skills") : named;
  const [only] = targets;
  if (targets.length < 2)
    return act({ ...rest, ...(only !== undefined && named.length > 0 && { target: only }) });
  refuseSingle(options);
  const codes: number[] = [];
  const filesRead: FilesRead = new Map();
  for (const [index, name] of targets.entries()) {
    if (index > 0) terminal.out("\n");
    try {
      // So that the last line can say which targets have changes.
      codes.push(await act({ ...rest, target: name, filesRead, detailedExitcode: true }));
    } catch (error) {
      codes.push(await reportFailure(error, terminal));
    }
  }
  if (finds === "changes") terminal.err(`${summaryLine(codes)}\n`);
  const worst = BY_SEVERITY.find((code) => codes.includes(code)) ?? 1;
  return worst === 2 && options.detailedExitcode !== true ? 0 : worst;
}

function refuseSingle({ format, out, impact }: ChosenTargets): void {
  const given = [
    ...(out === undefined ? [] : ["--out"]),
    ...(impact === undefined ? [] : ["--impact"]),
    ...(format === undefined || format === "text" ? [] : [`--format ${format}`]),
  ];
  if (given.length === 0) return;
  throw new Failure({
    code: "ONE_TARGET",
    message: `${given.join(" and ")} can hold the result of only one target, and the command has several.`,
    hint: "Run the command once for each target: --target NAME.",
  });
}

/** `3 targets: 1 with changes, 1 without changes, 1 failed.` */
function summaryLine(codes: readonly number[]): string {
  const words = [
    [2, "with changes"],
    [0, "without changes"],
    [3, "refused"],
    [1, "failed"],
  ] as const;
  const parts = words.flatMap(([code, word]) => {
    const number = codes.filter((one) => one === code).length;
    return number > 0 ? [`${number} ${word}`] : [];
  });
  return `${count(codes.length, "target")}: ${parts.join(", ")}.`;
}
