/** The notes of a plan as sentences. */
import type { Note, Plan, References, SkillId } from "../model.ts";
import type { Phrase } from "./phrase.ts";
import { at, code, counted, countedParts, data, joined, names, phrase, quote, words } from "./phrase.ts";
import { dayWords, valueWords } from "./words.ts";

interface NoteWords {
  readonly code: Note["code"];
  readonly sentence: Phrase;
  /** Whether somebody should look at it. Other notes are for information. */
  readonly isWarning: boolean;
}

/** The notes to show, and how many are hidden because they concern users that the YAML doesn't name. */
export function notesFor(
  plan: Plan,
  nameEveryone: boolean,
): { readonly shown: readonly NoteWords[]; readonly hidden: number } {
  const shown = plan.notes.filter((note) => nameEveryone || !isAboutUnnamed(note));
  return {
    shown: shown.map((note) => noteWords(note, plan, nameEveryone)),
    hidden: plan.notes.length - shown.length,
  };
}

function noteWords(note: Note, plan: Plan, nameEveryone: boolean): NoteWords {
  const sentence = sentenceOf(note, plan, nameEveryone);
  return { code: note.code, sentence, isWarning: !TOLD.includes(note.code) };
}

/** Notes that are known to be harmless. */
const TOLD: readonly Note["code"][] = [
  "ADOPTED",
  "UNMANAGED_SKILLS",
  "UNMANAGED_ASSIGNMENTS",
  "ALREADY_GONE",
  "PREVIOUSLY_DONE",
  "PREVIOUS_LEFT",
  "NAME_DIFFERS",
  "SCHEDULED",
];

function isAboutUnnamed(note: Note): boolean {
  if (note.code === "DRIFT_LEFT") return !note.named;
  return note.code === "LEFT_ORG" && note.sources.length === 0;
}

function sentenceOf(note: Note, plan: Plan, nameEveryone: boolean): Phrase {
  const skill = (id: SkillId): ReturnType<typeof data> => data(plan.skills[id]?.name ?? id);
  switch (note.code) {
    case "ADOPTED":
      return phrase`Already in the organisation, and managed from now on: ${things(note)}. Removing them from the YAML later removes them there.`;
    case "UNMANAGED_SKILLS":
      return phrase`${counted(note.names.length, "skill")} that no YAML names ${stays(note.names.length)}: ${names(note.names)}.`;
    case "UNMANAGED_ASSIGNMENTS":
      return unmanaged(note, plan, nameEveryone);
    case "ALREADY_GONE":
      return phrase`Already gone, and forgotten by the ledger: ${things(note)}.`;
    case "DRIFT_LEFT":
      return phrase`${data(note.holder)}: ${skill(note.skill)} was ${words(levelWords(note.applied))} when it was applied and is ${words(levelWords(note.live))} now. It is only reported, because of the setting ${code("drift: report")}.`;
    case "RECREATED":
      return phrase`The ${words(note.what)} ${quote(note.name)} was deleted and created again manually, so the ledger's record of the old one no longer applies.`;
    case "NAME_DIFFERS":
      return phrase`The organisation spells ${quote(note.desired)} as ${quote(note.live)}. This API can't rename, so it stays: write ${quote(note.live)} in the YAML too, and this note ends.`;
    case "INACTIVE_SKILL":
      return phrase`${skill(note.skill)} (${at(note.source)}) is inactive in the organisation, so it routes no calls. Activate it there, or remove it from the YAML.`;
    case "EMAIL_CHANGED":
      return phrase`${data(note.from)} is ${data(note.to)} now. Change it in the YAML (${at(note.source)}).`;
    case "EMAIL_REUSED":
      return phrase`${data(note.email)} (${at(note.source)}) belongs to another person than at the last apply: to the user ${code(note.now)}, and no longer to ${code(note.before)}. The YAML means the person who has it now. If that is wrong, write the right user's id instead.`;
    case "LEFT_ORG":
      return leftOrg(note);
    case "KEPT_BY_GROUP":
      return phrase`${data(note.user)} was taken out of the YAML and keeps ${joined(note.skills.map((id) => [skill(id)]))}: ${words(note.groups.length === 1 ? "the group" : "the groups")} ${names(note.groups)} ${words(note.groups.length === 1 ? "gives" : "give")} it. If they left the team, take them out of the group in Genesys too.`;
    case "PREVIOUSLY_DONE":
      return phrase`${skill(note.skill)} has already replaced its previous names (${names(note.previously)}), so they can be removed from its ${code("previously")}.`;
    case "NAME_NOT_FREE":
      return phrase`${skill(note.skill)} keeps its name for now: another skill is called ${quote(note.name)}. A later plan finishes this when the name is free.`;
    case "STILL_USED":
      return stillUsed(note, skill);
    case "PREVIOUS_LEFT":
      return phrase`${quote(note.name)}, the previous name of ${skill(note.skill)}, is a skill that this program never applied, so it is left alone.`;
    case "NOT_SEARCHED":
      return phrase`Queues, campaigns, e-mail routes and other places that may name ${joined(note.skills.map((id) => [skill(id)]))} can't be searched: check them before the skill is deleted.`;
    case "NOW_UNCOVERED":
      return note.day === undefined
        ? phrase`${skill(note.skill)} goes from ${counted(note.before, "holder")} to none: calls that need it will queue for nobody.`
        : phrase`On ${words(dayWords(note.day))} nobody will be left with ${skill(note.skill)}, which ${counted(note.before, "user has", "users have")} until then.`;
    case "SCHEDULED":
      return phrase`On ${counted(note.days, "day")} of the next 60 a line of the YAML begins, or has ended, and somebody gains or loses a skill. The plan says what happens on which day.`;
    case "UNSETTLED":
      return phrase`${counted(note.count, "earlier write")} may or may not have happened. ${words(note.count === 1 ? "It is" : "They are")} left out of this plan; the next apply finds out.`;
    case "LIMITED_VIEW":
      return phrase`These credentials see only some divisions, so users in other divisions are not considered and no skill is deleted.`;
  }
}

