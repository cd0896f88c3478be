/** The draft as files: each says where it comes from, and none is larger than what is read. */
import { Document } from "yaml";
import { count, printable } from "../text.ts";
import type { ImportDraft } from "./draft.ts";
import { profileText, skillText } from "./entries.ts";
import type { LeftOut } from "./left-out.ts";
import { leftOutWords, sortLeftOut } from "./left-out.ts";
import { isId } from "./names.ts";

/** Where the files come from and go to. */
export interface ImportFileOptions {
  readonly organization: { readonly id: string; readonly name: string };
  /** The host, or what stands for it: `api.mypurecloud.ie`. */
  readonly host: string;
  /** The folder of the schemas as seen from the files; absent where there is none. */
  readonly schemas?: string;
  /** Whether the settings are to be written too. */
  readonly withSettings: boolean;
  /** Whether the profiles are Genesys's own. */
  readonly hasRoutingProfiles: boolean;
  /** Whether the credentials see only some divisions. */
  readonly isLimited: boolean;
}

export interface ImportFile {
  readonly name: string;
  readonly text: string;
  /** What it holds, for people. */
  readonly about: string;
}

export interface Rendered {
  readonly files: readonly ImportFile[];
  /** The draft's, and what is too long for a file. */
  readonly leftOut: readonly LeftOut[];
}

/** Half of what a file may hold, so that there is room to add. */
const MAX_FILE_BYTES = 512 * 1024;
/** One entry can't be divided; and each user is several values, of which a file holds at most 100,000. */
const MAX_ENTRY_BYTES = 900 * 1024;
const MAX_ENTRY_USERS = 30_000;

/** The same draft gives the same bytes. */
export function renderFiles(draft: ImportDraft, options: ImportFileOptions): Rendered {
  const skills = draft.skills.map((skill) =>
    renderEntry("skill", skill.named.name, skill.users.length, (isWhole) =>
      skillText(isWhole ? skill : { ...skill, users: [] }),
    ),
  );
  const profiles = draft.profiles.map((profile) =>
    renderEntry("profile", profile.named.name, profile.members.length, (isWhole) =>
      profileText(isWhole ? profile : { ...profile, members: [] }),
    ),
  );
  const tooLong = [...skills, ...profiles].flatMap((entry) => entry.leftOut ?? []);
  const leftOut = sortLeftOut([...draft.leftOut, ...tooLong]);
  return {
    leftOut,
    files: [
      ...(options.withSettings && isId(options.organization.id) ? [settingsFile(options)] : []),
      ...(profiles.length > 0 ? entryFiles("profiles", profiles, [profilesHeader(options)], options) : []),
      ...entryFiles("skills", skills, [skillsHeader(options), leftOutLines(leftOut)], options),
    ],
  };
}

// ── Entries ──────────────────────────────────────────────────────────────────────────────────────────

interface RenderedEntry {
  readonly text: string;
  /** Users that it names. */
  readonly users: number;
  readonly leftOut?: LeftOut;
}

function renderEntry(
  what: "skill" | "profile",
  name: string,
  users: number,
  render: (isWhole: boolean) => string,
): RenderedEntry {
  const text = users > MAX_ENTRY_USERS ? "" : render(true);
  if (text !== "" && Buffer.byteLength(text) <= MAX_ENTRY_BYTES) return { text, users };
  return { text: render(false), users: 0, leftOut: { code: "TOO_MANY_USERS", what, name, users } };
}

/** `skills.yaml`, or `skills-1.yaml` and so on where one file would be too large; `once` heads the first alone. */
function entryFiles(
  key: "skills" | "profiles",
  entries: readonly RenderedEntry[],
  [header, once = []]: readonly [readonly string[], (readonly string[])?],
  options: ImportFileOptions,
): ImportFile[] {
  const parts = divide(entries);
  const digits = String(parts.length).length;
  return parts.map((part, at) => {
    const number = parts.length > 1 ? `-${String(at + 1).padStart(digits, "0")}` : "";
    const body = part.length > 0 ? `${key}:\n${part.map(({ text }) => text).join("\n")}` : `${key}: []\n`;
    const users = part.reduce((sum, entry) => sum + entry.users, 0);
    const about =
      key === "skills"
        ? `${count(part.length, "skill")}, and ${count(users, "line")} for users`
        : `${count(part.length, "profile")} with ${count(users, "member")}`;
    return {
      name: `${key}${number}.yaml`,
      text: `${comment("skills", at === 0 ? [...header, ...once] : header, options)}${body}`,
      about,
    };
  });
}

