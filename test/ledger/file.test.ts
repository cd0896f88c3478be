import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseLedger, serialiseLedger, sortLedger } from "../../src/ledger/file.ts";
import type { Intent } from "../../src/ledger/intent.ts";
import type { Ledger, LedgerReplace } from "../../src/model.ts";
import { Failure } from "../../src/problem.ts";
import { intents, ledgers } from "./arbitraries.ts";
import { BILLING, ledgerOf } from "./repositories.ts";

const LEDGER: Ledger = ledgerOf({
  revision: "0123456789abcdef0123456789abcdef01234567",
  skills: [{ slug: "email", id: null, name: "Email", protected: true }, BILLING],
  profiles: [{ slug: "support", id: "p-1", name: "Support", skills: ["email", "billing"] }],
  users: [
    { id: "u-2", assignments: { billing: { proficiency: 1, group: "Desk" } } },
    {
      id: "u-1",
      email: "ann@example.com",
      assignments: { email: { proficiency: 2.5 }, billing: { proficiency: 3 } },
    },
  ],
});

const PENDING = { id: "u-2", proficiency: 0.5 };
const MOVING: LedgerReplace = {
  id: "s-0",
  name: "Bills",
  to: "billing",
  ours: true,
  pending: [PENDING, { id: "u-1", proficiency: 3 }],
};

const INTENT: Intent = {
  run: { id: "run", startedAt: "2026-01-31T08:00:00Z", renewedAt: "2026-01-31T08:00:00Z" },
  revision: null,
  sets: { skills: [], profiles: [], users: [] },
  removes: { skills: [], profiles: [], users: [] },
  done: [],
};

