/** What a run that died did to skills and never wrote down: read from live, by what it recorded that it meant. */
import type { Ledger, LedgerSkill, Live, LiveSkill, Replacement, SkillId } from "../../model.ts";
import { foldName } from "../../text.ts";
import { renumber } from "../delta.ts";
import { liveSkills } from "../subjects/skills.ts";

/** The ledger with the ids of the skills that such a run made, the names that it gave, and the renames that it ended. */
export function recoverSkills(ledger: Ledger | null, live: Live): Ledger | null {
  if (!ledger?.skills.some(({ id, records }) => isNew(id) || records)) return ledger;
  const objects = liveSkills(live);
  const byId = new Map(objects.map((skill) => [skill.id, skill]));
  const identified = renumber(ledger, madeIds(ledger.skills, objects));
  const ended = identified.replacements.filter((one) => isEnded(one, identified, live, byId));
  return {
    ...identified,
    replacements: identified.replacements.filter((one) => !ended.includes(one)),
    skills: identified.skills
      .map((item) => withGivenName(item, byId.get(item.id)))
      .map((item) => withEnded(item, ended)),
  };
}

function isNew(id: SkillId): boolean {
  return id.startsWith("new:");
}

/** Only exactly its name tells a skill that was made, and only where no other may be meant. */
function madeIds(items: readonly LedgerSkill[], live: readonly LiveSkill[]): ReadonlyMap<SkillId, string> {
  const known = new Set(items.map(({ id }) => id));
  const ids = new Map<SkillId, string>();
  for (const { id, name } of items.filter((item) => isNew(item.id))) {
    const [found, ...others] = live.filter((skill) => skill.name === name && !known.has(skill.id));
    if (!found || others.length > 0) continue;
    ids.set(id, found.id);
    known.add(found.id);
  }
  return ids;
}

/** A skill that was given its new name has been renamed, and its old name never acts again. */
function withGivenName(item: LedgerSkill, live: LiveSkill | undefined): LedgerSkill {
  const { id, name, records = [], renamedFrom = [] } = item;
  const isGiven = records.some(
    ({ field, outcome, values }) =>
      field.kind === "name" && outcome === "over" && live !== undefined && values.includes(live.name),
  );
  if (!live || !isGiven || live.name === name) return item;
  const isRename = foldName(live.name) !== foldName(name);
  return { ...item, name: live.name, ...(isRename && { renamedFrom: [...renamedFrom, { name, id }] }) };
}

/** Whether the old skill is gone, which the run meant to delete. */
function isEnded(
  { id }: Replacement,
  { skills }: Ledger,
  { view, absentSkills }: Live,
  byId: ReadonlyMap<string, LiveSkill>,
): boolean {
  const records = skills.find((item) => item.id === id)?.records ?? [];
  const wasMeant = records.some(
    ({ field, outcome, values }) => field.kind === "existence" && outcome === "over" && values.includes(null),
  );
  const isUnseen =
    view === "limited" || absentSkills.some((absent) => absent.id === id && absent.state === "unknown");
  return wasMeant && !isUnseen && !byId.has(id);
}

function withEnded(item: LedgerSkill, ended: readonly Replacement[]): LedgerSkill {
  const olds = ended.filter(({ to }) => to === item.id).map(({ id, name }) => ({ name, id }));
  return olds.length === 0 ? item : { ...item, renamedFrom: [...(item.renamedFrom ?? []), ...olds] };
}
