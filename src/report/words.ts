/** The sentences of a plan: codes and numbers come in, words that everybody reads the same way go out. */
import type { Cause, Note, Operation, Place, Plan, References, Slug } from "../model.ts";
import { count, printable } from "../text.ts";

/** Names are data; this is how they stand in a sentence. */
export function quoted(name: string): string {
  return `"${printable(name)}"`;
}

export function skillName(plan: Plan, slug: Slug): string {
  return printable(plan.skills[slug]?.name ?? slug);
}

export const NO_LEDGER =
  "No ledger: as far as this run knows nothing was applied here before, so this plan only adds.";

export const ESTIMATE =
  "An estimate, made without the organisation: it believes what was applied last, and knows nothing of changes by hand.";

/** The lines that people and tools look for first. */
export function summaryLine({ summary, stages }: Plan): string {
  if (stages.length === 0) return "No changes.";
  return `Plan: ${summary.add} to add, ${summary.change} to change, ${summary.destroy} to destroy.`;
}

/** The same for people: a refused plan without operations is no promise that nothing differs. */
export function headline(plan: Plan): string {
  return plan.stages.length === 0 && plan.refusals.length > 0 ? "Nothing is planned." : summaryLine(plan);
}

export function peopleLine({ summary }: Plan): string {
  return `${count(summary.usersGaining, "user gains", "users gain")}, ${count(summary.usersLosing, "user loses", "users lose")} a skill.`;
}

export function costLine({ cost }: Plan): string {
  return `Applying takes about ${count(cost.requests, "request")}, ${duration(cost.seconds)} at the rate limit.`;
}

/** `45 seconds`, `3 minutes`. */
export function duration(seconds: number): string {
  return seconds < 120 ? count(Math.ceil(seconds), "second") : count(Math.ceil(seconds / 60), "minute");
}

/** What to say of a change beside the change itself; an edit needs no words. */
export function causeWords(cause: Cause): string | null {
  switch (cause) {
    case "edit":
      return null;
    case "membership":
      return "through a group's members";
    case "drift":
      return "put back: changed by hand";
    case "conflict":
      return "overwrites work by hand";
  }
}

export function placeWords({ file, line, revision }: Place): string {
  return `${printable(file)}:${line}${revision === undefined ? "" : ` at ${revision.slice(0, 7)}`}`;
}

/** A proficiency as people write it: 3, 2.5. */
export function proficiencyWords(proficiency: number): string {
  return String(proficiency);
}

// ── Notes ────────────────────────────────────────────────────────────────────────────────────────────

