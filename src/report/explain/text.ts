/** Explanations as text. */
import { count, printable } from "../../text.ts";
import type { Paint } from "../paint.ts";
import type { ScheduleFact } from "../schedule-facts.ts";
import { scheduleText } from "../schedule-facts.ts";
import {
  alignColumns,
  listNames,
  paragraphs,
  placeWords,
  quoted,
  targetLine,
  unnamedUsers,
} from "../words.ts";
import type { AssignmentCounts, AssignmentFact, UserFact } from "./assignment.ts";
import type { Explained, Explanation, UserExplanation } from "./explain.ts";
import type { MemberFacts } from "../planned-rows.ts";
import type { EntryFact, ProfileExplanation } from "./profile.ts";
import type { ProfileUse, SkillExplanation } from "./skill.ts";
import { ABSENCE, whyLines } from "./why.ts";

export function explainText(explained: Explained, paint: Paint): string {
  const matches = explained.matches.flatMap((match) => matchBlocks(match, explained, paint));
  return paragraphs([headLines(explained, paint), ...matches]);
}

function headLines(explained: Explained, paint: Paint): string[] {
  const { hasLedger, incomplete, refusals, matches, name } = explained;
  const others = refusals.filter((code) => code !== "INCOMPLETE");
  return [
    targetLine(explained),
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
        ...(description ? [printable(description, 400)] : []),
        ...(division === null ? [] : [`division ${printable(division)}`]),
        ...(flags.length === 0 ? [] : [paint.dim(flags.join(", "))]),
        ...standingWords(match),
      ]),
    ],
    profileUseLines(match.profiles, paint),
    [
      holderWords(counts),
      ...assignmentTable(assignments, "user", paint),
      ...(unnamed === 0 ? [] : [`    and ${unnamedUsers(unnamed)}`]),
      ...anyLegend(assignments, explained, paint),
    ],
    scheduleLines(match.scheduled, paint),
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
    ...(standing === "released"
      ? ["Released (managed: false): its assignments are not changed any more."]
      : []),
    ...(standing === "unmanaged" ? ["Unmanaged: no YAML names it, and it stays as it is."] : []),
    ...(standing === "dropped" && !renamedTo ? ["The YAML no longer names it."] : []),
    ...(renamedTo ? [`It is renamed: ${quoted(renamedTo.name)} replaces it.`] : []),
    ...(couldBe.length > 0
      ? [`Several skills of the organisation could be meant: ${listNames(couldBe)}.`]
      : [STATE_WORDS[state]].filter((words) => words !== "")),
    ...(liveName === undefined ? [] : [`The organisation calls it ${quoted(liveName)}.`]),
    ...(renames.length === 0 ? [] : [`Replaces ${listNames(renames.map(({ name }) => name))}.`]),
  ];
}

const STATE_WORDS: Readonly<Record<SkillExplanation["state"], string>> = {
  live: "",
  new: "Not in the organisation yet: the next apply creates it.",
  dead: "Not in the organisation.",
  unseen: "These credentials can't tell whether the organisation has it.",
  waiting: "Part of a rename that a later plan does.",
  unclear: "It is unclear which skill of the organisation is meant.",
};

