/** Facts about small organisations: who has what, what comes of it, and why. */
import { basename } from "node:path";
import { describe, expect, test } from "vitest";
import type {
  AbsentUser,
  Dialect,
  Ledger,
  LedgerAssignment,
  Live,
  LiveProfile,
  References,
} from "../../src/model.ts";
import type { AssignmentFact, SourceFact } from "../../src/report/explain/assignment.ts";
import type { Explained } from "../../src/report/explain/explain.ts";
import { countUnnamed, explain } from "../../src/report/explain/explain.ts";
import { explainText } from "../../src/report/explain/text.ts";
import type { ProfileExplanation } from "../../src/report/explain/profile.ts";
import type { SkillExplanation } from "../../src/report/explain/skill.ts";
import { load } from "../desired/directory.ts";
import { PLAIN } from "../../src/report/paint.ts";
import { complete, factsOf, idOf, liveOf as liveNamed } from "./organisations.ts";

type Levels = Readonly<Record<string, number>>;

interface Parts {
  readonly yaml: string;
  readonly settings?: string;
  /** By name of user; null where nothing was ever applied. */
  readonly ledger?: Readonly<
    Record<string, Readonly<Record<string, number | Omit<LedgerAssignment, "name">>>>
  > | null;
  /** Slugs of the ledger beside those that somebody has. */
  readonly ours?: readonly string[];
  /** Slugs of live skills beside those that somebody has. */
  readonly skills?: readonly string[];
  readonly live: Readonly<Record<string, Levels>>;
  readonly groups?: Readonly<Record<string, readonly string[]>>;
  readonly profiles?: readonly LiveProfile[];
  readonly dialect?: Dialect;
  readonly absent?: readonly AbsentUser[];
  readonly incompleteUsers?: string;
  /** Slugs of skills of which nobody can say what refers to them. */
  readonly inUse?: readonly string[];
}

/** Users are called by the first part of their e-mail; names of skills are their slugs with a capital. */
async function explainIn(name: string, parts: Parts): Promise<Explained> {
  const desired = await load({ "skills.yaml": parts.yaml, "settings.yaml": parts.settings ?? "" });
  const [ledger, live] = [ledgerOf(parts), liveOf(parts)];
  return explain(name, factsOf(desired, live, ledger, new Set()));
}

function liveOf(parts: Parts): Live {
  const slugs = new Set([...(parts.skills ?? []), ...Object.values(parts.live).flatMap(Object.keys)]);
  const users = Object.entries(parts.live).map(([user, held]) => ({
    id: `id-${user}`,
    name: capital(user),
    email: `${user}@example.com`,
    skills: new Map(Object.entries(held).map(([slug, level]) => [`skill-${slug}`, level])),
  }));
  const groups = Object.entries(parts.groups ?? {}).map(([name, members]) => {
    return {
      id: `group-${name}`,
      name,
      state: "active" as const,
      members: members.map((user) => `id-${user}`),
    };
  });
  const complete = <T>(entities: readonly T[]) => ({ kind: "complete", entities }) as const;
  return {
    organization: { id: "org", name: "Contact Centre" },
    dialect: parts.dialect ?? "cloud",
    view: "whole",
    absentSkills: [],
    skills: complete(
      [...slugs].map((slug) => ({
        id: `skill-${slug}`,
        name: capital(slug),
        slug,
        state: "active" as const,
      })),
    ),
    users:
      parts.incompleteUsers === undefined
        ? complete(users)
        : { kind: "incomplete", entities: users, reason: parts.incompleteUsers },
    groups: complete(groups),
    groupNames: groups.map(({ name }) => name),
    profiles: complete(parts.profiles ?? []),
    absentUsers: parts.absent ?? [],
    references: new Map<string, References>(
      (parts.inUse ?? []).map((slug) => [`skill-${slug}`, { kind: "unknown", reason: "no permission" }]),
    ),
    requests: 1,
  };
}

