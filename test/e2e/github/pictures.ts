/**
 * Comments as GitHub shows them, to look at: `PICTURES=<folder> npx vitest run` writes one picture of each, folded and
 * open. Would somebody who runs a contact centre and doesn't program know within 20 seconds what will happen, to whom,
 * and whether it was this pull request that asked for it?
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Sandbox, Seed } from "../../../src/sandbox/sandbox.ts";
import { summaryFile } from "../../github/step-files.ts";
import { environmentOn, pullPayload } from "../../github/session.ts";
import { findExecutable, launch } from "../../page/browser.ts";
import { renderHtml } from "../../report/rendered.ts";
import { deskAt } from "../../support/desk.ts";
import { startOrganisation } from "../../support/organisation.ts";
import type { GitHubOffice } from "./office.ts";
import { newGitHubOffice } from "./office.ts";

const folder = process.env["PICTURES"] ?? ".";
let browser: Browser;
beforeAll(async () => {
  browser = await launch(findExecutable(process.env) ?? "");
}, 120_000);
afterAll(() => browser.close());

/** As wide as GitHub's column. */
const STYLE = `body { margin: 0; width: 830px; padding: 16px; box-sizing: border-box; font: 14px/1.5 sans-serif; overflow-wrap: break-word }
code, pre { background: #eef1f4; font: 12px monospace } pre { padding: 16px; overflow: auto }
td, th { border: 1px solid #d0d7de; padding: 6px 13px } table { border-collapse: collapse }`;

async function draw(name: string, markdown: string): Promise<void> {
  // The runner's own folder is nothing that GitHub shows.
  const shown = markdown.replace(/`\/[^`]*\/(?=skills\/)/g, "`");
  writeFileSync(join(folder, `${name}.md`), shown);
  const page = await browser.newPage({ viewport: { width: 830, height: 400 } });
  await page.setContent(`<meta charset="utf-8"><style>${STYLE}</style>${renderHtml(shown)}`);
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
  await page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))");
  await page.screenshot({ path: join(folder, `${name}-open.png`), fullPage: true });
  await page.close();
}

const FIRST = ["Liam", "Emma", "Noah", "Olivia", "Jakub", "Zofia", "Mateo", "Lucia", "Chen", "Priya"];
const LAST = ["Byrne", "Novak", "Rossi", "Schmidt", "Garcia", "Khan", "Silva", "Murphy", "Jansen", "Costa"];

function person(at: number): { name: string; email: string } {
  const [first = "", last = ""] = [FIRST[at % 10], LAST[(at + Math.floor(at / 10)) % 10]];
  const number = at < 100 ? "" : String(at);
  return { name: `${first} ${last}`, email: `${first}.${last}${number}@contoso.example`.toLowerCase() };
}

const users = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, at) => from + at);

/** A file with one skill that these people have at 3. */
function skill(name: string, people: readonly number[], more = ""): Record<string, string> {
  const lines = people.map((at) => `    - { user: ${person(at).email}, proficiency: 3 }\n`);
  return {
    [`skills/${name.toLowerCase().replaceAll(" ", "-")}.yaml`]: `skills:\n- name: ${name}\n${more}  assign_to_users:\n${lines.join("")}`,
  };
}

interface Scene {
  readonly sandbox: Sandbox;
  readonly office: GitHubOffice;
}

/** An organisation of so many people, all of whom have these files applied. */
async function scene(people: number, files: Record<string, string>, groups: Seed["groups"] = []) {
  const seed: Seed = {
    organization: { id: "0e1c3a52-58a8-4c2f-9a39-8f6b54d1c001", name: "Contoso Care" },
    users: users(0, people).map(person),
    groups,
  };
  const sandbox = await startOrganisation({ seed });
  const office = await newGitHubOffice(sandbox, files);
  const { exitCode, text } = await office.ann.run("apply --yes");
  expect(exitCode, text).toBe(0);
  return { sandbox, office };
}

async function drawPlan(name: string, { office }: Scene, pull: number, ...labels: string[]): Promise<void> {
  await office.plan(pull, ...labels);
  await draw(name, office.comment(pull, "plan"));
}

