/**
 * A generator of organisations: the YAML of a made-up contact centre, the same for the same size and seed. Alone it
 * writes one: `node bench/generate.mjs DIR [S|M|L] [SEED]`.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";

export const WORDS =
  "Billing Refunds Sales Support Night Shift Spanish French Urdu Fibre Router Visits Complaints Meter Solar Tariff Moves".split(
    " ",
  );

/** A generator of its own (numbers below a limit), so that every run of one seed has the same organisation. */
export function randomFrom(seed) {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** How many of each thing an organisation has. */
export const SIZES = {
  S: { skills: 200, users: 1_000, skillsPerUser: 5, profiles: 20, groups: 10 },
  M: { skills: 1_000, users: 5_000, skillsPerUser: 10, profiles: 100, groups: 50 },
  L: { skills: 10_000, users: 20_000, skillsPerUser: 15, profiles: 400, groups: 200 },
};

/** No file comes near the limit of 1 MiB. */
const ENTRIES_PER_FILE = 500;

/** What the YAML of an organisation of that size says, as data. Every user holds exactly `skillsPerUser` skills. */
export function makeOrganisation(size, seed = 1) {
  const { skills, users, skillsPerUser, profiles, groups } = SIZES[size];
  const random = randomFrom(seed);
  const word = () => WORDS[random(WORDS.length)];
  const skillNames = range(skills).map((number) => `${word()} ${word()} Tier ${number}`);
  const profileEntries = range(profiles).map((number) => ({
    name: `${word()} Profile ${number}`,
    skills: pick(random, skillNames, Math.min(3, skillsPerUser - 1)),
  }));
  return {
    skills: skillNames.map((name, number) => ({
      name,
      description: `${word()} and ${word()} for ${word()}`,
      groups: number < groups ? [`Group ${number}`] : [],
    })),
    profiles: profileEntries,
    users: range(users).map((number) => {
      const profile = profileEntries[random(profiles)];
      const own = new Set(pick(random, skillNames, skillsPerUser));
      for (const skill of profile.skills) own.delete(skill);
      return {
        email: `user${number}@example.com`,
        profile: profile.name,
        skills: [...own]
          .slice(0, skillsPerUser - profile.skills.length)
          .map((skill) => ({ skill, proficiency: random(6) })),
      };
    }),
  };
}

/** The files of that organisation, by name: a catalogue, the profiles, and the users one by one. */
export function makeFiles(organisation) {
  const files = new Map();
  const write = (name, section, entries, toYaml) => {
    for (let start = 0, part = 1; start < entries.length; start += ENTRIES_PER_FILE, part++) {
      const lines = entries.slice(start, start + ENTRIES_PER_FILE).map(toYaml);
      files.set(`${name}-${part}.yaml`, `${section}:\n${lines.join("")}`);
    }
  };
  write(
    "skills",
    "skills",
    organisation.skills,
    ({ name, description, groups }) =>
      `  - name: ${name}\n    description: ${description}\n${groups.length > 0 ? `    assign_to_groups: [${groups.join(", ")}]\n` : ""}`,
  );
  write(
    "profiles",
    "profiles",
    organisation.profiles,
    ({ name, skills }) =>
      `  - name: ${name}\n    skills:\n${skills.map((one) => `      - ${one}\n`).join("")}`,
  );
  write(
    "users",
    "users",
    organisation.users,
    ({ email, profile, skills }) =>
      `  - user: ${email} # ${email.split("@")[0]}\n    profiles: [${profile}]\n    skills:\n${skills
        .map(({ skill, proficiency }) => `      ${skill}: ${proficiency}\n`)
        .join("")}`,
  );
  return files;
}

/** Writes the files of an organisation into `dir`; gives their texts. */
export function writeOrganisation(dir, size, seed = 1) {
  const files = makeFiles(makeOrganisation(size, seed));
  mkdirSync(dir, { recursive: true });
  for (const [name, text] of files) writeFileSync(join(dir, name), text);
  return [...files.values()];
}

function range(length) {
  return Array.from({ length }, (_, number) => number);
}

function pick(random, all, count) {
  const chosen = new Set();
  while (chosen.size < count) chosen.add(all[random(all.length)]);
  return [...chosen];
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const [, , dir, size = "S", seed = "1"] = argv;
  if (dir === undefined || !(size in SIZES)) throw new Error("node bench/generate.mjs DIR [S|M|L] [SEED]");
  const texts = writeOrganisation(dir, size, Number(seed));
  console.log(`${dir}: size ${size}, seed ${seed}, ${texts.length} files`);
}
