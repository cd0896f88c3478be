import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Failure } from "../../src/problem.ts";
import { reportPage } from "../../src/page/page.ts";
import type { Impact } from "../../src/report/impact/facts.ts";
import { impactOf } from "../../src/report/impact/impact.ts";
import type { Seed } from "../../src/sandbox/sandbox.ts";
import { printable } from "../../src/text.ts";
import { HOSTILE as REPORT_HOSTILE, impactNamed } from "../report/impact-hostile.ts";
import { makeRepository } from "../support/repository.ts";
import { BROWSER_TIMEOUT, eventually, findExecutable, launch, LOW_CONTRAST, openPage } from "./browser.ts";
import type { ServingOptions } from "../server/serving.ts";
import { serve, snapshotOf } from "../server/serving.ts";

const executable = findExecutable(process.env);

if (executable === null) {
  console.warn(
    "No Chromium is installed, so nothing is tested in a browser. On Debian: apt-get install chromium",
  );
}

test.skipIf(!process.env["CI"])("Where CI is set, there is a browser to test in", () => {
  expect(executable).not.toBeNull();
});

const HOSTILE = [
  `<img src=x onerror=alert(1)>`,
  `"><script>alert(2)</script>`,
  `</title></style></script><b>bold</b>`,
  "\u202egnp.exe",
  `javascript:alert(3)`,
  `{{7*7}} \${7*7} %3Cb%3E & ' "`,
];

