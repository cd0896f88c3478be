/** A plan as the lines that scenarios hold: one for each change, note and refusal, without hashes and places. */
import type { AssignmentChange, EntryChange, FieldChange, Operation, Plan } from "../../src/model.ts";
import { summaryLine } from "../../src/report/words.ts";

export function planLines(plan: Plan): string[] {
  return [
    ...(plan.hasLedger ? [] : ["(no ledger)"]),
    summaryLine(plan),
    ...plan.stages.flat().flatMap((operation) => operationLines(operation, plan)),
    ...plan.notes.map((note) => `note ${factLine(note)}`),
    ...plan.refusals.map((refusal) => `refused ${factLine(refusal)}`),
    ...plan.allowed.map((refusal) => `allowed ${factLine(refusal)}`),
  ];
}

function operationLines(operation: Operation, plan: Plan): string[] {
  switch (operation.kind) {
    case "create-skill":
      return [`+ skill ${operation.name} (${operation.cause})`];
    case "update-skill":
      return operation.changes.map((change) => fieldLine(`skill ${nameOf(operation.skill, plan)}`, change));
    case "update-profile":
      return [
        ...operation.changes.map((change) => fieldLine(`profile ${operation.name}`, change)),
        ...operation.entries.map((entry) => entryLine(operation.name, entry, plan)),
      ];
    case "update-user": {
      const who = operation.email || operation.id;
      return operation.changes.map((change) => assignmentLine(who, change, operation.named, plan));
    }
  }
}

function fieldLine(what: string, { field, before, after, cause }: FieldChange): string {
  return `~ ${what} ${field} ${before === null ? "nothing" : `"${before}"`} → "${after}" (${cause})`;
}

function entryLine(profile: string, { kind, skill, cause }: EntryChange, plan: Plan): string {
  const name = nameOf(skill, plan);
  return kind === "gain"
    ? `+ profile ${profile} gains ${name} (${cause})`
    : `- profile ${profile} loses ${name} (${cause})`;
}

/** `unnamed` marks a user whom the YAML doesn't name, only a group of theirs or the ledger. */
function assignmentLine(who: string, change: AssignmentChange, named: boolean, plan: Plan): string {
  const name = nameOf(change.skill, plan);
  const why = named ? `(${change.cause})` : `(${change.cause}, unnamed)`;
  switch (change.kind) {
    case "gain":
      return `+ ${who} gains ${name} at ${change.after} ${why}`;
    case "change":
      return `~ ${who} ${name} ${change.before} → ${change.after} ${why}`;
    case "lose":
      return `- ${who} loses ${name}, was ${change.before} ${why}`;
  }
}

function nameOf(skill: string, plan: Plan): string {
  return plan.skills[skill]?.name ?? `?${skill}`;
}

/** `CODE key value, key value`: every fact of a note or refusal but its place. */
function factLine({ code, ...facts }: { readonly code: string }): string {
  const words = Object.entries(facts)
    .filter(([key]) => key !== "origin")
    .map(([key, value]) => `${key} ${Array.isArray(value) ? value.join(" + ") : String(value)}`);
  return [code, words.join(", ")].filter((part) => part !== "").join(" ");
}