type NoteOf<C extends Note["code"]> = Extract<Note, { readonly code: C }>;

function leftOrg({ user, state, sources }: NoteOf<"LEFT_ORG">): Phrase {
  const skipped = phrase`${data(user)} ${words(LEFT[state])} and is skipped.`;
  if (sources.length === 0) return skipped;
  return phrase`${skipped} Remove them from the YAML: ${joined(sources.map((place) => [at(place)]))}.`;
}

const LEFT: Readonly<Record<NoteOf<"LEFT_ORG">["state"], string>> = {
  inactive: "is inactive",
  deleted: "was deleted",
  unknown: "is no longer in the organisation",
};

function stillUsed(
  { skill: old, replacedBy, references, waiting }: NoteOf<"STILL_USED">,
  skill: (id: SkillId) => ReturnType<typeof data>,
): Phrase {
  const later =
    waiting > 0
      ? phrase` ${counted(waiting, "user")} at the limit of 50 skills ${words(waiting === 1 ? "gets" : "get")} the new one then.`
      : [];
  return phrase`${skill(old)} stays beside ${skill(replacedBy)}, because ${referencesPhrase(references)}. Once nothing refers to it, a later apply deletes it.${later}`;
}

/** The references to a skill, as the end of a sentence. */
export function referencesPhrase(references: References): Phrase {
  if (references.kind === "unknown") {
    return phrase`it is unknown what refers to it (${data(references.reason, 300)})`;
  }
  const { flows, skillGroups } = references;
  const parts = [
    ...(flows.length > 0 ? [phrase`${counted(flows.length, "flow")} (${names(flows)})`] : []),
    ...(skillGroups.length > 0
      ? [phrase`${counted(skillGroups.length, "skill group")} (${names(skillGroups)})`]
      : []),
  ];
  const verb = flows.length + skillGroups.length === 1 ? "refers" : "refer";
  return phrase`${joined(parts)} ${words(verb)} to it`;
}

/** With the first few, and the line that would manage the first. */
function unmanaged(
  { count, users, first }: NoteOf<"UNMANAGED_ASSIGNMENTS">,
  { skills }: Plan,
  nameEveryone: boolean,
): Phrase {
  const all = phrase`${counted(count, "manual assignment")} of ${counted(users, "user")} ${stays(count)}`;
  const named = first.filter((one) => nameEveryone || one.named);
  const [example] = named;
  if (!example) return phrase`${all}.`;
  const nameOf = (id: SkillId): string => skills[id]?.name ?? id;
  const list = named.map(
    ({ user, skill, proficiency }) =>
      phrase`${data(user)} (${data(nameOf(skill))} ${words(levelWords(proficiency))})`,
  );
  const more = count - named.length;
  const { user, skill, proficiency } = example;
  const line = `- { user: ${user}, skills: { ${JSON.stringify(nameOf(skill))}: ${proficiency} } }`;
  return phrase`${all}: ${joined(list, ", ", more > 0 ? ", " : " and ")}${words(more > 0 ? ` and ${more} more` : "")}. To leave them, do nothing. To manage one, write it under ${code("users:")}, such as ${code(line)}; ${code("import")} writes all of them.`;
}

function things({ skills, assignments }: { readonly skills: number; readonly assignments: number }): Phrase {
  return joined(
    countedParts([
      [skills, "skill"],
      [assignments, "assignment"],
    ]),
  );
}

function stays(number: number): Phrase {
  return words(number === 1 ? "stays as it is" : "stay as they are");
}

function levelWords(level: number | true | null): string {
  return typeof level === "number" ? `at ${valueWords(level)}` : valueWords(level);
}
