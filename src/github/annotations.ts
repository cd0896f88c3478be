/** Annotations, which GitHub shows at lines of the YAML. */
import type { Place } from "../model.ts";
import type { Problem } from "../problem.ts";
import { printable } from "../text.ts";
import { commandLine } from "./log.ts";

/** An annotation at a line of the pull request. */
export interface Annotation {
  readonly level: "error" | "warning";
  readonly title: string;
  readonly message: string;
  readonly place?: Place;
}

/** GitHub shows this many of each level for one step. */
const SHOWN_PER_LEVEL = 10;

export function problemAnnotations(
  problems: readonly Problem[],
  level: Annotation["level"] = "error",
): Annotation[] {
  return problems.map(({ code, message, hint, place }) => ({
    level,
    title: code,
    message: hint === undefined ? message : `${message} ${hint}`,
    ...(place && { place }),
  }));
}

/** The commands for the annotations, one per line: errors first, at most as many of each level as GitHub shows. */
export function annotate(annotations: readonly Annotation[]): string {
  const shown = (["error", "warning"] as const).flatMap((level) =>
    annotations.filter((annotation) => annotation.level === level).slice(0, SHOWN_PER_LEVEL),
  );
  return shown
    .map(({ level, title, message, place }) =>
      commandLine(level, printable(message, 2000), {
        title: printable(title),
        ...(place && { file: place.file, line: place.line, col: place.column }),
      }),
    )
    .join("");
}
