/** How the HTML report looks: on wide and narrow screens, and on paper. */
import { PAGE_BASE } from "../page-base.ts";

export const PAGE_STYLE = `${PAGE_BASE}
main { max-width: 72rem; margin: 0 auto; padding: 2.5rem 1.5rem 4rem; }
header p { margin: 0; color: var(--soft); }
h1 { margin: 0 0 .25rem; font-size: 1.75rem; line-height: 1.2; letter-spacing: -.015em; text-wrap: balance; }
h2 { margin: 2.75rem 0 .75rem; font-size: 1.15rem; letter-spacing: -.005em; }
.caution { margin: 1rem 0 0; padding: .6rem .9rem; border-left: 3px solid var(--warn); background: var(--warn-back); border-radius: 0 6px 6px 0; }
.totals { display: grid; grid-template-columns: repeat(auto-fit, minmax(7.5rem, 1fr)); gap: .75rem; margin: 1.75rem 0 0; }
.totals div { padding: .8rem 1rem .75rem; background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
.totals dt { font-size: .8rem; color: var(--soft); }
.totals dd { margin: 0; font-size: 1.5rem; line-height: 1.3; font-weight: 600; letter-spacing: -.01em; }
.totals dd small { display: block; font-size: .8rem; font-weight: 400; color: var(--soft); letter-spacing: 0; white-space: nowrap; }
.totals .bad dd { color: var(--bad); } .totals .warn dd { color: var(--warn); } .totals .good dd { color: var(--good); }
.chips { display: flex; flex-wrap: wrap; gap: .4rem; margin: 0; padding: 0; list-style: none; }
.chips li { padding: .15rem .65rem; background: var(--bad-back); color: var(--bad); border-radius: 99px; font-size: .875rem; }
.chips small { font-size: .8rem; } .chips .more { background: none; color: var(--soft); padding-left: .2rem; }
.tools { display: flex; flex-wrap: wrap; gap: .75rem 1rem; align-items: center; margin: 0 0 .75rem; }
.tools[hidden] { display: none; }
.tools label { display: flex; gap: .5rem; align-items: center; color: var(--soft); font-size: .875rem; }
.tools input, .tools select {
  font: inherit; color: var(--ink); background: var(--card); border: 1px solid var(--edge); border-radius: 6px; padding: .35rem .6rem;
}
.tools input { width: 17rem; max-width: 60vw; } .tools input::placeholder { color: var(--soft); opacity: 1; }
.tools output { color: var(--soft); font-size: .875rem; margin-left: auto; }
.key { display: flex; flex-wrap: wrap; gap: .25rem .9rem; margin: 0 0 .75rem; padding: 0; list-style: none; color: var(--soft); font-size: .8rem; }
.key svg { width: 10px; height: 10px; margin-right: .3rem; }
.scroll { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
table { width: 100%; border-collapse: collapse; }
th { text-align: left; font-weight: 600; font-size: .8rem; color: var(--soft); white-space: nowrap; border-bottom: 1px solid var(--line); padding: 0; }
th button, th > span { display: block; width: 100%; padding: .6rem .75rem; font: inherit; color: inherit; text-align: inherit; background: none; border: 0; }
th button { cursor: pointer; } th button:hover { color: var(--ink); }
th button::after { content: "↕"; content: "↕" / ""; opacity: .75; font-weight: 400; margin-left: .3rem; }
th[aria-sort] { color: var(--ink); }
th[aria-sort="ascending"] button::after { content: "↑"; content: "↑" / ""; opacity: 1; } th[aria-sort="descending"] button::after { content: "↓"; content: "↓" / ""; opacity: 1; }
td { padding: .45rem .75rem; border-bottom: 1px solid var(--line); vertical-align: top; }
tbody tr:last-child td { border-bottom: 0; } tbody tr:hover { background: var(--hover); }
tr[hidden] { display: none; }
.n { text-align: right; white-space: nowrap; }
td.n.zero { color: var(--soft); } td.gain { color: var(--good); } td.lose { color: var(--bad); }
td.none { color: var(--bad); font-weight: 600; } td.thin { color: var(--warn); font-weight: 600; }
tr.gone .name { text-decoration: line-through; color: var(--soft); }
.bar { width: 12rem; } .bar svg { display: block; width: 11rem; height: .7rem; margin-top: .35rem; }
.live .bar { width: 45%; } .live .bar svg { width: 100%; min-width: 6rem; }
:is(.bar, .key) :is(.p0, .p1, .p2) { stroke: var(--rim); vector-effect: non-scaling-stroke; }
.nothing { margin: 0; padding: .8rem .75rem; color: var(--soft); } .nothing[hidden] { display: none; }
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
.ghost { fill: none; stroke: var(--bad); stroke-dasharray: 2 2; }
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
@media (max-width: 40rem) {
  main { padding: 1.5rem 1rem 3rem; } td:first-child { min-width: 9.5rem; } td, th button { padding-left: .5rem; padding-right: .5rem; }
  th button::after { content: none; } .tools label, .tools input { flex: 1 1 auto; } .tools input { max-width: none; width: 0; min-width: 8rem; }
  details dl { --wide: calc(100vw - 4.5rem); grid-template-columns: 1fr; margin-left: 0; } details dt { margin-top: .3rem; }
}
@media (forced-colors: active) { svg rect, svg path { forced-color-adjust: none; } }
@media print {
  @page { margin: 14mm; }
  body { font-size: 10pt; } main { max-width: none; padding: 0; }
  .tools, th button::after { display: none; }
  /* Browsers repeat the head of a table on each page only where no button stands in it. */
  th button { display: contents; } th, td { padding: .25rem .4rem; }
  .scroll { overflow: visible; border: 0; } .totals div, figure { break-inside: avoid; } .totals { gap: .4rem; }
  .bar, .bar svg { width: 8rem; } .graph { min-width: 0; padding: 0; }
}
`;
