/** Days in the YAML, from the command line and against a sandbox. The clock stands at 30 November 2026, late at night. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { planCommand } from "../../src/cli/commands/plan.ts";
import { validateCommand } from "../../src/cli/commands/validate.ts";
import { Failure } from "../../src/problem.ts";
import { makeRepository } from "../support/repository.ts";
import { captureTerminal } from "../support/terminal.ts";

const YAML = `
skills:
  - name: Returns
    assign_to_users: [{ user: ann@example.com, from: 2026-12-01, until: 2026-12-24 }, bob@example.com]
`;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.parse("2026-11-30T23:30:00Z") });
});
afterEach(() => {
  vi.useRealTimers();
});

async function planned(dir: string, at?: string): Promise<string> {
  const { terminal, out } = captureTerminal({ env: {} });
  const options = { dir, format: "text" as const, allow: new Set<string>(), offline: true, quiet: true };
  await planCommand({ ...options, ...(at !== undefined && { at }) }, terminal);
  return out();
}

/** What the plan changes on its own day. */
async function changed(dir: string, at?: string): Promise<string> {
  const [today = ""] = (await planned(dir, at)).split("What will happen on which day");
  return today;
}

test("plan reads the YAML of today in the time zone of the settings", async () => {
  const { dir } = await makeRepository({ "skills.yaml": YAML });
  expect(await changed(dir)).not.toContain("ann@example.com");
  const berlin = await makeRepository({ "skills.yaml": YAML, "settings.yaml": "time_zone: Europe/Berlin" });
  expect(await changed(berlin.dir)).toContain("ann@example.com");
});

test("--at reads it as of a day to come, both ends included", async () => {
  const { dir } = await makeRepository({ "skills.yaml": YAML });
  expect(await changed(dir, "2026-12-01")).toContain("ann@example.com");
  expect(await changed(dir, "2026-12-24")).toContain("ann@example.com");
  expect(await planned(dir, "2026-12-25")).not.toContain("ann@example.com");
  expect(await planned(dir, "2026-12-25")).toContain("bob@example.com");
});

test("before its first day a line adds nothing, and the plan says what it will do and when", async () => {
  const { dir } = await makeRepository({ "skills.yaml": YAML });
  const text = await planned(dir);
  expect(text).toMatch(/1 December 2026\n {4}\+ Returns at 1 {2}ann@example\.com .*skills\.yaml:4/u);
  expect(text).toMatch(/25 December 2026\n {4}- Returns \(was at 1\) {2}ann@example\.com/u);
  expect(text).toContain("1 SCHEDULED");
  expect(await planned(dir, "2026-12-25")).not.toContain("SCHEDULED");
});

test("--only shows the days of what it names, and of nothing else", async () => {
  const yaml = `${YAML}  - { name: Claims, assign_to_users: [{ user: bob@example.com, from: 2026-12-02 }] }\n`;
  const { dir } = await makeRepository({ "skills.yaml": yaml });
  const only = async (name: string): Promise<string> => {
    const { terminal, out } = captureTerminal({ env: {} });
    const options = { dir, format: "text" as const, allow: new Set<string>(), offline: true };
    await planCommand({ ...options, only: [name] }, terminal);
    const [, days = ""] = out().split("What will happen on which day");
    return days;
  };
  expect(await only("Returns")).toMatch(/1 December 2026[^]*25 December 2026/u);
  expect(await only("Returns")).not.toContain("Claims");
  expect(await only("bob@example.com")).toMatch(/2 December 2026\n {4}\+ Claims at 1/u);
  expect(await only("bob@example.com")).not.toContain("ann@example.com");
});

test("--at takes no day that is over", async () => {
  const { dir } = await makeRepository({ "skills.yaml": YAML });
  await expect(planned(dir, "2026-11-29")).rejects.toThrow(Failure);
  await expect(planned(dir, "2026-11-29")).rejects.toThrow("PAST_DAY: 2026-11-29 is over");
  expect(await planned(dir, "2026-11-30")).toContain("bob@example.com");
});

test("validate --at counts and warns as of that day", async () => {
  const { dir } = await makeRepository({ "skills.yaml": YAML });
  const validated = async (at?: string): Promise<string> => {
    const { terminal, out, err } = captureTerminal({ env: {} });
    await validateCommand({ dir, format: "text", ...(at !== undefined && { at }) }, terminal);
    return out() + err();
  };
  expect(await validated()).toContain("1 user,");
  expect(await validated("2026-12-24")).toContain("2 users,");
  expect(await validated("2026-12-24")).not.toContain("PAST_UNTIL");
  expect(await validated("2026-12-25")).toContain("PAST_UNTIL");
});
