import { describe, expect, it } from "vitest";
import fc from "fast-check";
import type { LedgerContent } from "../../src/ledger/content.ts";
import { changedFiles, normalizeLedger, parseContent } from "../../src/ledger/content.ts";
import type { Lease } from "../../src/ledger/lease.ts";
import { USERS_FOLDER, userParser, userPath } from "../../src/ledger/schema.ts";
import type { Ledger, LedgerUser } from "../../src/model.ts";
import { Failure } from "../../src/problem.ts";
import { ids, ledgers } from "./arbitraries.ts";
import { BILLING, DAY, INTENT, ledgerOf } from "./repositories.ts";

const REVISION = "0123456789abcdef0123456789abcdef01234567";
const ASSIGNMENT = { name: "Billing", proficiency: 1 };

const ANN: LedgerUser = {
  id: "u-1",
  email: "ann@example.com",
  assignments: {
    "s-2": { name: "Email", proficiency: 2.5, group: { id: "g-1", name: "Desk" } },
    "s-1": { name: "Billing", proficiency: 3, reviewed: true },
  },
};

const LEDGER: Ledger = ledgerOf({
  dialect: "profiles",
  applied: { revision: REVISION, day: DAY },
  attempted: { revision: null, day: DAY, uncommitted: true },
  skills: [
    {
      ...{ id: "s-2", name: "Email", slug: "email", protected: true },
      renamedFrom: [{ id: "s-0", name: "Mail" }],
    },
    BILLING,
  ],
  profiles: [
    {
      ...{ id: "p-1", name: "Support", slug: "support" },
      skills: [
        { id: "s-2", name: "Email" },
        { id: "s-1", name: "Billing" },
      ],
    },
  ],
  users: [ANN],
  replacements: [{ id: "s-0", name: "Bills", to: "s-1", state: "migrating" }],
});

const LEASE: Lease = { run: "r-1", actor: "octocat", github: { run: 7, attempt: 1 }, renewals: 3 };

const X = '"X": { "name": "X", "proficiency": 1 }';
const Y = '"Y": { "name": "Y", "proficiency": 2 }';

/** Lines that belong elsewhere, and some that are no JSON. */
const ODD_LINES = [
  ...["  },", "  }", "}", "{", "", "    ", '  "email": "x",', '  "assignments": {', '  "migrations": {'],
  ...[
    '    "x": {}',
    `    ${X}`,
    `    ${X},`,
    `    ${X}, ${Y},`,
    '    "y": { "assignments": {',
    '    "s": 1 },',
  ],
];

/** `lines` with some cut out at places, and odd ones or copies of others put there. */
function edit(
  lines: string[],
  changes: readonly { at: number; cut: number; put: readonly (string | number)[] }[],
): string[] {
  for (const { at, cut, put } of changes) {
    const copies = put.map((line) => (typeof line === "string" ? line : (lines[line % lines.length] ?? "")));
    lines.splice(at % lines.length, cut, ...copies);
    if (lines.length === 0) return lines;
  }
  return lines;
}

const parseUser = userParser();

/** The fast parser refuses a text with a space at its end, which is then parsed as any JSON. */
function expectSameAsJson(text: string): void {
  const [user, same] = [text, `${text} `].map((one) => outcomeOf(() => parseUser(one, () => "it")));
  expect(user).toEqual(same);
}

/** What the job answers, or the code with which it fails. */
function outcomeOf(job: () => unknown): unknown {
  try {
    return job();
  } catch (error) {
    if (error instanceof Failure) return error.problems[0]?.code;
    throw error;
  }
}

/** The files of a commit, by path. */
function filesOf(content: LedgerContent, target = "production"): Map<string, string> {
  return new Map(changedFiles(target, null, content).map(({ path, text }) => [path, text ?? ""]));
}

function pathsOf(before: LedgerContent, after: LedgerContent): string[] {
  return changedFiles("production", before, after).map(({ path, text }) =>
    text === null ? `-${path}` : path,
  );
}

function parse(files: ReadonlyMap<string, string>) {
  return parseContent(files, (path) => path);
}

