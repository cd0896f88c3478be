import { createHash } from "node:crypto";
import { Script } from "node:vm";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ReportData } from "../../src/page/api.ts";
import { reportPage } from "../../src/page/page.ts";
import { HOSTILE, impactNamed } from "../report/impact-hostile.ts";

const benign = await impactNamed("Plain name");
const DATA = /(<script type="application\/json" id="data">)([^<]*)(<\/script>)/;

/** The page without its facts: the same whatever they are. */
function frameOf(page: string): string {
  return page.replace(DATA, "$1$3");
}

function dataOf(page: string): ReportData {
  return JSON.parse(DATA.exec(page)?.[2] ?? "") as ReportData;
}

describe("a hostile name", () => {
  test.each(HOSTILE)("is data and nothing else: %j", async (name) => {
    const impact = await impactNamed(name);
    const page = reportPage(impact);
    expect(frameOf(page)).toBe(frameOf(reportPage(benign)));
    expect(page).not.toMatch(/[\u202a-\u202e\u2066-\u2069\0]/u);
    expect(dataOf(page)).toStrictEqual(JSON.parse(JSON.stringify({ impact })));
  });

  test("is only data, with any characters", () => {
    const expected = frameOf(reportPage(benign));
    const unit = fc.constantFrom(
      ...Array.from("<>\"'&/=! -`a1;#\\\n\u202e{}"),
      "script",
      "-->",
      "<!--",
      "]]>",
      "onload=",
    );
    fc.assert(
      fc.property(fc.string({ unit, minLength: 1, maxLength: 12 }), (name) => {
        const skills = benign.skills.map((skill) => ({ ...skill, name, slug: name, id: skill.id && name }));
        const profiles = benign.profiles.map((profile) => ({ ...profile, name }));
        const page = reportPage({ ...benign, skills, profiles, target: name });
        expect(frameOf(page)).toBe(expected);
        expect(dataOf(page).impact.target).toBe(name);
      }),
      { numRuns: 200 },
    );
  });
});

describe("the file", () => {
  const page = reportPage(benign, new Date("2026-01-02T03:04:05Z"));
  const [, script = ""] = /<script>(.*?)<\/script>/s.exec(page) ?? [];
  const [, style = ""] = /<style>(.*?)<\/style>/s.exec(page) ?? [];

  test("lets a browser run and load nothing but its own script and style", () => {
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1] ?? "";
    const hash = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
    expect(policy.split("; ")).toStrictEqual([
      "default-src 'none'",
      `script-src ${hash(script)}`,
      `style-src ${hash(style)}`,
      "base-uri 'none'",
      "form-action 'none'",
      "require-trusted-types-for 'script'",
    ]);
    expect(page.replace(script, "").replace(style, "")).not.toMatch(
      /https?:|<(link|img|iframe|base)\b|\s(style|src|href|on[a-z]+)=/,
    );
    expect(style).not.toMatch(/url\(|@import/);
  });

  test("has a script that parses", () => {
    expect(() => new Script(script)).not.toThrow();
  });

  test("says when it was made", () => {
    expect(dataOf(page).readAt).toBe("2026-01-02T03:04:05.000Z");
  });
});
