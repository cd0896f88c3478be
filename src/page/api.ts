/** The answers of the API that the page asks: each a JSON Schema, and the TypeScript type that follows from it. */
import type { Impact } from "../report/impact/facts.ts";
import type { JsonSchema, TypeOf } from "./schema.ts";
import { described, listOf, oneOf, orNull, shape } from "./schema.ts";

const text: JsonSchema<string> = { type: "string" };
const flag: JsonSchema<boolean> = { type: "boolean" };
const time: JsonSchema<string> = { type: "string", format: "date-time" };
const number: JsonSchema<number> = { type: "integer", minimum: 0 };
const fromOne: JsonSchema<number> = { type: "integer", minimum: 1 };
const proficiency: JsonSchema<number> = { type: "number", minimum: 0, maximum: 5 };

/** By name, as the OpenAPI document refers to them. */
export const SCHEMAS: Record<string, JsonSchema<unknown>> = {};

function named<T>(name: string, schema: JsonSchema<T>): JsonSchema<T> {
  SCHEMAS[name] = schema;
  return { $ref: `#/components/schemas/${name}` };
}

function pageFields<T>(entity: JsonSchema<T>) {
  const size: JsonSchema<number> = { type: "integer", minimum: 1, maximum: 100 };
  return { page: fromOne, size, total: described("Of all pages.", number), entities: listOf(entity) };
}

/** One page of a list; `total` counts all pages. */
export interface PageOf<T> {
  readonly page: number;
  readonly size: number;
  readonly total: number;
  readonly entities: readonly T[];
}

named(
  "Error",
  shape({
    error: shape(
      {
        code: described("For programs; it stays the same.", text),
        message: described("For people; it may change.", text),
      },
      { parameter: described("The parameter that is wrong.", text) },
    ),
  }),
);

const place = named(
  "Place",
  shape(
    { file: text, line: fromOne, column: fromOne },
    {
      revision: described("The commit in which it stood there; absent for the files as they are now.", text),
    },
  ),
);

// ── Days ────────────────────────────────────────────────────────────────────────────────────────────

const day: JsonSchema<string> = { type: "string", format: "date" };

const scheduledSkill = {
  skill: described("Its name.", text),
  skillId: described("For /api/skills/{skill}: its id, or new:<slug> before there is one.", text),
};

const scheduledDay = named(
  "ScheduledDay",
  shape({
    day: described("On which something begins, or on the day before which it ended.", day),
    changes: listOf(
      shape({
        user: described("E-mail, or the id of a user who has none.", text),
        name: text,
        ...scheduledSkill,
        before: described("Proficiency; null: not held.", orNull(proficiency)),
        after: described("From this day on; null: not held.", orNull(proficiency)),
        source: described("The line that decides from then on; of a loss the one that has ended.", place),
      }),
    ),
    uncovered: described("Skills that nobody holds from this day on.", listOf(shape(scheduledSkill))),
  }),
);

const schedule = shape({ days: listOf(scheduledDay) });
named("Schedule", schedule);
/** What the next 60 days bring once the plan is applied. */
export type Schedule = TypeOf<typeof schedule>;

// ── Skills ───────────────────────────────────────────────────────────────────────────────────────────

const skillKey = {
  id: described("Null where the organisation doesn't have the skill yet.", orNull(text)),
  key: described(
    "For /api/skills/{skill}: the slug where no other skill has it, else the id, or new:<slug> before there is one.",
    text,
  ),
  name: text,
  slug: text,
};

const coverage = described("Nobody holds it now, one or two do, or more.", oneOf("none", "thin", "good"));
export type LiveCoverage = TypeOf<typeof coverage>;

const skillFields = {
  ...skillKey,
  description: orNull(text),
  division: described("Its name; null where the skill belongs to none.", orNull(text)),
  standing: described(
    "Whether the YAML names it, lets it go (managed: false), or has dropped it; unmanaged: only the organisation has it.",
    oneOf("yaml", "let-go", "dropped", "unmanaged"),
  ),
  coverage,
};

