/** What became of an apply, as one line for each change, to compare at a glance. */
import type { ApplyReport, ChangeOutcome, Operation } from "../../src/model.ts";

/** `ann@example.com billing: done`, sorted; `done` may be `adopted` or `was-so`, `skipped` says why. */
export function outcomeLines({ outcomes }: ApplyReport): string[] {
  return outcomes
    .flatMap(({ operation, changes }) =>
      changes.map((change) => `${aboutOf(operation, change.fingerprint)}: ${resultOf(change)}`),
    )
    .sort();
}

function resultOf(change: ChangeOutcome): string {
  switch (change.result) {
    case "done":
      return change.how ?? "done";
    case "failed":
      return "failed";
    case "skipped":
      return change.why.kind;
  }
}

function aboutOf(operation: Operation, fingerprint: string): string {
  if (operation.kind === "update-skill") {
    return `${operation.skill} ${fieldOf(operation.changes, fingerprint)}`;
  }
  if (operation.kind === "update-profile") {
    const entry = operation.entries.find((one) => one.fingerprint === fingerprint);
    return `${operation.profile} ${entry?.skill ?? fieldOf(operation.changes, fingerprint)}`;
  }
  if (operation.kind === "update-user") {
    const change = operation.changes.find((one) => one.fingerprint === fingerprint);
    return `${operation.email} ${change?.skill ?? "?"}`;
  }
  return `${operation.kind.replace("-skill", "")} ${operation.skill}`;
}

function fieldOf(changes: readonly { field: string; fingerprint: string }[], fingerprint: string): string {
  return changes.find((one) => one.fingerprint === fingerprint)?.field ?? "?";
}

/** The reasons of all that failed. */
export function reasonsOf({ outcomes }: ApplyReport): string[] {
  return outcomes.flatMap(({ changes }) =>
    changes.flatMap((change) => (change.result === "failed" ? [change.reason] : [])),
  );
}
