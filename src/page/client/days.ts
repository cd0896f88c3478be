/** What the days to come bring, and what the past ones brought: the timeline and the history. */
import type { ScheduledAssignment, ScheduleFact } from "../../report/schedule-facts.ts";
import { dayWords } from "../../report/words.ts";
import type { HistoryEntity, PageOf } from "../api.ts";
import { ask, asked, Refused } from "./ask.ts";
import type { Child } from "./dom.ts";
import { count, el, name, PAGE_SIZE, pages } from "./dom.ts";

/** How a name leads on; the report leads nowhere. */
export interface Links {
  readonly skill: (id: string, label: Child) => Child;
  readonly person: (user: string, label: Child) => Child;
}

export const NO_LINKS: Links = { skill: (_, label) => label, person: (_, label) => label };

// ── The days to come ─────────────────────────────────────────────────────────────────────────────────

/** Changes of a day that are shown before somebody asks for more. */
const FIRST = 8;

/** One entry for each day on which something changes; null where none does. */
export function timeline(days: readonly ScheduleFact[], links: Links = NO_LINKS): Child {
  if (days.length === 0) return null;
  const list = el("ol.timeline", { "aria-label": "Days on which something changes" });
  return [list, pages(list, days, (day) => dayItem(day, links), 60)];
}

function dayItem({ day, changes, uncovered }: ScheduleFact, links: Links): HTMLElement {
  const lines = el("ul.lines");
  return el(
    "li",
    { class: uncovered.length > 0 ? "bare" : "" },
    el("h3", el("time", { datetime: day }, dayWords(day)), el("small", sumWords(changes))),
    uncovered.map(({ skill, skillId }) =>
      el("p.uncovered", "Nobody will be left with ", links.skill(skillId, name(skill))),
    ),
    lines,
    pages(lines, changes, (change) => changeItem(change, links), FIRST),
  );
}

/** `2 gain, 1 loses` */
function sumWords(changes: readonly ScheduledAssignment[]): string {
  const [gains, losses] = [
    changes.filter(({ before }) => before === null).length,
    changes.filter(({ after }) => after === null).length,
  ];
  const others = changes.length - gains - losses;
  return [
    ...(gains > 0 ? [count(gains, "gain")] : []),
    ...(losses > 0 ? [count(losses, "loss", "losses")] : []),
    ...(others > 0 ? [count(others, "other change")] : []),
  ].join(", ");
}

/** A sign, a word and a colour each say the same. */
function changeItem({ user, name: who, skill, skillId, before, after }: ScheduledAssignment, links: Links) {
  const [kind, sign, verb] =
    after === null
      ? ["lose", "−", "loses"]
      : before === null
        ? ["gain", "+", "gains"]
        : ["change", "~", "changes"];
  const level = after === null ? null : before === null ? ` at ${after}` : ` from ${before} to ${after}`;
  return el(
    "li",
    el("span.sign", { class: kind, "aria-hidden": "true" }, sign),
    el(
      "span",
      links.person(user, name(who)),
      el("span", { class: kind }, ` ${verb} `),
      links.skill(skillId, name(skill)),
      level,
      who === user ? null : el("small", " ", name(user)),
    ),
  );
}

// ── History ──────────────────────────────────────────────────────────────────────────────────────────

/** Fills itself once the ledger is read; stays out of sight where there is none, or where it knows nothing. */
export function historySection(ref: string, of: "skill" | "user", signal: AbortSignal): HTMLElement {
  const section = el("section", { hidden: true });
  void fillHistory(section, ref, of, signal).catch((error: unknown) => {
    if (signal.aborted) return;
    if (!(error instanceof Refused)) throw error;
    if (error.status === 404) return;
    section.append(el("h2", "History"), el("p.note", { role: "alert" }, error.message));
    section.hidden = false;
  });
  return section;
}

async function fillHistory(
  section: HTMLElement,
  ref: string,
  of: "skill" | "user",
  signal: AbortSignal,
): Promise<void> {
  const path = `/api/history?size=${PAGE_SIZE}&name=${encodeURIComponent(ref)}`;
  const first = await ask<PageOf<HistoryEntity>>(path, signal);
  const list = el("ol.history");
  const toItem = (event: HistoryEntity): HTMLElement => eventItem(event, of);
  const more = asked(list, first, { path, toItem, signal });
  section.append(
    el("h2", "History"),
    el("p.lead", "What this program gave and took. What was done manually is in no ledger. Days are in UTC."),
    first.total === 0 ? el("p", "Nothing is recorded.") : list,
    more,
  );
  section.hidden = false;
}

function eventItem(event: HistoryEntity, of: "skill" | "user"): HTMLElement {
  const { day, user, skill, field, from, to, written, words, author, revision, pullRequests } = event;
  const isKept = field === "until" || (from !== null && to !== null);
  const kind = !written ? "soft" : isKept ? "change" : from === null ? "gain" : "lose";
  const who = of === "user" || !user ? skill.name : (user.email ?? user.id);
  return el(
    "li",
    el("time", { datetime: event.at, title: event.at }, day),
    el(
      "span",
      name(who),
      " ",
      el("span", { class: kind }, name(words)),
      el(
        "small",
        "by ",
        name(author),
        pullRequests.length > 0
          ? `, pull request ${pullRequests.map((pull) => `#${pull}`).join(", ")}`
          : null,
        revision === null ? null : `, commit ${revision.slice(0, 7)}`,
      ),
    ),
  );
}
