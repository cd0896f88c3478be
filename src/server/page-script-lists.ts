/** The script's lists: coverage of all skills, what a search finds, and profiles. */

export const SCRIPT_LISTS = String.raw`
const SIZE = 50;

// ── Coverage ─────────────────────────────────────────────────────────────────

const coveragePath = (page) => "/api/coverage?size=" + SIZE + "&page=" + page;

const showCoverage = async (signal) => {
  const { totals, entities, total } = await ask(coveragePath(1), signal);
  const last = total > SIZE ? (await ask("/api/coverage?size=1&page=" + total, signal)).entities[0] : entities.at(-1);
  const most = Math.max(1, last ? last.holders : 1);
  const toRow = (skill) => coverageRow(skill, most);
  const body = make("tbody", {}, entities.map(toRow));
  const tile = (label, number, mood) =>
    make("div", { class: number > 0 ? mood : "" }, make("dt", {}, label), make("dd", {}, grouped(number)));
  show("Coverage", heading("Coverage"),
    make("p", { class: "lead" }, "How many hold each skill now, the fewest first."),
    make("dl", { class: "totals" },
      tile("Nobody holds", totals.uncovered, "none"), tile("One or two hold", totals.thin, "thin"),
      tile("Skills", totals.skills), tile("Users", totals.users), tile("Assignments", totals.assignments)),
    total === 0 ? make("p", {}, "There are no skills in the organisation.") : [
      make("ul", { class: "key", "aria-label": "Colours of the bars" }, make("li", {}, "Proficiency"),
        [0, 1, 2, 3, 4, 5].map((level) => make("li", {}, make("i", { class: "p" + level, "aria-hidden": "true" }), String(level)))),
      make("div", { class: "scroll" }, make("table", { class: "coverage" },
        make("caption", { class: "hidden" }, "Skills by number of holders, the fewest first"),
        make("thead", {}, make("tr", {}, ["Skill", "Holders", "By proficiency"].map((title, column) =>
          make("th", { scope: "col", class: column === 1 ? "n" : "" }, title)))),
        body)),
      growing(body, coveragePath, total, toRow),
    ]);
};

const coverageRow = (skill, most) => make("tr", {},
  make("th", { scope: "row" }, skillLink(skill.key, name(skill.name)), badge(skill.coverage)),
  make("td", { class: "n " + skill.coverage }, grouped(skill.holders)),
  make("td", { class: "bar" }, bar(skill, most)));

const bar = ({ spread, holders }, most) => {
  const words = spread.map(({ proficiency, holders }) => grouped(holders) + " at " + proficiency).join(", ");
  const whole = make("span", { class: "stack", title: words, "aria-hidden": "true" });
  whole.style.setProperty("width", Math.max(1, (holders / most) * 100) + "%");
  for (const part of spread) {
    const piece = make("i", { class: "p" + Math.round(part.proficiency) });
    piece.style.setProperty("flex-grow", String(part.holders));
    whole.append(piece);
  }
  return [holders > 0 ? whole : null, make("span", { class: "hidden" }, words || "nobody")];
};

// ── Search ───────────────────────────────────────────────────────────────────

const searchPath = (query) => (page) => "/api/skills/search?size=" + SIZE + "&page=" + page + "&q=" + encodeURIComponent(query);

const showSearch = (query) => async (signal) => {
  const { entities, total } = await ask(searchPath(query)(1), signal);
  const list = make("ol", { class: "results", on: { keydown: moveAmongResults } }, entities.map(resultItem));
  found.textContent = total === 0 ? "No skill matches." : count(total, "skill matches", "skills match") + ".";
  show("Search", heading(total === 0 ? "No skill matches " : count(total, "skill matches ", "skills match "), make("q", {}, name(query))),
    total === 0 ? make("p", { class: "lead" }, "Search looks at names, slugs, profiles and descriptions, and forgives one typo in a word.") : null,
    list, growing(list, searchPath(query), total, resultItem));
};

const resultItem = (skill) => make("li", {}, skillLink(skill.key,
  make("span", { class: "title" }, name(skill.name), badge(skill.coverage, skill.id === null)),
  make("span", { class: "number" }, count(skill.holders, "holder")),
  skill.description ? make("span", { class: "about" }, name(skill.description)) : null,
  skill.profiles.length > 0 ? make("span", { class: "via" }, profileWords(skill.profiles)) : null));

const profileWords = (profiles) => {
  const shown = profiles.slice(0, 4).flatMap((profile, at) => [at > 0 ? ", " : "", name(profile.name)]);
  return [profiles.length === 1 ? "Profile " : "Profiles ", shown, profiles.length > 4 ? " and " + (profiles.length - 4) + " more" : ""];
};

const moveAmongResults = (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  const links = Array.from(main.querySelectorAll(".results a"));
  const at = links.indexOf(document.activeElement) + step;
  event.preventDefault();
  if (at < 0) box.focus();
  else if (links[at]) links[at].focus();
};

// ── Profiles ─────────────────────────────────────────────────────────────────

const profilesPath = (page) => "/api/profiles?size=" + SIZE + "&page=" + page;

const showProfiles = async (signal) => {
  const { entities, total } = await ask(profilesPath(1), signal);
  const list = make("div", {}, entities.map(profileCard));
  show("Profiles", heading("Profiles"),
    make("p", { class: "lead" }, total === 0 ? "There are no profiles." : "Named bundles of skills, and what they inherit from one another."),
    list, growing(list, profilesPath, total, profileCard));
};

const PROFILE_STANDING = {
  undeclared: "No file declares it; skills name it.",
  dropped: "The YAML no longer names it.",
  unmanaged: "Unmanaged: no YAML names it.",
};

const profileCard = (profile) => make("section", { class: "card" },
  make("h2", {}, name(profile.name)),
  profile.description ? make("p", { class: "lead" }, name(profile.description)) : null,
  PROFILE_STANDING[profile.standing] ? make("p", { class: "note" }, PROFILE_STANDING[profile.standing]) : null,
  make("dl", { class: "facts" },
    fact("Members", count(profile.members, "user")),
    profile.extends.length > 0 ? fact("Extends", names(profile.extends)) : null,
    profile.extendedBy.length > 0 ? fact("Extended by", names(profile.extendedBy)) : null,
    profile.source ? fact("Written in", place(profile.source)) : null),
  profile.skills.length === 0 ? make("p", {}, "It gives no skill.") :
    make("ul", { class: "chips", "aria-label": "Skills of " + printable(profile.name) }, profile.skills.map(profileSkill)));

const profileSkill = ({ key, name: title, from, proficiency, why }) => make("li", { class: from ? "inherited" : "" },
  key === null ? name(title) : skillLink(key, name(title)),
  make("small", {}, proficiency === null ? "" : " at " + proficiency, from ? [" from ", name(from)] : "",
    why === "manual" ? " manual" : why === "dropped" ? " no longer in the YAML" : ""));

const fact = (label, ...value) => make("div", {}, make("dt", {}, label), make("dd", {}, ...value));
const names = (list) => list.flatMap((one, at) => [at > 0 ? ", " : "", name(one)]);
`;
