/** A plan as Markdown, for a pull request or a file: what matters most first, details folded. */
import type { AssignmentChange, Cause, Change, Plan } from "../../model.ts";
import { count } from "../../text.ts";
import { unifiedDiffs } from "./diffs.ts";
import { effectsBySkill } from "./effects.ts";
import { fenced, folded, inline, table } from "../markdown-safe.ts";
import { deletionWords, movedWords, renameStories } from "./renames.ts";
import {
  costLine,
  ESTIMATE,
  headline,
  NO_LEDGER,
  noteSentence,
  operationsOf,
  peopleLine,
  placeWords,
  proficiencyWords,
  refusalWords,
} from "../words.ts";

export function planMarkdown(plan: Plan): string {
  const sections = [
    heading(plan),
    refusals(plan),
    renames(plan),
    losses(plan),
    ...CAUSES.map(({ cause, title }) => changesOf(plan, cause, title)),
    unnamed(plan),
    notes(plan),
    impact(plan),
    diffs(plan),
    plan.stages.length > 0 ? `${costLine(plan)} Fingerprint \`${plan.fingerprint}\`.` : null,
  ];
  return `${sections.filter((section) => section !== null).join("\n\n")}\n`;
}

/** Edits apart from what nobody edited. */
const CAUSES: readonly { readonly cause: Cause; readonly title: string }[] = [
  { cause: "edit", title: "Edits" },
  { cause: "membership", title: "Changes of group membership" },
  { cause: "drift", title: "Put back after changes by hand" },
  { cause: "conflict", title: "Overwrites work by hand" },
];

function heading(plan: Plan): string {
  const lines = [
    `## Routing skills: ${inline(plan.target)} (${inline(plan.organization.name)})`,
    ...(plan.isEstimate ? [ESTIMATE] : []),
    ...(plan.hasLedger ? [] : [NO_LEDGER]),
    plan.stages.length > 0 ? `**${headline(plan)}** ${peopleLine(plan)}` : `**${headline(plan)}**`,
  ];
  return lines.join("\n\n");
}

function refusals(plan: Plan): string | null {
  const refused = plan.refusals.map((refusal) => {
    const { sentence, cure } = refusalWords(refusal, plan);
    return `- **${refusal.code}**: ${inline(sentence, 500)} ${inline(cure, 300)}`;
  });
  const allowed = plan.allowed.map((refusal) => {
    return `- **${refusal.code}**: ${inline(refusalWords(refusal, plan).sentence, 500)}`;
  });
  return joined([
    titled("### :no_entry: Refused: this plan must not be applied as it stands", refused),
    titled("### :warning: Allowed on purpose", allowed),
  ]);
}

function renames(plan: Plan): string | null {
  const stories = renameStories(plan).map(({ title, steps }) =>
    [
      `**${inline(title, 300)}**`,
      "",
      ...steps.map((step, index) => `${index + 1}. ${inline(step, 400)}`),
    ].join("\n"),
  );
  return stories.length > 0 ? `### Renames\n\n${stories.join("\n\n")}` : null;
}

function losses(plan: Plan): string | null {
  const lines = effectsBySkill(plan)
    .filter(({ losses }) => losses.length > 0)
    .map(({ skill, losses }) => {
      const named = losses.filter(({ user }) => user.named).map(({ user }) => inline(user.email || user.id));
      const others = losses.length - named.length;
      const people = [
        ...named,
        ...(others > 0 ? [`${count(others, "user")} that the YAML doesn't name`] : []),
      ];
      return `- **${skillInline(plan, skill)}**: ${people.join(", ")}`;
    });
  const deleted = operationsOf(plan, "delete-skill").map(
    (operation) =>
      `- :wastebasket: skill **${inline(operation.name)}**: ${inline(deletionWords(operation, plan), 300)}`,
  );
  return joined([
    titled("### :warning: Skills that are deleted", deleted),
    titled("### :warning: Users who lose a skill", lines),
  ]);
}

