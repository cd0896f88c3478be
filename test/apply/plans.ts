/** Hand-written plans for a sandbox, by names and e-mails, and the connection to execute them. */
import { onTestFinished } from "vitest";
import type { ApplyOptions } from "../../src/apply/apply.ts";
import { applyPlan } from "../../src/apply/apply.ts";
import type { Clock } from "../../src/http/clock.ts";
import type { Connection } from "../../src/genesys/connect.ts";
import { connect } from "../../src/genesys/connect.ts";
import type { Writer } from "../../src/genesys/writer.ts";
import { readLive } from "../../src/live/read.ts";
import type {
  ApplyReport,
  Change,
  Deletion,
  Dialect,
  Field,
  Holder,
  Live,
  Operation,
  Plan,
  PlannedSkill,
  SkillId,
  Subject,
  Value,
  Verb,
} from "../../src/model.ts";
import type { Sandbox, SandboxOptions } from "../../src/sandbox/sandbox.ts";
import { startOrganisation } from "../support/organisation.ts";
import { outcomeLines } from "../support/outcomes.ts";
import { impatientClock } from "../support/session.ts";
import { slugOf } from "../../src/text.ts";

/** A gain (a proficiency) or a loss (null); `before` is what the plan saw (default null). */
export interface Step {
  readonly skill: string;
  readonly before?: Value | null;
  readonly after: Value | null;
  readonly more?: Partial<Change>;
}

/** Makes operations on the sandbox's objects; a skill that it lacks is `new:<slug>`. */
export interface Planner {
  readonly idOf: (skill: string) => SkillId;
  readonly create: (skill: string, description?: string) => Operation;
  /** Texts as `[before, after]`. */
  readonly texts: (skill: string, texts: Texts) => Operation;
  readonly user: (email: string, ...steps: readonly Step[]) => Operation;
  readonly profile: (name: string, entries: readonly Step[], texts?: Texts) => Operation;
  readonly remove: (skill: string, deletion?: Partial<Deletion>) => Operation;
  readonly plan: (stages: Stages, more?: Partial<Plan>) => Plan;
}

export type Stages = readonly (readonly Operation[])[];

type Texts = Readonly<Partial<Record<"name" | "description", Pair>>>;
type Pair = readonly [before: string | null, after: string | null];

export interface Applied {
  readonly report: ApplyReport;
  readonly plan: Plan;
  readonly lines: readonly string[];
}

export interface Stage extends Planner {
  readonly sandbox: Sandbox;
  readonly connection: Connection;
  readonly live: Live;
  readonly clock: Clock;
  /** Reads written values only once, unless the options say otherwise. */
  readonly apply: (stages: Stages | Plan, options?: Partial<ApplyOptions>) => Promise<Applied>;
}

export interface StageOptions extends Partial<SandboxOptions> {
  readonly rate?: number;
  /** Changes how the program writes. */
  readonly writing?: (writer: Writer, clock: Clock) => Partial<Writer>;
  /** The URL to use instead of the sandbox's. */
  readonly via?: (sandbox: Sandbox) => Promise<Sandbox>;
  /** Ends the connection's waits. */
  readonly signal?: AbortSignal;
}

/** A sandbox, a connection to it, and its data before the plan. */
export async function setStage({
  rate = 10_000,
  via,
  writing,
  signal,
  ...options
}: StageOptions = {}): Promise<Stage> {
  const sandbox = await startOrganisation(options);
  const { url, clientId, clientSecret } = via ? await via(sandbox) : sandbox;
  const clock = impatientClock();
  const connected = await connect({
    credentials: { clientId, clientSecret, apiUrl: url, loginUrl: url },
    requestsPerMinute: rate,
    clock,
    ...(signal && { signal }),
  });
  const connection: Connection = {
    ...connected,
    writer(mayBeSent) {
      const writer = connected.writer(mayBeSent);
      return { ...writer, ...writing?.(writer, clock) };
    },
  };
  onTestFinished(() => connection.close());
  const nothing = { groups: [], ledgerGroups: [], users: [], ledgerUsers: [], ledgerSkills: [] };
  const live = await readLive(connection, nothing);
  const planner = plannerFor(live);
  return {
    ...planner,
    sandbox,
    connection,
    live,
    clock,
    async apply(stages, more = {}) {
      const plan = "stages" in stages ? stages : planner.plan(stages);
      const report = await applyPlan(plan, connection, { live, staleSeconds: 0, clock, ...more });
      return { report, plan, lines: outcomeLines(report, plan) };
    },
  };
}

