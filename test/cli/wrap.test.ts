import pc from "picocolors";
import { expect, test } from "vitest";
import { wrap } from "../../src/cli/wrap.ts";
import { command } from "../support/command.ts";
import { environmentOf, SMALL_YAML, startOrganisation } from "../support/organisation.ts";
import { makeRepository } from "../support/repository.ts";

test("a long line is folded at spaces, and goes on two columns further in", () => {
  const text = "Short.\n  + one two three four five six\n";
  expect(wrap(text, 26)).toBe("Short.\n  + one two three four\n    five six\n");
  expect(wrap(text, undefined)).toBe(text);
});

test("a word that is too long stays whole, and so does a line of a file with its caret", () => {
  const email = `${"a".repeat(40)}@example.com`;
  expect(wrap(`  ~ ${email} and more`, 30)).toBe(`  ~\n    ${email}\n    and more`);
  const line = `  | - name: ${"Billing ".repeat(8)}`;
  expect(wrap(line, 30)).toBe(line);
});

test("colours take no columns, and a character of East Asia takes two", () => {
  const { green } = pc.createColors(true);
  const words = green("one two three four five six seven");
  expect(wrap(words, 33)).toBe(words);
  const wide = "電話の問い合わせ 料金の案内 夜の当番";
  expect(wrap(wide, 30)).toBe("電話の問い合わせ 料金の案内\n  夜の当番");
  expect(wrap(wide, 40)).toBe(wide);
});

const plain = (text: string): string => text.replace(/\u001b\[[\d;]*[A-Za-z]/g, "");

test.each([
  "plan",
  "doctor",
  "validate",
  "report",
  "explain Billing",
  "plan --help",
  "--help",
  "sandbox --help",
  "drift",
])("%s keeps to the 80 columns of a terminal, and with NO_COLOR to plain text", async (line) => {
  const long = `  - name: Long\n    description: ${"many words ".repeat(20)}\n`;
  const { folder } = await makeRepository({ "a.yaml": SMALL_YAML, "b.yaml": `skills:\n${long}` });
  const env = { PATH: process.env["PATH"], NO_COLOR: "1", ...environmentOf(await startOrganisation()) };
  const { out, err } = await command(line, { folder, env, isTty: true });
  expect(out).not.toContain("\u001b");
  const lines = plain(out + err).split(/[\n\r]/);
  expect(lines.filter((one) => one.length > 80)).toStrictEqual([]);
});
