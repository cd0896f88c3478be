/** Diffs of live and desired state, one for each changed skill and profile. */
import { diffArrays } from "diff";
import type { Change, Plan } from "../../model.ts";
import { byText, printable } from "../../text.ts";
import { unlinked } from "../markdown-safe.ts";
import { endWords, unnamedUsers, valueWords } from "../words.ts";
import { isNamed, nameOf } from "./view.ts";
import type { HolderChange, PlanView, ProfileView, SkillView } from "./view.ts";

/** For a code block of Markdown whose language is `diff`, in the order of the view. */
export function diffsOf({ plan, skills, profiles }: PlanView): string[] {
  return [...skills.map(skillDiff), ...profiles.map((profile) => profileDiff(profile, plan))];
}

function skillDiff({ name, existence, texts, holders }: SkillView): string {
  const named = existence === null ? [] : [`${existence.verb === "create" ? "+" : "-"} name: ${safe(name)}`];
  return joined(`skill ${safe(name)}`, [...named, ...texts.flatMap(textLines), ...holderLines(holders)]);
}

function profileDiff({ name, texts, entries }: ProfileView, plan: Plan): string {
  const lines = entries.flatMap(({ field, verb }) =>
    field.kind === "skill" ? [`${verb === "remove" ? "-" : "+"} skill: ${safe(nameOf(plan, field.id))}`] : [],
  );
  return joined(`profile ${safe(name)}`, [...texts.flatMap(textLines), ...lines]);
}

function joined(title: string, lines: readonly string[]): string {
  return [`# ${title}`, ...lines].join("\n");
}

/** The lines of a text that change, among those that don't. */
function textLines({ field, before, after }: Change): string[] {
  const linesOf = (value: Change["after"]): string[] =>
    value === null ? [] : `${field.kind}: ${String(value)}`.split("\n");
  return diffArrays(linesOf(before), linesOf(after)).flatMap(({ value, removed, added }) =>
    value.map((line) => `${removed ? "-" : added ? "+" : " "} ${safe(line)}`),
  );
}

/** Holder by holder. Users whom neither YAML nor ledger names are counted, unless they lose a skill. */
function holderLines({ gain, move, loss, handover, update, end }: SkillView["holders"]): string[] {
  const lose = [...loss, ...handover];
  const gains = [...gain, ...move];
  const changed = [...update, ...end];
  const named = [...lose, ...changed, ...gains].filter(({ person }) => isNamed(person));
  const lines = named
    .sort((one, other) => byText(one.person.ref, other.person.ref))
    .flatMap(({ person, change: { field, before, after } }) => {
      const isEnd = field.kind === "until";
      const wordsOf = isEnd ? endWords : levelOf;
      return [
        ...(before === null && !isEnd ? [] : [`- ${safe(person.ref)}: ${wordsOf(before)}`]),
        ...(after === null && !isEnd ? [] : [`+ ${safe(person.ref)}: ${wordsOf(after)}`]),
      ];
    });
  const unnamedOf = [others("-", [...lose, ...changed]), others("+", [...changed, ...gains])];
  return [...lines, ...unnamedOf.flat()];
}

function others(sign: "-" | "+", changes: readonly HolderChange[]): string[] {
  const unnamed = changes.filter(({ person }) => !isNamed(person)).length;
  return unnamed === 0 ? [] : [`${sign} ${unnamedUsers(unnamed)}`];
}

function levelOf(value: Change["after"]): string {
  return typeof value === "string" ? safe(value) : valueWords(value);
}

function safe(name: string): string {
  return unlinked(printable(name));
}
