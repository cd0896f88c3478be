/** The shapes of `facts.ts` as JSON Schemas. A test holds them against real answers. */

type Schema = Readonly<Record<string, unknown>>;

const text: Schema = { type: "string" };
const orNull = (schema: Schema): Schema => ({ anyOf: [schema, { type: "null" }] });
const listOf = (items: Schema): Schema => ({ type: "array", items });
const oneOf = (...values: readonly string[]): Schema => ({ type: "string", enum: values });
const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });
const described = (description: string, schema: Schema): Schema => ({ ...schema, description });
const number: Schema = { type: "integer", minimum: 0 };
const proficiency: Schema = { type: "number", minimum: 0, maximum: 5 };
const flag: Schema = { type: "boolean" };
const time: Schema = { type: "string", format: "date-time" };

/** An object with these fields and no others; those in `optional` may be missing. */
function shape(fields: Readonly<Record<string, Schema>>, optional: readonly string[] = []): Schema {
  const required = Object.keys(fields).filter((name) => !optional.includes(name));
  return { type: "object", properties: fields, required, additionalProperties: false };
}

function pageOf(entity: string, more: Readonly<Record<string, Schema>> = {}): Schema {
  return shape({
    page: { type: "integer", minimum: 1 },
    size: { type: "integer", minimum: 1, maximum: 100 },
    total: described("Of all pages.", number),
    entities: listOf(ref(entity)),
    ...more,
  });
}

const skillKey = {
  id: described("Null where the organisation doesn't have the skill yet.", orNull(text)),
  key: described(
    "Its key for /api/skills/{skill}: the slug where that is its own, else the id, or new:<slug> before there is one.",
    text,
  ),
  name: text,
  slug: text,
};

const coverage = described("Nobody holds it, one or two do, or more.", oneOf("none", "thin", "good"));
const standing = described(
  "Whether the YAML names it, lets it go (managed: false), or has dropped it; unmanaged: nothing but the organisation has it.",
  oneOf("yaml", "let-go", "dropped", "unmanaged"),
);

const skillOfEntity = {
  ...skillKey,
  description: orNull(text),
  standing,
  coverage,
};

const profileOfSkill = {
  id: described("Of the routing profile; with the cloud API, which has none, the slug of the YAML's.", text),
  name: text,
  inherited: described("Whether a profile that it extends names the skill.", flag),
};

export const SCHEMAS: Readonly<Record<string, Schema>> = {
  Error: shape({
    error: shape(
      {
        code: described("For programs; it stays the same.", text),
        parameter: described("The parameter that is wrong.", text),
        message: described("For people; it may change.", text),
      },
      ["parameter"],
    ),
  }),
  Place: shape(
    {
      file: text,
      line: { type: "integer", minimum: 1 },
      column: { type: "integer", minimum: 1 },
      revision: described("The commit in which it stood there; absent for the files as they are now.", text),
    },
    ["revision"],
  ),
  SkillPage: pageOf("Skill"),
  Skill: shape({
    ...skillOfEntity,
    profiles: described("The profiles that give it, sorted by name.", listOf(shape(profileOfSkill))),
    holders: described("Users who hold it now.", number),
  }),
  SkillDetail: shape({
    ...skillOfEntity,
    source: described("Where the YAML names it.", orNull(ref("Place"))),
    protected: flag,
    exclusive: described("Only the YAML says who holds it.", flag),
    liveName: described("Its name in the organisation, where that is another.", orNull(text)),
    couldBe: described("Names and ids of skills of which nobody can tell which is meant.", listOf(text)),
    renames: described("The skills whose place it takes.", listOf(text)),
    renamedTo: described("The skill that takes its place.", orNull(text)),
    profiles: listOf(
      shape({ ...profileOfSkill, from: text, proficiency, source: ref("Place") }, [
        "from",
        "proficiency",
        "source",
      ]),
    ),
    counts: described(
      "Users who hold it now, and what the next apply changes.",
      shape({ now: number, gaining: number, losing: number, changing: number, manual: number }),
    ),
    holders: described(
      "Users who hold it, are to hold it or are to lose it; sorted by e-mail.",
      listOf(ref("Holder")),
    ),
  }),
  Holder: shape({
    user: described("E-mail, or the id of a user who has none.", text),
    name: orNull(text),
    state: oneOf("active", "inactive", "deleted", "left", "unknown"),
    now: described("Proficiency; null: not held.", orNull(proficiency)),
    wanted: described("As the YAML has it; any: whatever proficiency; null: not wanted.", {
      anyOf: [proficiency, { const: "any" }, { type: "null" }],
    }),
    after: described("After the next apply; null: not held.", orNull(proficiency)),
    why: oneOf("yaml", "manual", "exclusive", "dropped", "left-group", "renamed", "deleted", "let-go"),
    because: described("The same in words; the reason that decides first.", listOf(text)),
    sources: described(
      "The lines of the YAML that want it; the one that decides first.",
      listOf(ref("Source")),
    ),
  }),
  Source: shape(
    {
      via: oneOf("user", "group", "profile"),
      group: described("The group that carries it to the user.", text),
      profile: text,
      from: described("The profile that it is inherited from.", text),
      proficiency,
      source: ref("Place"),
    },
    ["group", "profile", "from", "proficiency"],
  ),
  ProfilePage: pageOf("Profile"),
  Profile: shape({
    id: described("Of the routing profile; null where the organisation has none.", orNull(text)),
    slug: text,
    name: text,
    description: orNull(text),
    standing: oneOf("declared", "undeclared", "dropped", "unmanaged"),
    source: orNull(ref("Place")),
    extends: listOf(text),
    extendedBy: listOf(text),
    members: described("Active users whom the YAML makes its members.", number),
    skills: listOf(
      shape({
        key: described("Null where search doesn't know the skill.", orNull(text)),
        name: text,
        from: described("The profile that it is inherited from; null for the profile's own.", orNull(text)),
        proficiency: orNull(proficiency),
        why: oneOf("yaml", "manual", "dropped"),
        now: described("Of the routing profile; null where there is none.", {
          anyOf: [oneOf("there", "missing", "through-parent"), { type: "null" }],
        }),
      }),
    ),
  }),
  CoveragePage: pageOf("Coverage", {
    totals: shape({
      ...{ skills: number, profiles: number, users: number, assignments: number },
      uncovered: described("Skills that nobody holds.", number),
      thin: described("Skills that one or two users hold.", number),
    }),
  }),
  Coverage: shape({
    ...skillKey,
    holders: number,
    coverage,
    spread: described(
      "How many hold it at each proficiency.",
      listOf(shape({ proficiency, holders: number })),
    ),
  }),
  Health: shape(
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
        orNull(
          shape({ at: time, code: text, message: described("Only with the token.", text) }, ["message"]),
        ),
      ),
      snapshot: described(
        "Only with the token.",
        orNull(
          shape({
            target: text,
            organization: shape({ id: text, name: text }),
            dialect: oneOf("cloud", "profiles"),
            hasLedger: flag,
            refusals: described("Why the plan is refused now.", listOf(text)),
            incomplete: described("Lists that could not be read to their end.", listOf(text)),
            view: described("limited: the credentials see only some divisions.", oneOf("whole", "limited")),
          }),
        ),
      ),
    },
    ["snapshot"],
  ),
};
