/** A plan as the lines that scenarios hold: one for each change, note and refusal, without hashes and places. */
import type { Change, Ledger, Live, Operation, Plan } from "../../src/model.ts";

export function planLines(plan: Plan): string[] {
  return [
    ...(plan.hasLedger ? [] : ["(no ledger)"]),
    summaryLine(plan),
    ...plan.stages.flat().flatMap((operation) => operationLines(operation, plan)),
    ...plan.withheld
      .flatMap((operation) => operationLines(operation, plan))
      .map((line) => `withheld ${line}`),
    ...plan.scheduled.flatMap((day) => dayLines(day, plan)),
    ...plan.notes.map((note) => `note ${factLine(note, plan)}`),
    ...plan.refusals.map((refusal) => `refused ${factLine(refusal, plan)}`),
    ...plan.allowed.map((refusal) => `allowed ${factLine(refusal, plan)}`),
  ];
}

function dayLines({ day, changes, uncovered }: Plan["scheduled"][number], plan: Plan): string[] {
  return [
    ...changes.map(({ email, name, skill, before, after }) => {
      const ref = email || name;
      if (before === null) return `+ ${ref} gains ${nameOf(skill, plan)} at ${after}`;
      if (after === null) return `- ${ref} loses ${nameOf(skill, plan)}, was ${before}`;
      return `~ ${ref} ${nameOf(skill, plan)} ${before} → ${after}`;
    }),
    ...uncovered.map(({ skill, before }) => `! nobody has ${nameOf(skill, plan)}, of ${before}`),
  ].map((line) => `${day} ${line}`);
}

function summaryLine({ summary: { add, change, destroy, move } }: Plan): string {
  if (add + change + destroy + move === 0) return "No changes.";
  const moves = move > 0 ? `, ${move} to move` : "";
  return `Plan: ${add} to add, ${change} to change, ${destroy} to destroy${moves}.`;
}

function operationLines(operation: Operation, plan: Plan): string[] {
  const lines = operation.changes.map((change) => changeLine(change, operation, plan));
  const { deletion } = operation;
  if (!deletion) return lines;
  const manual = deletion.holders.filter((holder) => holder.manual).length;
  const inactive = deletion.holders.filter((holder) => holder.inactive).length;
  const held = `held by ${deletion.holders.length}, ${manual} of them manually`;
  return [`  ${held}${inactive > 0 ? `, ${inactive} inactive` : ""}`].flatMap((line) => [
    `${lines[0] ?? ""}${line.replace("  ", ", ")}`,
    ...lines.slice(1),
  ]);
}

/** `unnamed` marks a user whom neither YAML nor ledger names. */
function changeLine(change: Change, operation: Operation, plan: Plan): string {
  const { subject, field, verb, before, after, cause, rename, manual, until } = change;
  const who = whoOf(change, operation);
  const why = operation.named === false ? `(${cause}, unnamed)` : `(${cause})`;
  const instead =
    rename && ("from" in rename ? ` for ${nameOf(rename.from, plan)}` : ` for ${nameOf(rename.to, plan)}`);
  if (field.kind === "existence") {
    const by = rename && "to" in rename ? `, replaced by ${nameOf(rename.to, plan)}` : "";
    return verb === "create" ? `+ skill ${String(after)} ${why}` : `- skill ${operation.name}${by} ${why}`;
  }
  if (field.kind === "until") {
    const days = `until ${after ?? "no day"}, was ${before ?? "without an end"}`;
    return `~ ${who} ${nameOf(field.id, plan)} ${days}${change.takesAway ? ", takes away" : ""} ${why}`;
  }
  if (field.kind !== "skill") {
    const old = before === null ? "nothing" : `"${String(before)}"`;
    return `~ ${subject.kind} ${operation.name} ${field.kind} ${old} → "${String(after)}" ${why}`;
  }
  const name = nameOf(field.id, plan);
  const end = until === undefined ? "" : ` until ${until}`;
  const level = subject.kind === "profile" ? "" : ` at ${String(after)}${end}`;
  const was = subject.kind === "profile" ? "" : `, was ${String(before)}`;
  if (verb === "add")
    return `+ ${who} gains ${name}${instead ?? ""}${level}${manual ? " manually" : ""} ${why}`;
  if (verb === "update") {
    return `~ ${who} ${name}${instead ?? ""} ${String(before)} → ${String(after)}${manual ? " manually" : ""} ${why}`;
  }
  return `- ${who} loses ${name}${instead ?? ""}${was} ${why}`;
}

function whoOf({ subject }: Change, operation: Operation): string {
  if (subject.kind === "profile") return `profile ${operation.name}`;
  const holder = operation.deletion?.holders.find(({ id }) => id === subject.id);
  return holder ? holder.email || holder.id : operation.email || subject.id;
}

function nameOf(skill: string, plan: Plan): string {
  return plan.skills[skill]?.name ?? `?${skill}`;
}

/** `CODE key value, key value`: every fact of a note or refusal but its places; skills by name. */
function factLine({ code, ...facts }: { readonly code: string }, plan: Plan): string {
  const words = Object.entries(facts)
    .filter(([key]) => key !== "source" && key !== "sources" && key !== "first")
    .map(([key, value]: [string, unknown]) => `${key} ${factWords(value, plan)}`);
  return [code, words.join(", ")].filter((part) => part !== "").join(" ");
}

/** Lists by `+`; an object by what of it says anything. */
function factWords(value: unknown, plan: Plan): string {
  if (Array.isArray(value)) return value.map((one) => factWords(one, plan)).join(" + ");
  if (typeof value === "string") return plan.skills[value]?.name ?? value;
  if (typeof value !== "object" || value === null) return String(value);
  const facts = Object.entries(value)
    .filter(([key, fact]) => key !== "kind" && !(Array.isArray(fact) && fact.length === 0))
    .map(([key, fact]) => `${key} ${factWords(fact, plan)}`);
  return facts.length > 0 ? facts.join(" and ") : "nothing";
}

/** `ann@example.com Billing 3, ours`: who holds what, and whether the ledger holds it as ours; sorted. */
export function holdingLines(live: Live, ledger: Ledger): string[] {
  const ours = new Map(ledger.users.map(({ id, assignments }) => [id, assignments]));
  const names = new Map(live.skills.entities.map(({ id, name }) => [id, name]));
  return live.users.entities
    .flatMap(({ id, email, skills }) =>
      [...skills].map(([skill, proficiency]) => {
        const isOurs = ours.get(id)?.[skill] !== undefined;
        return `${email} ${names.get(skill) ?? `?${skill}`} ${proficiency}, ${isOurs ? "ours" : "manual"}`;
      }),
    )
    .sort();
}
