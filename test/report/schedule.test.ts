/** What the days to come bring, as the readers of a plan see it. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import type { Plan } from "../../src/model.ts";
import { plan as makePlan } from "../../src/plan/plan.ts";
import { planComment } from "../../src/report/comment/comment.ts";
import { renderImpact } from "../../src/report/impact/render.ts";
import { PLAIN } from "../../src/report/paint.ts";
import { planMarkdown } from "../../src/report/plan/markdown.ts";
import { planText } from "../../src/report/plan/text.ts";
import { impactNamed } from "./impact-hostile.ts";
import { readScenario } from "../plan/scenario.ts";

const LAST = "2027-01-06";
const until = (user: string): object => ({ user: `${user}@example.com`, until: LAST });
const from = (user: string): object => ({ user: `${user}@example.com`, proficiency: 3, from: "2027-01-07" });

/** All that ends was applied, so that today there is nothing to do. */
async function planOf(skills: Readonly<Record<string, readonly object[]>>): Promise<Plan> {
  const held = new Map<string, Record<string, number>>();
  for (const [name, users] of Object.entries(skills)) {
    for (const line of users as readonly { user: string; until?: string }[]) {
      held.set(line.user, { ...held.get(line.user), ...(line.until !== undefined && { [name]: 3 }) });
    }
  }
  const folder = mkdtempSync(join(tmpdir(), "schedule-"));
  try {
    const file = join(folder, "one.yaml");
    const desired = {
      skills: Object.entries(skills).map(([name, users]) => ({ name, assign_to_users: users })),
    };
    const users = Object.fromEntries(held);
    const ended = [...held].map(([user, levels]) => {
      const ends = Object.entries(levels).map(([name, proficiency]) => [name, { proficiency, until: LAST }]);
      return [user, { skills: Object.fromEntries(ends) as object }] as const;
    });
    const ledger = { users: Object.fromEntries(ended) };
    writeFileSync(file, stringify({ story: "-", desired, ledger, live: { users }, plan: "" }));
    const scenario = await readScenario(file);
    const { attempted: _, ...inputs } = scenario;
    return makePlan({ ...inputs, requestsPerMinute: 300 }).plan;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const COMMENT = { marker: "<!-- m -->", runUrl: "https://github.test/run", head: "a".repeat(40) };

/** The lines of the section, without the places. */
function section(markdown: string): string[] {
  const [, after = ""] = markdown.split("### What will happen on which day\n");
  const [body = ""] = after.split(/\n(?:###|<details>)/u);
  return body.split("\n").flatMap((line) => (line.startsWith("- ") ? line.replace(/ \(`[^)]*\)/u, "") : []));
}

describe("a day on which little happens", () => {
  const few = planOf({ Returns: [until("ann")], Claims: [until("ann"), from("bob")] });

  test("is one line of a comment, with people by name", async () => {
    expect(section(planComment(await few, COMMENT))).toStrictEqual([
      "- **7 January 2027**: ann loses **Claims** and **Returns**; bob gains **Claims** at 3. :warning: On 7 January 2027 nobody will be left with **Returns**.",
    ]);
  });

  test("is no reason to say that nothing ever changes", async () => {
    const comment = planComment(await few, COMMENT);
    expect(comment).toContain("**Nothing changes in the organisation today.**");
    expect(comment).toContain("What its dates bring on later days is listed below.");
  });

  test("is told in text by e-mail, and whom a skill is left to", async () => {
    const text = planText(await few, { paint: PLAIN, nameEveryone: true });
    const [, after = ""] = text.split("What will happen on which day\n");
    const [block = ""] = after.split("\n\n");
    expect(block.replace(/ {2}\S*yaml:\d+/gu, "")).toBe(
      [
        "  7 January 2027",
        "    - Claims (was at 3)  ann@example.com",
        "    - Returns (was at 3)  ann@example.com",
        "    + Claims at 3  bob@example.com",
        "    ! On 7 January 2027 nobody will be left with Returns.",
      ].join("\n"),
    );
    expect(text).toContain("SCHEDULED");
  });
});

test("A day on which much happens counts, lists e-mails and folds the rest.", async () => {
  const many = Array.from({ length: 40 }, (_, at) => `agent${at}`);
  const alone = many.slice(0, 20).map((name) => [`Only ${name}`, [until(name)]] as const);
  const plan = await planOf({ Returns: many.map(until), ...Object.fromEntries(alone) });
  const markdown = planMarkdown(plan);
  const lines = section(markdown);
  expect(lines).toHaveLength(15);
  expect(lines[0]).toBe("- :warning: On 7 January 2027 nobody will be left with **Only agent0**.");
  expect(markdown).toMatch(
    /- \*\*7 January 2027\*\*: 40 people lose \*\*Returns\*\*: agent0@example\.com, .*, 30 more/u,
  );
  expect(markdown).toContain("agent39@example.com");
  expect(markdown).toMatch(/<details><summary>\d+ more changes, and everybody else<\/summary>/u);
});

test("A plan without days says nothing of them.", async () => {
  const plan = await planOf({ Returns: [{ user: "ann@example.com" }] });
  expect(plan.scheduled).toStrictEqual([]);
  const texts = planMarkdown(plan) + planText(plan, { paint: PLAIN, nameEveryone: true });
  expect(texts).not.toMatch(/on which day|SCHEDULED|today/u);
});

test("The impact report tells the days in every format that tells of people.", async () => {
  const impact = await impactNamed("Returns");
  const text = renderImpact(impact, "text");
  expect(text).toMatch(/The next 60 days\n {2}7 January 2027\n {4}Returns gains Returns at 2\n/u);
  expect(text).toContain("! On 7 January 2027 nobody will be left with Returns.");
  const markdown = renderImpact(impact, "markdown");
  expect(markdown).toContain("- :warning: On 7 January 2027 nobody will be left with **Returns**.");
  expect(markdown).toContain("- 7 January 2027\n  - Returns gains **Returns** at 2\n  - Returns loses");
});
