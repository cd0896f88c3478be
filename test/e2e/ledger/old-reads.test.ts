/** An organisation whose reads are up to 45 seconds old: an apply soon after another believes what it wrote itself. */
import { describe, expect, test } from "vitest";
import type { SandboxDialect, Sandbox } from "../../../src/sandbox/sandbox.ts";
import type { Desk } from "../../support/desk.ts";
import { ledgerIn, newDesk, oursIn } from "../../support/desk.ts";
import { skillsOf, startOrganisation, writesOf } from "../../support/organisation.ts";
import type { VirtualTime } from "../../support/virtual-time.ts";
import { virtualTime } from "../../support/virtual-time.ts";

const [ANN, DORA] = ["ann@example.com", "dora@example.com"];
const CACHE_SECONDS = 45;
const WAITS = "until Genesys shows what the last apply wrote";

/** Lines of `skills/a.yaml`; Sales is there so that something is always asked for. */
function yaml(...lines: readonly string[]): { "skills/a.yaml": string } {
  return {
    "skills/a.yaml": ["- { name: Sales, assign_to_users: [ann@example.com] }", ...lines, ""].join("\n"),
  };
}

interface Scene {
  readonly sandbox: Sandbox;
  readonly desk: Desk;
  readonly time: VirtualTime;
  /** Commits and applies; answers what was said. */
  readonly apply: (...lines: readonly string[]) => Promise<string>;
  /** The same, and nobody waits until its writes show: the next one comes at once, from another machine. */
  readonly applyAndGoOn: (...lines: readonly string[]) => Promise<string>;
}

async function start(dialect: SandboxDialect, ...lines: readonly string[]): Promise<Scene> {
  const time = virtualTime();
  const sandbox = await startOrganisation({ dialect, clock: time.now });
  const file = { "skills/settings.yaml": "requests_per_minute: 10000\nstale_seconds: 60\n" };
  const desk = newDesk(sandbox, { ...file, ...yaml(...lines) });
  const run = async (): Promise<string> => {
    const { exitCode, text } = await desk.runBeside("apply --yes --allow SKILL_DELETE --allow UNCOVERED");
    expect(exitCode, text).toBe(0);
    return text;
  };
  await run();
  time.pass(600);
  sandbox.faults.set({ staleMs: CACHE_SECONDS * 1000 });
  const apply: Scene["apply"] = (...now) => {
    desk.commit(yaml(...now));
    return run();
  };
  return {
    ...{ sandbox, desk, time, apply },
    async applyAndGoOn(...now) {
      time.stands = true;
      const text = await apply(...now);
      time.stands = false;
      return text;
    },
  };
}

describe.each<SandboxDialect>(["cloud", "profiles"])(
  "reads that are older than our own write (%s)",
  (dialect) => {
    test("don't hide a gain from the apply that takes it back", async () => {
      const { sandbox, desk, apply, applyAndGoOn } = await start(dialect, "- { name: Billing }");
      await applyAndGoOn(`- { name: Billing, assign_to_users: [${DORA}] }`);
      await apply("- { name: Billing }");
      expect(skillsOf(sandbox, DORA)).toEqual({});
      expect(oursIn(ledgerIn(desk.folder), sandbox)).toEqual([`${ANN} Sales 2`]);
    });

    test("don't bring back a proficiency, nor call it set by somebody else", async () => {
      const at = (proficiency: number): string =>
        `- { name: Billing, assign_to_users: [{ user: ${ANN}, proficiency: ${proficiency} }] }`;
      const { sandbox, apply, applyAndGoOn } = await start(dialect, at(1));
      await applyAndGoOn(at(4));
      const text = await apply(at(1));
      expect(skillsOf(sandbox, ANN)).toMatchObject({ Billing: 1 });
      expect(text).not.toMatch(/drift|put back|conflict/);
    });

    test("don't keep a skill that was created and dropped at once", async () => {
      const { sandbox, desk, apply, applyAndGoOn } = await start(dialect);
      await applyAndGoOn("- { name: Refunds }");
      await apply();
      expect(sandbox.snapshot().skills.map(({ name }) => name)).not.toContain("Refunds");
      expect(ledgerIn(desk.folder).skills.map(({ name }) => name)).toEqual(["Sales"]);
    });

    test("are no reason to do anything again, or to wait where nothing depends on them", async () => {
      const { sandbox, apply, applyAndGoOn } = await start(dialect, "- { name: Billing }");
      await applyAndGoOn(`- { name: Billing, assign_to_users: [${DORA}] }`);
      const writes = writesOf(sandbox).length;
      const text = await apply(`- { name: Billing, description: Bills, assign_to_users: [${DORA}] }`);
      expect(text).not.toContain(WAITS);
      expect(skillsOf(sandbox, DORA)).toEqual({ Billing: 1 });
      expect(
        writesOf(sandbox)
          .slice(writes)
          .filter(({ path }) => path.includes("/users/")),
      ).toEqual([]);
    });

    test("don't have a skill created a second time", async () => {
      const { sandbox, desk, apply, applyAndGoOn } = await start(dialect);
      const refunds = `- { name: Refunds, assign_to_users: [${DORA}] }`;
      await applyAndGoOn(refunds);
      await applyAndGoOn(refunds, "- { name: Returns }");
      await apply(refunds, "- { name: Returns }", "- { name: Praise }");
      const names = sandbox.snapshot().skills.map(({ name }) => name);
      expect(names.filter((name) => name === "Refunds")).toHaveLength(1);
      expect(skillsOf(sandbox, DORA)).toEqual({ Refunds: 1 });
      expect(oursIn(ledgerIn(desk.folder), sandbox)).toEqual([`${ANN} Sales 2`, `${DORA} Refunds 1`]);
    });
  },
);
