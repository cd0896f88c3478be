/** The refusals of a plan in words: the reason, the remedy, and how to allow it. */
import type { Place, Plan, Refusal, RefusalCode, SkillId, UnknownName } from "../model.ts";
import { ALLOWABLE } from "../plan/guards/allowable.ts";
import { printable } from "../text.ts";
import { referencesPhrase } from "./notes.ts";
import type { Phrase } from "./phrase.ts";
import { at, code, counted, data, firstOf, joined, phrase, plainText, quote, words } from "./phrase.ts";
import { dayWords } from "./words.ts";

/** Refusals that a label on a pull request can't allow, because one click must not be enough. */
export const WITHOUT_LABEL: readonly RefusalCode[] = ["INCOMPLETE", "WRONG_ORG", "PROTECTED"];

interface Description {
  readonly sentence: Phrase;
  /** The right thing to do instead of allowing it. */
  readonly remedy: Phrase;
  /** When it is right to allow it. Default: `To allow it anyway`. */
  readonly when?: Phrase;
}

interface RefusalWords extends Pick<Description, "sentence" | "remedy"> {
  /** Null if it can't be allowed. */
  readonly allow: Allowing | null;
}

export interface Allowing {
  /** When that is right, before a colon: `To allow it anyway`. */
  readonly when: Phrase;
  /** The value of `--allow`, and of a label if there is one. */
  readonly code: RefusalCode;
  readonly hasLabel: boolean;
}

/** The remedy and the option, for a terminal: `Give it to somebody. To allow it anyway: --allow UNCOVERED.` */
export function remedyText({ remedy, allow }: RefusalWords): string {
  if (allow === null) return plainText(remedy);
  return `${plainText(remedy)} ${plainText(allow.when)}: --allow ${allow.code}.`;
}

/** The sentence and its remedy as one text. */
export function refusalText(refusal: Refusal, plan: Plan): string {
  const told = refusalWords(refusal, plan);
  return `${plainText(told.sentence)} ${remedyText(told)}`;
}

/** Users that the YAML doesn't name, including suggestions, are named only with `nameEveryone`. */
export function refusalWords(refusal: Refusal, plan: Plan, nameEveryone = false): RefusalWords {
  const { when = words("To allow it anyway"), ...rest } = describe(refusal, plan, nameEveryone);
  const hasLabel = !WITHOUT_LABEL.includes(refusal.code);
  const allow = ALLOWABLE.includes(refusal.code) ? { when, code: refusal.code, hasLabel } : null;
  return { ...rest, allow };
}

