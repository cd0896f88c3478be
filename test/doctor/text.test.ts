import { expect, test } from "vitest";
import type { Examined } from "../../src/doctor/check.ts";
import { ok, unchecked, warning, wrong } from "../../src/doctor/check.ts";
import { doctorText } from "../../src/doctor/doctor.ts";
import { PLAIN } from "../../src/report/paint.ts";
import { command } from "../support/command.ts";
import { environmentOf, SECRET, SMALL_YAML, startOrganisation } from "../support/organisation.ts";
import { makeRepository } from "../support/repository.ts";

const UNASKED = unchecked({ why: "there is no token" });

const SECTIONS: readonly Examined[] = [
  {
    title: "Files",
    findings: [
      { check: "node", title: "Node.js", ...ok("22.19.0.") },
      { check: "yaml", title: "YAML", ...ok("1 skill.", "Write more.") },
    ],
  },
  {
    title: "Genesys",
    findings: [
      {
        ...{ check: "token", title: "Token" },
        ...wrong({ code: "LOGIN_REFUSED", message: "Refused.", hint: "Check it." }),
      },
      { check: "organization", title: "Organisation", ...UNASKED },
      { check: "dialect", title: "Kind of API", ...UNASKED },
      {
        ...{ check: "clock", title: "Clock" },
        ...warning({ code: "CLOCK_WRONG", message: "An hour\u001b[2J slow.", hint: "Set it." }),
      },
      { check: "divisions", title: "Divisions", ...UNASKED },
    ],
  },
];

test("Each finding is a line with its cure below, and what has one reason is one line", () => {
  expect(doctorText(SECTIONS, PLAIN)).toBe(
    [
      "Files",
      "  ok           Node.js: 22.19.0.",
      "  ok           YAML: 1 skill.",
      "               → Write more.",
      "",
      "Genesys",
      "  wrong        Token: Refused. (LOGIN_REFUSED)",
      "               → Check it.",
      "  not checked  Organisation, Kind of API: because there is no token.",
      "  warning      Clock: An hour\\u{1b}[2J slow. (CLOCK_WRONG)",
      "               → Set it.",
      "  not checked  Divisions: because there is no token.",
      "",
      "1 wrong, 1 warning, 2 ok, 3 not checked. Begin with the first that is wrong, then run doctor again.",
      "",
    ].join("\n"),
  );
});

test("Colour is for a terminal without NO_COLOR, and the secret is never printed", async () => {
  const { folder } = await makeRepository({ "a.yaml": SMALL_YAML });
  const env = { PATH: process.env["PATH"], ...environmentOf(await startOrganisation()) };
  const coloured = await command("doctor", { folder, env, isTty: true });
  expect(coloured.exitCode).toBe(0);
  expect(coloured.out).toContain("\u001b[32mok");
  const plain = await command("doctor", { folder, env: { ...env, NO_COLOR: "1" }, isTty: true });
  expect(plain.out).not.toContain("\u001b");
  expect(plain.out).toContain("0 wrong, 1 warning");
  expect(coloured.text + plain.text).not.toContain(SECRET);
});
