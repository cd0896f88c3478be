/** Why a plan is refused, and what to do about it, in sentences. */
import type { Plan, Refusal, RefusalCode, Slug } from "../model.ts";
import { count, printable } from "../text.ts";
import { listNames, placeWords, quoted, referencesWords } from "./words.ts";

/** What no label on a pull request lets through: one click must not. */
export const WITHOUT_LABEL: readonly RefusalCode[] = ["INCOMPLETE", "WRONG_ORG", "PROTECTED"];

/** Why the plan is refused, and what to do: mend it, or allow it on purpose. */
export interface RefusalWords {
  readonly sentence: string;
  readonly cure: string;
}

/** Whom the YAML doesn't name is named only with `nameEveryone`: the user nearest to a misspelt one, too. */
export function refusalWords(refusal: Refusal, plan: Plan, nameEveryone = false): RefusalWords {
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
        sentence: `${skillQuoted(plan, refusal.skill)} (${placeWords(refusal.origin)}) could be any of these live skills: ${listNames(refusal.names)}.`,
        cure: "Write the name exactly as one of them, or add the id of the one that is meant (id: …).",
      };
    case "UNKNOWN_ID":
      return {
        sentence: `The ${refusal.what} with the id ${quoted(refusal.id)} (${placeWords(refusal.origin)}) is not in the organisation.`,
        cure: "Correct the id, or leave it out so that the name decides.",
      };
    case "OTHER_ID":
      return {
        sentence: `The ${refusal.what} ${quoted(refusal.name)} (${placeWords(refusal.origin)}) has the id ${quoted(refusal.id)} in the YAML and ${quoted(refusal.known)} in the ledger, and the ledger's is still in the organisation.`,
        cure: "Correct the id. If another one is meant from now on, give that one an entry with a slug of its own.",
      };
    case "UNKNOWN_USER":
    case "UNKNOWN_GROUP":
    case "UNKNOWN_PROFILE":
      return {
        sentence: `${quoted(refusal.name)} (${placeWords(refusal.origin)}) is no ${unknownWords(refusal.code, plan)}.`,
        cure: nearestWords(refusal, nameEveryone),
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
        sentence: `${skillQuoted(plan, refusal.skill)} would be deleted, and ${holdersWords(refusal)} would lose it. Deleting can't be undone.`,
        cure: `To keep the skill and only let go of it, put it back with managed: false. ${allowWords(refusal)}`,
      };
    case "SKILL_REPLACE":
      return {
        sentence: `This API can't rename: ${skillQuoted(plan, refusal.replacedBy)} would be created, ${count(refusal.holders, "holder")} of ${skillQuoted(plan, refusal.skill)} moved to it, and the old skill deleted.`,
        cure: `Check what names the old skill: queues, campaigns, reports. ${allowWords(refusal)}`,
      };
    case "PROTECTED":
      return {
        sentence: `${skillQuoted(plan, refusal.skill)} is protected, and would be deleted or replaced.`,
        cure: "To do it on purpose, first apply the YAML without its protected: true.",
      };
    case "IN_USE":
      return {
        sentence: `${skillQuoted(plan, refusal.skill)} can't be deleted: ${referencesWords(refusal.references)}.`,
        cure: `Take it out there first. ${allowWords(refusal)}`,
      };
    case "MAYBE_RENAME":
      return {
        sentence: `${quoted(refusal.oldName)} goes and ${skillQuoted(plan, refusal.skill)} (${placeWords(refusal.origin)}) comes: is it the same skill under a new name?`,
        cure: `If so, add this line to it: previously: [${JSON.stringify(printable(refusal.oldName))}]. If not: --allow ${refusal.code}.`,
      };
    case "UNCOVERED":
      return {
        sentence: `${skillQuoted(plan, refusal.skill)} would go from ${count(refusal.before, "holder")} to none: calls that need it would queue for nobody.`,
        cure: `Give it to somebody. ${allowWords(refusal)}`,
      };
  }
}

function holdersWords({ holders, byHand }: { readonly holders: number; readonly byHand: number }): string {
  return byHand > 0 ? `${count(holders, "holder")} (${byHand} by hand)` : count(holders, "holder");
}

function nearestWords(
  { code, nearest }: Extract<Refusal, { readonly nearest?: string }>,
  nameEveryone: boolean,
): string {
  if (nearest === undefined) return "Correct it or take it out.";
  return code !== "UNKNOWN_USER" || nameEveryone
    ? `Did you mean ${quoted(nearest)}?`
    : "Correct it or take it out; a plan at a desk suggests the nearest.";
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

function skillQuoted(plan: Plan, slug: Slug): string {
  return quoted(plan.skills[slug]?.name ?? slug);
}
