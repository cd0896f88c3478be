/** How the page looks, on wide and narrow screens and on paper. */
import { PAGE_BASE } from "../report/page-base.ts";

export const PAGE_STYLE = `${PAGE_BASE}
html { scrollbar-gutter: stable; }
body > header, body > main, body > footer, body > .caution { max-width: 64rem; margin: 0 auto; padding: 0 1.5rem; }
a { text-decoration-thickness: 1px; text-underline-offset: .15em; }
small { font-size: .85em; color: var(--soft); }
main:focus, h1:focus { outline: none; }
.hidden { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.soft { color: var(--soft); }
.skip { position: absolute; left: 1rem; top: -4rem; padding: .5rem .9rem; background: var(--card); border-radius: 6px; z-index: 1; }
.skip:focus { top: .5rem; }

.top { display: flex; flex-wrap: wrap; align-items: baseline; gap: .25rem 1rem; padding-top: 1.75rem; }
.brand { font-size: 1.1rem; font-weight: 650; color: inherit; text-decoration: none; letter-spacing: -.01em; }
.where { margin: 0; color: var(--soft); flex: 1 1 12rem; }
nav { display: flex; flex-wrap: wrap; gap: 1.1rem; }
nav a { color: var(--soft); text-decoration: none; padding: .2rem 0; border-bottom: 2px solid transparent; }
nav a:hover { color: var(--ink); } nav a[aria-current] { color: var(--ink); border-color: var(--accent); }
#search { margin-top: 1rem; }
#search label { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
#search input {
  width: 100%; font: inherit; font-size: 1.1rem; color: var(--ink); background: var(--card);
  border: 1px solid var(--edge); border-radius: 10px; padding: .75rem 1rem; text-overflow: ellipsis;
}
#search input::placeholder { color: var(--soft); opacity: 1; }
#search input:focus { outline: 2px solid var(--accent); outline-offset: 0; border-color: transparent; }
.age { margin: .4rem .1rem 0; font-size: .85rem; color: var(--soft); text-align: right; }
body > .caution[hidden] { display: none; }
body > .caution { width: calc(100% - 3rem); max-width: 61rem; margin: .6rem auto 0; padding: .6rem .9rem; }
.caution, .note { border-left: 3px solid var(--warn); background: var(--warn-back); border-radius: 0 6px 6px 0; }
.note { margin: .6rem 0; padding: .5rem .8rem; }

main { min-height: 60vh; } main[aria-busy] { opacity: .75; }
h1 { margin: 1.5rem 0 .25rem; font-size: 1.6rem; line-height: 1.25; letter-spacing: -.015em; text-wrap: balance; }
h1 q { quotes: "\\201c" "\\201d"; font-weight: 500; color: var(--soft); }
h2 { margin: 2rem 0 .6rem; font-size: 1.1rem; letter-spacing: -.005em; }
.lead { margin: 0 0 1rem; color: var(--soft); max-width: 46rem; }
.back { margin: 1.25rem 0 -1rem; font-size: .9rem; } .back a { text-decoration: none; } .back a::before { content: "← "; content: "← " / ""; }
.badge { display: inline-block; margin-left: .5rem; padding: 0 .5rem; border-radius: 99px; font-size: .75rem; font-weight: 500; line-height: 1.4rem; letter-spacing: 0; vertical-align: .1em; background: var(--accent-back); color: var(--accent); white-space: nowrap; }
.badge.none { background: var(--bad-back); color: var(--bad); } .badge.thin { background: var(--warn-back); color: var(--warn); }

.totals { display: grid; grid-template-columns: repeat(5, 1fr); gap: .75rem; margin: 1.25rem 0 1.5rem; }
.totals div { padding: .75rem 1rem .65rem; background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
.totals dt { font-size: .8rem; color: var(--soft); } .totals dd { margin: 0; font-size: 1.5rem; line-height: 1.3; font-weight: 600; letter-spacing: -.01em; }
.totals .none dd { color: var(--bad); } .totals .thin dd { color: var(--warn); }
.key { display: flex; flex-wrap: wrap; gap: .25rem .9rem; margin: 0 0 .6rem; padding: 0; list-style: none; color: var(--soft); font-size: .8rem; }
.key i { display: inline-block; width: 10px; height: 10px; border-radius: 2px; margin-right: .3rem; }
i.p0, i.p1, i.p2 { box-shadow: inset 0 0 0 1px var(--rim); } i.p0 { background: var(--p0); } i.p1 { background: var(--p1); } i.p2 { background: var(--p2); }
i.p3 { background: var(--p3); } i.p4 { background: var(--p4); } i.p5 { background: var(--p5); }

.scroll { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
table { width: 100%; border-collapse: collapse; }
th { text-align: left; font-weight: 500; }
thead th { padding: .6rem 1rem; font-size: .8rem; color: var(--soft); border-bottom: 1px solid var(--line); white-space: nowrap; }
tbody th, td { padding: .5rem 1rem; border-bottom: 1px solid var(--line); vertical-align: top; }
tbody tr:last-child > * { border-bottom: 0; } tbody tr:hover > * { background: var(--hover); }
.n { text-align: right; } td.none { color: var(--bad); font-weight: 600; } td.thin { color: var(--warn); font-weight: 600; }
.coverage th a { color: inherit; text-decoration: none; } .coverage th a:hover { text-decoration: underline; }
.coverage .bar { width: 50%; padding-top: .8rem; }
.stack { display: flex; gap: 1px; height: .75rem; border-radius: 3px; overflow: hidden; } .stack i { flex-basis: 0; min-width: 1px; }

.results { list-style: none; margin: 1rem 0 0; padding: 0; background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
.results:empty { display: none; } .results li + li { border-top: 1px solid var(--line); }
.results a { display: grid; grid-template-columns: 1fr max-content; gap: 0 1rem; padding: .7rem 1rem; color: inherit; text-decoration: none; border-radius: 8px; }
.results a:hover, .results a:focus-visible { background: var(--hover); } .results a:focus-visible { outline-offset: -2px; }
.results .title { font-weight: 550; } .results .number { color: var(--soft); }
.results .about, .results .via { grid-column: 1 / -1; color: var(--soft); font-size: .9rem; }
button { font: inherit; color: var(--ink); background: var(--card); border: 1px solid var(--edge); border-radius: 8px; padding: .45rem 1rem; cursor: pointer; }
button:hover { background: var(--hover); } button[hidden] { display: none; } .more { margin: 1rem 0 0; }
.token { display: flex; flex-wrap: wrap; align-items: center; gap: .6rem; margin-top: 1rem; }
.token input { font: inherit; color: var(--ink); background: var(--card); border: 1px solid var(--edge); border-radius: 8px; padding: .45rem .8rem; width: 22rem; max-width: 100%; }

.facts { display: flex; flex-wrap: wrap; gap: .5rem 2.25rem; margin: .75rem 0; }
.facts dt { font-size: .8rem; color: var(--soft); } .facts dd { margin: 0; overflow-wrap: anywhere; }
.card { margin: 1rem 0; padding: .25rem 1.25rem 1.1rem; background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
.card h2 { margin: .9rem 0 .2rem; } .card .lead { margin-bottom: .5rem; }
.chips { display: flex; flex-wrap: wrap; gap: .45rem; margin: 1rem 0 0; padding: 0; list-style: none; }
.chips li { padding: .1rem .7rem; background: var(--accent-back); border-radius: 99px; }
.chips .inherited { background: none; box-shadow: inset 0 0 0 1px var(--line); } .chips a { color: inherit; text-decoration: none; } .chips a:hover { text-decoration: underline; }
.lines { margin: 0; padding: 0; list-style: none; } .lines li { padding: .15rem 0; } .lines strong { font-weight: 550; }
.holders tbody th { min-width: 16rem; } .holders th small { display: block; font-weight: 400; } .holders td { white-space: nowrap; } .holders td.why { white-space: normal; min-width: 16rem; }
.holders p { margin: 0; } .holders tr.absent th { color: var(--soft); }
.level { display: inline-flex; align-items: center; gap: .5rem; } .pips { display: inline-flex; gap: 2px; }
.pips i { width: 7px; height: 12px; border-radius: 2px; background: var(--off); } .pips .on { background: var(--p4); }
.gain { color: var(--good); } .lose { color: var(--bad); } .change { color: var(--warn); }
footer { padding-top: 2rem !important; padding-bottom: 2rem !important; color: var(--soft); font-size: .85rem; }
@media (max-width: 40rem) {
  body > header, body > main, body > footer { padding: 0 1rem; } nav { order: 3; flex-basis: 100%; }
  body > .caution { width: calc(100% - 2rem); } .holders tbody th { min-width: 7.5rem; } .holders .pips { display: none; } .holders td.next { white-space: normal; } .holders td.why { min-width: 9rem; }
  .totals { grid-template-columns: repeat(6, 1fr); gap: .5rem; } .totals div { grid-column: span 2; padding: .6rem .75rem; } .totals div:nth-child(-n + 2) { grid-column: span 3; }
  .coverage .bar { width: 35%; } .badge { margin-left: .35rem; } tbody th, td, thead th { padding-left: .6rem; padding-right: .6rem; }
}
@media (forced-colors: active) { .stack i, .pips .on, .key i { background: CanvasText; forced-color-adjust: none; } }
@media print { #search, nav, .more, .skip, .back { display: none; } .scroll { overflow: visible; } }
`;
