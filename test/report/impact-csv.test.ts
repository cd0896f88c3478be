import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Impact } from "../../src/report/impact/facts.ts";
import { impactOf } from "../../src/report/impact/impact.ts";
import { impactCsv } from "../../src/report/impact/csv.ts";
import { HOSTILE, impactNamed } from "./impact-hostile.ts";
import { desiredOf, factsOf, ledgerOf, liveOf } from "./organisations.ts";

/** A reader of RFC 4180 that shares nothing with the writer, and is as strict as the RFC. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 0;
  while (at < text.length) {
    let cell = "";
    if (text[at] === '"') {
      for (at++; ; at++) {
        if (at >= text.length) throw new Error("A quote is open at the end.");
        if (text[at] === '"' && text[at + 1] === '"') at++;
        else if (text[at] === '"') break;
        cell += text[at] ?? "";
      }
      at++;
    } else {
      while (at < text.length && text[at] !== "," && text[at] !== "\r") {
        if (text[at] === '"' || text[at] === "\n")
          throw new Error("A bare cell holds a quote or line break.");
        cell += text[at++] ?? "";
      }
    }
    row.push(cell);
    if (text[at] === ",") at++;
    else if (text.slice(at, at + 2) === "\r\n") {
      rows.push(row);
      [row, at] = [[], at + 2];
    } else throw new Error(`After a cell comes ${JSON.stringify(text[at])}.`);
  }
  return rows;
}

/** Whether a spreadsheet would calculate something of the cell, also where it separates by semicolons or tabs. */
function isArmed(cell: string): boolean {
  if (/^\d+$/.test(cell)) return false;
  if (/^[\t\r\n]/.test(cell)) return true;
  return cell
    .split(/[;\t\r\n]/)
    .some((part) => /^[=+\-@＝＋－＠]/u.test(part.replace(/^[\s\p{C}\p{Z}]+/u, "")));
}

const withoutApostrophes = (text: string): string => text.replaceAll("'", "");

function expectSafe(impact: Impact, name: string): void {
  const rows = parseCsv(impactCsv(impact));
  expect(new Set(rows.map((row) => row.length))).toStrictEqual(new Set([21]));
  expect(rows).toHaveLength(impact.skills.length + 1);
  expect(rows.flat().filter(isArmed)).toStrictEqual([]);
  expect(rows.map((row) => withoutApostrophes(row[1] ?? ""))).toContain(withoutApostrophes(name));
}

test("begins with the columns that other programs read, and ends its lines as RFC 4180 says", async () => {
  const impact = impactOf(factsOf(await desiredOf("skills: []"), liveOf({})), { withPlan: false });
  const text = impactCsv(impact);
  expect(text.startsWith("Skill ID,Skill Name,Assigned Profile Count,Sample Profile IDs,Holders Now,")).toBe(
    true,
  );
  expect(text.split("\r\n")).toHaveLength(2);
});

test("shows five profiles as samples and says that there are more", async () => {
  const profiles = [1, 2, 3, 4, 5, 6].map((number) => ({ name: `Desk ${number}`, skills: ["Billing"] }));
  const desired = await desiredOf(JSON.stringify({ skills: [{ name: "Billing" }], profiles }));
  const samples = (count: number): string[] | undefined => {
    const some = { ...desired, profiles: desired.profiles.slice(0, count) };
    const impact = impactOf(factsOf(some, liveOf({}, { skillNames: ["Billing"] })), { withPlan: false });
    return parseCsv(impactCsv(impact))[1]?.slice(0, 4);
  };
  const id = "id of Billing";
  expect(samples(6)).toStrictEqual([id, "Billing", "6", "desk-1; desk-2; desk-3; desk-4; desk-5; ..."]);
  expect(samples(5)).toStrictEqual([id, "Billing", "5", "desk-1; desk-2; desk-3; desk-4; desk-5"]);
  expect(samples(0)).toStrictEqual([id, "Billing", "0", ""]);
});

test("says who gains and loses, and how many", async () => {
  const desired = await desiredOf(`
skills:
  - name: Sales
    exclusive: true
    assign_to_users: [bob@example.com, cleo@example.com]
`);
  const live = liveOf({ "ann@example.com": { Sales: 2 }, "bob@example.com": {}, "cleo@example.com": {} });
  const ledger = ledgerOf(live);
  const nameless = ledger.users.map(({ id, assignments }) => ({ id, assignments }));
  const impact = impactOf(factsOf(desired, live, { ...ledger, users: nameless }));
  const [head = [], row = []] = parseCsv(impactCsv(impact));
  const cell = (title: string): string | undefined => row[head.indexOf(title)];
  expect(cell("Holders Now")).toBe("1");
  expect(cell("Holders After")).toBe("2");
  expect(cell("Gaining")).toBe("2");
  expect(cell("Users Gaining")).toBe("bob@example.com; cleo@example.com");
  expect(cell("Losing")).toBe("1");
  expect(cell("Users Losing")).toBe("1 not named by the YAML");
});

describe("a hostile name", () => {
  test.each(HOSTILE)("stays one cell that no spreadsheet calculates: %j", async (name) => {
    expectSafe(await impactNamed(name), name);
  });

  test("stays one cell without a formula, with any characters", async () => {
    const benign = await impactNamed("Plain name");
    const unit = fc.constantFrom(...Array.from(`=+-@＝＋－＠ \t\r\n"',;a1\u00a0\u200b\u202e`));
    fc.assert(
      fc.property(fc.string({ unit, minLength: 1, maxLength: 12 }), (name) => {
        const skills = benign.skills.map((skill) => ({ ...skill, name }));
        expectSafe({ ...benign, skills }, name);
      }),
      { numRuns: 2000 },
    );
  });
});
