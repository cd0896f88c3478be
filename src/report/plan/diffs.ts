/** Diffs of live and desired state, one for each changed skill and profile. */
import { diffArrays } from "diff";
import type { Change, Plan } from "../../model.ts";
import { byText, printable } from "../../text.ts";
import { unlinked } from "../markdown-safe.ts";
import { unnamedUsers, valueWords } from "../words.ts";
import { isNamed, nameOf } from "./view.ts";
import type { HolderChange, PlanView, ProfileView, SkillView } from "./view.ts";

/** For a code block of Markdown whose language is `diff`, in the order of the view. */
export function diffsOf({ plan, skills, profiles }: PlanView): string[] {
  return [...skills.map(skillDiff), ...profiles.map((profile) => profileDiff(profile, plan))];
}

/** A line of one side of the diff. */
interface DiffLine {
  readonly text: string;
  readonly side: "before" | "after";
}

function skillDiff({ name, existence, texts, holders }: SkillView): string {
  const named: DiffLine[] =
    existence === null
      ? []
      : [{ text: `name: ${safe(name)}`, side: existence.verb === "create" ? "after" : "before" }];
  const { gain, move, loss, handover, update } = holders;
  return toDiff(`skill ${safe(name)}`, [
    ...named,
    ...texts.flatMap(textLines),
    ...holderLines([...update, ...loss, ...handover], "before"),
    ...holderLines([...update, ...gain, ...move], "after"),
  ]);
}

function profileDiff({ name, texts, entries }: ProfileView, plan: Plan): string {
  const lines = entries.flatMap(({ field, verb }): DiffLine[] =>
    field.kind === "skill"
      ? [{ text: `skill: ${safe(nameOf(plan, field.id))}`, side: verb === "remove" ? "before" : "after" }]
      : [],
  );
  return toDiff(`profile ${safe(name)}`, [...texts.flatMap(textLines), ...lines]);
}

function textLines({ field, before, after }: Change): DiffLine[] {
  const line = (value: Change["after"], side: DiffLine["side"]): DiffLine[] =>
    value === null ? [] : [{ text: `${field.kind}: ${safe(String(value))}`, side }];
  return [...line(before, "before"), ...line(after, "after")];
}

/** Users that neither YAML nor ledger names are counted, unless they lose a skill. */
function holderLines(changes: readonly HolderChange[], side: DiffLine["side"]): DiffLine[] {
  const named = changes.filter(({ person }) => isNamed(person));
  const lines = named
    .map(({ person, change }) => `${safe(person.ref)}: ${levelOf(change[side])}`)
    .sort(byText);
  const others = changes.length - named.length;
  const all = others > 0 ? [...lines, unnamedUsers(others)] : lines;
  return all.map((text) => ({ text, side }));
}

function levelOf(value: Change["after"]): string {
  return typeof value === "string" ? safe(value) : valueWords(value);
}

function safe(name: string): string {
  return unlinked(printable(name));
}

function toDiff(title: string, lines: readonly DiffLine[]): string {
  const side = (wanted: DiffLine["side"]): string[] =>
    lines.filter((line) => line.side === wanted).map(({ text }) => text);
  const parts = diffArrays(side("before"), side("after"));
  const signed = parts.flatMap(({ value, removed, added }) =>
    value.map((text) => `${removed ? "-" : added ? "+" : " "} ${text}`),
  );
  return [`# ${title}`, ...signed].join("\n");
}
