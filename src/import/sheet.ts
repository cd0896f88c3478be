/** A spreadsheet of people and skills → facts for an import, or every problem by row and column. */
import { findForbidden, normalizeName } from "../desired/names.ts";
import { finishProblems } from "../desired/problems.ts";
import { MAX_SKILLS_PER_USER } from "../desired/rules.ts";
import type { Desired, DesiredSkill, DesiredUser, Ledger, Live, Place, SkillId } from "../model.ts";
import { match } from "../plan/match/match.ts";
import { matchUsers } from "../plan/match/users.ts";
import type { ResolvedAssignment, Rows } from "../plan/rows.ts";
import { liveSkills } from "../plan/match/recover.ts";
import { resolveSources } from "../plan/subjects/resolve.ts";
import type { Problem } from "../problem.ts";
import { Failure, formatPlace } from "../problem.ts";
import { newSkillId, foldName, isUuid, nearest } from "../text.ts";
import type { CsvTable } from "./csv.ts";
import { columnName } from "./csv.ts";
import type { ImportFacts, Person } from "./facts.ts";
import { isMissing, isReference, knownSkills, toPerson } from "./facts.ts";
import type { Nameable } from "./names.ts";

/** A spreadsheet as it is written. */
export interface Sheet {
  /** The titles of columns that are skills. */
  readonly columns: readonly WrittenSkill[];
  readonly rows: readonly SheetRow[];
  /** The titles of columns that are not about skills. */
  readonly ignored: readonly string[];
}

/** A skill as written. */
interface WrittenSkill {
  readonly text: string;
  readonly place: Place;
}

interface SheetRow {
  /** An e-mail or id in lower case. */
  readonly ref: string;
  readonly place: Place;
  readonly asks: readonly WrittenLevel[];
}

/** A proficiency, null for any. */
interface WrittenLevel extends WrittenSkill {
  readonly value: number | null;
}

// ── Problems ─────────────────────────────────────────────────────────────────────────────────────────

const HINTS = {
  AMBIGUOUS: "Write the id of the right one",
  BAD_EMAIL: "Write the e-mail or id here, not the name.",
  BAD_NAME: "Type the name again.",
  BAD_PROFICIENCY: "Write a number from 0 to 5, such as 4 or 3.5, or leave the cell empty.",
  DISAGREE: "Keep one of the two.",
  LEFT_ORG: "Remove the row.",
  NO_EMAIL:
    "The first row names the columns: email, and one column for each skill; each further row is a person.",
  NO_SKILL:
    "Each column except email is a skill, named in the first row; or one column called skills holds Billing:4,Sales:3.",
  SHARED: "Add the skills there, or write all of this user's skills for this target.",
  TOO_MANY_SKILLS: `A user can hold ${MAX_SKILLS_PER_USER} skills.`,
  UNCLEAR: "Resolve that in the YAML first.",
  UNKNOWN_SKILL: "Correct it, or declare the skill in the YAML first.",
  UNKNOWN_USER: "Correct it, or remove the row.",
  YAML_DIFFERS: "An import only adds lines: change that line, or this cell.",
} as const;

class Problems {
  readonly #found: Problem[] = [];

  add(place: Place, code: keyof typeof HINTS, message: string, hint: string = HINTS[code]): void {
    const at = `Row ${place.line}, column ${columnName(place.column)}: `;
    this.#found.push({ code, message: at + message, place, hint });
  }