const profileOfSkill = {
  id: described("Of the routing profile; with the cloud API, which has none, the slug of the YAML's.", text),
  name: text,
  inherited: described("Whether a profile that it extends names the skill.", flag),
};
const profileLink = shape(profileOfSkill);
export type ProfileOfSkill = TypeOf<typeof profileLink>;

const skill = named(
  "Skill",
  shape({
    ...skillFields,
    profiles: described("The profiles that give it, sorted by name.", listOf(profileLink)),
    holders: described("Users who hold it now.", number),
  }),
);
/** A skill as search finds it. */
export type SkillEntity = TypeOf<typeof skill>;

named("SkillPage", shape(pageFields(skill)));

const source = named(
  "Source",
  shape(
    { via: oneOf("user", "group", "profile"), source: place },
    {
      group: described("The group that carries it to the user.", text),
      profile: text,
      from: described("The profile that it is inherited from.", text),
      proficiency,
      firstDay: described("The first day on which it counts.", day),
      lastDay: day,
    },
  ),
);

const holder = named(
  "Holder",
  shape({
    user: described("E-mail, or the id of a user who has none.", text),
    name: described("Null where the user isn't in the list of active users.", orNull(text)),
    state: oneOf("active", "inactive", "deleted", "left", "unknown"),
    now: described("Proficiency; null: not held.", orNull(proficiency)),
    wanted: described("As the YAML has it; any: whatever proficiency; null: not wanted.", {
      anyOf: [proficiency, { const: "any" }, { type: "null" }],
    }),
    after: described("After the next apply; null: not held.", orNull(proficiency)),
    why: oneOf("yaml", "manual", "exclusive", "dropped", "left-group", "renamed", "deleted", "let-go"),
    because: described(
      "The same in words, a line for each reason; the one that decides first.",
      listOf(text),
    ),
    sources: described("The lines of the YAML that ask for it; the one that decides first.", listOf(source)),
  }),
);
/** One user and the skill. */
export type HolderEntity = TypeOf<typeof holder>;

const skillDetail = shape({
  ...skillFields,
  source: described("Where the YAML names it.", orNull(place)),
  protected: flag,
  exclusive: described("Only the YAML says who holds it.", flag),
  liveName: described("Its name in the organisation, where that is another.", orNull(text)),
  couldBe: described("Names and ids of the skills, where it is not clear which one is meant.", listOf(text)),
  renames: described("Names of the skills whose place it takes.", listOf(text)),
  renamedTo: described("Name of the skill that takes its place.", orNull(text)),
  profiles: listOf(shape(profileOfSkill, { from: text, proficiency, source: place })),
  counts: described(
    "Users who hold it now, and what the next apply changes.",
    shape({ now: number, gaining: number, losing: number, changing: number, manual: number }),
  ),
  holders: described(
    "Users who hold it, are to hold it or are to lose it; sorted by e-mail.",
    listOf(holder),
  ),
  scheduled: described("What the next 60 days bring for it.", listOf(scheduledDay)),
});
named("SkillDetail", skillDetail);
export type SkillDetail = TypeOf<typeof skillDetail>;

// ── History ─────────────────────────────────────────────────────────────────────────────────────────

const value: JsonSchema<number | string | boolean | null> = {
  anyOf: [{ type: "number" }, { type: "string" }, { const: true }, { type: "null" }],
};

