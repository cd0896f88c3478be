/** A plan as text for a terminal or a log. */
import type { Change, Plan } from "../../model.ts";
import { printable } from "../../text.ts";
import { notesFor } from "../notes.ts";
import type { Paint } from "../paint.ts";
import type { Phrase } from "../phrase.ts";
import { plainText } from "../phrase.ts";
import { refusalWords, remedyText } from "../refusals.ts";
import { scheduleFacts, scheduleText } from "../schedule-facts.ts";
import {
  causeWords,
  costLine,
  endWords,
  ESTIMATE,
  paragraphs,
  placeWords,
  quoted,
  valueWords,
  targetLine,
  unnamedUsers,
} from "../words.ts";
import {
  deletionPhrase,
  headline,
  noLedgerPhrase,
  peopleLine,
  renameStory,
  withheldPhrase,
} from "./sentences.ts";
import type { AffectedPerson, PlanView, SkillView } from "./view.ts";
import { isNamed, nameOf, planView, roleOf } from "./view.ts";

interface PlanTextOptions {
  readonly paint: Paint;
  /** Whether users that the YAML doesn't name are named too; a log that others read only counts them. */
  readonly nameEveryone: boolean;
}

/** Changes come first and refusals last, because the end of a long text stays on the screen. */
export function planText(plan: Plan, options: PlanTextOptions): string {
  const view = planView(plan);
  const blocks = [
    heading(plan, options.paint),
    renameBlock(view, options.paint),
    skillBlock(view, options.paint),
    profileBlock(view, options.paint),
    userBlock(view, options),
    titled("What will happen on which day", scheduleText(scheduleFacts(plan), options.paint), options.paint),
    noteBlock(plan, options),
    closing(plan, options),
    allowedBlock(plan, options),
    refusalBlock(plan, options),
  ];
  return paragraphs(blocks);
}

function heading(plan: Plan, paint: Paint): string[] {
  const noLedger = noLedgerPhrase(plan);
  return [
    ...(plan.isEstimate ? [paint.yellow(ESTIMATE)] : []),
    ...(noLedger ? [plainText(noLedger)] : []),
    paint.bold(targetLine(plan)),
  ];
}

/** The steps of each rename, in the order in which they happen. */
function renameBlock({ plan, renames }: PlanView, paint: Paint): string[] {
  const lines = renames.flatMap((rename) => {
    const { title, steps } = renameStory(rename, plan);
    const numbered = steps.map((step, index) => `      ${index + 1}. ${plainText(step)}`);
    return [`  ${paint.yellow("~")} ${plainText(title)}`, ...numbered];
  });
  return titled("Renames", lines, paint);
}

function skillBlock({ plan, skills }: PlanView, paint: Paint): string[] {
  const made = skills.filter(({ existence }) => existence?.verb === "create");
  const kept = skills.filter(({ existence, texts }) => existence === null && texts.length > 0);
  const adopt = plan.isEstimate ? " (create or adopt)" : "";
  const lines = [
    ...made.map((skill) => ({ ...skill, head: `  ${paint.green("+")} ${printable(skill.name)}${adopt}` })),
    ...kept.map((skill) => ({ ...skill, head: `  ${paint.yellow("~")} ${printable(skill.name)}` })),
  ].flatMap(({ head, existence, texts }) => [
    existence ? line(head, existence, paint) : head,
    ...texts.map((change) => textLine(change, paint)),
  ]);
  return titled("Skills", [...lines, ...skills.flatMap((skill) => deletedLines(skill, plan, paint))], paint);
}

/** Users who lose a skill are always named. */
function deletedLines(skill: SkillView, plan: Plan, paint: Paint): string[] {
  const { name, existence, holders, deletion } = skill;
  if (existence?.verb !== "delete") return [];
  const manual = new Set(deletion?.holders.flatMap((holder) => (holder.manual ? [holder.id] : [])));
  const deletedWith = new Set(deletion?.holders.map(({ id }) => id));
  const losing = holders.loss.filter(({ person }) => deletedWith.has(person.id));
  return [
    line(
      `  ${paint.red("-")} ${printable(name)}, ${plainText(deletionPhrase(skill, plan))}`,
      existence,
      paint,
    ),
    ...losing.map(
      ({ person, change }) =>
        `      ${paint.red("-")} ${personWords(person)}${was(change)}${manual.has(person.id) ? ", manual" : ""}`,
    ),
  ];
}

function profileBlock({ plan, profiles }: PlanView, paint: Paint): string[] {
  const lines = profiles.flatMap(({ name, texts, entries }) => [
    `  ${paint.yellow("~")} ${printable(name)}`,
    ...texts.map((change) => textLine(change, paint)),
    ...entries.map((change) => line(`      ${assignmentWords(change, plan, paint)}`, change, paint)),
  ]);
  return titled("Profiles", lines, paint);
}

