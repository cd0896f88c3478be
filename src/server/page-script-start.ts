/** The script's beginning: the address leads to a view, typing searches, and the age is kept. */

export const SCRIPT_START = String.raw`
// The list that a skill's view leads back to.
let lastList = "#/";

const viewAt = (hash) => {
  const [, kind = "", rest = ""] = /^#\/([^/]*)\/?(.*)$/s.exec(hash) || [];
  const decode = (text) => { try { return decodeURIComponent(text); } catch { return text; } };
  if (kind === "search" && rest !== "") return { view: showSearch(decode(rest)), query: decode(rest), isList: true };
  if (kind === "skill") return { view: showSkill(decode(rest)) };
  if (kind === "profiles") return { view: showProfiles };
  return { view: showCoverage, isList: true };
};

// After a link, reading goes on at the view's heading; while typing, the focus stays in the field.
const route = async (moveFocus) => {
  const hash = location.hash || "#/";
  const { view, query, isList } = viewAt(hash);
  if (isList) lastList = hash;
  if (document.activeElement !== box) box.value = query || "";
  if (query === undefined) found.textContent = "";
  for (const link of document.querySelectorAll("nav a")) {
    const isHere = link.getAttribute("href") === hash;
    if (isHere) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  await run(view, () => route(false));
  const title = main.querySelector("h1");
  if (moveFocus && title && !main.querySelector("form")) {
    title.focus({ preventScroll: true });
    scrollTo(0, 0);
  }
};

addEventListener("hashchange", () => route(document.activeElement !== box));

// ── Typing ───────────────────────────────────────────────────────────────────

const PAUSE = 120;
let typing;

const searchNow = () => {
  clearTimeout(typing);
  const query = box.value.trim();
  const hash = query === "" ? "#/" : "#/search/" + encodeURIComponent(query);
  if (hash === (location.hash || "#/")) return;
  // One step back leads out of the search, however many letters it had.
  if (location.hash.startsWith("#/search/")) history.replaceState(null, "", hash);
  else history.pushState(null, "", hash);
  route(false);
};

box.addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(searchNow, PAUSE);
});
box.addEventListener("keydown", (event) => {
  const first = main.querySelector(".results a");
  if (event.key === "ArrowDown" && first) {
    event.preventDefault();
    first.focus();
  }
});
byId("search").addEventListener("submit", (event) => {
  event.preventDefault();
  searchNow();
});
byId("skip").addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});

// A link can't bring the token along.
byId("csv").addEventListener("click", async (event) => {
  if (!token) return;
  event.preventDefault();
  await run(async (signal) => {
    const blob = await (await request("/api/reports/impact", signal)).blob();
    const link = make("a", { href: URL.createObjectURL(blob), download: "skill_impact_report.csv" });
    link.click();
    URL.revokeObjectURL(link.href);
  }, () => route(false));
});

// ── Age ──────────────────────────────────────────────────────────────────────

const ASK_AGAIN = 15000;
let readAt = null;

const ago = (seconds) => {
  if (seconds < 60) return "less than a minute ago";
  if (seconds < 7200) return count(Math.floor(seconds / 60), "minute") + " ago";
  return seconds < 172800 ? count(Math.floor(seconds / 3600), "hour") + " ago" : count(Math.floor(seconds / 86400), "day") + " ago";
};

const cautionWords = ({ status, failure, ageSeconds, snapshot }) => {
  const failed = failure && (failure.message || failure.code);
  const { incomplete = [], refusals = [], view = "whole", hasLedger = true } = snapshot || {};
  return [
    ...(status === "stale" ? ["The organisation can't be read now. This page shows what was read " + ago(ageSeconds) + ". " + failed] : []),
    ...(status === "unavailable" ? ["The organisation could not be read yet. " + failed] : []),
    ...(incomplete.length > 0 ? ["Not read to the end: " + incomplete.join(", ") + ". The counts here may be too low."] : []),
    ...(view === "limited" ? ["These credentials see only some divisions, so holders elsewhere are not counted."] : []),
    ...(refusals.length > 0 ? ["The plan is refused now (" + refusals.join(", ") + "), so nothing is applied until that is resolved."] : []),
    ...(hasLedger ? [] : ["Nothing was applied here yet, so whatever the YAML doesn't ask for counts as manual."]),
  ];
};

const refreshAge = async () => {
  const age = byId("age");
  const caution = byId("caution");
  try {
    const health = await ask("/healthz");
    age.textContent = health.ageSeconds === null ? "Not read yet" : "Read from Genesys " + ago(health.ageSeconds);
    age.title = health.readAt === null ? "" : new Date(health.readAt).toLocaleString();
    const words = cautionWords(health).join(" ");
    // Written again only where it is news.
    if (caution.textContent !== words) caution.textContent = words;
    caution.hidden = words === "";
    const { snapshot } = health;
    byId("where").replaceChildren(...(snapshot ? [name(snapshot.organization.name), ", target ", name(snapshot.target)] : []));
    // A reader isn't disturbed; a place in a list would be lost.
    const isNew = readAt !== null && readAt !== health.readAt;
    readAt = health.readAt;
    if (isNew && !main.contains(document.activeElement) && scrollY === 0) route(false);
  } catch (error) {
    age.textContent = "The server can't be reached";
  }
};

setInterval(refreshAge, ASK_AGAIN);
refreshAge();
route(false);
`;
