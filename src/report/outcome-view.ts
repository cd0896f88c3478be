/** The outcome of an apply: the counts, and everything that was not done, in groups. */
import type { ApplyReport, Change, ChangeOutcome, Operation, Plan, Skip } from "../model.ts";
import { groupBy } from "../group-by.ts";
import { referencesPhrase } from "./notes.ts";
import type { Phrase } from "./phrase.ts";
import { counted, data, firstOf, level, listed, phrase, quote, words } from "./phrase.ts";
import { isNamed, nameOf } from "./plan/view.ts";
import type { AffectedPerson } from "./plan/view.ts";
import { peopleOf } from "./plan/view.ts";

export interface OutcomeView {
  /** Changes by result. */
  readonly counts: Readonly<Record<ChangeOutcome["result"], number>>;
  /** All that failed, was skipped or is unsettled, and skills that someone else created. */
  readonly groups: readonly OutcomeGroup[];
  /** Changes that are done but not yet visible. */
  readonly notVisible: number;
  readonly isStopped: boolean;
}

/** Changes that ended in the same way for the same reason. */
export interface OutcomeGroup {
  readonly label: "failed" | "unsettled" | "skipped" | "adopted";
  readonly reason: Phrase;
  /** How many changes they are. */
  readonly number: number;
  /** The subjects of the changes: `ann@example.com, Billing`; users who may not be named are counted in one. */
  readonly about: readonly Phrase[];
}

export interface OutcomeOptions {
  /** Whether users that the YAML doesn't name are named too. */
  readonly nameEveryone: boolean;
}

export function outcomeView(report: ApplyReport, plan: Plan, options: OutcomeOptions): OutcomeView {
  const results = report.outcomes.flatMap(({ changes }) => changes.map(({ result }) => result));
  const counts = { done: 0, failed: 0, skipped: 0, unsettled: 0 };
  for (const result of results) counts[result] += 1;
  return {
    counts,
    groups: groupsOf(report, plan, options),
    notVisible: report.notVisible.length,
    isStopped: report.stopped,
  };
}

/** `Applied: 3 done, 0 failed, 1 skipped.` */
export function closingLine({ counts, isStopped }: OutcomeView): string {
  const { done, failed, skipped, unsettled } = counts;
  const open = unsettled > 0 ? `, ${unsettled} unsettled` : "";
  return `${isStopped ? "Stopped" : "Applied"}: ${done} done, ${failed} failed, ${skipped} skipped${open}.`;
}

/** Null if everything is visible. */
export function notVisiblePhrase({ notVisible }: OutcomeView): Phrase | null {
  if (notVisible === 0) return null;
  return phrase`${counted(notVisible, "change is", "changes are")} done but not yet visible: Genesys can take a few minutes to show them.`;
}

// ── Groups ───────────────────────────────────────────────────────────────────────────────────────────

const LABELS: readonly OutcomeGroup["label"][] = ["failed", "unsettled", "skipped", "adopted"];

function groupsOf(report: ApplyReport, plan: Plan, { nameEveryone }: OutcomeOptions): OutcomeGroup[] {
  const people = peopleOf(report.outcomes.map(({ operation }) => operation));
  const changes = new Map(
    report.outcomes.flatMap(({ operation }) => operation.changes.map((change) => [change.id, change])),
  );
  const told = report.outcomes.flatMap(({ operation, changes: outcomes }) =>
    outcomes.flatMap((outcome) => {
      const reason = reasonOf(outcome, plan, changes);
      const change = changes.get(outcome.change);
      const person = people.get((change ?? operation).subject.id);
      const isHidden = person !== undefined && !nameEveryone && !isNamed(person);
      const about = isHidden ? null : aboutPhrase(operation, change, person, plan);
      return reason === null ? [] : [{ ...reason, about }];
    }),
  );
  return [...groupBy(told, ({ label, reason }) => JSON.stringify([label, reason])).values()]
    .flatMap(([first, ...others]): OutcomeGroup[] => {
      if (!first) return [];
      const all = [first, ...others];
      const about = all.flatMap((one) => (one.about === null ? [] : [one.about]));
      const hidden = all.length - about.length;
      return [
        { ...first, number: all.length, about: hidden === 0 ? about : [...about, hiddenPhrase(hidden)] },
      ];
    })
    .sort((a, b) => LABELS.indexOf(a.label) - LABELS.indexOf(b.label));
}

