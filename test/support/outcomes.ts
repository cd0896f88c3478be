/** What became of an apply, as one line for each change, to compare at a glance. */
import type { ApplyReport, Change, ChangeOutcome, Operation, Plan } from "../../src/model.ts";
import { slugOf } from "../../src/text.ts";

/** `ann@example.com billing: done`, sorted; `done` may say how, `skipped` says why. */
export function outcomeLines({ outcomes }: ApplyReport, plan: Plan): string[] {
  return outcomes
    .flatMap(({ operation, changes }) =>
      changes.map((outcome) => {
        const change = operation.changes.find(({ id }) => id === outcome.change);
        return `${change ? aboutOf(operation, change, plan) : "?"}: ${resultOf(outcome)}`;
      }),
    )
    .sort();
}

function resultOf(change: ChangeOutcome): string {
  switch (change.result) {
    case "done":
      return change.how ?? "done";
    case "failed":
    case "unsettled":
      return change.result;
    case "skipped":
      return change.why.kind;
  }
}

function aboutOf(operation: Operation, { subject, field, verb }: Change, plan: Plan): string {
  const slug = (id: string): string => plan.skills[id]?.slug ?? id;
  if (field.kind === "existence") return `${verb} ${slug(subject.id)}`;
  const what = field.kind === "skill" ? slug(field.id) : field.kind;
  if (subject.kind === "skill") return `${slug(subject.id)} ${what}`;
  if (subject.kind === "profile") return `${slugOf(operation.name)} ${what}`;
  const holder = operation.deletion?.holders.find(({ id }) => id === subject.id);
  return `${holder?.email ?? operation.email ?? subject.id} ${what}`;
}

/** The reasons of all that failed or is unsettled. */
export function reasonsOf({ outcomes }: ApplyReport): string[] {
  return outcomes.flatMap(({ changes }) =>
    changes.flatMap((change) => ("reason" in change ? [change.reason] : [])),
  );
}
