/** The script's view of one skill: who holds it and why, and the profiles that give it. */

export const SCRIPT_SKILL = String.raw`
const showSkill = (key) => async (signal) => {
  const skill = await ask("/api/skills/" + encodeURIComponent(key), signal);
  show(skill.name,
    make("p", { class: "back" }, make("a", { href: lastList }, lastList === "#/" ? "All skills" : "Back to the search")),
    heading(name(skill.name), badge(skill.coverage, skill.id === null)),
    skill.description ? make("p", { class: "lead" }, name(skill.description)) : null,
    standingWords(skill).map((words) => make("p", { class: "note" }, words)),
    make("dl", { class: "facts" },
      fact("Held by", count(skill.counts.now, "user")),
      nextWords(skill.counts) ? fact("With the next apply", nextWords(skill.counts)) : null,
      skill.source ? fact("Written in", place(skill.source)) : null,
      flags(skill) ? fact("Kept", flags(skill)) : null,
      skill.slug ? fact("Slug", name(skill.slug)) : null,
      skill.id ? fact("Id", name(skill.id)) : null),
    make("h2", {}, "Profiles that give it"),
    skill.profiles.length === 0 ? make("p", {}, "None.") : make("ul", { class: "lines" }, skill.profiles.map(profileLine)),
    make("h2", { id: "holders" }, "Who holds it, and why"),
    holderTable(skill.holders));
};

const standingWords = (skill) => [
  ...(skill.standing === "let-go" ? ["Let go (managed: false): nothing of it is given or taken any more."] : []),
  ...(skill.standing === "unmanaged" ? ["Unmanaged: no YAML names it, and it stays as it is."] : []),
  ...(skill.standing === "dropped" ? ["The YAML no longer names it."] : []),
  ...(skill.couldBe.length > 0 ? [["Nobody can tell which skill of the organisation is meant: ", ...names(skill.couldBe), "."]] :
    skill.id === null ? ["Not in the organisation yet: the next apply creates it."] : []),
  ...(skill.liveName ? [["The organisation calls it ", make("q", {}, name(skill.liveName)), "."]] : []),
  ...(skill.renames.length > 0 ? [["Takes the place of ", ...names(skill.renames), "."]] : []),
  ...(skill.renamedTo ? [["It is renamed: ", name(skill.renamedTo), " takes its place."]] : []),
];

const nextWords = ({ gaining, losing, changing }) => [
  ...(gaining > 0 ? [grouped(gaining) + " more"] : []),
  ...(losing > 0 ? [grouped(losing) + " fewer"] : []),
  ...(changing > 0 ? [grouped(changing) + " at another proficiency"] : []),
].join(", ");

const flags = (skill) => [
  ...(skill.protected ? ["protected: never deleted"] : []),
  ...(skill.exclusive ? ["exclusive: only the YAML says who has it"] : []),
].join(", ");

const profileLine = (profile) => make("li", {}, make("strong", {}, name(profile.name)),
  make("span", {}, profile.proficiency === undefined ? "" : " at " + profile.proficiency,
    profile.from ? [" inherited from ", name(profile.from)] : profile.inherited ? " inherited" : ""),
  profile.source ? make("small", {}, " " + place(profile.source)) : null);

// ── Holders ──────────────────────────────────────────────────────────────────

const HOLDERS = 200;

const holderTable = (holders) => {
  if (holders.length === 0) return make("p", {}, "Nobody holds it, and nobody is to.");
  const body = make("tbody", {}, holders.slice(0, HOLDERS).map(holderRow));
  const rest = holders.slice(HOLDERS);
  const more = rest.length === 0 ? null : make("button", { type: "button", class: "more", on: { click: () => {
    const rows = rest.map(holderRow);
    body.append(...rows);
    more.remove();
    rows[0].firstChild.tabIndex = -1;
    rows[0].firstChild.focus();
  } } }, "Show all " + grouped(holders.length));
  return [make("div", { class: "scroll", role: "region", "aria-labelledby": "holders", tabindex: 0 },
    make("table", { class: "holders", "aria-labelledby": "holders" },
      make("thead", {}, make("tr", {}, ["User", "Proficiency", "Next apply", "Why"].map((title) => make("th", { scope: "col" }, title)))),
      body)), more];
};

const holderRow = (holder) => make("tr", { class: holder.now === null ? "absent" : "" },
  make("th", { scope: "row" }, holder.name ? [name(holder.name), make("small", {}, name(holder.user))] : name(holder.user),
    holder.state === "active" ? null : make("span", { class: "badge" }, STATES[holder.state])),
  make("td", {}, holder.now === null ? make("span", { class: "soft" }, "not held") : level(holder.now)),
  make("td", { class: "next" }, nextStep(holder)),
  make("td", { class: "why" }, holder.because.map((words, at) => make("p", { class: at > 0 ? "soft" : "" }, name(words)))));

const STATES = { inactive: "inactive", deleted: "deleted", left: "left", unknown: "unknown" };

const level = (proficiency) => make("span", { class: "level" },
  make("span", { class: "pips", "aria-hidden": "true" }, [1, 2, 3, 4, 5].map((step) => make("i", { class: step <= Math.round(proficiency) ? "on" : "" }))),
  String(proficiency));

const nextStep = ({ now, after }) => {
  if (now === after) return make("span", { class: "soft" }, "stays");
  if (now === null) return make("span", { class: "gain" }, "gets it at " + after);
  return after === null ? make("span", { class: "lose" }, "loses it") : make("span", { class: "change" }, "changes to " + after);
};
`;
