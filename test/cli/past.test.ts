/** `explain --at` and `report --at` for days that are over: the ledger answers, and no organisation is asked. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { newTime, START } from "../ledger/clocks.ts";
import {
  ANN_HAS_BILLING,
  applied,
  BILLING,
  cleanEnv,
  ledgerOf,
  newRepository,
  openStore,
} from "../ledger/repositories.ts";
import type { CommandRun } from "../support/command.ts";
import { command } from "../support/command.ts";

const DAY = 24 * 3_600_000;
const dayOf = (moment: number): string => new Date(moment).toISOString().slice(0, 10);

/** Ann has Billing on the first day, and nobody two days later. */
async function newPast(): Promise<(line: string) => Promise<CommandRun>> {
  const folder = newRepository();
  const file = join(folder, "skills/targets/production/a.yaml");
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, "[]\n");
  const time = newTime();
  const store = await openStore(folder, { clock: time.clock() });
  await applied(store, ANN_HAS_BILLING);
  await time.pass(2 * DAY);
  await applied(store, ledgerOf({ skills: [BILLING] }));
  return (line) => command(line, { folder, env: cleanEnv() });
}

test("a day in the past uses the ledger, and says what it lacks", async () => {
  const run = await newPast();
  const [first, third] = [dayOf(START), dayOf(START + 2 * DAY)];
  const holders = async (line: string): Promise<unknown> => {
    const { out, exitCode } = await run(`${line} --format json`);
    expect(exitCode).toBe(0);
    const { skills } = JSON.parse(out) as { skills: { name: string; holders: { id: string }[] }[] };
    return skills.map(({ name, holders }) => [name, holders.map(({ id }) => id)]);
  };
  expect(await holders(`explain Billing --at ${first}`)).toEqual([["Billing", ["u-1"]]]);
  expect(await holders(`explain u-1 --at ${first}`)).toEqual([["Billing", ["u-1"]]]);
  expect(await holders(`report --at ${first}`)).toEqual([["Billing", ["u-1"]]]);
  expect(await holders(`report --at ${third}`)).toEqual([["Billing", []]]);
  expect((await run(`report --at ${first}`)).out).toContain("Manual work is not included");
});

test("a day before the first apply, an invalid day and a future day are refused", async () => {
  const run = await newPast();
  expect((await run(`report --at ${dayOf(START - DAY)}`)).text).toContain("NO_LEDGER_THEN");
  expect((await run(`explain Biling --at ${dayOf(START)}`)).text).toContain('Did you mean "Billing"?');
  for (const day of ["2026-02-30", "2999-01-01"]) expect((await run(`report --at ${day}`)).exitCode).toBe(1);
});