export function noteSentence(note: Note, plan: Plan): string {
  switch (note.code) {
    case "ADOPTED":
      return `There already, and ours from now on: ${adoptedWords(note)}. Taking them out of the YAML later removes them.`;
    case "UNMANAGED_SKILLS":
      return `${count(note.names.length, "skill")} that no YAML names ${note.names.length === 1 ? "stays" : "stay"} as ${note.names.length === 1 ? "it is" : "they are"}: ${listNames(note.names)}.`;
    case "UNMANAGED_ASSIGNMENTS":
      return `${count(note.count, "assignment")} made by hand to ${count(note.users, "user")} ${note.count === 1 ? "stays" : "stay"} as ${note.count === 1 ? "it is" : "they are"}.`;
    case "ALREADY_GONE":
      return `Gone already, and forgotten: ${adoptedWords(note)} of the ledger.`;
    case "DRIFT_LEFT":
      return `${printable(note.holder)}: ${skillName(plan, note.skill)} was ${levelWords(note.applied)} when it was applied and is ${levelWords(note.live)} now; left so, because settings say drift: report.`;
    case "RECREATED":
      return `The ${note.what} ${quoted(note.name)} was made anew by hand, so what was applied to the old one no longer counts.`;
    case "NAME_DIFFERS":
      return `The organisation spells ${quoted(note.desired)} as ${quoted(note.live)}; this API can't rename, so it stays.`;
    case "EMAIL_CHANGED":
      return `${printable(note.from)} is ${printable(note.to)} now; change it in the YAML (${placeWords(note.origin)}).`;
    case "LEFT_ORG":
      return `${printable(note.user)} ${leftWords(note.state)} and is skipped${note.origin ? ` (${placeWords(note.origin)})` : ""}.`;
    case "PREVIOUSLY_DONE":
      return `${skillName(plan, note.skill)} is there already, so its previously (${listNames(note.previously)}) has nothing to do and can be taken out of the YAML.`;
    case "STILL_USED":
      return `${skillName(plan, note.skill)} stays beside ${skillName(plan, note.replacedBy)}, because ${referencesWords(note.references)}. Once nothing refers to it, a later apply deletes it.${note.waiting > 0 ? ` ${count(note.waiting, "user")} at the limit of 50 skills ${note.waiting === 1 ? "gets" : "get"} the new one then.` : ""}`;
    case "COPIED":
      return `${quoted(note.name)} is not ours: ${note.holders === 1 ? "its holder gets" : `its ${count(note.holders, "holder")} get`} ${skillName(plan, note.to)} too, and it stays.`;
    case "NOT_SEARCHED":
      return `Queues, campaigns, e-mail routes and other places that may name ${note.skills.map((skill) => skillName(plan, skill)).join(", ")} can't be searched: look there before it goes.`;
    case "NOW_UNCOVERED":
      return `${skillName(plan, note.skill)} goes from ${count(note.before, "holder")} to none: calls that need it will queue for nobody.`;
    case "HELD_BACK":
      return `${count(note.changes, "change")} that ${note.changes === 1 ? "takes" : "take"} away or overwrite, and what depends on them, ${note.changes === 1 ? "was" : "were"} in no reviewed plan: held back, about ${listNames(note.about)}. To let them through on purpose, apply by hand with --allow UNREVIEWED.`;
    case "UNFINISHED":
      return `The apply of ${printable(note.run, 400)} died and left ${count(note.count, "change")} undone; this plan has them.`;
    case "LIMITED_VIEW":
      return "These credentials see only some divisions, so users elsewhere are not looked at and no skill is deleted.";
  }
}

/** Whether a note names somebody whom the YAML doesn't, so that what others read only counts it. */
export function isAboutStranger(note: Note): boolean {
  if (note.code === "DRIFT_LEFT") return !note.named;
  return note.code === "LEFT_ORG" && note.origin === undefined;
}

/** What refers to a skill, as the end of a sentence. */
export function referencesWords(references: References): string {
  if (references.kind === "unknown")
    return `nobody can say what refers to it (${printable(references.reason, 300)})`;
  const { flows, skillGroups } = references;
  const parts = [
    ...(flows.length > 0 ? [`${count(flows.length, "flow")} (${listNames(flows)})`] : []),
    ...(skillGroups.length > 0
      ? [`${count(skillGroups.length, "skill group")} (${listNames(skillGroups)})`]
      : []),
  ];
  return `${parts.join(" and ")} ${flows.length + skillGroups.length === 1 ? "refers" : "refer"} to it`;
}

function adoptedWords({
  skills,
  assignments,
}: {
  readonly skills: number;
  readonly assignments: number;
}): string {
  const parts = [
    ...(skills > 0 ? [count(skills, "skill")] : []),
    ...(assignments > 0 ? [count(assignments, "assignment")] : []),
  ];
  return parts.join(" and ");
}

function levelWords(level: number | true | null): string {
  if (level === null) return "gone";
  return level === true ? "there" : `at ${proficiencyWords(level)}`;
}

function leftWords(state: "inactive" | "deleted" | "unknown"): string {
  switch (state) {
    case "inactive":
      return "is inactive";
    case "deleted":
      return "was deleted";
    case "unknown":
      return "is no longer in the organisation";
  }
}

const NAMES_SHOWN = 8;

/** The first few names, and how many more there are. */
export function listNames(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_SHOWN).map((name) => printable(name));
  const more = names.length - shown.length;
  return more > 0 ? `${shown.join(", ")} and ${more} more` : shown.join(", ");
}

// ── Counting ─────────────────────────────────────────────────────────────────────────────────────────

/** All operations of one kind, in the order of the plan. */
export function operationsOf<K extends Operation["kind"]>(
  plan: Plan,
  kind: K,
): Extract<Operation, { kind: K }>[] {
  const isKind = (operation: Operation): operation is Extract<Operation, { kind: K }> =>
    operation.kind === kind;
  return plan.stages.flat().filter(isKind);
}