  /** Throws all problems in the order of their places, if there are any. */
  finish(): void {
    if (this.#found.length > 0) throw new Failure(finishProblems(this.#found, new Map()));
  }
}

function didYouMean(name: string | undefined): string | undefined {
  return name === undefined ? undefined : `Did you mean "${name}"?`;
}

// ── Reading ──────────────────────────────────────────────────────────────────────────────────────────

/**
 * Reads either form, distinguished by the header: columns `email` and `skills` with cells such as
 * `Billing:4,Web Chat:3`; or a column `email` (or `user`), and every other column a skill. Throws one Failure with every
 * problem.
 */
export function readSheet(file: string, { rows: [header = [], ...body], separator }: CsvTable): Sheet {
  const problems = new Problems();
  const placeOf = (row: number, column: number): Place => ({ file, line: row + 1, column: column + 1 });
  const titles = header.map(normalizeName);
  const find = (...names: string[]): number =>
    titles.findIndex((title) => names.includes(title.toLowerCase()));
  const [who, list] = [find("email", "e-mail", "user"), find("skills")];
  const others = titles.flatMap((text, at) =>
    text === "" || at === who || at === list ? [] : [{ text, place: placeOf(0, at) }],
  );
  if (who === -1) problems.add(placeOf(0, 0), "NO_EMAIL", "no column is called email.");
  else if (list === -1 && others.length === 0)
    problems.add(placeOf(0, who), "NO_SKILL", "there is no column for a skill.");

  const readNumber = (text: string, points: string, place: Place): number | undefined => {
    const isNumber = new RegExp(`^\\d+(?:[${points}]\\d+)?(?:e-?\\d+)?$`, "u").test(text);
    const value = isNumber ? Number(text.replace(",", ".")) : NaN;
    if (value >= 0 && value <= 5) return value;
    problems.add(place, "BAD_PROFICIENCY", `"${text}" is not a proficiency.`);
    return undefined;
  };
  const readList = (cell: string, place: Place): WrittenLevel[] =>
    // A comma begins the next skill, unless one digit follows: in `Billing:4,5` it is a decimal comma.
    cell.split(/,(?!(?<=:\s*\d,)\s*\d\s*(?:,|$))/u).flatMap((part) => {
      const [, name = part, number = ""] = /^(.*):([^:]*)$/u.exec(part) ?? [];
      const text = normalizeName(name);
      const value = number.trim() === "" ? null : readNumber(number.trim(), ".", place);
      if (text === "" && part.trim() !== "")
        problems.add(place, "NO_SKILL", `"${part.trim()}" has no skill name.`);
      return text === "" || value === undefined ? [] : [{ text, place, value }];
    });
  const readCells = (cells: readonly string[], row: number): WrittenLevel[] =>
    cells.flatMap((cell, at) => {
      const [text, place] = [titles[at] ?? "", placeOf(row, at)];
      if (cell === "" || at === who) return [];
      if (text === "") problems.add(place, "NO_SKILL", `"${cell}" is in a column without a name.`);
      const value = readNumber(cell, separator === "," ? "." : ".,", place);
      return value === undefined ? [] : [{ text, place, value }];
    });

  const rows = body.flatMap((cells, index): SheetRow[] => {
    if (who === -1 || cells.every((cell) => cell === "")) return [];
    const [ref, place] = [(cells[who] ?? "").toLowerCase(), placeOf(index + 1, who)];
    if (ref === "") problems.add(place, "NO_EMAIL", "the row has no e-mail.");
    else if (!isReference(ref)) problems.add(place, "BAD_EMAIL", `"${ref}" is not an e-mail.`);
    const asks =
      list === -1 ? readCells(cells, index + 1) : readList(cells[list] ?? "", placeOf(index + 1, list));
    return [{ ref, place, asks }];
  });
  problems.finish();
  return list === -1
    ? { columns: others, rows, ignored: [] }
    : { columns: [], rows, ignored: others.map(({ text }) => text) };
}

/** The people of the sheet as users of the YAML, so that they are looked up. */
export function namedUsers({ rows }: Sheet): DesiredUser[] {
  return rows.map(({ ref, place }) => ({ user: ref, sources: [], source: place }));
}

// ── Checking ─────────────────────────────────────────────────────────────────────────────────────────

/** The organisation, planned with the sheet's people among the YAML's users. */
interface SheetOrganisation {
  readonly live: Live;
  readonly ledger: Ledger | null;
  readonly rows: Rows;
}

interface Against {
  readonly desired: Desired;
  /** Absent without credentials. */
  readonly organisation: SheetOrganisation | undefined;
  /** There is neither YAML nor an organisation: everything in the sheet is new. */
  readonly isAlone: boolean;
}

/**
 * The facts in the sheet that the YAML lacks. A skill or person in neither the YAML nor the organisation is a problem;
 * without both, everything is new. People with lines in a file that `isElsewhere` are problems too. Throws one Failure
 * with every problem.
 */
export function sheetFacts(
  sheet: Sheet,
  desired: Desired,
  organisation: SheetOrganisation | undefined,
  isElsewhere: (file: string) => boolean,
): ImportFacts {
  const problems = new Problems();
  const isAlone = organisation === undefined && desired.skills.length === 0 && desired.users.length === 0;
  const against = { desired, organisation, isAlone };
  const { find, known, added } = skillFinder(against, problems);
  const titled = new Map<SkillId, string>();
  for (const { text, place } of sheet.columns) {
    const id = find(text, place) ?? "";
    const other = titled.get(id);
    if (other !== undefined)
      problems.add(place, "DISAGREE", `"${text}" is the same skill as the column "${other}".`);
    if (id !== "") titled.set(id, text);
  }
  const findPerson = personFinder(sheet, against, problems);
  const first = new Map<
    string,
    { readonly row: SheetRow; readonly asks: ReadonlyMap<SkillId, WrittenLevel> }
  >();
  const people = sheet.rows.flatMap((row): Person[] => {
    const { person, given, held } = findPerson(row.ref);
    const asks = new Map<SkillId, WrittenLevel>();
    for (const asked of row.asks) {
      // If the columns are the skills, an unknown one is reported at its column.
      const id = sheet.columns.length > 0 ? find(asked.text) : find(asked.text, asked.place);
      const before = asks.get(id ?? "");
      if (before && before.value !== asked.value)
        problems.add(asked.place, "DISAGREE", `"${asked.text}" is here twice, with different proficiencies.`);
      if (id !== undefined) asks.set(id, asked);
    }
    const earlier = first.get(person.id);
    if (earlier) {
      for (const id of new Set([...asks.keys(), ...earlier.asks.keys()])) {
        const [here, there] = [asks.get(id), earlier.asks.get(id)];
        if (here?.value === there?.value) continue;
        const place = here?.place ?? { ...row.place, column: there?.place.column ?? row.place.column };
        const text = `${row.ref} has "${(here ?? there)?.text ?? ""}" ${words(here)} here, and ${words(there)} in row ${earlier.row.place.line}.`;
        problems.add(place, "DISAGREE", text);
      }
      return [];
    }
    first.set(person.id, { row, asks });
    const adds = new Map<SkillId, number | null>();
    for (const [id, { text, value, place }] of asks) {
      const there = given.get(id);
      const own = there?.sources.find(({ via }) => via.kind === "user")?.source;
      if (there && (value === null || value === there.proficiency)) continue;
      if (!own) adds.set(id, value);
      // A line that takes any proficiency agrees with the one that is there.
      else if ((there.proficiency ?? held.get(id)) !== value) {
        const level = there.proficiency ?? "any proficiency";
        problems.add(place, "YAML_DIFFERS", `"${text}" of ${row.ref} is ${level} at ${formatPlace(own)}.`);
      }
    }
    const total = new Set([...given.keys(), ...adds.keys()]).size;
    if (total > MAX_SKILLS_PER_USER)
      problems.add(row.place, "TOO_MANY_SKILLS", `${row.ref} would have ${total} skills.`);
    const shared = [...given.values()]
      .flatMap(({ sources }) => sources)
      .find(({ source }) => isElsewhere(source.file));
    if (shared && adds.size > 0)
      problems.add(
        row.place,
        "SHARED",
        `files for all targets name ${row.ref}: ${formatPlace(shared.source)}.`,
      );
    return [{ ...person, isKnown: given.size > 0, adds }];
  });
  problems.finish();
  const dialect = organisation?.live.dialect ?? (desired.settings.api === "profiles" ? "profiles" : "cloud");
  return { dialect, desired, known, skills: [...added.values()], profiles: [], people, leftOut: [] };
}

function words(asked: WrittenLevel | undefined): string {
  return asked === undefined
    ? "not at all"
    : asked.value === null
      ? "at any proficiency"
      : `at ${asked.value}`;
}

interface SkillFinder {
  /** The id of a skill; undefined if it can't be found, which is reported if there is a place. */
  readonly find: (text: string, place?: Place) => SkillId | undefined;
  readonly known: ReadonlyMap<SkillId, DesiredSkill>;
  /** Skills that were found and that the YAML lacks. */
  readonly added: ReadonlyMap<SkillId, Nameable>;
}

function skillFinder({ desired, organisation, isAlone }: Against, problems: Problems): SkillFinder {
  const managed = desired.skills.filter((skill) => skill.managed);
  const known = organisation
    ? knownSkills(organisation.rows)
    : new Map(managed.map((skill) => [newSkillId(skill.slug), skill]));
  const added = new Map<SkillId, Nameable>();
  const live = organisation ? liveSkills(organisation.live) : [];
  const liveIds = new Set(live.map(({ id }) => id));
  const found = new Map<string, SkillId>();

  function inYaml(text: string): SkillId | undefined {
    const tests = [
      ({ name }: DesiredSkill) => name === text,
      ({ name }: DesiredSkill) => foldName(name) === foldName(text),
      ({ slug, id }: DesiredSkill) => slug === text || id === text,
    ];
    return tests.flatMap((test) => [...known].flatMap(([id, skill]) => (test(skill) ? [id] : [])))[0];
  }

  function search(text: string, report: Report): SkillId | undefined {
    const entry = { slug: "", slugWritten: false, name: text, ...(liveIds.has(text) && { id: text }) };
    const { pairs, unclear } = match({ entries: [entry], items: [], objects: live });
    const candidates = unclear.get("")?.candidates.map(({ id }) => id);
    if (candidates) {
      report(
        "AMBIGUOUS",
        `several skills are called "${text}".`,
        `${HINTS.AMBIGUOUS}: ${candidates.join(", ")}.`,
      );
      return undefined;
    }
    const id = pairs.get("")?.id;
    const subject = organisation?.rows.skillById.get(id ?? "");
    if (id !== undefined && known.has(id)) return id;
    if (subject?.live && isMissing(subject)) {
      added.set(subject.id, subject.live);
      return subject.id;
    }
    if (id !== undefined)
      report("UNCLEAR", `the YAML releases "${text}", renames it, or may mean another skill.`);
    const declared = id === undefined ? inYaml(text) : undefined;
    if (id !== undefined || declared !== undefined) return declared;
    const flaw = text.length > 500 ? "more than 500 characters" : findForbidden(text)?.description;
    if (!isAlone) {
      const where = organisation ? "neither the organisation nor the YAML has" : "the YAML doesn't have";
      const meant = nearest(
        text,
        [...live, ...managed].map(({ name }) => name),
      );
      report("UNKNOWN_SKILL", `${where} a skill called "${text}".`, didYouMean(meant));
    } else if (flaw !== undefined) report("BAD_NAME", `the name "${text}" has ${flaw}.`);
    else {
      const made = newSkillId(foldName(text));
      if (!added.has(made)) added.set(made, { id: made, name: text });
      return made;
    }
    return undefined;
  }

  type Report = (code: keyof typeof HINTS, message: string, hint?: string) => void;

  function find(text: string, place?: Place): SkillId | undefined {
    const id = found.get(text) ?? search(text, (...problem) => place && problems.add(place, ...problem));
    if (id !== undefined) found.set(text, id);
    return id;
  }

  return { find, known, added };
}

interface FoundPerson {
  readonly person: Omit<Person, "isKnown" | "adds">;
  /** The person's assignments in the YAML. */
  readonly given: ReadonlyMap<SkillId, ResolvedAssignment>;
  /** The proficiencies that they have in the organisation. */
  readonly held: ReadonlyMap<SkillId, number>;
}

/** Finds the person of each row; reports unknown ones. */
function personFinder(
  sheet: Sheet,
  { desired, organisation, isAlone }: Against,
  problems: Problems,
): (ref: string) => FoundPerson {
  const byRef = new Map(desired.users.map((user) => [user.user, user]));
  const unknownPerson = (ref: string): FoundPerson => ({
    person: { id: ref, ref, name: "", division: "", department: "" },
    given: resolveSources([{ sources: byRef.get(ref)?.sources ?? [] }], newSkillId),
    held: new Map(),
  });
  const unnamed = sheet.rows.filter(({ ref }) => !byRef.has(ref));
  if (!organisation) {
    // Without an organisation to ask, only text in the form of an id counts as one.
    for (const { ref, place } of isAlone ? unnamed.filter(({ ref }) => !/@/u.test(ref) && !isUuid(ref)) : [])
      problems.add(place, "BAD_EMAIL", `"${ref}" is neither an e-mail nor an id.`);
    for (const { ref, place } of isAlone ? [] : unnamed)
      problems.add(
        place,
        "UNKNOWN_USER",
        `the YAML doesn't name ${ref}.`,
        didYouMean(nearest(ref, byRef.keys())),
      );
    return unknownPerson;
  }
  const { named, notes, refusals } = matchUsers(namedUsers(sheet), organisation.ledger, organisation.live);
  for (const refusal of refusals) {
    if (refusal.code === "UNKNOWN_USER" && !byRef.has(refusal.name)) {
      const message = `neither the organisation nor the YAML has ${refusal.name}.`;
      problems.add(refusal.source, "UNKNOWN_USER", message, didYouMean(refusal.nearest));
    } else if (refusal.code === "AMBIGUOUS") {
      const ids = refusal.candidates.map(({ id }) => id).join(", ");
      problems.add(
        refusal.source,
        "AMBIGUOUS",
        `several users have the e-mail ${refusal.name}.`,
        `${HINTS.AMBIGUOUS}: ${ids}.`,
      );
    }
  }
  const left = new Set(notes.flatMap((note) => (note.code === "LEFT_ORG" ? [note.user] : [])));
  for (const { ref, place } of unnamed.filter((row) => left.has(row.ref)))
    problems.add(place, "LEFT_ORG", `${ref} is not an active user of the organisation.`);
  const subjects = new Map(organisation.rows.users.map((subject) => [subject.user.id, subject]));
  const ids = new Map([...named].flatMap(([id, users]) => users.map(({ user }) => [user, id] as const)));
  return (ref) => {
    const subject = subjects.get(ids.get(ref) ?? "");
    if (!subject) return unknownPerson(ref);
    const given = subject.rows.flatMap(({ field, assignment }) =>
      field.kind === "skill" && assignment ? [[field.id, assignment] as const] : [],
    );
    return { person: toPerson(subject.user, ref), given: new Map(given), held: subject.user.skills };
  };
}
