/** The page that `serve` shows: the address leads to a view, typing searches, and the snapshot's age is kept. */
import type { HealthAnswer } from "../api.ts";
import { cautions } from "../../report/impact/words.ts";
import { printable } from "../../text.ts";
import { ask, hasToken, Refused, request, useToken } from "./ask.ts";
import type { Child } from "./dom.ts";
import { count, el, flat, forgetLists, name } from "./dom.ts";
import type { PageView } from "./views.ts";
import { coverageView, daysView, personView, profilesView, searchView, skillView } from "./views.ts";

const main = el("main", { id: "main", tabindex: -1 });
const box = el("input", {
  ...{ id: "q", type: "search", maxlength: 200, placeholder: "Find a skill by name or profile" },
  ...{ autocapitalize: "none", spellcheck: "false", enterkeyhint: "search", "aria-describedby": "found" },
});
const found = el("p.hidden", { id: "found", role: "status" });
const age = el("p.age");
const caution = el("p.caution", { role: "status", hidden: true });
const where = el("p.where", { id: "where" });
const VIEWS = [
  { href: "#/", title: "Coverage" },
  { href: "#/profiles", title: "Profiles" },
  { href: "#/days", title: "Next 60 days" },
] as const;
const links = VIEWS.map(({ href, title }) => el("a", { href }, title));

/** Builds the page, shows the view that the address names, and keeps it fresh. */
export function startLookup(): void {
  const skip = (event: Event): void => {
    event.preventDefault();
    main.focus();
  };
  const csv = el(
    "a",
    { href: "/api/reports/impact", download: REPORT, onclick: downloadReport },
    "Report as CSV",
  );
  document.body.append(
    el("a.skip", { href: "#main", onclick: skip }, "Skip to the content"),
    el(
      "header",
      el(
        "div.top",
        el("a.brand", { href: "#/" }, "Skills"),
        where,
        el("nav", { "aria-label": "Views" }, links, csv),
      ),
      el(
        "form",
        { role: "search", autocomplete: "off", onsubmit: searchNow },
        el("label", { for: "q", class: "hidden" }, "Find a skill"),
        box,
      ),
      age,
    ),
    caution,
    found,
    main,
    el("footer", el("p", "Made by genesys-skills. It names people: share it only where they may be named.")),
  );
  box.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(searchNow, TYPING_PAUSE);
  });
  addEventListener("keydown", moveAmongResults);
  addEventListener("hashchange", () => void route(document.activeElement !== box));
  setInterval(() => void refreshAge(), ASK_AGAIN);
  void refreshAge();
  void route(false);
}

// ── Views ────────────────────────────────────────────────────────────────────────────────────────────

/** Requests of the view that is shown; the next view gives them up. */
let current = new AbortController();
let retry: ReturnType<typeof setTimeout> | undefined;
/** The list that a skill's view leads back to. */
let lastList = "#/";