function describe(refusal: Refusal, plan: Plan, nameEveryone: boolean): Description {
  const skill = (id: SkillId): ReturnType<typeof quote> => quote(plan.skills[id]?.name ?? id);
  switch (refusal.code) {
    case "INCOMPLETE":
      return {
        sentence: phrase`The list of ${words(refusal.list)} could not be read to its end: ${data(refusal.reason.replace(/\.$/, ""), 400)}.`,
        remedy: phrase`Try again later. This can't be allowed, because an incomplete list must not look like an empty organisation.`,
      };
    case "WRONG_ORG":
      return {
        sentence: phrase`The ${words(refusal.by === "settings" ? "settings name" : "ledger is of")} organisation ${code(refusal.expected)}, and these credentials belong to ${code(refusal.found)}.`,
        remedy: phrase`Check the credentials of this target.`,
      };
    case "WRONG_DIALECT":
      return {
        sentence: phrase`The ledger was written for the ${words(refusal.expected)} API, and the organisation answers as ${words(refusal.found)}.`,
        remedy: phrase`Check ${code("GENESYS_API_URL")} and the setting ${code("api")}.`,
      };
    case "AMBIGUOUS":
      return ambiguous(refusal);
    case "SIMILAR_NAME":
      return {
        sentence: phrase`${quote(refusal.name)} (${at(refusal.source)}) would be created beside ${quote(refusal.live.name)}, which is in the organisation and differs only in punctuation.`,
        remedy: phrase`If they are the same skill, add ${code(`id: ${refusal.live.id}`)} to its entry. If the new name replaces the old one, add ${code(`previously: [${yamlText(refusal.live.name)}]`)}.`,
        when: phrase`If they are two skills`,
      };
    case "ODD_NAME":
      return {
        sentence: phrase`${quote(refusal.name)} (${at(refusal.source)}) would be created under a name that looks like another: ${data(refusal.reason.replace(/\.$/, ""), 400)}.`,
        remedy: phrase`Correct the name.`,
      };
    case "UNKNOWN_ID":
      return {
        sentence: phrase`The ${words(refusal.what)} with the id ${code(refusal.id)} (${at(refusal.source)}) is not in the organisation.`,
        remedy: phrase`Correct the id, or remove it so that the name decides.`,
      };
    case "UNKNOWN_USER":
    case "UNKNOWN_GROUP":
    case "UNKNOWN_PROFILE":
      return {
        sentence: phrase`${quote(refusal.name)} (${at(refusal.source)}) is not a ${words(unknownWords(refusal, plan))}.`,
        remedy: unknownRemedy(refusal, plan, nameEveryone),
      };
    case "UNKNOWN_DIVISION":
      return {
        sentence: phrase`${quote(refusal.name)}, the division of ${skill(refusal.skill)} (${at(refusal.source)}), is not in the organisation${words(HIDDEN_DIVISIONS[refusal.seen])}.`,
        remedy: divisionRemedy(refusal),
      };
    case "TOO_MANY_SKILLS":
      return {
        sentence: phrase`${refusal.named || nameEveryone ? data(refusal.user) : words("A user that the YAML doesn't name")} would hold ${refusal.count} skills, and Genesys allows 50.`,
        remedy: phrase`Remove some of their skills, in the YAML or manually.`,
      };
    case "OTHER_LEDGER":
      return {
        sentence: phrase`This target has no ledger, and the ledger of the target ${quote(refusal.target)}, which was removed from this repository, is for the same organisation.`,
        remedy: phrase`If this is another target, check its credentials.`,
        when: phrase`If the target was renamed, take over its ledger`,
      };
    case "SHARED_ORG":
      return {
        sentence: phrase`The ledger of the target ${quote(refusal.target)} is for the same organisation; an organisation can have only one target.`,
        remedy: phrase`Check the credentials of both targets, or remove one of them.`,
      };
    case "MANY_GONE":
      return {
        sentence: phrase`${refusal.gone} of the ${refusal.known} ${words(refusal.list)} that the ledger holds are missing from the organisation.`,
        remedy: phrase`Check that this is the right organisation and that the credentials see all of it.`,
      };
    case "NOTHING_DESIRED":
      return {
        sentence: phrase`The YAML names no skill and no profile, and the ledger holds ${counted(refusal.assignments, "assignment")}.`,
        remedy: phrase`Restore the files.`,
      };
    case "TOO_MANY_REMOVALS":
      return {
        sentence: phrase`${refusal.removals} of ${counted(refusal.known, "assignment")} would be removed, and ${counted(refusal.usersLosing, "user")} would lose a skill. The limits are ${Math.round(refusal.maxRemovals * 100)} % and ${counted(refusal.maxUsersLosing, "user")}.`,
        remedy: phrase`Check that nothing was deleted by mistake.`,
      };
    case "SKILL_DELETE":
      return {
        sentence: phrase`${skill(refusal.skill)} would be deleted, and ${holders(refusal)} would lose it. Deleting can't be undone.`,
        remedy: phrase`To keep the skill and only stop managing it, restore its entry with ${code("managed: false")}.`,
      };
    case "SKILL_REPLACE":
      return {
        sentence: refusal.merge
          ? phrase`${skill(refusal.replacedBy)} exists already: ${holders(refusal)} of ${skill(refusal.skill)} would get it instead, and the old skill would be deleted once nothing uses it.`
          : phrase`${skill(refusal.replacedBy)} would be created: ${holders(refusal)} of ${skill(refusal.skill)} would be moved to it, and the old skill deleted once nothing uses it.`,
        remedy: phrase`Check queues, campaigns and reports that name the old skill.`,
      };
    case "PROTECTED":
      return {
        sentence: phrase`${skill(refusal.skill)} is protected, and would be deleted or replaced.`,
        remedy: phrase`To do it anyway, first apply the YAML without its ${code("protected: true")}.`,
      };
    case "IN_USE":
      return {
        sentence: phrase`${skill(refusal.skill)} may still be in use: ${referencesPhrase(refusal.references)}.`,
        remedy: phrase`Remove it there first, then delete it.`,
      };
    case "PREVIOUS_UNMANAGED":
      return {
        sentence: phrase`${quote(refusal.name)}, the previous name of ${skill(refusal.skill)} (${at(refusal.source)}), is a skill in the organisation that this program never applied.`,
        remedy: phrase`Apply it under its old name first, then rename it.`,
        when: phrase`To create the new skill and leave the old one alone`,
      };
    case "PREVIOUS_PRESENT":
      return refusal.isSwap
        ? {
            sentence: phrase`${skill(refusal.skill)} (${at(refusal.source)}) and ${quote(refusal.name)} would swap their names.`,
            remedy: phrase`Do it in two applies: give one of them a name that neither has, apply, then give both their new names.`,
          }
        : {
            sentence: phrase`${quote(refusal.name)} is the previous name of ${skill(refusal.skill)} (${at(refusal.source)}), and another entry has that name now.`,
            remedy: phrase`Remove the name from ${code("previously")}, or the other entry from the YAML.`,
          };
    case "MAYBE_RENAME":
      return {
        sentence: phrase`${quote(refusal.oldName)} would be deleted and ${skill(refusal.skill)} (${at(refusal.source)}) created: is it the same skill under a new name?`,
        remedy: phrase`If so, add this line to its entry: ${code(`previously: [${yamlText(refusal.oldName)}]`)}.`,
        when: phrase`If not`,
      };
    case "UNCOVERED":
      return {
        sentence:
          refusal.day === undefined
            ? phrase`${skill(refusal.skill)} would go from ${counted(refusal.before, "holder")} to none: calls that need it would queue for nobody.`
            : phrase`On ${words(dayWords(refusal.day))} nobody would be left with ${skill(refusal.skill)}, which ${counted(refusal.before, "user has", "users have")} until then: calls that need it would queue for nobody.`,
        remedy: phrase`Give it to somebody.`,
      };
  }
}

