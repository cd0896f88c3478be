/** How every page of ours begins: colours for light and dark screens, letters, and where the focus is. */

/**
 * `ink`, `soft`, `accent`, `good`, `warn` and `bad` can be read (WCAG AA) on `page`, `card`, `hover` and their own
 * `back`; `edge` and `rim`, the outlines of fields and of pale bars, stand out from `page` and `card`. Paper is light.
 */
export const PAGE_BASE = `
:root {
  color-scheme: light dark;
  --page: #f7f7f5; --card: #ffffff; --ink: #1d2129; --soft: #5a6270; --line: #e1e3e6; --edge: #848c97; --hover: #f2f4f6;
  --accent: #0b6b74; --good: #177432; --warn: #8a5a00; --bad: #b3261e; --off: #dfe2e5;
  --warn-back: #fdf3d8; --bad-back: #fce9e7; --good-back: #e4f4e8; --accent-back: #e2f1f2;
  --p0: #d5e9ea; --p1: #a9d3d6; --p2: #74b8bd; --p3: #3f9aa1; --p4: #167a82; --p5: #07525a; --rim: #3f9aa1;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --page: #14171b; --card: #1c2026; --ink: #e6e8eb; --soft: #9aa3af; --line: #30363e; --edge: #6b7480; --hover: #232931;
    --accent: #62c6cf; --good: #6fd08a; --warn: #e6b450; --bad: #ff9089; --off: #39414a;
    --warn-back: #332a14; --bad-back: #3a1e1c; --good-back: #173022; --accent-back: #14333a;
    --p0: #1f474b; --p1: #24656b; --p2: #2b868e; --p3: #3fa7b0; --p4: #69c6ce; --p5: #a9e6ea; --rim: #2b868e;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--page); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
  font-variant-numeric: tabular-nums;
}
a { color: var(--accent); }
bdi { overflow-wrap: anywhere; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
@media print {
  body { background: none; }
  h1, h2 { break-after: avoid; }
  tr { break-inside: avoid; } thead { display: table-header-group; break-inside: avoid; }
  * { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
}
`;