describe("the files of a ledger", () => {
  it("have one skill, entry, assignment and record to a line", () => {
    const files = filesOf({ ledger: LEDGER, lease: LEASE });
    expect([...files.keys()]).toEqual(["ledger.json", "run.json", "users/u-/u-1.json"]);
    expect(files.get("ledger.json")).toBe(`{
  "version": 2,
  "target": "production",
  "organization": "org-1",
  "dialect": "profiles",
  "applied": { "revision": "${REVISION}", "day": "2026-01-31" },
  "attempted": { "revision": null, "day": "2026-01-31", "uncommitted": true },
  "skills": [
    { "id": "s-1", "name": "Billing", "slug": "billing", "protected": false },
    {
      "id": "s-2",
      "name": "Email",
      "slug": "email",
      "protected": true,
      "renamedFrom": [
        { "name": "Mail", "id": "s-0" }
      ]
    }
  ],
  "profiles": [
    {
      "id": "p-1",
      "name": "Support",
      "slug": "support",
      "skills": [
        { "id": "s-1", "name": "Billing" },
        { "id": "s-2", "name": "Email" }
      ]
    }
  ],
  "replacements": [
    { "id": "s-0", "name": "Bills", "to": "s-1", "state": "migrating" }
  ]
}
`);
    expect(files.get("run.json")).toBe(`{
  "run": "r-1",
  "actor": "octocat",
  "github": { "run": 7, "attempt": 1 },
  "renewals": 3
}
`);
    expect(files.get("users/u-/u-1.json")).toBe(`{
  "id": "u-1",
  "email": "ann@example.com",
  "assignments": {
    "s-1": { "name": "Billing", "proficiency": 3, "reviewed": true },
    "s-2": { "name": "Email", "proficiency": 2.5, "group": { "id": "g-1", "name": "Desk" } }
  }
}
`);
    expect(filesOf({ ledger: INTENT, lease: null }).get("users/u-/u-1.json")).toContain(`
  "records": [
    { "field": { "kind": "skill", "id": "s-1" }, "name": "Billing", "before": 3, "wasOurs": true, "values": [4] }
  ]
`);
  });

  it("have the meaning of their JSON, in any format", () => {
    const line = fc.oneof(fc.constantFrom(...ODD_LINES), fc.nat());
    const change = fc.record({
      at: fc.nat(),
      cut: fc.nat({ max: 2 }),
      put: fc.array(line, { maxLength: 2 }),
    });
    fc.assert(
      fc.property(ledgers, fc.array(change, { maxLength: 3 }), (ledger, changes) => {
        for (const [path, text] of filesOf({ ledger, lease: null }))
          if (path.startsWith(USERS_FOLDER)) expectSameAsJson(edit(text.split("\n"), changes).join("\n"));
      }),
    );
  });

  it.each([
    X,
    `${X},\n    ${Y}`,
    `${X}, ${Y}`,
    `${X},\n    ${X}`,
    `${X},\n    `,
    `${X},\n    ,\n    ${Y}`,
    `${X}\n  },\n  "migrations": {\n    "Y": { "name": "Y", "proficiency": 1, "manual": true }`,
    `${X}\n  },\n  "assignments": {\n    ${Y}`,
    `${X}\n  }\n}\n{\n  "assignments": {\n    ${Y}`,
  ])("mean what their JSON means: %j", (lines) => {
    for (const head of [
      '{\n  "id": "u-1",\n  "',
      '{\n  "id": "u-1",\n  "x\\"',
      '{\n  "',
      '{ "assignments": 1,\n  "',
    ])
      expectSameAsJson(`${head}assignments": {\n    ${lines}\n  }\n}\n`);
  });

  it("read back as what was written", () => {
    fc.assert(
      fc.property(ledgers, fc.option(fc.constant(LEASE)), (ledger, lease) => {
        const files = filesOf({ ledger, lease });
        expect(parse(files)).toEqual({ target: "production", ledger: normalizeLedger(ledger), lease });
        expect(filesOf(parse(files))).toEqual(files);
      }),
    );
  });

  it("are the same bytes for any order of the input", () => {
    fc.assert(
      fc.property(ledgers, (ledger) => {
        expect(filesOf({ ledger: turn(ledger), lease: null })).toEqual(filesOf({ ledger, lease: null }));
      }),
    );
  });

  it("are those that a commit changes, and no others", () => {
    fc.assert(
      fc.property(ledgers, ledgers, (before, after) => {
        const [then, now] = [
          { ledger: before, lease: null },
          { ledger: after, lease: null },
        ];
        const files = filesOf(then);
        for (const { path, text } of changedFiles("production", then, now)) {
          expect(files.get(path)).not.toBe(text);
          if (text === null) files.delete(path);
          else files.set(path, text);
        }
        expect(new Map([...files].sort())).toEqual(new Map([...filesOf(now)].sort()));
      }),
    );
  });

  it("change one by one: a renewal only the lease, a user only their file, and none for equal content", () => {
    const before = { ledger: LEDGER, lease: LEASE };
    expect(pathsOf(before, { ledger: turn(LEDGER), lease: LEASE })).toEqual([]);
    expect(pathsOf(before, { ledger: LEDGER, lease: { ...LEASE, renewals: 4 } })).toEqual(["run.json"]);
    expect(pathsOf(before, { ledger: LEDGER, lease: null })).toEqual(["-run.json"]);
    const bob = { id: "u-2", assignments: { "s-1": ASSIGNMENT } };
    const twoUsers = { ...LEDGER, users: [bob, ANN] };
    expect(pathsOf(before, { ledger: twoUsers, lease: LEASE })).toEqual(["users/u-/u-2.json"]);
    expect(pathsOf({ ledger: twoUsers, lease: null }, { ledger: LEDGER, lease: null })).toEqual([
      "-users/u-/u-2.json",
    ]);
    expect(pathsOf(before, { ledger: { ...LEDGER, applied: null }, lease: LEASE })).toEqual(["ledger.json"]);
  });

  it("don't exist for users without entries", () => {
    const users: LedgerUser[] = [
      { id: "u-1", assignments: {} },
      { id: "u-2", absent: true, assignments: {}, records: [], migrations: {} },
      { id: "u-3", email: "ann@example.com", assignments: {} },
    ];
    expect([...filesOf({ ledger: ledgerOf({ users }), lease: null }).keys()]).toEqual([
      "ledger.json",
      "users/u-/u-3.json",
    ]);
  });

  it("say so where the branch holds no ledger", () => {
    const files = filesOf({ ledger: null, lease: LEASE });
    expect(files.get("ledger.json")).toBe(
      '{\n  "version": 2,\n  "target": "production",\n  "empty": true\n}\n',
    );
    expect(parse(files)).toEqual({ target: "production", ledger: null, lease: LEASE });
  });
});

