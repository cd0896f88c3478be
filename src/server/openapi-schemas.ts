/** The shapes of `facts.ts` as JSON Schemas. A test holds them against real answers. */

type Schema = Readonly<Record<string, unknown>>;

const text: Schema = { type: "string" };
const orNull = (schema: Schema): Schema => ({ anyOf: [schema, { type: "null" }] });
const listOf = (items: Schema): Schema => ({ type: "array", items });
const oneOf = (...values: readonly string[]): Schema => ({ type: "string", enum: values });
const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });
const said = (description: string, schema: Schema): Schema => ({ ...schema, description });
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
    total: said("Of all pages.", number),
    entities: listOf(ref(entity)),
    ...more,
  });
}

const skillKey = {
  id: said("Null where the organisation doesn't have the skill yet.", orNull(text)),
  key: said("What /api/skills/{skill} knows it by: the slug where that is its own, else the id.", text),
  name: text,
  slug: text,
};

const coverage = said("Nobody holds it, one or two do, or more.", oneOf("none", "thin", "good"));
const standing = said(
  "Whether the YAML names it, lets it go (managed: false), or has dropped it; by hand: nothing but the organisation has it.",
  oneOf("yaml", "let-go", "dropped", "by-hand"),
);

const skillOfEntity = {
  ...skillKey,
  description: orNull(text),
  standing,
  coverage,
};

const profileOfSkill = {
  id: said("Of the routing profile; with the cloud API, which has none, the slug of the YAML's.", text),
  name: text,
  inherited: said("Whether a profile that it extends names the skill.", flag),
};

export const SCHEMAS: Readonly<Record<string, Schema>> = {
  Error: shape({
    error: shape(
      {
        code: said("For programs; it stays the same.", text),
        parameter: said("The parameter that is wrong.", text),
        message: said("For people; it may change.", text),
      },
      ["parameter"],
    ),
  }),
  Place: shape(
    {
      file: text,
      line: { type: "integer", minimum: 1 },
      column: { type: "integer", minimum: 1 },
      revision: said("The commit in which it stood there; absent for the files as they are now.", text),
    },
    ["revision"],
  ),
  SkillPage: pageOf("Skill"),
  Skill: shape({
    ...skillOfEntity,
    profiles: said("The profiles that give it, sorted by name.", listOf(shape(profileOfSkill))),
    holders: said("Users who hold it now.", number),
  }),
  SkillDetail: shape({
    ...skillOfEntity,
    origin: said("Where the YAML names it.", orNull(ref("Place"))),
    protected: flag,
    exclusive: said("Only the YAML says who holds it.", flag),
    liveName: said("What the organisation calls it, where that is another name.", orNull(text)),
    couldBe: said("Skills of which nobody can tell which is meant.", listOf(text)),
    renames: said("The skills whose place it takes.", listOf(text)),
    renamedTo: said("The skill that takes its place.", orNull(text)),
    profiles: listOf(
      shape({ ...profileOfSkill, from: text, proficiency, origin: ref("Place") }, [
        "from",
        "proficiency",
        "origin",
      ]),
    ),
    counts: said(
      "Users who hold it now, and what the next apply changes.",
      shape({ now: number, gaining: number, losing: number, changing: number, byHand: number }),
    ),
    holders: said("Who holds it, is to hold it or is to lose it; sorted by e-mail.", listOf(ref("Holder"))),
  }),
  Holder: shape({
    user: said("E-mail, or the id of a user who has none.", text),
    name: orNull(text),
    state: oneOf("active", "inactive", "deleted", "left", "unknown"),
    now: said("Proficiency; null: not held.", orNull(proficiency)),
    wanted: said("As the YAML has it; any: whatever proficiency; null: not wanted.", {
      anyOf: [proficiency, { const: "any" }, { type: "null" }],
    }),
    after: said("After the next apply; null: not held.", orNull(proficiency)),
    why: oneOf("yaml", "by-hand", "exclusive", "dropped", "former-member", "renamed", "deleted", "let-go"),
    because: said("The same in words; the reason that decides first.", listOf(text)),
    sources: said("The lines of the YAML that want it; the one that decides first.", listOf(ref("Source"))),
  }),
  Source: shape(
    {
      via: oneOf("user", "group", "profile"),
      group: said("The group that carries it to the user.", text),
      profile: text,
      from: said("The profile that it is inherited from.", text),
      proficiency,
      origin: ref("Place"),
    },
    ["group", "profile", "from", "proficiency"],
  ),
  ProfilePage: pageOf("Profile"),
  Profile: shape({
    id: said("Of the routing profile; null where the organisation has none.", orNull(text)),
    slug: text,
    name: text,
    description: orNull(text),
    standing: oneOf("declared", "undeclared", "dropped", "by-hand"),
    origin: orNull(ref("Place")),
    extends: listOf(text),
    extendedBy: listOf(text),
    members: said("Active users whom the YAML makes its members.", number),
    skills: listOf(
      shape({
        key: said("Null where search doesn't know the skill.", orNull(text)),
        name: text,
        from: said("The profile that it is inherited from; null for the profile's own.", orNull(text)),
        proficiency: orNull(proficiency),
        why: oneOf("yaml", "by-hand", "dropped"),
        now: said("Of the routing profile; null where there is none.", {
          anyOf: [oneOf("there", "missing", "through-parent"), { type: "null" }],
        }),
      }),
    ),
  }),
  CoveragePage: pageOf("Coverage", {
    totals: shape({
      ...{ skills: number, profiles: number, users: number, assignments: number },
      uncovered: said("Skills that nobody holds.", number),
      thin: said("Skills that one or two users hold.", number),
    }),
  }),
  Coverage: shape({
    ...skillKey,
    holders: number,
    coverage,
    spread: said("How many hold it at each proficiency.", listOf(shape({ proficiency, holders: number }))),
  }),
  Health: shape(
    {
      status: said(
        "stale: the last reading failed; starting: nothing has been read yet; unavailable: nor could it be.",
        oneOf("ok", "stale", "starting", "unavailable"),
      ),
      refreshing: flag,
      refreshSeconds: { type: "number", exclusiveMinimum: 0 },
      readAt: orNull(time),
      ageSeconds: said("Since the snapshot was read.", orNull(number)),
      failure: said(
        "Of the last reading; null where it succeeded.",
        orNull(shape({ at: time, code: text, message: said("Only with the token.", text) }, ["message"])),
      ),
      snapshot: said(
        "Only with the token.",
        orNull(
          shape({
            target: text,
            organization: shape({ id: text, name: text }),
            dialect: oneOf("cloud", "profiles"),
            hasLedger: flag,
            refusals: said("Why the plan is refused now.", listOf(text)),
            incomplete: said("Lists that could not be read to their end.", listOf(text)),
            view: said("limited: the credentials see only some divisions.", oneOf("whole", "limited")),
          }),
        ),
      ),
    },
    ["snapshot"],
  ),
};
