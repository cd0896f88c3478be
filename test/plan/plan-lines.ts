/** A plan as the lines that scenarios hold: one for each change, note and refusal, without hashes and places. */
import type {
  AssignmentChange,
  DeleteSkill,
  EntryChange,
  FieldChange,
  Ledger,
  Live,
  Operation,
  Plan,
} from "../../src/model.ts";
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
    case "delete-skill":
      return [deleteLine(operation, plan)];
  }
}

function fieldLine(what: string, { field, before, after, cause }: FieldChange): string {
  return `~ ${what} ${field} ${before === null ? "nothing" : `"${before}"`} → "${after}" (${cause})`;
}

function entryLine(profile: string, { kind, skill, byHand, cause }: EntryChange, plan: Plan): string {
  const name = nameOf(skill, plan);
  return kind === "gain"
    ? `+ profile ${profile} gains ${name}${byHand ? " by hand" : ""} (${cause})`
    : `- profile ${profile} loses ${name} (${cause})`;
}

/** `unnamed` marks a user whom the YAML doesn't name, only a group of theirs or the ledger. */
function assignmentLine(who: string, change: AssignmentChange, named: boolean, plan: Plan): string {
  const name = nameOf(change.skill, plan);
  const why = named ? `(${change.cause})` : `(${change.cause}, unnamed)`;
  switch (change.kind) {
    case "gain": {
      const from = change.from === undefined ? "" : ` for ${nameOf(change.from, plan)}`;
      return `+ ${who} gains ${name}${from} at ${change.after}${change.byHand ? " by hand" : ""} ${why}`;
    }
    case "change":
      return `~ ${who} ${name} ${change.before} → ${change.after} ${why}`;
    case "lose": {
      const to = change.to === undefined ? "" : ` for ${nameOf(change.to, plan)}`;
      return `- ${who} loses ${name}${to}, was ${change.before} ${why}`;
    }
  }
}

function deleteLine(operation: DeleteSkill, plan: Plan): string {
  const { name, replacedBy, holders, byHand, inactive = [], cause } = operation;
  const away = inactive.length > 0 ? `, ${inactive.length} inactive` : "";
  const held = `held by ${holders.length}, ${byHand} of them by hand${away}`;
  const by = replacedBy === undefined ? "" : `, replaced by ${nameOf(replacedBy, plan)}`;
  return `- skill ${name}${by}, ${held} (${cause})`;
}

function nameOf(skill: string, plan: Plan): string {
  return plan.skills[skill]?.name ?? `?${skill}`;
}

/** `CODE key value, key value`: every fact of a note or refusal but its place. */
function factLine({ code, ...facts }: { readonly code: string }): string {
  const words = Object.entries(facts)
    .filter(([key]) => key !== "origin")
    .map(([key, value]: [string, unknown]) => `${key} ${factWords(value)}`);
  return [code, words.join(", ")].filter((part) => part !== "").join(" ");
}

/** Lists by `+`; an object by what of it says anything. */
function factWords(value: unknown): string {
  if (Array.isArray(value)) return value.map(String).join(" + ");
  if (typeof value !== "object" || value === null) return String(value);
  const facts = Object.entries(value)
    .filter(([key, fact]) => key !== "kind" && !(Array.isArray(fact) && fact.length === 0))
    .map(([key, fact]) => `${key} ${factWords(fact)}`);
  return facts.length > 0 ? facts.join(" and ") : "nothing";
}

/** `ann@example.com Billing 3, ours`: who holds what, and whether the ledger calls it ours; sorted. */
export function holdingLines(live: Live, ledger: Ledger): string[] {
  const ours = new Map(ledger.users.map(({ id, assignments }) => [id, assignments]));
  const names = new Map(live.skills.entities.map(({ id, name }) => [id, name]));
  const slugs = new Map(ledger.skills.map(({ id, slug }) => [id, slug]));
  return live.users.entities
    .flatMap(({ id, email, skills }) =>
      [...skills].map(([skill, proficiency]) => {
        const isOurs = ours.get(id)?.[slugs.get(skill) ?? ""] !== undefined;
        return `${email} ${names.get(skill) ?? `?${skill}`} ${proficiency}, ${isOurs ? "ours" : "by hand"}`;
      }),
    )
    .sort();
}