function plannerFor(live: Live): Planner {
  const idOf = (skill: string): SkillId =>
    live.skills.entities.find(({ name }) => name === skill)?.id ?? `new:${slugOf(skill)}`;
  const userOf = (email: string) => live.users.entities.find((user) => user.email === email);
  const texts = (subject: Subject, pairs: Texts) =>
    (["name", "description"] as const).flatMap((kind) => {
      const [before, after] = pairs[kind] ?? [null, null];
      return pairs[kind] ? [change(subject, { kind }, before, after)] : [];
    });
  const steps = (subject: Subject, list: readonly Step[]) =>
    list.map(({ skill, before = null, after, more }) => {
      return { ...change(subject, { kind: "skill", id: idOf(skill) }, before, after), ...more };
    });
  const dialect: Dialect = live.dialect;
  return {
    idOf,
    create(skill, description) {
      const subject = { kind: "skill", id: `new:${slugOf(skill)}` } as const;
      const described = description === undefined ? [] : texts(subject, { description: [null, description] });
      const create = { ...change(subject, { kind: "existence" }, null, skill), verb: "create" as Verb };
      return { subject, name: skill, changes: [create, ...described] };
    },
    texts: (skill, pairs) => {
      const subject = { kind: "skill", id: idOf(skill) } as const;
      return { subject, name: skill, changes: texts(subject, pairs) };
    },
    user(email, ...list) {
      const { id = email, name = email } = userOf(email) ?? {};
      const subject = { kind: "user", id } as const;
      return { subject, name, email, named: true, changes: steps(subject, list) };
    },
    profile(name, entries, pairs = {}) {
      const id = live.profiles.entities.find((profile) => profile.name === name)?.id ?? name;
      const subject = { kind: "profile", id } as const;
      return { subject, name, changes: [...texts(subject, pairs), ...steps(subject, entries)] };
    },
    remove(skill, more = {}) {
      const subject = { kind: "skill", id: idOf(skill) } as const;
      const holders = live.users.entities.filter(({ skills }) => skills.has(subject.id)).map(holderOf);
      const deletion: Deletion = { holders, inactiveListed: true, ...more };
      const gone = { ...change(subject, { kind: "existence" }, skill, null), verb: "delete" as Verb };
      const losses = deletion.holders.map(({ id }) =>
        change({ kind: "user", id }, { kind: "skill", id: subject.id }, 1, null),
      );
      const changes = [gone, ...(deletion.replacedBy === undefined ? losses : [])];
      return { subject, name: skill, changes, deletion };
    },
    plan: (stages, more = {}) => ({ ...planOf(live, dialect, stages), ...more }),
  };
}

function holderOf({ id, name, email }: Live["users"]["entities"][number]): Holder {
  return { id, name, email, named: true, manual: false, inactive: false };
}

function change(subject: Subject, field: Field, before: Value | null, after: Value | null): Change {
  const about = `${subject.id} ${field.kind === "skill" ? field.id : field.kind}`;
  const verb = before === null ? "add" : after === null ? "remove" : "update";
  return {
    id: `${about} ${String(after)}`,
    subject,
    field,
    verb,
    before,
    after,
    cause: "edit",
    takesAway: verb !== "add",
  };
}

function planOf(live: Live, dialect: Dialect, stages: Stages): Plan {
  const created = stages.flat().filter(({ subject }) => subject.id.startsWith("new:"));
  return {
    version: 2,
    target: "default",
    organization: live.organization,
    dialect,
    hasLedger: true,
    isEstimate: false,
    skills: Object.fromEntries<PlannedSkill>([
      ...live.skills.entities.map(({ id, name, slug }) => [id, { name, slug, isLive: true }] as const),
      ...created.map(
        ({ subject, name }) => [subject.id, { name, slug: slugOf(name), isLive: false }] as const,
      ),
    ]),
    stages,
    withheld: [],
    scheduled: [],
    notes: [],
    refusals: [],
    allowed: [],
    summary: { add: 0, change: 0, destroy: 0, move: 0, usersGaining: 0, usersLosing: 0 },
    cost: { requests: 0, seconds: 0 },
    fingerprint: "0",
  };
}
