/** The system's Chromium, where there is one. */
import { existsSync } from "node:fs";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { chromium } from "playwright-core";
import { expect, onTestFinished } from "vitest";

const EXECUTABLES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** The browser's file: CHROMIUM where it is set, else the system's. Null where there is none. */
export function findExecutable(env: NodeJS.ProcessEnv): string | null {
  const files = env["CHROMIUM"] === undefined ? EXECUTABLES : [env["CHROMIUM"]];
  return files.find((file) => existsSync(file)) ?? null;
}

/** Longer than the slowest machine takes for a step. A test that waits goes on at once when it need not. */
const PATIENCE_MS = 120_000;

/** For a whole test, in milliseconds. */
export const BROWSER_TIMEOUT = 2 * PATIENCE_MS;

/** `expect`, again and again until it holds. */
export function eventually<T>(read: () => T) {
  return expect.poll(read, { timeout: PATIENCE_MS, interval: 20 });
}

export function launch(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    timeout: PATIENCE_MS,
    // Root can't use the browser's own sandbox, and a container's /dev/shm is small.
    args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
  });
}

export interface Watched {
  readonly page: Page;
  /** Errors of the page, what its policy blocked, dialogs, and requests to any host but its own. */
  readonly trouble: readonly string[];
}

/** A page that is closed after the test; `home` is the one host that it may ask. */
export async function openPage(
  browser: Browser,
  home: string,
  options: BrowserContextOptions = {},
): Promise<Watched> {
  const context = await browser.newContext(options);
  onTestFinished(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const trouble: string[] = [];
  page.on("pageerror", (error) => trouble.push(`error: ${error.message}`));
  page.on("console", (message) => {
    // The browser itself says so of every answer that isn't 200.
    const isStatus = message.text().startsWith("Failed to load resource");
    if (message.type() === "error" && !isStatus) trouble.push(message.text());
  });
  page.on("dialog", (dialog) => {
    trouble.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(home) && !url.startsWith("data:")) trouble.push(`request: ${url}`);
  });
  return { page, trouble };
}

/**
 * Texts whose colour is too close to what is behind them for the WCAG's level AA, as `ratio text`. Runs in the page,
 * so it is text: the compiler knows no document here.
 */
export const LOW_CONTRAST = String.raw`(() => {
  const parse = (color) => (color.match(/[\d.]+/g) || []).map(Number);
  const light = (color) => {
    const [r, g, b] = color.map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const color = getComputedStyle(one).backgroundColor;
      if (parse(color).length === 3) return parse(color);
    }
    return [255, 255, 255];
  };
  const opacity = (element) => element ? Number(getComputedStyle(element).opacity) * opacity(element.parentElement) : 1;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const low = [];
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const text = walker.currentNode.textContent.trim();
    if (text === "" || ["SCRIPT", "STYLE", "NOSCRIPT", "title"].includes(element.tagName)) continue;
    const style = getComputedStyle(element);
    const back = behind(element);
    const share = opacity(element);
    const seen = parse(element.namespaceURI.endsWith("svg") ? style.fill : style.color)
      .slice(0, 3).map((part, at) => part * share + back[at] * (1 - share));
    const pair = [light(seen), light(back)].sort((a, b) => b - a);
    const ratio = (pair[0] + 0.05) / (pair[1] + 0.05);
    if (ratio < 4.5) low.push(ratio.toFixed(2) + " " + text);
  }
  return low;
})()`;
