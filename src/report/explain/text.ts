/** The facts about a skill, a user or a profile as text, for somebody who wants to know why. */
import type { Explained, Explanation, UserExplanation } from "../../plan/explain/explain.ts";
import type { ProfileUse, SkillExplanation } from "../../plan/explain/skill.ts";
import type { Counts, Holding, UserFact } from "../../plan/explain/holding.ts";
import { count, printable } from "../../text.ts";
import { profileBlocks } from "./profile-text.ts";
import { alignColumns, holdingTable, indent } from "./why.ts";
import type { Paint } from "../paint.ts";
import { listNames, placeWords, proficiencyWords, quoted } from "../words.ts";

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
  "No ledger: nothing was applied here before, so whatever the YAML doesn't ask for counts as made by hand.";

function refusedWords(codes: readonly string[]): string {
  return `The plan is refused now (${[...new Set(codes)].join(", ")}), so nothing here is applied until that is settled; genesys-skills plan says why.`;
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
  const { skill, description, origin, holdings, unnamed, counts } = match;
  const flags = [
    ...(origin ? [placeWords(origin)] : []),
    ...(match.protected ? ["protected"] : []),
    ...(match.exclusive ? ["exclusive (only the YAML says who has it)"] : []),
  ];
  return [
    [
      paint.bold(`Skill ${printable(skill.name)}`),
      ...indent([
        ...(description === null || description === "" ? [] : [printable(description, 400)]),
        ...(flags.length === 0 ? [] : [paint.dim(flags.join(", "))]),
        ...standingWords(match),
      ]),
    ],
    profileUseLines(match.profiles, paint),
    [
      holderWords(counts),
      ...holdingTable(holdings, "user", paint),
      ...(unnamed === 0 ? [] : [`    and ${count(unnamed, "user")} that the YAML doesn't name`]),
      ...anyLegend(holdings, explained, paint),
    ],
  ];
}

function standingWords(match: SkillExplanation): string[] {
  const { skill, standing, liveName, couldBe, renames, renamedTo, isCopied } = match;
  const isThere = skill.id !== null;
  const lines: string[] = [];
  if (standing === "let-go") lines.push("Let go (managed: false): nothing of it is given or taken any more.");
  if (standing === "by-hand") lines.push("Made by hand: no YAML names it, and it stays as it is.");
  if (standing === "dropped" && !renamedTo) lines.push("The YAML no longer names it.");
  if (renamedTo && isCopied) lines.push(`Who holds it gets ${quoted(renamedTo.name)} too.`);
  if (renamedTo && !isCopied) lines.push(`It is renamed: ${quoted(renamedTo.name)} takes its place.`);
  if (couldBe.length > 0) {
    lines.push(`Nobody can tell which skill of the organisation is meant: ${listNames(couldBe)}.`);
  } else if (!isThere) {
    lines.push(
      standing === "yaml"
        ? "Not in the organisation yet: the next apply creates it."
        : "Not in the organisation.",
    );
  }
  if (liveName !== undefined) lines.push(`The organisation calls it ${quoted(liveName)}.`);
  if (renames.length > 0) {
    lines.push(`Takes the place of ${listNames(renames.map(({ name }) => name))}.`);
  }
  return lines;
}

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
    ...uses.map(({ origin }, row) => `    ${rows[row] ?? ""}  ${paint.dim(placeWords(origin))}`),
  ];
}

function holderWords(counts: Counts): string {
  const holders =
    counts.now === 0 ? "Nobody holds it now." : `${count(counts.now, "user holds", "users hold")} it now.`;
  return `${holders}${nextWords(counts, "user")}`;
}

/** ` With the next apply: 2 more, 1 fewer, 3 at another proficiency. 4 given by hand stay.` */
function nextWords({ gaining, losing, changing, byHand }: Counts, what: "user" | "skill"): string {
  const parts = [
    ...(gaining > 0 ? [`${count(gaining, what)} more`] : []),
    ...(losing > 0 ? [`${count(losing, what)} fewer`] : []),
    ...(changing > 0 ? [`${changing} at another proficiency`] : []),
  ];
  const next =
    parts.length === 0
      ? " The next apply changes nothing here."
      : ` With the next apply: ${parts.join(", ")}.`;
  return `${next}${byHand > 0 ? ` ${byHand} given by hand ${byHand === 1 ? "stays" : "stay"}.` : ""}`;
}

function anyLegend(holdings: readonly Holding[], explained: Explained, paint: Paint): string[] {
  if (!holdings.some(({ wanted }) => wanted === "any")) return [];
  const fresh = proficiencyWords(explained.defaultProficiency);
  return [
    paint.dim(
      `    any: the YAML names no proficiency; who has the skill keeps theirs, who gets it starts at ${fresh}.`,
    ),
  ];
}

// ── A user ───────────────────────────────────────────────────────────────────────────────────────────

function userBlocks(match: UserExplanation, explained: Explained, paint: Paint): string[][] {
  const { user, origin, counts, holdings, isUnnamed } = match;
  if (isUnnamed)
    return [[paint.bold("A user that the YAML doesn't name"), ...indent([UNNAMED, skillWords(counts)])]];
  const title = user.name === null ? user.ref : `${user.name}, ${user.ref}`;
  return [
    [
      paint.bold(`User ${printable(title)}`),
      ...indent([
        ...(origin
          ? [paint.dim(`named first in ${placeWords(origin)}`)]
          : ["The YAML doesn't name this user."]),
        ...stateWords(user),
      ]),
    ],
    [
      ...(user.state === "active" ? [skillWords(counts)] : []),
      ...holdingTable(holdings, "skill", paint),
      ...anyLegend(holdings, explained, paint),
    ],
  ];
}

const UNNAMED = "Others may read this output, so it only counts. Run it on your own computer to see all.";

function skillWords(counts: Counts): string {
  return `${counts.now === 0 ? "No skills" : count(counts.now, "skill")} now.${nextWords(counts, "skill")}`;
}

function stateWords({ state, formerEmail }: UserFact): string[] {
  const skipped = "and skipped: nothing is given or taken until they are back.";
  switch (state) {
    case "active":
      return formerEmail === undefined
        ? []
        : [`The YAML calls them ${printable(formerEmail)}, a former e-mail; change it there.`];
    case "inactive":
      return [`Inactive, ${skipped}`];
    case "deleted":
      return [`Deleted from the organisation, ${skipped}`];
    case "left":
      return [`No longer in the organisation, ${skipped}`];
    case "unknown":
      return ["No user of the organisation; the plan is refused until the YAML is corrected."];
  }
}