const historyEvent = named(
  "HistoryEvent",
  shape({
    day: described("In UTC.", day),
    at: time,
    user: described(
      "Null where it is about the skill itself.",
      orNull(shape({ id: text, email: orNull(text) })),
    ),
    skill: shape({ id: text, name: text }),
    field: described(
      "until: the last day of an assignment.",
      oneOf("assignment", "until", "existence", "name", "description", "division", "protected"),
    ),
    from: described("Null: not there.", value),
    to: value,
    written: described("False where the ledger only noted what it found, or forgot what was gone.", flag),
    words: described("The change and its cause in words.", text),
    revision: described("The commit whose YAML was applied.", orNull(text)),
    author: described("Who applied.", text),
    pullRequests: listOf(fromOne),
  }),
);
export type HistoryEntity = TypeOf<typeof historyEvent>;

named(
  "HistoryPage",
  shape({
    ...pageFields(historyEvent),
    subjects: described(
      "What the name means.",
      listOf(shape({ kind: oneOf("skill", "user"), id: text, name: text })),
    ),
  }),
);

// ── Profiles, coverage, health ───────────────────────────────────────────────────────────────────────

const profileSkill = shape({
  key: described("Null where search doesn't know the skill.", orNull(text)),
  name: text,
  from: described("The profile that it is inherited from; null for the profile's own.", orNull(text)),
  proficiency: orNull(proficiency),
  why: oneOf("yaml", "manual", "dropped"),
  now: described("Of the routing profile; null where there is none.", {
    anyOf: [oneOf("there", "missing", "through-parent"), { type: "null" }],
  }),
});

const profile = named(
  "Profile",
  shape({
    id: described("Of the routing profile; null where the organisation has none.", orNull(text)),
    slug: text,
    name: text,
    description: orNull(text),
    standing: oneOf("declared", "undeclared", "dropped", "unmanaged"),
    source: orNull(place),
    extends: listOf(text),
    extendedBy: listOf(text),
    members: described("Active users whom the YAML makes its members.", number),
    skills: listOf(profileSkill),
  }),
);
export type ProfileEntity = TypeOf<typeof profile>;

named("ProfilePage", shape(pageFields(profile)));

const coverageEntity = named(
  "Coverage",
  shape({
    ...skillKey,
    holders: number,
    coverage,
    spread: described(
      "How many hold it at each proficiency, sorted by proficiency.",
      listOf(shape({ proficiency, holders: number })),
    ),
  }),
);
export type CoverageEntity = TypeOf<typeof coverageEntity>;

const coveragePage = shape({
  ...pageFields(coverageEntity),
  totals: shape({
    ...{ skills: number, profiles: number, users: number, assignments: number },
    uncovered: described("Skills that nobody holds.", number),
    thin: described("Skills that one or two users hold.", number),
  }),
});
named("CoveragePage", coveragePage);
export type CoveragePage = TypeOf<typeof coveragePage>;

const about = shape({
  target: text,
  organization: shape({ id: text, name: text }),
  dialect: oneOf("cloud", "profiles"),
  hasLedger: flag,
  refusals: described("Why the plan is refused now.", listOf(text)),
  incomplete: described("Lists that could not be read to their end.", listOf(text)),
  view: described("limited: the credentials see only some divisions.", oneOf("whole", "limited")),
});
/** The context of a snapshot's facts. */
export type About = TypeOf<typeof about>;

const health = shape(
  {
    status: described(
      "stale: the last reading failed; starting: nothing has been read yet; unavailable: nor could it be.",
      oneOf("ok", "stale", "starting", "unavailable"),
    ),
    refreshing: flag,
    refreshSeconds: { type: "number", exclusiveMinimum: 0 },
    readAt: orNull(time),
    ageSeconds: described("Since the snapshot was read.", orNull(number)),
    failure: described(
      "Of the last reading; null where it succeeded.",
      orNull(shape({ at: time, code: text }, { message: described("Only with the token.", text) })),
    ),
  },
  { snapshot: described("Only with the token.", orNull(about)) },
);
named("Health", health);
export type HealthAnswer = TypeOf<typeof health>;

/** What an impact report holds inside it: the facts, and the time (ISO) of reading, where it is known. */
export interface ReportData {
  readonly impact: Impact;
  readonly readAt?: string;
}
