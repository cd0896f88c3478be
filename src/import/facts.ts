/** The facts to import: what an organisation or a spreadsheet has and the YAML lacks. */
import { MAX_SKILLS_PER_USER } from "../desired/rules.ts";
import type { Desired, DesiredSkill, Dialect, Live, LiveProfile, LiveUser, SkillId } from "../model.ts";
import type { Rows, SkillSubject, UserSubject } from "../plan/rows.ts";
import { countEach } from "../group-by.ts";
import { printable } from "../text.ts";
import type { LeftOut } from "./left-out.ts";
import type { Nameable } from "./names.ts";

export interface ImportFacts {
  readonly dialect: Dialect;
  /** The existing YAML. */
  readonly desired: Desired;
  /** The skills that it has, by id. */
  readonly known: ReadonlyMap<SkillId, DesiredSkill>;
  /** Skills that it lacks. */
  readonly skills: readonly Nameable[];
  /** Routing profiles that it lacks. */
  readonly profiles: readonly LiveProfile[];
  readonly people: readonly Person[];
  readonly leftOut: readonly LeftOut[];
}

/** A person who gets skills in the files. */
export interface Person {
  readonly id: string;
  /** The reference in the files: the e-mail, else the id. */
  readonly ref: string;
  /** The display name; empty if there is none. */
  readonly name: string;
  readonly division: string;
  readonly department: string;
  /** The YAML names them already, so no profile is proposed for them. */
  readonly isKnown: boolean;
  /** The skills to add: proficiency by skill id, null for any. */
  readonly adds: ReadonlyMap<SkillId, number | null>;
}

/** The YAML planned against the organisation. */
interface PlannedOrganisation {
  readonly desired: Desired;
  readonly live: Live;
  readonly rows: Rows;
  /** Name of the home division, if known; skills of other divisions are written with their division. */
  readonly home?: string;
}

/** The facts for users who are `isSelected`; people with lines in a file that `isElsewhere` are left out. */
export function organisationFacts(
  { desired, live, rows, home }: PlannedOrganisation,
  isSelected: (user: LiveUser) => boolean,
  isElsewhere: (file: string) => boolean,
): ImportFacts {
  const skills = rows.skills.filter(isMissing).flatMap(({ live }): Nameable[] => {
    if (!live) return [];
    const { division, ...rest } = live;
    const needsDivision = home !== undefined && division !== undefined && division !== home;
    return [{ ...rest, ...(needsDivision && { division }) }];
  });
  const known = knownSkills(rows);
  const importable = new Set([...skills.map(({ id }) => id), ...known.keys()]);
  const taken = new Set(rows.profiles.flatMap(({ entry, live }) => (entry ? [live.id] : [])));
  const emails = countEach(live.users.entities.map(({ email }) => email));
  const leftOut: LeftOut[] = rows.skills
    .filter(({ state, live }) => state === "unclear" && live)
    .map(({ name }) => ({ code: "UNCLEAR", what: "skill", name }));
  const people: Person[] = [];
  let unlisted = 0;
  for (const subject of rows.users.filter(({ user }) => isSelected(user))) {
    const { user } = subject;
    const ref = refOf(user, emails);
    const { adds, odd } = readAdds(subject, ref, importable, rows);
    unlisted += [...user.skills.keys()].filter((id) => !rows.skillById.has(id)).length;
    const asked = subject.rows.filter(({ desired }) => desired !== undefined);
    const elsewhere = asked.find(({ source }) => source && isElsewhere(source.file))?.source;
    const total = asked.length + adds.size;
    if (adds.size + odd.length === 0) continue;
    if (!isReference(ref)) leftOut.push({ code: "USER", user: user.name || user.email || user.id });
    else if (total > MAX_SKILLS_PER_USER) leftOut.push({ code: "TOO_MANY_SKILLS", user: ref, skills: total });
    else if (elsewhere && adds.size > 0)
      leftOut.push({ code: "SHARED", user: ref, skills: adds.size, source: elsewhere });
    else {
      leftOut.push(...odd);
      if (adds.size > 0) people.push({ ...toPerson(user, ref), isKnown: asked.length > 0, adds });
    }
  }
  if (unlisted > 0) leftOut.push({ code: "UNKNOWN_SKILLS", count: unlisted });
  const profiles = live.profiles.entities.filter(({ id }) => !taken.has(id));
  return { dialect: live.dialect, desired, known, skills, profiles, people, leftOut };
}

/** The skills of the YAML's entries, without released ones, by id. */
export function knownSkills(rows: Rows): Map<SkillId, DesiredSkill> {
  return new Map(
    rows.skills.flatMap(({ id, entry, isReleased, state }) =>
      entry && !isReleased && state !== "unclear" ? [[id, entry] as const] : [],
    ),
  );
}

/** Whether a live skill has no entry, and isn't the old skill of a rename. */
export function isMissing({ state, live, entry, replacedBy, isReleased }: SkillSubject): boolean {
  return state === "live" && live !== undefined && !entry && !isReleased && replacedBy === undefined;
}

export function toPerson(user: LiveUser, ref: string): Omit<Person, "isKnown" | "adds"> {
  const { id, name, division = "", department = "" } = user;
  return { id, ref, name, division, department };
}

/** The user's skills that the YAML lacks; `odd` are those that a file can't express. */
function readAdds(
  { user, rows: asked }: UserSubject,
  ref: string,
  importable: ReadonlySet<SkillId>,
  { skillById }: Rows,
): { readonly adds: Map<SkillId, number>; readonly odd: LeftOut[] } {
  const given = new Set(
    asked.flatMap(({ field, desired }) =>
      field.kind === "skill" && desired !== undefined ? [field.id] : [],
    ),
  );
  const adds = new Map<SkillId, number>();
  const odd: LeftOut[] = [];
  for (const [id, proficiency] of user.skills) {
    if (given.has(id) || !importable.has(id)) continue;
    if (proficiency >= 0 && proficiency <= 5) adds.set(id, proficiency);
    else odd.push({ code: "PROFICIENCY", user: ref, skill: skillById.get(id)?.name ?? id, proficiency });
  }
  return { adds, odd };
}

// ── References to people ───────────────────────────────────────────────────────────────────────────

/** The e-mail, or the id if the e-mail isn't unique. */
function refOf({ id, email }: LiveUser, emails: ReadonlyMap<string, number>): string {
  return emails.get(email) === 1 && email.includes("@") && isReference(email) ? email : id.toLowerCase();
}

/** Whether a file can contain the reference unambiguously. */
export function isReference(ref: string): boolean {
  return /^[^\s@]+(@[^\s@]+)?$/u.test(ref) && ref.length <= 500 && printable(ref, 500) === ref;
}
