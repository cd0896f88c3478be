/** Facts about worlds made by hand: who has what, what comes of it, and why. */
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
import type { Explained } from "../../src/plan/explain/explain.ts";
import { countUnnamed, explain } from "../../src/plan/explain/explain.ts";
import type { ProfileExplanation } from "../../src/plan/explain/profile.ts";
import type { SkillExplanation } from "../../src/plan/explain/skill.ts";
import type { Holding, Reason } from "../../src/plan/explain/holding.ts";
import { plan } from "../../src/plan/plan.ts";
import { load } from "../desired/directory.ts";

type Levels = Readonly<Record<string, number>>;

interface Worlds {
  readonly yaml: string;
  readonly settings?: string;
  /** By name of user; null where nothing was ever applied. */
  readonly ledger?: Readonly<Record<string, Readonly<Record<string, number | LedgerAssignment>>>> | null;
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
async function explainIn(name: string, worlds: Worlds): Promise<Explained> {
  const desired = await load({ "skills.yaml": worlds.yaml, "settings.yaml": worlds.settings ?? "" });
  const [ledger, live] = [ledgerOf(worlds), liveOf(worlds)];
  const made = plan(desired, ledger, live, { allow: new Set(), requestsPerMinute: 300 });
  return explain(name, { desired, ledger, live, plan: made });
}

function liveOf(worlds: Worlds): Live {
  const slugs = new Set([...(worlds.skills ?? []), ...Object.values(worlds.live).flatMap(Object.keys)]);
  const users = Object.entries(worlds.live).map(([user, held]) => ({
    id: `id-${user}`,
    name: capital(user),
    email: `${user}@example.com`,
    skills: new Map(Object.entries(held).map(([slug, level]) => [`skill-${slug}`, level])),
  }));
  const groups = Object.entries(worlds.groups ?? {}).map(([name, members]) => {
    return { id: `group-${name}`, name, members: members.map((user) => `id-${user}`) };
  });
  const complete = <T>(entities: readonly T[]) => ({ kind: "complete", entities }) as const;
  return {
    organization: { id: "org", name: "Contact Centre" },
    dialect: worlds.dialect ?? "cloud",
    view: "whole",
    skills: complete([...slugs].map((slug) => ({ id: `skill-${slug}`, name: capital(slug), slug }))),
    users:
      worlds.incompleteUsers === undefined
        ? complete(users)
        : { kind: "incomplete", entities: users, reason: worlds.incompleteUsers },
    groups: complete(groups),
    groupNames: groups.map(({ name }) => name),
    profiles: complete(worlds.profiles ?? []),
    absentUsers: worlds.absent ?? [],
    references: new Map<string, References>(
      (worlds.inUse ?? []).map((slug) => [`skill-${slug}`, { kind: "unknown", reason: "no permission" }]),
    ),
    requests: 1,
  };
}

function ledgerOf({ ledger = null, ours = [], dialect = "cloud" }: Worlds): Ledger | null {
  if (ledger === null) return null;
  const slugs = new Set([...ours, ...Object.values(ledger).flatMap(Object.keys)]);
  const users = Object.entries(ledger).map(([user, held]) => {
    const assignments = Object.entries(held).map(([slug, one]): [string, LedgerAssignment] => [
      slug,
      typeof one === "number" ? { proficiency: one } : one,
    ]);
    return { id: `id-${user}`, email: `${user}@example.com`, assignments: Object.fromEntries(assignments) };
  });
  return {
    version: 1,
    target: "default",
    organization: "org",
    dialect,
    revision: null,
    skills: [...slugs]
      .sort()
      .map((slug) => ({ slug, id: `skill-${slug}`, name: capital(slug), protected: false })),
    profiles: [],
    users,
  };
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

// ── As lines ─────────────────────────────────────────────────────────────────────────────────────────

/** `ann: 3, wants 4, then 4 (yaml)`, then one reason after the other. */
function line(one: Holding, subject: string): string {
  const { now, wanted, after, why, byHand, wishes } = one;
  const fate = byHand === undefined ? "" : `, ${byHand}`;
  const facts = `${now ?? "-"}, wants ${wanted ?? "-"}, then ${after ?? "-"} (${why}${fate})`;
  return [`${subject}: ${facts}`, ...wishes.map(reasonLine)].join(" < ");
}

function reasonLine({ via, group, profile, from, proficiency, origin }: Reason): string {
  const parts = [
    via,
    profile,
    from && `from ${from}`,
    group && `by ${group}`,
    proficiency && `at ${proficiency}`,
  ];
  return `${parts.filter((part) => part !== undefined).join(" ")} ${basename(origin.file)}:${origin.line}`;
}

function holdersOf({ matches }: Explained): string[] {
  return matches.flatMap((match) =>
    match.kind === "skill" ? match.holdings.map((one) => line(one, one.user.ref.replace(/@.*/u, ""))) : [],
  );
}

function skillsOf({ matches }: Explained): string[] {
  return matches.flatMap((match) =>
    match.kind === "user" ? match.holdings.map((one) => line(one, one.skill.name)) : [],
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
  test("names every wish of each user with its line and its way, the one that decides first", async () => {
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
      "dora: 5, wants -, then 5 (by-hand)",
    ]);
    expect(skillOf(explained)).toMatchObject({
      standing: "yaml",
      description: "Invoices",
      protected: true,
      origin: { line: 2 },
      profiles: [
        { profile: { name: "Everyone" }, proficiency: 1, origin: { line: 12 } },
        { profile: { name: "Support" }, proficiency: 3, origin: { line: 15 } },
      ],
      counts: { now: 2, gaining: 2, losing: 0, changing: 1, byHand: 1 },
    });
  });

  test("says that a lower wish decides where the nearer one names no proficiency", async () => {
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

  test("is ours until the next apply where the YAML no longer asks for it, or a group lost the member", async () => {
    const explained = await explainIn("Billing", {
      yaml: "skills: [{ name: Billing, assign_to_groups: [Desk] }]",
      ledger: {
        ann: { billing: 3 },
        bob: { billing: { proficiency: 1, group: "Desk" } },
        cleo: { billing: 2 },
      },
      live: { ann: { billing: 3 }, bob: { billing: 1 }, cleo: {}, dora: { billing: 2 } },
      groups: { Desk: ["dora"] },
    });
    expect(holdersOf(explained)).toStrictEqual([
      "ann: 3, wants -, then - (dropped)",
      "bob: 1, wants -, then - (former-member)",
      "dora: 2, wants any, then 2 (yaml) < group by Desk skills.yaml:1",
    ]);
  });

  test("that is exclusive goes from those who hold it by hand, and one that is let go stays", async () => {
    const worlds = { ledger: { ann: { billing: 3 } }, live: { ann: { billing: 3 }, bob: { billing: 2 } } };
    const exclusive = "skills: [{ name: Billing, exclusive: true, assign_to_users: [ann@example.com] }]";
    expect(holdersOf(await explainIn("Billing", { ...worlds, yaml: exclusive }))).toStrictEqual([
      "ann: 3, wants any, then 3 (yaml) < user skills.yaml:1",
      "bob: 2, wants -, then - (exclusive)",
    ]);
    const letGo = "skills: [{ name: Billing, managed: false, assign_to_users: [ann@example.com] }]";
    const explained = await explainIn("Billing", { ...worlds, yaml: letGo });
    expect(skillOf(explained).standing).toBe("let-go");
    expect(holdersOf(explained)).toStrictEqual([
      "ann: 3, wants -, then 3 (let-go)",
      "bob: 2, wants -, then 2 (let-go)",
    ]);
  });

  test("says what becomes of changes by hand: put back, overwritten or left", async () => {
    const worlds = {
      yaml: `skills:
  - name: Billing
    assign_to_users: [{ user: ann@example.com, proficiency: 3 }, { user: bob@example.com, proficiency: 4 }]
`,
      ledger: { ann: { billing: 3 }, bob: { billing: 3 } },
      live: { ann: {}, bob: { billing: 5 } },
    };
    expect(holdersOf(await explainIn("Billing", worlds))).toStrictEqual([
      "ann: -, wants 3, then 3 (yaml, put-back) < user at 3 skills.yaml:3",
      "bob: 5, wants 4, then 4 (yaml, overwritten) < user at 4 skills.yaml:3",
    ]);
    expect(holdersOf(await explainIn("Billing", { ...worlds, settings: "drift: report" }))[0]).toBe(
      "ann: -, wants 3, then - (yaml, left) < user at 3 skills.yaml:3",
    );
  });

  test("moves with its holders where it is renamed", async () => {
    const worlds = {
      yaml: "skills: [{ name: Bills, previously: [Billing], assign_to_users: [ann@example.com] }]",
      ledger: { ann: { billing: 3 } },
      live: { ann: { billing: 3 }, bob: { billing: 2 } },
    };
    const fresh = await explainIn("Bills", worlds);
    expect(skillOf(fresh)).toMatchObject({ skill: { id: null }, renames: [{ name: "Billing" }] });
    expect(holdersOf(fresh).map((one) => one.replace(/ <.*/u, ""))).toStrictEqual([
      "ann: -, wants any, then 3 (yaml)",
      "bob: -, wants -, then 2 (renamed)",
    ]);
    const old = await explainIn("Billing", worlds);
    expect(skillOf(old)).toMatchObject({
      standing: "dropped",
      renamedTo: { name: "Bills" },
      isCopied: false,
    });
    expect(skillOf(old).holdings).toMatchObject([
      { why: "renamed", other: "Bills" },
      { why: "renamed", other: "Bills" },
    ]);
  });

  test("is nobody's work by hand where it was renamed and is still in use", async () => {
    const explained = await explainIn("ann@example.com", {
      yaml: "skills: [{ name: Bills, previously: [Billing], assign_to_users: [ann@example.com] }]",
      ledger: { ann: { billing: 3 } },
      live: { ann: { billing: 3, oil: 1 } },
      inUse: ["billing"],
    });
    expect(explained.matches).toMatchObject([{ counts: { now: 2, losing: 0, byHand: 1 } }]);
  });

  test("that no YAML names is explained as made by hand", async () => {
    const explained = await explainIn("skill-oil", {
      yaml: YAML,
      live: { ann: { oil: 1 } },
      groups: { Desk: [] },
    });
    expect(skillOf(explained)).toMatchObject({ skill: { name: "Oil", slug: "oil" }, standing: "by-hand" });
    expect(holdersOf(explained)).toStrictEqual(["ann: 1, wants -, then 1 (by-hand)"]);
  });

  test("lists whoever is wanted and isn't there last, with their state", async () => {
    const explained = await explainIn("billing", {
      yaml: "skills: [{ name: Billing, assign_to_users: [ann@example.com, bob@example.com, zoe@example.com] }]",
      live: { zoe: {} },
      absent: [
        { ref: "ann@example.com", state: "inactive", id: "id-ann", email: "ann@example.com" },
        { ref: "bob@example.com", state: "unknown" },
      ],
    });
    const states = skillOf(explained).holdings.map(({ user }) => [user.ref, user.state]);
    expect(states).toStrictEqual([
      ["zoe@example.com", "active"],
      ["ann@example.com", "inactive"],
      ["bob@example.com", "unknown"],
    ]);
    expect(explained.refusals).toContain("UNKNOWN_USER");
  });

  test("can leave out people whom the YAML doesn't name, and counts them", async () => {
    const worlds = {
      yaml: YAML,
      live: { ann: { billing: 4 }, bob: {}, cleo: {}, dora: { billing: 5 } },
      groups: { Desk: ["cleo"] },
    };
    const counted = countUnnamed(await explainIn("Billing", worlds));
    expect(holdersOf(counted).map((one) => one.split(":")[0])).toStrictEqual(["ann", "bob"]);
    expect(skillOf(counted)).toMatchObject({ unnamed: 2, counts: { now: 2, gaining: 2 } });
    const user = countUnnamed(await explainIn("dora@example.com", worlds));
    expect(user.matches).toMatchObject([{ isUnnamed: true, holdings: [], counts: { now: 1, byHand: 1 } }]);
    expect(JSON.stringify(user.matches)).not.toContain("dora");
  });
});

// ── Users ────────────────────────────────────────────────────────────────────────────────────────────

describe("a user", () => {
  test("has every skill that they hold or are to hold, strangers to the YAML too", async () => {
    const worlds = { yaml: YAML, live: { ann: { oil: 2, billing: 4 }, bob: {} }, groups: { Desk: [] } };
    const explained = await explainIn("ANN@example.com", worlds);
    expect(skillsOf(explained)).toStrictEqual([
      "Billing: 4, wants 4, then 4 (yaml) < user at 4 skills.yaml:6 < profile Support at 3 skills.yaml:15 < " +
        "profile Support from Everyone at 1 skills.yaml:12",
      "Chat: -, wants any, then 1 (yaml) < profile Support from Everyone skills.yaml:12",
      "Oil: 2, wants -, then 2 (by-hand)",
    ]);
    expect(skillsOf(await explainIn("id-ann", worlds))).toStrictEqual(skillsOf(explained));
  });

  test("is found by the e-mail that the YAML still uses and by the present one", async () => {
    const worlds: Worlds = {
      yaml: "skills: [{ name: Billing, assign_to_users: [old@example.com] }]",
      ledger: { ann: { billing: 1 } },
      live: { ann: { billing: 1 } },
    };
    const desired = await load({ "skills.yaml": worlds.yaml });
    const [ledger, live] = [ledgerOf(worlds), liveOf(worlds)];
    const renamed = ledger && {
      ...ledger,
      users: ledger.users.map((user) => ({ ...user, email: "old@example.com" })),
    };
    const made = plan(desired, renamed, live, { allow: new Set(), requestsPerMinute: 300 });
    for (const name of ["old@example.com", "ann@example.com"]) {
      const explained = explain(name, { desired, ledger: renamed, live, plan: made });
      expect(explained.matches).toMatchObject([
        { kind: "user", user: { ref: "ann@example.com", formerEmail: "old@example.com", named: true } },
      ]);
    }
  });

  test("who is inactive has what is wished for them and what was applied, and gets nothing", async () => {
    const explained = await explainIn("ann@example.com", {
      yaml: "skills: [{ name: Billing, assign_to_users: [{ user: ann@example.com, proficiency: 4 }] }, { name: Chat }]",
      ledger: { ann: { billing: 3, chat: 1 } },
      live: { bob: { billing: 1, chat: 1 } },
      absent: [{ ref: "ann@example.com", state: "inactive", id: "id-ann", email: "ann@example.com" }],
    });
    expect(explained.matches).toMatchObject([
      { user: { state: "inactive", id: "id-ann" }, origin: { line: 1 } },
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
      entries.map(({ skill, from, proficiency, origin }) => [skill.name, from, proficiency, origin?.line]),
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
    const worlds: Worlds = {
      yaml: YAML,
      dialect: "profiles",
      live: { ann: {}, bob: {} },
      skills: ["billing", "chat", "oil"],
      groups: { Desk: [] },
      profiles: [
        { ...routing, parent: "p2", skills: ["skill-oil"] },
        { ...routing, id: "p2", name: "Everyone", slug: "everyone", skills: ["skill-chat"] },
        { ...routing, id: "p3", name: "Strange", slug: "strange", skills: ["skill-oil"] },
      ],
    };
    const { entries } = profileOf(await explainIn("Support", worlds));
    expect(entries.map(({ skill, why, now }) => [skill.name, why, now])).toStrictEqual([
      ["Billing", "yaml", "missing"],
      ["Chat", "yaml", "through-parent"],
      ["Oil", "by-hand", "there"],
    ]);
    expect(profileOf(await explainIn("p3", worlds))).toMatchObject({
      standing: "by-hand",
      entries: [{ skill: { name: "Oil" }, why: "by-hand", now: "there" }],
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
    const worlds = {
      yaml: NAMESAKES,
      live: { ann: { billing: 2 } },
      incompleteUsers: "page 2 was not answered",
    };
    const explained = await explainIn("Billing", worlds);
    expect(explained.incomplete).toStrictEqual([{ list: "users", reason: "page 2 was not answered" }]);
    expect(holdersOf(explained)).toStrictEqual(["ann: 2, wants -, then 2 (by-hand)"]);
  });
});
