/** The draft as files: each says where it comes from, and none is larger than what is read. */
import { Document } from "yaml";
import { count, foldName, printable, slugOf } from "../text.ts";
import type { DraftPerson, ImportDraft } from "./draft.ts";
import type { LeftOut } from "./left-out.ts";
import { leftOutWords, sortLeftOut } from "./left-out.ts";
import type { NamedEntry } from "./names.ts";
import { isId } from "./names.ts";
import type { DraftProfile } from "./profiles.ts";

/** Where the files come from and go to. */
export interface ImportFileOptions {
  /** `Northmere (api.mypurecloud.ie)`, or the name of a spreadsheet. */
  readonly from: string;
  /** The id of the organisation, where settings are to be written. */
  readonly organization?: string;
  /** The folder of the schemas as seen from the folder of the files; absent where there is none. */
  readonly schemas?: string;
  /** What the file of those of no division or department is called. Default `other`. */
  readonly unit?: string;
  /** The credentials see only some divisions. */
  readonly isLimited?: boolean;
  /** Whether there is something under this name already. */
  readonly isTaken?: (file: string) => boolean;
}

export interface ImportFile {
  /** Seen from the folder of all files. */
  readonly name: string;
  readonly text: string;
  /** What it holds, for people. */
  readonly about: string;
}

/** The same draft gives the same bytes; no file where there is nothing to say. */
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

/** Half of what a file may hold, so that there is room to add. */
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

/** `skills.yaml`; where that is there already, `skills-2.yaml` and so on. */
function namer({ isTaken = () => false }: ImportFileOptions): (base: string) => string {
  const given = new Set<string>();
  return (base) => {
    let name = `${base}.yaml`;
    for (let number = 2; given.has(name) || isTaken(name); number++) name = `${base}-${number}.yaml`;
    given.add(name);
    return name;
  };
}

/** Names that Windows gives to devices; `settings` would be taken for the settings by a reader. */
const RESERVED = /^(?:con|prn|aux|nul|com\d|lpt\d|settings)$/u;

/** The people by file: that of their department where half of all have one, else that of their division. */
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

/** Each line as a comment, with the line for editors above where there are schemas. */
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
    about: "the organisation's id, so that no other can be meant by mistake",
  };
}

const YOURS = [
  "Written by `genesys-skills import`; yours from here on: edit it, divide it, give it other names.",
];

const PROFILES = [
  "A proficiency stands beside a skill where most of those who hold just these skills have it; another one stands in",
  "a line of the person. With the cloud API, call a profile as you like: its name changes nothing in Genesys Cloud.",
];

/** Named in a file; a file of nothing else would be too large to be read. */
const MAX_LEFT_OUT = 500;

function skillsHeader(leftOut: readonly LeftOut[], { from, isLimited }: ImportFileOptions): string[] {
  const named = sortLeftOut(leftOut).slice(0, MAX_LEFT_OUT);
  const more = leftOut.length - named.length;
  return [
    `The skills of ${from}; the people stand in users/.`,
    ...YOURS,
    ...(isLimited
      ? ["", "The credentials saw only some divisions: users and skills of the others are missing."]
      : []),
    ...(named.length > 0 ? ["", "Left out, and so left as it is in Genesys Cloud:"] : []),
    ...named.map((left) => `- ${leftOutWords(left)}`),
    ...(more > 0 ? [`- ${more} more of these kinds.`] : []),
  ];
}

function usersHeader(unit: string, { from }: ImportFileOptions): string[] {
  return [
    `The people of ${unit === "" ? from : `${printable(unit, 100)} at ${from}`}.`,
    ...YOURS,
    "",
    "A line of a person's own counts more than a profile's. To move somebody, change the profile in their lines. From",
    "the first apply on, taking a line out takes the skill away.",
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

/** A group as members, ready to be written in place of the people's own lines. */
function proposal(group: string, members: number): string[] {
  return [
    `  # The group ${scalar(group)} holds exactly the ${members} people with this profile. To let the group say who has it,\n`,
    "  # add this line to the profile, and take the profile out of their lines in users/:\n",
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

/** Most names and e-mails, which no reader of YAML takes for anything but text. */
const PLAIN = /^\p{L}[\p{L}\p{M}\p{Nd}_.@+()/-]*(?: [\p{L}\p{Nd}_.@+()/&-]+)*$/u;
/** For older readers some words are truth values. */
const WORD = /^(?:y|n|yes|no|on|off|true|false|null)$/iu;

/** A text on one line that says itself, be it a value, a key or, `inFlow`, part of a list in brackets. */
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