describe("a user's file", () => {
  it("has a unique name on every file system, for any id", () => {
    fc.assert(
      fc.property(ids, ids, (one, other) => {
        expect(userPath(one)).toMatch(/^users\/[a-z0-9_%-]+\/[a-z0-9_%~-]{1,200}\.json$/);
        expect(userPath(one).toLowerCase() === userPath(other).toLowerCase()).toBe(one === other);
      }),
    );
  });

  it("keeps an ordinary id, and hashes the end of one that is too long for a file", () => {
    expect(userPath("6b1c0000-0000-4000-8000-000000000000")).toBe(
      "users/6b/6b1c0000-0000-4000-8000-000000000000.json",
    );
    expect(userPath("..")).toBe("users/%002e%002e/%002e%002e.json");
    const [one, other] = [userPath("ä".repeat(200)), userPath(`${"ä".repeat(199)}ö`)];
    expect(one).not.toBe(other);
    expect(one.length).toBeLessThan(200);
  });
});

const BROKEN: readonly (readonly [string, Record<string, unknown>, string])[] = [
  ["a field that is not known", { positions: [] }, "LEDGER_BROKEN"],
  ["a skill twice", { skills: [BILLING, BILLING] }, "LEDGER_BROKEN"],
  ["a replaced skill twice", { replacements: [1, 2].map(() => LEDGER.replacements[0]) }, "LEDGER_BROKEN"],
  ["a revision that is no hash", { applied: { revision: "--output=x", day: DAY } }, "LEDGER_BROKEN"],
  ["a revision without a day", { applied: { revision: REVISION } }, "LEDGER_BROKEN"],
  ["a version that is no number", { version: "2" }, "LEDGER_BROKEN"],
  ["no organisation", { organization: "" }, "LEDGER_BROKEN"],
  ["version 1", { version: 1 }, "LEDGER_VERSION"],
  ["version 3", { version: 3 }, "LEDGER_VERSION"],
];

