import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findForeignLetter, outlineOf } from "../../src/desired/confusables.ts";
import { describeOddName, findForbidden, findOddities, normalizeName } from "../../src/desired/names.ts";
import { foldName } from "../../src/text.ts";

const WALES = "\u{1f3f4}\u{e0067}\u{e0062}\u{e0077}\u{e006c}\u{e0073}\u{e007f}";

describe("ordinary names", () => {
  test.each([
    "Billing Tier 1",
    "C++ & C#",
    "“VIP” and “Gold”",
    "Ann’s desk",
    "Straße",
    "中文 支持",
    "پشتیبانی می\u200cخواهم",
    "क\u094d\u200dष",
    "ര\u0d4d\u200d",
    "র\u200d\u09cdয",
    "ශ\u0dca\u200dරී",
    "👩\u200d💻 Support",
    "👩🏽\u200d🚒",
    "🏳\ufe0f\u200d🌈 Pride",
    "❤\ufe0f",
    "1\ufe0f\u20e3 Tier",
    `${WALES} Welsh`,
    "⭐",
  ])("%s has no problem", (name) => {
    expect(findForbidden(name)).toBeUndefined();
    expect(describeOddName(name)).toBeUndefined();
  });
});

describe("odd names", () => {
  test.each([
    ["Billing\u00a0Tier", 'it has a no-break space (U+00A0) after "Billing"'],
    ["A\u2009B", 'it has a thin space (U+2009) after "A"'],
    ["A\u3000B", 'it has an ideographic space (U+3000) after "A"'],
    ["A  B   C", 'it has two spaces in a row after "A"'],
    ["A@\u200bB", 'it has a zero-width space (U+200B) after "A@"'],
    ["\u2060A", "it has a word joiner (U+2060) at its beginning"],
    ["So\u00adlar", 'it has a soft hyphen (U+00AD) after "So"'],
    ["A\u3164", 'it has a Hangul filler (U+3164) after "A"'],
    ["A\u2800", 'it has a blank Braille cell (U+2800) after "A"'],
    ["A\u{e0041}", 'it has a tag (U+E0041) after "A"'],
    ["A\u200dB", 'it has a zero-width joiner (U+200D) after "A"'],
    ["Auf\u200clage", 'it has a zero-width non-joiner (U+200C) after "Auf"'],
    ["می\u200c", 'it has a zero-width non-joiner (U+200C) after "می"'],
    ["می\u200c\u200cخ", 'it has a zero-width non-joiner (U+200C) after "می"'],
    ["Tier 1\ufe0f", 'it has a variation selector (U+FE0F) after "Tier 1"'],
    ["👩\u200d", 'it has a zero-width joiner (U+200D) after "👩"'],
    ["“Billing”", "it has curly quotes around it"],
    ["‘Ann’s desk’", "it has curly quotes around it"],
    ["„Billing“", "it has curly quotes around it"],
    ["“A\u00a0B\u00a0C”", 'it has a no-break space (U+00A0) after "“A" and curly quotes around it'],
  ])("%j", (name, clause) => {
    expect(describeOddName(name)).toBe(clause);
  });

  test("every space but the ordinary one, and every ignorable character, is odd between two Latin letters", () => {
    for (let code = 0; code <= 0x10ffff; code++) {
      if (code >= 0xd800 && code <= 0xdfff) continue;
      const character = String.fromCodePoint(code);
      if (!/[\p{Zs}\p{Default_Ignorable_Code_Point}]/u.test(character) || character === " ") continue;
      const name = `A${character}B`;
      const found = findForbidden(name) ?? findOddities(name)[0];
      if (found?.characters !== character) expect.fail(`U+${code.toString(16)}`);
    }
  });

  test("every control character, lone surrogate and hidden change of direction is forbidden", () => {
    const codes = [0, 7, 9, 10, 13, 0x7f, 0x85, 0x9f, 0x2028, 0x202e, 0x2066, 0xd800, 0xdfff];
    for (const code of codes)
      expect(findForbidden(`A${String.fromCharCode(code)}B`)?.characters).toBe(String.fromCharCode(code));
  });
});

