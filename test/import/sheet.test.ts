/** Spreadsheets: both forms, every encoding and separator, and each problem at its row and column. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { DraftOptions } from "../../src/import/draft.ts";
import { draftImport } from "../../src/import/draft.ts";
import { readTable } from "../../src/import/csv.ts";
import { renderFiles } from "../../src/import/render.ts";
import { namedUsers, readSheet, sheetFacts } from "../../src/import/sheet.ts";
import type { Live } from "../../src/model.ts";
import { plan } from "../../src/plan/plan.ts";
import { Failure } from "../../src/problem.ts";
import { skillMatrix } from "../../src/report/matrix.ts";
import { temporaryDirectory } from "../ledger/repositories.ts";
import { hasNoChanges } from "../support/session.ts";
import { liveOf, organisations } from "./organisations.ts";
import type { ImportFile } from "../../src/import/render.ts";
import { importLive, planFiles, readFiles } from "./reading.ts";

interface Around extends DraftOptions {
  readonly yaml?: string;
  readonly live?: Live;
}

/** Imports a sheet as the command does, but for the files themselves. */
async function importSheet(
  content: string | Buffer,
  { yaml, live, ...options }: Around = {},
): Promise<ImportFile[]> {
  const file = join(temporaryDirectory(), "agents.csv");
  writeFileSync(file, content);
  const sheet = readSheet("agents.csv", await readTable(file));
  const desired = readFiles(yaml === undefined ? [] : [{ name: "there.yaml", text: yaml }]);
  const named = { ...desired, users: [...desired.users, ...namedUsers(sheet)] };
  const planned =
    live && plan({ desired: named, ledger: null, live, allow: new Set(), requestsPerMinute: 300 });
  const organisation = live && planned && { live, ledger: null, rows: planned.rows };
  const facts = sheetFacts(sheet, desired, organisation, () => false);
  return renderFiles(draftImport(facts, options), { from: "agents.csv", unit: "agents" });
}

/** What stands under `users:`. */
async function usersOf(content: string | Buffer, around: Around = {}): Promise<string> {
  const files = await importSheet(content, around);
  const text = files.find(({ name }) => name.startsWith("users/"))?.text ?? "";
  return text.slice(text.indexOf("users:\n") + "users:\n".length);
}

/** Each problem as `place CODE message`. */
async function problemsOf(content: string | Buffer, around: Around = {}): Promise<string[]> {
  try {
    await importSheet(content, around);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return error.problems.map(
      ({ code, message, place }) => `${code} ${place?.line}:${place?.column} ${message}`,
    );
  }
  return [];
}

const ANN_AND_BOB = [
  "  - user: ann@example.com",
  "    skills:",
  "      Billing: 4",
  "      Web Chat: 3.5",
  "  - user: bob@example.com",
  "    skills:",
  "      Billing: 0",
  "",
].join("\n");

