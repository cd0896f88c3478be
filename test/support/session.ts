/** Planning and applying by the functions that the commands call, on a clock on which waiting takes no time. */
import { onTestFinished } from "vitest";
import type { ApplyOptions } from "../../src/apply/apply.ts";
import { applyPlan } from "../../src/apply/apply.ts";
import { loadDesired } from "../../src/desired/load.ts";
import type { Clock } from "../../src/http/clock.ts";
import { systemClock } from "../../src/http/clock.ts";
import type { Connection } from "../../src/genesys/connect.ts";
import { connect } from "../../src/genesys/connect.ts";
import { readLive } from "../../src/live/read.ts";
import type { ApplyReport, Desired, Dialect, Ledger, LedgerAssignment, Live, Plan } from "../../src/model.ts";
import { plan } from "../../src/plan/plan.ts";
import type { Sandbox } from "../../src/sandbox/sandbox.ts";
import { slugOf } from "../../src/text.ts";

/** A clock on which sleeping passes the time at once. */
export function impatientClock(): Clock {
  let slept = 0;
  return {
    now: () => Date.now() + slept,
    timeout: (milliseconds) => systemClock.timeout(milliseconds),
    sleep(milliseconds, signal) {
      if (signal.aborted) return Promise.reject(new Error("closed"));
      slept += milliseconds;
      return Promise.resolve();
    },
  };
}

export interface Session {
  readonly connection: Connection;
  plan(allow?: readonly string[]): Promise<Plan>;
  /** Looks only once at what was written, unless the options say otherwise. */
  apply(plan: Plan, options?: Partial<ApplyOptions>): Promise<ApplyReport>;
}

/** Where an organisation is, and who may log in. */
export type Reachable = Pick<Sandbox, "url" | "clientId" | "clientSecret">;

/** Connects to the sandbox for the YAML in `from`; closed after the test. Throws what connecting throws. */
export async function openSession(
  sandbox: Reachable,
  from: string | Desired,
  ledger: Ledger | null = null,
): Promise<Session> {
  const desired = typeof from === "string" ? (await loadDesired({ dir: from })).desired : from;
  const { url, clientId, clientSecret } = sandbox;
  const requestsPerMinute = desired.settings.requestsPerMinute ?? 10_000;
  const clock = impatientClock();
  const connection = await connect({
    credentials: { clientId, clientSecret, apiUrl: url, loginUrl: url },
    requestsPerMinute,
    clock,
  });
  onTestFinished(() => {
    connection.close();
  });
  let live: Live | undefined;
  return {
    connection,
    async plan(allow = []) {
      live = await readLive(connection, {
        groups: desired.groups.map(({ group }) => group),
        ledgerGroups: [],
        users: desired.users.map(({ user }) => user),
        ledgerUsers: ledger?.users ?? [],
        ledgerSkills: ledger?.skills.map(({ id }) => id) ?? [],
      });
      return plan({ desired, ledger, live, allow: new Set(allow), requestsPerMinute }).plan;
    },
    apply(made, options) {
      if (!live) throw new Error("Plan first: an apply compares what it finds with what was planned.");
      return applyPlan(made, connection, { live, staleSeconds: 0, clock, ...options });
    },
  };
}

/** What a plan would have to find done for there to be no changes. */
export function hasNoChanges({ stages, refusals }: Plan): boolean {
  return stages.length === 0 && refusals.length === 0;
}

/** What of the organisation this program is taken to have set itself, by names and e-mails. */
export interface Ours {
  readonly dialect?: Dialect;
  readonly skills: readonly string[];
  readonly users?: readonly string[];
  readonly profiles?: readonly string[];
}

/** A ledger that holds all that these users and profiles have now of these skills. */
export function ledgerOf(sandbox: Sandbox, ours: Ours): Ledger {
  const live = sandbox.snapshot();
  const isOurs = (skill: string): boolean => ours.skills.includes(skill);
  const idOf = (skill: string): string => live.skills.find(({ name }) => name === skill)?.id ?? skill;
  return {
    ...{ version: 2, target: "default", organization: live.organization.id },
    ...{ dialect: ours.dialect ?? "cloud", applied: null, attempted: null, replacements: [] },
    skills: live.skills
      .filter(({ name }) => isOurs(name))
      .map(({ id, name }) => ({ slug: slugOf(name), id, name, protected: false })),
    profiles: live.profiles
      .filter(({ name }) => ours.profiles?.includes(name))
      .map(({ id, name, skills }) => ({
        ...{ slug: slugOf(name), id, name },
        skills: skills.filter(isOurs).map((skill) => ({ id: idOf(skill), name: skill })),
      })),
    users: live.users
      .filter(({ email }) => ours.users?.includes(email))
      .map(({ id, email, skills }) => ({ id, email, assignments: assignmentsIn(skills, isOurs, idOf) })),
  };
}

function assignmentsIn(
  held: Readonly<Record<string, number>>,
  isOurs: (skill: string) => boolean,
  idOf: (skill: string) => string,
): Record<string, LedgerAssignment> {
  const entries = Object.entries(held).filter(([skill]) => isOurs(skill));
  return Object.fromEntries(entries.map(([name, proficiency]) => [idOf(name), { name, proficiency }]));
}