describe("names of any text", () => {
  const UNITS = fc.constantFrom(
    ...Array.from("aZ1 éеΑ-’“”می\u094dकx👩💻❤"),
    ...["\u0301", "\u00a0", "\u200b", "\u200c", "\u200d", "\ufe0f", "\u202e", "\t", "\ud800", "\u{e0067}"],
  );
  const names = fc.oneof(
    fc.array(UNITS, { maxLength: 12 }).map((units) => units.join("")),
    fc.string(),
  );
  const assertAll = (property: (name: string) => void): void => {
    fc.assert(fc.property(names, property), { numRuns: 2000 });
  };

  test("the form that is kept is composed, trimmed and final", () => {
    assertAll((name) => {
      const kept = normalizeName(name);
      expect(kept).toBe(kept.normalize("NFC"));
      expect(kept).toBe(kept.trim());
      expect(normalizeName(kept)).toBe(kept);
      expect(foldName(kept)).toBe(foldName(name));
      expect(foldName(foldName(name))).toBe(foldName(name));
    });
  });

  test("what is found stands in the name, each character once, with a code point where it is one", () => {
    assertAll((name) => {
      const flaws = [findForbidden(name) ?? [], findOddities(name)].flat();
      for (const { characters, description } of flaws) {
        expect(name).toContain(characters);
        expect(description).toMatch(/\(U\+[\dA-F]{4,6}\) (?:after "|at its beginning)|^two spaces|^curly/u);
      }
      expect(new Set(flaws.map((flaw) => flaw.description)).size).toBe(flaws.length);
    });
  });

  test("a name without spaces of another kind, ignorables and curly quotes is ordinary", () => {
    assertAll((name) => {
      const plain = name
        .replace(/[\p{Default_Ignorable_Code_Point}\u2018-\u201f\u2800\ufff9-\ufffb]/gu, "")
        .replace(/\p{Zs}+/gu, " ");
      expect(describeOddName(plain)).toBeUndefined();
    });
  });

  test("an outline is its own, and ignores what can't be seen", () => {
    assertAll((name) => {
      expect(outlineOf(outlineOf(name))).toBe(outlineOf(name));
      expect(outlineOf(`${name}\u200b`)).toBe(outlineOf(name));
    });
  });
});

describe("names that look alike", () => {
  test.each([
    ["Billing", "\u0412illing"],
    ["coco", "\u0441\u043e\u0441\u043e"],
    ["HOT", "\u0397\u039f\u03a4"],
    ["Tier l", "Tier 1"],
    ["Tier I", "Tier 1"],
    ["R0", "RO"],
    ["naïve", "na\u0457ve"],
    ["A-B", "A\u2013B"],
    ["A B", "A\u00a0 B"],
    ["A", "A\u3164"],
  ])("%j and %j", (a, b) => {
    expect(outlineOf(a)).toBe(outlineOf(b));
  });

  test.each([
    ["Billing", "Biling"],
    ["Tier 1", "Tier 2"],
    ["C", "C++"],
    ["café", "cafe"],
    ["Да", "Aa"],
  ])("not %j and %j", (a, b) => {
    expect(outlineOf(a)).not.toBe(outlineOf(b));
  });

  test.each([
    ["\u0412illing", "B"],
    ["Pr\u043edukt", "o"],
    ["\u0391pple Care", "A"],
    ["Pro\u0434\u0430\u0436\u0438", "a"],
  ])("%j mixes scripts in a word", (name, looksLike) => {
    expect(findForeignLetter(name)).toMatchObject({ looksLike });
  });

  test.each(["Продажи VIP", "Поддержка", "ΔT", "α1", "µService", "Ω-Team", "Tier 中文", "Καλημέρα Desk"])(
    "%j does not",
    (name) => {
      expect(findForeignLetter(name)).toBeUndefined();
    },
  );
});