describe("read", () => {
  test.each([
    [
      "the vendor's form",
      'email,name,skills\nAnn@Example.com,Ann,"Billing:4,Web Chat:3.5"\nbob@example.com,Bob,Billing:0\n',
    ],
    ["a matrix", "email,Billing,Web Chat\r\nann@example.com,4,3.5\r\nbob@example.com,0,\r\n"],
    [
      "columns in another order, and empty rows",
      "Web Chat,User,Billing\n3.5,ann@example.com,4\n\n,,\n,bob@example.com,0",
    ],
    ["semicolons and decimal commas", "E-Mail;Billing;Web Chat\nann@example.com;4;3,5\nbob@example.com;0;\n"],
    ["tabs", "email\tBilling\tWeb Chat\nann@example.com\t4\t3,5\nbob@example.com\t0\t\n"],
    [
      "quotes, spaces and a separator in them",
      ' "email" , "Billing" , "Web Chat"\n "ann@example.com","4","3.5"\nbob@example.com, 0 ,\n',
    ],
    [
      "two rows that say the same",
      "email,Billing,Web Chat\nann@example.com,4,3.5\nbob@example.com,0,\nANN@example.com,4.0,3.5\n",
    ],
    ["line ends of old Macs", "email,Billing,Web Chat\rann@example.com,4,3.5\rbob@example.com,0,"],
  ])("%s", async (_, content) => {
    expect(await usersOf(content)).toBe(ANN_AND_BOB);
    const wide = Buffer.from(`\ufeff${content}`, "utf16le");
    expect(await usersOf(`\ufeff${content}`)).toBe(ANN_AND_BOB);
    expect(await usersOf(wide)).toBe(ANN_AND_BOB);
    expect(await usersOf(Buffer.from(wide).swap16())).toBe(ANN_AND_BOB);
  });

  test("a skill without a number is any proficiency; names hold commas, quotes and lines where they are quoted", async () => {
    expect(await usersOf('email,skills\nann@example.com,"Chat, Billing: ,Sales : 2"\n')).toBe(
      "  - user: ann@example.com\n    skills:\n      Billing:\n      Chat:\n      Sales: 2\n",
    );
    expect(await usersOf('email,"Sales, ""EU"": b"\nann@example.com,2\n')).toBe(
      "  - user: ann@example.com\n    skills:\n      'Sales, \"EU\": b': 2\n",
    );
  });

  test("a catalogue is written too, and profiles where three hold the same; all of it can be loaded", async () => {
    const files = await importSheet(
      'email,skills\na@x.org,"B:1,C:2"\nb@x.org,"C:2,B:1"\nc@x.org,"B:1,C"\nd@x.org,"C,B:2"\n',
    );
    expect(files.map(({ name }) => name)).toStrictEqual([
      "skills.yaml",
      "profiles.yaml",
      "users/agents.yaml",
    ]);
    const { skills, users } = readFiles(files);
    expect(skills.map(({ name }) => name)).toStrictEqual(["B", "C"]);
    const asked = users.map(({ user, sources }) => [
      user,
      // The closest source of each skill, which comes first.
      sources
        .filter(({ skill }, at) => sources.findIndex((one) => one.skill === skill) === at)
        .map(({ skill, proficiency }) => `${skill} ${proficiency ?? "any"}`),
    ]);
    expect(asked.slice(2)).toMatchObject([
      ["c@x.org", ["b 1", "c any"]],
      ["d@x.org", ["b 2", "c any"]],
    ]);
  });
});

