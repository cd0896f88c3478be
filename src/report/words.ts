/** The sentences of a plan: codes and numbers come in, words that everybody reads the same way go out. */
import type { Cause, Note, Operation, Place, Plan, References, Refusal, Slug } from "../model.ts";
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

// ── Refusals ─────────────────────────────────────────────────────────────────────────────────────────

/** Why the plan is refused, and what to do: mend it, or allow it on purpose. */
export interface RefusalWords {
  readonly sentence: string;
  readonly cure: string;
}

export function refusalWords(refusal: Refusal, plan: Plan): RefusalWords {
  switch (refusal.code) {
    case "INCOMPLETE":
      return {
        sentence: `The list of ${refusal.list} could not be read to its end: ${printable(refusal.reason.replace(/\.$/, ""), 400)}.`,
        cure: "Try again later. A short list is never taken for an empty organisation, and nothing allows that.",
      };
    case "WRONG_ORG":
      return {
        sentence: `The ${refusal.by === "settings" ? "settings name" : "ledger is of"} organisation ${printable(refusal.expected)}, and these credentials belong to ${printable(refusal.found)}.`,
        cure: `Check the credentials of this target. ${allowWords(refusal)}`,
      };
    case "WRONG_DIALECT":
      return {
        sentence: `The ledger was written for the ${refusal.expected} API, and the organisation answers as ${refusal.found}.`,
        cure: `Check GENESYS_API_URL and settings.api. ${allowWords(refusal)}`,
      };
    case "AMBIGUOUS":
      return {
        sentence: `${quoted(plan.skills[refusal.skill]?.name ?? refusal.skill)} (${placeWords(refusal.origin)}) could be any of these live skills: ${listNames(refusal.names)}.`,
        cure: "Write the name exactly as one of them, or add the id of the one that is meant (id: …).",
      };
    case "UNKNOWN_ID":
      return {
        sentence: `The ${refusal.what} with the id ${quoted(refusal.id)} (${placeWords(refusal.origin)}) is not in the organisation.`,
        cure: "Correct the id, or leave it out so that the name decides.",
      };
    case "UNKNOWN_USER":
    case "UNKNOWN_GROUP":
    case "UNKNOWN_PROFILE":
      return {
        sentence: `${quoted(refusal.name)} (${placeWords(refusal.origin)}) is no ${unknownWords(refusal.code, plan)}.`,
        cure:
          refusal.nearest === undefined
            ? "Correct it or take it out."
            : `Did you mean ${quoted(refusal.nearest)}?`,
      };
    case "TOO_MANY_SKILLS":
      return {
        sentence: `${refusal.named ? printable(refusal.user) : "A user that the YAML doesn't name"} would hold ${refusal.count} skills, and Genesys allows 50.`,
        cure: "Take skills from them, in the YAML or by hand.",
      };
    case "OTHER_LEDGER":
      return {
        sentence: `This organisation stands in the ledger of the target ${quoted(refusal.target)}, and this target has no ledger.`,
        cure: `If the target was renamed, rename its ledger: ${printable(refusal.renameCommand, 400)}. ${allowWords(refusal)}`,
      };
    case "SHARED_ORG":
      return {
        sentence: `This organisation stands in the ledger of the target ${quoted(refusal.target)} too; one organisation can have one target.`,
        cure: `Check the credentials of both targets, or remove one of them. ${allowWords(refusal)}`,
      };
    case "MANY_GONE":
      return {
        sentence: `${refusal.gone} of the ${refusal.known} ${refusal.list} that the ledger holds are missing from the organisation.`,
        cure: `Check that this is the right organisation and that the credentials see all of it. ${allowWords(refusal)}`,
      };
    case "NOTHING_DESIRED":
      return {
        sentence: `The YAML names no skill and no profile, and the ledger holds ${count(refusal.assignments, "assignment")}.`,
        cure: `Put the files back. ${allowWords(refusal)}`,
      };
    case "TOO_MANY_REMOVALS":
      return {
        sentence: `${count(refusal.removals, "assignment")} of ${refusal.known} would be removed, and ${count(refusal.usersLosing, "user")} would lose a skill; the limits are ${Math.round(refusal.maxRemovals * 100)} % and ${count(refusal.maxUsersLosing, "user")}.`,
        cure: `Check that nothing was deleted by mistake. ${allowWords(refusal)}`,
      };
    case "SKILL_DELETE":
      return {
        sentence: `${quoted(plan.skills[refusal.skill]?.name ?? refusal.skill)} would be deleted, and ${holdersWords(refusal)} would lose it. Deleting can't be undone.`,
        cure: `To keep the skill and only let go of it, put it back with managed: false. ${allowWords(refusal)}`,
      };
    case "SKILL_REPLACE":
      return {
        sentence: `This API can't rename: ${quoted(plan.skills[refusal.replacedBy]?.name ?? refusal.replacedBy)} would be created, ${count(refusal.holders, "holder")} of ${quoted(plan.skills[refusal.skill]?.name ?? refusal.skill)} moved to it, and the old skill deleted.`,
        cure: `Check what names the old skill: queues, campaigns, reports. ${allowWords(refusal)}`,
      };
    case "PROTECTED":
      return {
        sentence: `${quoted(plan.skills[refusal.skill]?.name ?? refusal.skill)} is protected, and would be deleted or replaced.`,
        cure: "To do it on purpose, first apply the YAML without its protected: true.",
      };
    case "IN_USE":
      return {
        sentence: `${quoted(plan.skills[refusal.skill]?.name ?? refusal.skill)} can't be deleted: ${referencesWords(refusal.references)}.`,
        cure: `Take it out there first. ${allowWords(refusal)}`,
      };
    case "MAYBE_RENAME":
      return {
        sentence: `${quoted(refusal.oldName)} goes and ${quoted(plan.skills[refusal.skill]?.name ?? refusal.skill)} (${placeWords(refusal.origin)}) comes: is it the same skill under a new name?`,
        cure: `If so, add this line to it: previously: [${JSON.stringify(printable(refusal.oldName))}]. If not: --allow ${refusal.code}.`,
      };
    case "UNCOVERED":
      return {
        sentence: `${quoted(plan.skills[refusal.skill]?.name ?? refusal.skill)} would go from ${count(refusal.before, "holder")} to none: calls that need it would queue for nobody.`,
        cure: `Give it to somebody. ${allowWords(refusal)}`,
      };
  }
}

function holdersWords({ holders, byHand }: { readonly holders: number; readonly byHand: number }): string {
  return byHand > 0 ? `${count(holders, "holder")} (${byHand} by hand)` : count(holders, "holder");
}

function unknownWords(code: "UNKNOWN_USER" | "UNKNOWN_GROUP" | "UNKNOWN_PROFILE", { dialect }: Plan): string {
  switch (code) {
    case "UNKNOWN_USER":
      return "user of the organisation";
    case "UNKNOWN_GROUP":
      return "group of the organisation, or one that these credentials can't read";
    case "UNKNOWN_PROFILE":
      return dialect === "cloud" ? "profile that any file declares" : "routing profile of the organisation";
  }
}

function allowWords({ code }: Refusal): string {
  return `To allow it on purpose: --allow ${code}.`;
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