function divide(entries: readonly RenderedEntry[]): RenderedEntry[][] {
  const parts: RenderedEntry[][] = [[]];
  let bytes = 0;
  for (const entry of entries) {
    const size = Buffer.byteLength(entry.text);
    if (bytes > 0 && bytes + size > MAX_FILE_BYTES) {
      parts.push([]);
      bytes = 0;
    }
    parts.at(-1)?.push(entry);
    bytes += size;
  }
  return parts;
}

// ── Headers and settings ─────────────────────────────────────────────────────────────────────────────

/** Each line as a comment, with the line for editors above where there are schemas. */
function comment(
  schema: "skills" | "settings",
  lines: readonly string[],
  { schemas }: Pick<ImportFileOptions, "schemas">,
): string {
  const editor =
    schemas === undefined
      ? []
      : [`# yaml-language-server: $schema=${printable(schemas)}/${schema}.schema.json`, "#"];
  return [...editor, ...lines.map((line) => `# ${line}`.trimEnd())].map((line) => `${line}\n`).join("");
}

function skillsHeader(options: ImportFileOptions): string[] {
  return [
    `The skills of ${source(options)}, and who holds them.`,
    ...YOURS,
    "",
    "A user stands here with what no profile gives them, or gives them at another proficiency: the line here is the",
    "one that counts. Only active users stand here. From the first apply on, taking a line out takes the skill away.",
    ...(options.isLimited ? ["", ...LIMITED] : []),
  ];
}

/** Named in a file; a file of nothing else would be too large to be read. */
const MAX_LEFT_OUT = 500;

function leftOutLines(leftOut: readonly LeftOut[]): string[] {
  if (leftOut.length === 0) return [];
  const named = leftOut.slice(0, MAX_LEFT_OUT).map((one) => `- ${leftOutWords(one)}`);
  const more = leftOut.length - named.length;
  const title = "Left out, and so left as it is in Genesys Cloud:";
  return ["", title, ...named, ...(more > 0 ? [`- ${more} more of these kinds.`] : [])];
}

function profilesHeader(options: ImportFileOptions): string[] {
  return [
    `The profiles of ${source(options)}, and who has them.`,
    ...YOURS,
    "",
    ...(options.hasRoutingProfiles ? TAKEN_OVER : FOUND),
    "",
    "A proficiency stands beside a skill where most members have it; who has another one has a line of their own with",
    "the skill. Where a Genesys group holds just these users, it can stand in their place: members: { groups: [NAME] }.",
  ];
}

const YOURS = [
  "Written by `genesys-skills import`; yours from here on: edit it, divide it, give it other names.",
];

const FOUND = [
  "Genesys Cloud doesn't have profiles of this kind; these were found. Users who hold the same skills share one, and",
  "what some hold beside it stands with the skill. Each is called after two skills that few others hold: give it the",
  "name that you use. Another name changes nothing in Genesys Cloud.",
];

const TAKEN_OVER = [
  "Genesys doesn't say who has a routing profile: whoever holds all of its skills was taken for a member.",
];

const LIMITED = ["The credentials saw only some divisions: users and skills of the others are missing."];

function settingsFile(options: ImportFileOptions): ImportFile {
  const { id } = options.organization;
  const header = [
    `Settings for ${source(options)}.`,
    ...YOURS,
    "",
    "With the organisation's id here, credentials of another organisation are refused before anything is changed.",
  ];
  return {
    name: "settings.yaml",
    text: `${comment("settings", header, options)}${new Document({ organization: id }).toString()}`,
    about: "the organisation's id, so that no other can be meant by mistake",
  };
}

function source({ organization, host }: ImportFileOptions): string {
  return `${printable(organization.name || organization.id, 100)} (${printable(host)})`;
}
