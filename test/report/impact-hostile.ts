/** Names that somebody could give a skill to break out of a report, or to fool its reader. */
import type { Impact } from "../../src/report/impact/facts.ts";
import { impactOf } from "../../src/report/impact/impact.ts";
import { complete, desiredOf, factsOf, idOf, liveOf } from "./organisations.ts";

export const HOSTILE: readonly string[] = [
  "Billing, Refunds",
  'say "hello"',
  "two\nlines",
  "two\r\nlines",
  "tab\there",
  '=HYPERLINK("http://evil.example","x")',
  "+1+1",
  "-2+3",
  "@SUM(A1)",
  " =1+1",
  "\t=1+1",
  "\r=1+1",
  "\u200b=1+1",
  "\u00a0=1+1",
  "＝1+1",
  "＋1",
  "－1",
  "＠SUM(1)",
  "a;=1+1",
  "a\n=1+1",
  "'=1+1",
  "<script>alert(1)</script>",
  "</style><script>alert(1)</script>",
  '"><img src=x onerror=alert(1)>',
  "--><b>x",
  "&lt;b&gt;",
  "\u202egnillib",
  "\u2066isolate",
  "| a | b |",
  "@everyone and #12 and ![x](https://evil.example/x.png)",
  "```\n# out of the fence",
  "`code` **bold** [link](javascript:alert(1))",
  "1. list",
  "- list",
  "# heading",
  '"] --> n1; click n1 "javascript:alert(1)"',
  "end",
  "عربى",
  "\0nul",
  "\ud800 lone",
  "x".repeat(10_000),
];

/** A report in which every name is the given one: of skill, profile, organisation, flow, and in the e-mail. */
export async function impactNamed(name: string): Promise<Impact> {
  const desired = await desiredOf(`
skills: [{ name: Plain, assign_to_users: [new@example.com] }]
profiles: [{ name: Support, skills: [Plain] }, { name: Lead, extends: [Support] }]
`);
  const live = liveOf(
    { "new@example.com": {}, "ann@example.com": { Plain: 3, Other: 2 } },
    {
      organization: { id: "org", name },
      references: new Map([
        [idOf("Other"), { kind: "known", flows: [name], skillGroups: [name] }],
        [idOf("Plain"), { kind: "unknown", reason: name }],
      ]),
    },
  );
  const renamed = {
    ...live,
    skills: complete(
      live.skills.entities.map((skill) => ({ ...skill, name: skill.name === "Other" ? name : "Plain" })),
    ),
    users: complete(
      live.users.entities.map((user) =>
        user.skills.size > 0 ? user : { ...user, name, email: "new@example.com" },
      ),
    ),
  };
  const profiles = desired.profiles.map((profile) => ({ ...profile, name }));
  const impact = impactOf(factsOf({ ...desired, profiles }, renamed));
  return withPeopleNamed(impact, name);
}

/** The e-mails of a real organisation are checked when they are written; here they are not. */
function withPeopleNamed(impact: Impact, name: string): Impact {
  const skills = impact.skills.map((skill) => ({
    ...skill,
    gains: { ...skill.gains, named: skill.gains.named.map((person) => ({ ...person, user: name })) },
  }));
  const skill = { skill: name, skillId: name };
  const source = { file: name, line: 1, column: 1 };
  const change = { user: name, name, ...skill, before: null, after: 2, source };
  const schedule = [
    { day: "2027-01-07", changes: [change, { ...change, before: 2, after: null }], uncovered: [skill] },
  ];
  return { ...impact, skills, schedule };
}
