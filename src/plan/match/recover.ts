/** What a run that died did to skills and never wrote down: read from live, by what it recorded that it meant. */
import type { Ledger, LedgerSkill, Live, LiveSkill, Replacement, SkillId, WriteRecord } from "../../model.ts";
import { isNewSkillId, byText, foldName } from "../../text.ts";
import { renumber } from "../delta.ts";
import { nameBetween } from "../names.ts";

/** The ledger with the ids of the skills that such a run made, the names that it gave, and the renames that it ended. */
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
 * Live with the skills that we have just made and that a read older than that lacks: the ledger has their ids, so they
 * are there.
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

/** All live skills, those included that only a look-up by id found. */
export function liveSkills({ skills, absentSkills }: Live): LiveSkill[] {
  const late = absentSkills.flatMap((absent) => (absent.state === "live" ? [absent.skill] : []));
  return [...skills.entities, ...late].sort((a, b) => byText(a.id, b.id));
}

/** Only exactly its name tells a skill that was made, and only where no other may be meant. */
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

/** A skill that the run was to make and that is not live under its name was never made: nothing of it is gone. */
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

/** A skill that was given its new name has been renamed, and its old name never acts again. */
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

/** Of names that changed places: a skill whose name was given to another had its own new name, whatever it has now. */
function withLostNames(items: readonly LedgerSkill[]): readonly LedgerSkill[] {
  return items.map((item) => {
    const record = item.records?.find(({ field, outcome }) => field.kind === "name" && outcome === "over");
    const [given] = record?.values ?? [];
    const isLost = items.some(({ id, name }) => id !== item.id && name === item.name);
    return isLost && typeof given === "string" ? { ...item, name: given } : item;
  });
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

/** With the names of the skills that it replaced, and those of what they had replaced. */
function withEnded(
  item: LedgerSkill,
  ended: readonly Replacement[],
  items: readonly LedgerSkill[],
): LedgerSkill {
  const olds = ended.filter(({ to }) => to === item.id);
  if (olds.length === 0) return item;
  const names = olds.flatMap(({ id, name }) => {
    const old = items.find((one) => one.id === id);
    // It may have been called otherwise than the ledger and the YAML call it.
    const own = [...new Set([name, old?.name ?? name])].map((one) => ({ name: one, id }));
    return [...(old?.renamedFrom ?? []), ...own];
  });
  return { ...item, renamedFrom: [...(item.renamedFrom ?? []), ...names] };
}
