/** The page at `/`: one document with its style and script in it, which holds no facts and asks the API for them. */
import { createHash } from "node:crypto";
import { PAGE_BODY } from "./page-body.ts";
import { SCRIPT_BASE } from "./page-script-base.ts";
import { SCRIPT_LISTS } from "./page-script-lists.ts";
import { SCRIPT_SKILL } from "./page-script-skill.ts";
import { SCRIPT_START } from "./page-script-start.ts";
import { PAGE_STYLE } from "./page-style.ts";

const SCRIPT = `"use strict";\n${SCRIPT_BASE}${SCRIPT_LISTS}${SCRIPT_SKILL}${SCRIPT_START}`;

/** A window with a rounded bar for each of three skills. */
const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Crect width='16' height='16' rx='4' fill='%230b6b74'/%3E%3Cpath d='M4 5h8M4 8h5M4 11h2' stroke='%23fff' stroke-width='1.6' stroke-linecap='round'/%3E%3C/svg%3E";

export const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<title>Skills</title>
<link rel="icon" href="${ICON}">
<style>${PAGE_STYLE}</style>
</head>
<body>
${PAGE_BODY}
<script>${SCRIPT}</script>
</body>
</html>
`;

/** A browser runs and loads nothing but this style and this script, whatever a name may smuggle in. */
const POLICY = [
  "default-src 'none'",
  `script-src '${hashOf(SCRIPT)}'`,
  `style-src '${hashOf(PAGE_STYLE)}'`,
  "connect-src 'self'",
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
];

export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  "Content-Type": "text/html; charset=utf-8",
  "Content-Security-Policy": POLICY.join("; "),
};

function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