function userBlock({ plan, people }: PlanView, { paint, nameEveryone }: PlanTextOptions): string[] {
  const shown = people.filter(({ person }) => nameEveryone || isNamed(person));
  const lines = shown.flatMap(({ person, changes }) => [
    `  ${paint.yellow("~")} ${personWords(person)}`,
    ...changes.map((change) => line(`      ${assignmentWords(change, plan, paint)}`, change, paint)),
  ]);
  const hidden = people.length - shown.length;
  if (hidden > 0) lines.push(`  ~ and ${unnamedUsers(hidden)}`);
  return titled("Users", lines, paint);
}

/** Without an e-mail, the name with the id. */
function personWords({ ref, id, name }: AffectedPerson): string {
  return ref === id && name !== id ? `${printable(name)} (${printable(id)})` : printable(ref);
}

/** One line for a skill that a user or a profile gains, loses or keeps at another proficiency. */
function assignmentWords(change: Change, plan: Plan, paint: Paint): string {
  const { field, verb, before, after, rename } = change;
  const name = printable("id" in field ? nameOf(plan, field.id) : field.kind);
  const other = (id: string): string => printable(nameOf(plan, id));
  const manual = change.manual ? " (manual, and stays so)" : "";
  if (field.kind === "until") {
    return `${change.takesAway ? paint.red("~") : paint.yellow("~")} ${name}, ${endWords(after)} (was ${endWords(before)})`;
  }
  if (verb === "remove") {
    if (rename && "to" in rename) return `${paint.dim("-")} ${name}, for ${other(rename.to)}`;
    return `${paint.red("-")} ${name}${was(change)}`;
  }
  const from = rename && "from" in rename ? `, from ${other(rename.from)}${manual}` : manual;
  if (verb === "update") return `${paint.yellow("~")} ${name} ${level(before)} → ${level(after)}${from}`;
  const at = roleOf(change) === null ? "" : ` at ${level(after)}`;
  const until = change.until === undefined ? "" : `, ${endWords(change.until)}`;
  return `${paint.green("+")} ${name}${at}${until}${from}`;
}

function was({ before }: Change): string {
  return typeof before === "number" ? ` (was at ${valueWords(before)})` : "";
}

function level(value: Change["after"]): string {
  return typeof value === "string" ? quoted(value) : valueWords(value);
}

function textLine(change: Change, paint: Paint): string {
  const words = (value: Change["after"]): string => (value === null ? "nothing" : level(value));
  const { field, before, after } = change;
  return line(`      ${paint.yellow("~")} ${field.kind}: ${words(before)} → ${words(after)}`, change, paint);
}

/** A change, with its cause and its place in the YAML behind it in grey. */
function line(text: string, { cause, source }: Change, paint: Paint): string {
  const reasons = [causeWords(cause), source ? placeWords(source) : null].filter((reason) => reason !== null);
  return reasons.length > 0 ? `${text}  ${paint.dim(reasons.join("  "))}` : text;
}

function noteBlock(plan: Plan, { paint, nameEveryone }: PlanTextOptions): string[] {
  const { shown } = notesFor(plan, nameEveryone);
  const lines = shown.map(({ code, sentence }) => `  ${paint.cyan(code)}: ${plainText(sentence)}`);
  return titled("Notes", lines, paint);
}

function closing(plan: Plan, { paint, nameEveryone }: PlanTextOptions): string[] {
  const withheld: Phrase | null = withheldPhrase(plan, nameEveryone);
  return [
    paint.bold(headline(plan)),
    ...(plan.stages.length > 0 ? [peopleLine(plan), paint.dim(costLine(plan))] : []),
    ...(withheld ? [plainText(withheld)] : []),
  ];
}

function allowedBlock(plan: Plan, { paint, nameEveryone }: PlanTextOptions): string[] {
  const lines = plan.allowed.map((refusal) => {
    const { sentence } = refusalWords(refusal, plan, nameEveryone);
    return `  ${paint.yellow("allowed")} ${refusal.code}: ${plainText(sentence)}`;
  });
  return titled("Allowed on purpose", lines, paint);
}

function refusalBlock(plan: Plan, { paint, nameEveryone }: PlanTextOptions): string[] {
  const lines = plan.refusals.flatMap((refusal) => {
    const told = refusalWords(refusal, plan, nameEveryone);
    return [`  ${paint.red(refusal.code)}: ${plainText(told.sentence)}`, `    ${remedyText(told)}`];
  });
  return titled(paint.red("Refused: this plan must not be applied as it stands"), lines, paint);
}

function titled(title: string, lines: readonly string[], paint: Paint): string[] {
  return lines.length > 0 ? [paint.bold(title), ...lines] : [];
}
