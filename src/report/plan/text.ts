/** A plan as text for a terminal or a log. */
import type { AssignmentChange, Change, EntryChange, FieldChange, Plan, UpdateUser } from "../../model.ts";
import { count, printable } from "../../text.ts";
import type { Paint } from "../paint.ts";
import { deletionWords, movedWords, renameStories } from "./renames.ts";
import {
  causeWords,
  costLine,
  ESTIMATE,
  headline,
  isAboutStranger,
  NO_LEDGER,
  noteSentence,
  operationsOf,
  peopleLine,
  placeWords,
  proficiencyWords,
  quoted,
  skillName,
} from "../words.ts";
import { refusalWords } from "../refusals.ts";

export interface PlanTextOptions {
  readonly paint: Paint;
  /** Whether users that the YAML doesn't name are named too; a log that others read only counts them. */
  readonly nameEveryone: boolean;
}

/** What will happen first, why it may not last: the end of a long text is what people see. */
export function planText(plan: Plan, options: PlanTextOptions): string {
  const blocks = [
    heading(plan, options.paint),
    renameBlock(plan, options.paint),
    skillBlock(plan, options.paint),
    profileBlock(plan, options.paint),
    userBlock(plan, options),
    noteBlock(plan, options),
    closing(plan, options.paint),
    refusalBlock(plan, options),
  ];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join("\n"))
    .join("\n\n")}\n`;
}

function heading(plan: Plan, paint: Paint): string[] {
  const { target, organization, dialect } = plan;
  const lines = [paint.bold(`Target ${target}: ${printable(organization.name)} (${dialect} API)`)];
  if (!plan.hasLedger) lines.unshift(NO_LEDGER);
  if (plan.isEstimate) lines.unshift(paint.yellow(ESTIMATE));
  return lines;
}

/** Each rename told as one story, in the order in which it happens. */
function renameBlock(plan: Plan, paint: Paint): string[] {
  return titled(
    "Renames",
    renameStories(plan).flatMap((story) => [
      `  ${paint.yellow("~")} ${story.title}`,
      ...story.steps.map((step, index) => `      ${index + 1}. ${step}`),
    ]),
    paint,
  );
}

function skillBlock(plan: Plan, paint: Paint): string[] {
  const created = operationsOf(plan, "create-skill").map((operation) =>
    line(
      `  ${paint.green("+")} ${printable(operation.name)}${plan.isEstimate ? " (create or adopt)" : ""}`,
      operation,
      paint,
    ),
  );
  const updated = operationsOf(plan, "update-skill").flatMap(({ skill, changes }) => [
    `  ${paint.yellow("~")} ${skillName(plan, skill)}`,
    ...changes.map((change) => fieldLine(change, paint)),
  ]);
  const deleted = operationsOf(plan, "delete-skill").map((operation) =>
    line(
      `  ${paint.red("-")} ${printable(operation.name)}, ${deletionWords(operation, plan)}`,
      operation,
      paint,
    ),
  );
  return titled("Skills", [...created, ...updated, ...deleted], paint);
}

function profileBlock(plan: Plan, paint: Paint): string[] {
  const lines = operationsOf(plan, "update-profile").flatMap(({ name, changes, entries }) => [
    `  ${paint.yellow("~")} ${printable(name)}`,
    ...changes.map((change) => fieldLine(change, paint)),
    ...entries.map((entry) =>
      line(`      ${entrySign(entry, paint)} ${skillName(plan, entry.skill)}`, entry, paint),
    ),
  ]);
  return titled("Profiles", lines, paint);
}

function userBlock(plan: Plan, { paint, nameEveryone }: PlanTextOptions): string[] {
  const users = operationsOf(plan, "update-user");
  const shown = users.filter(({ named }) => named || nameEveryone);
  const lines = shown.flatMap((user) => [
    `  ${paint.yellow("~")} ${userWords(user)}`,
    ...user.changes.map((change) => line(`      ${assignmentWords(change, plan, paint)}`, change, paint)),
  ]);
  const hidden = users.length - shown.length;
  if (hidden > 0) lines.push(`  ~ and ${count(hidden, "user")} that the YAML doesn't name`);
  return titled("Users", lines, paint);
}

function userWords({ email, name, id }: UpdateUser): string {
  return email === "" ? `${printable(name)} (${printable(id)})` : printable(email);
}

function assignmentWords(change: AssignmentChange, plan: Plan, paint: Paint): string {
  const name = skillName(plan, change.skill);
  switch (change.kind) {
    case "gain":
      return `${paint.green("+")} ${name} at ${proficiencyWords(change.after)}${movedWords(change, plan)}`;
    case "change":
      return `${paint.yellow("~")} ${name} ${proficiencyWords(change.before)} → ${proficiencyWords(change.after)}`;
    case "lose":
      if (change.to !== undefined) return `${paint.dim("-")} ${name}, for ${skillName(plan, change.to)}`;
      return `${paint.red("-")} ${name} (was at ${proficiencyWords(change.before)})`;
  }
}

function entrySign({ kind }: EntryChange, paint: Paint): string {
  return kind === "gain" ? paint.green("+") : paint.red("-");
}

function fieldLine(change: FieldChange, paint: Paint): string {
  const before = change.before === null ? "nothing" : quoted(change.before);
  return line(
    `      ${paint.yellow("~")} ${change.field}: ${before} → ${quoted(change.after)}`,
    change,
    paint,
  );
}

/** A change with why and where in grey behind it. */
function line(text: string, { cause, origin }: Change, paint: Paint): string {
  const reasons = [causeWords(cause), origin ? placeWords(origin) : null].filter((reason) => reason !== null);
  return reasons.length > 0 ? `${text}  ${paint.dim(reasons.join("  "))}` : text;
}

function noteBlock(plan: Plan, { paint, nameEveryone }: PlanTextOptions): string[] {
  const shown = plan.notes.filter((note) => nameEveryone || !isAboutStranger(note));
  const lines = shown.map((note) => `  ${paint.cyan(note.code)}: ${noteSentence(note, plan)}`);
  return titled("Notes", lines, paint);
}

function closing(plan: Plan, paint: Paint): string[] {
  const lines = [paint.bold(headline(plan))];
  if (plan.stages.length > 0) lines.push(peopleLine(plan), paint.dim(costLine(plan)));
  return lines;
}

function refusalBlock(plan: Plan, { paint, nameEveryone }: PlanTextOptions): string[] {
  const allowed = plan.allowed.map((refusal) => {
    return `  ${paint.yellow("allowed")} ${refusal.code}: ${refusalWords(refusal, plan).sentence}`;
  });
  const refused = plan.refusals.flatMap((refusal) => {
    const { sentence, cure } = refusalWords(refusal, plan, nameEveryone);
    return [`  ${paint.red(refusal.code)}: ${sentence}`, `    ${cure}`];
  });
  const blocks = [
    titled("Allowed on purpose", allowed, paint),
    titled(paint.red("Refused: this plan must not be applied as it stands"), refused, paint),
  ];
  return blocks
    .filter((block) => block.length > 0)
    .flatMap((block, index) => (index > 0 ? ["", ...block] : block));
}

function titled(title: string, lines: readonly string[], paint: Paint): string[] {
  return lines.length > 0 ? [paint.bold(title), ...lines] : [];
}
