/** The facts about a skill, a user or a profile as text, for somebody who wants to know why. */
import { count, printable } from "../../text.ts";
import type { Paint } from "../paint.ts";
import { alignColumns, listNames, placeWords, proficiencyWords, quoted } from "../words.ts";
import type { AssignmentCounts, AssignmentFact, UserFact } from "./assignment.ts";
import type { Explained, Explanation, UserExplanation } from "./explain.ts";
import { profileBlocks } from "./profile-text.ts";
import type { ProfileUse, SkillExplanation } from "./skill.ts";
import { assignmentTable, idWords, indent } from "./why.ts";

export function explainText(explained: Explained, paint: Paint): string {
  const blocks = [
    headLines(explained, paint),
    ...explained.matches.flatMap((match) => matchBlocks(match, explained, paint)),
  ];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join("\n"))
    .join("\n\n")}\n`;
}

function headLines(explained: Explained, paint: Paint): string[] {
  const { target, organization, dialect, hasLedger, incomplete, refusals, matches, name } = explained;
  const others = refusals.filter((code) => code !== "INCOMPLETE");
  return [
    `Target ${target}: ${printable(organization.name)} (${dialect} API)`,
    ...(hasLedger ? [] : [NO_LEDGER]),
    ...incomplete.map(({ list, reason }) =>
      paint.yellow(
        `The list of ${list} could not be read to its end: ${printable(reason, 400)}. Something may be missing here.`,
      ),
    ),
    ...(others.length === 0 ? [] : [paint.yellow(refusedWords(others))]),
    ...(matches.length < 2 ? [] : [`${quoted(name)} means ${severalWords(matches)}:`]),
  ];
}

const NO_LEDGER =
  "No ledger: nothing was applied here before, so whatever the YAML doesn't ask for counts as manual.";

function refusedWords(codes: readonly string[]): string {
  return `The plan is refused now (${[...new Set(codes)].join(", ")}), so nothing here is applied until that is resolved; genesys-skills plan says why.`;
}

function severalWords(matches: readonly Explanation[]): string {
  const kinds = (["skill", "user", "profile"] as const).flatMap((kind) => {
    const number = matches.filter((match) => match.kind === kind).length;
    return number === 0 ? [] : [number === 1 ? `a ${kind}` : count(number, kind)];
  });
  return kinds.join(" and ");
}

function matchBlocks(match: Explanation, explained: Explained, paint: Paint): string[][] {
  switch (match.kind) {
    case "skill":
      return skillBlocks(match, explained, paint);
    case "user":
      return userBlocks(match, explained, paint);
    case "profile":
      return profileBlocks(match, explained, paint);
  }
}

// ── A skill ──────────────────────────────────────────────────────────────────────────────────────────

function skillBlocks(match: SkillExplanation, explained: Explained, paint: Paint): string[][] {
  const { skill, description, division, source, assignments, unnamed, counts } = match;
  const flags = [
    ...(source ? [placeWords(source)] : []),
    ...(match.protected ? ["protected"] : []),
    ...(match.exclusive ? ["exclusive (only the YAML says who has it)"] : []),
  ];
  return [
    [
      paint.bold(`Skill ${printable(skill.name)}${idWords(skill.id, match, explained)}`),
      ...indent([
        ...(description === null || description === "" ? [] : [printable(description, 400)]),
        ...(division === null ? [] : [`division ${printable(division)}`]),
        ...(flags.length === 0 ? [] : [paint.dim(flags.join(", "))]),
        ...standingWords(match),
      ]),
    ],
    profileUseLines(match.profiles, paint),
    [
      holderWords(counts),
      ...assignmentTable(assignments, "user", paint),
      ...(unnamed === 0 ? [] : [`    and ${count(unnamed, "user")} that the YAML doesn't name`]),
      ...anyLegend(assignments, explained, paint),
    ],
  ];
}

function standingWords({
  standing,
  state,
  liveName,
  renames,
  renamedTo,
  ...match
}: SkillExplanation): string[] {
  const couldBe = match.couldBe.map(({ id, name }) => `${name} (id ${id})`);
  return [
    ...(standing === "let-go" ? ["Let go (managed: false): nothing of it is given or taken any more."] : []),
    ...(standing === "unmanaged" ? ["Unmanaged: no YAML names it, and it stays as it is."] : []),
    ...(standing === "dropped" && !renamedTo ? ["The YAML no longer names it."] : []),
    ...(renamedTo ? [`It is renamed: ${quoted(renamedTo.name)} takes its place.`] : []),
    ...(couldBe.length > 0
      ? [`Nobody can tell which skill of the organisation is meant: ${listNames(couldBe)}.`]
      : [STATE_WORDS[state]].filter((words) => words !== "")),
    ...(liveName === undefined ? [] : [`The organisation calls it ${quoted(liveName)}.`]),
    ...(renames.length === 0 ? [] : [`Takes the place of ${listNames(renames.map(({ name }) => name))}.`]),
  ];
}