function changesOf(plan: Plan, cause: Cause, title: string): string | null {
  const has = (change: Change): boolean => change.cause === cause;
  const created = operationsOf(plan, "create-skill")
    .filter(has)
    .map(
      (operation) =>
        `- :heavy_plus_sign: skill **${inline(operation.name)}**${plan.isEstimate ? " (create or adopt)" : ""}${where(operation)}`,
    );
  const updated = [...operationsOf(plan, "update-skill"), ...operationsOf(plan, "update-profile")].flatMap(
    (operation) => {
      const name =
        operation.kind === "update-skill" ? skillInline(plan, operation.skill) : inline(operation.name);
      const kind = operation.kind === "update-skill" ? "skill" : "profile";
      return operation.changes
        .filter(has)
        .map(
          (change) =>
            `- ${kind} **${name}**: ${change.field} becomes “${inline(change.after)}”${where(change)}`,
        );
    },
  );
  const entries = operationsOf(plan, "update-profile").flatMap(({ name, entries }) =>
    entries
      .filter(has)
      .map(
        (entry) =>
          `- profile **${inline(name)}** ${entry.kind === "gain" ? "gains" : "loses"} ${skillInline(plan, entry.skill)}${where(entry)}`,
      ),
  );
  const people = operationsOf(plan, "update-user")
    .filter(({ named, changes }) => named && changes.some(has))
    .map(
      ({ email, id, changes }) =>
        `- ${inline(email || id)}: ${changes
          .filter(has)
          .map((change) => assignment(change, plan))
          .join(", ")}`,
    );
  const lines = [...created, ...updated, ...entries, ...people];
  return lines.length > 0 ? `### ${title}\n\n${lines.join("\n")}` : null;
}

function assignment(change: AssignmentChange, plan: Plan): string {
  const name = skillInline(plan, change.skill);
  switch (change.kind) {
    case "gain":
      return `gains ${name} at ${proficiencyWords(change.after)}${inline(movedWords(change, plan), 200)}`;
    case "change":
      return `${name} ${proficiencyWords(change.before)} → ${proficiencyWords(change.after)}`;
    case "lose":
      return change.to === undefined
        ? `loses ${name}`
        : `gives up ${name} for ${skillInline(plan, change.to)}`;
  }
}

function unnamed(plan: Plan): string | null {
  const users = operationsOf(plan, "update-user").filter(({ named }) => !named);
  if (users.length === 0) return null;
  const changes = users.reduce((sum, user) => sum + user.changes.length, 0);
  return `${count(users.length, "user")} that the YAML doesn't name, members of groups that it does: ${count(changes, "change")}.`;
}

function notes(plan: Plan): string | null {
  const shown = plan.notes.filter((note) => note.code !== "DRIFT_LEFT" || note.named);
  const lines = shown.map((note) => `- ${note.code}: ${inline(noteSentence(note, plan), 600)}`);
  return lines.length > 0 ? folded(count(lines.length, "note"), lines.join("\n")) : null;
}

function impact(plan: Plan): string | null {
  const rows = effectsBySkill(plan).map(({ skill, gains, changes, losses }) => [
    skillInline(plan, skill),
    String(gains.length),
    String(changes.length),
    String(losses.length),
  ]);
  if (rows.length === 0) return null;
  return folded("Impact by skill", table(["Skill", "Gain it", "Change proficiency", "Lose it"], rows));
}

function diffs(plan: Plan): string | null {
  const all = unifiedDiffs(plan);
  if (all.length === 0) return null;
  return folded(
    "Live against desired",
    all.map(({ title, text }) => fenced("diff", `# ${title}\n${text}`)).join("\n\n"),
  );
}

function skillInline(plan: Plan, slug: string): string {
  return inline(plan.skills[slug]?.name ?? slug);
}

function where({ origin }: Change): string {
  return origin ? ` (${inline(placeWords(origin))})` : "";
}

function titled(title: string, lines: readonly string[]): string | null {
  return lines.length > 0 ? `${title}\n\n${lines.join("\n")}` : null;
}

function joined(sections: readonly (string | null)[]): string | null {
  const shown = sections.filter((section) => section !== null);
  return shown.length > 0 ? shown.join("\n\n") : null;
}