function hiddenPhrase(number: number): Phrase {
  return words(`${number === 1 ? "a user" : `${number} changes of users`} that the YAML doesn't name`);
}

function aboutPhrase(
  { subject, name }: Operation,
  change: Change | undefined,
  person: AffectedPerson | undefined,
  plan: Plan,
): Phrase {
  const skill = change && "id" in change.field ? phrase`, ${data(nameOf(plan, change.field.id))}` : [];
  if (person) return phrase`${data(person.ref)}${skill}`;
  if (subject.kind === "skill") return phrase`skill ${data(nameOf(plan, subject.id))}`;
  return phrase`profile ${data(name)}${skill}`;
}

/** Null for a change that was done as planned. */
function reasonOf(
  outcome: ChangeOutcome,
  plan: Plan,
  changes: ReadonlyMap<string, Change>,
): Pick<OutcomeGroup, "label" | "reason"> | null {
  switch (outcome.result) {
    case "done":
      if (outcome.how !== "adopted") return null;
      return { label: "adopted", reason: words("it was created by someone else in the meantime.") };
    case "failed":
      return { label: "failed", reason: phrase`${data(outcome.reason, 600)}` };
    case "unsettled":
      return {
        label: "unsettled",
        reason: phrase`the outcome is not known yet (${data(outcome.reason, 600)}); the next apply finds out.`,
      };
    case "skipped":
      return { label: "skipped", reason: skipPhrase(outcome.why, plan, changes) };
  }
}

function skipPhrase(why: Skip, plan: Plan, changes: ReadonlyMap<string, Change>): Phrase {
  switch (why.kind) {
    case "changed-since-plan":
      return phrase`someone changed it after the plan was made (now ${typeof why.found === "string" ? quote(why.found) : level(why.found)}); left for the next plan.`;
    case "not-seen":
      return words("it could not be read right before the write; left for the next plan.");
    case "dependency":
      return phrase`it needs ${dependencyPhrase(why.on, plan, changes)}, which failed.`;
    case "holders":
      return why.replacedBy === undefined
        ? phrase`${counted(why.count, "user")} got it after the plan was made, so it stays; plan again.`
        : phrase`${counted(why.count, "user")} who hold it lack ${data(nameOf(plan, why.replacedBy))}, so it stays; plan again.`;
    case "levels":
      return phrase`${counted(why.gains.length, "user")} had it at a higher proficiency by then, so it stays; the next apply raises them.`;
    case "in-use":
      return phrase`${referencesPhrase(why.references)}, so it stays; plan again.`;
    case "stopped":
      return words("the apply was stopped first; the next one does it.");
  }
}

/** Describes the skill or change with the id `on`. */
function dependencyPhrase(on: string, plan: Plan, changes: ReadonlyMap<string, Change>): Phrase {
  const skill = plan.skills[on];
  if (skill) return phrase`the skill ${quote(skill.name)}`;
  const change = changes.get(on);
  if (change?.field.kind === "skill") return phrase`the change of ${quote(nameOf(plan, change.field.id))}`;
  if (change?.subject.kind === "skill") return phrase`the skill ${quote(nameOf(plan, change.subject.id))}`;
  return phrase`${quote(on)}`;
}

/** How many subjects one line names; the rest of a group is counted. */
const SHOWN = 10;

/** `2 changes, ann@example.com, Billing; skill Sales: it was created by someone else in the meantime.` */
export function groupPhrase({ number, about, reason }: OutcomeGroup): Phrase {
  const many = number > 1 ? phrase`${number} changes, ` : [];
  return phrase`${many}${listed(firstOf(about, SHOWN), "; ")}: ${reason}`;
}