describe("each problem by row and column", () => {
  test.each<[string, string | Buffer, string[]]>([
    [
      "no column email",
      "name,Billing\nAnn,4\n",
      ["NO_EMAIL 1:1 Row 1, column A: no column is called email."],
    ],
    [
      "no column for a skill",
      "email\nann@example.com\n",
      ["NO_SKILL 1:1 Row 1, column A: there is no column for a skill."],
    ],
    [
      "proficiencies",
      'email,Billing,Chat\na@x.org,7,x\nb@x.org,-1,5.1\nc@x.org,"3,5",1+1\n',
      ["B 7", "C x", "B -1", "C 5.1", "B 3,5", "C 1+1"].map((cell, at) => {
        const [column = "", text = ""] = cell.split(" ");
        const row = 2 + Math.floor(at / 2);
        return `BAD_PROFICIENCY ${row}:${column === "B" ? 2 : 3} Row ${row}, column ${column}: "${text}" is not a proficiency.`;
      }),
    ],
    [
      "proficiencies of the vendor's form",
      'email,skills\na@x.org,"Billing:7,Chat:4"\n',
      ['BAD_PROFICIENCY 2:2 Row 2, column B: "7" is not a proficiency.'],
    ],
    [
      "decimal commas of the vendor's form",
      "email;skills\na@x.org;Billing:4,5,Chat:3\nb@x.org;Chat:2, Billing : 3, 5\n",
      [
        'BAD_PROFICIENCY 2:2 Row 2, column B: "4,5" is not a proficiency.',
        'BAD_PROFICIENCY 3:2 Row 3, column B: "3, 5" is not a proficiency.',
      ],
    ],
    [
      "a row of totals",
      "email,Billing\na@x.org,4\nTotal,4\n",
      ['BAD_EMAIL 3:1 Row 3, column A: "total" is neither an e-mail nor an id.'],
    ],
    [
      "a name for an e-mail",
      "email,Billing\nAnn Lee,4\n,3\n",
      [
        'BAD_EMAIL 2:1 Row 2, column A: "ann lee" is not an e-mail.',
        "NO_EMAIL 3:1 Row 3, column A: the row has no e-mail.",
      ],
    ],
    [
      "a cell without a title",
      "email,Billing\na@x.org,4,5\n",
      ['NO_SKILL 2:3 Row 2, column C: "5" is in a column without a name.'],
    ],
    [
      "two rows that disagree",
      "email,Billing,Chat\na@x.org,4,\nb@x.org,1,1\nA@x.org,3,2\n",
      [
        'DISAGREE 4:2 Row 4, column B: a@x.org has "Billing" at 3 here, and at 4 in row 2.',
        'DISAGREE 4:3 Row 4, column C: a@x.org has "Chat" at 2 here, and not at all in row 2.',
      ],
    ],
    [
      "one skill twice",
      'email,skills\na@x.org,"Billing:4,billing:3"\n',
      ['DISAGREE 2:2 Row 2, column B: "billing" is here twice, with different proficiencies.'],
    ],
    [
      "two columns of one skill",
      "email,Billing,billing\na@x.org,4,4\n",
      ['DISAGREE 1:3 Row 1, column C: "billing" is the same skill as the column "Billing".'],
    ],
    ["an empty file", "", ["EMPTY_SHEET undefined:undefined"]],
    ["an empty file in UTF-16", Buffer.from("\ufeff \n", "utf16le"), ["EMPTY_SHEET undefined:undefined"]],
    ["a workbook", Buffer.from([0x50, 0x4b, 3, 4, 0, 0, 0xff]), ["NOT_A_TABLE undefined:undefined"]],
    ["UTF-16 without a mark", Buffer.from("email,Billing\n", "utf16le"), ["NOT_A_TABLE undefined:undefined"]],
    [
      "another encoding",
      Buffer.from("email,Gr\u00fc\u00dfe\n", "latin1"),
      ["NOT_A_TABLE undefined:undefined"],
    ],
    ["a quote that never ends", 'email,Billing\n"a@x.org,4\n', ["BAD_QUOTE 2:1"]],
    ["text after a quote", 'email,Billing\na@x.org,"4" 5\n', ["BAD_QUOTE 2:2"]],
    ["a character that no name has", "email,Bill\u202eing\na@x.org,4\n", ["BAD_NAME 1:2"]],
  ])("%s", async (_, content, expected) => {
    const found = await problemsOf(content);
    expect(found).toHaveLength(expected.length);
    expected.forEach((start, at) => expect(found[at]).toContain(start));
  });

  test("more skills than one user can hold", async () => {
    const names = Array.from({ length: 51 }, (_, at) => `Skill ${at}`);
    expect(
      await problemsOf(`email,${names.join(",")}\na@x.org,${names.map(() => 1).join(",")}\n`),
    ).toStrictEqual(["TOO_MANY_SKILLS 2:1 Row 2, column A: a@x.org would have 51 skills."]);
  });

  const YAML = `skills:
  - { name: Billing, assign_to_users: [{ user: ann@example.com, proficiency: 3 }] }
  - { name: Web Chat, slug: chat, assign_to_profiles: [{ profile: Desk, proficiency: 2 }] }
profiles: [{ name: Desk, members: { users: [ann@example.com] } }]
`;

  test("against the YAML alone: what it lacks is a problem, what it says needs no line, what it says otherwise is named", async () => {
    const content = "email,billing,chat,Chatt\nann@example.com,4,2,\nbob@example.com,1,,\n";
    expect(await problemsOf(content, { yaml: YAML })).toStrictEqual([
      'UNKNOWN_SKILL 1:4 Row 1, column D: the YAML doesn\'t have a skill called "Chatt".',
      'YAML_DIFFERS 2:2 Row 2, column B: "billing" of ann@example.com is 3 at there.yaml:2:48.',
      "UNKNOWN_USER 3:1 Row 3, column A: the YAML doesn't name bob@example.com.",
    ]);
    expect(await importSheet("email,Billing,chat\nann@example.com,3,2\n", { yaml: YAML })).toStrictEqual([]);
    expect(await usersOf("email,Billing,chat\nann@example.com,3,5\n", { yaml: YAML })).toBe(
      "  - user: ann@example.com\n    skills:\n      Web Chat: 5\n",
    );
  });

  const LIVE = liveOf({
    skills: ["Billing", "Web Chat", "Sales", "Web  Chat", "C#", "c#"].map((name, at) => ({
      ...{ id: `s-${at}`, name, slug: name },
      state: "active" as const,
    })),
    users: ["ann", "bob"].map((name) => ({
      ...{ id: `u-${name}`, name, email: `${name}@example.com`, division: "Home", skills: new Map() },
    })),
  });

  test("against the organisation: people and skills that it has are known, with names and divisions", async () => {
    const files = await importSheet("user,sales,s-1\nu-bob,2,\nann@example.com,,1\n", {
      live: LIVE,
      yaml: YAML,
    });
    expect(files.map(({ name }) => name)).toStrictEqual(["skills.yaml", "users/home.yaml"]);
    expect(files[0]?.text).toContain("skills:\n  - name: Sales\n");
    const absent = ["kim@example.com", "left@example.com"].map((ref) =>
      ref.startsWith("left")
        ? ({ ref, state: "inactive", id: "u-left", name: "Left", email: ref } as const)
        : ({ ref, state: "unknown" } as const),
    );
    const live = { ...LIVE, absentUsers: absent };
    const content =
      'email,skills\nkim@example.com,Sales\nleft@example.com,Salles:1\nann@example.com,"web   chat,C#"\nbob@example.com,C#:1\nu-bob,C#:2\n';
    expect(await problemsOf(content, { live })).toStrictEqual([
      "UNKNOWN_USER 2:1 Row 2, column A: neither the organisation nor the YAML has kim@example.com.",
      "LEFT_ORG 3:1 Row 3, column A: left@example.com is not an active user of the organisation.",
      'UNKNOWN_SKILL 3:2 Row 3, column B: neither the organisation nor the YAML has a skill called "Salles".',
      'AMBIGUOUS 4:2 Row 4, column B: several skills are called "web   chat".',
      'DISAGREE 6:2 Row 6, column B: u-bob has "C#" at 2 here, and at 1 in row 5.',
    ]);
  });
});