const STATE_WORDS: Readonly<Record<SkillExplanation["state"], string>> = {
  live: "",
  new: "Not in the organisation yet: the next apply creates it.",
  dead: "Not in the organisation.",
  unseen: "These credentials can't tell whether the organisation has it.",
  waiting: "Part of a rename that a later plan does.",
  unclear: "Nobody can tell which skill of the organisation is meant.",
};

function profileUseLines(uses: readonly ProfileUse[], paint: Paint): string[] {
  if (uses.length === 0) return [];
  const rows = alignColumns(
    uses.map(({ profile, from, proficiency }) => [
      printable(profile.name, 60),
      `at ${proficiency === undefined ? "any" : proficiencyWords(proficiency)}`,
      from === undefined ? "own" : `from ${printable(from, 60)}`,
    ]),
  );
  return [
    "Profiles that give it",
    ...uses.map(({ source }, row) => `    ${rows[row] ?? ""}  ${paint.dim(placeWords(source))}`),
  ];
}

function holderWords(counts: AssignmentCounts): string {
  const holders =
    counts.now === 0 ? "Nobody holds it now." : `${count(counts.now, "user holds", "users hold")} it now.`;
  return `${holders}${nextWords(counts, "user")}`;
}

/** ` With the next apply: 2 more, 1 fewer, 3 at another proficiency. 4 given manually stay.` */
function nextWords({ gaining, losing, changing, manual }: AssignmentCounts, what: "user" | "skill"): string {
  const parts = [
    ...(gaining > 0 ? [`${count(gaining, what)} more`] : []),
    ...(losing > 0 ? [`${count(losing, what)} fewer`] : []),
    ...(changing > 0 ? [`${changing} at another proficiency`] : []),
  ];
  const next =
    parts.length === 0
      ? " The next apply changes nothing here."
      : ` With the next apply: ${parts.join(", ")}.`;
  return `${next}${manual > 0 ? ` ${manual} given manually ${manual === 1 ? "stays" : "stay"}.` : ""}`;
}

function anyLegend(assignments: readonly AssignmentFact[], explained: Explained, paint: Paint): string[] {
  if (!assignments.some(({ wanted }) => wanted === "any")) return [];
  const fresh = proficiencyWords(explained.defaultProficiency);
  return [
    paint.dim(
      `    any: the YAML names no proficiency; who has the skill keeps theirs, who gets it starts at ${fresh}.`,
    ),
  ];
}

// ── A user ───────────────────────────────────────────────────────────────────────────────────────────

function userBlocks(match: UserExplanation, explained: Explained, paint: Paint): string[][] {
  const { user, source, counts, assignments, isUnnamed } = match;
  if (isUnnamed)
    return [[paint.bold("A user that the YAML doesn't name"), ...indent([UNNAMED, skillWords(counts)])]];
  const title = user.name === null ? user.ref : `${user.name}, ${user.ref}`;
  return [
    [
      paint.bold(`User ${printable(title)}${idWords(user.id, match, explained)}`),
      ...indent([
        ...(source
          ? [paint.dim(`named first in ${placeWords(source)}`)]
          : ["The YAML doesn't name this user."]),
        ...stateWords(user),
      ]),
    ],
    [
      ...(user.state === "active" ? [skillWords(counts)] : []),
      ...assignmentTable(assignments, "skill", paint),
      ...anyLegend(assignments, explained, paint),
    ],
  ];
}

const UNNAMED = "Others may read this output, so it only counts. Run it on your own computer to see all.";

function skillWords(counts: AssignmentCounts): string {
  return `${counts.now === 0 ? "No skills" : count(counts.now, "skill")} now.${nextWords(counts, "skill")}`;
}

function stateWords({ state, previousEmail }: UserFact): string[] {
  if (state !== "active") return [ABSENCE_SENTENCES[state]];
  return previousEmail === undefined
    ? []
    : [`The YAML calls them ${printable(previousEmail)}, a previous e-mail; change it there.`];
}

const SKIPPED = "and skipped: nothing is given or taken until they are back.";

const ABSENCE_SENTENCES = {
  inactive: `Inactive, ${SKIPPED}`,
  deleted: `Deleted from the organisation, ${SKIPPED}`,
  left: `No longer in the organisation, ${SKIPPED}`,
  unknown: "No user of the organisation; the plan is refused until the YAML is corrected.",
} as const;