function ledgerOf({ ledger = null, ours = [], dialect = "cloud" }: Parts): Ledger | null {
  if (ledger === null) return null;
  const slugs = new Set([...ours, ...Object.values(ledger).flatMap(Object.keys)]);
  const users = Object.entries(ledger).map(([user, held]) => {
    const assignments = Object.entries(held).map(([slug, one]): [string, LedgerAssignment] => [
      `skill-${slug}`,
      { name: capital(slug), ...(typeof one === "number" ? { proficiency: one } : one) },
    ]);
    return { id: `id-${user}`, email: `${user}@example.com`, assignments: Object.fromEntries(assignments) };
  });
  return {
    version: 2,
    target: "default",
    organization: "org",
    dialect,
    applied: null,
    attempted: null,
    skills: [...slugs]
      .sort()
      .map((slug) => ({ slug, id: `skill-${slug}`, name: capital(slug), protected: false })),
    profiles: [],
    users,
    replacements: [],
  };
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

// ── As lines ─────────────────────────────────────────────────────────────────────────────────────────

/** `ann: 3, wants 4, then 4 (yaml)`, then one reason after the other. */
function line(one: AssignmentFact, subject: string): string {
  const { now, wanted, after, why, manual, sources } = one;
  const remark = manual === undefined ? "" : `, ${manual}`;
  const facts = `${now ?? "-"}, wants ${wanted ?? "-"}, then ${after ?? "-"} (${why}${remark})`;
  return [`${subject}: ${facts}`, ...sources.map(sourceLine)].join(" < ");
}

function sourceLine({ via, group, profile, from, proficiency, source }: SourceFact): string {
  const parts = [
    via,
    profile,
    from && `from ${from}`,
    group && `by ${group}`,
    proficiency && `at ${proficiency}`,
  ];
  return `${parts.filter((part) => part !== undefined).join(" ")} ${basename(source.file)}:${source.line}`;
}

function holdersOf({ matches }: Explained): string[] {
  return matches.flatMap((match) =>
    match.kind === "skill" ? match.assignments.map((one) => line(one, one.user.ref.replace(/@.*/u, ""))) : [],
  );
}

function skillsOf({ matches }: Explained): string[] {
  return matches.flatMap((match) =>
    match.kind === "user" ? match.assignments.map((one) => line(one, one.skill.name)) : [],
  );
}

function skillOf({ matches }: Explained): SkillExplanation {
  const found = matches.find((match) => match.kind === "skill");
  if (!found) throw new Error("no skill");
  return found;
}

function profileOf({ matches }: Explained): ProfileExplanation {
  const found = matches.find((match) => match.kind === "profile");
  if (!found) throw new Error("no profile");
  return found;
}

const YAML = `skills:
  - name: Billing
    description: Invoices
    protected: true
    assign_to_users:
      - { user: ann@example.com, proficiency: 4 }
      - bob@example.com
    assign_to_groups: [{ group: Desk, proficiency: 2 }]
  - name: Chat
profiles:
  - name: Everyone
    skills: [{ skill: Billing, proficiency: 1 }, Chat]
  - name: Support
    extends: [Everyone]
    skills: [{ skill: Billing, proficiency: 3 }]
    members: { users: [ann@example.com], groups: [Desk] }
`;

// ── Skills ───────────────────────────────────────────────────────────────────────────────────────────

describe("a skill", () => {
  test("names every source of each user with its line and its way, the one that decides first", async () => {
    const explained = await explainIn("Billing", {
      yaml: YAML,
      live: { ann: { billing: 3 }, bob: {}, cleo: {}, dora: { billing: 5 } },
      groups: { Desk: ["ann", "cleo"] },
    });
    expect(holdersOf(explained)).toStrictEqual([
      "ann: 3, wants 4, then 4 (yaml, overwritten) < user at 4 skills.yaml:6 < group by Desk at 2 skills.yaml:8 < " +
        "profile Support at 3 skills.yaml:15 < profile Support by Desk at 3 skills.yaml:15 < " +
        "profile Support from Everyone at 1 skills.yaml:12 < profile Support from Everyone by Desk at 1 skills.yaml:12",
      "bob: -, wants any, then 1 (yaml) < user skills.yaml:7",
      "cleo: -, wants 2, then 2 (yaml) < group by Desk at 2 skills.yaml:8 < " +
        "profile Support by Desk at 3 skills.yaml:15 < profile Support from Everyone by Desk at 1 skills.yaml:12",
      "dora: 5, wants -, then 5 (manual)",
    ]);
    expect(skillOf(explained)).toMatchObject({
      standing: "yaml",
      description: "Invoices",
      protected: true,
      source: { line: 2 },
      profiles: [
        { profile: { name: "Everyone" }, proficiency: 1, source: { line: 12 } },
        { profile: { name: "Support" }, proficiency: 3, source: { line: 15 } },
      ],
      counts: { now: 2, gaining: 2, losing: 0, changing: 1, manual: 1 },
    });
  });

  test("says that a lower source decides where the nearer one names no proficiency", async () => {
    const explained = await explainIn("Chat", {
      yaml: `skills:
  - name: Chat
    assign_to_users: [ann@example.com]
    assign_to_groups: [{ group: Desk, proficiency: 2 }]
`,
      live: { ann: { chat: 2 } },
      groups: { Desk: ["ann"] },
    });
    expect(holdersOf(explained)).toStrictEqual([
      "ann: 2, wants 2, then 2 (yaml) < group by Desk at 2 skills.yaml:4 < user skills.yaml:3",
    ]);
  });

  test("is managed until the next apply if its line was removed, or a group lost the member", async () => {
    const explained = await explainIn("Billing", {
      yaml: "skills: [{ name: Billing, assign_to_groups: [Desk] }]",
      ledger: {
        ann: { billing: 3 },
        bob: { billing: { proficiency: 1, group: { id: "group-Desk", name: "Desk" } } },
        cleo: { billing: 2 },
      },
      live: { ann: { billing: 3 }, bob: { billing: 1 }, cleo: {}, dora: { billing: 2 } },
      groups: { Desk: ["dora"] },
    });
    expect(holdersOf(explained)).toStrictEqual([
      "ann: 3, wants -, then - (dropped)",
      "bob: 1, wants -, then - (left-group)",
      "dora: 2, wants any, then 2 (yaml) < group by Desk skills.yaml:1",
    ]);
  });

  test("that is exclusive goes from those who hold it manually, and one that is let go stays", async () => {
    const parts = { ledger: { ann: { billing: 3 } }, live: { ann: { billing: 3 }, bob: { billing: 2 } } };
    const exclusive = "skills: [{ name: Billing, exclusive: true, assign_to_users: [ann@example.com] }]";
    expect(holdersOf(await explainIn("Billing", { ...parts, yaml: exclusive }))).toStrictEqual([
      "ann: 3, wants any, then 3 (yaml) < user skills.yaml:1",
      "bob: 2, wants -, then - (exclusive)",
    ]);
    const letGo = "skills: [{ name: Billing, managed: false, assign_to_users: [ann@example.com] }]";
    const explained = await explainIn("Billing", { ...parts, yaml: letGo });
    expect(skillOf(explained).standing).toBe("released");
    expect(holdersOf(explained)).toStrictEqual([
      "ann: 3, wants -, then 3 (released)",
      "bob: 2, wants -, then 2 (released)",
    ]);
  });

  test("says what becomes of manual changes: put back, overwritten or left", async () => {
    const parts = {
      yaml: `skills:
  - name: Billing
    assign_to_users: [{ user: ann@example.com, proficiency: 3 }, { user: bob@example.com, proficiency: 4 }]
`,
      ledger: { ann: { billing: 3 }, bob: { billing: 3 } },
      live: { ann: {}, bob: { billing: 5 } },
    };
    expect(holdersOf(await explainIn("Billing", parts))).toStrictEqual([
      "ann: -, wants 3, then 3 (yaml, put-back) < user at 3 skills.yaml:3",
      "bob: 5, wants 4, then 4 (yaml, overwritten) < user at 4 skills.yaml:3",
    ]);
    expect(holdersOf(await explainIn("Billing", { ...parts, settings: "drift: report" }))[0]).toBe(
      "ann: -, wants 3, then - (yaml, left) < user at 3 skills.yaml:3",
    );
  });

  test("moves with its holders where it is renamed", async () => {
    const parts = {
      yaml: "skills: [{ name: Bills, previously: [Billing], assign_to_users: [ann@example.com] }]",
      ledger: { ann: { billing: 3 } },
      live: { ann: { billing: 3 }, bob: { billing: 2 } },
    };
    const fresh = await explainIn("Bills", parts);
    expect(skillOf(fresh)).toMatchObject({ skill: { id: null }, renames: [{ name: "Billing" }] });
    expect(holdersOf(fresh).map((one) => one.replace(/ <.*/u, ""))).toStrictEqual([
      "ann: -, wants any, then 3 (yaml)",
      "bob: -, wants -, then 2 (renamed)",
    ]);
    const old = await explainIn("Billing", parts);
    expect(skillOf(old)).toMatchObject({
      standing: "dropped",
      renamedTo: { name: "Bills" },
    });
    expect(skillOf(old).assignments).toMatchObject([
      { why: "renamed", other: "Bills" },
      { why: "renamed", other: "Bills" },
    ]);
  });

  test("that is there already takes the higher proficiency of the one that it replaces", async () => {
    const explained = await explainIn("Bills", {
      yaml: "skills: [{ name: Bills, previously: [Billing] }]",
      ledger: { zoe: { billing: 1 } },
      ours: ["bills"],
      live: { ann: { billing: 4, bills: 2 }, zoe: { billing: 1 } },
    });
    expect(holdersOf(explained)[0]).toBe("ann: 2, wants -, then 4 (renamed)");
    expect(explainText(explained, PLAIN)).toContain('comes with the rename of "Billing", at 4');
  });

  test("says that an earlier write is unsettled, and that nothing is done before that", async () => {
    const parts: Parts = {
      yaml: "skills: [{ name: Billing, assign_to_users: [{ user: ann@example.com, proficiency: 3 }] }]",
      ledger: { ann: {} },
      ours: ["billing"],
      live: { ann: {}, bob: { billing: 1 } },
    };
    const [ledger, live] = [ledgerOf(parts), liveOf(parts)];
    const field = { kind: "skill", id: "skill-billing" } as const;
    const records = [{ field, name: "Billing", before: null, wasOurs: false, values: [3] }];
    const interrupted = ledger && { ...ledger, users: ledger.users.map((user) => ({ ...user, records })) };
    const desired = await load({ "skills.yaml": parts.yaml });
    const explained = explain("Billing", factsOf(desired, live, interrupted, new Set()));
    expect(skillOf(explained).assignments[0]).toMatchObject({ wanted: 3, after: null, pending: "unsettled" });
    expect(explainText(explained, PLAIN)).toContain("unsettled: the outcome of an earlier write is unknown");
  });

  test("is not a manual change if it was renamed and is still in use", async () => {
    const explained = await explainIn("ann@example.com", {
      yaml: "skills: [{ name: Bills, previously: [Billing], assign_to_users: [ann@example.com] }]",
      ledger: { ann: { billing: 3 } },
      live: { ann: { billing: 3, oil: 1 } },
      inUse: ["billing"],
    });
    expect(explained.matches).toMatchObject([{ counts: { now: 2, losing: 0, manual: 1 } }]);
  });

  test("that no YAML names is explained as unmanaged", async () => {
    const explained = await explainIn("skill-oil", {
      yaml: YAML,
      live: { ann: { oil: 1 } },
      groups: { Desk: [] },
    });
    expect(skillOf(explained)).toMatchObject({ skill: { name: "Oil", slug: "oil" }, standing: "unmanaged" });
    expect(holdersOf(explained)).toStrictEqual(["ann: 1, wants -, then 1 (manual)"]);
  });

  test("lists missing users last, with their state", async () => {
    const explained = await explainIn("billing", {
      yaml: "skills: [{ name: Billing, assign_to_users: [ann@example.com, bob@example.com, zoe@example.com] }]",
      live: { zoe: {} },
      absent: [
        { ref: "ann@example.com", state: "inactive", id: "id-ann", name: "Ann", email: "ann@example.com" },
        { ref: "bob@example.com", state: "unknown" },
      ],
    });
    const states = skillOf(explained).assignments.map(({ user }) => [user.ref, user.state]);
    expect(states).toStrictEqual([
      ["zoe@example.com", "active"],
      ["ann@example.com", "inactive"],
      ["bob@example.com", "unknown"],
    ]);
    expect(explained.refusals).toContain("UNKNOWN_USER");
  });

  test("can leave out people whom the YAML doesn't name, and counts them", async () => {
    const parts = {
      yaml: YAML,
      live: { ann: { billing: 4 }, bob: {}, cleo: {}, dora: { billing: 5 } },
      groups: { Desk: ["cleo"] },
    };
    const counted = countUnnamed(await explainIn("Billing", parts));
    expect(holdersOf(counted).map((one) => one.split(":")[0])).toStrictEqual(["ann", "bob"]);
    expect(skillOf(counted)).toMatchObject({ unnamed: 2, counts: { now: 2, gaining: 2 } });
    const user = countUnnamed(await explainIn("dora@example.com", parts));
    expect(user.matches).toMatchObject([{ isUnnamed: true, assignments: [], counts: { now: 1, manual: 1 } }]);
    expect(JSON.stringify(user.matches)).not.toContain("dora");
  });
});

// ── Users ────────────────────────────────────────────────────────────────────────────────────────────

describe("a user", () => {
  test("has every skill that they hold or are to hold, unmanaged ones too", async () => {
    const parts = { yaml: YAML, live: { ann: { oil: 2, billing: 4 }, bob: {} }, groups: { Desk: [] } };
    const explained = await explainIn("ANN@example.com", parts);
    expect(skillsOf(explained)).toStrictEqual([
      "Billing: 4, wants 4, then 4 (yaml) < user at 4 skills.yaml:6 < profile Support at 3 skills.yaml:15 < " +
        "profile Support from Everyone at 1 skills.yaml:12",
      "Chat: -, wants any, then 1 (yaml) < profile Support from Everyone skills.yaml:12",
      "Oil: 2, wants -, then 2 (manual)",
    ]);
    expect(skillsOf(await explainIn("id-ann", parts))).toStrictEqual(skillsOf(explained));
  });

  test("is found by the e-mail that the YAML still uses and by the present one", async () => {
    const parts: Parts = {
      yaml: "skills: [{ name: Billing, assign_to_users: [old@example.com] }]",
      ledger: { ann: { billing: 1 } },
      live: { ann: { billing: 1 } },
    };
    const desired = await load({ "skills.yaml": parts.yaml });
    const [ledger, live] = [ledgerOf(parts), liveOf(parts)];
    const renamed = ledger && {
      ...ledger,
      users: ledger.users.map((user) => ({ ...user, email: "old@example.com" })),
    };
    for (const name of ["old@example.com", "ann@example.com"]) {
      const explained = explain(name, factsOf(desired, live, renamed, new Set()));
      expect(explained.matches).toMatchObject([
        { kind: "user", user: { ref: "ann@example.com", previousEmail: "old@example.com", named: true } },
      ]);
    }
  });

  test("who is inactive has what is asked for them and what was applied, and gets nothing", async () => {
    const explained = await explainIn("ann@example.com", {
      yaml: "skills: [{ name: Billing, assign_to_users: [{ user: ann@example.com, proficiency: 4 }] }, { name: Chat }]",
      ledger: { ann: { billing: 3, chat: 1 } },
      live: { bob: { billing: 1, chat: 1 } },
      absent: [
        { ref: "ann@example.com", state: "inactive", id: "id-ann", name: "Ann", email: "ann@example.com" },
      ],
    });
    expect(explained.matches).toMatchObject([
      { user: { state: "inactive", id: "id-ann" }, source: { line: 1 } },
    ]);
    expect(skillsOf(explained)).toStrictEqual([
      "Billing: -, wants 4, then - (yaml) < user at 4 skills.yaml:1",
      "Chat: -, wants -, then - (dropped)",
    ]);
  });
});

// ── Profiles ─────────────────────────────────────────────────────────────────────────────────────────

describe("a profile", () => {
  test("has its own and its inherited skills with their lines, and counts each member once", async () => {
    const explained = await explainIn("support", {
      yaml: YAML,
      live: { ann: {}, bob: {}, cleo: {} },
      groups: { Desk: ["ann", "cleo", "gone"] },
    });
    const { extends: parents, entries, members, standing } = profileOf(explained);
    expect({ parents, standing }).toStrictEqual({ parents: ["Everyone"], standing: "declared" });
    expect(
      entries.map(({ skill, from, proficiency, source }) => [skill.name, from, proficiency, source?.line]),
    ).toStrictEqual([
      ["Billing", undefined, 3, 15],
      ["Chat", "Everyone", undefined, 12],
    ]);
    expect(members).toStrictEqual({
      users: [{ ref: "ann@example.com", state: "active" }],
      groups: [{ group: "Desk", users: 2 }],
      count: 2,
    });
    const parent = profileOf(await explainIn("Everyone", { yaml: YAML, live: {}, groups: { Desk: [] } }));
    expect(parent).toMatchObject({ extendedBy: ["Support"], members: { count: 0 } });
  });

  test("is compared with its routing profile where the organisation has those", async () => {
    const routing = { id: "p1", name: "Support", slug: "support", description: null };
    const parts: Parts = {
      yaml: YAML,
      dialect: "profiles",
      live: { ann: {}, bob: {} },
      skills: ["billing", "chat", "oil"],
      groups: { Desk: [] },
      profiles: [
        { ...routing, parent: "p2", skills: ["skill-oil"] },
        { ...routing, id: "p2", name: "Everyone", slug: "everyone", skills: ["skill-chat"] },
        { ...routing, id: "p3", name: "Unmanaged", slug: "unmanaged", skills: ["skill-oil"] },
      ],
    };
    const { entries } = profileOf(await explainIn("Support", parts));
    expect(entries.map(({ skill, why, now }) => [skill.name, why, now])).toStrictEqual([
      ["Billing", "yaml", "missing"],
      ["Chat", "yaml", "through-parent"],
      ["Oil", "manual", "there"],
    ]);
    expect(profileOf(await explainIn("p3", parts))).toMatchObject({
      standing: "unmanaged",
      entries: [{ skill: { name: "Oil" }, why: "manual", now: "there" }],
    });
  });
});

// ── Names ────────────────────────────────────────────────────────────────────────────────────────────

describe("a name", () => {
  const NAMESAKES = "skills: [{ name: Billing }]\nprofiles: [{ name: Billing, skills: [Billing] }]";

  test("that means things of several kinds finds them all", async () => {
    const { matches } = await explainIn("billing", { yaml: NAMESAKES, live: {} });
    expect(matches.map(({ kind }) => kind)).toStrictEqual(["skill", "profile"]);
  });

  test("that is the slug of several skills finds them all, each with its own holders and id", async () => {
    const desired = await load({
      "skills.yaml": "skills: [{ name: C++, assign_to_users: [ann@example.com] }]",
    });
    const people = { "ann@example.com": { "C++": 3, "C#": 2 }, "bob@example.com": { "C#": 1 } };
    const facts = factsOf(desired, liveNamed(people, { skillNames: ["C"] }), null, new Set());
    const explained = explain("c", facts);
    expect(
      explained.matches.flatMap((match) =>
        match.kind === "skill" ? [[match.skill.id, match.standing, match.counts.now]] : [],
      ),
    ).toStrictEqual([
      [idOf("C"), "unmanaged", 0],
      [idOf("C#"), "unmanaged", 2],
      [idOf("C++"), "yaml", 1],
    ]);
    const text = explainText(explained, PLAIN);
    expect(text).toContain('"c" means 3 skills:');
    for (const name of ["C", "C++", "C#"]) expect(text).toContain(`Skill ${name} (id ${idOf(name)})`);
    expect(explain("C++", facts).matches).toMatchObject([{ skill: { id: idOf("C++") } }]);
    expect(explainText(explain("C++", facts), PLAIN)).toContain("Skill C++\n");
  });

  test("that two live skills have shows which ones may be meant, with their ids", async () => {
    const desired = await load({
      "skills.yaml": "skills: [{ name: Billing, assign_to_users: [ann@example.com] }]",
    });
    const live = liveNamed({ "ann@example.com": { Billing: 3 } });
    const [billing] = live.skills.entities;
    if (!billing) throw new Error("There is no skill.");
    const twins = { ...live, skills: complete([billing, { ...billing, id: "twin" }]) };
    const explained = explain("Billing", factsOf(desired, twins, null, new Set()));
    expect(explained.refusals).toContain("AMBIGUOUS");
    const couldBe = [
      { id: idOf("Billing"), name: "Billing" },
      { id: "twin", name: "Billing" },
    ];
    expect(
      explained.matches.filter((match) => match.kind === "skill" && match.skill.id === null),
    ).toMatchObject([{ couldBe, state: "unclear", standing: "yaml" }]);
    expect(explained.matches).toHaveLength(3);
    expect(explainText(explained, PLAIN)).toContain(`Billing (id ${idOf("Billing")}), Billing (id twin)`);
  });

  test("that nothing has finds the nearest of each kind", async () => {
    const { matches, nearest } = await explainIn("Biling", { yaml: NAMESAKES, live: { billin: {} } });
    expect(matches).toStrictEqual([]);
    expect(nearest).toStrictEqual([
      { kind: "skill", name: "Billing", named: true },
      { kind: "profile", name: "Billing", named: true },
    ]);
    const user = await explainIn("an@example.com", { yaml: NAMESAKES, live: { ann: {} } });
    expect(user.nearest).toStrictEqual([{ kind: "user", name: "ann@example.com", named: false }]);
    expect(countUnnamed(user).nearest).toStrictEqual([]);
  });

  test("that is part of others, or what a user is called, finds the first of each kind", async () => {
    const yaml = "skills: [{ name: Billing Tier 1 }, { name: Billing Tier 2 }]";
    const { nearest } = await explainIn("billing", { yaml, live: {} });
    expect(nearest).toStrictEqual([{ kind: "skill", name: "Billing Tier 1", named: true }]);
    const user = await explainIn("Annabel", { yaml, live: { annabel: {}, bob: {} } });
    expect(user.nearest).toMatchObject([{ kind: "user", name: "annabel@example.com" }]);
  });

  test("may be empty and means nothing then, not the users without an e-mail", async () => {
    expect((await explainIn("", { yaml: NAMESAKES, live: { ann: {} } })).matches).toStrictEqual([]);
  });

  test("in an organisation that could not be read whole comes with the list that may lack something", async () => {
    const parts = {
      yaml: NAMESAKES,
      live: { ann: { billing: 2 } },
      incompleteUsers: "page 2 was not answered",
    };
    const explained = await explainIn("Billing", parts);
    expect(explained.incomplete).toStrictEqual([{ list: "users", reason: "page 2 was not answered" }]);
    expect(holdersOf(explained)).toStrictEqual(["ann: 2, wants -, then 2 (manual)"]);
  });
});

describe("lines with days", () => {
  const PARTS: Parts = {
    yaml: `
skills:
  - name: Returns
    assign_to_users:
      - { user: ann@example.com, proficiency: 4, from: 2026-11-20, until: 2027-01-06 }
      - { user: bob@example.com, proficiency: 2, from: 2026-12-01 }
profiles:
  - { name: Desk, skills: [{ skill: Returns, proficiency: 1 }], members: { users: [ann@example.com] } }
`,
    ledger: { ann: { returns: 4 } },
    live: { ann: { returns: 4 }, bob: {} },
  };

  test("are told with their days, and with what they will change", async () => {
    const text = explainText(await explainIn("Returns", PARTS), PLAIN);
    expect(text).toMatch(
      /decides: named directly, at 4, from 20 November 2026 until 6 January 2027, \S+:5\n +also: profile Desk, at 1, \S+:8/u,
    );
    const [, after = ""] = text.split("What will happen on which day:\n");
    expect(after.trimEnd().replace(/ {2}\S*yaml:\d+/gu, "")).toBe(
      [
        "  1 December 2026",
        "    + Returns at 2  bob@example.com",
        "  7 January 2027",
        "    ~ Returns 4 → 1  ann@example.com",
      ].join("\n"),
    );
  });

  test("make somebody known whom no line names today", async () => {
    const shared = countUnnamed(await explainIn("bob@example.com", PARTS));
    expect(explainText(shared, PLAIN)).toMatch(
      /named first in .*\n[^]*1 December 2026\n {4}\+ Returns at 2/u,
    );
    expect(shared.matches).toMatchObject([{ kind: "user", source: { line: 6 } }]);
    const ann = await explainIn("ann@example.com", PARTS);
    expect(ann.matches).toMatchObject([
      { scheduled: [{ day: "2027-01-07", changes: [{ before: 4, after: 1 }], uncovered: [] }] },
    ]);
  });
});
