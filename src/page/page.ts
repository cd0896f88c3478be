/** The web page as one document with inline style and script: it uses the API, or shows the data inside it. */
import { createHash } from "node:crypto";
import type { Impact } from "../report/impact/facts.ts";
import { UNPRINTABLE } from "../text.ts";
import type { ReportData } from "./api.ts";
import { SCRIPT, STYLE } from "./bundle.js";

/** A browser runs and loads only this style and this script, whatever a name contains. */
const POLICY = [
  "default-src 'none'",
  `script-src '${hashOf(SCRIPT)}'`,
  `style-src '${hashOf(STYLE)}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
];

/** The headers of `servedPage`, which may also call its own server. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  "Content-Type": "text/html; charset=utf-8",
  "Content-Security-Policy": [
    ...POLICY,
    "connect-src 'self'",
    "img-src data:",
    "frame-ancestors 'none'",
  ].join("; "),
};

/** Three bars, one for each of three skills. */
const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Crect width='16' height='16' rx='4' fill='%230b6b74'/%3E%3Cpath d='M4 5h8M4 8h5M4 11h2' stroke='%23fff' stroke-width='1.6' stroke-linecap='round'/%3E%3C/svg%3E";

/** The page without data, which calls the API. */
export function servedPage(): string {
  return documentOf(
    `<link rel="icon" href="${ICON}">`,
    "This page needs JavaScript. The same facts are at /api/skills/search?q= and in the terminal with genesys-skills search.",
  );
}

/** The impact report as one file without network use. `readAt` is when the organisation was read. */
export function reportPage(impact: Impact, readAt?: Date): string {
  const data: ReportData = { impact, ...(readAt && { readAt: readAt.toISOString() }) };
  return documentOf(
    `<meta http-equiv="Content-Security-Policy" content="${POLICY.join("; ")}">`,
    "This report needs JavaScript. report --format text or csv has the same facts.",
    `<script type="application/json" id="data">${inlineJson(data)}</script>\n`,
  );
}

function documentOf(head: string, withoutScript: string, data = ""): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
${head}
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<title>Skills</title>
<style>${STYLE}</style>
</head>
<body>
<noscript><p class="caution">${withoutScript}</p></noscript>
${data}<script>${SCRIPT}</script>
</body>
</html>
`;
}

/** JSON in which names can't become markup, and without invisible characters. */
function inlineJson(value: unknown): string {
  const unsafe = new RegExp(`[<>&]|${UNPRINTABLE.source}`, "gu");
  return JSON.stringify(value).replace(
    unsafe,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