type RefusalOf<C extends RefusalCode> = Extract<Refusal, { readonly code: C }>;

function ambiguous({ what, name, candidates, source }: RefusalOf<"AMBIGUOUS">): Description {
  const all = candidates.map((one) => phrase`${quote(one.name)} with the id ${code(one.id)}`);
  const ofEntry = phrase`Add the id of the right one to its entry: ${code("id: …")}.`;
  const remedy = {
    ...{ skill: ofEntry, profile: ofEntry },
    group: phrase`Write the id of the right group instead of its name.`,
    user: phrase`Write the id of the right user instead of the e-mail.`,
  };
  return {
    sentence: phrase`${quote(name)} (${at(source)}) could be any of these ${words(what)}s: ${joined(firstOf(all, CANDIDATES))}.`,
    remedy: remedy[what],
  };
}

const CANDIDATES = 8;

function holders({ holders, manual }: { readonly holders: number; readonly manual: number }): Phrase {
  if (manual === holders && manual > 0) return counted(holders, "manual holder");
  const all = counted(holders, "holder");
  return manual > 0 ? phrase`${all} (${manual} of them manual)` : all;
}

const HIDDEN_DIVISIONS = {
  all: "",
  some: ", as far as these credentials can see: their roles cover only some divisions",
  none: ", as far as these credentials can see: they may not see its divisions",
} as const;

function divisionRemedy({ nearest, seen }: RefusalOf<"UNKNOWN_DIVISION">): Phrase {
  if (nearest !== undefined) return phrase`Did you mean ${quote(nearest)}?`;
  if (seen === "all") return phrase`Correct it, or remove it: then the division stays as it is.`;
  return phrase`Grant the roles of the OAuth client for that division, or remove the division.`;
}

function unknownWords({ code }: UnknownName, { dialect }: Plan): string {
  switch (code) {
    case "UNKNOWN_USER":
      return "user of the organisation";
    case "UNKNOWN_GROUP":
      return "group of the organisation, or these credentials can't read it";
    case "UNKNOWN_PROFILE":
      return dialect === "cloud" ? "profile that any file declares" : "routing profile of the organisation";
  }
}

function unknownRemedy(refusal: UnknownName, { dialect }: Plan, nameEveryone: boolean): Phrase {
  const { nearest } = refusal;
  if (refusal.code === "UNKNOWN_PROFILE" && dialect === "cloud") {
    const meant =
      nearest === undefined ? phrase`Correct it` : phrase`Did you mean ${quote(nearest)}? Correct it`;
    return phrase`${meant}, or declare it: ${code(`profiles: [{ name: ${yamlText(refusal.name)} }]`)}.`;
  }
  if (nearest !== undefined) {
    return refusal.code !== "UNKNOWN_USER" || nameEveryone
      ? phrase`Did you mean ${quote(nearest)}?`
      : phrase`Correct it or remove it; ${code("genesys-skills plan")} on your own machine suggests the nearest.`;
  }
  if (refusal.code !== "UNKNOWN_PROFILE") return phrase`Correct it or remove it.`;
  return phrase`Correct it, or create the profile in the organisation first.`;
}

/** A name quoted for YAML. */
function yamlText(name: string): string {
  return JSON.stringify(printable(name));
}

/** The line of the YAML that a refusal is about, if there is one. */
export function placeOf(refusal: Refusal): Place | undefined {
  return "source" in refusal ? refusal.source : undefined;
}