function viewAt(hash: string): { view: PageView; query?: string; isList?: boolean } {
  const [, kind = "", rest = ""] = /^#\/([^/]*)\/?(.*)$/s.exec(hash) ?? [];
  const text = decoded(rest);
  if (kind === "search" && text !== "") return { view: searchView(text), query: text, isList: true };
  if (kind === "skill") return { view: skillView(text, lastList) };
  if (kind === "person" && text !== "") return { view: personView(text, lastList) };
  if (kind === "days") return { view: daysView, isList: true };
  if (kind === "profiles") return { view: profilesView };
  return { view: coverageView, isList: true };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** After a link, reading goes on at the view's heading; while typing, the focus stays in the field. */
async function route(moveFocus: boolean): Promise<void> {
  const hash = location.hash || "#/";
  const { view, query, isList = false } = viewAt(hash);
  if (isList) lastList = hash;
  if (document.activeElement !== box) box.value = query ?? "";
  if (query === undefined) found.textContent = "";
  for (const link of links) {
    if (link.getAttribute("href") === hash) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  await run(view);
  const title = main.querySelector("h1");
  if (moveFocus && title && !main.querySelector("form")) {
    title.focus({ preventScroll: true });
    scrollTo(0, 0);
  }
}

/** Shows a view; what fails is told in its place, and tried again where that may help. */
async function run(view: PageView): Promise<void> {
  current.abort();
  clearTimeout(retry);
  current = new AbortController();
  const { signal } = current;
  forgetLists();
  main.setAttribute("aria-busy", "true");
  try {
    const { title, heard, content } = await view(signal);
    if (signal.aborted) return;
    if (heard !== undefined) found.textContent = heard;
    show(title, content);
  } catch (error) {
    if (signal.aborted) return;
    if (!(error instanceof Refused)) throw error;
    if (error.status === 401) {
      askForToken();
      return;
    }
    found.textContent = "";
    const title =
      error.status === 404 ? "Not found" : error.status === 503 ? "Nothing to show yet" : "That didn't work";
    show("", [el("h1", { tabindex: -1 }, title), el("p", { role: "alert" }, error.message)]);
    if (error.retryAfter !== null) retry = setTimeout(() => void route(false), error.retryAfter * 1000);
  } finally {
    if (!signal.aborted) main.removeAttribute("aria-busy");
  }
}

function show(title: string, content: Child): void {
  document.title = title === "" ? "Skills" : `${printable(title)} – Skills`;
  main.replaceChildren(...flat([content]));
}

function askForToken(): void {
  const field = el("input", { id: "token", type: "password", autocomplete: "off", required: true });
  const onsubmit = (event: Event): void => {
    event.preventDefault();
    useToken(field.value.trim());
    void refreshAge();
    void route(true);
  };
  const wrong = hasToken() ? "That token is not the one. " : "";
  show("Token", [
    el("h1", { tabindex: -1 }, "This server asks for a token"),
    el("p", wrong, "Ask the person who started the server."),
    el("form.token", { onsubmit }, el("label", { for: "token" }, "Token"), field, el("button", "Continue")),
  ]);
  field.focus();
}

// ── Typing ───────────────────────────────────────────────────────────────────────────────────────────

const TYPING_PAUSE = 120;
let typing: ReturnType<typeof setTimeout> | undefined;

function searchNow(event?: Event): void {
  event?.preventDefault();
  clearTimeout(typing);
  const query = box.value.trim();
  const hash = query === "" ? "#/" : `#/search/${encodeURIComponent(query)}`;
  if (hash === (location.hash || "#/")) return;
  // One step back leads out of the search, however many letters it had.
  if (location.hash.startsWith("#/search/")) history.replaceState(null, "", hash);
  else history.pushState(null, "", hash);
  void route(false);
}

function moveAmongResults(event: KeyboardEvent): void {
  const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  const results = [...main.querySelectorAll<HTMLElement>(".results a")];
  const at = results.findIndex((link) => link === document.activeElement);
  const isInField = document.activeElement === box;
  if (step === 0 || (at === -1 && !(isInField && step === 1))) return;
  event.preventDefault();
  if (at + step < 0) box.focus();
  else results[at + step]?.focus();
}

const REPORT = "skill_impact_report.csv";

/** A link can't bring the token along. */
function downloadReport(event: Event): void {
  if (!hasToken()) return;
  event.preventDefault();
  void request("/api/reports/impact", current.signal)
    .then((response) => response.blob())
    .then((blob) => {
      const link = el("a", { href: URL.createObjectURL(blob), download: REPORT });
      link.click();
      URL.revokeObjectURL(link.href);
    });
}

// ── Age ──────────────────────────────────────────────────────────────────────────────────────────────

const ASK_AGAIN = 15_000;
let readAt: string | null = null;

async function refreshAge(): Promise<void> {
  try {
    const health = await ask<HealthAnswer>("/healthz", AbortSignal.timeout(ASK_AGAIN));
    age.textContent =
      health.ageSeconds === null ? "Not read yet" : `Read from Genesys ${ago(health.ageSeconds)}`;
    age.title = health.readAt === null ? "" : new Date(health.readAt).toLocaleString();
    const words = cautionWords(health).join(" ");
    // Written again only where it is news.
    if (caution.textContent !== words) caution.textContent = words;
    caution.hidden = words === "";
    const { snapshot } = health;
    where.replaceChildren(
      ...(snapshot ? [name(snapshot.organization.name), ", target ", name(snapshot.target)] : []),
    );
    // A reader isn't disturbed; a place in a list would be lost.
    const isNew = readAt !== null && readAt !== health.readAt;
    readAt = health.readAt;
    if (isNew && !main.contains(document.activeElement) && scrollY === 0) void route(false);
  } catch {
    age.textContent = "The server can't be reached";
  }
}

function ago(seconds: number): string {
  if (seconds < 60) return "less than a minute ago";
  if (seconds < 7200) return `${count(Math.floor(seconds / 60), "minute")} ago`;
  if (seconds < 172_800) return `${count(Math.floor(seconds / 3600), "hour")} ago`;
  return `${count(Math.floor(seconds / 86_400), "day")} ago`;
}

function cautionWords({ status, failure, ageSeconds, snapshot }: HealthAnswer): string[] {
  const reason = failure?.message ?? failure?.code ?? "";
  const stale = `The organisation can't be read now. This page shows what was read ${ago(ageSeconds ?? 0)}. ${reason}`;
  const refusals = snapshot?.refusals ?? [];
  return [
    ...(status === "stale" ? [stale] : []),
    ...(status === "unavailable" ? [`The organisation could not be read yet. ${reason}`] : []),
    ...(snapshot ? cautions({ ...snapshot, isEstimate: false, refusals: [] }) : []),
    ...(refusals.length > 0
      ? [`The plan is refused now (${refusals.join(", ")}), so nothing is applied until that is resolved.`]
      : []),
    ...(snapshot?.hasLedger === false
      ? ["Nothing was applied here yet, so whatever the YAML doesn't ask for counts as manual."]
      : []),
  ];
}
