/** Renders the draft as files within the size limit, each with a header about its origin. */
import { Document } from "yaml";
import { count, foldName, printable, slugOf } from "../text.ts";
import type { DraftPerson, ImportDraft } from "./draft.ts";
import type { LeftOut } from "./left-out.ts";
import { leftOutWords, sortLeftOut } from "./left-out.ts";
import type { NamedEntry } from "./names.ts";
import { isId } from "./names.ts";
import type { DraftProfile } from "./profiles.ts";

/** Facts about the origin and destination of the files. */
export interface ImportFileOptions {
  /** `Northmere (api.mypurecloud.ie)`, or the name of a spreadsheet. */
  readonly from: string;
  /** The id of the organisation, if settings must be written. */
  readonly organization?: string;
  /** The folder of the schemas, relative to the folder of the files; absent if there is none. */
  readonly schemas?: string;
  /** The name of the file for people without a division or department. Default `other`. */
  readonly unit?: string;
  /** The credentials see only some divisions. */
  readonly isLimited?: boolean;
  /** Whether the name is taken. */
  readonly isTaken?: (file: string) => boolean;
}

export interface ImportFile {
  /** Relative to the folder of the files. */
  readonly name: string;
  readonly text: string;
  /** Its content, in words. */
  readonly about: string;
}

/** Renders the files; the same draft gives the same bytes. Empty files are left out. */
export function renderFiles(draft: ImportDraft, options: ImportFileOptions): ImportFile[] {
  const nameFile = namer(options);
  const write = (
    base: string,
    about: string,
    key: string,
    lots: readonly TextLot[],
    header: readonly string[],
  ): ImportFile[] =>
    divide(lots).map((part) => {
      const schema = base.includes("/") ? `../${options.schemas ?? ""}` : options.schemas;
      const top = heading("skills", header, options.schemas === undefined ? undefined : schema);
      return {
        name: nameFile(base),
        text: `${top}${key}:\n${part.map(({ text }) => text).join("")}`,
        about: count(part.length, about),
      };
    });
  const { referenceTo } = draft;
  const skills = draft.skills.map((skill) => ({ text: identity(skill).join("") }));
  const profiles = draft.profiles.map((profile, at) => {
    return { text: (at > 0 ? "\n" : "") + profileText(profile, referenceTo) };
  });
  const units = [...unitsOf(draft.people, options.unit)].sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    ...(options.organization !== undefined && isId(options.organization)
      ? [settingsFile(options.organization, options)]
      : []),
    ...write("skills", "skill", "skills", skills, skillsHeader(draft.leftOut, options)),
    ...write("profiles", "profile", "profiles", profiles, [
      `The profiles of ${options.from}.`,
      ...YOURS,
      "",
      ...PROFILES,
    ]),
    ...units.flatMap(([file, { unit, people }]) => {
      const lots = people.map((person) => ({ text: personText(person, referenceTo) }));
      return write(`users/${file}`, "user", "users", lots, usersHeader(unit, options));
    }),
  ];
}

// ── Files ────────────────────────────────────────────────────────────────────────────────────────────

interface TextLot {
  readonly text: string;
}

/** Half the size limit, so that there is room to add. */
const MAX_FILE_BYTES = 512 * 1024;

function divide(lots: readonly TextLot[]): TextLot[][] {
  const parts: TextLot[][] = [];
  let bytes = Infinity;
  for (const lot of lots) {
    const size = Buffer.byteLength(lot.text);
    if (bytes + size > MAX_FILE_BYTES) {
      parts.push([]);
      bytes = 0;
    }
    parts.at(-1)?.push(lot);
    bytes += size;
  }
  return parts;
}

/** `skills.yaml`, or `skills-2.yaml` and so on if the name is taken. */
function namer({ isTaken = () => false }: ImportFileOptions): (base: string) => string {
  const given = new Set<string>();
  return (base) => {
    let name = `${base}.yaml`;
    for (let number = 2; given.has(name) || isTaken(name); number++) name = `${base}-${number}.yaml`;
    given.add(name);
    return name;
  };
}

/** Windows device names, and `settings`, which a reader would take for the settings. */
const RESERVED = /^(?:con|prn|aux|nul|com\d|lpt\d|settings)$/u;

/** The people by file: one for each department if at least half of them have one, else one for each division. */
function unitsOf(people: readonly DraftPerson[], other = "other") {
  const withDepartment = people.filter(({ department }) => department !== "").length;
  const units = new Map<string, { readonly unit: string; readonly people: DraftPerson[] }>();
  for (const person of people) {
    const unit = withDepartment * 2 >= people.length ? person.department : person.division;
    const slug = Array.from(slugOf(unit)).slice(0, 60).join("");
    const file = RESERVED.test(slug) ? `${slug}-users` : slug || other;
    const known = units.get(file) ?? { unit, people: [] };
    known.people.push(person);
    units.set(file, known);
  }
  return units;
}

/** The lines as comments, after a line for editors if there are schemas. */
function heading(
  schema: "skills" | "settings",
  lines: readonly string[],
  schemas: string | undefined,
): string {
  const editor =
    schemas === undefined
      ? []
      : [`# yaml-language-server: $schema=${printable(schemas)}/${schema}.schema.json`, "#"];
  return [...editor, ...lines.map((line) => `# ${line}`.trimEnd())].map((line) => `${line}\n`).join("");
}

