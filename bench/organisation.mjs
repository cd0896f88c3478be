/**
 * Makes up organisations: a contact centre's YAML, what Genesys holds of it and the ledger, the same for the same
 * size and seed. Alone it writes the YAML: `node bench/organisation.mjs DIR [S|M|L] [SEED]`.
 */
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";

export const SEED = 1;

export const WORDS =
  "Billing Refunds Sales Support Night Shift Spanish French Urdu Fibre Router Visits Complaints Meter Solar Tariff Moves".split(
    " ",
  );

/** How many of each thing an organisation has. */
export const SIZES = {
  S: { skills: 200, users: 1_000, skillsPerUser: 5, profiles: 20, groups: 10 },
  M: { skills: 1_000, users: 5_000, skillsPerUser: 10, profiles: 100, groups: 50 },
  L: { skills: 10_000, users: 20_000, skillsPerUser: 15, profiles: 400, groups: 200 },
};

const SKILLS_OF_PROFILE = 3;
/** What the YAML gives by a profile or a group, which name no proficiency. */
const ANY = 1;
/** Of so many users one is in a group. */
const ONE_IN = 10;
/** No file comes near the limit of 1 MiB. */
const ENTRIES_PER_FILE = 500;

/** Random numbers from 0 to below a limit, the same for the same seed. */
export function randomFrom(seed) {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/**
 * The organisation, as data. `size` is one of `SIZES`, by name or its numbers. Every user holds exactly
 * `skillsPerUser` skills: by a profile, some by a group, the others by lines of their own.
 */
export function makeOrganisation(size, seed = SEED) {
  const { skills: skillCount, users, skillsPerUser, profiles, groups } = SIZES[size] ?? size;
  const random = randomFrom(seed);
  const word = () => WORDS[random(WORDS.length)];
  const skills = range(skillCount).map((number) => ({
    id: idOf("skill", number),
    name: `${word()} ${word()} Tier ${number}`,
    description: `${word()} and ${word()} for ${word()}`,
    group: number < groups ? `Group ${number}` : undefined,
  }));
  const profileEntries = range(profiles).map((number) => ({
    name: `${word()} Profile ${number}`,
    skills: pick(random, skills, Math.min(SKILLS_OF_PROFILE, skillsPerUser - 2)),
  }));
  return {
    skills,
    profiles: profileEntries,
    groups: range(groups).map((number) => ({ id: idOf("group", number), name: `Group ${number}` })),
    users: range(users).map((number) => {
      const profile = profileEntries[random(profiles)];
      const group = number % ONE_IN === 0 && groups > 0 ? (number / ONE_IN) % groups : undefined;
      const given = new Set(group === undefined ? profile.skills : [...profile.skills, skills[group]]);
      const own = pick(random, skills, skillsPerUser + given.size).filter((skill) => !given.has(skill));
      return {
        ...{ id: idOf("user", number), email: `user${number}@example.com`, name: `User ${number}` },
        ...{ profile: profile.name, group: group === undefined ? undefined : `Group ${group}` },
        given: [...given],
        own: own.slice(0, skillsPerUser - given.size).map((skill) => ({ skill, proficiency: random(6) })),
      };
    }),
  };
}

/** What the user holds: pairs of a skill and its proficiency. */
function heldBy({ given, own }) {
  return [
    ...given.map((skill) => [skill, ANY]),
    ...own.map(({ skill, proficiency }) => [skill, proficiency]),
  ];
}

/** The organisation where so many of the assignments that lines of their own give are missing, spread evenly. */
export function without(organisation, missing) {
  const all = organisation.users.reduce((sum, { own }) => sum + own.length, 0);
  let seen = 0;
  const isKept = () => Math.floor((seen++ * missing) / all) === Math.floor((seen * missing) / all);
  return {
    ...organisation,
    users: organisation.users.map((user) => ({ ...user, own: user.own.filter(isKept) })),
  };
}

// ── The YAML ─────────────────────────────────────────────────────────────────────────────────────────

/** The files of that organisation, by name: a catalogue, the profiles, and the users one by one. */
export function makeFiles({ skills, profiles, users }) {
  const files = new Map();
  const write = (name, entries, toYaml) => {
    for (let start = 0, part = 1; start < entries.length; start += ENTRIES_PER_FILE, part++) {
      const lines = entries.slice(start, start + ENTRIES_PER_FILE).map(toYaml);
      files.set(`${name}-${part}.yaml`, `${name}:\n${lines.join("")}`);
    }
  };
  write("skills", skills, ({ name, description, group }) => {
    const groups = group === undefined ? "" : `    assign_to_groups: [${group}]\n`;
    return `  - name: ${name}\n    description: ${description}\n${groups}`;
  });
  write("profiles", profiles, ({ name, skills: entries }) => {
    return `  - name: ${name}\n    skills:\n${entries.map((one) => `      - ${one.name}\n`).join("")}`;
  });
  write("users", users, ({ email, name, profile, own }) => {
    const lines = own.map(({ skill, proficiency }) => `      ${skill.name}: ${proficiency}\n`);
    const skillLines = lines.length > 0 ? `    skills:\n${lines.join("")}` : "";
    return `  - user: ${email} # ${name}\n    profiles: [${profile}]\n${skillLines}`;
  });
  return files;
}

/** Writes the files of an organisation into `dir`; gives their texts. */
export function writeFiles(dir, organisation) {
  const files = makeFiles(organisation);
  mkdirSync(dir, { recursive: true });
  for (const [name, text] of files) writeFileSync(join(dir, name), text);
  return [...files.values()];
}

// ── What Genesys holds ───────────────────────────────────────────────────────────────────────────────

const ORGANIZATION = { id: idOf("organization", 0), name: "Contact Centre" };

/** The seed of a sandbox that holds what the YAML of the same organisation says. */
export function sandboxSeed({ skills, groups, users }) {
  return {
    organization: ORGANIZATION,
    skills: skills.map(({ id, name }) => ({ id, name })),
    groups: groups.map(({ id, name }) => ({
      ...{ id, name },
      members: users.filter(({ group }) => group === name).map(({ email }) => email),
    })),
    users: users.map((user) => ({
      ...{ id: user.id, name: user.name, email: user.email },
      skills: Object.fromEntries(heldBy(user).map(([{ name }, proficiency]) => [name, proficiency])),
    })),
  };
}

// ── The ledger ───────────────────────────────────────────────────────────────────────────────────────

/** The ledger after all of it was applied. `slugOf` makes slugs. `revision`: the commit of the YAML. */
export function ledgerOf({ skills, groups, users }, { target, slugOf, revision = null }) {
  const groupId = new Map(groups.map(({ id, name }) => [name, id]));
  const byId = (a, b) => (a.id < b.id ? -1 : 1);
  const at = revision === null ? null : { revision, day: "2026-11-27" };
  return {
    ...{ version: 2, target, organization: ORGANIZATION.id, dialect: "cloud", applied: at, attempted: at },
    skills: skills.map(({ id, name }) => ({ id, name, slug: slugOf(name), protected: false })).sort(byId),
    profiles: [],
    users: users
      .map((user) => {
        const { id, email, group } = user;
        const assignments = heldBy(user).map(([skill, proficiency]) => {
          const isByGroup = group !== undefined && skill.group === group;
          const through = isByGroup ? { group: { id: groupId.get(group), name: group } } : {};
          return [skill.id, { name: skill.name, proficiency, ...through }];
        });
        return { id, email, assignments: Object.fromEntries(assignments) };
      })
      .sort(byId),
    replacements: [],
  };
}

// ── Parts ────────────────────────────────────────────────────────────────────────────────────────────

/** As Genesys's ids look, and as spread as they are. */
function idOf(kind, number) {
  const hex = createHash("md5").update(`${kind} ${number}`).digest("hex");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

export function range(length) {
  return Array.from({ length }, (_, number) => number);
}

function pick(random, all, count) {
  const chosen = new Set();
  while (chosen.size < Math.min(count, all.length)) chosen.add(all[random(all.length)]);
  return [...chosen];
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const [, , dir, size = "S", seed = SEED] = argv;
  if (dir === undefined || !(size in SIZES))
    throw new Error("node bench/organisation.mjs DIR [S|M|L] [SEED]");
  const texts = writeFiles(dir, makeOrganisation(size, Number(seed)));
  console.log(`${dir}: size ${size}, seed ${seed}, ${texts.length} files`);
}