function profileUseLines(uses: readonly ProfileUse[], paint: Paint): string[] {
  if (uses.length === 0) return [];
  const rows = alignColumns(
    uses.map(({ profile, from, proficiency }) => [
      printable(profile.name, 60),
      `at ${proficiency ?? "any"}`,
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
  const fresh = explained.defaultProficiency;
  return [
    paint.dim(`    any: the YAML names no proficiency; holders keep theirs, new holders start at ${fresh}.`),
  ];
}

/** What changes when, once the next apply is done. */
function scheduleLines(scheduled: readonly ScheduleFact[], paint: Paint): string[] {
  return scheduled.length === 0 ? [] : ["What will happen on which day:", ...scheduleText(scheduled, paint)];
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
    scheduleLines(match.scheduled, paint),
  ];
}

const UNNAMED =
  "Others may read this output, so it shows only counts. Run it on your own computer to see everything.";

function skillWords(counts: AssignmentCounts): string {
  return `${counts.now === 0 ? "No skills" : count(counts.now, "skill")} now.${nextWords(counts, "skill")}`;
}

function stateWords({ state, previousEmail }: UserFact): string[] {
  if (state !== "active") return [ABSENCE_SENTENCES[state]];
  return previousEmail === undefined
    ? []
    : [`The YAML calls them ${printable(previousEmail)}, a previous e-mail; change it there.`];
}

const SKIPPED = "and skipped: nothing changes until they are back.";

const ABSENCE_SENTENCES = {
  inactive: `Inactive, ${SKIPPED}`,
  deleted: `Deleted from the organisation, ${SKIPPED}`,
  left: `No longer in the organisation, ${SKIPPED}`,
  unknown: "No user of the organisation; the plan is refused until the YAML is corrected.",
} as const;

// ── A profile ─────────────────────────────────────────────────────────────────────────────────────────

function profileBlocks(match: ProfileExplanation, explained: Explained, paint: Paint): string[][] {
  const { profile, description, source, entries, members } = match;
  const own = entries.filter(({ from }) => from === undefined).length;
  const inherited = entries.length - own;
  return [
    [
      paint.bold(`Profile ${printable(profile.name)}${idWords(profile.id, match, explained)}`),
      ...indent([
        ...(description ? [printable(description, 400)] : []),
        ...(source ? [paint.dim(placeWords(source))] : []),
        ...profileStanding(match, explained.dialect),
        ...(match.extends.length === 0 ? [] : [`Extends: ${listNames(match.extends)}`]),
        ...(match.extendedBy.length === 0 ? [] : [`Extended by: ${listNames(match.extendedBy)}`]),
      ]),
    ],
    [
      entries.length === 0
        ? "No skills."
        : `${count(entries.length, "skill")}: ${own} of its own, ${inherited} inherited.`,
      ...entryTable(entries, paint),
    ],
    match.standing === "declared" ? memberLines(members) : [],
  ];
}

function profileStanding({ profile, standing }: ProfileExplanation, dialect: Explained["dialect"]): string[] {
  const isMissing = dialect === "profiles" && profile.id === null;
  const missing = isMissing
    ? ["The organisation doesn't have this routing profile; the plan is refused until it does."]
    : [];
  switch (standing) {
    case "declared":
      return missing;
    case "undeclared":
      return [
        "No file declares it; skills name it with assign_to_profiles.",
        ...missing,
        ...(dialect === "cloud"
          ? ["This API has no routing profiles, so the plan is refused until a file declares it."]
          : []),
      ];
    case "dropped":
      return ["The YAML doesn't name it any more; the next apply removes the applied entries."];
    case "unmanaged":
      return ["Unmanaged: no YAML names it, and it stays as it is."];
  }
}

function memberLines({ users, groups, count: total }: MemberFacts): string[] {
  return [
    total === 0 ? "No users have it." : `${count(total, "user has", "users have")} it.`,
    ...users.map(
      ({ ref, state }) => `    ${printable(ref)}${ABSENCE[state] === null ? "" : ` (${ABSENCE[state]})`}`,
    ),
    ...groups.map(
      ({ group, users: members }) =>
        `    group ${printable(group)}: ${members === null ? "the organisation has no such group" : count(members, "user")}`,
    ),
  ];
}

/** The column of the routing profile is shown only if there is one. */
function entryTable(entries: readonly EntryFact[], paint: Paint): string[] {
  const isRouting = entries.some(({ now }) => now !== null);
  const rows = entries.map((entry): TableRow => {
    const { skill, why, now, proficiency = "any" } = entry;
    const isWanted = why === "yaml";
    return {
      sign: signOf(isWanted && now === "missing" ? null : true, why === "dropped" ? null : true, paint),
      cells: [
        printable(skill.name, 60),
        isWanted ? String(proficiency) : NOTHING,
        ...(isRouting ? [NOW_WORDS[now ?? "missing"]] : []),
      ],
      why: [entryWhy(entry)],
    };
  });
  return tableLines(["Skill", "At", ...(isRouting ? ["Routing profile"] : [])], rows, paint);
}

const NOW_WORDS = { there: "has it", missing: "lacks it", "through-parent": "from its parent" } as const;

function entryWhy({ why, from, source }: EntryFact): string {
  if (why === "manual") return "manual: no YAML asks for it, and it stays";
  if (why === "dropped") return "removed by the next apply: the YAML doesn't ask for it any more";
  const via = from === undefined ? "own" : `from ${printable(from, 60)}`;
  return source ? `${via}, ${placeWords(source)}` : via;
}

// ── Tables ───────────────────────────────────────────────────────────────────────────────────────────

interface TableRow {
  readonly sign: string;
  readonly cells: readonly string[];
  /** A line for each reason. */
  readonly why: readonly string[];
}

/** Empty if there are no rows. */
function tableLines(head: readonly string[], rows: readonly TableRow[], paint: Paint): string[] {
  if (rows.length === 0) return [];
  const [title = "", ...lines] = alignColumns([head, ...rows.map(({ cells }) => cells)]);
  const margin = " ".repeat(title.length);
  return [
    paint.dim(`    ${title}  Why`),
    ...rows.flatMap(({ sign, why: [first = "", ...others] }, row) => [
      `  ${sign} ${lines[row] ?? ""}  ${first}`,
      ...others.map((line) => `    ${margin}  ${line}`),
    ]),
  ];
}

/** `about` says whether the rows are users or skills. */
function assignmentTable(
  assignments: readonly AssignmentFact[],
  about: "user" | "skill",
  paint: Paint,
): string[] {
  const rows = assignments.map((one): TableRow => {
    const { user, skill, now, after, wanted } = one;
    return {
      sign: signOf(now, after, paint),
      cells: [
        printable(about === "user" ? user.ref : skill.name, 60),
        String(now ?? (user.state === "active" ? NOTHING : "?")),
        String(wanted ?? NOTHING),
      ],
      why: whyLines(one, about, paint),
    };
  });
  return tableLines([about === "user" ? "User" : "Skill", "Now", "Wanted"], rows, paint);
}

const NOTHING = "–";

/** The effect of the next apply, in the signs of a plan. */
function signOf(now: number | true | null, after: number | true | null, paint: Paint): string {
  if (now === after) return " ";
  if (now === null) return paint.green("+");
  return after === null ? paint.red("-") : paint.yellow("~");
}

/** Indents lines below a title. */
function indent(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}

/** The id of a match, if several of its kind have the name. */
function idWords(id: string | null, { kind }: Explanation, { matches }: Explained): string {
  const isAlone = matches.filter((match) => match.kind === kind).length < 2;
  return isAlone || id === null ? "" : ` (id ${printable(id)})`;
}
