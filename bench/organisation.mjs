/** A made-up contact centre: its YAML and its organisation, and what planning makes of them. */
import { slugOf } from "../dist/desired/slug.js";
import { plan } from "../dist/plan/plan.js";

export const WORDS =
  "Billing Refunds Sales Support Night Shift Spanish French Urdu Fibre Router Visits Complaints Meter Solar Tariff Moves Retention".split(
    " ",
  );

/** A generator of its own, so that every run has the same organisation. */
export function randomFrom(seed) {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** The YAML names everybody and every second skill that they hold. */
export function makeWorlds(skillCount, userCount, assignmentCount) {
  const random = randomFrom(1);
  const word = () => WORDS[random(WORDS.length)];
  const origin = { file: "skills/a.yaml", line: 1, column: 1 };
  const skills = Array.from({ length: skillCount }, (_, number) => {
    const name = `${word()} ${word()} Tier ${number}`;
    return { id: `skill-${number}`, name, slug: slugOf(name) };
  });
  const users = Array.from({ length: userCount }, (_, number) => {
    const held = new Map();
    const share = Math.round(assignmentCount / userCount);
    while (held.size < share) held.set(skills[random(skillCount)].id, random(6));
    return { id: `user-${number}`, name: `User ${number}`, email: `user${number}@example.com`, skills: held };
  });
  const slugs = new Map(skills.map(({ id, slug }) => [id, slug]));
  const desiredSkills = skills.map(({ name, slug }) => ({
    ...{ slug, name, description: `${word()} and ${word()} for ${word()}`, previously: [] },
    ...{ protected: false, exclusive: false, managed: true, origin },
  }));
  const complete = (entities) => ({ kind: "complete", entities });
  const settings = {
    api: "auto",
    defaultProficiency: 1,
    staleSeconds: 60,
    exclusive: false,
    drift: "restore",
  };
  const desired = {
    target: "default",
    settings: { ...settings, guard: { maxRemovals: 0.3, maxUsersLosing: 25, uncovered: "refuse" } },
    skills: desiredSkills.toSorted((a, b) => (a.slug < b.slug ? -1 : 1)),
    profiles: makeProfiles(skills, random, origin),
    users: users.map(({ email, skills: held }) => ({
      user: email,
      origin,
      wishes: wishesFor(held, slugs, origin),
    })),
    groups: [],
  };
  const live = {
    organization: { id: "organization", name: "Contact Centre" },
    ...{ dialect: "cloud", view: "whole", skills: complete(skills), users: complete(users) },
    ...{ groups: complete([]), groupNames: [], profiles: complete([]), absentUsers: [] },
    ...{ references: new Map(), requests: 0 },
  };
  return { desired, ledger: null, live };
}

/** As a server reads it: with its plan. */
export function toSnapshot({ desired, ledger, live }) {
  const planned = plan(desired, ledger, live, { allow: new Set(), requestsPerMinute: 300 });
  return { desired, ledger, live, plan: planned, readAt: new Date() };
}

function wishesFor(held, slugs, origin) {
  return [...held]
    .filter((_, place) => place % 2 === 0)
    .map(([id, proficiency]) => ({
      skill: slugs.get(id),
      proficiency,
      via: { kind: "user", closeness: 0 },
      origin,
    }))
    .sort((a, b) => (a.skill < b.skill ? -1 : 1));
}

function makeProfiles(skills, random, origin) {
  return Array.from({ length: 200 }, (_, number) => {
    const name = `Profile ${String(number).padStart(3, "0")}`;
    const slugs = new Set(Array.from({ length: 40 }, () => skills[random(skills.length)].slug));
    const entries = [...slugs].sort().map((skill) => ({ skill, from: slugOf(name), distance: 0, origin }));
    return {
      slug: slugOf(name),
      name,
      declared: true,
      extends: [],
      entries,
      members: { users: [], groups: [] },
      origin,
    };
  });
}
