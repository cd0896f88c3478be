/**
 * How long the impact report takes on made-up organisations, in each of its formats. Needs a build. Exits with 1
 * where the time doesn't grow as the assignments do: four times as many may take eight times as long, no more.
 */
import { slugOf } from "../dist/desired/slug.js";
import { plan } from "../dist/plan/plan.js";
import { impactOf } from "../dist/report/impact/impact.js";
import { reportPage } from "../dist/page/page.js";
import { IMPACT_FORMATS } from "../dist/report/impact/formats.js";
import { renderImpact } from "../dist/report/impact/render.js";

const SIZES = [
  { skills: 2_500, users: 5_000 },
  { skills: 5_000, users: 10_000 },
  { skills: 10_000, users: 20_000 },
];
const SKILLS_PER_USER = 15;
const PROFILES = 400;
const SKILLS_PER_PROFILE = 40;
/** Every user holds one of these by the plan, so that a plan of this many changes is reported. */
const NEW_SKILLS = 20;

/** An organisation and the YAML for it; the same for the same numbers. */
function makeWorlds({ skills: skillCount, users: userCount }) {
  const place = { file: "skills/bench.yaml", line: 1, column: 1 };
  const liveSkills = range(skillCount).map((number) => {
    const name = `Skill ${number}`;
    return { id: `skill-${number}`, name, slug: slugOf(name) };
  });
  const liveUsers = range(userCount).map((number) => ({
    id: `user-${number}`,
    name: `User ${number}`,
    email: `user${number}@example.com`,
    skills: new Map(
      range(SKILLS_PER_USER).map((step) => [`skill-${(number * 7 + step * 641) % skillCount}`, step % 6]),
    ),
  }));
  const fresh = range(NEW_SKILLS).map((number) => ({
    name: `New skill ${number}`,
    slug: `new-skill-${number}`,
  }));
  const desiredSkill = ({ slug, name }) => ({
    ...{ slug, name, previously: [], protected: false, exclusive: false, managed: true, origin: place },
  });
  const desired = {
    target: "bench",
    settings: {
      ...{ api: "auto", defaultProficiency: 1, exclusive: false, drift: "restore" },
      guard: { maxRemovals: 0.3, maxUsersLosing: 25, uncovered: "refuse" },
    },
    skills: [...liveSkills, ...fresh].map(desiredSkill).sort((a, b) => (a.slug < b.slug ? -1 : 1)),
    profiles: range(PROFILES).map((number) => ({
      ...{ slug: `profile-${number}`, name: `Profile ${number}`, declared: true, extends: [], origin: place },
      members: { users: [], groups: [] },
      entries: range(SKILLS_PER_PROFILE).map((step) => {
        const skill = liveSkills[(number * 53 + step) % skillCount].slug;
        return { skill, from: `profile-${number}`, distance: 0, origin: place };
      }),
    })),
    users: liveUsers.map(({ email }, number) => ({
      user: email,
      origin: place,
      wishes: [
        {
          skill: fresh[number % NEW_SKILLS].slug,
          proficiency: 3,
          via: { kind: "user", closeness: 0 },
          origin: place,
        },
      ],
    })),
    groups: [],
  };
  const list = (entities) => ({ kind: "complete", entities });
  const live = {
    organization: { id: "bench", name: "Bench" },
    ...{
      dialect: "cloud",
      view: "whole",
      groupNames: [],
      absentUsers: [],
      references: new Map(),
      requests: 0,
    },
    ...{ skills: list(liveSkills), users: list(liveUsers), groups: list([]), profiles: list([]) },
  };
  return { desired, live };
}

function range(length) {
  return Array.from({ length }, (_, number) => number);
}

function time(work) {
  const start = performance.now();
  const result = work();
  return { result, milliseconds: performance.now() - start };
}

const words = (milliseconds) => `${Math.round(milliseconds)} ms`.padStart(9);

console.log("The impact report of a plan:");
const times = [];
console.log(`assignments   impact${IMPACT_FORMATS.map((format) => format.padStart(10)).join("")}`);
for (const size of SIZES) {
  const worlds = makeWorlds(size);
  const made = plan(worlds.desired, null, worlds.live, { allow: new Set(), requestsPerMinute: 300 });
  const { result: impact, milliseconds } = time(() => impactOf({ ...worlds, plan: made }));
  const rendered = IMPACT_FORMATS.map((format) =>
    time(() => (format === "html" ? reportPage(impact) : renderImpact(impact, format))),
  );
  const assignments = impact.totals.assignmentsNow;
  times.push(rendered.reduce((sum, one) => sum + one.milliseconds, milliseconds));
  console.log(
    `${String(assignments).padStart(11)}${words(milliseconds)}${rendered.map((one) => ` ${words(one.milliseconds)}`).join("")}`,
  );
}
process.exitCode = times[2] < 8 * times[0] ? 0 : 1;