const SCENES: Readonly<Record<string, (name: string) => Promise<void>>> = {
  "one person gains a skill": async (name) => {
    const one = await scene(4, skill("Billing", users(0, 4)));
    await drawPlan(name, one, one.office.open(skill("Tariff Advice", [0])));
  },
  "a delete with three holders": async (name) => {
    const one = await scene(4, { ...skill("Billing", users(0, 4)), ...skill("Fax", [0, 1]) });
    one.sandbox.manualEdits.assign(person(2).email, "Fax", 4);
    const pull = one.office.open({ "skills/fax.yaml": null });
    await drawPlan(`${name}, refused`, one, pull);
    await drawPlan(name, one, pull, "allow:SKILL_DELETE");
  },
  "400 removals": async (name) => {
    const one = await scene(410, skill("Billing", users(0, 410)));
    await drawPlan(name, one, one.office.open(skill("Billing", users(400, 410))), "allow:TOO_MANY_REMOVALS");
  },
  "a rename of 12 holders": async (name) => {
    const one = await scene(12, skill("Billing", users(0, 12)));
    const renamed = skill("Billing Tier 1", users(0, 12), "  previously: [Billing]\n");
    const pull = one.office.open({ "skills/billing.yaml": null, ...renamed });
    await drawPlan(name, one, pull, "allow:SKILL_REPLACE");
    one.office.merge(pull);
    const on = one.sandbox.manualEdits.userId(person(2).email);
    one.sandbox.faults.set({ serverErrorStatus: 403, serverError: { every: 1, on } });
    await one.office.apply();
    await draw(`${name}, failed`, one.office.comment(pull, "apply"));
    one.sandbox.faults.clear();
    await drawPlan(`${name}, under way`, one, one.office.open(skill("Claims", [0])));
  },
  "3,600 additions": async (name) => {
    const one = await scene(900, skill("Billing", [0]));
    const queues = users(0, 90).map((at) =>
      skill(
        `Queue ${at}`,
        users(0, 40).map((step) => (at * 10 + step) % 900),
      ),
    );
    await drawPlan(name, one, one.office.open(Object.assign({}, ...queues) as Record<string, string>));
  },
  "a result with withheld changes": async (name) => {
    const { office } = await scene(6, skill("Billing", users(0, 5)));
    const pull = office.open({ ...skill("Billing", users(0, 3)), ...skill("Claims", [5]) });
    office.merge(pull);
    await office.apply();
    await draw(name, office.comment(pull, "apply"));
  },
  drift: async (name) => {
    const groups = [{ name: "Night Desk", members: [4, 5].map((at) => person(at).email) }];
    const night = { "skills/b.yaml": "skills: [{ name: Night Shift, assign_to_groups: [Night Desk] }]\n" };
    const one = await scene(6, { ...skill("Billing", users(0, 4)), ...night }, groups);
    one.sandbox.manualEdits.assign(person(0).email, "Billing", 5);
    one.sandbox.manualEdits.unassign(person(1).email, "Billing");
    one.sandbox.manualEdits.removeGroupMember("Night Desk", person(4).email);
    await one.office.drift();
    await draw(name, [...one.office.github.issues.values()][0]?.body ?? "");
    await drawPlan(`${name} beside a pull request`, one, one.office.open(skill("Billing", users(0, 3))));
    await drawPlan(`${name} beside README`, one, one.office.open({ "README.md": "Words.\n" }));
  },
  "merged and waiting": async (name) => {
    const three = ["Billing", "Claims", "Sales"].map((skillName) => skill(skillName, users(0, 6)));
    const one = await scene(6, Object.assign({}, ...three) as Record<string, string>);
    for (const files of [skill("Billing", users(0, 4)), skill("Claims", users(0, 5))]) {
      const pull = one.office.open(files);
      await one.office.plan(pull);
      one.office.merge(pull);
    }
    await drawPlan(name, one, one.office.open(skill("Sales", users(1, 6))));
  },
  "YAML that is not valid": async (name) => {
    const one = await scene(3, skill("Billing", users(0, 3)));
    await drawPlan(name, one, one.office.open({ "skills/billing.yaml": "skills: [{ nmae: Billing }]\n" }));
  },
  "a fork's estimate": async (name) => {
    const { office } = await scene(3, skill("Billing", users(0, 3)));
    const pull = office.open(skill("Billing", users(0, 2)));
    const summary = summaryFile();
    const payload = pullPayload({ number: pull, from: "mallory/skills" });
    const run = environmentOn(office.github, "pull_request", payload, { GITHUB_STEP_SUMMARY: summary });
    await deskAt(office.ann.folder, { ...office.ann.env, ...run }).runBeside("plan --offline");
    await draw(name, readFileSync(summary, "utf8"));
  },
};

test.each(Object.entries(SCENES))("%s", async (name, look) => look(name), 300_000);
