/** A made-up organisation as the planner sees it, the same for the same numbers and seed. Needs a build. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadDesired } from "../dist/desired/load.js";
import { plan } from "../dist/plan/plan.js";
import { slugOf } from "../dist/text.js";
import { randomFrom, WORDS } from "./generate.mjs";

/**
 * The plan of a made-up organisation, with what it was made of. The YAML names every second assignment. With `fresh`
 * it has that many skills besides that nobody has yet, and each user is to get one of them.
 */
export async function planOrganisation({ skills: skillCount, users: userCount, held, seed, fresh = 0 }) {
  const random = randomFrom(seed);
  const word = () => WORDS[random(WORDS.length)];
  const skills = Array.from({ length: skillCount }, (_, number) => {
    const name = `${word()} ${word()} Tier ${number}`;
    return { id: `skill-${number}`, name, slug: slugOf(name), state: "active" };
  });
  const users = Array.from({ length: userCount }, (_, number) => {
    const assignments = new Map();
    while (assignments.size < held) assignments.set(skills[random(skillCount)].id, random(6));
    const email = `user${number}@example.com`;
    return { id: `user-${number}`, name: `User ${number}`, email, skills: assignments };
  });
  const names = new Map(skills.map(({ id, name }) => [id, name]));
  const yaml = {
    skills: [
      ...skills.map(({ name }) => ({ name, description: `${word()} and ${word()} for ${word()}` })),
      ...Array.from({ length: fresh }, (_, number) => ({ name: freshName(number) })),
    ],
    profiles: Array.from({ length: 400 }, (_, number) => ({
      name: `Profile ${number}`,
      skills: [...new Set(Array.from({ length: 40 }, () => skills[random(skillCount)].name))],
    })),
    users: users.map(({ email, skills: assignments }, number) => ({
      user: email,
      skills: {
        ...Object.fromEntries(
          [...assignments].filter((_, place) => place % 2 === 0).map(([id, level]) => [names.get(id), level]),
        ),
        ...(fresh > 0 && { [freshName(number % fresh)]: 3 }),
      },
    })),
  };
  const dir = await mkdtemp(join(tmpdir(), "bench-"));
  for (const part of ["skills", "profiles"]) {
    await writeFile(join(dir, `${part}.json`), JSON.stringify({ [part]: yaml[part] }));
  }
  for (let from = 0; from < userCount; from += 2500) {
    const part = JSON.stringify({ users: yaml.users.slice(from, from + 2500) });
    await writeFile(join(dir, `users-${from}.json`), part);
  }
  const { desired } = await loadDesired({ dir });
  await rm(dir, { recursive: true });
  const complete = (entities) => ({ kind: "complete", entities });
  const live = {
    organization: { id: "organization", name: "Contact Centre" },
    ...{ dialect: "cloud", view: "whole", skills: complete(skills), users: complete(users) },
    ...{ groups: complete([]), groupNames: [], profiles: complete([]), absentUsers: [], absentSkills: [] },
    ...{ references: new Map(), requests: 0 },
  };
  const made = plan({ desired, ledger: null, live, allow: new Set(), requestsPerMinute: 300 });
  return { rows: made.rows, plan: made.plan, live, desired, readAt: new Date() };
}

function freshName(number) {
  return `New skill ${number}`;
}
