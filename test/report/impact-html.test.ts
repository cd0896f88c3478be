import { createHash } from "node:crypto";
import { Script } from "node:vm";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { impactOf } from "../../src/report/impact/impact.ts";
import { impactHtml } from "../../src/report/impact/html.ts";
import { HOSTILE, impactNamed } from "./impact-hostile.ts";
import { desiredOf, factsOf, liveOf } from "./organisations.ts";

/** Every tag of the page with the names of its attributes: what a browser would build, without the texts. */
function skeleton(page: string): string[] {
  const [, style = ""] = /<style>([^<]*)<\/style>/.exec(page) ?? [];
  const [, script = ""] = /<script>([^<]*)<\/script>/.exec(page) ?? [];
  const rest = page.replace(style, "").replace(script, "");
  return rest
    .split("<")
    .slice(1)
    .map((tag) => {
      const [, name = "", attributes = ""] =
        /^(!?\/?[a-zA-Z0-9]+)((?:\s+[a-zA-Z-]+(?:="[^"<>]*")?)*)\s*\/?>/.exec(tag) ?? [];
      if (name === "") throw new Error(`A bare < before ${JSON.stringify(tag.slice(0, 60))}.`);
      return [name, ...[...attributes.matchAll(/([a-zA-Z-]+)(?:="[^"]*")?/g)].map(([, key]) => key)].join(
        " ",
      );
    });
}

const benign = await impactNamed("Plain name");

describe("a hostile name", () => {
  test.each(HOSTILE)("is text and nothing else: %j", async (name) => {
    const page = impactHtml(await impactNamed(name));
    expect(skeleton(page).toSorted()).toStrictEqual(skeleton(impactHtml(benign)).toSorted());
    expect(page).not.toMatch(/[\u202a-\u202e\u2066-\u2069\0]/u);
  });

  test("is text and nothing else, whatever its characters", () => {
    const expected = skeleton(impactHtml(benign)).toSorted();
    const unit = fc.constantFrom(
      ...Array.from("<>\"'&/=! -`a1;#\\\n\u202e{}"),
      "script",
      "-->",
      "]]>",
      "onload=",
    );
    fc.assert(
      fc.property(fc.string({ unit, minLength: 1, maxLength: 12 }), (name) => {
        const skills = benign.skills.map((skill) => ({ ...skill, name, slug: name, id: skill.id && name }));
        const profiles = benign.profiles.map((profile) => ({ ...profile, name }));
        const page = impactHtml({ ...benign, skills, profiles, target: name });
        expect(skeleton(page).toSorted()).toStrictEqual(expected);
      }),
      { numRuns: 500 },
    );
  });
});

describe("the page", () => {
  const page = impactHtml(benign, { at: new Date("2026-01-02T03:04:05Z") });

  test("lets a browser run and load nothing but its own script and style", () => {
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1] ?? "";
    const hash = (tag: string): string => {
      const text = new RegExp(`<${tag}>([^<]*)</${tag}>`).exec(page)?.[1] ?? "";
      return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
    };
    expect(policy.split("; ")).toStrictEqual([
      "default-src 'none'",
      `script-src ${hash("script")}`,
      `style-src ${hash("style")}`,
      "base-uri 'none'",
      "form-action 'none'",
    ]);
    expect(
      skeleton(page).filter((tag) => /\b(style|src|href|on[a-z]+)\b/.test(tag.replace(/^\/?style$/, ""))),
    ).toStrictEqual([]);
    expect(page).not.toMatch(/https?:|url\(|@import/);
  });

  test("has a script that parses", () => {
    const [, script = ""] = /<script>([^<]*)<\/script>/.exec(page) ?? [];
    expect(() => new Script(script)).not.toThrow();
  });

  test("sorts by real buttons, and says by what it is sorted", () => {
    const heads = [...page.matchAll(/<th scope="col"([^>]*)><button type="button">([^<]*)<\/button><\/th>/g)];
    expect(heads.map(([, , title]) => title)).toStrictEqual([
      "Skill",
      "Profiles",
      "Now",
      "After",
      "Gain it",
      "Lose it",
      "Change",
      "Coverage",
    ]);
    expect(heads.filter(([, attributes]) => attributes?.includes('aria-sort="ascending"'))).toHaveLength(1);
  });

  test("says when it was made, whom it names, and who holds what", () => {
    expect(page).toContain('<time datetime="2026-01-02T03:04:05.000Z">2026-01-02 03:04 UTC</time>');
    expect(page).toContain("It names 1 person:");
    expect(page).toContain("<dt>Gain it</dt><dd><bdi>Plain name (1)</bdi></dd>");
  });

  test("draws the graph while it can be read, and says so where it can't", async () => {
    expect(page).toContain('<svg class="graph"');
    const skills = Array.from({ length: 61 }, (_, number) => ({ name: `Skill ${number}` }));
    const profiles = [{ name: "All", skills: skills.map(({ name }) => name) }];
    const desired = await desiredOf(JSON.stringify({ skills, profiles }));
    const live = liveOf({}, { skillNames: skills.map(({ name }) => name) });
    const large = impactHtml(impactOf(factsOf(desired, live), { withPlan: false }));
    expect(large).not.toContain('<svg class="graph"');
    expect(large).toContain("No graph: 1 profile and 61 skills would be too many to read.");
  });

  test("stands without skills", async () => {
    const empty = impactOf(factsOf(await desiredOf("skills: []"), liveOf({})), { withPlan: false });
    expect(impactHtml(empty)).toContain("There are no skills.");
  });
});
