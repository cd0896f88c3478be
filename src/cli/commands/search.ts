/** `search QUERY`: the skills that match, with their holders and profiles, as the server finds them. */
import { Failure } from "../../problem.ts";
import { alignColumns } from "../../report/words.ts";
import type { Paint } from "../../report/paint.ts";
import type { PageOf, SkillEntity } from "../../page/api.ts";
import { readQuery, Refusal } from "../../server/refusal.ts";
import { searchOnce } from "../../server/snapshot.ts";
import { count, printable, printableJson } from "../../text.ts";
import type { TargetOptions } from "../options.ts";
import { readSnapshot } from "../snapshot.ts";
import type { Terminal } from "../terminal.ts";

interface SearchCommandOptions extends TargetOptions {
  readonly query: string;
  readonly page: number;
  readonly size: number;
  readonly format: "text" | "json";
}

/** Exit code 1 if a list could not be read completely, so that something may be missing. */
export async function searchCommand(options: SearchCommandOptions, terminal: Terminal): Promise<number> {
  const { page, size, format } = options;
  const query = checkQuery(options.query);
  const { found, incomplete } = searchOnce(await readSnapshot(options, terminal), query, { page, size });
  if (format === "json") terminal.out(`${printableJson(found)}\n`);
  else terminal.show(searchText(found, terminal.paint));
  if (incomplete.length === 0) return 0;
  terminal.err(`Not read completely, so something may be missing here: ${incomplete.join(", ")}.\n`);
  return 1;
}

function checkQuery(query: string): string {
  try {
    return readQuery(new Map([["q", query]]));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Failure({
      code: "BAD_QUERY",
      message: `The query is empty. ${error.message}`,
      hint: "Give a part of a skill's name or description, or of the name of a profile that gives it.",
    });
  }
}

function searchText({ page, size, total, entities }: PageOf<SkillEntity>, paint: Paint): string {
  if (total === 0) return "No skill matches.\n";
  const [head = "", ...rows] = alignColumns([
    ["Skill", "Holders", "Profiles"],
    ...entities.map((skill) => [printable(skill.name, 60), holderWords(skill), profileWords(skill)]),
  ]);
  const lines = rows.flatMap((row, place) => {
    const { description, coverage } = entities[place] ?? {};
    const paintRow = coverage === "none" ? paint.red : coverage === "thin" ? paint.yellow : String;
    return [paintRow(row.trimEnd()), ...(description ? [paint.dim(`  ${printable(description, 100)}`)] : [])];
  });
  const pages = Math.ceil(total / size);
  const shown = pages > 1 ? `, page ${page} of ${pages}` : "";
  return [paint.dim(head.trimEnd()), ...lines, "", `${count(total, "skill")}${shown}.`, ""].join("\n");
}

function holderWords({ id, holders }: SkillEntity): string {
  return id === null ? "not created yet" : String(holders);
}

const PROFILES = 3;

function profileWords({ profiles }: SkillEntity): string {
  const names = profiles.slice(0, PROFILES).map(({ name }) => printable(name, 40));
  const more = profiles.length - names.length;
  return [...names, ...(more > 0 ? [`${more} more`] : [])].join(", ");
}
