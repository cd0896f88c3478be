import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Failure } from "../../src/problem.ts";
import { impactOf } from "../../src/report/impact/impact.ts";
import { renderImpact } from "../../src/report/impact/render.ts";
import type { Seed } from "../../src/sandbox/sandbox.ts";
import { printable } from "../../src/text.ts";
import { makeRepository } from "../support/repository.ts";
import { BROWSER_TIMEOUT, eventually, findExecutable, launch, LOW_CONTRAST, openPage } from "./browser.ts";
import type { ServingOptions } from "./serving.ts";
import { serve, snapshotOf } from "./serving.ts";

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

  test("only the answer to the last letters counts, however late an older one comes", async () => {
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
    await page.getByRole("heading", { level: 1, name: "Billing" }).waitFor();
    expect(await page.evaluate("document.activeElement === document.querySelector('h1')")).toBe(true);
    expect(await page.title()).toBe("Billing – Skills");
    const row = (name: string) => page.getByRole("row", { name });
    expect(await row("Ann Lee").innerText()).toMatch(
      /3\s+changes to 4\s+decides: named in person.*a\.yaml:6/,
    );
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
    for (let step = 0; step < 6; step++) {
      await page.keyboard.press("Tab");
      passed.push(await focused());
    }
    expect(passed).toEqual(["Skip to the content", "Skills", "Coverage", "Profiles", "Report as CSV", "q"]);
    await page.keyboard.type("i");
    await page.locator(".results").waitFor();
    await page.keyboard.press("ArrowDown");
    const first = await focused();
    await page.keyboard.press("ArrowDown");
    expect(await focused()).not.toBe(first);
    await page.keyboard.press("ArrowUp");
    expect(await focused()).toBe(first);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Who holds it, and why" }).waitFor();
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
      await page.getByRole("heading", { name: "Who holds it, and why" }).waitFor();
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

  test("an organisation that can't be read is said, at the start and later", async () => {
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
    await stale.getByText("This page shows what was read 10 minutes ago.").waitFor();
    await stale.getByText("Read from Genesys 10 minutes ago", { exact: true }).waitFor();
    await stale.getByRole("rowheader", { name: "Complaints" }).waitFor();
  });

  test("a server with a token asks for it, once", async () => {
    const token = "0123456789abcdef0123456789abcdef";
    const { page, trouble } = await openSmall("/#/skill/billing", { token });
    await page.getByLabel("Token").fill("wrong-wrong-wrong-wrong");
    await page.keyboard.press("Enter");
    await page.getByText("That token is not the one.").waitFor();
    await page.getByLabel("Token").fill(token);
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByRole("heading", { level: 1, name: "Billing" }).waitFor();
    await page.reload();
    await page.getByRole("heading", { level: 1, name: "Billing" }).waitFor();
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name: "Report as CSV" }).click();
    expect((await download).suggestedFilename()).toBe("skill_impact_report.csv");
    expect(trouble.filter((one) => !one.startsWith("request: blob:"))).toEqual([]);
  });

  /** The impact of a plan as a file on disk. */
  async function openReport(options: BrowserContextOptions = {}) {
    const snapshot = await snapshotOf();
    const { folder } = await makeRepository();
    const file = join(folder, "impact.html");
    await writeFile(file, renderImpact(impactOf(snapshot), "html", { at: snapshot.readAt }));
    const address = pathToFileURL(file).href;
    const watched = await openPage(browser, address, options);
    await watched.page.goto(address);
    const names = () => watched.page.locator("#skills tbody tr:not([hidden]) .name").allTextContents();
    return { ...watched, names };
  }

  test("the impact report opens from disk, asks nobody for anything, sorts and filters", async () => {
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
    await page.getByLabel("Find").fill("refun");
    expect(await names()).toEqual(["Refunds"]);
    expect(trouble).toEqual([]);
  });

  test("the impact of a plan begins with what changes, and says where nothing matches", async () => {
    const { page, names } = await openReport();
    expect((await names()).sort()).toEqual(["Billing", "Night Shift", "Refunds"]);
    await page.getByLabel("Show").selectOption({ label: "all skills (5)" });
    expect(await names()).toHaveLength(5);
    expect(await page.locator("#nothing").isVisible()).toBe(false);
    await page.getByLabel("Find").fill("nothing is called so");
    expect(await page.locator("#nothing").isVisible()).toBe(true);
    expect(await page.locator("#shown").textContent()).toBe("0 of 5 skills");
  });

  test.each([
    { colorScheme: "light", width: 1200 },
    { colorScheme: "dark", width: 390 },
  ] as const)("the impact report can be read: %j", async ({ colorScheme, width }) => {
    const { page, trouble } = await openReport({ colorScheme, viewport: { width, height: 800 } });
    await page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true");
    expect(await page.evaluate(LOW_CONTRAST)).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
    expect(trouble).toEqual([]);
  });
});
