import { expect, test } from "vitest";
import type { Operation, Plan } from "../../src/model.ts";
import { diffsOf } from "../../src/report/plan/diffs.ts";
import { planView } from "../../src/report/plan/view.ts";
import { changeMaker, planNamed, skillField } from "./plan-named.ts";

function diffs(...operations: Operation[]): string[] {
  const plan: Plan = {
    ...planNamed("Plain name"),
    stages: [operations],
    skills: { s: { name: "Billing", slug: "billing", isLive: true } },
  };
  return diffsOf(planView(plan));
}

function person(id: string, verb: "add" | "update" | "remove", before: number | null, after: number | null) {
  const make = changeMaker();
  const subject = { kind: "user", id } as const;
  const changes = [make(subject, { field: skillField("s"), verb, before, after })];
  return { subject, name: id, email: `${id}@example.com`, named: true, changes };
}

test("a diff goes holder by holder, and says what each had before and has after", () => {
  const [diff = ""] = diffs(
    person("cy", "add", null, 2),
    person("bob", "update", 3, 4),
    person("ann", "remove", 1, null),
  );
  expect(diff.split("\n")).toEqual([
    "# skill Billing",
    "- ann@example.com: 1",
    "- bob@example.com: 3",
    "+ bob@example.com: 4",
    "+ cy@example.com: 2",
  ]);
});

test("of a text of several lines it shows which ones change", () => {
  const subject = { kind: "skill", id: "s" } as const;
  const texts = { before: "Invoices\nRefunds", after: "Invoices\nRefunds and credits" };
  const change = changeMaker()(subject, { field: { kind: "description" }, verb: "update", ...texts });
  const [diff = ""] = diffs({ subject, name: "Billing", changes: [change] });
  expect(diff.split("\n")).toEqual([
    "# skill Billing",
    "  description: Invoices",
    "- Refunds",
    "+ Refunds and credits",
  ]);
});
