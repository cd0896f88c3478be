/** What became of an apply, as text: what failed and what was left out is listed, what is done is counted. */
import type { ApplyReport, ChangeOutcome, Operation, OperationOutcome, Plan, Skip, Slug } from "../model.ts";
import { count, printable } from "../text.ts";
import type { Paint } from "./paint.ts";
import { quoted, referencesWords, skillName } from "./words.ts";

export interface OutcomeTextOptions {
  readonly paint: Paint;
  /** Whether users that the YAML doesn't name are named too. */
  readonly nameEveryone: boolean;
}

export function outcomeText(report: ApplyReport, plan: Plan, options: OutcomeTextOptions): string {
  const lines = [
    ...report.outcomes.flatMap((outcome) => outcomeLines(outcome, plan, options)),
    ...notVisibleLines(report),
    closing(report, options.paint),
  ];
  return `${lines.join("\n")}\n`;
}

function outcomeLines(outcome: OperationOutcome, plan: Plan, options: OutcomeTextOptions): string[] {
  const about = operationWords(outcome.operation, plan, options);
  return outcome.changes.flatMap((change) => {
    const words = changeWords(change, plan, options.paint);
    return words === null
      ? []
      : [`${words.label} ${about}${skillOf(outcome.operation, change, plan)}: ${words.sentence}`];
  });
}

function changeWords(
  change: ChangeOutcome,
  plan: Plan,
  paint: Paint,
): { label: string; sentence: string } | null {
  switch (change.result) {
    case "done":
      if (change.how !== "adopted") return null;
      return { label: paint.cyan("adopted"), sentence: "it was created by someone else in the meantime." };
    case "failed":
      return { label: paint.red("failed "), sentence: printable(change.reason, 600) };
    case "skipped":
      return { label: paint.yellow("skipped"), sentence: skipSentence(change.why, plan) };
  }
}

function skipSentence(why: Skip, plan: Plan): string {
  switch (why.kind) {
    case "moved":
      return `someone changed it after the plan was made (now ${foundWords(why.found)}); left for the next plan.`;
    case "dependency":
      return `it needs the skill ${quoted(plan.skills[why.on]?.name ?? why.on)}, which could not be created.`;
    case "holders":
      return why.replacedBy === undefined
        ? `${count(why.count, "user")} got it after the plan was made, so it stays; plan again.`
        : `${count(why.count, "user")} who hold it lack ${skillName(plan, why.replacedBy)}, so it stays; plan again.`;
    case "levels":
      return `${count(why.gains.length, "user")} had it at a higher proficiency by then, so it stays; the next apply raises them.`;
    case "in-use":
      return `${referencesWords(why.references)}, so it stays; plan again.`;
    case "stopped":
      return "the apply was stopped before it; the next one does it.";
  }
}

function foundWords(found: string | number | boolean | null): string {
  if (found === null) return "gone";
  return typeof found === "string" ? quoted(found) : String(found);
}

function operationWords(operation: Operation, plan: Plan, { nameEveryone }: OutcomeTextOptions): string {
  switch (operation.kind) {
    case "create-skill":
    case "update-skill":
    case "delete-skill":
      return `skill ${skillName(plan, operation.skill)}`;
    case "update-profile":
      return `profile ${printable(operation.name)}`;
    case "update-user":
      if (!operation.named && !nameEveryone) return "a user that the YAML doesn't name";
      return printable(operation.email === "" ? operation.name : operation.email);
  }
}

/** Which of the operation's skills the change is about, where it has several. */
function skillOf(operation: Operation, { fingerprint }: ChangeOutcome, plan: Plan): string {
  const slug = changedSkill(operation, fingerprint);
  return slug === null ? "" : `, ${skillName(plan, slug)}`;
}

function changedSkill(operation: Operation, fingerprint: string): Slug | null {
  switch (operation.kind) {
    case "create-skill":
    case "update-skill":
    case "delete-skill":
      return null;
    case "update-profile":
      return operation.entries.find((change) => change.fingerprint === fingerprint)?.skill ?? null;
    case "update-user":
      return operation.changes.find((change) => change.fingerprint === fingerprint)?.skill ?? null;
  }
}

function notVisibleLines({ notVisible }: ApplyReport): string[] {
  if (notVisible.length === 0) return [];
  const changes = count(notVisible.length, "change is", "changes are");
  return [`${changes} done but not yet visible: Genesys can take a few minutes to show them.`];
}

function closing({ outcomes, stopped }: ApplyReport, paint: Paint): string {
  const number = (result: ChangeOutcome["result"]): number =>
    outcomes
      .map(({ operation, changes }) => countOf(changes, result) * weightOf(operation))
      .reduce((sum, part) => sum + part, 0);
  const parts = [`${number("done")} done`, `${number("failed")} failed`, `${number("skipped")} skipped`];
  return paint.bold(`${stopped ? "Stopped" : "Applied"}: ${parts.join(", ")}.`);
}

function countOf(changes: readonly ChangeOutcome[], wanted: ChangeOutcome["result"]): number {
  return changes.filter(({ result }) => result === wanted).length;
}

/** As the plan counts it: with a skill that is deleted its holders lose it, unless another takes its place. */
function weightOf(operation: Operation): number {
  return operation.kind === "delete-skill" && operation.replacedBy === undefined
    ? 1 + operation.holders.length
    : 1;
}