describe("ledger.json", () => {
  const text = filesOf({ ledger: LEDGER, lease: null }).get("ledger.json") ?? "";

  it.each(BROKEN)("is refused with %s", (_, change, code) => {
    const file = JSON.stringify({ ...(JSON.parse(text) as object), ...change });
    expect(codeOf(new Map([["ledger.json", file]]))).toBe(code);
  });

  it.each(["", "null", "[]", "[[[", '"text"', "{}", text.slice(0, 40)])("is refused as %j", (file) => {
    expect(codeOf(new Map([["ledger.json", file]]))).toBe("LEDGER_BROKEN");
  });

  it("is refused where it is missing", () => {
    expect(codeOf(new Map())).toBe("LEDGER_BROKEN");
  });
});

const USERS: readonly (readonly [string, unknown])[] = [
  ["a proficiency above 5", { ...ANN, assignments: { "s-1": { ...ASSIGNMENT, proficiency: 6 } } }],
  ["an assignment without the skill's name", { ...ANN, assignments: { "s-1": { proficiency: 1 } } }],
  ["another user's id", { ...ANN, id: "u-2" }],
  ["an id of 201 characters", { ...ANN, id: "u".repeat(201) }],
  ["a skill's id that is empty", { ...ANN, assignments: { "": ASSIGNMENT } }],
  [
    "a record of a field that there isn't",
    { ...ANN, records: [{ ...INTENT.users[0]?.records?.[0], field: {} }] },
  ],
  ["two records of one field", { ...ANN, records: [1, 2].map(() => INTENT.users[0]?.records?.[0]) }],
  ["a record that means nothing", { ...ANN, records: [{ ...INTENT.users[0]?.records?.[0], values: [] }] }],
  ["no assignments", { id: "u-1" }],
  ["nothing in it", null],
];

describe("a user's file", () => {
  it.each(USERS)("is refused with %s", (_, user) => {
    const files = filesOf({ ledger: LEDGER, lease: null });
    files.set(userPath("u-1"), JSON.stringify(user));
    expect(codeOf(files)).toBe("LEDGER_BROKEN");
  });

  it("is never written such that it could not be read again", () => {
    const written = (user: LedgerUser) => () => filesOf({ ledger: ledgerOf({ users: [user] }), lease: null });
    expect(written({ ...ANN, assignments: { "s-1": { ...ASSIGNMENT, proficiency: Number.NaN } } })).toThrow(
      /LEDGER_BROKEN/,
    );
    expect(written({ ...ANN, id: "u".repeat(5_000) })).toThrow(/LEDGER_BROKEN/);
    expect(() => filesOf({ ledger: ledgerOf({ users: [ANN, ANN] }), lease: null })).toThrow(/LEDGER_BROKEN/);
  });
});

function codeOf(files: ReadonlyMap<string, string>): unknown {
  return outcomeOf(() => parse(files));
}

/** The same ledger with its lists and every object's fields the other way round. */
function turn(ledger: Ledger): Ledger {
  const turned = turnFields(ledger);
  return {
    ...turned,
    skills: turned.skills.toReversed(),
    profiles: turned.profiles.map((one) => ({ ...one, skills: one.skills.toReversed() })).reverse(),
    users: turned.users
      .map((one) => (one.records ? { ...one, records: one.records.toReversed() } : one))
      .reverse(),
    replacements: turned.replacements.toReversed(),
  };
}

function turnFields<T>(value: T): T {
  if (Array.isArray(value)) return value.map((item: unknown) => turnFields(item)) as T;
  if (typeof value !== "object" || value === null) return value;
  const turned = Object.entries(value).map(([key, item]) => [key, turnFields(item as unknown)] as const);
  return Object.fromEntries(turned.reverse()) as T;
}
