/** The draft as files: each says where it comes from, and none is larger than what is read. */
import { count, printable } from "../text.ts";
import type { ImportDraft } from "./draft.ts";
import { profileText, skillText } from "./entries.ts";
import type { LeftOut } from "./left-out.ts";
import { leftOutWords } from "./left-out.ts";

/** Where the files come from and go to. */
export interface RenderOptions {
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
export function renderFiles(draft: ImportDraft, options: RenderOptions): Rendered {
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
  const leftOut = [...draft.leftOut, ...[...skills, ...profiles].flatMap((entry) => entry.leftOut ?? [])];
  return {
    leftOut,
    files: [
      ...(options.withSettings ? [settingsFile(options)] : []),
      ...(profiles.length > 0 ? entryFiles("profiles", profiles, profilesHeader(options), options) : []),
      ...entryFiles("skills", skills, skillsHeader(leftOut, options), options),
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

/** `skills.yaml`, or `skills-1.yaml` and so on where one file would be too large. */
function entryFiles(
  key: "skills" | "profiles",
  entries: readonly RenderedEntry[],
  header: readonly string[],
  options: RenderOptions,
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
      text: `${comment("skills", header, options)}${body}`,
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
  { schemas }: Pick<RenderOptions, "schemas">,
): string {
  const editor =
    schemas === undefined
      ? []
      : [`# yaml-language-server: $schema=${printable(schemas)}/${schema}.schema.json`, "#"];
  return [...editor, ...lines.map((line) => `# ${line}`.trimEnd())].map((line) => `${line}\n`).join("");
}

function skillsHeader(leftOut: readonly LeftOut[], options: RenderOptions): string[] {
  const left = leftOut.map((one) => `- ${leftOutWords(one)}`);
  return [
    `The skills of ${source(options)}, and who holds them.`,
    ...YOURS,
    "",
    "A user stands here with what no profile of profiles.yaml gives them, or gives them at another proficiency: the",
    "line here is the one that counts. From the first apply on, taking a line out takes the skill away.",
    ...(options.isLimited ? ["", ...LIMITED] : []),
    ...(left.length > 0 ? ["", "Left out, and so left as it is in Genesys Cloud:", ...left] : []),
  ];
}

function profilesHeader(options: RenderOptions): string[] {
  return [
    `The profiles of ${source(options)}, and who has them.`,
    ...YOURS,
    "",
    ...(options.hasRoutingProfiles ? TAKEN_OVER : FOUND),
    "",
    "A proficiency stands beside a skill where at least half of the members have it; whoever has another one has a line",
    "of their own in the file of the skills.",
  ];
}

const YOURS = [
  "Written by `genesys-skills import`; yours from here on: edit it, divide it, give it other names.",
];

const FOUND = [
  "Genesys Cloud has no profiles of this kind. These were found: users who hold the same skills share one, and what",
  "some hold beyond it stands in the file of the skills. Their names are made of two skills that few others hold;",
  "give them the names that you use. Changing a name changes nothing in Genesys Cloud.",
];

const TAKEN_OVER = [
  "Genesys doesn't say who has a routing profile. Whoever holds all of its skills was taken for a member.",
];

const LIMITED = ["The credentials saw only some divisions: users and skills of the others are missing."];

function settingsFile(options: RenderOptions): ImportFile {
  const { id } = options.organization;
  const header = [
    `Settings for ${source(options)}.`,
    ...YOURS,
    "",
    "With the organisation's id here, credentials of another organisation are refused before anything is changed.",
  ];
  return {
    name: "settings.yaml",
    text: `${comment("settings", header, options)}organization: ${JSON.stringify(id)}\n`,
    about: "the organisation's id, so that no other can be meant by mistake",
  };
}

function source({ organization, host }: RenderOptions): string {
  return `${printable(organization.name || organization.id, 100)} (${printable(host)})`;
}