/** Those of the report's own list that a browser could take for markup, a script or a direction. */
const REPORT_NAMES = REPORT_HOSTILE.filter((name) => /[<&\u202e\u2066{}"]/u.test(name));

const SHOWN = HOSTILE.map((name) => printable(name));

const HOSTILE_SEED: Seed = {
  organization: { id: "0e1c3a52-58a8-4c2f-9a39-8f6b54d1c001", name: `<b>${HOSTILE[0] ?? ""}</b>` },
  skills: HOSTILE.map((name) => ({ name })),
  users: HOSTILE.map((name, place) => ({
    name,
    email: `user${place}@example.com`,
    skills: Object.fromEntries(HOSTILE.map((skill) => [skill, 2])),
  })),
};

describe.skipIf(executable === null)("In a browser", { timeout: BROWSER_TIMEOUT }, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch(executable ?? "");
  }, BROWSER_TIMEOUT);
  afterAll(() => browser.close());

  async function openSmall(path = "/", options: ServingOptions & { dark?: boolean } = {}) {
    const snapshot = await snapshotOf();
    const serving = await serve(() => Promise.resolve(snapshot), options);
    const colorScheme = options.dark === true ? "dark" : "light";
    const watched = await openPage(browser, serving.url, { colorScheme });
    await watched.page.goto(serving.url + path);
    return { ...watched, ...serving };
  }

  const result = (page: Page, name: RegExp) => page.locator(".results").getByRole("link", { name });
  const heading = (page: Page) => page.getByRole("heading", { level: 1 });

  test("typing searches, and what is found is counted aloud", async () => {
    const { page, trouble } = await openSmall();
    const box = page.getByRole("searchbox", { name: "Find a skill" });
    await box.pressSequentially("bilin");
    await eventually(() => page.url()).toMatch(/#\/search\/bilin$/);
    await result(page, /^Billing/).waitFor();
    await eventually(() => page.locator("#found").textContent()).toBe("1 skill matches.");
    expect(await box.inputValue()).toBe("bilin");
    await box.fill("zzzz");
    await page.getByText("No skill matches").first().waitFor();
    await eventually(() => page.locator("#found").textContent()).toBe("No skill matches.");
    await box.fill("");
    await page.getByRole("table").waitFor();
    expect(trouble).toEqual([]);
  });

  test("only the answer to the last query is shown, even if an older one arrives later", async () => {
    const { page, trouble } = await openSmall();
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route(/q=sales$/, async (route) => {
      await held;
      await route.continue().catch(() => undefined);
    });
    const asked = page.waitForRequest(/q=sales$/);
    await page.getByRole("searchbox").fill("sales");
    await asked;
    await page.getByRole("searchbox").fill("complaints");
    await result(page, /^Complaints/).waitFor();
    release();
    await page.unrouteAll({ behavior: "wait" });
    expect(await page.locator(".results li").allTextContents()).toEqual([
      expect.stringContaining("Complaints"),
    ]);
    expect(trouble).toEqual([]);
  });

  test("a skill shows who holds it, how well, what comes next, and why", async () => {
    const { page, trouble } = await openSmall("/#/search/billing");
    await result(page, /^Billing/).click();
    await page.getByRole("heading", { level: 1, name: /^Billing/ }).waitFor();
    expect(await page.evaluate("document.activeElement === document.querySelector('h1')")).toBe(true);
    expect(await page.title()).toBe("Billing – Skills");
    const row = (name: string) => page.getByRole("row", { name });
    expect(await row("Ann Lee").innerText()).toMatch(/3\s+changes to 4\s+decides: named directly.*a\.yaml:6/);
    expect(await row("Bob Ray").innerText()).toMatch(/1\s+stays\s+manual/);
    expect(await row("Cleo Fox").innerText()).toMatch(/not held\s+gets it at 1/);
    expect(await page.getByRole("listitem").filter({ hasText: "Support" }).innerText()).toContain(
      "a.yaml:15",
    );
    await page.getByRole("link", { name: "Back to the search" }).click();
    await page.locator(".results").waitFor();
    expect(trouble).toEqual([]);
  });

  test("a link leads straight to a skill, to the profiles, and away from what doesn't exist", async () => {
    const { page, trouble } = await openSmall("/#/skill/refunds");
    await page.getByRole("heading", { level: 1, name: "Refunds" }).waitFor();
    expect(await page.locator("main").innerText()).toContain("Not in the organisation yet");
    await page.getByRole("link", { name: "Profiles" }).click();
    await page.getByRole("heading", { level: 2, name: "Support" }).waitFor();
    expect(await page.getByRole("link", { name: "Profiles" }).getAttribute("aria-current")).toBe("page");
    await page.goBack();
    await page.getByRole("heading", { level: 1, name: "Refunds" }).waitFor();
    await page.evaluate("location.hash = '#/skill/nothing'");
    await page.getByRole("heading", { level: 1, name: "Not found" }).waitFor();
    expect(trouble).toEqual([]);
  });

  test("the keyboard alone is enough", async () => {
    const { page, trouble } = await openSmall();
    await page.getByRole("table").waitFor();
    const focused = () => page.evaluate("document.activeElement.textContent || document.activeElement.id");
    const passed: unknown[] = [];
    for (let step = 0; step < 7; step++) {
      await page.keyboard.press("Tab");
      passed.push(await focused());
    }
    expect(passed).toEqual([
      "Skip to the content",
      "Skills",
      "Coverage",
      "Profiles",
      "Next 60 days",
      "Report as CSV",
      "q",
    ]);
    await page.keyboard.type("i");
    await page.locator(".results").waitFor();
    await page.keyboard.press("ArrowDown");
    const first = await focused();
    await page.keyboard.press("ArrowDown");
    expect(await focused()).not.toBe(first);
    await page.keyboard.press("ArrowUp");
    expect(await focused()).toBe(first);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Holders, and why they hold it" }).waitFor();
    await page.keyboard.press("Tab");
    expect(await focused()).toContain("Ann Lee");
    await page.keyboard.press("Shift+Tab");
    expect(await focused()).toBe("Back to the search");
    await page.keyboard.press("Enter");
    await page.locator(".results").waitFor();
    expect(trouble).toEqual([]);
  });

  test("a screen reader finds the parts of the page", async () => {
    const { page } = await openSmall();
    await page.getByRole("table", { name: /^Skills by number of holders/ }).waitFor();
    for (const role of ["banner", "main", "navigation", "search", "contentinfo"] as const) {
      expect(await page.getByRole(role).count(), role).toBe(1);
    }
    expect(await heading(page).count()).toBe(1);
    expect(await page.getByRole("rowheader", { name: "Complaints" }).count()).toBe(1);
    expect(await page.getByRole("cell", { name: "1 at 5" }).count()).toBe(1);
    expect(await page.locator("html").getAttribute("lang")).toBe("en");
  });

  test.each([false, true])("everything can be read where dark is %j", async (dark) => {
    const { page, trouble } = await openSmall("/", { dark });
    const views = {
      ...{ "#/": "Coverage", "#/search/i": /skills match/, "#/search/zzzz": /No skill matches/ },
      ...{ "#/skill/billing": "Billing", "#/profiles": "Profiles" },
    };
    for (const [hash, name] of Object.entries(views)) {
      await page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
      await page.locator("main:not([aria-busy])").getByRole("heading", { level: 1, name }).waitFor();
      expect(await page.evaluate(LOW_CONTRAST), hash).toEqual([]);
      expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), hash).toBe(true);
    }
    const background = await page.evaluate("getComputedStyle(document.body).backgroundColor");
    expect(background).toBe(dark ? "rgb(20, 23, 27)" : "rgb(247, 247, 245)");
    expect(trouble).toEqual([]);
  });

  describe("with days in the YAML", () => {
    /** Billing is left with nobody on 7 January; many begin on 1 December. */
    const yaml = (hostile = "Billing"): string => `
skills:
  - name: ${JSON.stringify(hostile)}
    assign_to_users:
      - { user: ann@example.com, proficiency: 4, until: 2027-01-06 }
      - { user: bob@example.com, proficiency: 2, until: 2026-12-10 }
      - { user: later@example.com, proficiency: 3, from: 2026-12-11, until: 2026-12-20 }
  - { name: Season, assign_to_users: [${Array.from({ length: 20 }, (_, at) => `{ user: agent${at}@example.com, from: 2026-12-01 }`).join()}] }
`;
    const person = (email: string, name: string) => ({ name, email: `${email}@example.com`, skills: {} });
    const seed = (ann = "Ann Lee"): Seed => ({
      skills: [{ name: "Billing" }],
      users: [person("ann", ann), person("bob", "Bob Ray"), person("later", "Later Day")],
    });
    const histories = (skill: string, user: string | null): ServingOptions => ({
      readHistory: (ref) =>
        Promise.resolve({
          ...{ version: 1, target: "default", name: ref, subjects: [] },
          events: [
            {
              ...{ day: "2026-10-03", at: "2026-10-03T08:00:00.000Z", user: { id: "u", email: user } },
              ...{ skill: { id: "s", name: skill }, field: "assignment", from: 4, to: null, written: true },
              ...{ cause: "edit", commit: "c".repeat(40), revision: "a".repeat(40), author: skill },
              pullRequests: [12],
            },
          ],
        }),
    });

    test.each([
      [1280, false],
      [1280, true],
      [380, false],
      [380, true],
    ])("the timeline can be read at %i pixels where dark is %j", async (width, dark) => {
      const snapshot = await snapshotOf(seed(), yaml());
      const { url } = await serve(() => Promise.resolve(snapshot), histories("Billing", "ann@example.com"));
      const colorScheme = dark ? "dark" : "light";
      const { page, trouble } = await openPage(browser, url, {
        colorScheme,
        viewport: { width, height: 800 },
      });
      for (const at of ["#/days", "#/skill/billing", "#/person/ann%40example.com"]) {
        await page.goto("about:blank");
        await page.goto(`${url}/${at}`);
        await page.locator(".timeline .uncovered").waitFor();
        if (at !== "#/days") await page.locator(".history").waitFor();
        expect(await page.evaluate(LOW_CONTRAST), at).toEqual([]);
        expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), at).toBe(true);
      }
      expect(trouble).toEqual([]);
    });

    test("says who gains and loses what, and whom a skill is left to, in words", async () => {
      const snapshot = await snapshotOf(seed(), yaml());
      const { url } = await serve(() => Promise.resolve(snapshot));
      const { page, trouble } = await openPage(browser, url);
      await page.goto(`${url}/#/days`);
      const day = (title: string) =>
        page.locator(".timeline > li").filter({ has: page.getByText(title, { exact: true }) });
      await day("7 January 2027").waitFor();
      const text = await day("11 December 2026").innerText();
      expect(text).toMatch(/Bob Ray loses Billing/u);
      expect(text).toMatch(/Later Day gains Billing at 3/u);
      expect(await day("7 January 2027").innerText()).toContain("Nobody will be left with Billing");
      expect(await day("1 December 2026").locator(".lines li").count()).toBe(8);
      await day("1 December 2026").getByRole("button", { name: "Show more (12 left)" }).click();
      expect(await day("1 December 2026").locator(".lines li").count()).toBe(20);
      await day("7 January 2027").getByRole("link", { name: "Ann Lee" }).click();
      await page.getByRole("heading", { level: 1, name: "Ann Lee" }).waitFor();
      expect(await page.locator(".timeline > li").count()).toBe(1);
      expect(await page.getByRole("heading", { name: "History" }).count()).toBe(0);
      expect(trouble).toEqual([]);
    });

    test("a history stands with the skill and with the person", async () => {
      const snapshot = await snapshotOf(seed(), yaml());
      const { url } = await serve(() => Promise.resolve(snapshot), histories("Billing", "ann@example.com"));
      const { page, trouble } = await openPage(browser, url);
      await page.goto(`${url}/#/skill/billing`);
      await page.locator(".history").waitFor();
      expect(await page.locator(".history").innerText()).toContain("ann@example.com lost, had 4");
      await page.evaluate("location.hash = '#/person/ann%40example.com'");
      await page.getByRole("heading", { level: 1, name: "Ann Lee" }).waitFor();
      await page.locator(".history").waitFor();
      expect(await page.locator(".history").innerText()).toMatch(
        /2026-10-03\s+Billing lost, had 4 \(edit of the YAML\)\s+by Billing, pull request #12, commit aaaaaaa/u,
      );
      expect(trouble).toEqual([]);
    });

    // A file refuses a change of direction in a name.
    test.each(HOSTILE.filter((name) => !name.includes("\u202e")))(
      "a hostile name stays text in timeline and history: %j",
      async (name) => {
        const snapshot = await snapshotOf(seed(name), yaml(name));
        const { url } = await serve(() => Promise.resolve(snapshot), histories(name, name));
        const { page, trouble } = await openPage(browser, url);
        await page.goto(`${url}/#/days`);
        await page.locator(".timeline .uncovered").waitFor();
        const shown = printable(name);
        expect(await page.locator(".timeline bdi", { hasText: shown }).count()).toBeGreaterThan(0);
        await page.goto(`${url}/#/person/ann%40example.com`);
        await page.locator(".history").waitFor();
        expect(await page.locator("main img, main script, main b").count()).toBe(0);
        const impact = impactOf(snapshot);
        const { dir } = await makeRepository({});
        const file = join(dir, "report.html");
        await writeFile(file, reportPage(impact));
        await page.goto(pathToFileURL(file).href);
        await page.locator(".timeline .uncovered").waitFor();
        expect(await page.locator("main img, main script, main b").count()).toBe(0);
        expect(trouble.filter((line) => !line.startsWith("request: file:"))).toEqual([]);
      },
    );
  });

  test("hostile names stay text", async () => {
    const snapshot = await snapshotOf(HOSTILE_SEED, "skills: []\n");
    const { url } = await serve(() => Promise.resolve(snapshot));
    const { page, trouble } = await openPage(browser, url);
    await page.goto(url);
    await page.getByRole("table").waitFor();
    const elements = () => page.locator("main img, main script, main b, header img, header b").count();
    const names = await page.getByRole("rowheader").getByRole("link").allTextContents();
    expect(names.sort()).toEqual(SHOWN.toSorted());
    await page.locator("#where bdi").first().waitFor();
    expect(await page.locator("#where bdi").first().textContent()).toBe(HOSTILE_SEED.organization?.name);
    expect(await elements()).toBe(0);
    for (const name of HOSTILE) {
      await page.getByRole("searchbox").fill(name);
      const shown = printable(name);
      const link = page.locator(".results a").filter({ has: page.getByText(shown, { exact: true }) });
      await link.first().waitFor();
      expect(await elements()).toBe(0);
      await link.first().click();
      await page.getByRole("heading", { name: "Holders, and why they hold it" }).waitFor();
      expect(await heading(page).locator("bdi").textContent()).toBe(shown);
      expect(await page.locator("tbody th bdi:first-child").allTextContents()).toEqual(
        expect.arrayContaining(SHOWN),
      );
      expect(await elements()).toBe(0);
    }
    expect(trouble).toEqual([]);
  });

  test("a long list goes on at a button, which leaves the focus at what is new", async () => {
    const skills = Array.from({ length: 120 }, (_, number) => ({
      name: `Skill ${String(number).padStart(3, "0")}`,
    }));
    const snapshot = await snapshotOf({ skills }, "skills: []\n");
    const { url } = await serve(() => Promise.resolve(snapshot));
    const { page, trouble } = await openPage(browser, url);
    await page.goto(url);
    await page.getByRole("button", { name: "Show more (70 left)" }).click();
    await page.getByRole("button", { name: "Show more (20 left)" }).waitFor();
    expect(await page.evaluate("document.activeElement.textContent")).toBe("Skill 050");
    await page.getByRole("button").click();
    await page.getByRole("rowheader").nth(119).waitFor();
    expect(await page.getByRole("button").count()).toBe(0);
    expect(trouble).toEqual([]);
  });

  test("an unreadable organisation is reported, at the start and later", async () => {
    const down = new Failure({ code: "UNREACHABLE", message: "There is no server at api.example." });
    const never = await serve(() => Promise.reject(down));
    const { page, trouble } = await openPage(browser, never.url);
    await page.goto(never.url);
    await page.getByRole("heading", { level: 1, name: "Nothing to show yet" }).waitFor();
    expect(await page.getByRole("alert").innerText()).toContain("There is no server at api.example.");
    await page.getByText("Not read yet").waitFor();
    expect(trouble).toEqual([]);

    const snapshot = await snapshotOf();
    let failed: () => void = () => undefined;
    const failure = new Promise<void>((resolve) => {
      failed = resolve;
    });
    let reads = 0;
    const later = await serve(() => (++reads === 1 ? Promise.resolve(snapshot) : Promise.reject(down)), {
      refreshSeconds: 0.001,
      now: () => snapshot.readAt.getTime() + 600_000,
      onFailure: () => {
        failed();
      },
    });
    await failure;
    const { page: stale } = await openPage(browser, later.url);
    await stale.goto(later.url);
    await stale.getByText("This page shows data from 10 minutes ago.").waitFor();
    await stale.getByText("Read from Genesys 10 minutes ago", { exact: true }).waitFor();
    await stale.getByRole("rowheader", { name: "Complaints" }).waitFor();
  });

  test("a server with a token asks for it, once", async () => {
    const token = "0123456789abcdef0123456789abcdef";
    const { page, trouble } = await openSmall("/#/skill/billing", { token });
    await page.getByLabel("Token").fill("wrong-wrong-wrong-wrong");
    await page.keyboard.press("Enter");
    await page.getByText("That token is wrong.").waitFor();
    await page.getByLabel("Token").fill(token);
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByRole("heading", { level: 1, name: /^Billing/ }).waitFor();
    await page.reload();
    await page.getByRole("heading", { level: 1, name: /^Billing/ }).waitFor();
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name: "Report as CSV" }).click();
    expect((await download).suggestedFilename()).toBe("skill_impact_report.csv");
    expect(trouble.filter((one) => !one.startsWith("request: blob:"))).toEqual([]);
  });

  /** The impact of a plan as a file on disk. */
  async function openReport(options: BrowserContextOptions = {}, given?: Impact) {
    const snapshot = await snapshotOf();
    const { folder } = await makeRepository();
    const file = join(folder, "impact.html");
    await writeFile(file, reportPage(given ?? impactOf(snapshot), snapshot.readAt));
    const address = pathToFileURL(file).href;
    const watched = await openPage(browser, address, options);
    await watched.page.goto(address);
    const names = () => watched.page.locator("table.skills tbody summary bdi").allTextContents();
    return { ...watched, names };
  }

  test("the impact report opens from disk, sends no request, sorts and filters", async () => {
    const { page, trouble, names } = await openReport();
    const sorted = [...(await names())].sort();
    const skill = page.getByRole("button", { name: /^Skill/ });
    await skill.click();
    expect(await names()).toEqual(sorted);
    await skill.click();
    expect(await names()).toEqual([...sorted].reverse());
    expect(await page.getByRole("columnheader", { name: /^Skill/ }).getAttribute("aria-sort")).toBe(
      "descending",
    );
    expect(await page.locator("th[aria-sort]").count()).toBe(1);
    expect(await page.getByRole("columnheader").allTextContents()).toEqual([
      "Skill",
      "Profiles",
      "Now",
      "After",
      "Gain it",
      "Lose it",
      "Change",
      "Coverage",
    ]);
    await page.getByLabel("Find").fill("refun");
    expect(await names()).toEqual(["Refunds"]);
    expect(trouble).toEqual([]);
  });

  test("the impact of a plan begins with the changes, and says if nothing matches", async () => {
    const { page, names } = await openReport();
    expect((await names()).sort()).toEqual(["Billing", "Night Shift", "Refunds"]);
    await page.getByLabel("Show").selectOption({ label: "all skills (5)" });
    expect(await names()).toHaveLength(5);
    expect(await page.getByText("No skill matches.").count()).toBe(0);
    await page.getByLabel("Find").fill("nothing is called so");
    await page.getByText("No skill matches.").waitFor();
    expect(await page.locator("#shown").textContent()).toBe("0 of 5 skills");
  });

  test("the impact report says when it was made, whom it names, and who holds what", async () => {
    const { page, trouble } = await openReport({}, await impactNamed("Plain name"));
    expect(await page.locator("header time").textContent()).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d UTC$/);
    expect(await page.locator("footer").textContent()).toContain("It names 1 person:");
    await page.getByText("Plain", { exact: true }).first().click();
    await page.getByText("Gain it", { exact: true }).last().waitFor();
    expect(await page.locator("details[open] .people").first().textContent()).toBe("Plain name (1)");
    expect(await page.locator(".graph .node").count()).toBe(3);
    expect(await page.title()).toContain("Plain name");
    expect(trouble).toEqual([]);
  });

  test.each(REPORT_NAMES)("in the impact report a hostile name stays text: %j", async (name) => {
    const { page, trouble } = await openReport({}, await impactNamed(name));
    await page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true");
    expect(await page.locator("main img, main script, main b, main a").count()).toBe(0);
    expect(await page.locator("header bdi").first().textContent()).toBe(printable(name, 500));
    expect(trouble).toEqual([]);
  });

  test("printed, the impact report shows every row, and opens what changes", async () => {
    const skills = Array.from({ length: 130 }, (_, number) => ({ name: `Skill ${number}` }));
    const yaml = JSON.stringify({ skills: [{ name: "Skill 0", assign_to_users: ["ann@example.com"] }] });
    const users = [{ name: "Ann", email: "ann@example.com" }];
    const { page, names } = await openReport({}, impactOf(await snapshotOf({ skills, users }, yaml)));
    await page.getByLabel("Show").selectOption({ label: "all skills (130)" });
    expect(await names()).toHaveLength(100);
    await page.evaluate("dispatchEvent(new Event('beforeprint'))");
    expect(await names()).toHaveLength(130);
    expect(await page.locator(".bare li").count()).toBe(129);
    expect(await page.locator("details[open]").count()).toBe(1);
    await page.evaluate("dispatchEvent(new Event('afterprint'))");
    expect(await page.locator("details[open]").count()).toBe(0);
  });

  test("an unreadable graph is not drawn, and the report says so", async () => {
    const skills = Array.from({ length: 61 }, (_, number) => ({ name: `Skill ${number}` }));
    const profiles = [{ name: "All", skills: skills.map(({ name }) => name) }];
    const yaml = JSON.stringify({ skills, profiles });
    const planned = await snapshotOf({ skills }, yaml);
    const { page } = await openReport({}, impactOf(planned, { withPlan: false }));
    await page.getByText("No graph: 1 profile and 61 skills would be too many to read.").waitFor();
    expect(await page.locator(".graph").count()).toBe(0);
  });

  test("the impact report works without skills", async () => {
    const planned = await snapshotOf({ skills: [] }, "skills: []\n");
    const { page, trouble } = await openReport({}, impactOf(planned, { withPlan: false }));
    await page.getByText("There are no skills.").waitFor();
    expect(trouble).toEqual([]);
  });

  test.each([
    { colorScheme: "light", width: 1200 },
    { colorScheme: "dark", width: 390 },
  ] as const)("the impact report can be read: %j", async ({ colorScheme, width }) => {
    const { page, trouble } = await openReport({ colorScheme, viewport: { width, height: 800 } });
    await page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true");
    await page.locator("details dl div").first().waitFor();
    expect(await page.evaluate(LOW_CONTRAST)).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
    expect(trouble).toEqual([]);
  });

  // ── Names that are long, or pile up accents, and many holders ──────────────────────────────────────

  const PILED = `Z${"\u0301\u0316".repeat(40)}`;
  const LONG = "Longest".repeat(30);

  /** Elements that reach out of the box that they stand in, as `class: text`. */
  const OUTSIDE = String.raw`[...document.querySelectorAll(".node bdi, .chips bdi, th bdi, td bdi, .badge, .results bdi, .card h2 bdi")].filter((one) => {
    const [own, box] = [one.getBoundingClientRect(), (one.parentElement.closest("th, td, li, div, section") ?? document.body).getBoundingClientRect()];
    return own.left < box.left - 1 || own.right > box.right + 1 || own.bottom > box.bottom + 1;
  }).map((one) => one.className + ": " + one.textContent.slice(0, 40))`;

  test.each([390, 1200])("at %d pixels long names and piled accents stay in their boxes", async (width) => {
    const seed: Seed = {
      skills: [{ name: PILED }, { name: LONG }, { name: "Plain" }],
      users: [{ name: LONG, email: `${"long".repeat(14)}@example.com`, skills: { [PILED]: 2, [LONG]: 3 } }],
    };
    const yaml = JSON.stringify({
      skills: [{ name: PILED }, { name: LONG }, { name: "New" }],
      profiles: [{ name: LONG.slice(0, 100), skills: [PILED, LONG, "New"] }],
    });
    const snapshot = await snapshotOf(seed, yaml);
    const { url } = await serve(() => Promise.resolve(snapshot));
    const { page } = await openPage(browser, url, { viewport: { width, height: 800 } });
    const report = await openReport({ viewport: { width, height: 800 } }, impactOf(snapshot));
    for (const hash of ["#/", "#/profiles", "#/search/l", `#/skill/${encodeURIComponent(LONG)}`]) {
      await page.goto(url + "/" + hash);
      await page.locator("main:not([aria-busy]) h1").waitFor();
      expect(await page.evaluate(OUTSIDE), hash).toEqual([]);
      expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), hash).toBe(true);
    }
    expect(await report.page.evaluate(OUTSIDE)).toEqual([]);
    const rows =
      "[...document.querySelectorAll('tbody tr')].map((row) => row.getBoundingClientRect().height)";
    const heights = await report.page.evaluate<number[]>(rows);
    expect(Math.min(...heights)).toBeGreaterThan(25);
    const badges = "[...document.querySelectorAll('.badge')].map((one) => one.getClientRects().length)";
    expect(new Set(await report.page.evaluate<number[]>(badges))).toEqual(new Set([1]));
  });

  test("on a phone a table that is too wide says that it scrolls", async () => {
    const { page, url } = await openSmall("/#/skill/billing");
    await page.getByRole("heading", { level: 1, name: /^Billing/ }).waitFor();
    await page.setViewportSize({ width: 1200, height: 800 });
    await eventually(() => page.locator(".hint").isVisible()).toBe(false);
    await page.setViewportSize({ width: 390, height: 800 });
    await page.locator(".hint").waitFor();
    const why = page.getByRole("columnheader", { name: "Why" });
    expect((await why.boundingBox())?.width).toBeGreaterThan(200);
    await page.goto(`${url}/#/`);
    await page.getByRole("columnheader", { name: "By proficiency" }).waitFor();
    await page.locator(".hint").waitFor();
  });

  test("250 holders come in pages", async () => {
    const users = Array.from({ length: 250 }, (_, number) => ({
      ...{ name: `User ${number}`, email: `user${number}@example.com` },
      skills: { Billing: 1 },
    }));
    const snapshot = await snapshotOf({ skills: [{ name: "Billing" }], users }, "skills: []\n");
    const { url } = await serve(() => Promise.resolve(snapshot));
    const { page, trouble } = await openPage(browser, url);
    await page.goto(`${url}/#/skill/billing`);
    await page.getByRole("button", { name: "Show more (200 left)" }).click();
    await page.getByRole("button", { name: "Show more (150 left)" }).waitFor();
    expect(await page.locator("tbody tr").count()).toBe(100);
    expect(trouble).toEqual([]);
  });
});