function settingsFile(organization: string, { from, schemas }: ImportFileOptions): ImportFile {
  const header = [
    `Settings for ${from}.`,
    ...YOURS,
    "",
    "With the organisation's id here, credentials of another organisation are refused before anything is changed.",
  ];
  return {
    name: "settings.yaml",
    text: `${heading("settings", header, schemas)}organization: ${scalar(organization)}\n`,
    about: "the organisation's id, as a protection against wrong credentials",
  };
}

const YOURS = ["Written by `genesys-skills import`. From now on it is yours: edit, split or rename it."];

const PROFILES = [
  "A skill has the proficiency that most of the people with exactly these skills have; a different one is in the",
  "person's own line. With the cloud API you can rename profiles: their names change nothing in Genesys Cloud.",
];

/** How many left-out facts a file names, so that it stays within the size limit. */
const MAX_LEFT_OUT = 500;

function skillsHeader(leftOut: readonly LeftOut[], { from, isLimited }: ImportFileOptions): string[] {
  const named = sortLeftOut(leftOut).slice(0, MAX_LEFT_OUT);
  const more = leftOut.length - named.length;
  return [
    `The skills of ${from}. The people are in users/.`,
    ...YOURS,
    ...(isLimited
      ? ["", "The credentials saw only some divisions: users and skills of the others are missing."]
      : []),
    ...(named.length > 0 ? ["", "Left out, and therefore unchanged in Genesys Cloud:"] : []),
    ...named.map((left) => `- ${leftOutWords(left)}`),
    ...(more > 0 ? [`- ${more} more of these kinds.`] : []),
  ];
}

function usersHeader(unit: string, { from }: ImportFileOptions): string[] {
  return [
    `The people of ${unit === "" ? from : `${printable(unit, 100)} at ${from}`}.`,
    ...YOURS,
    "",
    "A person's own line overrides a profile. To move somebody, change the profile in their lines. After the first",
    "apply, removing a line removes the skill.",
  ];
}

// ── Entries ──────────────────────────────────────────────────────────────────────────────────────────

type ReferenceTo = ImportDraft["referenceTo"];

function identity({ name, spelled, id, slug, hasOwnSlug, description, division }: NamedEntry): string[] {
  const comment = spelled === undefined ? "" : `in Genesys Cloud "${printable(spelled, 100)}"`;
  return [
    `  - name: ${scalar(name)}${remark(comment)}`,
    ...(description === undefined ? [] : [`    description: ${scalar(description)}`]),
    ...(division === undefined ? [] : [`    division: ${scalar(division)}`]),
    ...(id === undefined ? [] : [`    id: ${scalar(id)}`]),
    ...(hasOwnSlug ? [`    slug: ${scalar(slug)}`] : []),
  ].map((line) => `${line}\n`);
}

function profileText(
  { named, extends: parent, gives, group }: DraftProfile,
  referenceTo: ReferenceTo,
): string {
  const skills = [...gives].flatMap(([id, { proficiency, distance }]) => {
    if (distance > 0) return [];
    const skill = scalar(referenceTo(id), true);
    return proficiency === null
      ? [`      - ${scalar(referenceTo(id))}\n`]
      : [`      - { skill: ${skill}, proficiency: ${proficiency} }\n`];
  });
  return [
    ...(group ? proposal(group.name, group.members.length) : []),
    ...identity(named),
    ...(parent === undefined ? [] : [`    extends: [${scalar(parent, true)}]\n`]),
    ...(skills.length > 0 ? ["    skills:\n", ...skills] : []),
  ].join("");
}

/** A comment that proposes a group as members, instead of the people's own lines. */
function proposal(group: string, members: number): string[] {
  return [
    `  # The group ${scalar(group)} has exactly the ${members} people with this profile as members. To give the profile to the\n`,
    "  # group, add this line to the profile, and remove the profile from their lines in users/:\n",
    `  #   members: { groups: [${scalar(group, true)}] }\n`,
  ];
}

function personText({ ref, name, profiles, lines }: DraftPerson, referenceTo: ReferenceTo): string {
  const listed = profiles.map((profile) => scalar(profile, true)).join(", ");
  const isName = name !== "" && foldName(name) !== ref;
  return [
    `  - user: ${scalar(ref)}${remark(isName ? printable(name, 60) : "")}`,
    ...(profiles.length > 0 ? [`    profiles: [${listed}]`] : []),
    ...(lines.size > 0 ? ["    skills:"] : []),
    ...[...lines].map(
      ([id, value]) => `      ${scalar(referenceTo(id))}:${value === null ? "" : ` ${value}`}`,
    ),
  ]
    .map((line) => `${line}\n`)
    .join("");
}

function remark(text: string): string {
  return text === "" ? "" : ` # ${text}`;
}

/** Most names and e-mails, which every YAML reader reads as text. */
const PLAIN = /^\p{L}[\p{L}\p{M}\p{Nd}_.@+()/-]*(?: [\p{L}\p{Nd}_.@+()/&-]+)*$/u;
/** Older readers treat these words as booleans. */
const WORD = /^(?:y|n|yes|no|on|off|true|false|null)$/iu;

/** The text as a YAML scalar on one line: a value, a key or, `inFlow`, an item of a list in brackets. */
function scalar(text: string, inFlow = false): string {
  if (PLAIN.test(text) && !WORD.test(text)) return text;
  const document = new Document([text], { compat: "yaml-1.1" });
  if (inFlow) (document.contents as { flow?: boolean }).flow = true;
  const written = document.toString({
    lineWidth: 0,
    blockQuote: false,
    flowCollectionPadding: false,
    doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER,
  });
  return inFlow ? written.trim().slice(1, -1) : written.trim().slice(2);
}
