/** The skills and members of a profile as text. */
import { count, printable } from "../../text.ts";
import type { MemberFacts } from "../members.ts";
import type { Paint } from "../paint.ts";
import { alignColumns, listNames, placeWords, proficiencyWords } from "../words.ts";
import type { Explained } from "./explain.ts";
import type { EntryFact, ProfileExplanation } from "./profile.ts";
import { ABSENCE, idWords, indent } from "./why.ts";

/** Blocks of lines. */
export function profileBlocks(match: ProfileExplanation, explained: Explained, paint: Paint): string[][] {
  const { profile, description, source, entries, members } = match;
  const own = entries.filter(({ from }) => from === undefined).length;
  const inherited = entries.length - own;
  return [
    [
      paint.bold(`Profile ${printable(profile.name)}${idWords(profile.id, match, explained)}`),
      ...indent([
        ...(description === null || description === "" ? [] : [printable(description, 400)]),
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
    ? ["The organisation has no such routing profile; the plan is refused until it has one."]
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
      return ["The YAML no longer names it; what was ours in it goes with the next apply."];
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

// ── Its skills ───────────────────────────────────────────────────────────────────────────────────────

/** Empty where there are no entries. The routing profile has a column only where there is one. */
function entryTable(entries: readonly EntryFact[], paint: Paint): string[] {
  if (entries.length === 0) return [];
  const isRouting = entries.some(({ now }) => now !== null);
  const rows = entries.map((entry) => [
    printable(entry.skill.name, 60),
    entry.why === "yaml" ? levelWords(entry) : "–",
    ...(isRouting ? [NOW_WORDS[entry.now ?? "missing"]] : []),
  ]);
  const [title = "", ...lines] = alignColumns([
    ["Skill", "At", ...(isRouting ? ["Routing profile"] : [])],
    ...rows,
  ]);
  return [
    paint.dim(`    ${title}  Why`),
    ...entries.map((entry, row) => `  ${signOf(entry, paint)} ${lines[row] ?? ""}  ${whyWords(entry)}`),
  ];
}

const NOW_WORDS = {
  there: "has it",
  missing: "lacks it",
  "through-parent": "from its parent",
} as const;

function levelWords({ proficiency }: EntryFact): string {
  return proficiency === undefined ? "any" : proficiencyWords(proficiency);
}

function signOf({ why, now }: EntryFact, paint: Paint): string {
  if (why === "yaml") return now === "missing" ? paint.green("+") : " ";
  return why === "dropped" ? paint.red("-") : " ";
}

function whyWords({ why, from, source }: EntryFact): string {
  switch (why) {
    case "yaml": {
      const via = from === undefined ? "own" : `from ${printable(from, 60)}`;
      return source ? `${via}, ${placeWords(source)}` : via;
    }
    case "manual":
      return "manual: no YAML asks for it, and it stays";
    case "dropped":
      return "ours until the next apply: the YAML no longer asks for it";
  }
}
