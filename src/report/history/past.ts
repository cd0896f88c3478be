/** The ledger on a day in the past: each skill and its holders. */
import type { Ledger } from "../../model.ts";
import { byText, count } from "../../text.ts";
import { documentText } from "../document.ts";
import { csvTable } from "../impact/csv.ts";
import type { Paint } from "../paint.ts";
import { data, phrase, words } from "../phrase.ts";
import type { HistorySubject } from "./find.ts";

export interface Past {
  readonly version: 1;
  readonly target: string;
  readonly day: string;
  /** Sorted by name, then id. */
  readonly skills: readonly PastSkill[];
}

interface PastSkill {
  readonly id: string;
  readonly name: string;
  /** Sorted by e-mail or id. */
  readonly holders: readonly PastHolder[];
}

interface PastHolder {
  readonly id: string;
  readonly email: string | null;
  readonly proficiency: number;
  /** Name of the group that it came through. */
  readonly group: string | null;
}

const ONLY_OURS = "This is what was applied by then, according to the ledger. Manual work is not included.";

/** `subjects` limits the result to these skills, or to the skills of these users. Default: all. */
export function pastOf(ledger: Ledger, day: string, subjects?: readonly HistorySubject[]): Past {
  const idsOf = (kind: HistorySubject["kind"]): Set<string> =>
    new Set(subjects?.flatMap((one) => (one.kind === kind ? one.id : [])));
  const [skillIds, userIds] = [idsOf("skill"), idsOf("user")];
  const skills = ledger.skills.map(({ id, name }): PastSkill => {
    const holders = ledger.users.flatMap((user): PastHolder[] => {
      const assignment = user.assignments[id];
      if (!assignment || (subjects && !skillIds.has(id) && !userIds.has(user.id))) return [];
      const { proficiency, group } = assignment;
      return [{ id: user.id, email: user.email ?? null, proficiency, group: group?.name ?? null }];
    });
    return { id, name, holders: holders.sort((a, b) => byText(refOf(a), refOf(b))) };
  });
  const shown = skills.filter(({ id, holders }) => !subjects || skillIds.has(id) || holders.length > 0);
  const sorted = shown.sort((a, b) => byText(a.name, b.name) || byText(a.id, b.id));
  return { version: 1, target: ledger.target, day, skills: sorted };
}

function refOf({ id, email }: PastHolder): string {
  return email ?? id;
}

/** `withHolders`: lists each holder; otherwise counts them. */
export function pastText({ target, day, skills }: Past, withHolders: boolean, paint: Paint): string {
  const head = withHolders ? ["Skill", "User", "Proficiency", ""] : ["Skill", "Holders"];
  const rows = skills.flatMap(({ name, holders }) =>
    withHolders
      ? holders.map((one) => {
          const through = one.group === null ? [] : phrase`through ${data(one.group, 40)}`;
          return [[data(name, 60)], [data(refOf(one), 200)], words(String(one.proficiency)), through];
        })
      : [[[data(name, 60)], words(String(holders.length))]],
  );
  const title = words(`Target ${target} at the end of ${day} (UTC)`);
  return documentText(
    [
      { kind: "title", text: title },
      { kind: "table", head, rows: rows.map((cells) => ({ cells })) },
      { kind: "paragraph", lines: [words(`${count(skills.length, "skill")}.`), words(ONLY_OURS)] },
    ],
    paint,
  );
}

export function pastCsv({ day, skills }: Past): string {
  const rows = skills.flatMap(({ id, name, holders }) =>
    holders.map((one) => [day, id, name, one.id, one.email ?? "", one.proficiency, one.group ?? ""]),
  );
  const head = ["day", "skill_id", "skill", "user_id", "email", "proficiency", "group"];
  return csvTable([head, ...rows]);
}
