/** Recovers what a dead run did to skills but didn't record: compares its recorded intent with live. */
import type { Ledger, LedgerSkill, Live, LiveSkill, Replacement, SkillId, WriteRecord } from "../../model.ts";
import { isNewSkillId, byText, foldName } from "../../text.ts";
import { renumber } from "../delta.ts";
import { nameBetween } from "../names.ts";

/** The ledger with the ids of skills that a dead run created, its name changes, and the renames that it finished. */
export function recoverSkills(ledger: Ledger | null, live: Live): Ledger | null {
  if (!ledger?.skills.some(({ id, records }) => isNewSkillId(id) || records)) return ledger;
  const objects = liveSkills(live);
  const byId = new Map(objects.map((skill) => [skill.id, skill]));
  const identified = withoutUnmade(renumber(ledger, madeIds(ledger.skills, objects)), objects);
  const ended = identified.replacements.filter((one) => isEnded(one, identified, live, byId));
  return {
    ...identified,
    replacements: identified.replacements.filter((one) => !ended.includes(one)),
    skills: withLostNames(identified.skills.map((item) => withGivenName(item, byId.get(item.id)))).map(
      (item) => withEnded(item, ended, identified.skills),
    ),
  };
}

/**
 * Live with the skills that we just created and that an older read lacks: the ledger has their ids, so they exist.
 */
export function showOwnSkills(ledger: Ledger | null, live: Live): Live {
  const listed = new Set(liveSkills(live).map(({ id }) => id));
  const hidden = (ledger?.skills ?? []).filter(
    ({ id, records = [] }) => !listed.has(id) && records.some(isMade),
  );
  if (hidden.length === 0) return live;
  const ids = new Set(hidden.map(({ id }) => id));
  const entities = [...live.skills.entities, ...hidden.map(toLive)];
  return {
    ...live,
    skills: { ...live.skills, entities },
    absentSkills: live.absentSkills.filter(({ id }) => !ids.has(id)),
  };
}

function isMade({ field, outcome, values }: WriteRecord): boolean {
  return field.kind === "existence" && outcome === "done" && values.at(-1) !== null;
}

function toLive({ id, name, slug, description, division }: LedgerSkill): LiveSkill {
  return {
    ...{ id, name, slug, state: "active" },
    ...(description !== undefined && { description }),
    ...(division !== undefined && { division }),
  };
}

/** All live skills, including those that only a look-up by id found. */
export function liveSkills({ skills, absentSkills }: Live): LiveSkill[] {
  const late = absentSkills.flatMap((absent) => (absent.state === "live" ? [absent.skill] : []));
  return [...skills.entities, ...late].sort((a, b) => byText(a.id, b.id));
}

/** The live ids of created skills, found only by exact name, and only if the match is unique. */
function madeIds(items: readonly LedgerSkill[], live: readonly LiveSkill[]): ReadonlyMap<SkillId, string> {
  const known = new Set(items.map(({ id }) => id));
  const ids = new Map<SkillId, string>();
  for (const { id, name } of items.filter((item) => isNewSkillId(item.id))) {
    const [found, ...others] = live.filter((skill) => skill.name === name && !known.has(skill.id));
    if (!found || others.length > 0) continue;
    ids.set(id, found.id);
    known.add(found.id);
  }
  return ids;
}

/** The ledger without skills that the run should have created but that aren't live under their name. */
function withoutUnmade(ledger: Ledger, live: readonly LiveSkill[]): Ledger {
  const names = new Set(live.map(({ name }) => name));
  const isOver = ({ records = [] }: LedgerSkill): boolean =>
    records.length > 0 && records.every(({ outcome }) => outcome === "over");
  const isUnmade = (item: LedgerSkill): boolean =>
    isNewSkillId(item.id) && isOver(item) && !names.has(item.name);
  return ledger.skills.some(isUnmade)
    ? { ...ledger, skills: ledger.skills.filter((item) => !isUnmade(item)) }
    : ledger;
}

/** Records a rename that live shows; the old name never acts again. */
function withGivenName(item: LedgerSkill, live: LiveSkill | undefined): LedgerSkill {
  const { id, name, records = [], renamedFrom = [] } = item;
  const isGiven = records.some(
    ({ field, outcome, values }) =>
      field.kind === "name" &&
      outcome === "over" &&
      values.some((value) => live?.name === value || live?.name === nameBetween(String(value))),
  );
  if (!live || !isGiven || live.name === name) return item;
  const isRename = foldName(live.name) !== foldName(name);
  return { ...item, name: live.name, ...(isRename && { renamedFrom: [...renamedFrom, { name, id }] }) };
}

/** When names swap places: a skill whose old name went to another was renamed first, whatever its name is now. */
function withLostNames(items: readonly LedgerSkill[]): readonly LedgerSkill[] {
  return items.map((item) => {
    const record = item.records?.find(({ field, outcome }) => field.kind === "name" && outcome === "over");
    const [given] = record?.values ?? [];
    const isLost = items.some(({ id, name }) => id !== item.id && name === item.name);
    return isLost && typeof given === "string" ? { ...item, name: given } : item;
  });
}

/** Whether the old skill, which the run should delete, is gone. */
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

/** Adds the names of the skills that it replaced, and those that they had replaced. */
function withEnded(
  item: LedgerSkill,
  ended: readonly Replacement[],
  items: readonly LedgerSkill[],
): LedgerSkill {
  const olds = ended.filter(({ to }) => to === item.id);
  if (olds.length === 0) return item;
  const names = olds.flatMap(({ id, name }) => {
    const old = items.find((one) => one.id === id);
    // The replacement and the item may have different names.
    const own = [...new Set([name, old?.name ?? name])].map((one) => ({ name: one, id }));
    return [...(old?.renamedFrom ?? []), ...own];
  });
  return { ...item, renamedFrom: [...(item.renamedFrom ?? []), ...names] };
}