test("a line that takes any proficiency agrees with the one that the organisation has, and with no other", async () => {
  const yaml = "skills: [{ name: Billing, assign_to_users: [ann@example.com] }]";
  const live = liveOf({
    skills: [{ id: "s", name: "Billing", slug: "billing", state: "active" }],
    users: [{ ...{ id: "u", name: "Ann", email: "ann@example.com" }, skills: new Map([["s", 3]]) }],
  });
  expect(await importSheet("email,Billing\nann@example.com,3\n", { live, yaml })).toStrictEqual([]);
  expect(await problemsOf("email,Billing\nann@example.com,4\n", { live, yaml })).toStrictEqual([
    'YAML_DIFFERS 2:2 Row 2, column B: "Billing" of ann@example.com is any proficiency at there.yaml:1:45.',
  ]);
});

describe.each(["cloud", "profiles"] as const)("report --matrix, with %s", (dialect) => {
  test("comes back as it went out: importing it, planned, changes nothing", async () => {
    await fc.assert(
      fc.asyncProperty(organisations(dialect), fc.boolean(), async (drawn, withProfiles) => {
        fc.pre(drawn.skills.entities.length > 0);
        const users = drawn.users.entities.map((user) => ({
          ...user,
          skills: new Map(
            [...user.skills].filter(([id, value]) => id !== "s-gone" && value >= 0 && value <= 5),
          ),
        }));
        // A user whom neither e-mail nor id tells can stand in no table.
        const entities = users.filter(({ id }) => !id.includes(" "));
        const live = { ...drawn, users: { ...drawn.users, entities } };
        const { rows } = plan({
          desired: readFiles([]),
          ledger: null,
          live,
          allow: new Set(),
          requestsPerMinute: 300,
        });
        const files = await importSheet(skillMatrix({ rows, live }), { live, withProfiles });
        const result = planFiles(files, live);
        expect(hasNoChanges(result), JSON.stringify([result.stages, result.refusals])).toBe(true);
        const people = (imported: readonly Pick<ImportFile, "name" | "text">[]): string[] =>
          readFiles(imported).users.map(({ user }) => user);
        expect(people(files)).toStrictEqual(people(importLive(live, { withProfiles }).files));
      }),
      { numRuns: 60 },
    );
  });
});