describe("ledger.json", () => {
  it("is sorted, indented, and has one assignment to a line", () => {
    expect(serialiseLedger({ ledger: LEDGER })).toBe(`{
  "version": 1,
  "target": "production",
  "organization": "org-1",
  "dialect": "cloud",
  "revision": "0123456789abcdef0123456789abcdef01234567",
  "skills": [
    { "slug": "billing", "id": "s-1", "name": "Billing", "protected": false },
    { "slug": "email", "id": null, "name": "Email", "protected": true }
  ],
  "profiles": [
    {
      "slug": "support",
      "id": "p-1",
      "name": "Support",
      "skills": [
        "billing",
        "email"
      ]
    }
  ],
  "users": [
    {
      "id": "u-1",
      "email": "ann@example.com",
      "assignments": {
        "billing": { "proficiency": 3 },
        "email": { "proficiency": 2.5 }
      }
    },
    {
      "id": "u-2",
      "assignments": {
        "billing": { "proficiency": 1, "group": "Desk" }
      }
    }
  ]
}
`);
  });

  it("names unfinished renames by old skill, and everybody who waits on a line of their own", () => {
    const ledger = ledgerOf({ replaces: [{ ...MOVING, id: "s-9", pending: [] }, MOVING] });
    expect(serialiseLedger({ ledger })).toContain(`
  "users": [],
  "replaces": [
    {
      "id": "s-0",
      "name": "Bills",
      "to": "billing",
      "ours": true,
      "pending": [
        { "id": "u-1", "proficiency": 3 },
        { "id": "u-2", "proficiency": 0.5 }
      ]
    },
    {
      "id": "s-9",
      "name": "Bills",
      "to": "billing",
      "ours": true,
      "pending": []
    }
  ]
}
`);
  });

  it("has no word of renames where none is unfinished, as it had before there were any", () => {
    const none = { ledger: { ...LEDGER, replaces: [] }, intent: { ...INTENT, replaces: [] } };
    const text = serialiseLedger(none);
    expect(text).toBe(serialiseLedger({ ledger: LEDGER, intent: INTENT }));
    expect(text).not.toContain("replaces");
    expect(parseLedger(text).ledger).not.toHaveProperty("replaces");
    expect(parseLedger(text).intent).not.toHaveProperty("replaces");
  });

  it("keeps the renames of a run beside those of the ledger", () => {
    const file = { ledger: { ...LEDGER, replaces: [] }, intent: { ...INTENT, replaces: [MOVING] } };
    const { ledger, intent } = parseLedger(serialiseLedger(file));
    expect(ledger.replaces).toBeUndefined();
    expect(intent?.replaces).toEqual([{ ...MOVING, pending: MOVING.pending.toReversed() }]);
  });

  it("holds no users who hold nothing of ours, but those that are known by an e-mail", () => {
    const named = { id: "u-2", email: "ann@example.com", assignments: {} };
    const ledger = ledgerOf({ users: [{ id: "u-1", assignments: {} }, named] });
    expect(parseLedger(serialiseLedger({ ledger })).ledger.users).toEqual([named]);
  });

  it("reads back as what was written, with or without an intent", () => {
    fc.assert(
      fc.property(ledgers, fc.option(intents), (ledger, intent) => {
        const file = intent === null ? { ledger } : { ledger, intent };
        const text = serialiseLedger(file);
        const read = parseLedger(text);
        expect(read.ledger).toEqual(sortLedger(ledger));
        expect(serialiseLedger(read)).toBe(text);
        expect(JSON.parse(text)).toHaveProperty("target", ledger.target);
        expect(read.intent === undefined).toBe(intent === null);
      }),
    );
  });

  it("is the same bytes whatever the order of what it is made from", () => {
    fc.assert(
      fc.property(ledgers, intents, (ledger, intent) => {
        const turned = { ledger: turn(ledger), intent: turn(intent) };
        expect(serialiseLedger(turned)).toBe(serialiseLedger({ ledger, intent }));
      }),
    );
  });

  it.each<readonly [string, object, string]>([
    ["a field that is not known", { positions: [] }, "LEDGER_BROKEN"],
    [
      "a proficiency above 5",
      { users: [{ id: "u", assignments: { a: { proficiency: 6 } } }] },
      "LEDGER_BROKEN",
    ],
    ["a skill twice", { skills: [BILLING, BILLING] }, "LEDGER_BROKEN"],
    ["a user twice", { users: [1, 2].map(() => ({ id: "u", assignments: {} })) }, "LEDGER_BROKEN"],
    ["an old skill twice", { replaces: [MOVING, MOVING] }, "LEDGER_BROKEN"],
    ["a pending user twice", { replaces: [{ ...MOVING, pending: [PENDING, PENDING] }] }, "LEDGER_BROKEN"],
    [
      "a pending proficiency above 5",
      { replaces: [{ ...MOVING, pending: [{ ...PENDING, proficiency: 6 }] }] },
      "LEDGER_BROKEN",
    ],
    [
      "an old skill twice in an intent",
      { intent: { ...INTENT, replaces: [MOVING, MOVING] } },
      "LEDGER_BROKEN",
    ],
    ["a revision that is no hash", { revision: "--output=x" }, "LEDGER_BROKEN"],
    ["a version that is no number", { version: "1" }, "LEDGER_BROKEN"],
    ["version 2", { version: 2 }, "LEDGER_VERSION"],
  ])("is refused with %s", (_, change, code) => {
    expect(codeOf(JSON.stringify({ ...LEDGER, ...change }))).toBe(code);
  });

  it.each(["", "null", "[]", "[[[", '"text"'])("is refused as %j", (text) => {
    expect(codeOf(text)).toBe("LEDGER_BROKEN");
  });
});

function codeOf(text: string): string | undefined {
  try {
    parseLedger(text);
  } catch (error) {
    if (error instanceof Failure) return error.problems[0]?.code;
    throw error;
  }
  return undefined;
}

/** The same value with every list and every object's fields the other way round. */
function turn<T>(value: T): T {
  if (Array.isArray(value)) return value.map((item: unknown) => turn(item)).reverse() as T;
  if (typeof value !== "object" || value === null) return value;
  const turned = Object.entries(value).map(([key, item]) => [key, turn(item as unknown)] as const);
  return Object.fromEntries(turned.reverse()) as T;
}
