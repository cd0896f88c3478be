/** How the HTML report looks: on a light and a dark screen, and on paper. */

export const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --page: #f7f7f5; --card: #ffffff; --ink: #1d2129; --soft: #5a6270; --line: #e1e3e6; --hover: #f2f4f6;
  --accent: #0b6b74; --good: #1a7f37; --warn: #8a5a00; --bad: #b3261e;
  --warn-back: #fdf3d8; --bad-back: #fce9e7; --good-back: #e4f4e8; --accent-back: #e2f1f2;
  --p0: #d5e9ea; --p1: #a9d3d6; --p2: #74b8bd; --p3: #3f9aa1; --p4: #167a82; --p5: #07525a; --ghost: #b3261e;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --page: #14171b; --card: #1c2026; --ink: #e6e8eb; --soft: #9aa3af; --line: #30363e; --hover: #232931;
    --accent: #62c6cf; --good: #6fd08a; --warn: #e6b450; --bad: #ff9089;
    --warn-back: #332a14; --bad-back: #3a1e1c; --good-back: #173022; --accent-back: #14333a;
    --p0: #1f474b; --p1: #24656b; --p2: #2b868e; --p3: #3fa7b0; --p4: #69c6ce; --p5: #a9e6ea; --ghost: #ff9089;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--page); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
  font-variant-numeric: tabular-nums;
}
main { max-width: 72rem; margin: 0 auto; padding: 2.5rem 1.5rem 4rem; }
header p { margin: 0; color: var(--soft); }
h1 { margin: 0 0 .25rem; font-size: 1.75rem; line-height: 1.2; letter-spacing: -.015em; text-wrap: balance; }
h2 { margin: 2.75rem 0 .75rem; font-size: 1.15rem; letter-spacing: -.005em; }
a { color: var(--accent); }
bdi { overflow-wrap: anywhere; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
.caution { margin: 1rem 0 0; padding: .6rem .9rem; border-left: 3px solid var(--warn); background: var(--warn-back); border-radius: 0 6px 6px 0; }
.totals { display: grid; grid-template-columns: repeat(auto-fit, minmax(7.5rem, 1fr)); gap: .75rem; margin: 1.75rem 0 0; }
.totals div { padding: .8rem 1rem .75rem; background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
.totals dt { font-size: .8rem; color: var(--soft); }
.totals dd { margin: 0; font-size: 1.5rem; line-height: 1.3; font-weight: 600; letter-spacing: -.01em; }
.totals dd small { display: block; font-size: .8rem; font-weight: 400; color: var(--soft); letter-spacing: 0; white-space: nowrap; }
.totals .bad dd { color: var(--bad); } .totals .warn dd { color: var(--warn); } .totals .good dd { color: var(--good); }
.chips { display: flex; flex-wrap: wrap; gap: .4rem; margin: 0; padding: 0; list-style: none; }
.chips li { padding: .15rem .65rem; background: var(--bad-back); color: var(--bad); border-radius: 99px; font-size: .875rem; }
.chips .more { background: none; color: var(--soft); padding-left: .2rem; }
.tools { display: flex; flex-wrap: wrap; gap: .75rem 1rem; align-items: center; margin: 0 0 .75rem; }
.tools[hidden] { display: none; }
.tools label { display: flex; gap: .5rem; align-items: center; color: var(--soft); font-size: .875rem; }
.tools input, .tools select {
  font: inherit; color: var(--ink); background: var(--card); border: 1px solid var(--line); border-radius: 6px; padding: .35rem .6rem;
}
.tools input { width: 17rem; max-width: 60vw; }
.tools output { color: var(--soft); font-size: .875rem; margin-left: auto; }
.key { display: flex; flex-wrap: wrap; gap: .25rem .9rem; margin: 0 0 .75rem; padding: 0; list-style: none; color: var(--soft); font-size: .8rem; }
.key svg { width: 10px; height: 10px; margin-right: .3rem; }
.scroll { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
table { width: 100%; border-collapse: collapse; }
th { text-align: left; font-weight: 600; font-size: .8rem; color: var(--soft); white-space: nowrap; border-bottom: 1px solid var(--line); padding: 0; }
th button, th > span { display: block; width: 100%; padding: .6rem .75rem; font: inherit; color: inherit; text-align: inherit; background: none; border: 0; }
th button { cursor: pointer; } th button:hover { color: var(--ink); }
th button::after { content: "↕"; opacity: .35; margin-left: .3rem; }
th[aria-sort] { color: var(--ink); }
th[aria-sort="ascending"] button::after { content: "↑"; opacity: 1; } th[aria-sort="descending"] button::after { content: "↓"; opacity: 1; }
td { padding: .45rem .75rem; border-bottom: 1px solid var(--line); vertical-align: top; }
tbody tr:last-child td { border-bottom: 0; } tbody tr:hover { background: var(--hover); }
tr[hidden] { display: none; }
.n { text-align: right; white-space: nowrap; }
td.n.zero { color: var(--soft); opacity: .55; } td.gain { color: var(--good); } td.lose { color: var(--bad); }
td.none { color: var(--bad); font-weight: 600; } td.thin { color: var(--warn); font-weight: 600; }
tr.gone .name { text-decoration: line-through; color: var(--soft); }
.bar { width: 12rem; } .bar svg { display: block; width: 11rem; height: .7rem; margin-top: .35rem; }
summary { cursor: pointer; } summary::marker { color: var(--soft); font-size: .8em; }
.name { font-weight: 500; }
.badge { display: inline-block; margin-left: .45rem; padding: 0 .45rem; border-radius: 99px; font-size: .75rem; line-height: 1.35rem; background: var(--accent-back); color: var(--accent); }
.badge.created { background: var(--good-back); color: var(--good); } .badge.deleted { background: var(--bad-back); color: var(--bad); }
.badge.plain { background: none; color: var(--soft); padding: 0; }
td:first-child { min-width: 13rem; }
/* Wider than its cell: the cells beside it are empty below their first line. */
details dl { --wide: min(58rem, 100vw - 7rem); width: var(--wide); display: grid; grid-template-columns: max-content 1fr; gap: .2rem .9rem; margin: .5rem calc(-1 * var(--wide)) .6rem 1.1rem; font-size: .85rem; }
details dt { color: var(--soft); } details dd { margin: 0; min-width: 0; }
.p0 { fill: var(--p0); } .p1 { fill: var(--p1); } .p2 { fill: var(--p2); } .p3 { fill: var(--p3); } .p4 { fill: var(--p4); } .p5 { fill: var(--p5); }
.ghost { fill: none; stroke: var(--ghost); stroke-dasharray: 2 2; }
figure { margin: 0; } figcaption { color: var(--soft); font-size: .85rem; margin-bottom: .6rem; }
.graph { display: block; width: 100%; min-width: 46rem; height: auto; padding: 1rem; font-size: 13px; }
.graph text { fill: var(--ink); } .graph .head, .graph .sub { fill: var(--soft); font-size: 11.5px; }
.graph rect.node { fill: var(--card); stroke: var(--line); } .graph rect.profile { fill: var(--accent-back); stroke: none; }
.graph rect.created { stroke: var(--good); stroke-dasharray: 4 3; } .graph rect.deleted { stroke: var(--bad); stroke-dasharray: 4 3; } .graph rect.none { stroke: var(--bad); }
.graph text.none { fill: var(--bad); font-weight: 600; } .graph text.thin { fill: var(--warn); }
.graph text.deleted { text-decoration: line-through; fill: var(--soft); }
.graph path { fill: none; stroke: var(--soft); stroke-opacity: .38; stroke-width: 1.25; }
.graph path.extends { stroke: var(--accent); stroke-opacity: .8; } .graph path.gains { stroke: var(--good); stroke-opacity: 1; stroke-width: 2; }
.graph path.loses { stroke: var(--bad); stroke-opacity: 1; stroke-dasharray: 4 3; } .graph .tip { fill: var(--accent); }
footer { margin-top: 2.5rem; color: var(--soft); font-size: .85rem; }
@media print {
  @page { margin: 14mm; }
  body { background: none; font-size: 10pt; } main { max-width: none; padding: 0; }
  .tools, th button::after { display: none; }
  .scroll { overflow: visible; border: 0; } tr, .totals div, figure { break-inside: avoid; } thead { display: table-header-group; break-inside: avoid; }
  th button, th > span, td { padding: .25rem .4rem; } .totals { gap: .4rem; }
  .bar, .bar svg { width: 8rem; } .graph { min-width: 0; padding: 0; }
  * { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
}
`;
